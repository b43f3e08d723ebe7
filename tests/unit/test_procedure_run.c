/* SPDX-License-Identifier: MIT */
/* What a device says of how it is to be read holds for procedures, too. */
#include "procedure_bench.h"

#include "link/bus_init.h"

#define METER "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00"
#define METER_7 "68 08 07 72 78 56 34 12 2D 2C 10 04 01 00 00 00 04 06 01 00 00 00"
#define ENERGY " 04 06 01 00 00 00"
#define VOLUME " 04 13 02 00 00 00"
#define SELECT_VOLUME "68 73 05 51 08 13"
#define INIT_5 "68 73 05 50 10"
#define MORE " 1F"

/* clang-format off */
#define LINK { "10 40 05", "E5", 0 }
#define PREPARE LINK, { INIT_5, "E5", 0 }, { "68 53 05 51 08 06", "E5", 0 }
#define REQUEST(records) { "10 7B 05", METER records, 0 }
#define SILENT { "10 7B 05", NULL, 0 }, { "10 7B 05", NULL, 0 }
#define NOBODY(address) { "10 40 " address, NULL, 0 }, { "10 40 " address, NULL, 0 }, \
	{ "10 7B " address, NULL, 0 }, { "10 7B " address, NULL, 0 }
/* clang-format on */

static struct bus_init init;

static void setup_init(struct fixture *f, enum procedure_kind kind)
{
	size_t wrong;
	setup(f, kind, 5);
	assert_true(bus_init_parse("reset=10 send=510806", &init, &wrong));
	f->order.init = &init;
}

/* Nobody but the meter itself gets it: not who may be at the new address before. */
static void test_init_goes_before_each_reading_of_the_meter(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, PREPARE, REQUEST(ENERGY), NOBODY("07"),
		LINK, { "68 73 05 51 01 7A 07", "E5", 0 }, { "10 40 07", "E5", 0 },
		{ "68 73 07 50 10", "E5", 0 }, { "68 53 07 51 08 06", "E5", 0 },
		{ "10 7B 07", METER_7, 0 }, { "10 40 05", NULL, 0 }, { "10 40 05", NULL, 0 },
		{ INIT_5, NULL, 0 }, { INIT_5, NULL, 0 }, NONE };
	struct fixture f;
	setup_init(&f, PROCEDURE_SET_ADDRESS);
	f.order.new_address = 7;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answers at 7 now and no longer at 5");
	finish(&f);
}

static void test_an_init_that_is_refused_changes_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, { INIT_5, NULL, 0 }, { INIT_5, NULL, 0 },
		NONE };
	struct fixture f;
	setup_init(&f, PROCEDURE_SELECT);
	f.order.data = (struct mg_bytes){ (const uint8_t *)"\x08\x13", 2 };
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER,
			"step 1 of init was not acknowledged: no answer from 5 after 2 tries; does "
			"the meter know that command? Nothing was changed");
	finish(&f);
}

/* It would select other records before anybody had looked. */
static void test_init_does_not_undo_a_selection(void **state)
{
	(void)state;
	static const struct line lines[] = { PREPARE, REQUEST(ENERGY VOLUME), LINK,
		{ SELECT_VOLUME, "E5", 0 }, LINK, REQUEST(VOLUME), NONE };
	struct fixture f;
	setup_init(&f, PROCEDURE_SELECT);
	f.order.data = (struct mg_bytes){ (const uint8_t *)"\x08\x13", 2 };
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "the meter sends 1 record now");
	assert_ended(&f, PROCEDURE_WORKED, "so may the `init` of its device");
	finish(&f);
}

static void test_a_meter_that_is_silent_without_init_gets_it(void **state)
{
	(void)state;
	static const struct line lines[] = { PREPARE, REQUEST(ENERGY VOLUME), LINK,
		{ SELECT_VOLUME, "E5", 0 }, LINK, SILENT, { "10 40 05", NULL, 0 }, PREPARE,
		REQUEST(VOLUME), NONE };
	struct fixture f;
	setup_init(&f, PROCEDURE_SELECT);
	f.order.data = (struct mg_bytes){ (const uint8_t *)"\x08\x13", 2 };
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "the meter sends 1 record now");
	finish(&f);
}

/* The frame count bits go on where the readout with its init sequence has ended. */
static void test_a_reset_behind_init_is_no_repetition(void **state)
{
	(void)state;
	static const struct line lines[] = { PREPARE, REQUEST(ENERGY MORE),
		{ "10 5B 05", METER VOLUME, 0 }, PREPARE, REQUEST(ENERGY MORE),
		{ "68 73 05 50", "E5", 0 }, { "10 5B 05", METER ENERGY MORE, 0 }, NONE };
	struct fixture f;
	setup_init(&f, PROCEDURE_RESET);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "begins at its first telegram again");
	finish(&f);
	static const struct line odd[] = { LINK, { INIT_5, "E5", 0 }, REQUEST(ENERGY MORE),
		{ "10 5B 05", METER VOLUME, 0 }, LINK, { INIT_5, "E5", 0 }, REQUEST(ENERGY MORE),
		{ "68 53 05 50", "E5", 0 }, { "10 5B 05", METER ENERGY MORE, 0 }, NONE };
	setup_init(&f, PROCEDURE_RESET);
	init.count = 1;
	converse(&f, odd);
	assert_ended(&f, PROCEDURE_WORKED, "begins at its first telegram again");
	finish(&f);
}

static void test_the_only_meter_gets_it_at_254(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 FE", "E5", 0 },
		{ "68 73 FE 50 10", "E5", 0 }, { "68 53 FE 51 08 06", "E5", 0 },
		{ "10 7B FE", METER ENERGY, 0 }, PREPARE, REQUEST(ENERGY VOLUME), LINK,
		{ SELECT_VOLUME, "E5", 0 }, LINK, REQUEST(VOLUME), NONE };
	struct fixture f;
	setup_init(&f, PROCEDURE_SELECT);
	f.order.address.primary = 254;
	f.order.data = (struct mg_bytes){ (const uint8_t *)"\x08\x13", 2 };
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "the meter sends 1 record now");
	finish(&f);
}

static void test_an_alarm_is_asked_for_behind_it(void **state)
{
	(void)state;
	/* SND_NKE would undo the preparation; one that failed leaves nothing to undo. */
	static const struct line lines[] = { PREPARE, REQUEST(ENERGY),
		{ "10 7A 05", "E5", 0 }, NONE };
	static const struct line failed[] = { PREPARE, SILENT, { "10 40 05", NULL, 0 }, LINK,
		{ "10 7A 05", "E5", 0 }, NONE };
	const struct mg_bytes *frames;
	struct fixture f;
	setup_init(&f, PROCEDURE_ALARM);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "no alarm");
	assert_int_equal(procedure_frames(f.procedure, &frames), 0);
	finish(&f);
	setup_init(&f, PROCEDURE_ALARM);
	converse(&f, failed);
	assert_ended(&f, PROCEDURE_WORKED, "no alarm");
	finish(&f);
}

static void test_bytes_as_they_stand_are_not_preceded(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 7B 05", METER ENERGY, 0 }, NONE };
	static const uint8_t bytes[] = { 0x10, 0x7B, 0x05, 0x80, 0x16 };
	struct fixture f;
	setup_init(&f, PROCEDURE_SEND);
	f.order.data = (struct mg_bytes){ bytes, sizeof(bytes) };
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "answered with");
	finish(&f);
}

static void test_a_dry_run_shows_it(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const uint8_t reset[] = { 0x68, 0x04, 0x04, 0x68, 0x73, 0x05, 0x50, 0x10, 0xD8,
		0x16 };
	const struct procedure_step *steps;
	struct fixture f;
	setup_init(&f, PROCEDURE_SELECT);
	f.order.data = (struct mg_bytes){ (const uint8_t *)"\x08\x13", 2 };
	f.order.dry_run = true;
	converse(&f, lines);
	assert_int_equal(procedure_steps(f.procedure, &steps), 8);
	assert_string_equal(steps[0].purpose, "reset the link");
	assert_string_equal(steps[1].purpose, "prepare the readout");
	assert_int_equal(steps[1].request_size, sizeof(reset));
	assert_memory_equal(steps[1].request, reset, sizeof(reset));
	assert_int_equal(steps[2].request[4], 0x53);
	assert_string_equal(steps[3].purpose, "read the meter as it is now");
	assert_string_equal(steps[5].purpose, "select records for readout");
	finish(&f);
	setup_init(&f, PROCEDURE_ALARM);
	f.order.dry_run = true;
	converse(&f, lines);
	assert_int_equal(procedure_steps(f.procedure, &steps), 5);
	assert_string_equal(steps[3].purpose, "read the meter first");
	assert_string_equal(steps[4].purpose, "ask for an alarm");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init_goes_before_each_reading_of_the_meter),
		cmocka_unit_test(test_an_init_that_is_refused_changes_nothing),
		cmocka_unit_test(test_init_does_not_undo_a_selection),
		cmocka_unit_test(test_a_meter_that_is_silent_without_init_gets_it),
		cmocka_unit_test(test_a_reset_behind_init_is_no_repetition),
		cmocka_unit_test(test_the_only_meter_gets_it_at_254),
		cmocka_unit_test(test_an_alarm_is_asked_for_behind_it),
		cmocka_unit_test(test_bytes_as_they_stand_are_not_preceded),
		cmocka_unit_test(test_a_dry_run_shows_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
