/* SPDX-License-Identifier: MIT */
/* Checks compact profiles: spacing, element types, modes, and rows that are broken. */
#include "mbus_bench.h"

#include <metergate/profile.h>

/* The only record of a telegram, which must be a profile. */
static void take_profile(struct bench *bench, const char *hex, struct mg_profile *profile)
{
	struct mg_data_record record;
	print_message("# %s\n", hex);
	bench_records(bench, hex);
	assert_int_equal(bench_next(bench, &record), MG_FAULT_NONE);
	assert_true(mg_profile_read(&record, profile));
}

struct head_case {
	const char *hex;
	uint32_t seconds;
	uint8_t months;
	bool half_month;
	uint8_t columns;
};

static void the_head_says_how_far_apart_elements_are(void **state)
{
	static const struct head_case rows[] = {
		{ "0D 93 1F 03 01 01 05", 1, 0, false, 0 },
		{ "0D 93 1F 03 11 0F 05", 900, 0, false, 0 },
		{ "0D 93 1F 03 21 01 05", 3600, 0, false, 0 },
		{ "0D 93 1F 03 31 01 05", 86400, 0, false, 0 },
		{ "0D 93 1F 03 31 FA 05", 21600000, 0, false, 0 },
		{ "0D 93 1F 03 31 FE 05", 0, 1, false, 0 },
		{ "0D 93 1F 03 21 FE 05", 0, 3, false, 0 },
		{ "0D 93 1F 03 11 FE 05", 0, 6, false, 0 },
		{ "0D 93 1F 03 31 FD 05", 0, 0, true, 0 },
		{ "0D 93 1F 03 01 00 05", 0, 0, false, 1 },
		{ "0D 93 1F 03 31 00 05", 0, 0, false, 4 },
		/* reserved */
		{ "0D 93 1F 03 01 FE 05", 0, 0, false, 0 },
		{ "0D 93 1F 03 21 FD 05", 0, 0, false, 0 },
		{ "0D 93 1F 03 31 FB 05", 0, 0, false, 0 },
		{ "0D 93 1F 03 31 FC 05", 0, 0, false, 0 },
		{ "0D 93 1F 03 31 FF 05", 0, 0, false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_profile profile;
		take_profile(&bench, rows[i].hex, &profile);
		assert_int_equal(profile.seconds, rows[i].seconds);
		assert_int_equal(profile.months, rows[i].months);
		assert_int_equal(profile.half_month, rows[i].half_month);
		assert_int_equal(profile.columns, rows[i].columns);
		assert_int_equal(profile.count, 1);
		assert_int_equal(profile.exponent, -3);
		bench_finish(&bench);
	}
}

static void the_vife_says_which_way_it_goes(void **state)
{
	static const struct {
		const char *hex;
		bool inverse, registers;
	} rows[] = {
		{ "0D 93 1F 03 01 01 05", false, false },
		{ "0D 93 13 03 01 01 05", true, false },
		{ "0D 93 1E 03 01 01 05", false, true },
		{ "0D 93 9F 3B 03 01 01 05", false, false },
		{ "0D 93 1F E3 01 01 05", false, false },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_profile profile;
		take_profile(&bench, rows[i].hex, &profile);
		assert_int_equal(profile.inverse, rows[i].inverse);
		assert_int_equal(profile.registers, rows[i].registers);
		bench_finish(&bench);
	}
}

#define GONE INT64_MIN /* of an element: there is none */

/* Elements, and what they add up to; base GONE: without one. */
static void expect_elements(const char *hex, int64_t base, const int64_t *values,
		const int64_t *totals, size_t count)
{
	struct bench bench;
	struct mg_profile profile;
	struct mg_profile_element element;
	int64_t running = base;
	take_profile(&bench, hex, &profile);
	assert_int_equal(profile.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(mg_profile_next(&profile, base == GONE ? NULL : &running, &element));
		assert_int_equal(element.index, i);
		bool good = element.value.type == MG_TYPE_NUMBER;
		assert_int_equal(good ? element.value.mantissa : GONE, values[i]);
		assert_int_equal(good, element.value.quality == MG_QUALITY_GOOD);
		good = element.total.type == MG_TYPE_NUMBER;
		assert_int_equal(good ? element.total.mantissa : GONE, totals[i]);
		assert_int_equal(good ? element.total.exponent : -3, -3);
	}
	assert_false(mg_profile_next(&profile, &running, &element));
	assert_false(mg_profile_next(&profile, &running, &element));
	bench_finish(&bench);
}

static void absolute_values_are_signed(void **state)
{
	static const int64_t bytes[] = { 1, -2, GONE, GONE, 127 };
	static const int64_t words[] = { 513, -2, GONE };
	static const int64_t threes[] = { 0x030201, GONE };
	static const int64_t fours[] = { 0x04030201, GONE, 7 };
	static const int64_t sixes[] = { 0x060504030201, GONE };
	static const int64_t eights[] = { 0x0807060504030201, GONE };
	(void)state;
	expect_elements("0D 93 1F 07 01 01 01 FE FF 80 7F", GONE, bytes, bytes, 5);
	expect_elements("0D 93 1F 08 02 01 01 02 FE FF FF FF", GONE, words, words, 3);
	expect_elements("0D 93 1F 08 03 01 01 02 03 FF FF FF", GONE, threes, threes, 2);
	expect_elements("0D 93 1F 0E 04 01 01 02 03 04 00 00 00 80 07 00 00 00", GONE, fours,
			fours, 3);
	expect_elements("0D 93 1F 0E 06 01 01 02 03 04 05 06 FF FF FF FF FF FF", GONE, sixes,
			sixes, 2);
	expect_elements("0D 93 1F 12 07 01 01 02 03 04 05 06 07 08 FF FF FF FF FF FF FF FF",
			GONE, eights, eights, 2);
}

static void elements_may_be_bcd(void **state)
{
	static const int64_t twos[] = { 12, GONE, -3, GONE };
	static const int64_t fours[] = { 1234, -321 };
	static const int64_t sixes[] = { 123456, GONE };
	static const int64_t eights[] = { 12345678 };
	static const int64_t twelves[] = { 123456789012 };
	(void)state;
	expect_elements("0D 93 1F 06 09 01 12 FF F3 0A", GONE, twos, twos, 4);
	expect_elements("0D 93 1F 06 0A 01 34 12 21 F3", GONE, fours, fours, 2);
	expect_elements("0D 93 1F 08 0B 01 56 34 12 FF FF FF", GONE, sixes, sixes, 2);
	expect_elements("0D 93 1F 06 0C 01 78 56 34 12", GONE, eights, eights, 1);
	expect_elements("0D 93 1F 08 0E 01 12 90 78 56 34 12", GONE, twelves, twelves, 1);
}

static void increments_add_up_from_the_base(void **state)
{
	static const int64_t up[] = { 1, 2, 200 }, up_totals[] = { 1001, 1003, 1203 };
	static const int64_t down[] = { -1, -2, -200 }, down_totals[] = { 999, 997, 797 };
	static const int64_t both[] = { 1, -2, 100 }, both_totals[] = { 1001, 999, 1099 };
	static const int64_t bcd[] = { 15, 90 }, bcd_totals[] = { 1015, 1105 };
	(void)state;
	expect_elements("0D 93 1F 05 41 01 01 02 C8", 1000, up, up_totals, 3);
	expect_elements("0D 93 1F 05 81 01 01 02 C8", 1000, down, down_totals, 3);
	expect_elements("0D 93 1F 05 C1 01 01 FE 64", 1000, both, both_totals, 3);
	expect_elements("0D 93 1F 04 49 01 15 90", 1000, bcd, bcd_totals, 2);
}

static void inverse_profiles_walk_into_the_past(void **state)
{
	static const int64_t up[] = { 1, 2 }, up_totals[] = { 999, 997 };
	static const int64_t down[] = { -1, -2 }, down_totals[] = { 1001, 1003 };
	static const int64_t both[] = { 1, -2 }, both_totals[] = { 999, 1001 };
	(void)state;
	expect_elements("0D 93 13 04 41 01 01 02", 1000, up, up_totals, 2);
	expect_elements("0D 93 13 04 81 01 01 02", 1000, down, down_totals, 2);
	expect_elements("0D 93 13 04 C1 01 01 FE", 1000, both, both_totals, 2);
}

static void nothing_adds_up_behind_a_gap(void **state)
{
	static const int64_t binary[] = { 1, GONE, 2 }, binary_totals[] = { 8, GONE, GONE };
	static const int64_t bcd[] = { 1, GONE, 2 };
	static const int64_t minus[] = { GONE, 1 }, none[] = { GONE, GONE };
	(void)state;
	expect_elements("0D 93 1F 05 41 01 01 FF 02", 7, binary, binary_totals, 3);
	expect_elements("0D 93 1F 05 C1 01 01 FF 02", 7, binary, binary_totals, 3);
	expect_elements("0D 93 1F 05 C1 01 01 80 02", 7, binary, binary_totals, 3);
	expect_elements("0D 93 1F 05 49 01 01 AA 02", 7, bcd, binary_totals, 3);
	/* increments have no sign */
	expect_elements("0D 93 1F 04 49 01 F1 01", 7, minus, none, 2);
}

static void increments_need_a_base_that_has_room(void **state)
{
	static const int64_t values[] = { 1, 2 }, gone[] = { GONE, GONE };
	static const int64_t last[] = { INT64_MAX, GONE }, lowest[] = { -INT64_MAX, GONE };
	(void)state;
	expect_elements("0D 93 1F 04 41 01 01 02", GONE, values, gone, 2);
	expect_elements("0D 93 1F 04 41 01 01 02", INT64_MAX - 1, values, last, 2);
	expect_elements("0D 93 1F 04 41 01 01 02", INT64_MAX, values, gone, 2);
	expect_elements("0D 93 13 04 41 01 01 02", INT64_MIN + 2, values, lowest, 2);
	/* columns are not one behind the other */
	expect_elements("0D 93 1F 04 51 00 01 02", 1000, values, gone, 2);
}

static void elements_are_scaled_as_their_vib_says(void **state)
{
	struct bench bench;
	struct mg_profile profile;
	struct mg_profile_element element;
	(void)state;
	/* days become seconds, and there is a factor of 10^-1 */
	take_profile(&bench, "0D A7 F5 1F 04 01 01 02 FF", &profile);
	assert_int_equal(profile.exponent, -1);
	assert_true(mg_profile_next(&profile, NULL, &element));
	assert_int_equal(element.value.mantissa, 172800);
	assert_int_equal(element.value.exponent, -1);
	assert_int_equal(element.total.mantissa, 172800);
	assert_true(mg_profile_next(&profile, NULL, &element));
	assert_int_equal(element.value.type, MG_TYPE_NONE);
	assert_int_equal(element.value.quality, MG_QUALITY_INVALID);
	assert_string_equal(element.value.reason, "marked invalid: all bits are set");
	assert_string_equal(element.total.reason, "marked invalid: all bits are set");
	bench_finish(&bench);
}

static void numbers_beyond_64_bits_do_not_add_up(void **state)
{
	struct bench bench;
	struct mg_profile profile;
	struct mg_profile_element element;
	int64_t base = 5;
	(void)state;
	take_profile(&bench, "0D A7 1F 0A 87 01 00 00 00 00 00 00 00 80", &profile);
	assert_true(mg_profile_next(&profile, &base, &element));
	assert_int_equal(element.value.type, MG_TYPE_WIDE);
	assert_true(element.value.negative);
	assert_true(element.value.wide[0] == 0 && element.value.wide[1] == 43200);
	assert_int_equal(element.total.type, MG_TYPE_NONE);
	assert_int_equal(base, 5);
	bench_finish(&bench);
}

static void mode_2_turns_elements_round(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	struct mg_profile profile;
	struct mg_profile_element element;
	(void)state;
	bench_records_mode2(&bench, "0D 93 1F 04 02 01 01 02");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_true(mg_profile_read(&record, &profile));
	assert_true(mg_profile_next(&profile, NULL, &element));
	assert_int_equal(element.value.mantissa, 258);
	bench_finish(&bench);
}

static void a_profile_may_be_empty(void **state)
{
	static const int64_t none[] = { 0 };
	(void)state;
	expect_elements("0D 93 1F 02 01 01", 1000, none, none, 0);
}

static void what_is_no_profile_is_refused(void **state)
{
	static const char *const rows[] = {
		"04 13 01 02 03 04",             /* a number */
		"0D FD 3B 04 01 01 05 06",       /* bytes of another kind */
		"04 93 1F 01 02 03 04",          /* not of variable length */
		"0D 93 9F 15 03 01 01 05",       /* the meter has no data */
		"0D 93 1F 00", "0D 93 1F 01 01", /* no head */
		"0D 93 1F 03 00 01 05",          /* elements of no size */
		"0D 93 1F 06 05 01 CD CC 2C 42", /* reals */
		"0D 93 1F 03 08 01 05", "0D 93 1F 03 0D 01 05", "0D 93 1F 03 0F 01 05",
		"0D 93 1F 05 02 01 01 02 03", /* half an element */
		"0D EC 1F 04 02 01 BF 1C",    /* dates */
		"0D FD F6 1F 03 01 01 05",    /* a container */
		"0F 01 02 03",                /* of the manufacturer */
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		struct mg_profile profile;
		struct mg_profile_element element;
		print_message("# %s\n", rows[i]);
		bench_records(&bench, rows[i]);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_false(mg_profile_read(&record, &profile));
		assert_int_equal(profile.count, 0);
		assert_false(mg_profile_next(&profile, NULL, &element));
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_says_how_far_apart_elements_are),
		cmocka_unit_test(the_vife_says_which_way_it_goes),
		cmocka_unit_test(absolute_values_are_signed),
		cmocka_unit_test(elements_may_be_bcd),
		cmocka_unit_test(increments_add_up_from_the_base),
		cmocka_unit_test(inverse_profiles_walk_into_the_past),
		cmocka_unit_test(nothing_adds_up_behind_a_gap),
		cmocka_unit_test(increments_need_a_base_that_has_room),
		cmocka_unit_test(elements_are_scaled_as_their_vib_says),
		cmocka_unit_test(numbers_beyond_64_bits_do_not_add_up),
		cmocka_unit_test(mode_2_turns_elements_round),
		cmocka_unit_test(a_profile_may_be_empty),
		cmocka_unit_test(what_is_no_profile_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
