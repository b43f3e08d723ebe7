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

/* clang-format off */
#define LINK { RESET_LINK, "E5", 0 }
#define READ(records) LINK, { REQUEST, HEAD records, 0 }
/* clang-format on */

static void setup_now(struct fixture *f)
{
	setup(f, PROCEDURE_SET_CLOCK, 5);
	f->order.clock_now = true;
}

static void assert_offsets(struct fixture *f, int64_t before, int64_t after)
{
	int64_t off_before, off_after;
	assert_true(procedure_clock_offset(f->procedure, &off_before, &off_after));
	assert_int_equal(off_before, before);
	assert_int_equal(off_after, after);
}

static void test_the_offset_is_told_before_and_after(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(AT_1150), LINK, { SET_1200, "E5", 0 },
		READ(AT_1200), NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	/* Up to 59 s may be hidden behind 11:50. */
	assert_ended(
			&f, PROCEDURE_WORKED, "the clock is off by 0 s now, before it was -541 s");
	assert_offsets(&f, -541, 0);
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
			"the time was sent as type F and acknowledged, but the clock is off by -541 "
			"s");
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
	assert_ended(&f, PROCEDURE_WORKED, "before it was -10800 s");
	assert_offsets(&f, -10800, 0);
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
	assert_ended(&f, PROCEDURE_WORKED, "before it was 10800 s");
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
	assert_ended(&f, PROCEDURE_WORKED, "the clock is off by 0 s");
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
	assert_offsets(&f, 0, 0);
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
	int64_t before, after;
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
		{ REQUEST, NULL, 0 }, NONE };
	struct fixture f;
	setup_now(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "the time was acknowledged, but then:");
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
		cmocka_unit_test(test_a_clock_that_is_right_can_be_forced),
		cmocka_unit_test(test_a_meter_that_tells_no_time_is_not_set),
		cmocka_unit_test(test_unverified_sets_it_nevertheless),
		cmocka_unit_test(test_a_clock_marked_invalid_is_no_time),
		cmocka_unit_test(test_a_year_that_cannot_be_sent_is_refused),
		cmocka_unit_test(test_a_meter_that_is_silent_afterwards_is_not_verified),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
