/* SPDX-License-Identifier: MIT */
/* Whether scans find every meter, and no other, on the simulated segment. The seeds are
   always the same here; the benchmark draws its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan_cases.h"

static void finds_all(const struct scan_case *what, uint64_t seeds)
{
	struct scan_result result;
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		assert_true(scan_case_run(what, seed, &result));
		assert_true(result.over);
		assert_int_equal(result.missed, 0);
		assert_int_equal(result.phantoms, 0);
		assert_int_equal(result.found, what->meters);
	}
}

static void random_numbers(void **state)
{
	(void)state;
	finds_all(&(struct scan_case){ .kind = SCAN_SECONDARY, .meters = 20 }, 4);
	finds_all(
			&(struct scan_case){ .kind = SCAN_SECONDARY, .meters = 20, .fast = true }, 4);
	finds_all(&(struct scan_case){ .kind = SCAN_SECONDARY, .meters = 250 }, 1);
}

static void one_meter_and_none(void **state)
{
	(void)state;
	finds_all(&(struct scan_case){ .kind = SCAN_SECONDARY, .meters = 1 }, 2);
	finds_all(&(struct scan_case){ .kind = SCAN_SECONDARY, .meters = 2 }, 4);
}

static void consecutive_numbers(void **state)
{
	(void)state;
	struct scan_case what = {
		.kind = SCAN_SECONDARY, .meters = 60, .lot = SCAN_LOT_CONSECUTIVE
	};
	finds_all(&what, 2);
	what.fast = true;
	finds_all(&what, 2);
}

static void one_number_for_all(void **state)
{
	(void)state;
	struct scan_case what = {
		.kind = SCAN_SECONDARY, .meters = 20, .lot = SCAN_LOT_ONE_NUMBER
	};
	finds_all(&what, 2);
	what.fast = true;
	finds_all(&what, 2);
}

static void meters_of_the_inventory(void **state)
{
	(void)state;
	finds_all(&(struct scan_case){ .kind = SCAN_SECONDARY, .meters = 20, .known = true },
			3);
}

static void answers_spread_over_the_whole_window(void **state)
{
	(void)state;
	finds_all(&(struct scan_case){ .kind = SCAN_SECONDARY,
					  .meters = 20,
					  .delay_low = 11,
					  .delay_high = 330,
					  .delay_more = 50000 },
			3);
}

static void answers_up_to_forty_bits_late(void **state)
{
	(void)state;
	struct scan_case what = {
		.kind = SCAN_SECONDARY, .meters = 20, .delay_low = 11, .delay_high = 40
	};
	finds_all(&what, 3);
	what.fast = true;
	finds_all(&what, 3);
}

static void a_disturbed_line(void **state)
{
	(void)state;
	finds_all(
			&(struct scan_case){
					.kind = SCAN_SECONDARY, .meters = 20, .disturbed = 10000 },
			2);
}

static void converters_and_adapters(void **state)
{
	(void)state;
	finds_all(
			&(struct scan_case){
					.kind = SCAN_SECONDARY, .meters = 10, .way = 5000, .blind = true },
			2);
	finds_all(
			&(struct scan_case){
					.kind = SCAN_SECONDARY, .meters = 10, .way = 500, .block = 16000 },
			2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(one_meter_and_none),
		cmocka_unit_test(consecutive_numbers),
		cmocka_unit_test(one_number_for_all),
		cmocka_unit_test(meters_of_the_inventory),
		cmocka_unit_test(answers_spread_over_the_whole_window),
		cmocka_unit_test(answers_up_to_forty_bits_late),
		cmocka_unit_test(a_disturbed_line),
		cmocka_unit_test(converters_and_adapters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
