/* SPDX-License-Identifier: MIT */
/* At which place a mask is split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_order.h"

static struct search_node several(double expected)
{
	struct search_mask any = search_mask_any();
	struct search_node node;
	search_node_init(&node, &any);
	node.expected = expected;
	return node;
}

static void the_last_digit_comes_first_while_nothing_is_known(void **state)
{
	(void)state;
	struct search_node node = several(20);
	assert_int_equal(search_order_place(&node, false, NULL, 0), 7);
	assert_false(node.final);
}

static void a_digit_in_which_the_sum_has_nothing_is_split(void **state)
{
	(void)state;
	struct search_node node = several(2);
	/* 77 77 07 77: only the third digit has no bit in common. */
	node.evidence =
			(struct search_evidence){ .valid = true, .all = { 0x77, 0x77, 0x07, 0x77 } };
	assert_int_equal(search_order_place(&node, false, NULL, 0), 2);
}

static void a_digit_in_which_all_agree_is_left_alone(void **state)
{
	(void)state;
	const struct mg_identity found[] = { { .id = 0x12345675 }, { .id = 0x12345285 },
		{ .id = 0x12345195 }, { .id = 0x12345735 }, { .id = 0x12345045 },
		{ .id = 0x12345955 } };
	struct search_node node = several(4);
	unsigned place = search_order_place(&node, false, found, 6);
	assert_in_range(place, 5, 6);
}

/* 300 numbers in a row: hundreds have three values, so they go before tens and units. */
static void dense_runs_are_split_from_the_left(void **state)
{
	(void)state;
	struct mg_identity found[60];
	for (unsigned i = 0; i < 60; i++) {
		found[i] = (struct mg_identity){ .id = 0x12345000u | (4 + i % 3) << 8 |
											   (i / 3 % 10) << 4 | (i * 7 % 10) };
	}
	struct search_node node = several(300);
	assert_int_equal(search_order_place(&node, false, found, 60), 5);
	assert_true(node.spread < 4);
}

static void a_better_place_is_worth_a_new_beginning(void **state)
{
	(void)state;
	struct mg_identity found[25];
	for (unsigned i = 0; i < 25; i++) {
		found[i] = (struct mg_identity){ .id = 0x12345000u | (4 + i / 10) << 8 |
											   (i % 10) << 4 };
	}
	struct search_node node = several(20);
	node.place = 7;
	search_node_settle(&node, 0, true);
	assert_int_equal(search_order_better(&node, 250, 9, found, 25), 5);
}

static void random_numbers_are_not(void **state)
{
	(void)state;
	const struct mg_identity found[] = { { .id = 0x50155130 }, { .id = 0x06331000 },
		{ .id = 0x36771390 }, { .id = 0x90502420 } };
	struct search_node node = several(20);
	node.place = 7;
	search_node_settle(&node, 0, true);
	assert_int_equal(search_order_better(&node, 40, 9, found, 4), 7);
}

static void bytes_come_when_the_number_is_known(void **state)
{
	(void)state;
	struct search_node node = several(2);
	node.mask.identity.id = 0x12345678;
	assert_int_equal(search_order_place(&node, false, NULL, 0), SEARCH_MEDIUM);
	node.mask.identity.medium = 0x04;
	assert_int_equal(search_order_place(&node, false, NULL, 0), SEARCH_VERSION);
	node.mask.identity.version = 0x10;
	assert_int_equal(search_order_place(&node, false, NULL, 0), SEARCH_MAKER_HIGH);
	node.mask.identity.manufacturer = 0x2CFF;
	assert_int_equal(search_order_place(&node, false, NULL, 0), SEARCH_MAKER_LOW);
	node.mask.identity.manufacturer = 0x2C2D;
	assert_int_equal(search_order_place(&node, false, NULL, 0), SEARCH_PLACES);
	node.mask.enhanced = true;
	assert_int_equal(search_order_place(&node, false, NULL, 0), SEARCH_PLACES - 1);
}

static void a_banned_place_is_not_taken(void **state)
{
	(void)state;
	struct search_node node = several(2);
	node.banned = 1u << 7;
	assert_int_equal(search_order_place(&node, false, NULL, 0), 6);
}

static void several_are_two_at_least(void **state)
{
	(void)state;
	assert_true(search_order_several(0) == 2);
	assert_true(search_order_several(25) > 24 && search_order_several(25) < 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_digit_comes_first_while_nothing_is_known),
		cmocka_unit_test(a_digit_in_which_the_sum_has_nothing_is_split),
		cmocka_unit_test(a_digit_in_which_all_agree_is_left_alone),
		cmocka_unit_test(dense_runs_are_split_from_the_left),
		cmocka_unit_test(a_better_place_is_worth_a_new_beginning),
		cmocka_unit_test(random_numbers_are_not),
		cmocka_unit_test(bytes_come_when_the_number_is_known),
		cmocka_unit_test(a_banned_place_is_not_taken),
		cmocka_unit_test(several_are_two_at_least),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
