/* SPDX-License-Identifier: MIT */
/* Several meters on one bus: where they are, and what collisions look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "slaves.h"

#define NOW 1795327200

static const uint8_t alarm_text[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x05, 0x71, 0x05,
	0x83, 0x16 };
static const uint8_t d02[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34,
	0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31, 0x00,
	0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16 };

static struct slaves slaves;
static char error[SLAVES_ERROR_SIZE];
static uint8_t wire[MG_FRAME_MAX];

struct told {
	int count, collisions;
	int last_address;
};

static void note(
		void *data, const struct meter *meter, const struct telegram *answer, bool alone)
{
	struct told *told = data;
	assert_true(answer->length > 0);
	told->count++;
	told->collisions += !alone;
	told->last_address = meter->address;
}

static size_t ask(uint8_t c, uint8_t a, struct told *told)
{
	struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = c, .a = a };
	*told = (struct told){ .count = 0 };
	return slaves_take(&slaves, &frame, NOW, wire, note, told);
}

static void places_meters_one_after_the_other(void **state)
{
	struct slaves_plan plan = { .first_address = 10, .seed = 1, .multi = 1 };
	struct told told;
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.count, SLAVES_DEFAULT);
	assert_int_equal(slaves.meters[0].source.count, TELEGRAM_LONG_READOUT);
	assert_int_equal(slaves.meters[1].source.count, 1);
	assert_true(ask(0x7B, 12, &told) > 20);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.collisions, 0);
	assert_int_equal(told.last_address, 12);
	assert_int_equal(ask(0x7B, 13, &told), 0);
	assert_int_equal(told.count, 0);
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

static void answers_that_collide_are_laid_over_each_other(void **state)
{
	struct slaves_plan plan = { .count = 3, .first_address = 1, .seed = 1 };
	struct told told;
	struct mg_frame frame;
	size_t used;
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(ask(0x40, 254, &told), 1);
	assert_int_equal(wire[0], 0xE5); /* in exact step: one clean character */
	assert_int_equal(told.count, 3);
	assert_int_equal(told.collisions, 3);
	size_t length = ask(0x7B, 254, &told);
	assert_int_equal(told.count, 3);
	assert_true(length > 20);
	assert_int_not_equal(mg_frame_parse(wire, length, &frame, &used), MG_FAULT_NONE);
	assert_int_equal(ask(0x40, 255, &told), 0);
	slaves_finish(&slaves);
}

static void the_longer_answer_ends_alone(void **state)
{
	static struct literal items[2] = { { .telegrams = { { d02, sizeof(d02) } },
											   .count = 1 },
		{ .telegrams = { { alarm_text, sizeof(alarm_text) } }, .count = 1 } };
	struct literals literals = { items, 2 };
	struct slaves_plan plan = { .first_address = 1, .literals = &literals };
	struct told told;
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.count, 2);
	assert_int_equal(ask(0x7B, 254, &told), sizeof(d02));
	assert_int_equal(wire[0], 0x68);
	assert_int_equal(wire[1], 0x1F & 0x04);
	assert_int_equal(wire[5], 0x02 & 0x05);
	assert_memory_equal(wire + sizeof(alarm_text), d02 + sizeof(alarm_text),
			sizeof(d02) - sizeof(alarm_text));
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
	struct told told;
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(slaves.meters[0].address, 2);
	assert_int_equal(slaves.meters[1].address, METER_NO_ADDRESS);
	assert_int_equal(slaves.meters[2].address, 5);
	assert_int_equal(slaves.meters[3].address, 1);
	assert_int_equal(slaves.meters[4].address, 3);
	assert_int_equal(ask(0x7B, 2, &told), sizeof(d02));
	assert_memory_equal(wire, d02, sizeof(d02));
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
	struct told told;
	(void)state;
	assert_true(slaves_init(&slaves, &plan, error));
	assert_int_equal(ask(0x40, 1, &told), 1);
	assert_int_equal(ask(0x40, 2, &told), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_meters_one_after_the_other),
		cmocka_unit_test(no_two_meters_are_the_same),
		cmocka_unit_test(another_seed_gives_other_meters),
		cmocka_unit_test(answers_that_collide_are_laid_over_each_other),
		cmocka_unit_test(the_longer_answer_ends_alone),
		cmocka_unit_test(literal_telegrams_keep_their_address),
		cmocka_unit_test(fewer_meters_than_telegrams),
		cmocka_unit_test(dead_meters_stay_silent),
		cmocka_unit_test(refuses_what_cannot_be_placed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
