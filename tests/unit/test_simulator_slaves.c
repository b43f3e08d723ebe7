/* SPDX-License-Identifier: MIT */
/* Several meters on one bus: where they are, and what each is told to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "slaves.h"

#define NOW 1795327200
#define BIT 416667 /* ns at 2400 Bd */

static const uint8_t alarm_text[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x05, 0x71, 0x05,
	0x83, 0x16 };
static const uint8_t d02[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34,
	0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31, 0x00,
	0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16 };

static struct slaves slaves;
static char error[SLAVES_ERROR_SIZE];
static struct telegram answer; /* the last one of those that answered */

/* How many meters answer. */
static size_t ask(uint8_t c, uint8_t a)
{
	struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = c, .a = a };
	struct meter_time now = { .wall = NOW };
	struct telegram last = { .length = 0 };
	size_t count = 0;
	int64_t delay;
	for (size_t i = 0; i < slaves.count; i++) {
		meter_take(&slaves.meters[i], &frame, &now, BIT, &answer, &delay);
		if (answer.length > 0) {
			last = answer;
			count++;
		}
	}
	answer = last;
	return count;
}

static void places_meters_one_after_the_other(void **state)
{
	struct slaves_plan plan = { .first_address = 10, .seed = 1, .multi = 1 };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.count, SLAVES_DEFAULT);
	assert_int_equal(slaves.meters[0].source.count, TELEGRAM_LONG_READOUT);
	assert_int_equal(slaves.meters[1].source.count, 1);
	assert_int_equal(ask(0x7B, 12), 1);
	assert_int_equal(answer.bytes[5], 12);
	assert_int_equal(ask(0x7B, 13), 0);
	slaves_finish(&slaves);
}

static void no_two_meters_are_the_same(void **state)
{
	struct slaves_plan plan = { .count = SLAVES_MAX, .first_address = 1, .seed = 77 };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	for (size_t i = 0; i < slaves.count; i++) {
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(
					slaves.meters[i].identity.id, slaves.meters[k].identity.id);
		}
		assert_int_equal(slaves.meters[i].address, 1 + i);
	}
	slaves_finish(&slaves);
}

static void another_seed_gives_other_meters(void **state)
{
	struct slaves_plan plan = { .first_address = 1, .seed = 1 };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	uint32_t id = slaves.meters[0].identity.id;
	slaves_finish(&slaves);
	plan.seed = 2;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_not_equal(slaves.meters[0].identity.id, id);
	slaves_finish(&slaves);
}

static void literal_telegrams_keep_their_address(void **state)
{
	static struct literal items[3] = { { .telegrams = { { d02, sizeof(d02) } },
											   .count = 1 },
		{ .telegrams = { { d02, sizeof(d02) } }, .count = 1 },
		{ .telegrams = { { alarm_text, sizeof(alarm_text) } }, .count = 1 } };
	struct literals literals = { items, 3 };
	struct slaves_plan plan = { .count = 5, .first_address = 1, .literals = &literals };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.meters[0].address, 2);
	assert_int_equal(slaves.meters[1].address, METER_NO_ADDRESS);
	assert_int_equal(slaves.meters[2].address, 5);
	assert_int_equal(slaves.meters[3].address, 1);
	assert_int_equal(slaves.meters[4].address, 3);
	assert_int_equal(ask(0x7B, 2), 1);
	assert_int_equal(answer.length, sizeof(d02));
	assert_memory_equal(answer.bytes, d02, sizeof(d02));
	slaves_finish(&slaves);
}

static void fewer_meters_than_telegrams(void **state)
{
	static struct literal items[2] = { { .telegrams = { { d02, sizeof(d02) } },
											   .count = 1 },
		{ .telegrams = { { alarm_text, sizeof(alarm_text) } }, .count = 1 } };
	struct literals literals = { items, 2 };
	struct slaves_plan plan = { .count = 1, .first_address = 1, .literals = &literals };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.count, 1);
	slaves_finish(&slaves);
}

static void dead_meters_stay_silent(void **state)
{
	const uint8_t dead[] = { 2 };
	struct slaves_plan plan = {
		.count = 2, .first_address = 1, .dead = dead, .dead_count = 1
	};
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(ask(0x40, 1), 1);
	assert_int_equal(ask(0x40, 2), 0);
	slaves_finish(&slaves);
}

static void refuses_what_cannot_be_placed(void **state)
{
	const uint8_t dead[] = { 9 };
	struct slaves_plan late = { .count = 3, .first_address = 249 };
	struct slaves_plan ghost = {
		.count = 1, .first_address = 1, .dead = dead, .dead_count = 1
	};
	(void)state;
	assert_false(slaves_init(&slaves, &late, error));
	assert_non_null(strstr(error, "addresses run out"));
	assert_null(slaves.meters);
	assert_false(slaves_init(&slaves, &ghost, error));
	assert_non_null(strstr(error, "dead"));
}

static void some_meters_share_an_address(void **state)
{
	struct slaves_plan plan = { .count = 5, .first_address = 7, .together = 3 };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.meters[0].address, 7);
	assert_int_equal(slaves.meters[2].address, 7);
	assert_int_equal(slaves.meters[3].address, 8);
	assert_int_equal(slaves.meters[4].address, 9);
	assert_int_equal(ask(0x40, 7), 3);
	slaves_finish(&slaves);
}

static void some_meters_have_a_secondary_address_only(void **state)
{
	struct slaves_plan plan = { .count = 4, .first_address = 250, .secondary = 3 };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.meters[0].address, 250);
	for (size_t i = 1; i < 4; i++) {
		assert_int_equal(slaves.meters[i].address, METER_NO_ADDRESS);
		assert_true(slaves.meters[i].selectable);
	}
	slaves_finish(&slaves);
}

static void a_full_bus_has_as_many_identities(void **state)
{
	static const uint16_t manufacturers[] = { 0x2C2D };
	struct slaves_plan plan = { .count = SLAVES_MAX,
		.first_address = 1,
		.manufacturers = manufacturers,
		.manufacturer_count = 1 };
	(void)state;
	for (unsigned numbers = SLAVES_SPREAD; numbers <= SLAVES_SAME; numbers++) {
		plan.numbers = (enum slaves_numbers)numbers;
		assert_true(slaves_init(&slaves, &plan, error));
		for (size_t i = 0; i < slaves.count; i++) {
			const struct mg_identity *one = &slaves.meters[i].identity;
			for (size_t k = 0; k < i; k++) {
				assert_memory_not_equal(one, &slaves.meters[k].identity, sizeof(*one));
			}
		}
		slaves_finish(&slaves);
	}
}

static void each_meter_has_its_delay(void **state)
{
	struct slaves_plan plan = { .count = 100,
		.first_address = 1,
		.delay_low = 1000,
		.delay_high = 2000,
		.jitter = 50,
		.baud = 2400,
		.bauds = 1 << 3 | 1 << 5 };
	int64_t low = INT64_MAX, high = 0;
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	for (size_t i = 0; i < slaves.count; i++) {
		const struct meter *meter = &slaves.meters[i];
		low = meter->delay < low ? meter->delay : low;
		high = meter->delay > high ? meter->delay : high;
		assert_int_equal(meter->jitter, 50);
		assert_int_equal(meter->baud, 2400);
		assert_int_equal(meter->bauds, 0x28);
	}
	assert_in_range(low, 1000, 1100);
	assert_in_range(high, 1900, 2000);
	assert_true(slaves.meters[0].random != slaves.meters[1].random);
	slaves_finish(&slaves);
}

static void items_go_to_their_meters(void **state)
{
	const struct quirks_item quirks[] = {
		{ { TARGET_ALL, 0 }, METER_LATE_ACK },
		{ { TARGET_ADDRESS, 2 }, METER_BUSY },
	};
	const struct target_value alarms[] = { { { TARGET_ADDRESS, 3 }, 16 } };
	const struct target_value clocks[] = { { { TARGET_NUMBER, 0x12345679 }, -90 } };
	struct slaves_plan plan = { .count = 3,
		.first_address = 1,
		.numbers = SLAVES_CONSECUTIVE,
		.has_number = true,
		.number = 12345678,
		.quirks = quirks,
		.quirk_count = 2,
		.alarms = alarms,
		.alarm_count = 1,
		.clocks = clocks,
		.clock_count = 1 };
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.meters[0].quirks, METER_LATE_ACK);
	assert_int_equal(slaves.meters[1].quirks, METER_LATE_ACK | METER_BUSY);
	assert_int_equal(slaves.meters[0].alarm, 0);
	assert_int_equal(slaves.meters[2].alarm, 16);
	assert_int_equal(slaves.meters[0].clock_offset, 0);
	assert_int_equal(slaves.meters[1].clock_offset, -90);
	slaves_finish(&slaves);
}

static void an_item_for_nobody_is_an_error(void **state)
{
	const struct quirks_item quirk = { { TARGET_ADDRESS, 9 }, METER_BUSY };
	const struct target_value item = { { TARGET_ADDRESS, 9 }, 1 };
	struct slaves_plan plan = { .first_address = 1, .quirks = &quirk, .quirk_count = 1 };
	(void)state;
	assert_false(slaves_init(&slaves, &plan, error));
	assert_string_equal(error, "quirks: no meter has address 9");
	plan = (struct slaves_plan){ .first_address = 1, .alarms = &item, .alarm_count = 1 };
	assert_false(slaves_init(&slaves, &plan, error));
	assert_string_equal(error, "alarm: no meter has address 9");
	plan = (struct slaves_plan){ .first_address = 1, .clocks = &item, .clock_count = 1 };
	assert_false(slaves_init(&slaves, &plan, error));
	assert_string_equal(error, "clock: no meter has address 9");
	assert_null(slaves.meters);
}

static void more_of_a_kind_than_there_are_is_an_error(void **state)
{
	const struct quirks_item quirk = { { TARGET_NUMBER, 0x12345678 }, METER_BUSY };
	struct slaves_plan plan = { .first_address = 1, .count = 3, .multi = 4 };
	(void)state;
	assert_false(slaves_init(&slaves, &plan, error));
	assert_string_equal(
			error, "multi: 4 of 3 made-up meters are too many (there are 3 meters)");
	plan = (struct slaves_plan){ .first_address = 1, .quirks = &quirk, .quirk_count = 1 };
	assert_false(slaves_init(&slaves, &plan, error));
	assert_string_equal(error, "quirks: no meter has the number 12345678");
	assert_null(slaves.meters);
}

static void reads_how_numbers_come_about(void **state)
{
	struct slaves_plan plan = { .count = 0 };
	(void)state;
	assert_true(slaves_numbers_parse("random", &plan, error));
	assert_int_equal(plan.numbers, SLAVES_RANDOM);
	assert_false(plan.has_number);
	assert_true(slaves_numbers_parse("consecutive:00000042", &plan, error));
	assert_int_equal(plan.numbers, SLAVES_CONSECUTIVE);
	assert_true(plan.has_number);
	assert_int_equal(plan.number, 42);
	assert_true(slaves_numbers_parse("same", &plan, error));
	assert_int_equal(plan.numbers, SLAVES_SAME);
	assert_false(plan.has_number);
	assert_true(slaves_numbers_parse("spread", &plan, error));
	assert_int_equal(plan.numbers, SLAVES_SPREAD);
}

static void refuses_other_numbers(void **state)
{
	static const char *const wrong[] = { "", "Random", "random:12345678",
		"same:", "same:1234567", "same:123456789", "same:1234567x",
		"consecutive 12345678" };
	struct slaves_plan plan = { .count = 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(slaves_numbers_parse(wrong[i], &plan, error));
	}
	assert_string_equal(error,
			"numbers: \"consecutive 12345678\" is none of spread, random, consecutive, "
			"same, consecutive:12345678, same:12345678");
}

static void reads_speeds(void **state)
{
	(void)state;
	assert_int_equal(slaves_baud_parse("300"), 0x01);
	assert_int_equal(slaves_baud_parse("2400"), 0x08);
	assert_int_equal(slaves_baud_parse("38400"), 0x80);
	assert_int_equal(slaves_baud_parse("2401"), 0);
	assert_int_equal(slaves_baud_parse(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_meters_one_after_the_other),
		cmocka_unit_test(no_two_meters_are_the_same),
		cmocka_unit_test(another_seed_gives_other_meters),
		cmocka_unit_test(literal_telegrams_keep_their_address),
		cmocka_unit_test(fewer_meters_than_telegrams),
		cmocka_unit_test(dead_meters_stay_silent),
		cmocka_unit_test(refuses_what_cannot_be_placed),
		cmocka_unit_test(some_meters_share_an_address),
		cmocka_unit_test(some_meters_have_a_secondary_address_only),
		cmocka_unit_test(a_full_bus_has_as_many_identities),
		cmocka_unit_test(each_meter_has_its_delay),
		cmocka_unit_test(items_go_to_their_meters),
		cmocka_unit_test(an_item_for_nobody_is_an_error),
		cmocka_unit_test(more_of_a_kind_than_there_are_is_an_error),
		cmocka_unit_test(reads_how_numbers_come_about),
		cmocka_unit_test(refuses_other_numbers),
		cmocka_unit_test(reads_speeds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
