/* SPDX-License-Identifier: MIT */
/* Checks every row of the tables of data fields, functions, DIFEs, special DIFs, LVAR and
   data types. */
#include "golden_bench.h"

#define INVALID_BCD "not a number: BCD with digits A to F"
#define MARKED "marked invalid by the meter"
#define UNSET "date or time not set"
#define RECURRING "recurring date, not a point in time"
#define IMPOSSIBLE "no such date or time"
#define MOST_NEGATIVE "marked invalid: the most negative number"
#define ALL_BITS "marked invalid: all bits are set"
#define INCOMPLETE "date or time with parts not specified"
#define INFINITE "not a number: infinity"
#define NOT_A_NUMBER "not a number: NaN"

/* What one record must become. */
struct golden_data {
	const char *hex;
	const char *coding;
	size_t size; /* of the data */
	const char *value;
	const char *reason; /* NULL: the value is good */
};

static void check_record(struct bench *bench, const struct golden_data *row)
{
	struct mg_data_record record;
	assert_int_equal(bench_next(bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.coding, row->coding);
	assert_int_equal(record.data.size, row->size);
	bench_expect_value(&record, row->value);
	if (row->reason == NULL) {
		assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
		assert_null(record.value.reason);
	} else {
		assert_int_equal(record.value.quality, MG_QUALITY_INVALID);
		assert_int_equal(record.value.type, MG_TYPE_NONE);
		assert_string_equal(record.value.reason, row->reason);
	}
}

static void check_rows(const struct golden_data *rows, size_t count, bool mode2)
{
	for (size_t i = 0; i < count; i++) {
		struct bench bench;
		struct mg_data_record after;
		char hex[600];
		print_message("# %s\n", rows[i].hex);
		/* what follows must be found, too: it says how long the record was */
		strcpy(hex, rows[i].hex);
		strcat(hex, " 01 13 07");
		if (mode2) {
			bench_records_mode2(&bench, hex);
		} else {
			bench_records(&bench, hex);
		}
		check_record(&bench, &rows[i]);
		assert_int_equal(bench_next(&bench, &after), MG_FAULT_NONE);
		bench_expect_value(&after, "0.007");
		assert_int_equal(bench_next(&bench, &after), MG_FAULT_END);
		bench_finish(&bench);
	}
}

/* clang-format off */
/* Litres in each data field; FDh 3Ah where digits matter more. */
static const struct golden_data data_fields[] = {
	{ "00 13", "none", 0, "", NULL },
	{ "01 13 F6", "int8", 1, "-0.010", NULL },
	{ "02 13 C9 08", "int16", 2, "2.249", NULL },
	{ "03 13 15 31 00", "int24", 3, "12.565", NULL },
	{ "04 13 18 FC FF FF", "int32", 4, "-1.000", NULL },
	{ "05 13 CD CC 2C 42", "real32", 4, "0.0432", NULL },
	{ "06 13 FF FF FF 7F 00 00", "int48", 6, "2147483.647", NULL },
	{ "07 13 00 E4 0B 54 02 00 00 00", "int64", 8, "10000000.000", NULL },
	{ "08 13", "none", 0, "", NULL },
	{ "09 13 04", "bcd2", 1, "0.004", NULL },
	{ "0A 13 34 12", "bcd4", 2, "1.234", NULL },
	{ "0B 13 45 23 01", "bcd6", 3, "12.345", NULL },
	{ "0C 13 78 56 34 12", "bcd8", 4, "12345.678", NULL },
	{ "0D 13 C4 78 56 34 12", "lvar-bcd", 4, "12345.678", NULL },
	{ "0E 13 89 67 45 23 01 00", "bcd12", 6, "123456.789", NULL },
};

/* The same with high bytes first. */
static const struct golden_data data_fields_mode2[] = {
	{ "00 13", "none", 0, "", NULL },
	{ "01 13 F6", "int8", 1, "-0.010", NULL },
	{ "02 13 08 C9", "int16", 2, "2.249", NULL },
	{ "03 13 00 31 15", "int24", 3, "12.565", NULL },
	{ "04 13 FF FF FC 18", "int32", 4, "-1.000", NULL },
	{ "05 13 42 2C CC CD", "real32", 4, "0.0432", NULL },
	{ "06 13 00 00 7F FF FF FF", "int48", 6, "2147483.647", NULL },
	{ "07 13 00 00 00 02 54 0B E4 00", "int64", 8, "10000000.000", NULL },
	{ "08 13", "none", 0, "", NULL },
	{ "09 13 04", "bcd2", 1, "0.004", NULL },
	{ "0A 13 12 34", "bcd4", 2, "1.234", NULL },
	{ "0B 13 01 23 45", "bcd6", 3, "12.345", NULL },
	{ "0C 13 12 34 56 78", "bcd8", 4, "12345.678", NULL },
	{ "0D 13 C4 12 34 56 78", "lvar-bcd", 4, "12345.678", NULL },
	{ "0D 13 D2 12 34", "lvar-bcd-neg", 2, "-1.234", NULL },
	{ "0D 13 E2 08 C9", "lvar-int", 2, "2.249", NULL },
	{ "0D 13 03 41 42 43", "lvar-text", 3, "ABC", NULL },
	{ "0D FD 3B 03 41 42 43", "lvar-binary", 3, "414243", NULL },
	{ "0E 13 00 01 23 45 67 89", "bcd12", 6, "123456.789", NULL },
	{ "02 6C 1C BF", "date-G", 2, "2013-12-31", NULL },
	{ "03 6D 0C 2D 1E", "time-J", 3, "12:45:30", NULL },
	{ "04 6D 15 1F 37 32", "datetime-F", 4, "2008-05-31T23:50", NULL },
	{ "06 6D 20 27 5A 0E 1E 2D", "datetime-I", 6, "2018-07-26T14:30:45", NULL },
};

static const struct golden_data numbers[] = {
	/* the ends of each range */
	{ "01 FD 3A 7F", "int8", 1, "127", NULL },
	{ "01 FD 3A 81", "int8", 1, "-127", NULL },
	{ "02 FD 3A FF 7F", "int16", 2, "32767", NULL },
	{ "02 FD 3A 01 80", "int16", 2, "-32767", NULL },
	{ "03 FD 3A FF FF 7F", "int24", 3, "8388607", NULL },
	{ "03 FD 3A 01 00 80", "int24", 3, "-8388607", NULL },
	{ "04 FD 3A FF FF FF 7F", "int32", 4, "2147483647", NULL },
	{ "04 FD 3A 01 00 00 80", "int32", 4, "-2147483647", NULL },
	{ "06 FD 3A FF FF FF FF FF 7F", "int48", 6, "140737488355327", NULL },
	{ "06 FD 3A 01 00 00 00 00 80", "int48", 6, "-140737488355327", NULL },
	{ "07 FD 3A FF FF FF FF FF FF FF 7F", "int64", 8, "9223372036854775807", NULL },
	{ "07 FD 3A 01 00 00 00 00 00 00 80", "int64", 8, "-9223372036854775807", NULL },
	{ "07 FD 3A 00 00 00 00 00 00 00 80", "int64", 8, "", MOST_NEGATIVE },
	{ "01 6E FF", "int8", 1, "", ALL_BITS },
	{ "07 6E FE FF FF FF FF FF FF FF", "int64", 8, "18446744073709551614", NULL },
	{ "07 6E FF FF FF FF FF FF FF FF", "int64", 8, "", ALL_BITS },
	/* F in front is a minus, and nowhere else */
	{ "09 FD 3A F5", "bcd2", 1, "-5", NULL },
	{ "0A FD 3A 21 F3", "bcd4", 2, "-321", NULL },
	{ "0B FD 3A 21 43 F5", "bcd6", 3, "-54321", NULL },
	{ "0C FD 3A 21 43 65 F7", "bcd8", 4, "-7654321", NULL },
	{ "0E FD 3A 21 43 65 87 09 F1", "bcd12", 6, "-10987654321", NULL },
	{ "0E FD 3A 99 99 99 99 99 99", "bcd12", 6, "999999999999", NULL },
	{ "0A FD 3A 21 0F", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A F1 03", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 1F F3", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 21 A3", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 21 B3", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 21 C3", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 21 D3", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 21 E3", "bcd4", 2, "", INVALID_BCD },
	{ "0A FD 3A 2A 03", "bcd4", 2, "", INVALID_BCD },
	{ "0C FD 3A BB BB BB DB", "bcd8", 4, "", INVALID_BCD },
	{ "3A 5A E1 02", "bcd4", 2, "", INVALID_BCD },
	/* real numbers have the fewest digits that mean the same */
	{ "05 FD 3A 00 00 80 3F", "real32", 4, "1", NULL },
	{ "05 FD 3A CD CC CC 3D", "real32", 4, "0.1", NULL },
	{ "05 FD 3A 00 00 00 00", "real32", 4, "0", NULL },
	{ "05 FD 3A 00 00 00 80", "real32", 4, "0", NULL },
	{ "05 FD 3A 00 00 80 4B", "real32", 4, "16777216", NULL },
	{ "05 FD 3A 75 18 34 3B", "real32", 4, "0.0027480398", NULL },
	{ "05 FD 3A 77 42 F0 48", "real32", 4, "492051.72", NULL },
	{ "05 FD 3A 01 00 00 00", "real32", 4,
		"0.000000000000000000000000000000000000000000001", NULL },
	{ "05 FD 3A FF FF 7F 7F", "real32", 4, "340282350000000000000000000000000000000",
		NULL },
	{ "05 FD 3A 00 00 80 7F", "real32", 4, "", INFINITE },
	{ "05 FD 3A 00 00 80 FF", "real32", 4, "", INFINITE },
	{ "05 FD 3A 00 00 C0 7F", "real32", 4, "", NOT_A_NUMBER },
	/* 2^-12, exactly, also where 64 bits are too few */
	{ "01 FB 6A 03", "int8", 1, "0.000732421875", NULL },
	{ "07 FB 6A FF FF FF FF FF FF FF 7F", "int64", 8,
		"2251799813685247.999755859375", NULL },
	{ "07 FB 6A 01 00 00 00 00 00 00 80", "int64", 8,
		"-2251799813685247.999755859375", NULL },
	/* a product beyond 64 bits */
	{ "07 27 FF FF FF FF FF FF FF 7F", "int64", 8, "796899343984252629724800", NULL },
};

static const struct golden_data lvar[] = {
	{ "0D FD 11 00", "lvar-text", 0, "", NULL },
	{ "0D FD 11 01 41", "lvar-text", 1, "A", NULL },
	{ "0D FD 11 05 6F 6C 6C 65 48", "lvar-text", 5, "Hello", NULL },
	{ "0D FD 11 03 FC E4 DF", "lvar-text", 3, "ßäü", NULL },
	{ "0D FD 3A C0", "lvar-bcd", 0, "", NULL },
	{ "0D FD 3A C1 12", "lvar-bcd", 1, "12", NULL },
	{ "0D FD 3A C2 34 12", "lvar-bcd", 2, "1234", NULL },
	{ "0D FD 3A C9 89 67 45 23 01 89 67 45 23", "lvar-bcd", 9, "234567890123456789",
		NULL },
	{ "0D FD 3A C9 99 99 99 99 99 99 99 99 99", "lvar-bcd", 9, "999999999999999999",
		NULL },
	{ "0D FD 3A C2 34 F2", "lvar-bcd", 2, "", INVALID_BCD },
	{ "0D FD 3A D0", "lvar-bcd-neg", 0, "", NULL },
	{ "0D FD 3A D1 12", "lvar-bcd-neg", 1, "-12", NULL },
	{ "0D FD 3A D2 34 12", "lvar-bcd-neg", 2, "-1234", NULL },
	{ "0D FD 3A D9 89 67 45 23 01 89 67 45 23", "lvar-bcd-neg", 9,
		"-234567890123456789", NULL },
	{ "0D FD 3A D2 34 E2", "lvar-bcd-neg", 2, "", INVALID_BCD },
	{ "0D FD 3A E0", "lvar-int", 0, "", NULL },
	{ "0D FD 3A E1 FF", "lvar-int", 1, "-1", NULL },
	{ "0D FD 3A E3 01 02 03", "lvar-int", 3, "197121", NULL },
	{ "0D FD 3A E5 00 00 00 00 80", "lvar-int", 5, "", MOST_NEGATIVE },
	{ "0D FD 3A E7 01 02 03 04 05 06 07", "lvar-int", 7, "1976943448883713", NULL },
	{ "0D FD 3A E8 FF FF FF FF FF FF FF 7F", "lvar-int", 8, "9223372036854775807", NULL },
	{ "0D FD 3A E8 FE FF FF FF FF FF FF FF", "lvar-int", 8, "-2", NULL },
	{ "0D FD 3A E9 01 02 03 04 05 06 07 08 09", "lvar-binary", 9, "010203040506070809",
		NULL },
	{ "0D FD 3A EF 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F", "lvar-binary", 15,
		"0102030405060708090A0B0C0D0E0F", NULL },
};

/* Large binaries: LVAR and how many bytes follow. */
static const uint8_t large[][2] = {
	{ 0xF0, 16 }, { 0xF1, 20 }, { 0xF2, 24 }, { 0xF3, 28 }, { 0xF4, 32 }, { 0xF5, 48 },
	{ 0xF6, 64 },
};

/* First and last of each reserved range of LVAR. */
static const uint8_t reserved_lvar[] = { 0xCA, 0xCF, 0xDA, 0xDF, 0xF7, 0xF8, 0xFA, 0xFF };

static const struct golden_data dates[] = {
	/* G: each part at its ends */
	{ "02 6C 01 01", "date-G", 2, "2000-01-01", NULL },
	{ "02 6C 1F A1", "date-G", 2, "2080-01-31", NULL },
	{ "02 6C 21 A1", "date-G", 2, "1981-01-01", NULL },
	{ "02 6C 7F CC", "date-G", 2, "1999-12-31", NULL },
	{ "02 6C 9D 02", "date-G", 2, "2004-02-29", NULL },
	{ "02 6C 3D 02", "date-G", 2, "", IMPOSSIBLE },
	{ "02 6C 1F 04", "date-G", 2, "", IMPOSSIBLE },
	{ "02 6C 01 0D", "date-G", 2, "", IMPOSSIBLE },
	{ "02 6C 01 0E", "date-G", 2, "", IMPOSSIBLE },
	{ "02 6C 21 00", "date-G", 2, "", IMPOSSIBLE },
	{ "02 6C 81 C1", "date-G", 2, "", IMPOSSIBLE },
	{ "02 6C FF FF", "date-G", 2, "", UNSET },
	{ "02 6C 00 00", "date-G", 2, "", UNSET },
	{ "02 6C 20 31", "date-G", 2, "", RECURRING },
	{ "02 6C 2F 3F", "date-G", 2, "", RECURRING },
	{ "02 6C EF F1", "date-G", 2, "", RECURRING },
	/* F: hundred-year bits count from 1900, but 00 to 80 without them are 20xx */
	{ "04 6D 00 00 01 01", "datetime-F", 4, "2000-01-01T00:00", NULL },
	{ "04 6D 3B 17 1F 0C", "datetime-F", 4, "2000-12-31T23:59", NULL },
	{ "04 6D 1E 0E 1A A7", "datetime-F", 4, "2080-07-26T14:30", NULL },
	{ "04 6D 1E 0E 3A A7", "datetime-F", 4, "1981-07-26T14:30", NULL },
	{ "04 6D 1E 2E 5A 27", "datetime-F", 4, "2018-07-26T14:30", NULL },
	{ "04 6D 1E 2E 7A C7", "datetime-F", 4, "2099-07-26T14:30", NULL },
	{ "04 6D 1E 4E 5A 27", "datetime-F", 4, "2118-07-26T14:30", NULL },
	{ "04 6D 1E 6E 5A 27", "datetime-F", 4, "2218-07-26T14:30", NULL },
	{ "04 6D 5E 2E 5A 27", "datetime-F", 4, "2018-07-26T14:30", NULL },
	{ "04 6D 1E 2E 9D 02", "datetime-F", 4, "2004-02-29T14:30", NULL },
	{ "04 6D 1E 0E 1D 02", "datetime-F", 4, "2000-02-29T14:30", NULL },
	{ "04 6D 1E 4E 1D 02", "datetime-F", 4, "", IMPOSSIBLE },
	{ "04 6D 1E 6E 1D 02", "datetime-F", 4, "", IMPOSSIBLE },
	{ "04 6D 9E 2E 5A 27", "datetime-F", 4, "", MARKED },
	{ "04 6D 00 00 00 00", "datetime-F", 4, "", UNSET },
	{ "04 6D FF FF FF FF", "datetime-F", 4, "", MARKED },
	{ "04 6D 3F 2E 5A 27", "datetime-F", 4, "", RECURRING },
	{ "04 6D 1E 3F 5A 27", "datetime-F", 4, "", RECURRING },
	{ "04 6D 1E 2E 40 27", "datetime-F", 4, "", RECURRING },
	{ "04 6D 1E 2E 5A 2F", "datetime-F", 4, "", RECURRING },
	{ "04 6D 1E 2E FA F7", "datetime-F", 4, "", RECURRING },
	{ "04 6D 3C 2E 5A 27", "datetime-F", 4, "", IMPOSSIBLE },
	{ "04 6D 1E 38 5A 27", "datetime-F", 4, "", IMPOSSIBLE },
	{ "04 6D 1E 2E 5A 20", "datetime-F", 4, "", IMPOSSIBLE },
	{ "04 6D 1E 2E 5A 2D", "datetime-F", 4, "", IMPOSSIBLE },
	/* I: seconds, and parts that are nobody's time */
	{ "06 6D 2D 1E 0E 5A 27 20", "datetime-I", 6, "2018-07-26T14:30:45", NULL },
	{ "06 6D 00 00 00 01 01 00", "datetime-I", 6, "2000-01-01T00:00:00", NULL },
	{ "06 6D BB 7B F7 1F 0C FF", "datetime-I", 6, "2000-12-31T23:59:59", NULL },
	{ "06 6D 2D 9E 0E 5A 27 20", "datetime-I", 6, "", MARKED },
	{ "06 6D 3F 1E 0E 5A 27 20", "datetime-I", 6, "", RECURRING },
	{ "06 6D 2D 3F 0E 5A 27 20", "datetime-I", 6, "", RECURRING },
	{ "06 6D 2D 1E 1F 5A 27 20", "datetime-I", 6, "", RECURRING },
	{ "06 6D 3C 1E 0E 5A 27 20", "datetime-I", 6, "", IMPOSSIBLE },
	{ "06 6D 2D 3C 0E 5A 27 20", "datetime-I", 6, "", IMPOSSIBLE },
	{ "06 6D 2D 1E 18 5A 27 20", "datetime-I", 6, "", IMPOSSIBLE },
	{ "06 6D 2D 1E 0E 5A 2D 20", "datetime-I", 6, "", IMPOSSIBLE },
	{ "06 6D 2D 1E 0E 40 27 20", "datetime-I", 6, "", INCOMPLETE },
	{ "06 6D 2D 1E 0E 5A 20 20", "datetime-I", 6, "", INCOMPLETE },
	{ "06 6D 2D 1E 0E FA F7 20", "datetime-I", 6, "", INCOMPLETE },
	{ "06 6D 2D 1E 0E 5A 2F 20", "datetime-I", 6, "", IMPOSSIBLE },
	{ "06 6D 00 00 00 00 00 00", "datetime-I", 6, "", UNSET },
	/* J: a time alone */
	{ "03 6D 00 00 00", "time-J", 3, "00:00:00", NULL },
	{ "03 6D 3B 3B 17", "time-J", 3, "23:59:59", NULL },
	{ "03 6D FF FF FF", "time-J", 3, "", UNSET },
	{ "03 6D 3F 2D 0C", "time-J", 3, "", RECURRING },
	{ "03 6D 1E 3F 0C", "time-J", 3, "", RECURRING },
	{ "03 6D 1E 2D 1F", "time-J", 3, "", RECURRING },
	{ "03 6D 3C 2D 0C", "time-J", 3, "", IMPOSSIBLE },
	{ "03 6D 1E 3C 0C", "time-J", 3, "", IMPOSSIBLE },
	{ "03 6D 1E 2D 18", "time-J", 3, "", IMPOSSIBLE },
};
/* clang-format on */

static void data_fields_have_their_length_and_type(void **state)
{
	(void)state;
	check_rows(data_fields, BENCH_COUNT(data_fields), false);
	check_rows(data_fields_mode2, BENCH_COUNT(data_fields_mode2), true);
}

static void numbers_are_exact_up_to_their_ends(void **state)
{
	(void)state;
	check_rows(numbers, BENCH_COUNT(numbers), false);
}

static void lvar_decides_on_length_and_type(void **state)
{
	(void)state;
	check_rows(lvar, BENCH_COUNT(lvar), false);
}

static void dates_are_exact_or_none(void **state)
{
	(void)state;
	check_rows(dates, BENCH_COUNT(dates), false);
}

/* The last day of each month of a year without a leap day, and the day after it. */
static void months_have_their_days(void **state)
{
	static const struct {
		const char *last;
		const char *value;
		const char *behind; /* NULL: five bits cannot say it */
	} rows[] = {
		{ "02 6C 3F 31", "2025-01-31", NULL },
		{ "02 6C 3C 32", "2025-02-28", "02 6C 3D 32" },
		{ "02 6C 3F 33", "2025-03-31", NULL },
		{ "02 6C 3E 34", "2025-04-30", "02 6C 3F 34" },
		{ "02 6C 3F 35", "2025-05-31", NULL },
		{ "02 6C 3E 36", "2025-06-30", "02 6C 3F 36" },
		{ "02 6C 3F 37", "2025-07-31", NULL },
		{ "02 6C 3F 38", "2025-08-31", NULL },
		{ "02 6C 3E 39", "2025-09-30", "02 6C 3F 39" },
		{ "02 6C 3F 3A", "2025-10-31", NULL },
		{ "02 6C 3E 3B", "2025-11-30", "02 6C 3F 3B" },
		{ "02 6C 3F 3C", "2025-12-31", NULL },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const struct golden_data last = { rows[i].last, "date-G", 2, rows[i].value,
			NULL };
		const struct golden_data behind = { rows[i].behind, "date-G", 2, "", IMPOSSIBLE };
		check_rows(&last, 1, false);
		if (rows[i].behind != NULL) {
			check_rows(&behind, 1, false);
		}
	}
}

static void the_longest_text_has_191_characters(void **state)
{
	struct golden_bytes all = { { 0x0D, 0xFD, 0x11, 0xBF }, 4 };
	struct bench bench;
	struct mg_data_record record;
	char text[MG_TEXT_SIZE];
	(void)state;
	golden_byte(&all, 'Z');
	golden_repeat(&all, 'A', 190);
	golden_read(&all, &bench, &record);
	assert_int_equal(record.data.size, 191);
	assert_int_equal(mg_value_text(&record, text, sizeof(text)), 191);
	assert_int_equal(text[0], 'A');
	assert_int_equal(text[190], 'Z');
	bench_finish(&bench);
}

static void large_binaries_are_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(large); i++) {
		struct golden_bytes all = { { 0x0D, 0x13, large[i][0] }, 3 };
		struct bench bench;
		struct mg_data_record record;
		char text[MG_TEXT_SIZE];
		golden_byte(&all, 0x12);
		golden_repeat(&all, 0xAB, large[i][1] - 1u);
		golden_read(&all, &bench, &record);
		assert_string_equal(record.coding, "lvar-binary");
		assert_int_equal(record.data.size, large[i][1]);
		assert_int_equal(record.value.type, MG_TYPE_BYTES);
		assert_int_equal(mg_value_text(&record, text, sizeof(text)), 2 * large[i][1]);
		assert_memory_equal(text, "12AB", 4);
		bench_finish(&bench);
	}
}

/* A good record, then these bytes: the fault, and at which of them. */
static void expect_fault(
		const struct golden_bytes *bytes, enum mg_fault fault, size_t offset)
{
	struct golden_bytes all = { { 0x01, 0x13, 0x05 }, 3 };
	struct bench bench;
	struct mg_data_record record;
	golden_add(&all, bytes->bytes, bytes->size);
	bench_user_data(&bench, 0x08, 0x78, all.bytes, all.size);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.005");
	assert_int_equal(bench_next(&bench, &record), fault);
	assert_int_equal(bench.cursor.offset, 7 + 3 + offset);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void reserved_lvar_codes_stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(reserved_lvar); i++) {
		struct golden_bytes bytes = { { 0x0D, 0x13, reserved_lvar[i] }, 3 };
		golden_repeat(&bytes, 0, 200);
		expect_fault(&bytes, MG_FAULT_LVAR_RESERVED, 2);
	}
}

static void reserved_difs_stop(void **state)
{
	static const uint8_t reserved[] = { 0x3F, 0x4F, 0x5F, 0x6F, 0x7F, 0x8F, 0x9F, 0xAF,
		0xBF, 0xCF, 0xDF, 0xEF, 0xFF };
	(void)state;
	for (size_t i = 0; i < sizeof(reserved); i++) {
		const struct golden_bytes bytes = { { reserved[i], 0x13, 0x05, 0x01, 0x13 }, 5 };
		expect_fault(&bytes, MG_FAULT_DIF_RESERVED, 0);
	}
}

static void fillers_are_stepped_over(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "2F 2F 01 13 05 2F 01 13 06 2F 2F 2F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.offset, 7 + 2);
	assert_int_equal(bench.cursor.offset, 7 + 5);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.offset, 7 + 6);
	assert_int_equal(bench.cursor.offset, 7 + 9);
	assert_int_equal(bench.cursor.index, 2);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_records(&bench, "2F 2F 2F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void check_block(const char *hex, size_t size, bool more)
{
	struct bench bench;
	struct mg_data_record record;
	bench_records(&bench, hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.005");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "manufacturer-data");
	assert_string_equal(record.unit, "");
	assert_string_equal(record.coding, "raw");
	assert_int_equal(record.function, MG_FUNCTION_NONE);
	assert_int_equal(record.data_field, 15);
	assert_int_equal(record.value.type, MG_TYPE_BYTES);
	assert_int_equal(record.data.size, size);
	assert_int_equal(record.dib.size, 1);
	assert_int_equal(record.vib.size, 0);
	assert_int_equal(record.storage, 0);
	assert_int_equal(record.flags,
			MG_DATA_VENDOR | MG_DATA_MANUFACTURER | (more ? (unsigned)MG_DATA_MORE : 0u));
	assert_int_equal(bench.cursor.more, more);
	bench_expect_value(&record, size > 0 ? "2F0113" : "");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void manufacturer_blocks_last_to_the_end(void **state)
{
	(void)state;
	check_block("01 13 05 0F", 0, false);
	check_block("01 13 05 0F 2F 01 13", 3, false);
	check_block("01 13 05 1F", 0, true);
	check_block("01 13 05 1F 2F 01 13", 3, true);
}

static void readout_requests_are_only_for_masters(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_request(&bench, "7F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_request(&bench, "7F 7E");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_request(&bench, "08 13 7F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "volume");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

/* Reads `dib`, then litres in the data field that it names. */
static void read_dib(const struct golden_bytes *dib, struct mg_data_record *record)
{
	struct golden_bytes all = *dib;
	struct bench bench;
	golden_byte(&all, 0x13);
	golden_byte(&all, 0x05);
	golden_read(&all, &bench, record);
	assert_int_equal(record->dib.size, dib->size);
	bench_expect_value(record, "0.005");
	bench_finish(&bench);
}

static void functions_and_the_low_storage_bit_stand_in_the_dif(void **state)
{
	static const struct {
		uint8_t dif, function, storage;
	} rows[] = {
		{ 0x01, MG_FUNCTION_INSTANTANEOUS, 0 },
		{ 0x11, MG_FUNCTION_MAXIMUM, 0 },
		{ 0x21, MG_FUNCTION_MINIMUM, 0 },
		{ 0x31, MG_FUNCTION_ERROR, 0 },
		{ 0x41, MG_FUNCTION_INSTANTANEOUS, 1 },
		{ 0x51, MG_FUNCTION_MAXIMUM, 1 },
		{ 0x61, MG_FUNCTION_MINIMUM, 1 },
		{ 0x71, MG_FUNCTION_ERROR, 1 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const struct golden_bytes dib = { { rows[i].dif }, 1 };
		struct mg_data_record record;
		read_dib(&dib, &record);
		assert_int_equal(record.function, rows[i].function);
		assert_int_equal(record.storage, rows[i].storage);
		assert_int_equal(record.tariff, 0);
		assert_int_equal(record.subunit, 0);
		assert_int_equal(record.data_field, 1);
	}
}

/* What each bit of each DIFE counts. */
static const struct {
	uint64_t storage; /* of bit 0 */
	uint32_t tariff;  /* of bit 4 */
	uint16_t subunit; /* of bit 6 */
} dife_bits[10] = {
	{ 2, 1, 1 },
	{ 32, 4, 2 },
	{ 512, 16, 4 },
	{ 8192, 64, 8 },
	{ 131072, 256, 16 },
	{ 2097152, 1024, 32 },
	{ 33554432, 4096, 64 },
	{ 536870912, 16384, 128 },
	{ 8589934592, 65536, 256 },
	{ 137438953472, 262144, 512 },
};

static void check_dife(size_t number, unsigned bit)
{
	struct golden_bytes dib = { { 0x81 }, 1 };
	struct mg_data_record record;
	golden_repeat(&dib, 0x80, number);
	golden_byte(&dib, 1u << bit);
	read_dib(&dib, &record);
	assert_true(record.storage == (bit < 4 ? dife_bits[number].storage << bit : 0));
	assert_int_equal(record.tariff,
			bit >= 4 && bit < 6 ? dife_bits[number].tariff << (bit - 4) : 0);
	assert_int_equal(record.subunit, bit == 6 ? dife_bits[number].subunit : 0);
	assert_int_equal(record.function, MG_FUNCTION_INSTANTANEOUS);
}

static void each_bit_of_ten_difes_has_its_place(void **state)
{
	struct golden_bytes full = { { 0xC1 }, 1 };
	struct mg_data_record record;
	(void)state;
	for (size_t number = 0; number < 10; number++) {
		for (unsigned bit = 0; bit < 7; bit++) {
			check_dife(number, bit);
		}
	}
	golden_repeat(&full, 0xFF, 9);
	golden_byte(&full, 0x7F);
	read_dib(&full, &record);
	assert_true(record.storage == 2199023255551);
	assert_int_equal(record.tariff, 1048575);
	assert_int_equal(record.subunit, 1023);
}

static void an_eleventh_dife_stops(void **state)
{
	struct golden_bytes bytes = { { 0x81 }, 1 };
	(void)state;
	golden_repeat(&bytes, 0x80, 10);
	golden_byte(&bytes, 0x00);
	golden_byte(&bytes, 0x13);
	golden_byte(&bytes, 0x05);
	expect_fault(&bytes, MG_FAULT_DIFE_LIMIT, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_fields_have_their_length_and_type),
		cmocka_unit_test(numbers_are_exact_up_to_their_ends),
		cmocka_unit_test(lvar_decides_on_length_and_type),
		cmocka_unit_test(dates_are_exact_or_none),
		cmocka_unit_test(months_have_their_days),
		cmocka_unit_test(the_longest_text_has_191_characters),
		cmocka_unit_test(large_binaries_are_bytes),
		cmocka_unit_test(reserved_lvar_codes_stop),
		cmocka_unit_test(reserved_difs_stop),
		cmocka_unit_test(fillers_are_stepped_over),
		cmocka_unit_test(manufacturer_blocks_last_to_the_end),
		cmocka_unit_test(readout_requests_are_only_for_masters),
		cmocka_unit_test(functions_and_the_low_storage_bit_stand_in_the_dif),
		cmocka_unit_test(each_bit_of_ten_difes_has_its_place),
		cmocka_unit_test(an_eleventh_dife_stops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
