/* SPDX-License-Identifier: MIT */
/* Checks date and time types, and that no date is made up. */
#include "mbus_bench.h"

struct date_case {
	const char *hex;
	const char *value; /* NULL: invalid */
	const char *reason;
};

static const char marked[] = "marked invalid by the meter";
static const char unset[] = "date or time not set";
static const char recurring[] = "recurring date, not a point in time";
static const char impossible[] = "no such date or time";

static void check(const struct date_case *row, const char *coding)
{
	struct bench bench;
	struct mg_data_record record;
	print_message("# %s\n", row->hex);
	bench_records(&bench, row->hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.coding, coding);
	if (row->value != NULL) {
		assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
		assert_null(record.value.reason);
		bench_expect_value(&record, row->value);
	} else {
		assert_int_equal(record.value.quality, MG_QUALITY_INVALID);
		assert_int_equal(record.value.type, MG_TYPE_NONE);
		assert_string_equal(record.value.reason, row->reason);
		bench_expect_value(&record, "");
	}
	bench_finish(&bench);
}

static void check_all(const struct date_case *rows, size_t count, const char *coding)
{
	for (size_t i = 0; i < count; i++) {
		check(&rows[i], coding);
	}
}

static void type_g_is_a_day(void **state)
{
	static const struct date_case rows[] = {
		{ "42 6C BF 1C", "2013-12-31", NULL }, { "02 6C 01 01", "2000-01-01", NULL },
		{ "02 6C 01 A1", "2080-01-01", NULL }, { "02 6C 21 A1", "1981-01-01", NULL },
		{ "02 6C 7F CC", "1999-12-31", NULL }, { "02 6C 9D 32", "2028-02-29", NULL },
		{ "02 6C FF FF", NULL, unset }, { "02 6C 00 00", NULL, unset },
		{ "02 6C E1 F1", NULL, recurring }, { "02 6C A1 1F", NULL, recurring },
		{ "02 6C A0 11", NULL, recurring }, { "02 6C A1 10", NULL, impossible },
		{ "02 6C A1 1D", NULL, impossible },
		{ "02 6C BD 12", NULL, impossible }, /* 2013-02-29 */
		{ "02 6C BF 14", NULL, impossible }, /* April has 30 days */
		{ "02 6C 81 C1", NULL, impossible }, /* year 100 */
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "date-G");
}

static void type_f_is_a_minute(void **state)
{
	static const struct date_case rows[] = {
		{ "04 6D 32 37 1F 15", "2008-05-31T23:50", NULL },
		{ "04 6D 1E AE 5A 27", "2018-07-26T14:30", NULL },
		{ "04 6D 32 17 1F 15", "2008-05-31T23:50", NULL }, /* no century bits */
		{ "04 6D 72 37 1F 15", "2008-05-31T23:50", NULL }, /* a reserved bit */
		{ "04 6D 00 00 21 A1", "1981-01-01T00:00", NULL },
		{ "04 6D 00 40 21 11", "2109-01-01T00:00", NULL },
		{ "04 6D 00 60 21 11", "2209-01-01T00:00", NULL },
		{ "04 6D 80 00 00 00", NULL, marked }, { "04 6D B2 37 1F 15", NULL, marked },
		{ "04 6D 00 00 00 00", NULL, unset }, { "04 6D 3F 37 1F 15", NULL, recurring },
		{ "04 6D 32 3F 1F 15", NULL, recurring },
		{ "04 6D 32 37 00 15", NULL, recurring },
		{ "04 6D 32 37 1F 1F", NULL, recurring },
		{ "04 6D 32 37 FF F5", NULL, recurring },
		{ "04 6D 3C 37 1F 15", NULL, impossible },
		{ "04 6D 32 38 1F 15", NULL, impossible },
		{ "04 6D 32 37 1F 1D", NULL, impossible },
		{ "04 6D 32 37 9F C5", NULL, impossible }, /* year 100 */
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "datetime-F");
}

static void type_i_is_a_second(void **state)
{
	static const struct date_case rows[] = {
		{ "06 6D 2D 1E 0E 5A 27 20", "2018-07-26T14:30:45", NULL },
		{ "06 6D 2D 5E EE 5A 27 FF", "2018-07-26T14:30:45", NULL },
		{ "06 6D 2D 9E 0E 5A 27 20", NULL, marked },
		{ "06 6D 00 00 00 00 00 00", NULL, unset },
		{ "06 6D 3F 1E 0E 5A 27 20", NULL, recurring },
		{ "06 6D 2D 3F 0E 5A 27 20", NULL, recurring },
		{ "06 6D 2D 1E 1F 5A 27 20", NULL, recurring },
		{ "06 6D 2D 1E 0E 40 27 20", NULL, recurring },
		{ "06 6D 3C 1E 0E 5A 27 20", NULL, impossible },
		{ "06 6D 2D 1E 18 5A 27 20", NULL, impossible },
		{ "06 6D 2D 1E 0E 5A 20 20", NULL, impossible },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "datetime-I");
}

static void type_j_is_a_time_of_day(void **state)
{
	static const struct date_case rows[] = {
		{ "03 6D 1E 2D 0C", "12:45:30", NULL },
		{ "03 6D 00 00 00", "00:00:00", NULL },
		{ "03 6D 3B 3B 17", "23:59:59", NULL },
		{ "03 6D FF FF FF", NULL, unset },
		{ "03 6D 3F 2D 0C", NULL, recurring },
		{ "03 6D 1E 3F 0C", NULL, recurring },
		{ "03 6D 1E 2D 1F", NULL, recurring },
		{ "03 6D 3C 2D 0C", NULL, impossible },
		{ "03 6D 1E 2D 18", NULL, impossible },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "time-J");
}

static void summer_time_is_flagged(void **state)
{
	static const struct {
		const char *hex;
		uint32_t flags;
	} rows[] = {
		{ "04 6D 1E AE 5A 27", MG_DATA_SUMMER },
		{ "04 6D 1E 2E 5A 27", 0 },
		{ "06 6D 6D 1E 0E 5A 27 20", MG_DATA_SUMMER },
		{ "06 6D 2D 1E 0E 5A 27 20", 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(record.flags, rows[i].flags);
		bench_finish(&bench);
	}
}

static void mode_2_turns_dates_round(void **state)
{
	static const char *const values[] = { "2013-12-31", "12:45:30", "2008-05-31T23:50",
		"2018-07-26T14:30:45" };
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records_mode2(&bench, "02 6C 1C BF 03 6D 0C 2D 1E 04 6D 15 1F 37 32 "
								"06 6D 20 27 5A 0E 1E 2D");
	for (size_t i = 0; i < BENCH_COUNT(values); i++) {
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, values[i]);
	}
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void parts_that_a_type_lacks_are_marked(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "02 6C BF 1C 03 6D 1E 2D 0C");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.type, MG_TYPE_DATE);
	assert_int_equal(record.value.date.year, 2013);
	assert_int_equal(record.value.date.hour, -1);
	assert_int_equal(record.value.date.second, -1);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.type, MG_TYPE_TIME);
	assert_int_equal(record.value.date.year, -1);
	assert_int_equal(record.value.date.day, -1);
	bench_finish(&bench);
}

static void other_lengths_are_numbers_of_open_meaning(void **state)
{
	static const struct bench_row rows[] = {
		{ "04 6C 01 02 03 04", "date", "", "67305985" },
		{ "01 6D 05", "datetime", "", "5" },
		{ "0E 6D 01 01 01 01 01 10", "datetime", "", "100101010101" },
		{ "03 FD 30 01 02 03", "tariff-start", "", "197121" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(record.flags, MG_DATA_AMBIGUOUS);
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_g_is_a_day),
		cmocka_unit_test(type_f_is_a_minute),
		cmocka_unit_test(type_i_is_a_second),
		cmocka_unit_test(type_j_is_a_time_of_day),
		cmocka_unit_test(summer_time_is_flagged),
		cmocka_unit_test(mode_2_turns_dates_round),
		cmocka_unit_test(parts_that_a_type_lacks_are_marked),
		cmocka_unit_test(other_lengths_are_numbers_of_open_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
