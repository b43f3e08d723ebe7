/* SPDX-License-Identifier: MIT */
/* How long things take on lines of several speeds; figures of EN 13757-2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/timing.h"

static struct timing line(uint32_t baud, char parity, uint8_t stop_bits, int64_t latency)
{
	const struct mg_line settings = { .size = sizeof(settings),
		.baud = baud,
		.data_bits = 8,
		.parity = parity,
		.stop_bits = stop_bits };
	struct timing timing;
	timing_init(&timing, &settings, latency);
	return timing;
}

static void test_2400_baud(void **state)
{
	(void)state;
	struct timing timing = line(2400, 'E', 1, 0);
	assert_int_equal(timing_bytes(&timing, 1), 4584);
	assert_int_equal(timing_bytes(&timing, 5), 22917);
	assert_int_equal(timing_rest(&timing), 4584);
	assert_int_equal(timing_rest_failed(&timing), 13750);
	assert_int_equal(timing_window(&timing), 187500);
	assert_int_equal(timing_answer(&timing), 187500 + 4584); /* and the first byte */
	assert_int_equal(timing_arrival(&timing, 20000), 20000 + 4584);
	assert_int_equal(timing_settle(&timing), 9167);
}

static void test_300_and_38400_baud(void **state)
{
	(void)state;
	struct timing slow = line(300, 'E', 1, 0);
	assert_int_equal(timing_window(&slow), 1150000);
	assert_int_equal(timing_rest_failed(&slow), 110000);
	assert_int_equal(timing_gap(&slow), 110000);
	assert_int_equal(timing_bytes(&slow, 261), 9570000);
	struct timing fast = line(38400, 'E', 1, 0);
	assert_int_equal(timing_window(&fast), 58594);
	assert_int_equal(timing_gap(&fast), 860);
}

static void test_characters_without_parity_are_shorter(void **state)
{
	(void)state;
	struct timing none = line(1000, 'N', 1, 0);
	struct timing two = line(1000, 'O', 2, 0);
	assert_int_equal(timing_bytes(&none, 1), 10000);
	assert_int_equal(timing_bytes(&two, 1), 12000);
}

static void test_latency_is_added_to_the_answer_and_bounds_the_gap(void **state)
{
	(void)state;
	struct timing automatic = line(2400, 'E', 1, -1);
	struct timing set = line(2400, 'E', 1, 1000);
	assert_false(automatic.fixed);
	assert_int_equal(timing_answer(&automatic), 187500 + 4584 + 150000);
	assert_int_equal(timing_gap(&automatic), 4584 + 150000);
	assert_true(set.fixed);
	assert_int_equal(timing_answer(&set), 187500 + 4584 + 1000000);
	assert_int_equal(timing_gap(&set), 4584 + 1000000);
}

static void test_a_noisy_line_is_waited_for_longer_than_two_frames(void **state)
{
	(void)state;
	struct timing timing = line(2400, 'E', 1, 0);
	assert_true(timing_drain(&timing) > 2 * timing_bytes(&timing, 261));
}

static void test_a_line_without_speed_counts_as_the_slowest(void **state)
{
	(void)state;
	struct timing timing = line(0, 'E', 1, 0);
	assert_int_equal(timing_window(&timing), 1150000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_2400_baud),
		cmocka_unit_test(test_300_and_38400_baud),
		cmocka_unit_test(test_characters_without_parity_are_shorter),
		cmocka_unit_test(test_latency_is_added_to_the_answer_and_bounds_the_gap),
		cmocka_unit_test(test_a_noisy_line_is_waited_for_longer_than_two_frames),
		cmocka_unit_test(test_a_line_without_speed_counts_as_the_slowest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
