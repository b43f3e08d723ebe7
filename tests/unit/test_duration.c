/* SPDX-License-Identifier: MIT */
/* Durations as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/duration.h"

static void test_two_units_at_most(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ 1, "1 s" },
		{ 59, "59 s" },
		{ 60, "1 min" },
		{ 200, "3 min 20 s" },
		{ 3600, "1 h" },
		{ 3659, "1 h" },
		{ 3660, "1 h 1 min" },
		{ 86400, "1 d" },
		{ 100 * 86400 + 4 * 3600 + 59, "100 d 4 h" },
	};
	char text[DURATION_SIZE];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(duration_text(rows[i].seconds * 1000000, text), rows[i].text);
	}
}

static void test_below_a_second_and_below_nothing(void **state)
{
	(void)state;
	char text[DURATION_SIZE];
	assert_string_equal(duration_text(250999, text), "250 ms");
	assert_string_equal(duration_text(0, text), "0 ms");
	assert_string_equal(duration_text(-5, text), "0 ms");
}

static void test_the_longest_one_fits(void **state)
{
	(void)state;
	char text[DURATION_SIZE];
	assert_string_equal(duration_text(INT64_MAX, text), "106751991 d 4 h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_units_at_most),
		cmocka_unit_test(test_below_a_second_and_below_nothing),
		cmocka_unit_test(test_the_longest_one_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
