/* SPDX-License-Identifier: MIT */
/* Counting the readings of each device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "route/sequence.h"

static void counts_each_device_for_itself(void **state)
{
	(void)state;
	struct sequence *sequence = sequence_create(10);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-1"), 1);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-1"), 2);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-2"), 1);
	assert_int_equal(sequence_next(sequence, "roof", "heat-1"), 1);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-1"), 3);
	sequence_destroy(sequence);
}

static void names_are_not_run_together(void **state)
{
	(void)state;
	struct sequence *sequence = sequence_create(10);
	assert_int_equal(sequence_next(sequence, "ab", "c"), 1);
	assert_int_equal(sequence_next(sequence, "a", "bc"), 1);
	assert_int_equal(sequence_next(sequence, "", "abc"), 1);
	assert_int_equal(sequence_next(sequence, "abc", ""), 1);
	sequence_destroy(sequence);
}

static void keeps_counts_while_it_grows(void **state)
{
	(void)state;
	struct sequence *sequence = sequence_create(2000);
	for (unsigned round = 1; round <= 3; round++) {
		for (unsigned i = 0; i < 2000; i++) {
			char device[16];
			snprintf(device, sizeof(device), "meter-%u", i);
			assert_int_equal(sequence_next(sequence, "cellar", device), round);
		}
	}
	sequence_destroy(sequence);
}

static void devices_beyond_the_limit_have_no_count(void **state)
{
	(void)state;
	struct sequence *sequence = sequence_create(1);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-1"), 1);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-2"), 0);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-2"), 0);
	assert_int_equal(sequence_next(sequence, "cellar", "heat-1"), 2);
	sequence_destroy(sequence);
	sequence_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_each_device_for_itself),
		cmocka_unit_test(names_are_not_run_together),
		cmocka_unit_test(keeps_counts_while_it_grows),
		cmocka_unit_test(devices_beyond_the_limit_have_no_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
