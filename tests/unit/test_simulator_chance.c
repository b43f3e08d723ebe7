/* SPDX-License-Identifier: MIT */
/* Random numbers that come again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chance.h"

static void the_first_numbers_are_known(void **state)
{
	uint64_t random = 0;
	(void)state;
	assert_true(chance_draw(&random, 0) == UINT64_C(0xE220A8397B1DCDAF));
	assert_true(chance_draw(&random, 0) == UINT64_C(0x6E789E6AA1B965F4));
}

static void a_limit_is_never_reached(void **state)
{
	uint64_t random = 1;
	unsigned counts[10] = { 0 };
	(void)state;
	for (int i = 0; i < 10000; i++) {
		uint64_t number = chance_draw(&random, 10);
		assert_true(number < 10);
		counts[number]++;
	}
	for (int i = 0; i < 10; i++) {
		assert_in_range(counts[i], 800, 1200);
	}
	assert_int_equal(chance_draw(&random, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_numbers_are_known),
		cmocka_unit_test(a_limit_is_never_reached),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
