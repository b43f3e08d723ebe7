/* SPDX-License-Identifier: MIT */
/* Readouts that are cut short, and readouts by secondary address. */
#include "readout_bench.h"

static void test_the_frame_count_bit_is_ignored(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, HEADER VOLUME MORE },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_string_equal(f.readout.error,
			"telegram 2 repeats the one before: the meter ignores the frame count bit, "
			"what follows cannot be read");
	readout_finish(&f.readout);
}

static void test_the_meter_begins_again_at_its_first_telegram(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, HEADER STORED MORE },
		{ FCB1, HEADER VOLUME MORE },
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

static void test_another_meter_in_the_middle(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, "68 08 05 72 79 56 34 12 24 40 01 07 55 00 00 00" STORED },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_string_equal(f.readout.error,
			"telegram 2 came from 12345679.PAD.01.07, the first from 12345678.PAD.01.07");
	readout_finish(&f.readout);
}

static void test_too_many_telegrams(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, HEADER STORED MORE },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 2);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 2);
	assert_string_equal(f.readout.error, "stopped after 2 telegrams, the meter has more");
	readout_finish(&f.readout);
}

static void test_an_application_error_in_the_middle(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, "68 08 05 70 08" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 2);
	assert_non_null(f.readout.error);
	assert_non_null(strstr(f.readout.error, "telegram 2 is an application error"));
	assert_non_null(strstr(f.readout.error, "busy"));
	readout_finish(&f.readout);
}

static void test_the_meter_falls_silent_in_the_middle(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ RESET, "E5" },
		{ FCB1, HEADER VOLUME MORE },
		{ FCB0, NULL },
		{ FCB0, NULL },
		{ FCB0, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup(&f, 16);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 1);
	assert_string_equal(f.readout.error,
			"telegram 2: no answer from 5 after 3 tries; this reading lacks it and what "
			"follows, the next one asks for all of them");
	assert_false(f.memory.fcb_known);
	readout_finish(&f.readout);
}

#define DESELECT "10 40 FD"
#define OTHER "68 08 FD 72 79 56 34 12 24 40 01 07 55 00 00 00"
#define SELECT "68 53 FD 52 78 56 34 12 FF FF FF FF"
#define SELECTED1 "10 7B FD"
#define SELECTED0 "10 5B FD"

static void setup_secondary(struct fixture *f)
{
	setup(f, 16);
	f->address = (struct bus_address){ .secondary = true,
		.identity = { .id = 0x12345678,
				.manufacturer = 0xFFFF,
				.version = 0xFF,
				.medium = 0xFF } };
}

static void test_a_meter_is_selected_and_read(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ SELECT, "E5" },
		{ SELECTED1, HEADER VOLUME MORE },
		{ SELECTED0, HEADER STORED },
		{ NULL, NULL },
	};
	struct fixture f;
	setup_secondary(&f);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	assert_int_equal(f.readout.count, 2);
	/* The next selection resets the frame count bit. */
	converse(&f, lines);
	assert_int_equal(f.readout.count, 2);
	readout_finish(&f.readout);
}

static void test_nobody_can_be_selected(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ SELECT, NULL },
		{ SELECT, NULL },
		{ SELECT, NULL },
		{ NULL, NULL },
	};
	struct fixture f;
	setup_secondary(&f);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_NO_ANSWER);
	assert_string_equal(f.readout.reason, "no answer from 12345678 after 3 tries; check "
										  "address, baud rate and wiring");
	readout_finish(&f.readout);
}

static void test_several_meters_fit_the_selection(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ SELECT, "FC" },
		{ SELECT, "FC" },
		{ SELECT, "FC" },
		{ DESELECT, "E5" }, /* one that was selected before may still be */
		{ SELECT, "FC" },
		{ SELECT, "FC" },
		{ SELECT, "FC" },
		{ NULL, NULL },
	};
	static const struct line again[] = {
		{ SELECT, "FC" },
		{ SELECT, "FC" },
		{ SELECT, "FC" },
		{ NULL, NULL },
	};
	struct fixture f;
	setup_secondary(&f);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_BAD_ANSWER);
	converse(&f, again); /* that was of no use */
	assert_int_equal(f.readout.outcome, BUS_BAD_ANSWER);
	readout_finish(&f.readout);
}

static void test_another_meter_answers_the_selection(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ SELECT, "E5" },
		{ SELECTED1, OTHER VOLUME },
		{ DESELECT, NULL },
		{ SELECT, "E5" },
		{ SELECTED1, OTHER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup_secondary(&f);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_BAD_ANSWER);
	assert_string_equal(
			f.readout.reason, "12345678 was selected, but 12345679.PAD.01.07 answered");
	readout_finish(&f.readout);
}

static void test_a_meter_that_keeps_its_selection_is_deselected(void **state)
{
	(void)state;
	static const struct line first[] = {
		{ SELECT, "E5" },
		{ SELECTED1, OTHER VOLUME },
		{ DESELECT, "E5" },
		{ SELECT, "E5" },
		{ SELECTED1, HEADER VOLUME },
		{ NULL, NULL },
	};
	static const struct line second[] = {
		{ DESELECT, "E5" },
		{ SELECT, "E5" },
		{ SELECTED1, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup_secondary(&f);
	converse(&f, first);
	assert_int_equal(f.readout.outcome, BUS_OK);
	converse(&f, second); /* at once now */
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_a_selected_meter_that_wants_the_other_frame_count_bit(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{ SELECT, "E5" },
		{ SELECTED1, NULL },
		{ SELECTED1, NULL },
		{ SELECTED1, NULL },
		{ SELECT, "E5" },
		{ SELECTED0, HEADER VOLUME },
		{ NULL, NULL },
	};
	struct fixture f;
	setup_secondary(&f);
	converse(&f, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

static void test_a_ping_of_a_secondary_address_selects_it(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT, "E5" }, { NULL, NULL } };
	struct fixture f;
	setup_secondary(&f);
	talk(&f, READOUT_PING, lines);
	assert_int_equal(f.readout.outcome, BUS_OK);
	readout_finish(&f.readout);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_frame_count_bit_is_ignored),
		cmocka_unit_test(test_the_meter_begins_again_at_its_first_telegram),
		cmocka_unit_test(test_another_meter_in_the_middle),
		cmocka_unit_test(test_too_many_telegrams),
		cmocka_unit_test(test_an_application_error_in_the_middle),
		cmocka_unit_test(test_the_meter_falls_silent_in_the_middle),
		cmocka_unit_test(test_a_meter_is_selected_and_read),
		cmocka_unit_test(test_nobody_can_be_selected),
		cmocka_unit_test(test_several_meters_fit_the_selection),
		cmocka_unit_test(test_another_meter_answers_the_selection),
		cmocka_unit_test(test_a_meter_that_keeps_its_selection_is_deselected),
		cmocka_unit_test(test_a_selected_meter_that_wants_the_other_frame_count_bit),
		cmocka_unit_test(test_a_ping_of_a_secondary_address_selects_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
