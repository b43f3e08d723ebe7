/* SPDX-License-Identifier: MIT */
/* What is said of meters that cannot be told apart. */
#include "search_bench.h"

#define KAM 0x2C2D

static const struct scan_found *only(const struct search_bench *b)
{
	assert_int_equal(b->scan.scan->count, 1);
	return &b->scan.scan->found[0];
}

static void begin_twins(
		struct search_bench *b, const struct scan_order *order, size_t count)
{
	memset(b, 0, sizeof(*b));
	bench_begin(&b->scan, order);
	for (size_t i = 0; i < count; i++) {
		bench_meter(b, 0x12345678, KAM, 0x10, 0x04);
	}
}

static void twins_are_a_collision(void **state)
{
	(void)state;
	struct search_bench b;
	const struct scan_order order = search_order();
	begin_twins(&b, &order, 2);
	bench_run(&b);
	assert_int_equal(only(&b)->state, SCAN_COLLISION);
	assert_int_equal(only(&b)->identity.id, 0x12345678);
	assert_int_equal(only(&b)->identity.manufacturer, KAM);
	assert_int_equal(only(&b)->address, -1);
	assert_string_equal(only(&b)->note,
			"several meters with this identity answer at once: connect one at a time and "
			"give them other numbers");
	bench_end(&b.scan);
}

static void their_fabrication_numbers_are_told(void **state)
{
	(void)state;
	struct search_bench b;
	const struct scan_order order = search_order();
	begin_twins(&b, &order, 2);
	b.meters[0].has_fabrication = b.meters[1].has_fabrication = true;
	b.meters[0].fabrication = 0x10000001;
	b.meters[1].fabrication = 0x10000002;
	bench_run(&b);
	assert_int_equal(only(&b)->state, SCAN_COLLISION);
	assert_string_equal(only(&b)->note,
			"2 meters with this identity; fabrication numbers: xxxxxxx1, xxxxxxx2");
	bench_end(&b.scan);
}

static void of_many_only_some_are_named(void **state)
{
	(void)state;
	struct search_bench b;
	const struct scan_order order = search_order();
	begin_twins(&b, &order, 6);
	for (size_t i = 0; i < 6; i++) {
		b.meters[i].has_fabrication = true;
		b.meters[i].fabrication = (uint32_t)i;
	}
	bench_run(&b);
	assert_string_equal(only(&b)->note,
			"6 meters with this identity; fabrication numbers: xxxxxxx0, xxxxxxx1, "
			"xxxxxxx2, xxxxxxx3, ...");
	bench_end(&b.scan);
}

static void others_beside_them_are_found_all_the_same(void **state)
{
	(void)state;
	struct search_bench b;
	const struct scan_order order = search_order();
	begin_twins(&b, &order, 2);
	bench_meter(&b, 0x12345679, KAM, 0x10, 0x04);
	bench_meter(&b, 0x12345688, KAM, 0x10, 0x04);
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 3);
	assert_int_equal(bench_by_id(&b, 0x12345678)->state, SCAN_COLLISION);
	assert_int_equal(bench_by_id(&b, 0x12345679)->state, SCAN_CONFIRMED);
	assert_int_equal(bench_by_id(&b, 0x12345688)->state, SCAN_CONFIRMED);
	bench_end(&b.scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twins_are_a_collision),
		cmocka_unit_test(their_fabrication_numbers_are_told),
		cmocka_unit_test(of_many_only_some_are_named),
		cmocka_unit_test(others_beside_them_are_found_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
