/* SPDX-License-Identifier: MIT */
/* Checks date and time types, and that no date is made up. */
#include "mbus_bench.h"

struct date_case {
	const char *hex;
	const char *value; /* NULL: invalid */
	const char *reason;
	const char *shown; /* of what is invalid */
};

static const char marked[] = "marked invalid by the meter";
static const char unset[] = "date or time not set";
static const char recurring[] = "recurring date, not a point in time";
static const char incomplete[] = "date or time with parts not specified";
static const char impossible[] = "no such date or time";

static void expect_shown(const struct mg_data_record *record, const char *expected)
{
	char text[MG_TEXT_SIZE];
	assert_int_equal(mg_shown_text(record, text, sizeof(text)), strlen(expected));
	assert_string_equal(text, expected);
}

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
		expect_shown(&record, "");
	} else {
		assert_int_equal(record.value.quality, MG_QUALITY_INVALID);
		assert_int_equal(record.value.type, MG_TYPE_NONE);
		assert_string_equal(record.value.reason, row->reason);
		bench_expect_value(&record, "");
		expect_shown(&record, row->shown);
	}
	bench_finish(&bench);
}

static void check_all(const struct date_case *rows, size_t count, const char *coding)
{
	for (size_t i = 0; i < count; i++) {
		check(&rows[i], coding);
	}
}

/* clang-format off */
static void type_g_is_a_day(void **state)
{
	static const struct date_case rows[] = {
		{ "42 6C BF 1C", "2013-12-31", NULL, NULL },
		{ "02 6C 01 01", "2000-01-01", NULL, NULL },
		{ "02 6C 01 A1", "2080-01-01", NULL, NULL },
		{ "02 6C 21 A1", "1981-01-01", NULL, NULL },
		{ "02 6C 7F CC", "1999-12-31", NULL, NULL },
		{ "02 6C 9D 32", "2028-02-29", NULL, NULL },
		{ "02 6C 1D 02", "2000-02-29", NULL, NULL },
		{ "02 6C FF FF", NULL, unset, "" },
		{ "02 6C 00 00", NULL, unset, "" },
		{ "02 6C E1 F1", NULL, recurring, "*-01-01" },
		{ "02 6C A1 1F", NULL, recurring, "2013-*-01" },
		{ "02 6C A0 11", NULL, recurring, "2013-01-*" },
		{ "02 6C EF FF", NULL, recurring, "*-*-15" },
		{ "02 6C FF FC", NULL, recurring, "*-12-31" },
		{ "02 6C E0 FF", NULL, recurring, "*-*-*" },
		{ "02 6C FD F2", NULL, recurring, "*-02-29" },
		{ "02 6C A1 10", NULL, impossible, "2013-00-01" },
		{ "02 6C A1 1D", NULL, impossible, "2013-13-01" },
		{ "02 6C A0 1E", NULL, impossible, "2013-14-*" },
		{ "02 6C BD 12", NULL, impossible, "2013-02-29" },
		{ "02 6C FE F2", NULL, impossible, "*-02-30" },
		{ "02 6C BF 14", NULL, impossible, "2013-04-31" },
		{ "02 6C 81 C1", NULL, impossible, "0100-01-01" },
		{ "02 6C C1 F1", NULL, impossible, "0126-01-01" },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "date-G");
}

static void type_f_is_a_minute(void **state)
{
	static const struct date_case rows[] = {
		{ "04 6D 32 37 1F 15", "2008-05-31T23:50", NULL, NULL },
		{ "04 6D 1E AE 5A 27", "2018-07-26T14:30", NULL, NULL },
		{ "04 6D 32 17 1F 15", "2008-05-31T23:50", NULL, NULL }, /* no century bits */
		{ "04 6D 72 37 1F 15", "2008-05-31T23:50", NULL, NULL }, /* a reserved bit */
		{ "04 6D 00 00 21 A1", "1981-01-01T00:00", NULL, NULL },
		{ "04 6D 00 20 21 A1", "2081-01-01T00:00", NULL, NULL },
		{ "04 6D 00 20 01 A1", "2080-01-01T00:00", NULL, NULL },
		{ "04 6D 00 40 21 11", "2109-01-01T00:00", NULL, NULL },
		{ "04 6D 00 60 21 11", "2209-01-01T00:00", NULL, NULL },
		{ "04 6D 3B 77 7F CC", "2299-12-31T23:59", NULL, NULL },
		{ "04 6D 00 00 1D 02", "2000-02-29T00:00", NULL, NULL },
		{ "04 6D 00 40 1C 02", "2100-02-28T00:00", NULL, NULL },
		{ "04 6D 80 00 00 00", NULL, marked, "" },
		{ "04 6D B2 37 1F 15", NULL, marked, "" },
		{ "04 6D FF FF FF FF", NULL, marked, "" },
		{ "04 6D 00 00 00 00", NULL, unset, "" },
		{ "04 6D 3F 37 1F 15", NULL, recurring, "2008-05-31T23:*" },
		{ "04 6D 32 3F 1F 15", NULL, recurring, "2008-05-31T*:50" },
		{ "04 6D 32 37 00 15", NULL, recurring, "2008-05-*T23:50" },
		{ "04 6D 32 37 1F 1F", NULL, recurring, "2008-*-31T23:50" },
		{ "04 6D 32 37 FF F5", NULL, recurring, "*-05-31T23:50" },
		{ "04 6D 00 00 EF FF", NULL, recurring, "*-*-15T00:00" },
		{ "04 6D 1E 1F E0 FF", NULL, recurring, "*-*-*T*:30" },
		{ "04 6D 3C 37 1F 15", NULL, impossible, "2008-05-31T23:60" },
		{ "04 6D 32 38 1F 15", NULL, impossible, "2008-05-31T24:50" },
		{ "04 6D 32 37 1F 1D", NULL, impossible, "2008-13-31T23:50" },
		{ "04 6D 00 40 1D 02", NULL, impossible, "2100-02-29T00:00" },
		{ "04 6D 00 18 41 3D", NULL, impossible, "2026-13-01T24:00" },
		{ "04 6D 32 37 9F C5", NULL, impossible, "0100-05-31T23:50" },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "datetime-F");
}

static void type_i_is_a_second(void **state)
{
	static const struct date_case rows[] = {
		{ "06 6D 2D 1E 0E 5A 27 20", "2018-07-26T14:30:45", NULL, NULL },
		{ "06 6D ED 5E EE 5A 27 FF", "2018-07-26T14:30:45", NULL, NULL },
		{ "06 6D 00 00 00 21 A1 00", "1981-01-01T00:00:00", NULL, NULL },
		{ "06 6D 2D 9E 0E 5A 27 20", NULL, marked, "" },
		{ "06 6D FF FF FF FF FF FF", NULL, marked, "" },
		{ "06 6D 00 00 00 00 00 00", NULL, unset, "" },
		{ "06 6D 3F 1E 0E 5A 27 20", NULL, recurring, "2018-07-26T14:30:*" },
		{ "06 6D 2D 3F 0E 5A 27 20", NULL, recurring, "2018-07-26T14:*:45" },
		{ "06 6D 2D 1E 1F 5A 27 20", NULL, recurring, "2018-07-26T*:30:45" },
		{ "06 6D 00 00 1F FA F7 20", NULL, recurring, "?-07-26T*:00:00" },
		{ "06 6D 2D 1E 0E 40 27 20", NULL, incomplete, "2018-07-?T14:30:45" },
		{ "06 6D 2D 1E 0E 5A 20 20", NULL, incomplete, "2018-?-26T14:30:45" },
		{ "06 6D 2D 1E 0E FA F7 20", NULL, incomplete, "?-07-26T14:30:45" },
		{ "06 6D 00 00 0C FF F0 00", NULL, incomplete, "?-?-31T12:00:00" },
		{ "06 6D 2D 1E 0E E0 F0 00", NULL, incomplete, "14:30:45" },
		{ "06 6D 3C 1E 0E 5A 27 20", NULL, impossible, "2018-07-26T14:30:60" },
		{ "06 6D 2D 3C 0E 5A 27 20", NULL, impossible, "2018-07-26T14:60:45" },
		{ "06 6D 2D 1E 18 5A 27 20", NULL, impossible, "2018-07-26T24:30:45" },
		{ "06 6D 2D 1E 0E 5A 2F 20", NULL, impossible, "2018-15-26T14:30:45" },
		{ "06 6D 2D 1E 0E 9A C7 20", NULL, impossible, "0100-07-26T14:30:45" },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "datetime-I");
}

static void type_j_is_a_time_of_day(void **state)
{
	static const struct date_case rows[] = {
		{ "03 6D 1E 2D 0C", "12:45:30", NULL, NULL },
		{ "03 6D 00 00 00", "00:00:00", NULL, NULL },
		{ "03 6D 3B 3B 17", "23:59:59", NULL, NULL },
		{ "03 6D DE ED EC", "12:45:30", NULL, NULL }, /* bits that have no meaning */
		{ "03 6D FF FF FF", NULL, unset, "" },
		{ "03 6D 3F 2D 0C", NULL, recurring, "12:45:*" },
		{ "03 6D 1E 3F 0C", NULL, recurring, "12:*:30" },
		{ "03 6D 1E 2D 1F", NULL, recurring, "*:45:30" },
		{ "03 6D 3C 2D 0C", NULL, impossible, "12:45:60" },
		{ "03 6D 1E 3C 0C", NULL, impossible, "12:60:30" },
		{ "03 6D 1E 2D 18", NULL, impossible, "24:45:30" },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows), "time-J");
}
/* clang-format on */

static void every_month_has_its_last_day(void **state)
{
	static const int lasts[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	(void)state;
	for (unsigned month = 1; month <= 12; month++) {
		for (unsigned day = 1; day <= 31; day++) {
			uint8_t data[] = { 0x02, 0x6C, (uint8_t)(0xA0 | day),
				(uint8_t)(0x10 | month) };
			struct bench bench;
			struct mg_data_record record;
			bench_user_data(&bench, 0x08, 0x78, data, sizeof(data));
			assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
			bool good = (int)day <= lasts[month - 1];
			assert_int_equal(record.value.type, good ? MG_TYPE_DATE : MG_TYPE_NONE);
			assert_int_equal(record.value.date.month, month);
			assert_int_equal(record.value.date.day, day);
			bench_finish(&bench);
		}
	}
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

/* The parts as they are kept, which the text does not tell apart. */
static void parts_are_kept_also_of_what_is_not_good(void **state)
{
	enum { NONE = MG_DATE_NONE, EVERY = MG_DATE_EVERY };
	static const struct {
		const char *hex;
		struct mg_date date;
	} rows[] = {
		{ "02 6C BF 1C", { 2013, 12, 31, NONE, NONE, NONE } },
		{ "03 6D 1E 2D 0C", { NONE, NONE, NONE, 12, 45, 30 } },
		{ "04 6D 32 37 1F 15", { 2008, 5, 31, 23, 50, NONE } },
		{ "06 6D 2D 1E 0E 5A 27 20", { 2018, 7, 26, 14, 30, 45 } },
		{ "02 6C E0 FF", { EVERY, EVERY, EVERY, NONE, NONE, NONE } },
		{ "03 6D FE FD 1F", { NONE, NONE, NONE, EVERY, 61, 62 } },
		{ "03 6D 3F 3F 1F", { NONE, NONE, NONE, EVERY, EVERY, EVERY } },
		{ "04 6D 3F 1F E0 FF", { EVERY, EVERY, EVERY, EVERY, EVERY, NONE } },
		{ "04 6D 00 60 81 C1", { 100, 1, 1, 0, 0, NONE } },
		{ "06 6D 3F 3F 1F E0 F0 00", { NONE, NONE, NONE, EVERY, EVERY, EVERY } },
		{ "06 6D 00 00 00 5A 2F 00", { 2018, 15, 26, 0, 0, 0 } },
		{ "02 6C FF FF", { NONE, NONE, NONE, NONE, NONE, NONE } },
		{ "02 6C 00 00", { NONE, NONE, NONE, NONE, NONE, NONE } },
		{ "03 6D FF FF FF", { NONE, NONE, NONE, NONE, NONE, NONE } },
		{ "04 6D B2 37 1F 15", { NONE, NONE, NONE, NONE, NONE, NONE } },
		{ "06 6D 2D 9E 0E 5A 27 20", { NONE, NONE, NONE, NONE, NONE, NONE } },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		const struct mg_date *date = &record.value.date;
		print_message("# %s\n", rows[i].hex);
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(date->year, rows[i].date.year);
		assert_int_equal(date->month, rows[i].date.month);
		assert_int_equal(date->day, rows[i].date.day);
		assert_int_equal(date->hour, rows[i].date.hour);
		assert_int_equal(date->minute, rows[i].date.minute);
		assert_int_equal(date->second, rows[i].date.second);
		bench_finish(&bench);
	}
}

static void other_lengths_are_numbers_of_open_meaning(void **state)
{
	static const struct bench_row rows[] = {
		{ "04 6C 01 02 03 04", "date", "", "67305985" },
		{ "01 6D 05", "datetime", "", "5" },
		{ "0E 6D 01 01 01 01 01 10", "datetime", "", "100101010101" },
		{ "03 FD 30 01 02 03", "tariff-start", "", "197121" },
		{ "05 6D CD CC 2C 42", "datetime", "", "43.2" },
		{ "0D 6D C2 34 12", "datetime", "", "1234" },
		{ "0D 6C D1 12", "date", "", "-12" },
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
		cmocka_unit_test(every_month_has_its_last_day),
		cmocka_unit_test(summer_time_is_flagged),
		cmocka_unit_test(mode_2_turns_dates_round),
		cmocka_unit_test(parts_are_kept_also_of_what_is_not_good),
		cmocka_unit_test(other_lengths_are_numbers_of_open_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
