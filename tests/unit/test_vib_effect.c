/* SPDX-License-Identifier: MIT */
/* Checks that VIFEs which change the data say the same in any order. */
#include "mbus_bench.h"

#include "mbus/vib_effect.h"

struct effect_case {
	const char *hex;
	const char *unit, *value;
};

static void expect_rows(const struct effect_case *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bench bench;
		struct mg_data_record record;
		char unit[MG_TEXT_SIZE];
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		mg_unit_text(&record, unit, sizeof(unit));
		assert_string_equal(unit, rows[i].unit);
		bench_expect_value(&record, rows[i].value);
		bench_finish(&bench);
	}
}

static void a_demanded_type_holds_before_and_behind_other_vifes(void **state)
{
	static const struct effect_case rows[] = {
		{ "02 86 DD FC 11 FE FF", "s", "3932040" },
		{ "02 86 FC 91 5D FE FF", "s", "3932040" },
		{ "02 86 C1 FC 12 FF FF", "", "65535" },
		{ "02 86 FC 92 41 FF FF", "", "65535" },
		{ "02 86 FC 11 FE FF", "Wh", "65534000" },
		{ "02 86 FC 12 FF FF", "Wh", "65535000" },
		{ "02 86 5D FE FF", "s", "-120" },
	};
	(void)state;
	expect_rows(rows, BENCH_COUNT(rows));
}

static void non_metric_leaves_units_alone_that_are_none(void **state)
{
	static const struct effect_case rows[] = {
		{ "02 86 DD 3D 05 00", "s", "300" },
		{ "02 86 BD 5D 05 00", "s", "300" },
		{ "02 86 BD 3D 05 00", "kBTU", "5000" },
		{ "02 93 BD 3D 05 00", "gal", "5" },
		{ "02 FC 03 42 75 54 BD 74 05 00", "TuB", "0.05" },
	};
	(void)state;
	expect_rows(rows, BENCH_COUNT(rows));
}

static void a_date_by_vife_keeps_the_type_of_three_bytes_of_a_time(void **state)
{
	static const struct effect_case rows[] = {
		{ "03 ED 6F 1E 2D 0C", "", "12:45:30" },
		{ "03 6D 1E 2D 0C", "", "12:45:30" },
		{ "02 ED 39 5F 2C", "", "2018-12-31" },
		{ "04 ED 6A 3B 05 56 2B", "", "2018-11-22T05:59" },
		{ "03 93 6F 1E 2D 0C", "", "797982" },
	};
	(void)state;
	expect_rows(rows, BENCH_COUNT(rows));
}

/* The factor and the range of the VIF are gone as well. */
static void counts_are_plain_numbers(void **state)
{
	static const struct effect_case rows[] = {
		{ "02 A1 41 05 00", "", "5" },
		{ "02 A2 49 05 00", "", "5" },
		{ "02 86 C1 73 05 00", "", "0.005" },
	};
	(void)state;
	expect_rows(rows, BENCH_COUNT(rows));
}

static void only_types_of_dates_have_data_fields_of_dates(void **state)
{
	(void)state;
	assert_int_equal(vib_effect_dates(VIF_SIGNED), 0);
	assert_int_equal(vib_effect_dates(VIF_BITS), 0);
	assert_int_equal(vib_effect_dates(VIF_RAW), 0);
	assert_int_equal(vib_effect_dates(VIF_MANUFACTURER), 0);
	assert_int_equal(vib_effect_dates(VIF_DATE), 1 << 2);
	assert_int_equal(vib_effect_dates(VIF_DATETIME), 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6);
	assert_int_equal(vib_effect_dates(VIF_DATE_ANY), 1 << 2 | 1 << 4 | 1 << 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_demanded_type_holds_before_and_behind_other_vifes),
		cmocka_unit_test(non_metric_leaves_units_alone_that_are_none),
		cmocka_unit_test(a_date_by_vife_keeps_the_type_of_three_bytes_of_a_time),
		cmocka_unit_test(counts_are_plain_numbers),
		cmocka_unit_test(only_types_of_dates_have_data_fields_of_dates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
