/* SPDX-License-Identifier: MIT */
/* What is learned of the way to a bus: from steady, unsteady, late and missing answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/latency.h"

#define START 150000
#define LEAST 4584 /* 11 bits at 2400 baud */

static struct latency fresh(void)
{
	struct latency latency;
	latency_init(&latency, START, false);
	return latency;
}

static void note(struct latency *latency, int64_t delay, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		latency_note(latency, LEAST + delay, LEAST);
	}
}

static void test_nothing_is_known_at_first(void **state)
{
	(void)state;
	struct latency latency = fresh();
	assert_int_equal(latency_allowance(&latency), START);
	assert_int_equal(latency_slowest(&latency), 0);
	assert_int_equal(latency_spread(&latency), 0);
	latency_vary(&latency, 1000);
	assert_int_equal(latency_allowance(&latency), START);
}

static void test_what_nobody_measured_counts_half_with_each_answer(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 0, 1);
	assert_int_equal(latency_allowance(&latency), 75000 + LATENCY_LEAST);
	note(&latency, 0, 1);
	assert_int_equal(latency_allowance(&latency), 37500 + LATENCY_LEAST);
	note(&latency, 0, 4);
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
}

static void test_the_fastest_slave_bounds_the_way(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 40000, 3);
	note(&latency, 90000, 3);
	assert_int_equal(latency_allowance(&latency), 40000 + 10000 + LATENCY_LEAST);
}

static void test_one_answer_too_early_fools_nobody(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 40000, 8);
	note(&latency, -20000, 1);
	assert_int_equal(latency_allowance(&latency), 40000 + 10000 + LATENCY_LEAST);
}

static void test_an_unsteady_way_gets_more(void **state)
{
	(void)state;
	struct latency latency = fresh();
	for (int i = 0; i < 8; i++) {
		note(&latency, 0, 1);
		latency_vary(&latency, 20000);
		latency_vary(&latency, 10000); /* the larger one counts */
	}
	assert_int_equal(latency_allowance(&latency), 20000 + LATENCY_LEAST);
	note(&latency, 0, LATENCY_WINDOW);
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
}

static void test_a_few_odd_slaves_do_not_make_the_way_unsteady(void **state)
{
	(void)state;
	struct latency latency = fresh();
	for (int i = 0; i < LATENCY_WINDOW; i++) {
		note(&latency, 0, 1);
		latency_vary(&latency, i % 4 == 0 ? 250000 : 1000);
	}
	assert_int_equal(latency_allowance(&latency), 1000 + LATENCY_LEAST);
}

static void test_what_shows_nothing_of_the_way_does_not_count(void **state)
{
	(void)state;
	struct latency latency = fresh();
	assert_true(latency_variation(&latency) < 0);
	note(&latency, 0, 12); /* single bytes */
	assert_true(latency_variation(&latency) < 0);
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
	note(&latency, 0, 1);
	latency_vary(&latency, 16000);
	note(&latency, 0, 12);
	assert_int_equal(latency_variation(&latency), 16000);
	assert_int_equal(latency_allowance(&latency), 16000 + LATENCY_LEAST);
	note(&latency, 0, 1);
	latency_vary(&latency, 0);
	assert_int_equal(latency_variation(&latency), 16000);
	latency_init(&latency, 20000, true);
	note(&latency, 0, 1);
	latency_vary(&latency, 16000);
	assert_int_equal(latency_variation(&latency), 0);
}

static void test_what_was_measured_beyond_doubt_counts_at_once(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 0, 10);
	latency_prove(&latency, LEAST + 1000000, LEAST);
	assert_int_equal(
			latency_allowance(&latency), 1000000 + 250000 + 75000 + LATENCY_LEAST);
	note(&latency, 0, 1);
	assert_int_equal(latency_allowance(&latency), 37500 + LATENCY_LEAST);
}

static void test_damaged_answers_are_no_misses(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 0, 10);
	for (int i = 0; i < 4; i++) {
		latency_late(&latency, 300000, LEAST);
		latency_heard(&latency);
	}
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
}

static void test_what_was_set_is_not_learned(void **state)
{
	(void)state;
	struct latency latency;
	latency_init(&latency, 20000, true);
	note(&latency, 0, 10);
	assert_int_equal(latency_allowance(&latency), 20000);
	latency_init(&latency, 0, true);
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
}

static void test_after_some_misses_in_a_row_nothing_is_known(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 0, 10);
	latency_missed(&latency);
	latency_missed(&latency);
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
	note(&latency, 0, 1);
	latency_missed(&latency);
	latency_missed(&latency);
	assert_int_equal(latency_allowance(&latency), LATENCY_LEAST);
	latency_missed(&latency);
	assert_int_equal(latency_allowance(&latency), START);
}

static void test_a_way_that_becomes_slower_than_it_ever_was_is_learned(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 0, 10);
	latency_late(&latency, LEAST + 420000, LEAST);
	latency_late(&latency, LEAST + 400000, LEAST);
	latency_late(&latency, LEAST + 430000, LEAST);
	assert_int_equal(
			latency_allowance(&latency), 400000 + 100000 + 75000 + LATENCY_LEAST);
	note(&latency, 410000, LATENCY_WINDOW);
	assert_int_equal(latency_allowance(&latency), 410000 + 102500 + LATENCY_LEAST);
	note(&latency, 1000, LATENCY_WINDOW); /* and fast again */
	assert_int_equal(latency_allowance(&latency), 1000 + 250 + LATENCY_LEAST);
}

static void test_patience_is_never_less_than_at_the_start(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 0, 10);
	assert_int_equal(latency_patience(&latency), START);
	note(&latency, 400000, LATENCY_WINDOW);
	assert_int_equal(latency_patience(&latency), 400000 + 100000 + LATENCY_LEAST);
}

static void test_there_is_a_limit(void **state)
{
	(void)state;
	struct latency latency = fresh();
	note(&latency, 60000000, 10);
	assert_int_equal(latency_allowance(&latency), LATENCY_MOST);
}

static void test_a_slow_slave_shows_when_its_answers_come(void **state)
{
	(void)state;
	struct latency slave = fresh();
	note(&slave, 1000000, 1);
	assert_int_equal(latency_slowest(&slave), 1000000 + 250000 + LATENCY_LEAST);
	note(&slave, 1040000, 1);
	assert_int_equal(latency_spread(&slave), 40000);
	note(&slave, 1040000, 1);
	note(&slave, 4000000, 1); /* once */
	assert_int_equal(latency_slowest(&slave), 1040000 + 260000 + LATENCY_LEAST);
	assert_int_equal(latency_spread(&slave), 0);
}

static void test_who_is_steady_is_expected_in_time(void **state)
{
	(void)state;
	struct latency slave = fresh();
	note(&slave, 8000, 7);
	assert_int_equal(latency_steady(&slave), 0); /* not known well enough */
	note(&slave, 10000, 1);
	/* The slowest, a quarter of it, and by how much they differ. */
	assert_int_equal(latency_steady(&slave), 10000 + 2500 + 2000 + LATENCY_LEAST);
	latency_late(&slave, 60000, LEAST);
	assert_int_equal(latency_steady(&slave), 10000 + 2500 + 2000 + LATENCY_LEAST);
	latency_late(&slave, 60000, LEAST);
	assert_int_equal(latency_steady(&slave), 0); /* it may have become slow */
	note(&slave, 8000, 1);
	assert_int_equal(latency_steady(&slave), 10000 + 2500 + 2000 + LATENCY_LEAST);
	note(&slave, 300000, 1); /* once is enough to wait for it again */
	assert_int_equal(latency_steady(&slave), 300000 + 75000 + 292000 + LATENCY_LEAST);
	note(&slave, 8000, LATENCY_WINDOW);
	latency_vary(&slave, 16000); /* a converter gathers bytes */
	assert_int_equal(latency_steady(&slave), 8000 + 2000 + 16000 + LATENCY_LEAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_known_at_first),
		cmocka_unit_test(test_what_nobody_measured_counts_half_with_each_answer),
		cmocka_unit_test(test_the_fastest_slave_bounds_the_way),
		cmocka_unit_test(test_one_answer_too_early_fools_nobody),
		cmocka_unit_test(test_an_unsteady_way_gets_more),
		cmocka_unit_test(test_a_few_odd_slaves_do_not_make_the_way_unsteady),
		cmocka_unit_test(test_what_shows_nothing_of_the_way_does_not_count),
		cmocka_unit_test(test_what_was_measured_beyond_doubt_counts_at_once),
		cmocka_unit_test(test_damaged_answers_are_no_misses),
		cmocka_unit_test(test_what_was_set_is_not_learned),
		cmocka_unit_test(test_after_some_misses_in_a_row_nothing_is_known),
		cmocka_unit_test(test_a_way_that_becomes_slower_than_it_ever_was_is_learned),
		cmocka_unit_test(test_patience_is_never_less_than_at_the_start),
		cmocka_unit_test(test_there_is_a_limit),
		cmocka_unit_test(test_a_slow_slave_shows_when_its_answers_come),
		cmocka_unit_test(test_who_is_steady_is_expected_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
