/* SPDX-License-Identifier: MIT */
/* Checks data of fixed length in all codings, and what a coding cannot hold. */
#include "build_bench.h"

#include "mbus/reason.h"

#define NONE MG_DATE_NONE

static void real_numbers_can_be_none_or_endless(void **state)
{
	const struct built_row rows[] = {
		{ RECORD(5, "power", "W", "real32", .value = INVALID(reason_real, )),
				"05 28 0000C07F" },
		{ RECORD(5, "power", "W", "real32", .value = INVALID(reason_infinite, )),
				"05 28 0000807F" },
		{ RECORD(5, "power", "W", "real32",
				  .value = INVALID(reason_infinite, .negative = true)),
				"05 28 000080FF" },
		{ RECORD(5, "power", "W", "real32", .value = INVALID(reason_bcd, )), NULL },
		{ RECORD(5, "date", "", "real32", .flags = MG_DATA_AMBIGUOUS,
				  .value = NUMBER(1, 0)),
				"05 6C 0000803F" },
		{ RECORD(5, "wmbus-container", "", "real32", .value = NUMBER(1, 0)), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void bcd_can_be_broken(void **state)
{
	const struct built_row rows[] = {
		{ RECORD(10, "power", "W", "bcd4", .value = NUMBER(-321, 0)), "0A 2B 21F3" },
		{ RECORD(10, "power", "W", "bcd4",
				  .value = INVALID(reason_bcd, .wide = { 0xEEEE, 0 })),
				"0A 28 EEEE" },
		{ RECORD(10, "power", "W", "bcd4",
				  .value = INVALID(reason_bcd, .wide = { 0x1234, 0 })),
				NULL },
		{ RECORD(10, "power", "W", "bcd4", .value = NUMBER(-1234, 0)), NULL },
		{ RECORD(10, "power", "W", "bcd4", .value = NUMBER(1, INT32_MIN)), NULL },
		{ RECORD(10, "wmbus-container", "", "bcd4", .value = NUMBER(1, 0)), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void dates_need_a_vif_and_a_length_that_fit(void **state)
{
#define DAY                                                                              \
	{                                                                                    \
		2013, 12, 31, NONE, NONE, NONE                                                   \
	}
	const struct built_row rows[] = {
		{ RECORD(2, "date", "", "date-G", .value = { .type = MG_TYPE_DATE, .date = DAY }),
				"02 6C BF1C" },
		{ RECORD(2, "date", "", "date-G", .flags = MG_DATA_MODE2,
				  .value = { .type = MG_TYPE_DATE, .date = DAY }),
				"02 6C 1CBF" },
		{ RECORD(4, "datetime", "", "datetime-F", .flags = MG_DATA_SUMMER,
				  .value = { .type = MG_TYPE_DATETIME,
						  .date = { 2008, 5, 31, 23, 50, NONE } }),
				"04 6D 32B71F15" },
		{ RECORD(4, "date", "", "datetime-F",
				  .value = { .type = MG_TYPE_DATETIME,
						  .date = { 2008, 5, 31, 23, 50, NONE } }),
				NULL },
		{ RECORD(3, "datetime", "", "time-J",
				  .value = { .type = MG_TYPE_TIME,
						  .date = { NONE, NONE, NONE, 14, 30, 45 } }),
				"03 6D 2D1E0E" },
		{ RECORD(3, "tariff-start", "", "time-J",
				  .value = { .type = MG_TYPE_TIME,
						  .date = { NONE, NONE, NONE, 14, 30, 45 } }),
				NULL },
		{ RECORD(2, "date", "", "date-G", .value = { .type = MG_TYPE_DATE }), NULL },
		{ RECORD(2, "date", "", "int16", .flags = MG_DATA_AMBIGUOUS,
				  .value = NUMBER(1, 0)),
				NULL },
		{ RECORD(1, "date", "", "int8", .flags = MG_DATA_AMBIGUOUS,
				  .value = NUMBER(-1, 0)),
				"01 6C FF" },
		{ RECORD(1, "date", "", "int8", .value = NUMBER(-1, 0)), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void addresses_and_letters_are_codes(void **state)
{
#define ADDRESS                                                                          \
	{                                                                                    \
		.type = MG_TYPE_TEXT, .wide = { UINT64_C(0x0701402412345678), 0 }                \
	}
#define LETTERS(code)                                                                    \
	{                                                                                    \
		.type = MG_TYPE_TEXT, .wide = { code, 0 }                                        \
	}
	const struct built_row rows[] = {
		{ RECORD(7, "identification", "", "int64", .flags = MG_DATA_IDENTITY,
				  .value = ADDRESS),
				"07 79 7856341224400107" },
		{ RECORD(7, "identification", "", "int64",
				  .flags = MG_DATA_IDENTITY | MG_DATA_MODE2 | MG_DATA_AMBIGUOUS,
				  .value = ADDRESS),
				"07 79 1234567840240107" },
		{ RECORD(7, "identification", "", "int64", .flags = MG_DATA_IDENTITY,
				  .value = LETTERS(UINT64_MAX)),
				NULL },
		{ RECORD(7, "identification", "", "int64", .value = NUMBER(5, 0)), NULL },
		{ RECORD(7, "identification", "", "int64", .value = INVALID(reason_all_ones, )),
				"07 79 FFFFFFFFFFFFFFFF" },
		{ RECORD(4, "identification", "", "int32", .value = NUMBER(0x12345678, 0)),
				"04 79 78563412" },
		{ RECORD(2, "manufacturer", "", "int16", .flags = MG_DATA_IDENTITY,
				  .value = LETTERS(0x4024)),
				"02 FD0A 2440" },
		{ RECORD(2, "manufacturer", "", "int16", .flags = MG_DATA_IDENTITY,
				  .value = LETTERS(0)),
				NULL },
		{ RECORD(2, "manufacturer", "", "int16", .flags = MG_DATA_IDENTITY,
				  .value = LETTERS(0x14024)),
				NULL },
		{ RECORD(2, "manufacturer", "", "int16", .value = NUMBER(0x4024, 0)), NULL },
		{ RECORD(2, "manufacturer", "", "int16", .value = NUMBER(0, 0)), "02 FD0A 0000" },
		{ RECORD(2, "manufacturer", "", "int16", .value = INVALID(reason_all_ones, )),
				"02 FD0A FFFF" },
		{ RECORD(4, "manufacturer", "", "int32", .value = NUMBER(0x4024, 0)),
				"04 FD0A 24400000" },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void raw_data_have_the_length_of_their_field(void **state)
{
	const struct built_row rows[] = {
		{ RECORD(2, "wmbus-container", "", "raw", DATA("\x01\x02"),
				  .value = { .type = MG_TYPE_BYTES }),
				"02 FD3B 0102" },
		{ RECORD(2, "wmbus-container", "", "raw", DATA("\x01"),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
		{ RECORD(2, "energy", "Wh", "raw", DATA("\x01\x02"),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
		{ RECORD(0, "energy", "Wh", "none", .value = { .type = MG_TYPE_NONE }), "00 00" },
		{ RECORD(8, "any", "", "none", .value = { .type = MG_TYPE_NONE }), "08 7E" },
		{ RECORD(8, "any", "", "none", .value = NUMBER(0, 0)), NULL },
		{ RECORD(8, "any", "", "none", .value = INVALID(reason_bcd, )), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_numbers_can_be_none_or_endless),
		cmocka_unit_test(bcd_can_be_broken),
		cmocka_unit_test(dates_need_a_vif_and_a_length_that_fit),
		cmocka_unit_test(addresses_and_letters_are_codes),
		cmocka_unit_test(raw_data_have_the_length_of_their_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
