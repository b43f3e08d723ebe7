/* SPDX-License-Identifier: MIT */
/* How often silence is asked for, on clean lines and on others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_noise.h"

static void a_clean_line_is_asked_once(void **state)
{
	(void)state;
	struct search_noise noise = { 0 };
	assert_false(search_noise_seen(&noise));
	search_noise_note(&noise, 100000, false);
	assert_false(search_noise_seen(&noise));
	assert_int_equal(search_noise_sends(&noise, 250), 1);
}

static void one_byte_in_a_hundred_takes_five_sends(void **state)
{
	(void)state;
	struct search_noise noise = { .bytes = 10000, .wrong = 99 };
	assert_true(search_noise_seen(&noise));
	/* 0.99 to the power of 18 is 0.835; 21 * 0.165^5 is less than 1 in 300. */
	assert_int_equal(search_noise_sends(&noise, 20), 5);
}

static void a_rare_error_takes_two_sends(void **state)
{
	(void)state;
	struct search_noise noise = { .bytes = 20000, .wrong = 1 };
	assert_int_equal(search_noise_sends(&noise, 20), 2);
}

static void more_meters_take_more_sends(void **state)
{
	(void)state;
	struct search_noise noise = { .bytes = 10000, .wrong = 99 };
	assert_int_equal(search_noise_sends(&noise, 250), 7);
}

static void sends_have_a_limit(void **state)
{
	(void)state;
	struct search_noise noise = { .bytes = 18, .wrong = 18 };
	assert_int_equal(search_noise_sends(&noise, 1000), SEARCH_NOISE_SENDS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_line_is_asked_once),
		cmocka_unit_test(one_byte_in_a_hundred_takes_five_sends),
		cmocka_unit_test(a_rare_error_takes_two_sends),
		cmocka_unit_test(more_meters_take_more_sends),
		cmocka_unit_test(sends_have_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
