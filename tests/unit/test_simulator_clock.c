/* SPDX-License-Identifier: MIT */
/* Dates and times that a master sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"

#define NOW 1795327205 /* 2026-11-22 06:00:05 UTC */

static bool read_clock(const char *bytes, size_t size, int64_t *time)
{
	return clock_read((struct mg_bytes){ (const uint8_t *)bytes, size }, NOW, time);
}

static void type_f_is_minutes(void **state)
{
	int64_t time;
	(void)state;
	assert_true(read_clock("\x32\x37\x1F\x15", 4, &time));
	assert_int_equal(time, 1212277800); /* 2008-05-31 23:50 */
	assert_true(read_clock("\x00\x00\x5C\x32", 4, &time));
	assert_int_equal(time, 1772236800); /* 2026-02-28 00:00 */
}

static void type_i_has_seconds(void **state)
{
	int64_t time;
	(void)state;
	assert_true(read_clock("\x2D\x1E\x0E\x5A\x27\x20", 6, &time));
	assert_int_equal(time, 1532615445); /* 2018-07-26 14:30:45 */
}

static void type_g_keeps_the_time_of_day(void **state)
{
	int64_t time;
	(void)state;
	assert_true(read_clock("\xBF\x1C", 2, &time));
	assert_int_equal(time, 1388469605); /* 2013-12-31 06:00:05 */
}

static void a_leap_day_is_a_day(void **state)
{
	int64_t time;
	(void)state;
	assert_true(read_clock("\x00\x00\x9D\x32", 4, &time));
	assert_int_equal(time, 1835395200);                     /* 2028-02-29 00:00 */
	assert_false(read_clock("\x00\x00\x7D\x32", 4, &time)); /* 2027-02-29 */
}

static void what_is_no_time_is_refused(void **state)
{
	int64_t time;
	(void)state;
	assert_false(read_clock("\xB2\x37\x1F\x15", 4, &time));         /* marked invalid */
	assert_false(read_clock("\x3C\x37\x1F\x15", 4, &time));         /* minute 60 */
	assert_false(read_clock("\x32\x38\x1F\x15", 4, &time));         /* hour 24 */
	assert_false(read_clock("\x32\x37\x00\x15", 4, &time));         /* day 0 */
	assert_false(read_clock("\x32\x37\x1F\x16", 4, &time));         /* 31st of June */
	assert_false(read_clock("\x32\x37\x1F\x10", 4, &time));         /* month 0 */
	assert_false(read_clock("\x32\x37\x1F\x1D", 4, &time));         /* month 13 */
	assert_false(read_clock("\x3C\x1E\x0E\x5A\x27\x20", 6, &time)); /* second 60 */
	assert_false(read_clock("\x1F\xF5", 2, &time));                 /* year 120 */
	assert_false(read_clock("\x00\x00\x00", 3, &time));
	assert_false(read_clock("", 0, &time));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_f_is_minutes),
		cmocka_unit_test(type_i_has_seconds),
		cmocka_unit_test(type_g_keeps_the_time_of_day),
		cmocka_unit_test(a_leap_day_is_a_day),
		cmocka_unit_test(what_is_no_time_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
