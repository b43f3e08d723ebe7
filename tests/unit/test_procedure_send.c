/* SPDX-License-Identifier: MIT */
/* Frames as they stand, and asking for alarms. */
#include "procedure_bench.h"

static void setup_send(struct fixture *f, const uint8_t *bytes, size_t size)
{
	setup(f, PROCEDURE_SEND, 0);
	f->order.data = (struct mg_bytes){ bytes, size };
}

static void test_an_acknowledgement_is_an_answer(void **state)
{
	(void)state;
	static const uint8_t nke[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };
	static const struct line lines[] = { { "10 40 05", "E5", 0 }, NONE };
	struct fixture f;
	setup_send(&f, nke, sizeof(nke));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "acknowledged");
	finish(&f);
}

static void test_a_telegram_is_kept(void **state)
{
	(void)state;
	static const uint8_t request[] = { 0x10, 0x7B, 0x05, 0x80, 0x16 };
	static const struct line lines[] = {
		{ "10 7B 05", "68 08 05 78 04 06 01 00 00 00", 0 }, NONE
	};
	const struct mg_bytes *frames;
	struct fixture f;
	setup_send(&f, request, sizeof(request));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answered with 15 bytes");
	assert_int_equal(procedure_frames(f.procedure, &frames), 1);
	assert_int_equal(frames[0].size, 15);
	assert_int_equal(frames[0].data[6], 0x78);
	finish(&f);
}

static void test_a_broadcast_is_answered_by_nobody(void **state)
{
	(void)state;
	static const uint8_t freeze[] = { 0x68, 0x03, 0x03, 0x68, 0x43, 0xFF, 0x5C, 0x9E,
		0x16 };
	static const struct line lines[] = { { "68 43 FF 5C", NULL, 0 }, NONE };
	struct fixture f;
	setup_send(&f, freeze, sizeof(freeze));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sent; nobody answers to a broadcast");
	finish(&f);
}

static void test_silence_where_an_answer_was_due_is_a_failure(void **state)
{
	(void)state;
	static const uint8_t nke[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };
	static const struct line lines[] = { { "10 40 05", NULL, 0 }, { "10 40 05", NULL, 0 },
		NONE };
	struct fixture f;
	setup_send(&f, nke, sizeof(nke));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "check address, frame and baud rate");
	assert_int_equal(procedure_outcome(f.procedure), BUS_NO_ANSWER);
	finish(&f);
}

static void test_bytes_that_are_no_frame_are_sent_as_they_stand(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 0x55, 0x55, 0x55 };
	static const struct line lines[] = { { "55 55 55", "A7", 0 }, { "55 55 55", "A7", 0 },
		NONE };
	struct fixture f;
	setup_send(&f, bytes, sizeof(bytes));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_DAMAGED, "do several meters have this address");
	finish(&f);
}

static void test_nothing_and_too_much_are_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const uint8_t much[MG_FRAME_MAX + 1] = { 0 };
	struct fixture f;
	setup_send(&f, much, 0);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "nothing to send");
	finish(&f);
	setup_send(&f, much, sizeof(much));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "262 bytes are more than one frame can carry");
	finish(&f);
}

static void test_an_alarm_is_shown(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 0 },
		{ "10 7A 05", "68 08 05 71 05", 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "alarm state 05h (bits 0 and 2 are set);");
	finish(&f);
}

static void test_the_bits_of_an_alarm_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *answer, *words;
	} rows[] = {
		{ "68 08 05 71 80", "alarm state 80h (bit 7 is set)" },
		{ "68 08 05 71 24", "alarm state 24h (bits 2 and 5 are set)" },
		{ "68 08 05 71 FF", "alarm state FFh (bits 0, 1, 2, 3, 4, 5, 6 and 7 are set)" },
		{ "68 08 05 71 00", "alarm state 00h (no bit is set)" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct line lines[] = { { "10 40 05", "E5", 0 },
			{ "10 7A 05", rows[i].answer, 0 }, NONE };
		struct fixture f;
		setup(&f, PROCEDURE_ALARM, 5);
		converse(&f, lines);
		assert_ended(&f, PROCEDURE_WORKED, rows[i].words);
		finish(&f);
	}
}

static void test_a_stop_says_what_is_unknown_of_a_frame(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	converse_and_stop(&f, lines);
	assert_ended(&f, PROCEDURE_STOPPED, "stopped before anything was changed");
	finish(&f);
}

static void test_no_alarm_is_an_answer(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 0 }, { "10 7A 05", "E5", 0 },
		NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "no alarm");
	finish(&f);
}

static void test_other_urgent_data_are_no_alarm(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 0 },
		{ "10 7A 05", "68 08 05 78 04 06 01 00 00 00", 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "urgent data, which are no alarm byte");
	finish(&f);
}

static void test_a_meter_that_was_not_selected_is_not_asked(void **state)
{
	(void)state;
	static const struct line lines[] = { { "68 53 FD 52 78 56 34 12 2D 2C 10 04", NULL,
												 0 },
		{ "68 53 FD 52 78 56 34 12 2D 2C 10 04", NULL, 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "meters need not know this request");
	finish(&f);
}

static void test_the_speed_of_the_device_is_used(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 300 },
		{ "10 7A 05", "E5", 300 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	f.order.baud = 300;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "no alarm");
	finish(&f);
}

static void test_an_answer_with_another_address_counts_where_that_is_known(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 0 },
		{ "10 7A 05", "68 08 09 71 04", 0 }, NONE };
	struct fixture f;
	setup(&f, PROCEDURE_ALARM, 5);
	f.order.any_address = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "bit 2");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_acknowledgement_is_an_answer),
		cmocka_unit_test(test_a_telegram_is_kept),
		cmocka_unit_test(test_an_answer_with_another_address_counts_where_that_is_known),
		cmocka_unit_test(test_a_broadcast_is_answered_by_nobody),
		cmocka_unit_test(test_silence_where_an_answer_was_due_is_a_failure),
		cmocka_unit_test(test_bytes_that_are_no_frame_are_sent_as_they_stand),
		cmocka_unit_test(test_nothing_and_too_much_are_refused),
		cmocka_unit_test(test_an_alarm_is_shown),
		cmocka_unit_test(test_the_bits_of_an_alarm_are_named),
		cmocka_unit_test(test_a_stop_says_what_is_unknown_of_a_frame),
		cmocka_unit_test(test_no_alarm_is_an_answer),
		cmocka_unit_test(test_other_urgent_data_are_no_alarm),
		cmocka_unit_test(test_a_meter_that_was_not_selected_is_not_asked),
		cmocka_unit_test(test_the_speed_of_the_device_is_used),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
