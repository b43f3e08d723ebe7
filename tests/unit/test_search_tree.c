/* SPDX-License-Identifier: MIT */
/* Masks that several meters answer to are split until each stands alone. */
#include "search_bench.h"

#define KAM 0x2C2D
#define LUG 0x32A7

static void search(struct search_bench *b, const struct scan_order *order)
{
	struct search_bench kept = *b;
	bench_begin(&b->scan, order);
	memcpy(b->meters, kept.meters, sizeof(b->meters));
	bench_run(b);
	assert_true(b->scan.scan->done);
}

static void meters_of_one_number_are_told_apart(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	bench_meter(&b, 0x12345678, LUG, 0x10, 0x04);
	bench_meter(&b, 0x12345678, KAM, 0x11, 0x04);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x16);
	bench_meter(&b, 0x12345678, KAM + 1, 0x10, 0x04);
	search(&b, &order);
	assert_int_equal(b.scan.scan->count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(b.scan.scan->found[i].state, SCAN_CONFIRMED);
	}
	bench_end(&b.scan);
}

static void hexadecimal_digits_are_tried_when_asked_for(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	struct scan_order order = search_order();
	order.hex = true;
	bench_meter(&b, 0x1234567A, KAM, 0x10, 0x04);
	bench_meter(&b, 0x1234567E, KAM, 0x10, 0x04);
	bench_meter(&b, 0x12345671, KAM, 0x10, 0x04);
	search(&b, &order);
	assert_int_equal(b.scan.scan->count, 3);
	bench_end(&b.scan);
}

static void they_are_tried_where_something_answered_and_nothing_was_found(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_meter(&b, 0x1234567A, KAM, 0x10, 0x04);
	search(&b, &order);
	assert_int_equal(b.scan.scan->count, 1);
	assert_non_null(bench_by_id(&b, 0x1234567A));
	bench_end(&b.scan);
}

static void a_lost_acknowledgement_is_missed_and_asked_for_again(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345670, KAM, 0x10, 0x04);
	bench_meter(&b, 0x12345690, LUG, 0x11, 0x07);
	while (b.reads == 0) {
		assert_true(bench_turn(&b));
	}
	/* Both answered to digit 0 at the end; now the first one of them is not heard. */
	b.lose = 8;
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 2);
	bench_end(&b.scan);
}

static void every_digit_of_a_fast_search_that_fails_is_asked_after_all(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	struct scan_order order = search_order();
	order.fast = true;
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x71999975, KAM, 0x10, 0x04);
	bench_meter(&b, 0x75999975, LUG, 0x02, 0x07);
	while (b.reads == 0) {
		assert_true(bench_turn(&b));
	}
	b.lose = 1;
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 2);
	bench_end(&b.scan);
}

static void meters_without_a_name_get_their_number_from_the_mask(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	b.meters[0].nameless = true;
	search(&b, &order);
	assert_int_equal(b.scan.scan->count, 1);
	const struct scan_found *found = &b.scan.scan->found[0];
	assert_int_equal(found->state, SCAN_CONFIRMED);
	assert_int_equal(found->identity.id, 0x12345678);
	assert_int_equal(found->identity.manufacturer, UINT16_MAX);
	assert_string_equal(found->note,
			"answers without an identity (CI 78): can be selected by its number only");
	bench_end(&b.scan);
}

static void a_mute_meter_is_named_by_its_number(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	b.meters[0].mute = true;
	search(&b, &order);
	assert_int_equal(b.scan.scan->count, 1);
	assert_int_equal(b.scan.scan->found[0].state, SCAN_MUTE);
	assert_int_equal(b.scan.scan->found[0].identity.id, 0x12345678);
	assert_string_equal(
			b.scan.scan->found[0].note, "acknowledges its selection, but gives no data");
	bench_end(&b.scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meters_of_one_number_are_told_apart),
		cmocka_unit_test(hexadecimal_digits_are_tried_when_asked_for),
		cmocka_unit_test(they_are_tried_where_something_answered_and_nothing_was_found),
		cmocka_unit_test(a_lost_acknowledgement_is_missed_and_asked_for_again),
		cmocka_unit_test(every_digit_of_a_fast_search_that_fails_is_asked_after_all),
		cmocka_unit_test(meters_without_a_name_get_their_number_from_the_mask),
		cmocka_unit_test(a_mute_meter_is_named_by_its_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
