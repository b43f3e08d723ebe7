/* SPDX-License-Identifier: MIT */
/* Masks, place by place, and as they stand in a selection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_mask.h"

static void places_are_read_and_set(void **state)
{
	(void)state;
	const struct mg_identity identity = { 0x12345678, 0x2C2D, 0x10, 0x04 };
	struct search_mask mask = search_mask_of(&identity);
	assert_int_equal(search_mask_value(&mask, SEARCH_DIGIT), 1);
	assert_int_equal(search_mask_value(&mask, SEARCH_DIGIT + 7), 8);
	assert_int_equal(search_mask_value(&mask, SEARCH_MEDIUM), 0x04);
	assert_int_equal(search_mask_value(&mask, SEARCH_VERSION), 0x10);
	assert_int_equal(search_mask_value(&mask, SEARCH_MAKER_HIGH), 0x2C);
	assert_int_equal(search_mask_value(&mask, SEARCH_MAKER_LOW), 0x2D);
	assert_true(search_mask_is_wild(&mask, SEARCH_FABRICATION));
	mask = search_mask_with(&mask, SEARCH_DIGIT + 2, 9);
	mask = search_mask_with(&mask, SEARCH_MAKER_LOW, 0xA7);
	mask = search_mask_with(&mask, SEARCH_MAKER_HIGH, 0x32);
	mask = search_mask_with(&mask, SEARCH_VERSION, 0xFF);
	mask = search_mask_with(&mask, SEARCH_MEDIUM, 0x07);
	assert_int_equal(mask.identity.id, 0x12945678);
	assert_int_equal(mask.identity.manufacturer, 0x32A7);
	assert_true(search_mask_is_wild(&mask, SEARCH_VERSION));
	assert_int_equal(mask.identity.medium, 0x07);
}

static void wild_digits_are_looked_for(void **state)
{
	(void)state;
	struct search_mask mask = search_mask_any();
	assert_true(search_mask_has_wild_digit(&mask, SEARCH_DIGIT));
	mask.identity.id = 0x1234567F;
	assert_true(search_mask_has_wild_digit(&mask, SEARCH_DIGIT));
	mask.identity.id = 0x12345670;
	assert_false(search_mask_has_wild_digit(&mask, SEARCH_DIGIT));
	assert_true(search_mask_has_wild_digit(&mask, SEARCH_FABRICATION));
}

static void digits_have_fifteen_values_and_bytes_255(void **state)
{
	(void)state;
	assert_int_equal(search_place_values(SEARCH_DIGIT + 3), 15);
	assert_int_equal(search_place_values(SEARCH_FABRICATION + 7), 15);
	assert_int_equal(search_place_values(SEARCH_MAKER_LOW), 255);
}

static void a_mask_lies_within_a_wider_one(void **state)
{
	(void)state;
	struct search_mask any = search_mask_any();
	struct search_mask five = search_mask_with(&any, SEARCH_DIGIT + 7, 5);
	struct search_mask narrow = search_mask_with(&five, SEARCH_DIGIT, 1);
	struct search_mask six = search_mask_with(&any, SEARCH_DIGIT + 7, 6);
	assert_true(search_mask_within(&narrow, &five));
	assert_true(search_mask_within(&five, &five));
	assert_false(search_mask_within(&five, &narrow));
	assert_false(search_mask_within(&narrow, &six));
}

static void a_selection_has_eight_bytes(void **state)
{
	(void)state;
	const struct mg_identity identity = { 0x12345678, 0x4024, 0x01, 0x07 };
	const uint8_t expected[] = { 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07 };
	struct search_mask mask = search_mask_of(&identity);
	uint8_t bytes[SEARCH_MASK_BYTES];
	assert_int_equal(search_mask_put(&mask, bytes), 8);
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void an_enhanced_one_has_the_fabrication_number_too(void **state)
{
	(void)state;
	const uint8_t expected[] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0C,
		0x78, 0xFF, 0xFF, 0xFF, 0x1F };
	struct search_mask mask = search_mask_any();
	uint8_t bytes[SEARCH_MASK_BYTES];
	mask.enhanced = true;
	mask = search_mask_with(&mask, SEARCH_FABRICATION, 1);
	assert_int_equal(search_mask_put(&mask, bytes), 14);
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void the_bytes_of_a_header_have_the_same_places(void **state)
{
	(void)state;
	const uint8_t bytes[8] = { 0x78, 0x56, 0x34, 0x12, 0x2D, 0x2C, 0x10, 0x04 };
	assert_int_equal(search_place_in(bytes, SEARCH_DIGIT + 1), 2);
	assert_int_equal(search_place_in(bytes, SEARCH_VERSION), 0x10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read_and_set),
		cmocka_unit_test(wild_digits_are_looked_for),
		cmocka_unit_test(digits_have_fifteen_values_and_bytes_255),
		cmocka_unit_test(a_mask_lies_within_a_wider_one),
		cmocka_unit_test(a_selection_has_eight_bytes),
		cmocka_unit_test(an_enhanced_one_has_the_fabrication_number_too),
		cmocka_unit_test(the_bytes_of_a_header_have_the_same_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
