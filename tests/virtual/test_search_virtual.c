/* SPDX-License-Identifier: MIT */
/* Searches on the simulated segment: every meter is found, and nothing else, in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scan_cases.h"
#include "virtual.h"

#define SECOND 1000000
#define SEEDS_MAX 20
#define SEEDS_APART 7919

static int by_size(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
	return (one > other) - (one < other);
}

/* Runs a case so many times: all that is there is found each time, but for `seldom` of a
   hundred, and nothing else ever. */
static void run(const struct scan_case *what, size_t seeds)
{
	int64_t times[SEEDS_MAX];
	size_t losses = 0;
	for (size_t i = 0; i < seeds; i++) {
		struct scan_result result;
		assert_true(scan_case_run(what, 1 + i * SEEDS_APART, &result));
		assert_true(result.over);
		assert_int_equal(result.phantoms, 0);
		losses += result.missed > 0;
		times[i] = result.time;
	}
	qsort(times, seeds, sizeof(times[0]), by_size);
	printf("# %s: %.1f %.1f %.1f s (least, median, most of %zu)\n", what->name,
			(double)times[0] / SECOND, (double)times[seeds / 2] / SECOND,
			(double)times[seeds - 1] / SECOND, seeds);
	assert_true(losses * 100 <= (size_t)what->seldom * seeds);
	assert_true(what->limit == 0 || times[seeds / 2] <= what->limit * SECOND);
}

/* Limits here are wider than those of the benchmark, since few seeds are drawn. */
static void random_numbers(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "12 random, complete",
				.kind = SCAN_SECONDARY,
				.meters = 12,
				.limit = 21 },
			20);
	run(&(struct scan_case){ .name = "20 random, complete",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.limit = 42 },
			10);
	run(&(struct scan_case){ .name = "20 random, fast",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.fast = true,
				.limit = 23 },
			10);
	run(&(struct scan_case){ .name = "50 random, complete",
				.kind = SCAN_SECONDARY,
				.meters = 50,
				.limit = 95 },
			5);
	run(&(struct scan_case){ .name = "50 random, fast",
				.kind = SCAN_SECONDARY,
				.meters = 50,
				.fast = true,
				.limit = 50 },
			5);
}

static void a_full_bus(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "250 random, fast",
				.kind = SCAN_SECONDARY,
				.meters = 250,
				.fast = true,
				.limit = 270 },
			2);
	run(&(struct scan_case){ .name = "250 in a row, complete",
				.kind = SCAN_SECONDARY,
				.meters = 250,
				.lot = SCAN_LOT_CONSECUTIVE,
				.limit = 260 },
			2);
	run(&(struct scan_case){ .name = "250 in a row, fast",
				.kind = SCAN_SECONDARY,
				.meters = 250,
				.lot = SCAN_LOT_CONSECUTIVE,
				.fast = true,
				.limit = 180 },
			2);
}

static void known_meters(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "20 known",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.known = true,
				.limit = 4 },
			3);
}

static void one_number(void **state)
{
	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		run(&(struct scan_case){ .name = "20 of one number",
					.kind = SCAN_SECONDARY,
					.meters = 20,
					.lot = SCAN_LOT_ONE_NUMBER,
					.fast = fast != 0 },
				3);
	}
}

static void delays_all_over_the_window(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "20 random, delays of 11 bits to the most",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.delay_low = 11,
				.delay_high = 330,
				.delay_more = 50000,
				.limit = 60 },
			20);
}

static void delays_that_vary(void **state)
{
	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		run(&(struct scan_case){ .name = "20 random, varying delays",
					.kind = SCAN_SECONDARY,
					.meters = 20,
					.delay_low = 11,
					.delay_high = 40,
					.jitter = 5000,
					.fast = fast != 0 },
				10);
	}
}

static void a_disturbed_line(void **state)
{
	(void)state;
	for (int blind = 0; blind < 2; blind++) {
		run(&(struct scan_case){ .name = "20 random, 1 % disturbed",
					.kind = SCAN_SECONDARY,
					.meters = 20,
					.disturbed = 10000,
					.blind = blind != 0,
					.seldom = 10,
					.limit = 120 },
				10);
	}
}

static void a_converter_far_away(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "20 random, 30 ms each way, blocks of 16 ms",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.way = 30000,
				.block = 16000,
				.blind = true },
			5);
}

static void let_some_cling(struct meter *meters, size_t count, uint64_t seed)
{
	for (size_t i = 0; i < count; i += 4) {
		meters[(i + seed) % count].quirks |= METER_KEEPS_SELECTED;
	}
}

static void meters_that_stay_selected(void **state)
{
	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		run(&(struct scan_case){ .name = "20 random, some stay selected",
					.kind = SCAN_SECONDARY,
					.meters = 20,
					.fast = fast != 0,
					.prepare = let_some_cling },
				10);
	}
}

static void make_some_late(struct meter *meters, size_t count, uint64_t seed)
{
	meters[seed % count].quirks |= METER_LATE;
	meters[(seed + 3) % count].quirks |= METER_LATE_ACK;
}

static void meters_that_are_too_late(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "20 random, two too late",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.prepare = make_some_late },
			10);
}

static void readdress_some(struct meter *meters, size_t count, uint64_t seed)
{
	meters[seed % count].quirks |= METER_WRONG_ADDRESS;
	meters[(seed + 1) % count].quirks |= METER_IGNORES_FCB;
	meters[(seed + 2) % count].quirks |= METER_STUCK_FCB;
	meters[(seed + 3) % count].quirks |= METER_MUTE_RESET;
}

static void meters_of_odd_manners(void **state)
{
	(void)state;
	run(&(struct scan_case){ .name = "20 random, some odd",
				.kind = SCAN_SECONDARY,
				.meters = 20,
				.prepare = readdress_some },
			5);
}

static void silence_one(struct meter *meters, size_t count, uint64_t seed)
{
	(void)count;
	(void)seed;
	meters[0].quirks |= METER_MUTE_DATA;
}

static void a_mute_meter_alone(void **state)
{
	(void)state;
	struct scan_result result;
	const struct scan_case what = {
		.kind = SCAN_SECONDARY, .meters = 1, .prepare = silence_one
	};
	assert_true(scan_case_run(&what, 1, &result));
	assert_int_equal(result.mute, 1);
	assert_int_equal(result.found, 0);
}

static void make_twins(struct meter *meters, size_t count, uint64_t seed)
{
	(void)count;
	(void)seed;
	for (size_t i = 0; i < 2; i++) {
		meters[i].identity = meters[0].identity;
		meters[i].source.identity = meters[0].identity;
		meters[i].has_fabrication = true;
		meters[i].fabrication = 0x55500000 + (uint32_t)i;
	}
}

static void twins_are_reported(void **state)
{
	(void)state;
	const struct scan_case what = {
		.kind = SCAN_SECONDARY, .meters = 20, .prepare = make_twins
	};
	for (uint64_t seed = 1; seed < 4; seed++) {
		struct scan_result result;
		assert_true(scan_case_run(&what, seed, &result));
		assert_int_equal(result.collisions, 1);
		assert_int_equal(result.found, 18);
		assert_int_equal(result.phantoms, 0);
		assert_int_equal(result.missed, 0);
	}
}

/* Copies of meters: not always does their fabrication number tell them apart. */
static void copy_meters(struct meter *meters, size_t count, uint64_t seed)
{
	for (size_t i = 0; i < count; i++) {
		meters[i].has_fabrication = true;
		if (i > 0 && virtual_random(&seed, 4) == 0) {
			const struct meter *other = &meters[virtual_random(&seed, i)];
			bool whole = virtual_random(&seed, 2) == 0;
			meters[i].identity = meters[i].source.identity = other->identity;
			meters[i].fabrication = whole ? other->fabrication : meters[i].fabrication;
		}
	}
}

static void copies_are_reported_and_end_the_search(void **state)
{
	(void)state;
	const struct scan_case what = { .kind = SCAN_SECONDARY,
		.meters = 40,
		.prepare = copy_meters,
		.delay_low = 11,
		.delay_high = 40 };
	for (uint64_t seed = 1; seed < 40; seed++) {
		struct scan_result result;
		assert_true(scan_case_run(&what, seed, &result));
		assert_in_range(result.collisions, 1, 20);
		assert_int_equal(result.phantoms, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(a_full_bus),
		cmocka_unit_test(known_meters),
		cmocka_unit_test(one_number),
		cmocka_unit_test(delays_all_over_the_window),
		cmocka_unit_test(delays_that_vary),
		cmocka_unit_test(a_disturbed_line),
		cmocka_unit_test(a_converter_far_away),
		cmocka_unit_test(meters_that_stay_selected),
		cmocka_unit_test(meters_that_are_too_late),
		cmocka_unit_test(meters_of_odd_manners),
		cmocka_unit_test(a_mute_meter_alone),
		cmocka_unit_test(twins_are_reported),
		cmocka_unit_test(copies_are_reported_and_end_the_search),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
