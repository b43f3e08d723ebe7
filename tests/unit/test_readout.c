/* SPDX-License-Identifier: MIT */
/* All telegrams of one device: sequences, resets, pings. */
#include "readout_bench.h"

static void test_one_telegram(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 16);
	converse(&f, one_telegram);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_null(f.readout.error);
	assert_string_equal(f.readout.reason, "");
	assert_true(f.readout.has_identity);
	assert_int_equal(f.readout.identity.id, 0x12345678);
	readout_finish(&f.readout);
}

static void test_three_telegrams_toggle_the_frame_count_bit(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 16);
	converse(&f, three_telegrams);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 3);
	assert_null(f.readout.error);
	assert_int_equal(f.readout.frames[0].size, 6 + 15 + 7);
	assert_int_equal(f.readout.frames[0].data[20], 0x13);
	assert_int_equal(f.readout.frames[2].data[22], 0x03);
	readout_finish(&f.readout);
}

static void test_a_repeat_keeps_the_frame_count_bit(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, NULL },
		{ FCB0, "33" },
		{ FCB0, HEADER STORED },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 2);
	assert_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_an_ack_ends_a_sequence(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, "E5" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_null(f.readout.error);
	/* What the slave holds as its last bit is not known now. */
	assert_false(f.memory.fcb_known);
	readout_finish(&f.readout);
}

static void test_an_ack_to_the_first_request_is_no_data(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "E5" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_NO_DATA);
	assert_string_equal(f.readout.reason, "5 acknowledges, but has no data now");
	readout_finish(&f.readout);
}

static void test_a_device_of_one_telegram_is_not_reset_again(void **state)
{
	(void)state;
	static const struct line second[] = { { FCB0, HEADER VOLUME }, { NULL, NULL } };
	static const struct line third[] = { { FCB1, HEADER VOLUME }, { NULL, NULL } };
	struct fixture f;
	setup(&f, 16);
	converse(&f, one_telegram);
	converse(&f, second);
	converse(&f, third);
	assert_int_equal(f.readout.outcome, BUS_OK);
	/* Somebody else may have asked: begin at the beginning. */
	readout_forget(&f.memory);
	converse(&f, one_telegram);
	readout_finish(&f.readout);
}

static void test_a_device_of_several_telegrams_is_not_reset_again_either(void **state)
{
	(void)state;
	static const struct line second[] = {
		{ FCB0, HEADER VOLUME MORE },
		{ FCB1, HEADER STORED MORE },
		{ FCB0, HEADER OLDER },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, three_telegrams);
	converse(&f, second);
	assert_int_equal(f.readout.count, 3);
	assert_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_a_sequence_that_was_cut_is_reset(void **state)
{
	(void)state;
	static const struct line broken[] = {
		{ FCB0, HEADER VOLUME MORE },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, three_telegrams);
	converse(&f, broken);
	assert_non_null(f.readout.error);
	converse(&f, three_telegrams);
	assert_int_equal(f.readout.count, 3);
	readout_finish(&f.readout);
}

static void test_telegrams_that_look_alike_do_not_tell_where_a_sequence_begins(
		void **state)
{
	(void)state;
	static const struct line alike[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, HEADER " 04 13 02 00 00 00" MORE },
		{ FCB1, HEADER STORED },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, alike);
	converse(&f, alike);
	assert_int_equal(f.readout.count, 3);
	readout_finish(&f.readout);
}

static void test_a_sequence_that_ends_with_an_ack_at_its_start(void **state)
{
	(void)state;
	static const struct line ended[] = {
		{ FCB0, "E5" },
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, HEADER STORED MORE },
		{ FCB1, HEADER OLDER },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, three_telegrams);
	converse(&f, ended);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 3);
	converse(&f, three_telegrams); /* that is learned */
	readout_finish(&f.readout);
}

static void test_more_telegrams_follow_though_the_slave_calls_itself_busy(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "68 18 05 72 78 56 34 12 24 40 01 07 55 00 00 00" VOLUME MORE },
		{ FCB0, HEADER STORED },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.count, 2);
	assert_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_a_readout_that_begins_elsewhere_is_discarded(void **state)
{
	(void)state;
	static const struct line elsewhere[] = {
		{ FCB0, HEADER STORED },
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, one_telegram);
	converse(&f, elsewhere);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_int_equal(f.readout.frames[0].data[19], 0x04);
	/* That is learned. */
	converse(&f, one_telegram);
	readout_finish(&f.readout);
}

static void test_an_application_error_alone_is_a_reading(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "68 08 05 70" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_a_dead_meter(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, NULL },
		{ RESET, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	assert_string_equal(f.readout.reason,
			"no answer from 5 after 3 tries; check address, baud rate and wiring");
	assert_int_equal(f.readout.count, 0);
	readout_finish(&f.readout);
}

static void test_a_silent_meter_is_reset_once_and_gets_a_fresh_attempt(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	readout_finish(&f.readout);
}

static void test_a_meter_that_acknowledges_and_says_nothing(void **state)
{
	(void)state;
	static const struct line answered[] = {
		{ RESET, "E5" },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ RESET, "E5" },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ NULL, NULL },
	};
	static const struct line gone[] = {
		{ RESET, "E5" },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ RESET, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, answered);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	converse(&f, gone);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	assert_string_equal(f.readout.reason,
			"no answer from 5 after 3 tries; check address, baud rate and wiring");
	readout_finish(&f.readout);
}

static void test_a_meter_that_never_acknowledges_a_reset(void **state)
{
	(void)state;
	static const struct line first[] = {
		{ RESET, NULL },
		{ RESET, NULL },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	static const struct line second[] = {
		{ RESET, NULL },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, first);
	assert_int_equal(f.readout.outcome, BUS_OK);
	converse(&f, second);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_answers_that_are_no_frames(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "33" },
		{ FCB1, "33" },
		{ FCB1, "33" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_BAD_ANSWER);
	assert_non_null(strstr(f.readout.reason, "answer of 1 byte from 5 is no frame"));
	readout_finish(&f.readout);
}

static void test_what_cannot_be_decoded_is_kept(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "68 08 05 A0 01 02 03" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	readout_finish(&f.readout);
}

static void test_a_ping_is_a_reset_and_nothing_else(void **state)
{
	(void)state;
	static const struct line alive[] = { { RESET, "E5" }, { NULL, NULL } };
	static const struct line dead[] = {
		{ RESET, NULL },
		{ RESET, NULL },
		{ RESET, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	talk(&f, READOUT_PING, alive);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 0);
	talk(&f, READOUT_PING, dead);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	readout_finish(&f.readout);
}

static void test_an_abort(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 16);
	readout_begin(&f.readout, READOUT_READ, &f.address, &f.memory, f.now);
	assert_request(&f, RESET);
	assert_true(readout_busy(&f.readout));
	readout_abort(&f.readout, f.now);
	assert_false(readout_busy(&f.readout));
	assert_false(exchange_busy(&f.exchange));
	assert_int_equal(f.readout.outcome, BUS_CANCELLED);
	assert_false(readout_step(&f.readout, f.now));
	readout_finish(&f.readout);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_telegram),
		cmocka_unit_test(test_three_telegrams_toggle_the_frame_count_bit),
		cmocka_unit_test(test_a_repeat_keeps_the_frame_count_bit),
		cmocka_unit_test(test_an_ack_ends_a_sequence),
		cmocka_unit_test(test_an_ack_to_the_first_request_is_no_data),
		cmocka_unit_test(test_a_device_of_one_telegram_is_not_reset_again),
		cmocka_unit_test(test_a_device_of_several_telegrams_is_not_reset_again_either),
		cmocka_unit_test(test_a_sequence_that_was_cut_is_reset),
		cmocka_unit_test(
				test_telegrams_that_look_alike_do_not_tell_where_a_sequence_begins),
		cmocka_unit_test(test_a_sequence_that_ends_with_an_ack_at_its_start),
		cmocka_unit_test(test_more_telegrams_follow_though_the_slave_calls_itself_busy),
		cmocka_unit_test(test_a_readout_that_begins_elsewhere_is_discarded),
		cmocka_unit_test(test_an_application_error_alone_is_a_reading),
		cmocka_unit_test(test_a_dead_meter),
		cmocka_unit_test(test_a_silent_meter_is_reset_once_and_gets_a_fresh_attempt),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_says_nothing),
		cmocka_unit_test(test_a_meter_that_never_acknowledges_a_reset),
		cmocka_unit_test(test_answers_that_are_no_frames),
		cmocka_unit_test(test_what_cannot_be_decoded_is_kept),
		cmocka_unit_test(test_a_ping_is_a_reset_and_nothing_else),
		cmocka_unit_test(test_an_abort),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
