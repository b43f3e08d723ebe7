/* SPDX-License-Identifier: MIT */
/* Rows of the tables of EN 13757-3 as a person reads them there, and what a record of
   each row has to become in every data field. */
#ifndef GOLDEN_BENCH_H
#define GOLDEN_BENCH_H

#include "mbus_bench.h"

#define GOLDEN_CODES 16 /* codes of the longest row */

/* The column "type" of the tables. */
enum golden_type {
	GOLDEN_B, /* signed; the most negative number is no value */
	GOLDEN_C, /* unsigned; all ones are no value */
	GOLDEN_D, /* bits; nothing is no value */
};

struct golden_row {
	uint8_t first; /* code of ones[0], without the extension bit */
	const char *quantity;
	const char *unit;
	enum golden_type type;
	uint32_t flags;                 /* enum mg_data_record_flags */
	const char *ones[GOLDEN_CODES]; /* what the number 1 is worth under each code */
};

/* Two cells of the same text. */
#define GOLDEN_REPEAT4 "1", "1", "1", "1"
#define GOLDEN_REPEAT8 GOLDEN_REPEAT4, GOLDEN_REPEAT4

/* The bytes of a record being made. */
struct golden_bytes {
	uint8_t bytes[252];
	size_t size;
};

static inline void golden_add(struct golden_bytes *to, const void *bytes, size_t size)
{
	assert_true(size <= sizeof(to->bytes) - to->size);
	memcpy(to->bytes + to->size, bytes, size);
	to->size += size;
}

static inline void golden_byte(struct golden_bytes *to, unsigned byte)
{
	uint8_t one = (uint8_t)byte;
	golden_add(to, &one, 1);
}

static inline void golden_repeat(struct golden_bytes *to, unsigned byte, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		golden_byte(to, byte);
	}
}

/* Reads the one record that a telegram of these bytes (CI 78h) holds. */
static inline void golden_read(const struct golden_bytes *from, struct bench *bench,
		struct mg_data_record *record)
{
	bench_user_data(bench, 0x08, 0x78, from->bytes, from->size);
	assert_int_equal(bench->fault, MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, record), MG_FAULT_NONE);
	struct mg_data_record second;
	assert_int_equal(bench_next(bench, &second), MG_FAULT_END);
}

/* What a record with this DIF, VIB and data must be worth; NULL: invalid. */
static inline void golden_expect(unsigned dif, const struct golden_bytes *vib,
		const struct golden_bytes *data, const char *coding, const char *value)
{
	struct golden_bytes all = { .size = 0 };
	struct bench bench;
	struct mg_data_record record;
	golden_byte(&all, dif);
	golden_add(&all, vib->bytes, vib->size);
	golden_add(&all, data->bytes, data->size);
	golden_read(&all, &bench, &record);
	assert_string_equal(record.coding, coding);
	assert_int_equal(
			record.value.quality, value != NULL ? MG_QUALITY_GOOD : MG_QUALITY_INVALID);
	assert_true((record.value.reason == NULL) == (value != NULL));
	bench_expect_value(&record, value != NULL ? value : "");
	bench_finish(&bench);
}

/* A data field of integers, and the numbers that its width decides. */
struct golden_width {
	uint8_t dif;
	uint8_t size;
	const char *coding;
	const char *all_ones; /* as an unsigned number */
	const char *below;    /* the number before that */
};

/* clang-format off */
static const struct golden_width golden_widths[] = {
	{ 0x01, 1, "int8", "255", "254" },
	{ 0x02, 2, "int16", "65535", "65534" },
	{ 0x03, 3, "int24", "16777215", "16777214" },
	{ 0x04, 4, "int32", "4294967295", "4294967294" },
	{ 0x06, 6, "int48", "281474976710655", "281474976710654" },
	{ 0x07, 8, "int64", "18446744073709551615", "18446744073709551614" },
};
/* clang-format on */

#define GOLDEN_TEXT_SIZE 64

static inline const char *golden_minus(const char *one, char text[GOLDEN_TEXT_SIZE])
{
	assert_true(strlen(one) < GOLDEN_TEXT_SIZE - 1);
	text[0] = '-';
	strcpy(text + 1, one);
	return text;
}

/* Only where the table says so do two bytes stand for letters. */
static inline void golden_no_letters(
		const struct golden_width *width, const struct golden_bytes *vib, bool plain)
{
	static const struct golden_bytes letters = { { 0x24, 0x40 }, 2 };
	struct golden_bytes all = { .size = 0 };
	struct bench bench;
	struct mg_data_record record;
	golden_byte(&all, width->dif);
	golden_add(&all, vib->bytes, vib->size);
	golden_add(&all, letters.bytes, letters.size);
	golden_read(&all, &bench, &record);
	assert_int_equal(record.value.type, MG_TYPE_NUMBER);
	bench_finish(&bench);
	if (plain) {
		golden_expect(width->dif, vib, &letters, width->coding, "16420");
	}
}

static inline void golden_integer(const struct golden_width *width,
		const struct golden_bytes *vib, enum golden_type type, const char *one)
{
	struct golden_bytes number = { { 1 }, width->size };
	struct golden_bytes ones = { .size = 0 }, most_negative = { .size = 0 };
	bool plain = strcmp(one, "1") == 0;
	char minus[GOLDEN_TEXT_SIZE];
	golden_repeat(&ones, 0xFF, width->size);
	golden_repeat(&most_negative, 0, width->size - 1u);
	golden_byte(&most_negative, 0x80);
	golden_expect(width->dif, vib, &number, width->coding, one);
	if (type == GOLDEN_B) {
		golden_expect(width->dif, vib, &most_negative, width->coding, NULL);
		golden_expect(width->dif, vib, &ones, width->coding, golden_minus(one, minus));
		return;
	}
	if (type == GOLDEN_C) {
		golden_expect(width->dif, vib, &ones, width->coding, NULL);
	} else if (plain) {
		golden_expect(width->dif, vib, &ones, width->coding, width->all_ones);
	}
	if (plain) {
		ones.bytes[0] = 0xFE;
		golden_expect(width->dif, vib, &ones, width->coding, width->below);
	}
	if (width->size == 2) {
		golden_no_letters(width, vib, plain);
	}
	if (plain && width->size == 1) {
		golden_expect(width->dif, vib, &most_negative, width->coding, "128");
	}
}

/* BCD has a sign of its own, whatever the type of the row. */
static inline void golden_bcd(const struct golden_bytes *vib, const char *one)
{
	static const struct golden_width fields[] = {
		{ 0x09, 1, "bcd2", NULL, NULL },
		{ 0x0A, 2, "bcd4", NULL, NULL },
		{ 0x0B, 3, "bcd6", NULL, NULL },
		{ 0x0C, 4, "bcd8", NULL, NULL },
		{ 0x0E, 6, "bcd12", NULL, NULL },
	};
	char minus[GOLDEN_TEXT_SIZE];
	for (size_t i = 0; i < BENCH_COUNT(fields); i++) {
		struct golden_bytes number = { { 1 }, fields[i].size };
		golden_expect(fields[i].dif, vib, &number, fields[i].coding, one);
		number.bytes[number.size - 1] |= 0xF0;
		golden_expect(
				fields[i].dif, vib, &number, fields[i].coding, golden_minus(one, minus));
		number.bytes[number.size - 1] = 0xE1;
		golden_expect(fields[i].dif, vib, &number, fields[i].coding, NULL);
	}
}

static inline void golden_others(
		const struct golden_bytes *vib, enum golden_type type, const char *one)
{
	static const struct golden_bytes real = { { 0x00, 0x00, 0x80, 0x3F }, 4 };
	static const struct golden_bytes real_minus = { { 0x00, 0x00, 0x80, 0xBF }, 4 };
	static const struct golden_bytes infinite = { { 0x00, 0x00, 0x80, 0x7F }, 4 };
	static const struct golden_bytes bcd = { { 0xC1, 0x01 }, 2 };
	static const struct golden_bytes bcd_minus = { { 0xD1, 0x01 }, 2 };
	static const struct golden_bytes number = { { 0xE2, 0x01, 0x00 }, 3 };
	static const struct golden_bytes ones = { { 0xE2, 0xFF, 0xFF }, 3 };
	static const struct golden_bytes text = { { 0x02, '4', 'A' }, 3 };
	char minus[GOLDEN_TEXT_SIZE];
	golden_expect(0x05, vib, &real, "real32", one);
	golden_expect(0x05, vib, &real_minus, "real32", golden_minus(one, minus));
	golden_expect(0x05, vib, &infinite, "real32", NULL);
	golden_expect(0x0D, vib, &bcd, "lvar-bcd", one);
	golden_expect(0x0D, vib, &bcd_minus, "lvar-bcd-neg", golden_minus(one, minus));
	golden_expect(0x0D, vib, &number, "lvar-int", one);
	if (type == GOLDEN_B) {
		golden_expect(0x0D, vib, &ones, "lvar-int", golden_minus(one, minus));
	} else if (type == GOLDEN_C) {
		golden_expect(0x0D, vib, &ones, "lvar-int", NULL);
	}
	golden_expect(0x0D, vib, &text, "lvar-text", "A4");
}

static inline void golden_meaning(const struct golden_row *row, unsigned index,
		const struct golden_bytes *vib, const char *modifiers)
{
	struct golden_bytes all = { .size = 0 };
	struct bench bench;
	struct mg_data_record record;
	golden_byte(&all, 0x00);
	golden_add(&all, vib->bytes, vib->size);
	golden_read(&all, &bench, &record);
	print_message("# code %02X\n", row->first + index);
	assert_string_equal(record.quantity, row->quantity);
	bench_expect_unit(&record, row->unit);
	bench_expect_modifiers(&record, modifiers);
	assert_int_equal(record.flags, row->flags);
	assert_string_equal(record.coding, "none");
	assert_int_equal(record.value.type, MG_TYPE_NONE);
	assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
	bench_finish(&bench);
}

/* Every code of a row in every data field. `prefix` is what stands in front of the code,
   `behind` a VIFE that follows it, or 0. */
static inline void golden_check_row(const struct golden_row *row,
		const struct golden_bytes *prefix, uint8_t behind, const char *modifiers)
{
	for (unsigned i = 0; i < GOLDEN_CODES && row->ones[i] != NULL; i++) {
		struct golden_bytes vib = *prefix;
		golden_byte(&vib, (row->first + i) | (behind != 0 ? 0x80 : 0));
		if (behind != 0) {
			golden_byte(&vib, behind);
		}
		golden_meaning(row, i, &vib, modifiers);
		for (size_t w = 0; w < BENCH_COUNT(golden_widths); w++) {
			golden_integer(&golden_widths[w], &vib, row->type, row->ones[i]);
		}
		golden_bcd(&vib, row->ones[i]);
		golden_others(&vib, row->type, row->ones[i]);
	}
}

/* Marks the codes of a row, and wants none twice. */
static inline void golden_mark(const struct golden_row *row, bool seen[128])
{
	for (unsigned i = 0; i < GOLDEN_CODES && row->ones[i] != NULL; i++) {
		assert_false(seen[row->first + i]);
		seen[row->first + i] = true;
	}
}

#endif
