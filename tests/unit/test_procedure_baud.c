/* SPDX-License-Identifier: MIT */
/* Switching the speed of a meter: read back at once, with every way back. */
#include "procedure_bench.h"

#define METER "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00 04 06 01 00 00 00"
#define RESET_LINK "10 40 05"
#define REQUEST "10 7B 05"
#define TO_9600 "68 73 05 BD"
#define TO_2400 "68 73 05 BB"
#define TO_2400_SELECTED "68 73 FD BB"
#define SELECT "68 53 FD 52 78 56 34 12 2D 2C 10 04"
/* Records without a header. */
#define NAMELESS "68 08 05 78 04 06 01 00 00 00"

/* Macros of rows: the table is the dialogue, one line a request. */
/* clang-format off */
#define FOUND_AT(baud) { RESET_LINK, "E5", baud }, { REQUEST, METER, baud }
#define NAMELESS_AT(baud) { RESET_LINK, "E5", baud }, { REQUEST, NAMELESS, baud }
#define SILENT_AT(baud) { RESET_LINK, NULL, baud }, { RESET_LINK, NULL, baud }, \
		{ REQUEST, NULL, baud }, { REQUEST, NULL, baud }
#define SWITCH { RESET_LINK, "E5", 0 }, { TO_9600, "E5", 0 }
#define BACK_UNHEARD { RESET_LINK, NULL, 9600 }, { RESET_LINK, NULL, 9600 }, \
		{ TO_2400, NULL, 9600 }, { TO_2400, NULL, 9600 }
/* clang-format on */

static void setup_9600(struct fixture *f)
{
	setup(f, PROCEDURE_SET_BAUD, 5);
	f->order.new_baud = 9600;
}

static void test_is_read_back_at_the_new_speed(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, FOUND_AT(9600), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "12345678.KAM.10.04 answers at 9600 baud now");
	/* Within the two minutes after which it may fall back. */
	assert_true(f.now - START < 2 * 60 * (int64_t)1000000);
	finish(&f);
}

static void test_a_lost_acknowledgement_is_no_failure(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), { RESET_LINK, "E5", 0 },
		{ TO_9600, NULL, 0 }, { TO_9600, NULL, 0 }, FOUND_AT(9600), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 9600 baud now");
	finish(&f);
}

static void test_a_meter_that_acknowledges_and_stays_is_found_there(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, SILENT_AT(9600),
		BACK_UNHEARD, FOUND_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"stays at 2400 baud: the switch to 9600 baud was acknowledged, but it "
			"does not answer at the new speed");
	assert_int_equal(f.waited, 0);
	finish(&f);
}

static void test_another_meter_at_the_new_speed_is_told_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, { RESET_LINK, "E5", 9600 },
		{ REQUEST, "68 08 05 72 99 99 99 99 2D 2C 10 04 01 00 00 00 04 06 01 00 00 00",
				9600 },
		FOUND_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "there another meter answers");
	finish(&f);
}

static void test_a_line_too_slow_is_rolled_back(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, { RESET_LINK, "E5", 9600 },
		{ REQUEST, "68 1F 00 68", 9600 }, { REQUEST, "68 1F 00 68", 9600 },
		{ SELECT, "E5", 9600 }, { TO_2400_SELECTED, "E5", 9600 }, FOUND_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"what came at the new speed could not be used; another meter there may have "
			"its address, or the cable or the converter is too slow for it");
	finish(&f);
}

/* Also where the line spoils the acknowledgement of the selection. */
static void test_only_the_meter_named_is_told_to_go_back(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH,
		{ RESET_LINK, "E5 E5", 9600 }, { RESET_LINK, "E5 E5", 9600 },
		{ REQUEST, "68 13 13 68", 9600 }, { REQUEST, "68 13 13 68", 9600 },
		{ SELECT, "F5", 9600 }, { SELECT, "F5", 9600 }, { TO_2400_SELECTED, "E5", 9600 },
		FOUND_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "It was read again at 2400 baud");
	finish(&f);
}

/* A meter of the fixed structure without identity cannot be singled out. */
static void test_nobody_is_told_to_go_back_who_cannot_be_singled_out(void **state)
{
	(void)state;
	static const struct line lines[] = { NAMELESS_AT(0), SWITCH,
		{ RESET_LINK, "E5 E5", 9600 }, { RESET_LINK, "E5 E5", 9600 },
		{ REQUEST, "68 13 13 68", 9600 }, { REQUEST, "68 13 13 68", 9600 },
		NAMELESS_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "It was read again at 2400 baud");
	finish(&f);
}

static void test_a_stop_says_that_the_speed_is_unknown(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, NONE };
	struct fixture f;
	setup_9600(&f);
	converse_and_stop(&f, lines);
	assert_ended(&f, PROCEDURE_STOPPED,
			"unknown whether the meter has 2400 or 9600 baud now: ping it at both");
	finish(&f);
}

static void test_an_older_meter_is_found_at_300(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, SILENT_AT(9600),
		BACK_UNHEARD, SILENT_AT(0), FOUND_AT(300), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "fell back to 300 baud");
	finish(&f);
}

static void test_a_meter_that_falls_back_is_waited_for_without_the_bus(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, SILENT_AT(9600),
		BACK_UNHEARD, SILENT_AT(0), SILENT_AT(300), { "wait", NULL, 0 }, FOUND_AT(0),
		NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "fell back to 2400 baud by itself");
	assert_true(f.waited > 10 * 60 * (int64_t)1000000);
	finish(&f);
}

static void test_a_lost_meter_is_said_to_be_lost(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), SWITCH, SILENT_AT(9600),
		BACK_UNHEARD, SILENT_AT(0), SILENT_AT(300), { "wait", NULL, 0 }, SILENT_AT(0),
		NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER,
			"lost: the switch to 9600 baud was acknowledged, and the meter "
			"answers neither at 9600 nor at 2400 nor at 300 baud, also 11 min later");
	finish(&f);
}

static void test_the_speed_of_the_device_is_the_old_one(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(300), { RESET_LINK, "E5", 300 },
		{ "68 73 05 BB", "E5", 300 }, FOUND_AT(2400), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_SET_BAUD, 5);
	f.order.baud = 300;
	f.order.new_baud = 2400;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 2400 baud now");
	finish(&f);
}

static void test_a_silent_meter_is_told_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { SILENT_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	finish(&f);
}

static void test_a_meter_that_has_the_speed_is_only_read(void **state)
{
	(void)state;
	static const struct line lines[] = { FOUND_AT(0), NONE };
	static const struct line silence[] = { SILENT_AT(0), NONE };
	struct fixture f;
	setup_9600(&f);
	f.order.new_baud = 2400;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"12345678.KAM.10.04 already answers at 2400 baud; nothing was changed");
	assert_false(procedure_touched(f.procedure));
	finish(&f);
	setup_9600(&f);
	f.order.new_baud = 2400;
	converse(&f, silence);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	finish(&f);
	setup_9600(&f);
	f.order.new_baud = 2400;
	f.order.dry_run = true;
	converse(&f, &lines[2]);
	assert_ended(
			&f, PROCEDURE_WORKED, "nothing was sent; a meter that answers has 2400 baud");
	finish(&f);
}

static void test_what_cannot_be_verified_is_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const struct {
		uint8_t address;
		uint32_t baud;
		bool fixed_line;
		const char *words;
	} rows[] = {
		{ 5, 9600, true, "this transport cannot change the speed of its line" },
		/* What it really has is known to the converter alone. */
		{ 5, 2400, true, "this transport cannot change the speed of its line" },
		{ 5, 1234, false, "1234 is no speed of the M-Bus" },
		{ 255, 9600, false, "255 is every meter of the bus" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		setup(&f, PROCEDURE_SET_BAUD, rows[i].address);
		f.order.new_baud = rows[i].baud;
		f.order.fixed_line = rows[i].fixed_line;
		converse(&f, lines);
		assert_ended(&f, PROCEDURE_REFUSED, rows[i].words);
		assert_int_equal(f.counters.requests, 0);
		finish(&f);
	}
}

static void test_a_fixed_line_has_no_other_speed_for_any_procedure(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	f.order.fixed_line = true;
	f.order.baud = 300;
	converse(&f, lines);
	assert_ended(
			&f, PROCEDURE_REFUSED, "cannot change the speed of its line to 300 baud");
	finish(&f);
}

static void test_a_dry_run_shows_the_whole_way_back(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	const struct procedure_step *steps;
	struct fixture f;
	setup_9600(&f);
	f.order.dry_run = true;
	converse(&f, lines);
	assert_int_equal(procedure_steps(f.procedure, &steps), 15);
	assert_string_equal(steps[3].purpose, "switch to 9600 baud");
	assert_int_equal(steps[3].baud, 2400);
	assert_string_equal(steps[7].purpose, "if silent: back to 2400 baud");
	assert_int_equal(steps[7].baud, 9600);
	assert_string_equal(
			steps[12].purpose, "if silent: wait 11 min until it falls back by itself");
	assert_int_equal(f.counters.requests, 0);
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_read_back_at_the_new_speed),
		cmocka_unit_test(test_a_lost_acknowledgement_is_no_failure),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_stays_is_found_there),
		cmocka_unit_test(test_another_meter_at_the_new_speed_is_told_nothing),
		cmocka_unit_test(test_a_line_too_slow_is_rolled_back),
		cmocka_unit_test(test_only_the_meter_named_is_told_to_go_back),
		cmocka_unit_test(test_nobody_is_told_to_go_back_who_cannot_be_singled_out),
		cmocka_unit_test(test_a_stop_says_that_the_speed_is_unknown),
		cmocka_unit_test(test_an_older_meter_is_found_at_300),
		cmocka_unit_test(test_a_meter_that_falls_back_is_waited_for_without_the_bus),
		cmocka_unit_test(test_a_lost_meter_is_said_to_be_lost),
		cmocka_unit_test(test_the_speed_of_the_device_is_the_old_one),
		cmocka_unit_test(test_a_silent_meter_is_told_nothing),
		cmocka_unit_test(test_a_meter_that_has_the_speed_is_only_read),
		cmocka_unit_test(test_what_cannot_be_verified_is_refused),
		cmocka_unit_test(test_a_fixed_line_has_no_other_speed_for_any_procedure),
		cmocka_unit_test(test_a_dry_run_shows_the_whole_way_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
