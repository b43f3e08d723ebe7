/* SPDX-License-Identifier: MIT */
/* Checks how dates and times are written: all types, those that recur, those that are
   none. */
#include "build_bench.h"

#include "mbus/build_date.h"
#include "mbus/reason.h"

enum {
	NONE = MG_DATE_NONE,
	EVERY = MG_DATE_EVERY,
};

struct row {
	size_t size;
	struct mg_date date;
	const char *hex; /* NULL: refused */
};

static void check_rows(const struct row *rows, size_t count)
{
	struct built built;
	for (size_t i = 0; i < count; i++) {
		print_message("# %zu: %s\n", i, rows[i].hex != NULL ? rows[i].hex : "refused");
		mg_build_date(built_start(&built, 8), rows[i].size, &rows[i].date);
		built_expect(&built, rows[i].hex);
	}
}

static void dates_are_of_type_g_j_f_or_i(void **state)
{
	static const struct row rows[] = {
		{ 2, { 2013, 12, 31, NONE, NONE, NONE }, "BF 1C" },
		{ 3, { NONE, NONE, NONE, 14, 30, 45 }, "2D 1E 0E" },
		{ 4, { 2008, 5, 31, 23, 50, NONE }, "32 37 1F 15" },
		{ 6, { 2018, 7, 26, 14, 30, 45 }, "2D 1E 0E 5A 27 00" },
		{ 6, { 2024, 2, 29, 0, 0, 0 }, "80 00 00 1D 32 00" },
		{ 6, { 1900 + 99, 2, 28, 0, 0, 0 }, "00 00 00 7C C2 00" },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

static void parts_that_a_type_lacks_do_not_matter(void **state)
{
	static const struct row rows[] = {
		{ 2, { 2013, 12, 31, 99, 99, 99 }, "BF 1C" },
		{ 3, { 99, 99, 99, 14, 30, 45 }, "2D 1E 0E" },
		{ 4, { 2008, 5, 31, 23, 50, 99 }, "32 37 1F 15" },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

static void type_f_alone_knows_other_centuries(void **state)
{
	static const struct row rows[] = {
		{ 4, { 1981, 1, 1, 0, 0, NONE }, "00 00 21 A1" },
		{ 4, { 1999, 1, 2, 3, 4, NONE }, "04 03 62 C1" },
		{ 4, { 2000, 1, 1, 0, 0, NONE }, "00 20 01 01" },
		{ 4, { 2099, 1, 1, 0, 0, NONE }, "00 20 61 C1" },
		{ 4, { 2100, 1, 1, 0, 0, NONE }, "00 40 01 01" },
		{ 4, { 2299, 12, 31, 23, 59, NONE }, "3B 77 7F CC" },
		{ 4, { 2300, 1, 1, 0, 0, NONE }, NULL },
		{ 4, { 1980, 1, 1, 0, 0, NONE }, NULL },
		{ 2, { 1980, 12, 31, NONE, NONE, NONE }, NULL },
		{ 2, { 2081, 12, 31, NONE, NONE, NONE }, NULL },
		{ 6, { 2081, 12, 31, 0, 0, 0 }, NULL },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

static void parts_may_recur(void **state)
{
	static const struct row rows[] = {
		{ 2, { EVERY, EVERY, 15, NONE, NONE, NONE }, "EF FF" },
		{ 2, { EVERY, 2, 29, NONE, NONE, NONE }, "FD F2" },
		{ 2, { 2013, 12, EVERY, NONE, NONE, NONE }, "A0 1C" },
		{ 3, { NONE, NONE, NONE, EVERY, EVERY, 0 }, "00 3F 1F" },
		{ 4, { 2008, 5, 31, EVERY, EVERY, NONE }, "3F 3F 1F 15" },
		{ 6, { 2018, 7, 26, EVERY, EVERY, EVERY }, "3F 3F 1F 5A 27 00" },
		/* those bytes mean "not set" */
		{ 2, { EVERY, EVERY, 31, NONE, NONE, NONE }, NULL },
		/* type I has no code for these */
		{ 6, { EVERY, 7, 26, 0, 0, 0 }, NULL },
		{ 6, { 2018, EVERY, 26, 0, 0, 0 }, NULL },
		{ 6, { 2018, 7, EVERY, 0, 0, 0 }, NULL },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

static void type_i_may_leave_the_day_open(void **state)
{
	static const struct row rows[] = {
		{ 6, { NONE, NONE, NONE, 14, 30, 45 }, "2D 1E 0E E0 F0 00" },
		{ 6, { 2000, NONE, NONE, 0, 0, 0 }, "80 00 00 00 00 00" },
		{ 6, { 2018, 7, 26, NONE, 0, 0 }, NULL },
		{ 4, { 2018, NONE, 26, 0, 0, NONE }, NULL },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

static void no_date_at_all_is_marked_invalid(void **state)
{
	static const struct row rows[] = {
		{ 2, { NONE, NONE, NONE, NONE, NONE, NONE }, "FF FF" },
		{ 3, { NONE, NONE, NONE, NONE, NONE, NONE }, "FF FF FF" },
		{ 4, { NONE, NONE, NONE, NONE, NONE, NONE }, "80 00 00 00" },
		{ 6, { NONE, NONE, NONE, NONE, NONE, NONE }, "00 80 00 00 00 00" },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

static void impossible_dates_are_refused(void **state)
{
	static const struct row rows[] = {
		{ 1, { 2013, 12, 31, 0, 0, 0 }, NULL },
		{ 5, { 2013, 12, 31, 0, 0, 0 }, NULL },
		{ 8, { 2013, 12, 31, 0, 0, 0 }, NULL },
		{ 2, { 2013, 13, 31, NONE, NONE, NONE }, NULL },
		{ 2, { 2013, 12, 0, NONE, NONE, NONE }, NULL },
		{ 2, { 2013, 2, 29, NONE, NONE, NONE }, NULL },
		{ 4, { 2013, 12, 31, NONE, 0, NONE }, NULL },
		{ 4, { 2013, 12, 31, 24, 0, NONE }, NULL },
		{ 4, { 2013, 12, 31, 23, 60, NONE }, NULL },
		{ 6, { 2013, 12, 31, 23, 59, 60 }, NULL },
		{ 6, { 2013, 12, 31, 23, 59, NONE }, NULL },
		{ 3, { NONE, NONE, NONE, 24, 0, 0 }, NULL },
		{ 3, { NONE, NONE, NONE, 0, 64, 0 }, NULL },
		{ 2, { 2013, -3, 31, NONE, NONE, NONE }, NULL },
	};
	(void)state;
	check_rows(rows, BENCH_COUNT(rows));
}

/* Values as a decoder gives them; `hex` NULL: nothing is read so. */
struct value_row {
	size_t size;
	const char *reason; /* NULL: good, of `type` */
	enum mg_type type;
	struct mg_date date;
	bool summer;
	const char *hex;
};

static void check_value(const struct value_row *row)
{
	uint8_t bytes[BUILD_DATE_MAX], expected[BUILD_DATE_MAX];
	const struct mg_value value = { .type = (uint8_t)row->type,
		.quality = row->reason != NULL ? MG_QUALITY_INVALID : MG_QUALITY_GOOD,
		.reason = row->reason,
		.date = row->date };
	bool built = build_date_value(bytes, row->size, &value, row->summer);
	print_message("# %s\n", row->hex != NULL ? row->hex : "refused");
	assert_int_equal(built, row->hex != NULL);
	if (built) {
		assert_int_equal(bench_bytes(row->hex, expected, sizeof(expected)), row->size);
		assert_memory_equal(bytes, expected, row->size);
	}
}

static void values_are_written_with_their_marks(void **state)
{
#define VOID                                                                             \
	{                                                                                    \
		NONE, NONE, NONE, NONE, NONE, NONE                                               \
	}
	const struct value_row rows[] = {
		{ 4, NULL, MG_TYPE_DATETIME, { 2008, 5, 31, 23, 50, NONE }, true, "32 B7 1F 15" },
		{ 6, NULL, MG_TYPE_DATETIME, { 2018, 7, 26, 14, 30, 45 }, true,
				"6D 1E 0E 5A 27 00" },
		{ 2, NULL, MG_TYPE_DATE, { 2013, 12, 31, NONE, NONE, NONE }, true, NULL },
		{ 2, NULL, MG_TYPE_DATETIME, { 2013, 12, 31, NONE, NONE, NONE }, false, NULL },
		{ 3, NULL, MG_TYPE_TIME, { NONE, NONE, NONE, 0, 0, 0 }, false, "00 00 00" },
		{ 3, NULL, MG_TYPE_TIME, { 2013, NONE, NONE, 0, 0, 0 }, false, NULL },
		{ 5, NULL, MG_TYPE_TIME, { NONE, NONE, NONE, 0, 0, 0 }, false, NULL },
		{ 4, reason_marked, MG_TYPE_NONE, VOID, false, "80 00 00 00" },
		{ 4, reason_marked, MG_TYPE_NONE, VOID, true, "80 80 00 00" },
		{ 6, reason_marked, MG_TYPE_NONE, VOID, true, "40 80 00 00 00 00" },
		{ 2, reason_marked, MG_TYPE_NONE, VOID, false, NULL },
		{ 4, reason_marked, MG_TYPE_NONE, { 2008, 5, 31, 23, 50, NONE }, false, NULL },
		{ 4, reason_unset, MG_TYPE_NONE, VOID, false, "00 00 00 00" },
		{ 4, reason_unset, MG_TYPE_NONE, VOID, true, NULL },
		{ 2, reason_unset, MG_TYPE_NONE, VOID, false, "FF FF" },
		{ 3, reason_unset, MG_TYPE_NONE, VOID, false, "FF FF FF" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		check_value(&rows[i]);
	}
}

static void values_that_are_none_are_judged_again(void **state)
{
	const struct value_row rows[] = {
		{ 2, reason_recurring, MG_TYPE_NONE, { EVERY, EVERY, 15, NONE, NONE, NONE },
				false, "EF FF" },
		{ 2, reason_impossible, MG_TYPE_NONE, { EVERY, EVERY, 15, NONE, NONE, NONE },
				false, NULL },
		{ 2, reason_impossible, MG_TYPE_NONE, { 2013, 13, 31, NONE, NONE, NONE }, false,
				"BF 1D" },
		{ 2, reason_impossible, MG_TYPE_NONE, { 126, 1, 1, NONE, NONE, NONE }, false,
				"C1 F1" },
		{ 2, reason_impossible, MG_TYPE_NONE, { 99, 1, 1, NONE, NONE, NONE }, false,
				NULL },
		{ 2, reason_impossible, MG_TYPE_NONE, { 2000, 0, EVERY, NONE, NONE, NONE }, false,
				NULL },
		{ 4, reason_impossible, MG_TYPE_NONE, { 2008, 5, 31, 24, 60, NONE }, false,
				"3C 38 1F 15" },
		{ 6, reason_incomplete, MG_TYPE_NONE, { 2018, NONE, NONE, 1, 2, 3 }, false,
				"03 02 01 40 20 00" },
		{ 6, NULL, MG_TYPE_DATE, { 2018, 7, 26, 14, 30, 45 }, false, NULL },
		{ 6, reason_recurring, MG_TYPE_NONE, { 2018, 7, 26, 14, 30, 45 }, false, NULL },
		{ 6, reason_impossible, MG_TYPE_NONE, { 2018, 15, 26, 14, 30, 45 }, false,
				"2D 1E 0E 5A 2F 00" },
		{ 2, reason_impossible, MG_TYPE_NONE, { EVERY, EVERY, 32, NONE, NONE, NONE },
				false, NULL },
		{ 2, reason_impossible, MG_TYPE_NONE, { 2013, 15, 31, NONE, NONE, NONE }, false,
				NULL },
		{ 2, reason_recurring, MG_TYPE_NONE, { EVERY, EVERY, 31, NONE, NONE, NONE },
				false, NULL },
		{ 6, reason_impossible, MG_TYPE_NONE, { 2018, 0, 26, 14, 30, 45 }, false, NULL },
		{ 2, reason_impossible, MG_TYPE_NONE, { 127, 1, 1, NONE, NONE, NONE }, false,
				NULL },
		{ 2, "another reason", MG_TYPE_NONE, VOID, false, NULL },
		{ 6, "another reason", MG_TYPE_NONE, { 2018, NONE, NONE, 1, 2, 3 }, false, NULL },
		{ 6, NULL, MG_TYPE_NONE, { 2018, NONE, NONE, 1, 2, 3 }, false, NULL },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		check_value(&rows[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_of_type_g_j_f_or_i),
		cmocka_unit_test(parts_that_a_type_lacks_do_not_matter),
		cmocka_unit_test(type_f_alone_knows_other_centuries),
		cmocka_unit_test(parts_may_recur),
		cmocka_unit_test(type_i_may_leave_the_day_open),
		cmocka_unit_test(no_date_at_all_is_marked_invalid),
		cmocka_unit_test(impossible_dates_are_refused),
		cmocka_unit_test(values_are_written_with_their_marks),
		cmocka_unit_test(values_that_are_none_are_judged_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
