/* SPDX-License-Identifier: MIT */
/* What the sum of several headers tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_evidence.h"

/* 12345678.KAM.10.04 and 16345270.KAM.10.04: digits 2 and 6, 8 and 0, 6 and 2 differ. */
static const uint8_t sum[] = { 0x68, 0x1A, 0x1A, 0x68, 0x08, 0x00, 0x72, 0x70, 0x52, 0x34,
	0x12, 0x2D, 0x2C, 0x10, 0x04 };

static void the_sum_of_two_headers_is_read(void **state)
{
	(void)state;
	struct search_evidence evidence;
	struct search_mask any = search_mask_any();
	bool foreign = true;
	assert_true(search_evidence_read(&evidence, sum, sizeof(sum), &any, &foreign));
	assert_true(evidence.valid);
	assert_false(foreign);
	assert_int_equal(search_place_in(evidence.all, SEARCH_DIGIT + 1), 2);
}

static void a_value_without_the_common_bits_is_excluded(void **state)
{
	(void)state;
	struct search_evidence evidence;
	struct search_mask any = search_mask_any();
	bool foreign;
	search_evidence_read(&evidence, sum, sizeof(sum), &any, &foreign);
	assert_true(search_evidence_allows(&evidence, SEARCH_DIGIT + 1, 2));
	assert_true(search_evidence_allows(&evidence, SEARCH_DIGIT + 1, 6));
	assert_false(search_evidence_allows(&evidence, SEARCH_DIGIT + 1, 4));
	assert_false(search_evidence_allows(&evidence, SEARCH_DIGIT + 1, 9));
	/* The last digit has no bit in common. */
	assert_true(search_evidence_allows(&evidence, SEARCH_DIGIT + 7, 5));
	assert_true(search_evidence_allows(&evidence, SEARCH_FABRICATION, 5));
}

static void nothing_is_excluded_without_evidence(void **state)
{
	(void)state;
	const struct search_evidence none = { .valid = false, .all = { 0xFF } };
	assert_true(search_evidence_allows(&none, SEARCH_DIGIT + 7, 0));
}

static void a_digit_of_zero_splits_best(void **state)
{
	(void)state;
	struct search_evidence evidence;
	struct search_mask any = search_mask_any();
	bool foreign;
	search_evidence_read(&evidence, sum, sizeof(sum), &any, &foreign);
	assert_true(search_evidence_spread(&evidence, 7) == 51);
	assert_true(search_evidence_spread(&evidence, 0) == 17);
	assert_true(search_evidence_spread(&evidence, 1) == 9);
	assert_true(search_evidence_spread(&evidence, 2) == 1);
}

static void one_meter_has_a_manufacturer(void **state)
{
	(void)state;
	struct search_evidence evidence = { .valid = true,
		.all = { 0x70, 0x52, 0x34, 0x12, 0x2D, 0x2C, 0x10, 0x04 } };
	assert_true(search_evidence_is_plausible(&evidence)); /* KAM */
	evidence.all[5] = 0x20;
	assert_false(search_evidence_is_plausible(&evidence));
	evidence.all[5] = 0x2C;
	evidence.valid = false;
	assert_false(search_evidence_is_plausible(&evidence));
}

static void a_header_of_others_is_foreign(void **state)
{
	(void)state;
	struct search_evidence evidence;
	struct search_mask mask = search_mask_any();
	bool foreign = false;
	mask.identity.id = 0x2FFFFFFF;
	assert_false(search_evidence_read(&evidence, sum, sizeof(sum), &mask, &foreign));
	assert_true(foreign);
	assert_false(evidence.valid);
}

static void garbage_is_no_evidence(void **state)
{
	(void)state;
	struct search_evidence evidence;
	struct search_mask any = search_mask_any();
	bool foreign = true;
	uint8_t bytes[sizeof(sum)];
	/* Start, L twice, start again, C, CI. */
	static const size_t parts[] = { 0, 1, 3, 4, 6 };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		memcpy(bytes, sum, sizeof(sum));
		bytes[parts[i]] ^= 0x04;
		assert_false(
				search_evidence_read(&evidence, bytes, sizeof(bytes), &any, &foreign));
		assert_false(foreign);
	}
	assert_false(search_evidence_read(&evidence, sum, sizeof(sum) - 1, &any, &foreign));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sum_of_two_headers_is_read),
		cmocka_unit_test(a_value_without_the_common_bits_is_excluded),
		cmocka_unit_test(nothing_is_excluded_without_evidence),
		cmocka_unit_test(a_digit_of_zero_splits_best),
		cmocka_unit_test(one_meter_has_a_manufacturer),
		cmocka_unit_test(a_header_of_others_is_foreign),
		cmocka_unit_test(garbage_is_no_evidence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
