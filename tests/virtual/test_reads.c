/* SPDX-License-Identifier: MIT */
/* How near reading comes to what the wire allows, on a clock that is computed: the same
   seeds give the same figures on every machine. The benchmark draws its seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "read_cases.h"

#define SEEDS 3

static void reaches(const struct read_case *what)
{
	struct read_result result;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		assert_true(read_case_run(what, seed, &result));
		assert_int_equal(result.read, result.expected);
		assert_true(result.limit * 100 >= result.time * (int64_t)what->least);
		/* More than the wire allows would be an error of the model. */
		assert_true(result.limit <= result.time * 1005 / 1000);
	}
}

static void meters_with_one_telegram(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .least = 98 });
}

static void meters_with_three_telegrams(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .several = true, .least = 95 });
}

static void a_faster_bus(void **state)
{
	(void)state;
	reaches(&(struct read_case){
			.meters = 20, .several = true, .baud = 9600, .least = 93 });
}

static void dead_meters_do_not_slow_the_others(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .dead = 2, .least = 95 });
}

static void a_line_with_one_byte_of_a_hundred_disturbed(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .disturbed = 10000, .least = 30 });
}

static void meters_by_their_secondary_address(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .secondary = true, .least = 95 });
}

static void a_converter_behind_the_network(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .way = 5000, .least = 95 });
}

static void an_adapter_that_hands_on_blocks(void **state)
{
	(void)state;
	reaches(&(struct read_case){ .meters = 20, .way = 500, .block = 16000, .least = 95 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meters_with_one_telegram),
		cmocka_unit_test(meters_with_three_telegrams),
		cmocka_unit_test(a_faster_bus),
		cmocka_unit_test(dead_meters_do_not_slow_the_others),
		cmocka_unit_test(a_line_with_one_byte_of_a_hundred_disturbed),
		cmocka_unit_test(meters_by_their_secondary_address),
		cmocka_unit_test(a_converter_behind_the_network),
		cmocka_unit_test(an_adapter_that_hands_on_blocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
