/* SPDX-License-Identifier: MIT */
/* Which device is asked next, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/schedule.h"

#define SECOND ((int64_t)1000000)
#define SILENT_MAX (60 * SECOND)
#define START (1000 * SECOND)

struct fixture {
	struct schedule schedule;
	struct schedule_entry entries[20];
};

static void setup(struct fixture *f, size_t count, int64_t interval)
{
	schedule_init(&f->schedule, SILENT_MAX);
	for (size_t i = 0; i < count; i++) {
		assert_true(schedule_add(&f->schedule, &f->entries[i], interval));
	}
	schedule_restart(&f->schedule, START);
}

static long taken(struct fixture *f, int64_t now)
{
	struct schedule_entry *entry = schedule_take(&f->schedule, now);
	return entry == NULL ? -1 : entry - f->entries;
}

static void test_nothing_to_ask(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 0, 0);
	assert_null(schedule_take(&f.schedule, START));
	assert_true(schedule_when(&f.schedule) == SCHEDULE_NEVER);
	schedule_finish(&f.schedule);
}

static void test_the_first_round_goes_back_to_back_in_order(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 20, 900 * SECOND);
	int64_t now = START;
	for (long i = 0; i < 20; i++) {
		assert_true(schedule_when(&f.schedule) <= now);
		assert_int_equal(taken(&f, now), i);
		now += SECOND / 2;
		schedule_answered(&f.schedule, &f.entries[i], now);
	}
	assert_int_equal(taken(&f, now), -1);
	assert_true(schedule_when(&f.schedule) == START + 900 * SECOND);
	schedule_finish(&f.schedule);
}

static void test_the_second_round_keeps_the_distances(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 2, 10 * SECOND);
	taken(&f, START);
	schedule_answered(&f.schedule, &f.entries[0], START + 3 * SECOND);
	taken(&f, START + 3 * SECOND);
	schedule_answered(&f.schedule, &f.entries[1], START + 6 * SECOND);
	assert_true(f.entries[0].due == START + 10 * SECOND);
	assert_true(f.entries[1].due == START + 13 * SECOND);
	schedule_finish(&f.schedule);
}

static void test_late_readings_do_not_move_the_grid(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 1, 10 * SECOND);
	int64_t now = START;
	for (int round = 1; round <= 100; round++) {
		assert_int_equal(taken(&f, now + 7000 * round), 0);
		schedule_answered(&f.schedule, &f.entries[0], now + SECOND);
		now += 10 * SECOND;
		assert_true(schedule_when(&f.schedule) == now + 7000);
	}
	schedule_finish(&f.schedule);
}

static void test_missed_slots_are_left_out(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 1, 10 * SECOND);
	taken(&f, START);
	schedule_answered(&f.schedule, &f.entries[0], START + 34 * SECOND);
	assert_true(schedule_when(&f.schedule) == START + 40 * SECOND);
	schedule_finish(&f.schedule);
}

static void test_without_interval_all_get_their_turn(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 3, 0);
	int64_t now = START;
	for (int i = 0; i < 30; i++) {
		assert_int_equal(taken(&f, now), i % 3);
		now += 1000;
		schedule_answered(&f.schedule, &f.entries[i % 3], now);
	}
	schedule_finish(&f.schedule);
}

static void test_a_greedy_device_does_not_starve_one_with_an_interval(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 1, 0);
	assert_true(schedule_add(&f.schedule, &f.entries[1], 5 * SECOND));
	schedule_restart(&f.schedule, START);
	int64_t now = START;
	int rare = 0;
	for (int i = 0; i < 100; i++) {
		struct schedule_entry *entry = schedule_take(&f.schedule, now);
		assert_non_null(entry);
		rare += entry == &f.entries[1];
		now += SECOND;
		schedule_answered(&f.schedule, entry, now);
	}
	assert_int_equal(rare, 20);
	schedule_finish(&f.schedule);
}

static void test_a_silent_device_is_asked_less_and_less(void **state)
{
	(void)state;
	static const int64_t waits[] = { 20, 40, 60, 60 };
	struct fixture f;
	setup(&f, 1, 10 * SECOND);
	int64_t now = START;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_equal(taken(&f, now), 0);
		schedule_failed(&f.schedule, &f.entries[0], now);
		assert_true(schedule_when(&f.schedule) == now + waits[i] * SECOND);
		now = schedule_when(&f.schedule);
	}
	schedule_finish(&f.schedule);
}

static void test_a_device_that_is_back_returns_to_its_grid(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 1, 10 * SECOND);
	taken(&f, START);
	schedule_failed(&f.schedule, &f.entries[0], START + 2 * SECOND);
	assert_int_equal(taken(&f, START + 22 * SECOND), 0);
	schedule_answered(&f.schedule, &f.entries[0], START + 23 * SECOND);
	assert_true(schedule_when(&f.schedule) == START + 30 * SECOND);
	assert_int_equal(f.entries[0].failures, 0);
	schedule_finish(&f.schedule);
}

static void test_a_silent_device_without_interval_begins_at_a_second(void **state)
{
	(void)state;
	static const int64_t waits[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	struct fixture f;
	setup(&f, 1, 0);
	int64_t now = START;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_equal(taken(&f, now), 0);
		schedule_failed(&f.schedule, &f.entries[0], now);
		assert_true(schedule_when(&f.schedule) == now + waits[i] * SECOND);
		now = schedule_when(&f.schedule);
	}
	schedule_finish(&f.schedule);
}

static void test_an_interval_beyond_the_longest_wait_stays(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 1, 3600 * SECOND);
	taken(&f, START);
	for (int i = 0; i < 100; i++) {
		schedule_failed(&f.schedule, &f.entries[0], START);
		assert_true(schedule_when(&f.schedule) == START + 3600 * SECOND);
	}
	schedule_finish(&f.schedule);
}

static void test_what_failed_dearly_is_not_repeated_soon(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 1, 0);
	f.schedule.silent_max = 1000 * SECOND;
	int64_t now = START;
	/* Three seconds, then a fifth of one: each at most a fiftieth of the time. */
	assert_int_equal(taken(&f, now), 0);
	schedule_failed(&f.schedule, &f.entries[0], now + 3 * SECOND);
	assert_true(schedule_when(&f.schedule) == now + 153 * SECOND);
	now = schedule_when(&f.schedule);
	assert_int_equal(taken(&f, now), 0);
	schedule_failed(&f.schedule, &f.entries[0], now + SECOND / 5);
	assert_true(schedule_when(&f.schedule) == now + SECOND / 5 + 300 * SECOND);
	now = schedule_when(&f.schedule);
	assert_int_equal(taken(&f, now), 0);
	schedule_failed(&f.schedule, &f.entries[0], now + 30 * SECOND);
	assert_true(schedule_when(&f.schedule) == now + 30 * SECOND + 1000 * SECOND);
	schedule_finish(&f.schedule);
}

static void test_a_device_that_is_put_off_lets_the_others_go_first(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 3, 10 * SECOND);
	schedule_postpone(&f.schedule, &f.entries[0], START + 5 * SECOND);
	assert_int_equal(taken(&f, START), 1);
	schedule_answered(&f.schedule, &f.entries[1], START);
	assert_int_equal(taken(&f, START), 2);
	schedule_answered(&f.schedule, &f.entries[2], START);
	assert_int_equal(taken(&f, START), -1);
	assert_int_equal(taken(&f, START + 5 * SECOND), 0);
	schedule_finish(&f.schedule);
}

/* The order is kept however many there are and however they move. */
static void test_the_one_that_has_waited_longest_is_always_next(void **state)
{
	(void)state;
	struct fixture f;
	uint32_t random = 1;
	setup(&f, 20, 0);
	for (int i = 0; i < 2000; i++) {
		random = random * 1664525 + 1013904223;
		schedule_postpone(
				&f.schedule, &f.entries[random >> 16 & 15], START + (random >> 20));
		int64_t least = SCHEDULE_NEVER;
		for (size_t k = 0; k < 20; k++) {
			least = f.entries[k].due < least ? f.entries[k].due : least;
		}
		assert_true(schedule_when(&f.schedule) == least);
		assert_true(schedule_take(&f.schedule, least)->due == least);
	}
	schedule_finish(&f.schedule);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_to_ask),
		cmocka_unit_test(test_the_first_round_goes_back_to_back_in_order),
		cmocka_unit_test(test_the_second_round_keeps_the_distances),
		cmocka_unit_test(test_late_readings_do_not_move_the_grid),
		cmocka_unit_test(test_missed_slots_are_left_out),
		cmocka_unit_test(test_without_interval_all_get_their_turn),
		cmocka_unit_test(test_a_greedy_device_does_not_starve_one_with_an_interval),
		cmocka_unit_test(test_a_silent_device_is_asked_less_and_less),
		cmocka_unit_test(test_a_device_that_is_back_returns_to_its_grid),
		cmocka_unit_test(test_a_silent_device_without_interval_begins_at_a_second),
		cmocka_unit_test(test_an_interval_beyond_the_longest_wait_stays),
		cmocka_unit_test(test_what_failed_dearly_is_not_repeated_soon),
		cmocka_unit_test(test_a_device_that_is_put_off_lets_the_others_go_first),
		cmocka_unit_test(test_the_one_that_has_waited_longest_is_always_next),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
