/* SPDX-License-Identifier: MIT */
/* The identities of made-up meters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "identities.h"

static struct identities identities;
static struct mg_identity identity;

static void next_is(uint32_t id, uint16_t manufacturer, uint8_t version, uint8_t medium)
{
	identities_next(&identities, &identity);
	assert_int_equal(identity.id, id);
	assert_int_equal(identity.manufacturer, manufacturer);
	assert_int_equal(identity.version, version);
	assert_int_equal(identity.medium, medium);
}

static void numbers_are_spread(void **state)
{
	struct slaves_plan plan = { .seed = 1 };
	(void)state;
	identities_init(&identities, &plan);
	next_is(0x54435761, 0x626D, 0x10, 0x04);
	next_is(0x92632362, 0x626D, 0x10, 0x16);
	next_is(0x30828963, 0x626D, 0x10, 0x02);
}

static void numbers_follow_each_other(void **state)
{
	struct slaves_plan plan = {
		.numbers = SLAVES_CONSECUTIVE, .has_number = true, .number = 99999998
	};
	(void)state;
	identities_init(&identities, &plan);
	next_is(0x99999998, 0x626D, 0x10, 0x04);
	next_is(0x99999999, 0x626D, 0x10, 0x16);
	next_is(0x00000000, 0x626D, 0x10, 0x02);
}

static void numbers_are_drawn(void **state)
{
	struct slaves_plan plan = { .numbers = SLAVES_RANDOM, .seed = 5 };
	uint32_t first;
	(void)state;
	identities_init(&identities, &plan);
	identities_next(&identities, &identity);
	first = identity.id;
	identities_next(&identities, &identity);
	assert_int_not_equal(identity.id, first);
	identities_init(&identities, &plan);
	identities_next(&identities, &identity);
	assert_int_equal(identity.id, first);
	identities_other(&identities, &identity);
	assert_int_not_equal(identity.id, first);
}

static void one_number_differs_in_the_rest(void **state)
{
	struct slaves_plan plan = {
		.numbers = SLAVES_SAME, .has_number = true, .number = 12345678
	};
	(void)state;
	identities_init(&identities, &plan);
	next_is(0x12345678, 0x626D, 0x10, 0x04); /* XSM */
	next_is(0x12345678, 0x6022, 0x10, 0x04); /* XAB */
	next_is(0x12345678, 0x626D, 0x11, 0x04);
	next_is(0x12345678, 0x626D, 0x10, 0x05);
	next_is(0x12345678, 0x6023, 0x10, 0x04); /* XAC */
	next_is(0x12345678, 0x626D, 0x12, 0x04);
	next_is(0x12345678, 0x626D, 0x10, 0x06);
}

static void manufacturers_take_turns(void **state)
{
	static const uint16_t manufacturers[2] = { 0x2C2D, 0x1593 };
	struct slaves_plan plan = {
		.manufacturers = manufacturers, .manufacturer_count = 2, .seed = 1
	};
	(void)state;
	identities_init(&identities, &plan);
	next_is(0x54435761, 0x2C2D, 0x10, 0x04);
	next_is(0x92632362, 0x1593, 0x10, 0x16);
	next_is(0x30828963, 0x2C2D, 0x10, 0x02);
	identities_other(&identities, &identity);
	assert_int_equal(identity.version, 0x11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_spread),
		cmocka_unit_test(numbers_follow_each_other),
		cmocka_unit_test(numbers_are_drawn),
		cmocka_unit_test(one_number_differs_in_the_rest),
		cmocka_unit_test(manufacturers_take_turns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
