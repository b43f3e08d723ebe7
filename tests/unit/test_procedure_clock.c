/* SPDX-License-Identifier: MIT */
/* Setting a clock: the offset before and after decides. */
#include "procedure_bench.h"

#define HEAD "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00"
/* Type F: 2026-11-22 11:50, 12:00 and 12:01, type I: 12:00:00 and 12:00:01. */
#define AT_1150 " 04 6D 32 2B 56 3B"
#define AT_1200 " 04 6D 00 2C 56 3B"
#define AT_0900 " 04 6D 00 29 56 3B"
#define ENERGY " 04 06 01 00 00 00"
#define SET_1200 "68 73 05 51 04 6D 00 2C 56 3B"
#define RESET_LINK "10 40 05"
#define REQUEST "10 7B 05"
#define STORED " 44 6D 00 0C 56 3B"
#define AT_1158 " 04 6D 3A 2B 56 3B"
#define AT_1159 " 04 6D 3B 2B 56 3B"
#define AT_1201 " 04 6D 01 2C 56 3B"
#define SET_1201 "68 73 05 51 04 6D 01 2C 56 3B"
#define OFF(low, high) ((struct procedure_offset){ low, high })

/* clang-format off */
#define LINK { RESET_LINK, "E5", 0 }
#define READ(records) LINK, { REQUEST, HEAD records, 0 }
/* clang-format on */

static void setup_now(struct fixture *f)
{
	setup(f, PROCEDURE_SET_CLOCK, 5);
	f->order.clock_now = true;
}

static void assert_offsets(
		struct fixture *f, struct procedure_offset before, struct procedure_offset after)
{
	struct procedure_offset off_before, off_after;
	assert_true(procedure_clock_offset(f->procedure, &off_before, &off_after));
	assert_int_equal(off_before.low, before.low);
	assert_int_equal(off_before.high, before.high);
	assert_int_equal(off_after.low, after.low);
	assert_int_equal(off_after.high, after.high);
}

static void test_the_offset_is_told_before_and_after(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK, { SET_1200, "E5", 0 },
		READ(AT_1200), NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	/* Up to a minute may be hidden behind 11:50. */
	assert_ended(&f, PROCEDURE_WORKED,
			"the clock is between 0 and 60 s fast now, before it was between 540 "
			"and 600 s slow");
	assert_offsets(&f, OFF(-600, -540), OFF(0, 60));
	finish(&f);
}

static void test_a_meter_that_acknowledges_and_keeps_its_time_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK, { SET_1200, "E5", 0 },
		READ(AT_1150), NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the new time (type F) was acknowledged, but the clock is "
			"between 540 and 600 s slow");
	finish(&f);
}

static void test_seconds_are_sent_as_type_i(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(" 06 6D 00 00 09 56 3B 00"), LINK,
		{ "68 73 05 51 06 6D 00 00 0C 56 3B 00", "E5", 0 },
		READ(" 06 6D 00 00 0C 56 3B 00"), NONE };
	struct fixture f;
	setup_now(&f);
	f.order.type_i = true;
	converse(&f, lines);
	assert_ended(
			&f, PROCEDURE_WORKED, "right to the second now, before it was 10800 s slow");
	assert_offsets(&f, OFF(-10800, -10800), OFF(0, 0));
	finish(&f);
}

static void test_three_hours_ahead_by_zone_is_sent(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1200), LINK,
		{ "68 73 05 51 04 6D 00 29 56 3B", "E5", 0 }, READ(AT_0900), NONE };
	struct fixture f;
	setup_now(&f);
	f.order.clock = -3 * 3600;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "before it was between 10800 and 10860 s fast");
	finish(&f);
}

static void test_a_given_time_runs_on_from_when_it_was_sent(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK,
		{ "68 73 05 51 04 6D 00 29 56 3B", "E5", 0 }, READ(AT_0900), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_SET_CLOCK, 5);
	f.order.clock = NOON / 1000000 - 3 * 3600;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "the clock is between 0 and 60 s fast now");
	finish(&f);
}

static void test_a_clock_that_is_right_is_left_alone(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1200), NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "right already as far as can be read back");
	assert_ended(&f, PROCEDURE_WORKED, "with --force");
	assert_offsets(&f, OFF(0, 60), OFF(0, 60));
	finish(&f);
}

/* Each try is a command of its own, with the time that it is then. */
static void test_a_lost_command_is_made_anew(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK, { SET_1200, NULL, 0 }, LINK,
		{ SET_1200, "E5", 0 }, READ(AT_1200), NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "before it was between 540 and 600 s slow");
	finish(&f);
}

/* Before the meter is reached a minute goes by: what is sent is what is named. */
static void test_the_time_that_is_sent_is_the_one_that_is_named(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), { RESET_LINK, NULL, 0 },
		{ RESET_LINK, NULL, 0 }, { SET_1201, "E5", 0 }, READ(AT_1201), NONE };
	const struct procedure_step *steps;
	struct fixture f;
	setup_now(&f);
	f.order.window = 40000000;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "before it was between 540 and 600 s slow");
	assert_int_equal(procedure_steps(f.procedure, &steps), 6);
	assert_string_equal(steps[3].purpose, "set the clock to 2026-11-22 12:01");
	finish(&f);
}

static void test_a_clock_that_is_right_can_be_forced(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1200), LINK, { SET_1200, "E5", 0 },
		READ(AT_1200), NONE };
	struct fixture f;
	setup_now(&f);
	f.order.force = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "nothing shows whether it was set");
	finish(&f);
}

static void test_a_meter_that_tells_no_time_is_not_set(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY STORED), NONE };
	struct fixture f;
	struct procedure_offset before, after;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "does not tell its time (VIF 6D)");
	assert_false(procedure_clock_offset(f.procedure, &before, &after));
	finish(&f);
}

static void test_unverified_sets_it_nevertheless(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY), LINK, { SET_1200, "E5", 0 },
		READ(ENERGY), NONE };
	struct fixture f;
	setup_now(&f);
	f.order.unverified = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "cannot be verified");
	finish(&f);
}

static void test_a_clock_marked_invalid_is_no_time(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(" 04 6D 80 0C 56 3B"), NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "does not tell its time");
	finish(&f);
}

static void test_a_year_that_cannot_be_sent_is_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1200), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_SET_CLOCK, 5);
	f.order.clock = (int64_t)400 * 366 * 86400;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "want a year from 2000 to 2099");
	finish(&f);
}

static void test_a_meter_that_is_silent_afterwards_is_not_verified(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK, { SET_1200, "E5", 0 },
		{ RESET_LINK, NULL, 0 }, { RESET_LINK, NULL, 0 }, { REQUEST, NULL, 0 },
		{ REQUEST, NULL, 0 }, { RESET_LINK, NULL, 0 }, { RESET_LINK, NULL, 0 },
		{ REQUEST, NULL, 0 }, { REQUEST, NULL, 0 }, NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER,
			"the new time was acknowledged, but then: no answer from 5 after 2 tries");
	finish(&f);
}

static void setup_at(struct fixture *f, int64_t seconds)
{
	setup_now(f);
	f->order.clock = seconds; /* the time of day is so much behind noon */
}

static void test_a_clock_90_s_slow_is_told_as_a_range_and_set(void **state)
{
	(void)state;
	/* At 12:00:30 it is 11:59:00 there, and at 12:00:20 11:58:50. */
	static const struct line at_30[] = { READ(AT_1159), LINK, { SET_1201, "E5", 0 },
		READ(AT_1201), NONE };
	static const struct line at_20[] = { READ(AT_1158), LINK, { SET_1200, "E5", 0 },
		READ(AT_1200), NONE };
	struct fixture f;
	setup_at(&f, 30);
	converse(&f, at_30);
	assert_ended(&f, PROCEDURE_WORKED,
			"the clock is between 30 and 90 s fast now, before it was between 30 "
			"and 90 s slow");
	finish(&f);
	setup_at(&f, 20);
	converse(&f, at_20);
	assert_ended(&f, PROCEDURE_WORKED,
			"the clock is at most 20 s slow or 40 s fast now, before it was between "
			"80 and 140 s slow");
	finish(&f);
}

static void test_a_clock_90_s_slow_that_stays_so_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1159), LINK, { SET_1201, "E5", 0 },
		READ(AT_1159), NONE };
	struct fixture f;
	setup_at(&f, 40);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "the other type (--type i)");
	finish(&f);
}

/* Its minute is the nearest one already: the other one shows that it was set. */
static void test_a_clock_that_is_fast_is_set_to_the_minute_before(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1201), LINK, { SET_1200, "E5", 0 },
		READ(AT_1200), NONE };
	struct fixture f;
	setup_at(&f, 40);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "before it was between 20 and 80 s fast");
	finish(&f);
}

static void test_a_clock_is_right_anywhere_in_its_minute(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1200), NONE };
	for (int64_t second = 0; second < 59; second++) {
		struct fixture f;
		setup_at(&f, second);
		converse(&f, lines);
		assert_ended(&f, PROCEDURE_WORKED, "right already");
		finish(&f);
	}
}

static void test_a_stop_says_that_the_time_is_unknown(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK, { SET_1200, "E5", 0 },
		NONE };
	struct fixture f;
	setup_now(&f);
	converse_and_stop(&f, lines);
	assert_ended(
			&f, PROCEDURE_STOPPED, "unknown whether the clock was set: set it again");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_offset_is_told_before_and_after),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_keeps_its_time_fails),
		cmocka_unit_test(test_seconds_are_sent_as_type_i),
		cmocka_unit_test(test_three_hours_ahead_by_zone_is_sent),
		cmocka_unit_test(test_a_given_time_runs_on_from_when_it_was_sent),
		cmocka_unit_test(test_a_clock_that_is_right_is_left_alone),
		cmocka_unit_test(test_a_lost_command_is_made_anew),
		cmocka_unit_test(test_the_time_that_is_sent_is_the_one_that_is_named),
		cmocka_unit_test(test_a_clock_that_is_right_can_be_forced),
		cmocka_unit_test(test_a_meter_that_tells_no_time_is_not_set),
		cmocka_unit_test(test_unverified_sets_it_nevertheless),
		cmocka_unit_test(test_a_clock_marked_invalid_is_no_time),
		cmocka_unit_test(test_a_year_that_cannot_be_sent_is_refused),
		cmocka_unit_test(test_a_meter_that_is_silent_afterwards_is_not_verified),
		cmocka_unit_test(test_a_clock_90_s_slow_is_told_as_a_range_and_set),
		cmocka_unit_test(test_a_clock_90_s_slow_that_stays_so_fails),
		cmocka_unit_test(test_a_clock_that_is_fast_is_set_to_the_minute_before),
		cmocka_unit_test(test_a_clock_is_right_anywhere_in_its_minute),
		cmocka_unit_test(test_a_stop_says_that_the_time_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
