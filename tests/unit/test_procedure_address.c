/* SPDX-License-Identifier: MIT */
/* Setting a primary address: only a free one, and only believed when it is read back. */
#include "procedure_bench.h"

#define HEAD_AT "72 78 56 34 12 2D 2C 10 04 01 00 00 00 04 06 01 00 00 00"
#define OTHER_AT "72 79 56 34 12 2D 2C 10 04 01 00 00 00 04 06 02 00 00 00"
#define METER_5 "68 08 05 " HEAD_AT
#define METER_7 "68 08 07 " HEAD_AT
#define OTHER_5 "68 08 05 " OTHER_AT
#define OTHER_7 "68 08 07 " OTHER_AT
#define METER_8 "68 08 08 " HEAD_AT
#define METER_9 "68 08 09 " HEAD_AT
#define SET_7 "68 73 05 51 01 7A 07"
#define SELECT "68 53 FD 52 78 56 34 12 2D 2C 10 04"

#define ALONE_5                                                                          \
	{                                                                                    \
		"10 40 05", "E5", 0                                                              \
	}
#define READ_5                                                                           \
	{ "10 40 05", "E5", 0 },                                                             \
	{                                                                                    \
		"10 7B 05", METER_5, 0                                                           \
	}
#define SILENT_7                                                                         \
	{ "10 40 07", NULL, 0 }, { "10 40 07", NULL, 0 }, { "10 7B 07", NULL, 0 },           \
	{                                                                                    \
		"10 7B 07", NULL, 0                                                              \
	}
#define SILENT_5                                                                         \
	{ "10 40 05", NULL, 0 }, { "10 40 05", NULL, 0 }, { "10 7B 05", NULL, 0 },           \
	{                                                                                    \
		"10 7B 05", NULL, 0                                                              \
	}
#define READ_7                                                                           \
	{ "10 40 07", "E5", 0 },                                                             \
	{                                                                                    \
		"10 7B 07", METER_7, 0                                                           \
	}

#define WAIT                                                                             \
	{                                                                                    \
		"wait", NULL, 0                                                                  \
	}

static void setup_to_7(struct fixture *f)
{
	setup(f, PROCEDURE_SET_ADDRESS, 5);
	f->order.new_address = 7;
}

static void test_is_read_back_at_the_new_address(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, READ_7, SILENT_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"12345678.KAM.10.04 answers at 7 now and no longer at 5");
	assert_int_equal(procedure_outcome(f.procedure), BUS_OK);
	finish(&f);
}

static void test_a_lost_acknowledgement_does_not_matter(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, NULL, 0 }, { SET_7, NULL, 0 }, READ_7, SILENT_5,
		NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 7 now");
	finish(&f);
}

static void test_a_meter_that_acknowledges_and_does_nothing_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, SILENT_7, READ_5, SILENT_7, READ_5,
		NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the new address (01 7A 07) was acknowledged, but the meter still answers at "
			"5 and nobody at 7");
	assert_int_not_equal(procedure_outcome(f.procedure), BUS_OK);
	finish(&f);
}

static void test_a_silent_meter_is_told_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", NULL, 0 }, { "10 40 05", NULL, 0 },
		SILENT_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	assert_int_equal(procedure_outcome(f.procedure), BUS_NO_ANSWER);
	finish(&f);
}

static void test_a_taken_address_is_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, { "10 40 07", "E5", 0 },
		{ "10 7B 07", OTHER_7, 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED,
			"the address 7 is taken: 12345679.KAM.10.04 answers there; choose one "
			"that is free, or take it with --force");
	finish(&f);
}

static void test_an_address_with_a_collision_is_taken(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, { "10 40 07", "FC A5", 0 },
		{ "10 40 07", "FC A5", 0 }, { "10 7B 07", "68 13 13", 0 },
		{ "10 7B 07", "68 13 13", 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "the address 7 is taken: ");
	finish(&f);
}

static void test_force_takes_a_taken_address_but_still_reads_back(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, { "10 40 05", "E5", 0 },
		{ SET_7, "E5", 0 }, { "10 40 07", "E5", 0 }, { "10 7B 07", OTHER_7, 0 }, READ_5,
		{ "10 40 07", "E5", 0 }, { "10 7B 07", OTHER_7, 0 }, READ_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	f.order.force = true;
	converse(&f, lines);
	assert_ended(
			&f, PROCEDURE_NOT_FOLLOWED, "at 7 12345679.KAM.10.04 answers, another meter");
	finish(&f);
}

static void test_two_meters_at_the_old_address_are_noticed(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5 E5", 0 },
		{ "10 40 05", "E5 E5", 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_DAMAGED, "several meters seem to have this address");
	finish(&f);
}

static void test_a_meter_at_both_addresses_is_not_believed(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, READ_7, READ_5, READ_7, READ_5,
		NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "answers at 7 now, but at 5, too");
	finish(&f);
}

static void test_another_meter_may_stay_at_the_old_address(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT, "E5", 0 }, { "10 7B FD", METER_5, 0 },
		SILENT_7, { SELECT, "E5", 0 }, { "68 73 FD 51 01 7A 07", "E5", 0 }, READ_7,
		{ "10 40 05", "E5", 0 }, { "10 7B 05", OTHER_5, 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 7 now and no longer at 5");
	finish(&f);
}

static void test_a_meter_that_vanishes_is_said_to_be_lost(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, SILENT_7, SILENT_5, SILENT_7,
		SILENT_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "answers neither at 5 nor at 7");
	finish(&f);
}

static void test_a_selected_meter_that_has_it_already_is_left_alone(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT, "E5", 0 }, { "10 7B FD", METER_7, 0 },
		READ_7, NONE };
	struct fixture f;
	setup_to_7(&f);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "already has the address 7; nothing was changed");
	finish(&f);
}

static void test_a_meter_that_has_it_already_is_read_and_left_alone(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 07", "E5", 0 }, READ_7, NONE };
	static const struct line silent[] = { { "10 40 07", NULL, 0 },
		{ "10 40 07", NULL, 0 }, SILENT_7, NONE };
	struct fixture f;
	setup_to_7(&f);
	f.order.address.primary = 7;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"12345678.KAM.10.04 already has the address 7; nothing was changed");
	assert_false(procedure_touched(f.procedure));
	finish(&f);
	setup_to_7(&f);
	f.order.address.primary = 7;
	converse(&f, silent);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	finish(&f);
}

/* Where any address will do, an answer from 7 that is late counts as one from 5. */
static void test_an_answer_that_was_late_is_not_held_against_it(void **state)
{
	(void)state;
	static const struct line at_both[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, READ_7, { "10 40 05", NULL, 0 },
		{ "10 40 05", NULL, 0 }, { "10 7B 05", METER_7, 0 }, WAIT, READ_7, WAIT, SILENT_5,
		NONE };
	static const struct line at_old[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, SILENT_7, { "10 40 05", NULL, 0 },
		{ "10 40 05", NULL, 0 }, { "10 7B 05", METER_7, 0 }, WAIT, READ_7, WAIT, SILENT_5,
		NONE };
	const struct line *const cases[] = { at_both, at_old };
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;
		setup_to_7(&f);
		f.order.any_address = true;
		converse(&f, cases[i]);
		assert_ended(&f, PROCEDURE_WORKED, "answers at 7 now and no longer at 5");
		finish(&f);
	}
}

static void test_a_late_answer_does_not_make_the_address_taken(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, { "10 40 07", NULL, 0 },
		{ "10 40 07", NULL, 0 }, { "10 7B 07", METER_5, 0 }, WAIT, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, READ_7, SILENT_5, NONE };
	static const struct line twice[] = { ALONE_5, READ_5, READ_7, READ_7, NONE };
	struct fixture f;
	setup_to_7(&f);
	f.order.any_address = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 7 now");
	finish(&f);
	setup_to_7(&f);
	converse(&f, twice);
	assert_ended(&f, PROCEDURE_REFUSED, "the address 7 is taken: 12345678.KAM.10.04");
	finish(&f);
}

/* Of its own address a selected meter with any_address need not tell the truth. */
static void test_a_selected_meter_with_another_address_has_it_already(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT, "E5", 0 }, { "10 7B FD", METER_5, 0 },
		READ_7, WAIT, READ_7, NONE };
	struct fixture f;
	setup_to_7(&f);
	secondary(&f, "12345678.KAM.10.04");
	f.order.any_address = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "already has the address 7; nothing was changed");
	finish(&f);
}

static void test_answers_with_a_new_address_of_their_own_are_a_proof(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT, "E5", 0 }, { "10 7B FD", METER_8, 0 },
		SILENT_7, { SELECT, "E5", 0 }, { "68 73 FD 51 01 7A 07", "E5", 0 },
		{ "10 40 07", "E5", 0 }, { "10 7B 07", METER_9, 0 }, { "10 7B 07", METER_9, 0 },
		{ "10 7B 07", METER_9, 0 }, { "10 40 08", NULL, 0 }, { "10 40 08", NULL, 0 },
		{ "10 7B 08", NULL, 0 }, { "10 7B 08", NULL, 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"answers at 7 now, but as if it had the address 9; give its device "
			"`any_address = yes`");
	finish(&f);
}

/* Damage that no checksum shows: its number was another one when it was read first. */
static void test_a_meter_that_was_misread_once_is_no_failure(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, { "10 40 05", "E5", 0 },
		{ "10 7B 05", OTHER_5, 0 }, SILENT_7, { "10 40 05", "E5", 0 }, { SET_7, "E5", 0 },
		READ_7, SILENT_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"12345678.KAM.10.04 answers at 7 now and nobody at 5 any more, where it was "
			"read as 12345679.KAM.10.04");
	finish(&f);
}

static void test_an_address_where_a_reset_is_acknowledged_is_taken(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, { "10 40 07", "E5", 0 },
		{ "10 7B 07", NULL, 0 }, { "10 7B 07", NULL, 0 }, { "10 40 07", NULL, 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED,
			"the address 7 is taken: somebody acknowledges there, but gives no data");
	finish(&f);
}

static void test_254_becomes_the_address_of_the_only_meter(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 FE", "E5", 0 }, { "10 40 FE", "E5", 0 },
		{ "10 7B FE", METER_5, 0 }, READ_5, SILENT_7, { "10 40 05", "E5", 0 },
		{ SET_7, "E5", 0 }, READ_7, SILENT_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	f.order.address.primary = 254;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 7 now and no longer at 5");
	finish(&f);
}

static void test_254_with_two_meters_changes_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 FE", "E5", 0 }, { "10 40 FE", "E5", 0 },
		{ "10 7B FE", "68 00 13 7A 68", 0 }, { "10 7B FE", "68 00 13 7A 68", 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	f.order.address.primary = 254;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_DAMAGED, "254 works only with one meter on the bus");
	finish(&f);
}

/* Where only one meter may be, garbage before its telegram is another one. */
static void test_254_takes_no_telegram_behind_garbage(void **state)
{
	(void)state;
	static const char spoiled[] = "2C A5 68 15 15 68 08 05 72 78 56 34 12 2D 2C 10 04 01 "
								  "00 00 00 04 06 01 00 00 00 0C 16";
	static const struct line lines[] = { { "10 40 FE", "E5", 0 }, { "10 40 FE", "E5", 0 },
		{ "10 7B FE", spoiled, 0 }, { "10 7B FE", spoiled, 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	f.order.address.primary = 254;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_DAMAGED, "254 works only with one meter on the bus");
	finish(&f);
}

static void test_nonsense_is_refused_without_a_byte(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const struct {
		uint8_t old, new;
		const char *words;
	} rows[] = {
		{ 5, 251, "251 is no address of a meter: want 0 to 250" },
		{ 255, 7, "255 is every meter of the bus" },
	};
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;
		setup(&f, PROCEDURE_SET_ADDRESS, rows[i].old);
		f.order.new_address = rows[i].new;
		converse(&f, lines);
		assert_ended(&f, PROCEDURE_REFUSED, rows[i].words);
		finish(&f);
	}
}

static void test_a_dry_run_shows_the_bytes_and_sends_none(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const uint8_t command[] = { 0x68, 0x06, 0x06, 0x68, 0x73, 0x05, 0x51, 0x01,
		0x7A, 0x07, 0x4B, 0x16 };
	const struct procedure_step *steps;
	struct fixture f;
	setup_to_7(&f);
	f.order.dry_run = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "dry run: nothing was sent");
	assert_int_equal(f.counters.requests, 0);
	assert_int_equal(procedure_steps(f.procedure, &steps), 11);
	assert_string_equal(steps[6].purpose, "set the address 7");
	assert_string_equal(steps[6].outcome, "");
	assert_int_equal(steps[6].request_size, sizeof(command));
	assert_memory_equal(steps[6].request, command, sizeof(command));
	finish(&f);
}

static void test_each_step_says_what_came_of_it(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, READ_7, SILENT_5, NONE };
	const struct procedure_step *steps;
	const struct mg_bytes *frames;
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_int_equal(procedure_steps(f.procedure, &steps), 11);
	assert_string_equal(steps[2].purpose, "who is it?");
	assert_string_equal(steps[2].outcome, "1 telegram from 12345678.KAM.10.04");
	assert_string_equal(steps[4].purpose, "is 7 free?");
	assert_string_equal(steps[4].outcome, "no answer from 7 after 2 tries");
	assert_string_equal(steps[6].outcome, "acknowledged");
	assert_int_equal(steps[6].baud, 2400);
	assert_int_equal(procedure_frames(f.procedure, &frames), 0);
	finish(&f);
}

static void test_a_stop_before_the_command_leaves_all_as_it_was(void **state)
{
	(void)state;
	struct fixture f;
	setup_to_7(&f);
	begin(&f);
	struct task *task = procedure_task(f.procedure);
	assert_int_equal(task->ops->ask(task, f.now), TASK_EXCHANGE);
	exchange_abort(&f.exchange, f.now);
	task->ops->stop(task, f.now);
	assert_ended(&f, PROCEDURE_STOPPED, "stopped before anything was changed; try again");
	assert_int_equal(procedure_outcome(f.procedure), BUS_CANCELLED);
	finish(&f);
}

static void test_a_stop_behind_the_command_says_what_is_unknown(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse_and_stop(&f, lines);
	assert_ended(&f, PROCEDURE_STOPPED,
			"stopped before it was verified: it is unknown whether the meter answers "
			"at 5 or at 7 now: ping both");
	finish(&f);
}

#define LATE_7                                                                           \
	{ "10 40 07", NULL, 0 }, { "10 40 07", NULL, 0 }, { "10 7B 07", NULL, 0 },           \
	{                                                                                    \
		"10 7B 07", NULL, 0                                                              \
	}

static void test_a_late_answer_with_the_new_address_is_a_proof(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, LATE_7, { "10 40 05", NULL, 0 },
		{ "10 40 05", NULL, 0 }, { "10 7B 05", METER_7, 0 }, { "10 7B 05", METER_7, 0 },
		NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"12345678.KAM.10.04 has the address 7 now: it was heard with it when 5 was "
			"asked");
	finish(&f);
}

static void test_a_late_answer_of_another_meter_proves_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { ALONE_5, READ_5, SILENT_7,
		{ "10 40 05", "E5", 0 }, { SET_7, "E5", 0 }, LATE_7, { "10 40 05", NULL, 0 },
		{ "10 40 05", NULL, 0 }, { "10 7B 05", OTHER_7, 0 }, { "10 7B 05", OTHER_7, 0 },
		LATE_7, SILENT_5, NONE };
	struct fixture f;
	setup_to_7(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "answers neither at 5 nor at 7");
	finish(&f);
}

static void test_a_number_with_wildcards_is_refused_unless_forced(void **state)
{
	(void)state;
	static const struct line none[] = { NONE };
	static const struct line lines[] = { { "68 53 FD 52 FF FF 34 12 FF FF FF FF", NULL,
												 0 },
		{ "68 53 FD 52 FF FF 34 12 FF FF FF FF", NULL, 0 }, NONE };
	struct fixture f;
	setup_to_7(&f);
	secondary(&f, "1234FFFF");
	converse(&f, none);
	assert_ended(&f, PROCEDURE_REFUSED, "1234FFFF");
	assert_ended(&f, PROCEDURE_REFUSED, "take the risk with --force. Nothing was sent");
	finish(&f);
	setup_to_7(&f);
	secondary(&f, "1234FFFF");
	f.order.force = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	finish(&f);
}

static void test_every_procedure_that_changes_something_refuses_wildcards(void **state)
{
	(void)state;
	static const struct line none[] = { NONE };
	for (enum procedure_kind kind = PROCEDURE_SET_ADDRESS; kind < PROCEDURE_SEND;
			kind++) {
		struct fixture f;
		setup(&f, kind, 0);
		secondary(&f, "F2345678.KAM");
		converse(&f, none);
		assert_ended(&f, PROCEDURE_REFUSED, "stands for every meter that fits");
		finish(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_read_back_at_the_new_address),
		cmocka_unit_test(test_a_lost_acknowledgement_does_not_matter),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_does_nothing_fails),
		cmocka_unit_test(test_a_silent_meter_is_told_nothing),
		cmocka_unit_test(test_a_taken_address_is_refused),
		cmocka_unit_test(test_an_address_with_a_collision_is_taken),
		cmocka_unit_test(test_force_takes_a_taken_address_but_still_reads_back),
		cmocka_unit_test(test_two_meters_at_the_old_address_are_noticed),
		cmocka_unit_test(test_a_meter_at_both_addresses_is_not_believed),
		cmocka_unit_test(test_another_meter_may_stay_at_the_old_address),
		cmocka_unit_test(test_a_meter_that_vanishes_is_said_to_be_lost),
		cmocka_unit_test(test_a_selected_meter_that_has_it_already_is_left_alone),
		cmocka_unit_test(test_a_meter_that_has_it_already_is_read_and_left_alone),
		cmocka_unit_test(test_an_answer_that_was_late_is_not_held_against_it),
		cmocka_unit_test(test_a_late_answer_does_not_make_the_address_taken),
		cmocka_unit_test(test_a_selected_meter_with_another_address_has_it_already),
		cmocka_unit_test(test_answers_with_a_new_address_of_their_own_are_a_proof),
		cmocka_unit_test(test_a_meter_that_was_misread_once_is_no_failure),
		cmocka_unit_test(test_an_address_where_a_reset_is_acknowledged_is_taken),
		cmocka_unit_test(test_254_becomes_the_address_of_the_only_meter),
		cmocka_unit_test(test_254_with_two_meters_changes_nothing),
		cmocka_unit_test(test_254_takes_no_telegram_behind_garbage),
		cmocka_unit_test(test_nonsense_is_refused_without_a_byte),
		cmocka_unit_test(test_a_dry_run_shows_the_bytes_and_sends_none),
		cmocka_unit_test(test_each_step_says_what_came_of_it),
		cmocka_unit_test(test_a_stop_before_the_command_leaves_all_as_it_was),
		cmocka_unit_test(test_a_stop_behind_the_command_says_what_is_unknown),
		cmocka_unit_test(test_a_late_answer_with_the_new_address_is_a_proof),
		cmocka_unit_test(test_a_late_answer_of_another_meter_proves_nothing),
		cmocka_unit_test(test_a_number_with_wildcards_is_refused_unless_forced),
		cmocka_unit_test(test_every_procedure_that_changes_something_refuses_wildcards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
