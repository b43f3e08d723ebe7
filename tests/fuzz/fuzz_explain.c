/* SPDX-License-Identifier: MIT */
/* Explaining of any bytes, of whole frames with any content, and of record areas: each
   byte has one note, and records begin where the decoder finds them. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "fuzz.h"

#define BYTES_MAX 600
#define DATA_MAX 252
#define MARKS_MAX 600

struct notes {
	size_t next; /* offset of the byte that has no note yet */
	size_t difs[MARKS_MAX];
	size_t dif_count;
};

static void take(void *context, const struct mg_note *note)
{
	struct notes *notes = context;
	const char *end = memchr(note->meaning, '\0', MG_NOTE_SIZE);
	FUZZ_REQUIRE(note->offset == notes->next);
	FUZZ_REQUIRE(note->part != NULL && note->part[0] != '\0');
	FUZZ_REQUIRE(end != NULL && end > note->meaning);
	FUZZ_REQUIRE(fuzz_is_line(note->meaning, (size_t)(end - note->meaning)));
	notes->next += note->size;
	if (strcmp(note->part, "DIF") == 0) {
		FUZZ_REQUIRE(notes->dif_count < MARKS_MAX);
		notes->difs[notes->dif_count++] = note->offset;
	}
}

static bool has_dif(const struct notes *notes, size_t offset)
{
	for (size_t i = 0; i < notes->dif_count; i++) {
		if (notes->difs[i] == offset) {
			return true;
		}
	}
	return false;
}

static void check_records(const struct mg_telegram *telegram, const struct notes *whole)
{
	struct notes alone = { 0 };
	struct mg_data_record record;
	mg_explain_records(telegram, take, &alone);
	FUZZ_REQUIRE(alone.next == telegram->records.size);
	if (telegram->content != MG_CONTENT_RECORDS) {
		return;
	}
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		FUZZ_REQUIRE(has_dif(whole, record.offset));
		FUZZ_REQUIRE(has_dif(&alone, record.offset - telegram->offset));
	}
}

static void check_frame(uint8_t c, uint8_t ci, const uint8_t *data, size_t size)
{
	uint8_t built[MG_FRAME_MAX];
	struct mg_frame frame = { MG_FRAME_LONG, c, 1, ci, { data, size } };
	size_t length = mg_frame_build(&frame, built, sizeof(built));
	uint8_t *bytes = fuzz_copy(built, length);
	struct notes notes = { 0 };
	struct mg_telegram telegram;
	mg_explain(bytes, length, take, &notes);
	FUZZ_REQUIRE(notes.next == length);
	FUZZ_REQUIRE(mg_frame_parse(bytes, length, &frame, &length) == MG_FAULT_NONE);
	mg_telegram_parse(&frame, &telegram);
	check_records(&telegram, &notes);
	free(bytes);
}

/* Input: C, CI, and what follows CI; or any bytes. Both are tried. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	uint8_t c = fuzz_byte(&input), ci = fuzz_byte(&input);
	size_t taken, length = size < BYTES_MAX ? size : BYTES_MAX;
	uint8_t *bytes = fuzz_copy(data, length);
	struct notes notes = { 0 };
	mg_explain(bytes, length, take, &notes);
	FUZZ_REQUIRE(notes.next == length);
	free(bytes);
	const uint8_t *rest = fuzz_take(&input, DATA_MAX, &taken);
	check_frame(c, ci, rest, taken);
	return 0;
}
