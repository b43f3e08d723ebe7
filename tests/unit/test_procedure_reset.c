/* SPDX-License-Identifier: MIT */
/* Application reset: what shows that it was followed, and what does not. */
#include "procedure_bench.h"

#include "link/bus_init.h"

#define HEAD "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00"
#define ENERGY " 04 06 01 00 00 00"
#define VOLUME " 04 13 02 00 00 00"
#define DUE " 44 06 03 00 00 00"
#define MORE " 1F"
#define RESET_LINK "10 40 05"
#define APPLICATION "68 73 05 50"
#define SELECT "68 53 FD 52 78 56 34 12 2D 2C 10 04"
#define MARK "68 73 05 51 08 06"
#define UNMARK "68 73 05 51 7F"

/* clang-format off */
#define LINK { RESET_LINK, "E5", 0 }
#define READ(records) LINK, { "10 7B 05", HEAD records, 0 }
#define READ_TWO LINK, { "10 7B 05", HEAD ENERGY MORE, 0 }, { "10 5B 05", HEAD DUE, 0 }
#define NOBODY \
	{ RESET_LINK, NULL, 0 }, { RESET_LINK, NULL, 0 }, { "10 7B 05", NULL, 0 }, \
	{ "10 7B 05", NULL, 0 }
#define PREPARED(records) LINK, { APPLICATION, "E5", 0 }, { "10 7B 05", HEAD records, 0 }
#define SILENT \
	LINK, { "10 7B 05", NULL, 0 }, { "10 7B 05", NULL, 0 }, { RESET_LINK, NULL, 0 }
#define FIRST LINK, { "10 7B 05", HEAD ENERGY MORE, 0 }, { APPLICATION, "E5", 0 }
/* clang-format on */

static void test_a_sequence_begins_again(void **state)
{
	(void)state;
	static const struct line lines[] = { READ_TWO, LINK,
		{ "10 7B 05", HEAD ENERGY MORE, 0 }, { APPLICATION, "E5", 0 },
		{ "10 5B 05", HEAD ENERGY MORE, 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "begins at its first telegram again");
	finish(&f);
}

static void test_a_sequence_that_goes_on_was_not_reset(void **state)
{
	(void)state;
	static const struct line lines[] = { READ_TWO, FIRST, { "10 5B 05", HEAD DUE, 0 },
		FIRST, { "10 5B 05", HEAD DUE, 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the reset was acknowledged, but the meter went on with its second telegram");
	finish(&f);
}

static void test_a_second_telegram_that_came_late_is_no_failure(void **state)
{
	(void)state;
	static const struct line lines[] = { READ_TWO, FIRST, { "10 5B 05", HEAD DUE, 0 },
		FIRST, { "10 5B 05", HEAD ENERGY MORE, 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "begins at its first telegram again");
	finish(&f);
}

/* A meter that goes on with each request comes round to its first telegram by itself. */
static void test_a_repeated_request_proves_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { READ_TWO, FIRST, { "10 5B 05", NULL, 0 },
		{ "10 5B 05", HEAD ENERGY MORE, 0 }, FIRST, { "10 5B 05", HEAD DUE, 0 }, FIRST,
		{ "10 5B 05", HEAD DUE, 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "went on with its second telegram");
	finish(&f);
}

static void test_telegrams_that_a_repeat_has_lost_are_no_proof(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, { "10 7B 05", NULL, 0 },
		{ "10 7B 05", HEAD VOLUME, 0 }, LINK, { APPLICATION, "E5", 0 }, READ_TWO, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "nothing shows whether it was followed");
	finish(&f);
}

static void test_a_sub_code_that_changes_the_records_is_seen(void **state)
{
	(void)state;
	static const struct line lines[] = { READ_TWO, LINK,
		{ "10 7B 05", HEAD ENERGY MORE, 0 }, { "68 73 05 50 10", "E5", 0 },
		{ "10 5B 05", HEAD VOLUME, 0 }, READ(VOLUME), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	f.order.sub_code = 0x10;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sends other records than before");
	finish(&f);
}

static void test_a_single_telegram_is_marked_and_restored_by_the_reset(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		READ(ENERGY), LINK, { APPLICATION, "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sends all its records again");
	finish(&f);
}

static void test_a_mark_that_stays_is_taken_away(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		READ(ENERGY), LINK, { APPLICATION, "E5", 0 }, READ(ENERGY), LINK,
		{ UNMARK, "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "All its records were selected again");
	finish(&f);
}

static void test_a_mark_that_cannot_be_taken_away_is_said(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		READ(ENERGY), LINK, { APPLICATION, "E5", 0 }, READ(ENERGY), LINK,
		{ UNMARK, "E5", 0 }, READ(ENERGY), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "It does not send all its records any more");
	finish(&f);
}

static void test_a_meter_that_acknowledges_everything_and_does_nothing_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		READ(ENERGY VOLUME), LINK, { APPLICATION, "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the reset was acknowledged, but the meter sends the same records as before");
	finish(&f);
}

static void test_unverified_selects_nothing_and_takes_the_acknowledgement(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ APPLICATION, "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	f.order.unverified = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "could not be verified");
	finish(&f);
}

static void test_unverified_does_not_take_silence(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY), LINK, { APPLICATION, NULL, 0 },
		{ APPLICATION, NULL, 0 }, READ(ENERGY), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	f.order.unverified = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "the reset was not acknowledged (no answer");
	finish(&f);
}

static void test_an_error_that_the_meter_reports_is_passed_on(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY), LINK, { APPLICATION, "E5", 0 },
		LINK,
		{ "10 7B 05", "68 08 05 72 78 56 34 12 2D 2C 10 04 02 02 00 00 04 06 01 00 00 00",
				0 },
		NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "its status says application-error");
	finish(&f);
}

static void test_a_mark_that_is_not_seen_to_be_gone_is_said(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		READ(ENERGY), LINK, { APPLICATION, NULL, 0 }, { APPLICATION, NULL, 0 },
		READ(ENERGY), LINK, { UNMARK, "E5", 0 }, NOBODY, NOBODY, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the reset was not acknowledged (no answer from 5 after 2 tries), and it did "
			"not undo the selection");
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "but it could not be read then");
	finish(&f);
}

static void test_a_meter_that_is_silent_afterwards_is_no_success(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY), LINK, { APPLICATION, "E5", 0 },
		NOBODY, NOBODY, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "the reset was acknowledged, but then:");
	finish(&f);
}

static void test_a_mark_that_nobody_can_look_at_is_no_proof(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		NOBODY, NOBODY, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "The reset was not sent");
	finish(&f);
}

static void test_a_meter_that_is_not_selected_any_more_is_not_reset(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT, "E5", 0 },
		{ "10 7B FD", HEAD ENERGY MORE, 0 }, { "10 5B FD", HEAD DUE, 0 },
		{ SELECT, NULL, 0 }, { SELECT, NULL, 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 253);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	finish(&f);
}

static void setup_init(struct fixture *f)
{
	static struct bus_init init;
	size_t wrong;
	setup(f, PROCEDURE_RESET, 5);
	assert_true(bus_init_parse("reset", &init, &wrong));
	f->order.init = &init;
	f->order.sub_code = 0x10;
}

static void test_a_mark_that_init_may_have_undone_is_no_proof(void **state)
{
	(void)state;
	static const struct line lines[] = { PREPARED(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		READ(ENERGY), LINK, { "68 73 05 50 10", "E5", 0 }, SILENT,
		PREPARED(ENERGY VOLUME), NONE };
	struct fixture f;
	setup_init(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "nothing shows whether the reset");
	finish(&f);
}

static void test_a_mark_that_stood_behind_init_is_proof(void **state)
{
	(void)state;
	static const struct line lines[] = { PREPARED(ENERGY VOLUME), LINK, { MARK, "E5", 0 },
		SILENT, PREPARED(ENERGY), LINK, { "68 73 05 50 10", "E5", 0 }, SILENT,
		PREPARED(ENERGY VOLUME), NONE };
	struct fixture f;
	setup_init(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sends all its records again");
	finish(&f);
}

/* However often something was repeated before. */
static void test_each_readout_has_a_second_chance(void **state)
{
	(void)state;
	static const struct line after_mark[] = { READ(ENERGY VOLUME), LINK,
		{ MARK, "E5", 0 }, NOBODY, READ(ENERGY), LINK, { APPLICATION, "E5", 0 }, NOBODY,
		READ(ENERGY VOLUME), NONE };
	static const struct line after_reset[] = { READ(ENERGY VOLUME), LINK,
		{ MARK, "E5", 0 }, READ(ENERGY), LINK, { APPLICATION, "E5", 0 }, NOBODY,
		READ(ENERGY), LINK, { UNMARK, "E5", 0 }, NOBODY, READ(ENERGY VOLUME), NONE };
	static const struct line after_sequence[] = { READ_TWO, FIRST,
		{ "10 5B 05", NULL, 0 }, { "10 5B 05", HEAD DUE, 0 }, FIRST,
		{ "10 5B 05", "E5", 0 }, NOBODY, READ(VOLUME), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, after_mark);
	assert_ended(&f, PROCEDURE_WORKED, "sends all its records again");
	finish(&f);
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, after_reset);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "All its records were selected again");
	finish(&f);
	setup(&f, PROCEDURE_RESET, 5);
	converse(&f, after_sequence);
	assert_ended(&f, PROCEDURE_WORKED, "sends other records than before");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sequence_begins_again),
		cmocka_unit_test(test_a_sequence_that_goes_on_was_not_reset),
		cmocka_unit_test(test_a_second_telegram_that_came_late_is_no_failure),
		cmocka_unit_test(test_a_repeated_request_proves_nothing),
		cmocka_unit_test(test_telegrams_that_a_repeat_has_lost_are_no_proof),
		cmocka_unit_test(test_a_sub_code_that_changes_the_records_is_seen),
		cmocka_unit_test(test_a_single_telegram_is_marked_and_restored_by_the_reset),
		cmocka_unit_test(test_a_mark_that_stays_is_taken_away),
		cmocka_unit_test(test_a_mark_that_cannot_be_taken_away_is_said),
		cmocka_unit_test(
				test_a_meter_that_acknowledges_everything_and_does_nothing_fails),
		cmocka_unit_test(test_unverified_selects_nothing_and_takes_the_acknowledgement),
		cmocka_unit_test(test_unverified_does_not_take_silence),
		cmocka_unit_test(test_an_error_that_the_meter_reports_is_passed_on),
		cmocka_unit_test(test_a_mark_that_is_not_seen_to_be_gone_is_said),
		cmocka_unit_test(test_a_meter_that_is_silent_afterwards_is_no_success),
		cmocka_unit_test(test_a_mark_that_nobody_can_look_at_is_no_proof),
		cmocka_unit_test(test_a_meter_that_is_not_selected_any_more_is_not_reset),
		cmocka_unit_test(test_a_mark_that_init_may_have_undone_is_no_proof),
		cmocka_unit_test(test_a_mark_that_stood_behind_init_is_proof),
		cmocka_unit_test(test_each_readout_has_a_second_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
