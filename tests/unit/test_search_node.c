/* SPDX-License-Identifier: MIT */
/* Which values of a place are tried, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_node.h"

static struct search_node at(unsigned place)
{
	struct search_mask any = search_mask_any();
	struct search_node node;
	search_node_init(&node, &any);
	node.place = place;
	return node;
}

static void ten_digits_in_their_order(void **state)
{
	(void)state;
	const struct search_choice choice = { .hex = false };
	struct search_node node = at(SEARCH_DIGIT);
	for (unsigned value = 0; value < 10; value++) {
		assert_int_equal(search_node_left(&node, &choice), 10 - value);
		assert_int_equal(search_node_next(&node, &choice), value);
		search_node_settle(&node, value, value == 3);
	}
	assert_int_equal(search_node_next(&node, &choice), SEARCH_NODE_NONE);
	assert_int_equal(node.settled, 10);
	assert_int_equal(node.answers, 1);
}

static void a_to_e_only_when_asked_for(void **state)
{
	(void)state;
	const struct search_choice choice = { .hex = true };
	struct search_node node = at(SEARCH_DIGIT);
	assert_int_equal(search_node_left(&node, &choice), 15);
}

static void usual_media_come_first(void **state)
{
	(void)state;
	const struct search_choice choice = { .hex = false };
	struct search_node node = at(SEARCH_MEDIUM);
	static const int expected[] = { 0x07, 0x04, 0x06, 0x02, 0x16, 0x03, 0x08, 0x0D, 0x00,
		0x01, 0x05, 0x09 };
	assert_int_equal(search_node_left(&node, &choice), 255);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_int_equal(search_node_next(&node, &choice), expected[i]);
		search_node_settle(&node, (unsigned)expected[i], false);
	}
}

static void every_medium_comes_once(void **state)
{
	(void)state;
	const struct search_choice choice = { .hex = false };
	struct search_node node = at(SEARCH_MEDIUM);
	for (unsigned i = 0; i < 255; i++) {
		int value = search_node_next(&node, &choice);
		assert_in_range(value, 0, 254);
		search_node_settle(&node, (unsigned)value, false);
	}
	assert_int_equal(search_node_next(&node, &choice), SEARCH_NODE_NONE);
}

static void manufacturers_have_three_letters(void **state)
{
	(void)state;
	struct search_choice choice = { .hex = false };
	struct search_node node = at(SEARCH_MAKER_HIGH);
	assert_int_equal(search_node_left(&node, &choice), 0x6B - 0x04 + 1);
	assert_int_equal(search_node_next(&node, &choice), 0x04);
	choice.hex = true; /* with bit 15, too */
	assert_int_equal(search_node_left(&node, &choice), 2 * (0x6B - 0x04 + 1));
}

static void evidence_excludes_digits(void **state)
{
	(void)state;
	struct search_choice choice = { .excluding = true };
	struct search_node node = at(SEARCH_DIGIT + 7);
	node.evidence = (struct search_evidence){ .valid = true, .all = { 0x02 } };
	assert_int_equal(search_node_left(&node, &choice), 4); /* 2, 3, 6, 7 */
	choice.clear = 0x1; /* the others have not got this bit */
	search_node_settle(&node, 2, false);
	assert_int_equal(search_node_next(&node, &choice), 6);
	search_node_settle(&node, 6, false);
	assert_int_equal(search_node_next(&node, &choice), 3);
}

static void doubt_keeps_what_was_answered(void **state)
{
	(void)state;
	const struct search_choice choice = { .hex = false };
	struct search_node node = at(SEARCH_DIGIT);
	search_node_settle(&node, 0, false);
	search_node_settle(&node, 1, true);
	search_node_doubt(&node);
	assert_false(search_node_was_tried(&node, 0));
	assert_true(search_node_was_tried(&node, 1));
	assert_int_equal(search_node_left(&node, &choice), 9);
	assert_int_equal(node.settled, 1);
}

static void begun_again_it_takes_another_place(void **state)
{
	(void)state;
	struct search_node node = at(SEARCH_DIGIT + 2);
	search_node_settle(&node, 1, true);
	search_node_again(&node);
	assert_int_equal(node.place, SEARCH_PLACES);
	assert_int_equal(node.banned, 1 << 2);
	assert_int_equal(node.settled, 0);
	assert_int_equal(node.answers, 0);
	assert_false(search_node_was_tried(&node, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_digits_in_their_order),
		cmocka_unit_test(a_to_e_only_when_asked_for),
		cmocka_unit_test(usual_media_come_first),
		cmocka_unit_test(every_medium_comes_once),
		cmocka_unit_test(manufacturers_have_three_letters),
		cmocka_unit_test(evidence_excludes_digits),
		cmocka_unit_test(doubt_keeps_what_was_answered),
		cmocka_unit_test(begun_again_it_takes_another_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
