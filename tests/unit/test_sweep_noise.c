/* SPDX-License-Identifier: MIT */
/* How often silent addresses are asked, by what was heard of the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/sweep_noise.h"

static void a_clean_line_needs_one_pass(void **state)
{
	(void)state;
	struct sweep_noise noise = { .bytes = 5000, .asked = 100 };
	assert_int_equal(sweep_noise_rate(&noise), 0);
	assert_int_equal(sweep_noise_passes(&noise), 1);
}

static void damage_counts_for_each_byte_of_a_probe(void **state)
{
	(void)state;
	/* Perhaps two in 1000 bytes: 12 of 1000 probes fail, 1.7 of a million three times. */
	struct sweep_noise noise = { .bytes = 1000, .damaged = 1 };
	assert_int_equal(sweep_noise_rate(&noise), 12000);
	assert_int_equal(sweep_noise_passes(&noise), 3);
	/* Perhaps one in 100: 60 of 1000, 216 of a million three times, 13 four times. */
	noise.damaged = 9;
	assert_int_equal(sweep_noise_rate(&noise), 60000);
	assert_int_equal(sweep_noise_passes(&noise), 4);
}

static void missed_probes_count_when_they_are_worse(void **state)
{
	(void)state;
	struct sweep_noise noise = {
		.bytes = 1000, .damaged = 1, .asked = 100, .missed = 10
	};
	assert_int_equal(sweep_noise_rate(&noise), 100000);
	/* 0.1 ^ 5 is 10 of a million. */
	assert_int_equal(sweep_noise_passes(&noise), 5);
}

static void the_worst_line_has_its_limit(void **state)
{
	(void)state;
	struct sweep_noise noise = { .damaged = 3 };
	assert_int_equal(sweep_noise_rate(&noise), 500000);
	assert_int_equal(sweep_noise_passes(&noise), SWEEP_NOISE_PASSES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_line_needs_one_pass),
		cmocka_unit_test(damage_counts_for_each_byte_of_a_probe),
		cmocka_unit_test(missed_probes_count_when_they_are_worse),
		cmocka_unit_test(the_worst_line_has_its_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
