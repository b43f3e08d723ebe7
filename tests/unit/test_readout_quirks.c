/* SPDX-License-Identifier: MIT */
/* Readouts of meters that do what they should not, and of those that need to be told. */
#include "readout_bench.h"

#define ACD_HEADER "68 28 05 72 78 56 34 12 24 40 01 07 55 00 00 00"
#define ALARM1 "10 7A 05"
#define ALARM0 "10 5A 05"

static void test_a_meter_that_needs_a_reset_before_each_request(void **state)
{
	(void)state;
	static const struct line second[] = {
		{ FCB0, NULL },
		{ FCB0, NULL },
		{ FCB0, NULL },
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, one_telegram);
	converse(&f, second);
	assert_int_equal(f.readout.outcome, BUS_OK);
	converse(&f, one_telegram); /* that is learned */
	readout_finish(&f.readout);
}

static void test_its_answer_was_damaged_and_the_repeat_is_silent(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "33" },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ FCB1, NULL },
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	f.readout.tries_bad = 16;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.repeats, 5);
	readout_finish(&f.readout);
}

static void test_a_meter_that_forgets_the_frame_count_bit_loses_a_telegram(void **state)
{
	(void)state;
	static const struct line lossy[] = {
		{ FCB0, HEADER VOLUME MORE },
		{ FCB1, NULL }, /* the second one was damaged beyond recognition */
		{ FCB1, HEADER OLDER },
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, HEADER STORED MORE },
		{ FCB1, HEADER OLDER },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, three_telegrams);
	converse(&f, lossy);
	assert_int_equal(f.readout.count, 3);
	assert_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_a_meter_that_answers_at_254_only_once(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ "10 40 FE", "E5" },
		{ "10 7B FE", HEADER VOLUME MORE },
		{ "10 5B FE", NULL },
		{ "10 5B FE", NULL },
		{ "10 5B FE", NULL },
		{ FCB0, HEADER STORED },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	f.address.primary = 254;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 2);
	assert_null(f.readout.error);
	assert_false(f.memory.fcb_known);
	readout_finish(&f.readout);
}

static void test_a_meter_that_answers_at_254_only_once_and_then_never(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ "10 40 FE", "E5" },
		{ "10 7B FE", HEADER VOLUME MORE },
		{ "10 5B FE", NULL },
		{ "10 5B FE", NULL },
		{ "10 5B FE", NULL },
		{ FCB0, NULL },
		{ FCB0, NULL },
		{ FCB0, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	f.address.primary = 254;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_non_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_an_init_sequence_does_not_deselect_the_meter(void **state)
{
	(void)state;
	static const struct bus_init init = { .count = 2,
		.steps = { { .nke = true }, { .ci = 0x50, .size = 1, .data = { 0x10 } } } };
	static const struct line lines[] = {
		{ "68 53 FD 52 78 56 34 12 FF FF FF FF", "E5" },
		{ "68 53 FD 52 78 56 34 12 FF FF FF FF", "E5" },
		{ "68 73 FD 50 10", "E5" },
		{ "10 7B FD", HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	size_t wrong;
	setup(&f, 16);
	assert_true(bus_address_parse("12345678", &f.address, &wrong));
	f.readout.manner.init = &init;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_a_reset_that_is_acknowledged_late(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 16);
	readout_begin(&f.readout, READOUT_READ, &f.address, &f.memory, f.now);
	for (int i = 0; i < 2; i++) {
		assert_request(&f, RESET);
		answer(&f, NULL);
	}
	assert_true(readout_step(&f.readout, f.now));
	assert_request(&f, FCB1);
	const uint8_t ack = 0xE5;
	exchange_input(&f.exchange, &ack, 1, 0, f.now + 30000);
	f.now += 60000;
	answer(&f, HEADER VOLUME);
	assert_false(readout_step(&f.readout, f.now));
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_another_address_in_the_answer_is_named(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, "68 08 06 72 78 56 34 12 24 40 01 07 55 00 00 00" VOLUME },
		{ FCB1, "68 08 06 72 78 56 34 12 24 40 01 07 55 00 00 00" VOLUME },
		{ FCB1, "68 08 06 72 78 56 34 12 24 40 01 07 55 00 00 00" VOLUME },
		{ NULL, NULL },
	};
	static const struct line accepted[] = {
		{ RESET, "E5" },
		{ FCB1, "68 08 06 72 78 56 34 12 24 40 01 07 55 00 00 00" VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	f.readout.tries_bad = 16;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_BAD_ANSWER);
	assert_string_equal(f.readout.reason,
			"asked 5, but address 6 answered; if the meter is the right one, "
			"any_address = yes accepts it");
	f.readout.manner.any_address = true;
	converse(&f, accepted);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_a_device_that_is_known_to_be_silent_gets_one_try(void **state)
{
	(void)state;
	static const struct line dead[] = { { RESET, NULL }, { NULL, NULL } };
	static const struct line mute[] = { { FCB1, NULL }, { NULL, NULL } };
	struct fixture f;
	setup(&f, 16);
	f.readout.manner.once = true;
	converse(&f, dead);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	assert_string_equal(f.readout.reason,
			"no answer from 5 after 1 try; check address, baud rate and wiring");
	f.memory.mute_reset = true;
	converse(&f, mute);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	converse(&f, (const struct line[]){ { FCB1, HEADER VOLUME }, { NULL, NULL } });
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_an_alarm_is_fetched_behind_the_readout(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, ACD_HEADER VOLUME MORE },
		{ FCB0, HEADER STORED },
		{ ALARM1, "68 08 05 71 12" },
		{ NULL, NULL },
	};
	/* The slave may keep one bit for both: begin at the beginning. */
	static const struct line quiet[] = {
		{ RESET, "E5" },
		{ FCB1, ACD_HEADER VOLUME },
		{ ALARM0, "E5" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	f.readout.manner.alarms = true;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 2);
	assert_true(f.readout.access_demand);
	assert_int_equal(f.readout.alarm.size, 10);
	assert_int_equal(f.readout.alarm.data[6], 0x71);
	assert_int_equal(f.readout.alarm.data[7], 0x12);
	assert_false(f.memory.fcb_known);
	converse(&f, quiet);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.alarm.size, 0);
	readout_finish(&f.readout);
}

static void test_an_alarm_that_does_not_come_fails_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, ACD_HEADER VOLUME },
		{ ALARM1, NULL },
		{ ALARM1, NULL },
		{ ALARM1, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	f.readout.manner.alarms = true;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_null(f.readout.error);
	readout_finish(&f.readout);
}

static void test_nobody_asks_for_alarms_unless_told_so(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, ACD_HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_true(f.readout.access_demand);
	readout_finish(&f.readout);
}

static void test_an_alarm_alone(void **state)
{
	(void)state;
	static const struct line some[] = { { ALARM1, "68 08 05 71 01" }, { NULL, NULL } };
	static const struct line none[] = { { ALARM0, "E5" }, { NULL, NULL } };
	static const struct line dead[] = {
		{ ALARM0, NULL },
		{ ALARM0, NULL },
		{ ALARM0, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	talk(&f, READOUT_ALARM, some);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.alarm.size, 10);
	talk(&f, READOUT_ALARM, none);
	assert_int_equal(f.readout.outcome, BUS_NO_DATA);
	assert_string_equal(f.readout.reason, "5 has no alarm");
	talk(&f, READOUT_ALARM, dead);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	readout_finish(&f.readout);
}

static void test_the_init_sequence_goes_before_each_readout(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ "68 73 05 50 10", "E5" },
		{ "68 53 05 51 08 13", NULL },
		{ "68 53 05 51 08 13", "E5" },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct bus_init init;
	struct fixture f;
	size_t wrong;
	assert_true(bus_init_parse("reset=10 send=510813", &init, &wrong));
	setup(&f, 16);
	f.readout.manner.init = &init;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_a_link_reset_in_the_init_sequence_begins_the_bits_again(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ "68 73 05 50", "E5" },
		{ RESET, "E5" },
		{ "68 73 05 50", "E5" },
		{ FCB1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct bus_init init;
	struct fixture f;
	size_t wrong;
	assert_true(bus_init_parse("reset nke reset", &init, &wrong));
	setup(&f, 16);
	f.readout.manner.init = &init;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_a_meter_that_does_not_know_the_init_sequence(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ "68 73 05 50", NULL },
		{ "68 73 05 50", NULL },
		{ "68 73 05 50", NULL },
		{ NULL, NULL },
	};
	struct bus_init init;
	struct fixture f;
	size_t wrong;
	assert_true(bus_init_parse("reset", &init, &wrong));
	setup(&f, 16);
	f.readout.manner.init = &init;
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	assert_string_equal(f.readout.reason,
			"step 1 of init was not acknowledged: no answer from 5 after 3 tries; does "
			"the meter know that command?");
	readout_finish(&f.readout);
}

static void test_a_meter_of_another_speed(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f, 16);
	f.readout.manner.baud = 300;
	readout_begin(&f.readout, READOUT_READ, &f.address, &f.memory, f.now);
	assert_int_equal(exchange_baud(&f.exchange), 300);
	readout_abort(&f.readout, f.now);
	readout_finish(&f.readout);
}

static void test_who_disturbs_whom(void **state)
{
	(void)state;
	const struct bus_address five = { .primary = 5 }, six = { .primary = 6 };
	const struct bus_address any = { .primary = 254 };
	const struct mg_identity me = { 0x12345678, 0x2C2D, 0x16, 4 };
	const struct mg_identity other = { 0x12345679, 0x2C2D, 0x16, 4 };
	const struct bus_address selected = { .secondary = true, .identity = me };
	assert_true(readout_disturbs(&five, &five, NULL));
	assert_false(readout_disturbs(&five, &six, NULL));
	assert_true(readout_disturbs(&any, &six, NULL));
	assert_true(readout_disturbs(&five, &any, NULL));
	assert_true(readout_disturbs(&selected, &five, NULL));
	assert_true(readout_disturbs(&selected, &five, &me));
	assert_false(readout_disturbs(&selected, &five, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_meter_that_needs_a_reset_before_each_request),
		cmocka_unit_test(test_its_answer_was_damaged_and_the_repeat_is_silent),
		cmocka_unit_test(test_a_meter_that_forgets_the_frame_count_bit_loses_a_telegram),
		cmocka_unit_test(test_a_meter_that_answers_at_254_only_once),
		cmocka_unit_test(test_a_meter_that_answers_at_254_only_once_and_then_never),
		cmocka_unit_test(test_an_init_sequence_does_not_deselect_the_meter),
		cmocka_unit_test(test_a_reset_that_is_acknowledged_late),
		cmocka_unit_test(test_another_address_in_the_answer_is_named),
		cmocka_unit_test(test_a_device_that_is_known_to_be_silent_gets_one_try),
		cmocka_unit_test(test_an_alarm_is_fetched_behind_the_readout),
		cmocka_unit_test(test_an_alarm_that_does_not_come_fails_nothing),
		cmocka_unit_test(test_nobody_asks_for_alarms_unless_told_so),
		cmocka_unit_test(test_an_alarm_alone),
		cmocka_unit_test(test_the_init_sequence_goes_before_each_readout),
		cmocka_unit_test(test_a_link_reset_in_the_init_sequence_begins_the_bits_again),
		cmocka_unit_test(test_a_meter_that_does_not_know_the_init_sequence),
		cmocka_unit_test(test_a_meter_of_another_speed),
		cmocka_unit_test(test_who_disturbs_whom),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
