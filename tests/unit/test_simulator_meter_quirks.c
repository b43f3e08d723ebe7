/* SPDX-License-Identifier: MIT */
/* What each quirk does to what is seen on the wire. */
#include "simulator_meter_bench.h"

#define RESET "10 40 05 45 16"
#define FCB1 "10 7B 05 80 16"
#define FCB0 "10 5B 05 60 16"
#define SELECT_ALL "68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16"
#define SELECT_OTHERS "68 0B 0B 68 53 FD 52 FF FF FF 2F FF FF FF FF CA 16"
#define FIRST "fabrication_number energy volume"
#define SECOND "energy_storage_2 date_storage_2"
#define THIRD "energy_storage_8 date_storage_8"
/* The answer window of the standard at 2400 Bd: 330 bits and 50 ms. */
#define WINDOW 187500110

static void expect_part(const char *request, const char *first_names)
{
	expect_data(request, 0x08, 5);
	if (strncmp(names(), first_names, strlen(first_names)) != 0) {
		fail_msg("\"%s\" instead of \"%s\"", names(), first_names);
	}
}

static void a_dead_meter_never_answers(void **state)
{
	(void)state;
	meter.quirks = METER_DEAD;
	expect(RESET, "");
	expect(FCB1, "");
	expect(SELECT_ALL, "");
	expect("10 7B FE 79 16", "");
}

static void each_request_gets_the_next_telegram(void **state)
{
	(void)state;
	meter.quirks = METER_IGNORES_FCB;
	expect_part(FCB1, FIRST);
	expect_part(FCB1, SECOND);
	expect_part(FCB1, THIRD);
	expect_part(FCB1, FIRST);
}

static void each_request_gets_the_first_telegram(void **state)
{
	(void)state;
	meter.quirks = METER_STUCK_FCB;
	expect_part(FCB1, FIRST);
	uint8_t access = answer.bytes[15];
	expect_part(FCB0, FIRST);
	assert_int_not_equal(answer.bytes[15], access);
	assert_int_equal(answer.bytes[answer.length - 3], 0x1F);
	expect_part(FCB1, FIRST);
}

static void is_silent_until_the_link_is_reset(void **state)
{
	(void)state;
	meter.quirks = METER_NEEDS_RESET;
	expect(FCB1, "");
	expect(FCB1, "");
	expect(RESET, "E5");
	expect_part(FCB1, FIRST);
	expect_part(FCB1, FIRST);
	expect_part(FCB0, SECOND);
	expect_part(FCB1, THIRD);
	expect_part(FCB1, THIRD);
	expect(FCB0, "");
	expect_part(FCB1, THIRD);
	expect(RESET, "E5");
	expect_part(FCB1, FIRST);
}

static void a_selection_is_a_reset_too(void **state)
{
	(void)state;
	meter.quirks = METER_NEEDS_RESET;
	expect(SELECT_ALL, "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	expect("10 5B FD 58 16", "");
}

static void a_reset_is_not_acknowledged_but_done(void **state)
{
	(void)state;
	meter.quirks = METER_MUTE_RESET;
	expect_part(FCB1, FIRST);
	expect_part(FCB0, SECOND);
	expect(RESET, "");
	expect_part(FCB1, FIRST);
	expect("68 03 03 68 53 05 50 A8 16", "E5");
}

static void answers_once_at_254(void **state)
{
	(void)state;
	meter.quirks = METER_ONCE_AT_254;
	expect("10 40 FE 3E 16", "E5");
	expect_data("10 7B FE 79 16", 0x08, 5);
	expect("10 5B FE 59 16", "");
	expect("10 7B FE 79 16", "");
	expect_data(FCB0, 0x08, 5);
	expect("10 40 FE 3E 16", "E5");
	expect_data("10 7B FE 79 16", 0x08, 5);
	expect(RESET, "E5");
	expect_data("10 7B FE 79 16", 0x08, 5);
}

static void answers_with_another_address(void **state)
{
	(void)state;
	meter.quirks = METER_WRONG_ADDRESS;
	expect(RESET, "E5");
	expect_data(FCB1, 0x08, 6);
	expect("10 49 05 4E 16", "10 0B 06 11 16");
	meter.address = 250;
	expect_data("10 5B FA 55 16", 0x08, 0);
}

static void stays_selected(void **state)
{
	(void)state;
	meter.quirks = METER_KEEPS_SELECTED;
	expect(SELECT_OTHERS, "");
	expect("10 7B FD 78 16", "");
	expect(SELECT_ALL, "E5");
	expect(SELECT_OTHERS, "");
	expect_data("10 7B FD 78 16", 0x08, 5);
	expect("10 40 FD 3D 16", "E5");
	expect("10 7B FD 78 16", "");
}

static void a_reset_of_its_address_deselects(void **state)
{
	(void)state;
	meter.quirks = METER_DROPS_SELECTED;
	expect(SELECT_ALL, "E5");
	expect("10 40 06 46 16", "");
	expect_data("10 7B FD 78 16", 0x08, 5);
	expect(RESET, "E5");
	expect("10 5B FD 58 16", "");
}

static void an_acknowledge_is_late(void **state)
{
	(void)state;
	meter.quirks = METER_LATE_ACK;
	expect(RESET, "E5");
	assert_int_equal(delay, WINDOW + 100000000);
	expect_data(FCB1, 0x08, 5);
	assert_int_equal(delay, 11 * BIT);
}

static void every_answer_is_late(void **state)
{
	(void)state;
	meter.quirks = METER_LATE;
	expect(RESET, "E5");
	assert_int_equal(delay, WINDOW + 100000000);
	expect_data(FCB1, 0x08, 5);
	assert_int_equal(delay, WINDOW + 100000000);
}

static void commands_are_acknowledged_and_not_followed(void **state)
{
	(void)state;
	meter.quirks = METER_STUBBORN;
	meter.baud = 2400;
	meter.bauds = 0xFF;
	expect("68 06 06 68 53 05 51 01 7A 08 2C 16", "E5");
	expect("68 09 09 68 73 05 51 0C 79 11 11 11 11 92 16", "E5");
	expect("68 09 09 68 53 05 51 04 6D 32 37 1F 15 B7 16", "E5");
	expect("68 05 05 68 73 05 51 08 13 E4 16", "E5");
	expect("68 04 04 68 53 05 50 50 F8 16", "E5");
	expect("68 03 03 68 73 05 BD 35 16", "E5");
	expect("68 03 03 68 53 05 5C B4 16", "E5");
	expect_part(FCB1, FIRST);
	assert_memory_equal(answer.bytes + 7, "\x78\x56\x34\x12", 4);
	assert_string_equal(value("datetime"), "2026-11-22T06:00");
	assert_int_equal(meter.baud, 2400);
	expect(SELECT_ALL, "E5");
}

static void dfc_says_that_more_follows(void **state)
{
	(void)state;
	meter.quirks = METER_DFC_MORE;
	expect_data(FCB1, 0x18, 5);
	assert_int_equal(answer.bytes[answer.length - 3], 0x1F);
	expect_data(FCB0, 0x18, 5);
	expect_data(FCB1, 0x08, 5);
	meter.alarm = 1;
	expect_data(FCB0, 0x38, 5);
}

static void has_no_data_now(void **state)
{
	(void)state;
	meter.quirks = METER_BUSY;
	expect(RESET, "E5");
	expect(FCB1, "E5");
	expect(FCB0, "E5");
	expect(SELECT_ALL, "E5");
	expect("10 7B FD 78 16", "E5");
	meter.quirks = 0;
	expect_part(FCB1, FIRST);
}

static void acknowledges_and_gives_no_data(void **state)
{
	(void)state;
	meter.quirks = METER_MUTE_DATA;
	expect(RESET, "E5");
	expect(FCB1, "");
	expect(FCB1, "");
	expect(SELECT_ALL, "E5");
	expect("10 7B FD 78 16", "");
	expect("68 06 06 68 53 05 51 01 7A 08 2C 16", "E5");
	expect("10 40 08 48 16", "E5");
}

static void knows_no_secondary_addressing(void **state)
{
	(void)state;
	meter.quirks = METER_NO_SELECT;
	expect(SELECT_ALL, "");
	expect("10 7B FD 78 16", "");
	expect("10 40 FD 3D 16", "");
	expect_part(FCB1, FIRST);
}

static void wants_an_application_reset_before_each_readout(void **state)
{
	(void)state;
	meter.quirks = METER_NEEDS_INIT;
	expect(FCB1, "");
	expect(RESET, "E5");
	expect(FCB1, "");
	expect("10 7A 05 7F 16", "");
	expect("68 03 03 68 73 05 50 C8 16", "E5");
	expect_part(FCB1, FIRST);
	expect("10 7A 05 7F 16", "E5");
	expect(RESET, "E5");
	expect(FCB1, "");
}

static void quirks_come_together(void **state)
{
	(void)state;
	meter.quirks = METER_MUTE_RESET | METER_NEEDS_RESET | METER_WRONG_ADDRESS;
	expect(FCB1, "");
	expect(RESET, "");
	expect_data(FCB1, 0x08, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_dead_meter_never_answers, made_up),
		cmocka_unit_test_setup(each_request_gets_the_next_telegram, made_up_long),
		cmocka_unit_test_setup(each_request_gets_the_first_telegram, made_up_long),
		cmocka_unit_test_setup(is_silent_until_the_link_is_reset, made_up_long),
		cmocka_unit_test_setup(a_selection_is_a_reset_too, made_up),
		cmocka_unit_test_setup(a_reset_is_not_acknowledged_but_done, made_up_long),
		cmocka_unit_test_setup(answers_once_at_254, made_up),
		cmocka_unit_test_setup(answers_with_another_address, made_up),
		cmocka_unit_test_setup(stays_selected, made_up),
		cmocka_unit_test_setup(a_reset_of_its_address_deselects, made_up),
		cmocka_unit_test_setup(an_acknowledge_is_late, made_up),
		cmocka_unit_test_setup(every_answer_is_late, made_up),
		cmocka_unit_test_setup(commands_are_acknowledged_and_not_followed, made_up),
		cmocka_unit_test_setup(dfc_says_that_more_follows, made_up_long),
		cmocka_unit_test_setup(has_no_data_now, made_up),
		cmocka_unit_test_setup(acknowledges_and_gives_no_data, made_up),
		cmocka_unit_test_setup(knows_no_secondary_addressing, made_up),
		cmocka_unit_test_setup(wants_an_application_reset_before_each_readout, made_up),
		cmocka_unit_test_setup(quirks_come_together, made_up_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
