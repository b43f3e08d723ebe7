/* SPDX-License-Identifier: MIT */
/* The notes about a telegram as text, one line each: "SIZE PART: MEANING". */
#ifndef EXPLAIN_BENCH_H
#define EXPLAIN_BENCH_H

#include "mbus_bench.h"

#define NOTES_SIZE 16384

/* Takes notes, and demands that they follow one another without a gap. */
struct notes {
	size_t next;     /* offset of the byte that has no note yet */
	size_t from, to; /* offsets of the notes that go into the text */
	size_t length;
	char text[NOTES_SIZE];
};

static inline void notes_add(struct notes *notes, const char *text)
{
	size_t length = strlen(text);
	assert_true(notes->length + length < NOTES_SIZE);
	memcpy(notes->text + notes->length, text, length + 1);
	notes->length += length;
}

static inline void notes_take(void *context, const struct mg_note *note)
{
	struct notes *notes = context;
	assert_int_equal(note->offset, notes->next);
	assert_true(note->part[0] != '\0');
	assert_true(note->meaning[0] != '\0');
	assert_non_null(memchr(note->meaning, '\0', MG_NOTE_SIZE));
	notes->next += note->size;
	if (note->offset < notes->from || notes->next > notes->to) {
		return;
	}
	char size[8] = { 0 };
	if (note->size >= 100) {
		size[0] = (char)('0' + note->size / 100);
	}
	size[strlen(size)] = (char)('0' + note->size / 10 % 10);
	size[strlen(size)] = (char)('0' + note->size % 10);
	notes_add(notes, size[0] == '0' ? size + 1 : size);
	notes_add(notes, " ");
	notes_add(notes, note->part);
	notes_add(notes, ": ");
	notes_add(notes, note->meaning);
	notes_add(notes, "\n");
}

/* Explains a copy of just these bytes; keeps the notes about those in from..to. */
static inline void notes_of(
		struct notes *notes, const uint8_t *bytes, size_t size, size_t from, size_t to)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, size);
	*notes = (struct notes){ .from = from, .to = to };
	mg_explain(copy, size, notes_take, notes);
	assert_int_equal(notes->next, size);
	free(copy);
}

/* A frame with these C and CI fields from address 1. Returns its size. */
static inline size_t explain_build(uint8_t c, uint8_t ci, const char *hex, uint8_t *bytes)
{
	uint8_t data[252];
	const struct mg_frame frame = { MG_FRAME_LONG, c, 1, ci,
		{ data, bench_bytes(hex, data, sizeof(data)) } };
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

/* All notes about any bytes. */
static inline void explain_expect(const char *hex, const char *expected)
{
	static struct notes notes;
	uint8_t bytes[600];
	size_t size = bench_bytes(hex, bytes, sizeof(bytes));
	notes_of(&notes, bytes, size, 0, size);
	assert_string_equal(notes.text, expected);
}

/* The notes about what follows CI. */
static inline void explain_expect_body(
		uint8_t c, uint8_t ci, const char *hex, const char *expected)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = explain_build(c, ci, hex, bytes);
	notes_of(&notes, bytes, size, 7, size - 2);
	assert_string_equal(notes.text, expected);
}

/* The notes about records from a meter, behind CI 78h. */
static inline void explain_expect_records(const char *hex, const char *expected)
{
	explain_expect_body(0x08, 0x78, hex, expected);
}

#endif
