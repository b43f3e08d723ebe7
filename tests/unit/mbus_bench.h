/* SPDX-License-Identifier: MIT */
/* Telegrams from hex for the tests of the codec. Every frame lies in memory of exactly
   its size, so that a read beyond it is found. */
#ifndef MBUS_BENCH_H
#define MBUS_BENCH_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <metergate/mbus.h>

struct bench {
	uint8_t *bytes;
	size_t size;
	struct mg_frame frame;
	struct mg_telegram telegram;
	struct mg_record_cursor cursor;
	enum mg_fault fault; /* of the telegram */
};

static inline int bench_digit(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

/* Bytes from upper-case hex with blanks anywhere. Returns how many. */
static inline size_t bench_bytes(const char *hex, uint8_t *bytes, size_t size)
{
	size_t count = 0;
	while (*hex != '\0') {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		int high = bench_digit(hex[0]), low = bench_digit(hex[1]);
		assert_true(high >= 0 && low >= 0 && count < size);
		bytes[count++] = (uint8_t)(high << 4 | low);
		hex += 2;
	}
	return count;
}

static inline void bench_finish(struct bench *bench)
{
	free(bench->bytes);
	bench->bytes = NULL;
}

/* Parses a whole frame; the fault of the telegram is left in `fault`. */
static inline void bench_take(struct bench *bench, const uint8_t *bytes, size_t size)
{
	size_t length;
	*bench = (struct bench){ .bytes = malloc(size), .size = size };
	assert_non_null(bench->bytes);
	memcpy(bench->bytes, bytes, size);
	assert_int_equal(
			mg_frame_parse(bench->bytes, size, &bench->frame, &length), MG_FAULT_NONE);
	assert_int_equal(length, size);
	bench->fault = mg_telegram_parse(&bench->frame, &bench->telegram);
	bench->cursor = mg_telegram_records(&bench->telegram);
}

static inline void bench_frame(struct bench *bench, const char *hex)
{
	uint8_t bytes[MG_FRAME_MAX];
	bench_take(bench, bytes, bench_bytes(hex, bytes, sizeof(bytes)));
}

/* A frame with these C and CI fields from address 1, and these bytes behind CI. */
static inline void bench_user_data(
		struct bench *bench, uint8_t c, uint8_t ci, const uint8_t *data, size_t size)
{
	uint8_t bytes[MG_FRAME_MAX] = { 0x68, 0, 0, 0x68, c, 1, ci };
	uint8_t sum = 0;
	assert_true(size <= 252);
	bytes[1] = bytes[2] = (uint8_t)(size + 3);
	if (size > 0) {
		memcpy(bytes + 7, data, size);
	}
	for (size_t i = 4; i < size + 7; i++) {
		sum = (uint8_t)(sum + bytes[i]);
	}
	bytes[size + 7] = sum;
	bytes[size + 8] = 0x16;
	bench_take(bench, bytes, size + 9);
}

/* Records without a header (CI 78h), from a meter. */
static inline void bench_records(struct bench *bench, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, 0x08, 0x78, data, bench_bytes(hex, data, sizeof(data)));
	assert_int_equal(bench->fault, MG_FAULT_NONE);
}

/* Records behind a long header with high bytes first (CI 76h), from a meter. */
static inline void bench_records_mode2(struct bench *bench, const char *hex)
{
	uint8_t data[252];
	size_t head = bench_bytes("12345678 4024 01 07 55 00 0000", data, sizeof(data));
	size_t size = bench_bytes(hex, data + head, sizeof(data) - head);
	bench_user_data(bench, 0x08, 0x76, data, head + size);
	assert_int_equal(bench->fault, MG_FAULT_NONE);
}

/* Records to a meter (CI 51h). */
static inline void bench_request(struct bench *bench, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, 0x53, 0x51, data, bench_bytes(hex, data, sizeof(data)));
	assert_int_equal(bench->fault, MG_FAULT_NONE);
}

static inline enum mg_fault bench_next(struct bench *bench, struct mg_data_record *record)
{
	return mg_record_next(&bench->cursor, record);
}

static inline void bench_expect_value(
		const struct mg_data_record *record, const char *expected)
{
	char text[MG_TEXT_SIZE];
	mg_value_text(record, text, sizeof(text));
	assert_string_equal(text, expected);
}

static inline void bench_expect_unit(
		const struct mg_data_record *record, const char *expected)
{
	char text[MG_TEXT_SIZE];
	mg_unit_text(record, text, sizeof(text));
	assert_string_equal(text, expected);
}

/* The names of the modifiers with blanks between them. */
static inline void bench_expect_modifiers(
		const struct mg_data_record *record, const char *expected)
{
	char text[1024] = "";
	for (size_t i = 0; i < record->modifier_count; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, record->modifiers[i]);
	}
	assert_string_equal(text, expected);
}

/* What one record, alone in its telegram, must become. `value` NULL: it has none. */
struct bench_row {
	const char *hex;
	const char *quantity;
	const char *unit;
	const char *value;
};

static inline void bench_check_row(const struct bench_row *row)
{
	struct bench bench;
	struct mg_data_record record;
	bench_records(&bench, row->hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, row->quantity);
	bench_expect_unit(&record, row->unit);
	if (row->value == NULL) {
		assert_int_equal(record.value.type, MG_TYPE_NONE);
	}
	bench_expect_value(&record, row->value != NULL ? row->value : "");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static inline void bench_check_rows(const struct bench_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		print_message("# %s\n", rows[i].hex);
		bench_check_row(&rows[i]);
	}
}

#define BENCH_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
