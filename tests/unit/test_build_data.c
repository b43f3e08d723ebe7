/* SPDX-License-Identifier: MIT */
/* Checks what all codings share: marks, dummies, scales. */
#include "build_bench.h"

#include "mbus/reason.h"

#define LVAR(quantity, unit, coding, ...) RECORD(13, quantity, unit, coding, __VA_ARGS__)

static void marks_of_invalid_integers_depend_on_their_type(void **state)
{
	const struct built_row rows[] = {
		{ RECORD(1, "power", "W", "int8", .value = INVALID(reason_most_negative, )),
				"01 28 80" },
		{ RECORD(4, "power", "W", "int32", .flags = MG_DATA_MODE2,
				  .value = INVALID(reason_most_negative, )),
				"04 28 80000000" },
		{ RECORD(1, "power", "W", "int8", .value = INVALID(reason_all_ones, )), NULL },
		{ RECORD(2, "retry", "", "int16", .value = INVALID(reason_all_ones, )),
				"02 FD1E FFFF" },
		{ RECORD(2, "retry", "", "int16", .value = INVALID(reason_most_negative, )),
				NULL },
		{ RECORD(2, "error-flags", "", "int16", .value = INVALID(reason_all_ones, )),
				NULL },
		{ RECORD(2, "error-flags", "", "int16", .value = INVALID(reason_most_negative, )),
				NULL },
		{ RECORD(2, "error-flags", "", "int16", .value = NUMBER(65535, 0)),
				"02 FD17 FFFF" },
		{ RECORD(2, "power", "W", "int16", .value = { .type = MG_TYPE_NONE }), NULL },
		{ RECORD(2, "power", "W", "int16",
				  .value = { .quality = MG_QUALITY_ERROR, .reason = "none" }),
				NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

#define MODIFIED(name) .modifiers = { name }, .modifier_count = 1

static void compact_profiles_keep_unit_and_scale(void **state)
{
#define PROFILE(unit, text, exponent_, factor)                                           \
	LVAR("energy", unit, "lvar-binary", DATA(text), MODIFIED("compact-profile"),         \
			.flags = MG_DATA_AMBIGUOUS,                                                  \
			.value = { .type = MG_TYPE_BYTES,                                            \
					.exponent = exponent_,                                               \
					.wide = { factor, 0 } })
	const struct built_row rows[] = {
		{ PROFILE("Wh", "\x11\x0A\x01", 3, 1), "0D 86 1F 03 110A01" },
		{ PROFILE("", "\x11\x0A\x01", 3, 1), "0D 86 1F E3 110A01" },
		{ PROFILE("Wh", "\x11\x0A\x01", -9, 1), "0D 80 F0 1F 03 110A01" },
		{ PROFILE("Wh", "\x11\x0A\x01", 3, 60), NULL },
		{ PROFILE("Wh", "\x11\x0A\x01", -64, 1), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void record_errors_stand_before_dummies(void **state)
{
#define NO_DATA                                                                          \
	{                                                                                    \
		.quality = MG_QUALITY_ERROR, .reason = "the meter has no data"                   \
	}
#define FAILED(field, quantity, unit, coding, ...)                                       \
	RECORD(field, quantity, unit, coding, MODIFIED("error-no-data-available"),           \
			__VA_ARGS__)
	const struct built_row rows[] = {
		{ FAILED(4, "energy", "Wh", "int32", .value = NO_DATA), "04 80 15 00000000" },
		{ FAILED(4, "energy", "Wh", "int32", .value = NUMBER(0, -3)), NULL },
		{ FAILED(4, "energy", "Wh", "int32",
				  .value = { .quality = MG_QUALITY_ERROR, .reason = "another" }),
				NULL },
		{ FAILED(4, "energy", "Wh", "int32",
				  .value = { .type = MG_TYPE_NUMBER,
						  .quality = MG_QUALITY_ERROR,
						  .reason = "the meter has no data" }),
				NULL },
		{ FAILED(5, "energy", "Wh", "real32", .value = NO_DATA), "05 80 15 00000000" },
		{ FAILED(9, "energy", "Wh", "bcd2", .value = NO_DATA), "09 80 15 00" },
		{ FAILED(0, "energy", "Wh", "none", .value = NO_DATA), "00 80 15" },
		{ FAILED(2, "date", "", "date-G", .value = NO_DATA), "02 EC 15 0000" },
		{ FAILED(2, "date", "", "date-G", .flags = MG_DATA_SUMMER, .value = NO_DATA),
				NULL },
		{ FAILED(4, "datetime", "", "datetime-F", .flags = MG_DATA_SUMMER,
				  .value = NO_DATA),
				"04 ED 15 80800000" },
		{ FAILED(13, "energy", "Wh", "lvar-bcd", SIZE(2), .value = NO_DATA),
				"0D 80 15 C2 0000" },
		{ FAILED(13, "energy", "Wh", "lvar-int", SIZE(0), .value = NO_DATA),
				"0D 80 15 E0" },
		{ FAILED(13, "energy", "Wh", "lvar-text", SIZE(2), .value = NO_DATA),
				"0D 80 15 02 0000" },
		{ FAILED(7, "identification", "", "int64", .value = NO_DATA),
				"07 F9 15 FFFFFFFFFFFFFFFF" },
		{ FAILED(7, "identification", "", "int64",
				  .flags = MG_DATA_MODE2 | MG_DATA_AMBIGUOUS, .value = NO_DATA),
				"07 F9 15 0000000000000000" },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_of_invalid_integers_depend_on_their_type),
		cmocka_unit_test(compact_profiles_keep_unit_and_scale),
		cmocka_unit_test(record_errors_stand_before_dummies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
