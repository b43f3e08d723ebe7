/* SPDX-License-Identifier: MIT */
/* Freezing: believed when a stored value becomes what the meter counted. */
#include "procedure_bench.h"

#define HEAD "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00"
/* Energy now, and in storage 1. */
#define NOW_10 " 04 06 0A 00 00 00"
#define NOW_12 " 04 06 0C 00 00 00"
#define STORED_3 " 44 06 03 00 00 00"
#define STORED_10 " 44 06 0A 00 00 00"
#define STORED_11 " 44 06 0B 00 00 00"
#define STORED_13 " 44 06 0D 00 00 00"
#define FREEZE "68 73 05 51 40 86 0B"

/* clang-format off */
#define LINK { "10 40 05", "E5", 0 }
#define READ(records) LINK, { "10 7B 05", HEAD records, 0 }
/* clang-format on */

static const uint8_t energy[] = { 0x40, 0x86, 0x0B };

static void setup_energy(struct fixture *f)
{
	setup(f, PROCEDURE_FREEZE, 5);
	f->order.data = (struct mg_bytes){ energy, sizeof(energy) };
}

static void test_a_record_is_frozen_to_its_storage(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK, { FREEZE, "E5", 0 },
		READ(NOW_12 STORED_11), NONE };
	struct fixture f;
	setup_energy(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "1 value was frozen, the last one in storage 1");
	finish(&f);
}

static void test_another_resolution_is_the_same_value(void **state)
{
	(void)state;
	/* 11 kWh stored as 11000 Wh. */
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK, { FREEZE, "E5", 0 },
		READ(NOW_12 " 44 03 F8 2A 00 00"), NONE };
	struct fixture f;
	setup_energy(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "1 value was frozen");
	finish(&f);
}

static void test_a_meter_that_acknowledges_and_stores_nothing_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK, { FREEZE, "E5", 0 },
		READ(NOW_12 STORED_3), NONE };
	struct fixture f;
	setup_energy(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the freeze was acknowledged, but the stored values are as they were before");
	finish(&f);
}

static void test_a_value_that_was_never_counted_is_not_believed(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK, { FREEZE, "E5", 0 },
		READ(NOW_12 STORED_13), NONE };
	struct fixture f;
	setup_energy(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "the stored values are as they were");
	finish(&f);
}

static void test_a_value_that_stood_there_before_shows_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_10), LINK,
		{ FREEZE, "E5", 0 }, READ(NOW_10 STORED_10), NONE };
	struct fixture f;
	setup_energy(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "are the present ones as they were before");
	finish(&f);
}

static void test_no_stored_value_shows_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10), LINK, { FREEZE, "E5", 0 },
		READ(NOW_12), NONE };
	struct fixture f;
	setup_energy(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "has no stored value that belongs to it");
	finish(&f);
	setup_energy(&f);
	f.order.unverified = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "it could not be verified");
	finish(&f);
}

static void test_a_broadcast_is_looked_at_in_one_meter(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3),
		{ "68 43 FF 5C", NULL, 0 }, READ(NOW_12 STORED_10), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_FREEZE, 5);
	f.order.freeze_ci = 0x5C;
	f.order.broadcast = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "1 value was frozen");
	finish(&f);
}

static void test_a_broadcast_that_nobody_follows_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3),
		{ "68 43 FF 54", NULL, 0 }, READ(NOW_12 STORED_3), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_FREEZE, 5);
	f.order.freeze_ci = 0x54;
	f.order.broadcast = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "the freeze was sent to all meters, but");
	finish(&f);
}

static void test_one_meter_alone_is_told_by_its_address(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK,
		{ "68 73 05 5C", "E5", 0 }, READ(NOW_12 STORED_10), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_FREEZE, 5);
	f.order.freeze_ci = 0x5C;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "1 value was frozen");
	finish(&f);
}

static void test_a_name_is_frozen_as_the_meter_sends_it(void **state)
{
	(void)state;
	static const uint8_t named[] = { 0x40, 0x87, 0x0B };
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK, { FREEZE, "E5", 0 },
		READ(NOW_12 STORED_11), NONE };
	struct fixture f;
	setup_energy(&f);
	f.order.data = (struct mg_bytes){ named, sizeof(named) };
	f.order.by_name = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "1 value was frozen");
	finish(&f);
}

static void test_what_freezes_nothing_is_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const uint8_t volume[] = { 0x08, 0x13 };
	struct fixture f;
	setup(&f, PROCEDURE_FREEZE, 5);
	f.order.data = (struct mg_bytes){ volume, sizeof(volume) };
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "no records to freeze");
	finish(&f);
	setup(&f, PROCEDURE_FREEZE, 5);
	f.order.freeze_ci = 0x50;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "CI 50 does not freeze");
	finish(&f);
}

#define HEAD_6 "68 08 06 72 79 56 34 12 2D 2C 10 04 01 00 00 00"
/* clang-format off */
#define READ_6(records) { "10 40 06", "E5", 0 }, { "10 7B 06", HEAD_6 records, 0 }
#define SILENT_6 { "10 40 06", NULL, 0 }, { "10 40 06", NULL, 0 }, \
		{ "10 7B 06", NULL, 0 }, { "10 7B 06", NULL, 0 }
/* clang-format on */

static void setup_witnesses(struct fixture *f)
{
	static const struct procedure_witness witnesses[] = {
		{ .name = "5", .address = { .primary = 5 } },
		{ .name = "water-6", .address = { .primary = 6 } },
	};
	setup(f, PROCEDURE_FREEZE, 5);
	f->order.freeze_ci = 0x5C;
	f->order.broadcast = true;
	f->order.witnesses = witnesses;
	f->order.witness_count = 2;
}

static void test_a_broadcast_is_looked_at_in_every_meter(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), READ_6(NOW_12 STORED_3),
		{ "68 43 FF 5C", NULL, 0 }, READ(NOW_12 STORED_10),
		READ_6(NOW_12 " 44 06 0C 00 00 00"), NONE };
	struct fixture f;
	setup_witnesses(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"the freeze was sent to all meters, and verified at 2 of 2");
	finish(&f);
}

static void test_one_meter_that_does_not_follow_a_broadcast_is_named(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), READ_6(NOW_12 STORED_3),
		{ "68 43 FF 5C", NULL, 0 }, READ(NOW_12 STORED_10), READ_6(NOW_12 STORED_3),
		NONE };
	struct fixture f;
	setup_witnesses(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"verified at 1 of 2 only: 0 did not answer, and 1 answered without "
			"showing that it followed; the first of these is water-6");
	finish(&f);
}

static void test_a_silent_meter_among_those_of_a_broadcast_is_counted(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), SILENT_6,
		{ "68 43 FF 5C", NULL, 0 }, READ(NOW_12 STORED_10), SILENT_6, NONE };
	struct fixture f;
	setup_witnesses(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "verified at 1 of 2 only: 1 did not answer");
	finish(&f);
	setup_witnesses(&f);
	f.order.unverified = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "verified at 1 of 2");
	finish(&f);
}

/* All of them the same meter: each is read as often as it is named. */
static void test_meters_beyond_the_most_that_are_looked_at_are_counted(void **state)
{
	(void)state;
	enum { WITNESSES = PROCEDURE_WITNESSES_MAX + 2 };
	static const struct line before[] = { READ(NOW_10 STORED_3) };
	static const struct line after[] = { READ(NOW_12 STORED_10) };
	static struct procedure_witness witnesses[WITNESSES];
	static struct line lines[4 * PROCEDURE_WITNESSES_MAX + 2];
	struct line *line = lines;
	struct fixture f;
	for (size_t i = 0; i < WITNESSES; i++) {
		witnesses[i] = (struct procedure_witness){ .name = "5", .address.primary = 5 };
	}
	for (size_t i = 0; i < PROCEDURE_WITNESSES_MAX; i++) {
		*line++ = before[0];
		*line++ = before[1];
	}
	*line++ = (struct line){ "68 43 FF 5C", NULL, 0 };
	for (size_t i = 0; i < PROCEDURE_WITNESSES_MAX; i++) {
		*line++ = after[0];
		*line++ = after[1];
	}
	setup_witnesses(&f);
	f.order.witnesses = witnesses;
	f.order.witness_count = WITNESSES;
	converse(&f, lines);
	assert_ended(
			&f, PROCEDURE_WORKED, "verified at 500 of 500; 2 more were not looked at");
	finish(&f);
}

static void test_witnesses_are_asked_at_the_speed_of_the_broadcast(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", "E5", 9600 },
		{ "10 7B 05", HEAD NOW_10 STORED_3, 9600 }, { "10 40 06", "E5", 9600 },
		{ "10 7B 06", HEAD_6 NOW_10 STORED_3, 9600 }, { "68 43 FF 5C", NULL, 9600 },
		{ "10 40 05", "E5", 9600 }, { "10 7B 05", HEAD NOW_12 STORED_10, 9600 },
		{ "10 40 06", "E5", 9600 }, { "10 7B 06", HEAD_6 NOW_12 STORED_10, 9600 }, NONE };
	struct fixture f;
	setup_witnesses(&f);
	f.order.baud = 9600;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "verified at 2 of 2");
	finish(&f);
}

/* Both say that they are at 9, and take longer than the standard allows. */
static void test_meters_are_asked_as_they_are_known_to_answer(void **state)
{
	(void)state;
	static const struct procedure_witness witnesses[] = {
		{ .name = "5", .address.primary = 5 },
		{ .name = "6", .address.primary = 6, .window = 2000000, .any_address = true },
	};
#define HEAD_9 "68 08 09 72 78 56 34 12 2D 2C 10 04 01 00 00 00"
	static const struct line lines[] = { { "10 40 05", "E5", 0 },
		{ "10 7B 05", HEAD_9 NOW_10 STORED_3, 0 }, { "10 40 06", "E5", 0 },
		{ "10 7B 06", HEAD_9 NOW_10 STORED_3, 0 }, { "68 43 FF 5C", NULL, 0 },
		{ "10 40 05", "E5", 0 }, { "10 7B 05", HEAD_9 NOW_12 STORED_10, 0 },
		{ "10 40 06", "E5", 0 }, { "10 7B 06", HEAD_9 NOW_12 STORED_10, 0 }, NONE };
	struct fixture f;
	setup_witnesses(&f);
	f.delay = 1900000;
	f.order.window = 2000000;
	f.order.any_address = true;
	f.order.witnesses = witnesses;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "verified at 2 of 2");
	finish(&f);
}

static void test_a_command_waits_for_the_answer_of_a_slow_meter(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(NOW_10 STORED_3), LINK,
		{ "68 73 05 5C", "E5", 0 }, READ(NOW_12 STORED_10), NONE };
	struct fixture f;
	setup(&f, PROCEDURE_FREEZE, 5);
	f.delay = 2900000;
	f.order.window = 3000000;
	f.order.freeze_ci = 0x5C;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "1 value was frozen");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_is_frozen_to_its_storage),
		cmocka_unit_test(test_another_resolution_is_the_same_value),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_stores_nothing_fails),
		cmocka_unit_test(test_a_value_that_was_never_counted_is_not_believed),
		cmocka_unit_test(test_a_value_that_stood_there_before_shows_nothing),
		cmocka_unit_test(test_no_stored_value_shows_nothing),
		cmocka_unit_test(test_a_broadcast_is_looked_at_in_one_meter),
		cmocka_unit_test(test_a_broadcast_that_nobody_follows_fails),
		cmocka_unit_test(test_one_meter_alone_is_told_by_its_address),
		cmocka_unit_test(test_a_name_is_frozen_as_the_meter_sends_it),
		cmocka_unit_test(test_what_freezes_nothing_is_refused),
		cmocka_unit_test(test_a_broadcast_is_looked_at_in_every_meter),
		cmocka_unit_test(test_one_meter_that_does_not_follow_a_broadcast_is_named),
		cmocka_unit_test(test_a_silent_meter_among_those_of_a_broadcast_is_counted),
		cmocka_unit_test(test_meters_beyond_the_most_that_are_looked_at_are_counted),
		cmocka_unit_test(test_witnesses_are_asked_at_the_speed_of_the_broadcast),
		cmocka_unit_test(test_meters_are_asked_as_they_are_known_to_answer),
		cmocka_unit_test(test_a_command_waits_for_the_answer_of_a_slow_meter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
