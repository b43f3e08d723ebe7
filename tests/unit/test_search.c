/* SPDX-License-Identifier: MIT */
/* The search as a whole: what it asks for, and what it finds. */
#include "search_bench.h"

#define KAM 0x2C2D
#define LUG 0x32A7

static void it_begins_with_resets_and_everything(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_begin(&b.scan, &order);
	assert_true(bench_ask(&b.scan));
	assert_int_equal(bench_c(&b.scan), 0x40);
	assert_int_equal(bench_a(&b.scan), 255);
	/* Rests as after a failure; who answers has the window of the next one for it. */
	assert_int_equal(b.scan.exchange.ask.window, 13750);
	bench_take(&b.scan, EXCHANGE_SENT, -1);
	assert_true(bench_ask(&b.scan));
	assert_int_equal(bench_c(&b.scan), 0x40);
	assert_int_equal(bench_a(&b.scan), 253);
	assert_int_equal(b.scan.exchange.ask.window, 0);
	assert_int_equal(b.scan.exchange.ask.listen, EXCHANGE_LISTEN_ALL);
	bench_take(&b.scan, EXCHANGE_SILENT, -1);
	assert_true(bench_ask(&b.scan));
	const uint8_t everything[] = { 0x68, 0x0B, 0x0B, 0x68, 0x53, 0xFD, 0x52, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x9A, 0x16 };
	assert_int_equal(b.scan.exchange.request_size, sizeof(everything));
	assert_memory_equal(b.scan.exchange.request, everything, sizeof(everything));
	bench_end(&b.scan);
}

static void an_empty_bus_is_asked_several_times(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_begin(&b.scan, &order);
	bench_run(&b);
	assert_int_equal(b.selections, 6);
	assert_int_equal(b.scan.scan->count, 0);
	assert_true(b.scan.scan->done);
	bench_end(&b.scan);
}

static void each_meter_is_found_and_selected_exactly(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	bench_meter(&b, 0x12345679, LUG, 0x02, 0x07);
	bench_meter(&b, 0x87650001, KAM, 0x10, 0x04);
	bench_run(&b);
	assert_true(b.scan.scan->done);
	assert_int_equal(b.scan.scan->count, 3);
	for (size_t i = 0; i < b.count; i++) {
		const struct scan_found *found = bench_by_id(&b, b.meters[i].identity.id);
		assert_non_null(found);
		assert_int_equal(found->state, SCAN_CONFIRMED);
		assert_int_equal(found->identity.manufacturer, b.meters[i].identity.manufacturer);
		assert_int_equal(found->address, (int)i + 1);
		assert_int_equal(found->header, MG_HEADER_LONG);
		assert_int_equal(found->delay, FAST);
	}
	assert_int_equal(b.exact, 3);
	bench_end(&b.scan);
}

/* Of 1 and 5 the sum is 1, so the digit is odd: five values need not be asked for. */
static size_t selections_for_two(bool fast)
{
	struct search_bench b = { .count = 0 };
	struct scan_order order = search_order();
	order.fast = fast;
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x71999975, KAM, 0x10, 0x04);
	bench_meter(&b, 0x75999975, LUG, 0x02, 0x07);
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 2);
	assert_non_null(bench_by_id(&b, 0x71999975));
	assert_non_null(bench_by_id(&b, 0x75999975));
	bench_end(&b.scan);
	return b.selections;
}

static void a_fast_search_excludes_digits(void **state)
{
	(void)state;
	/* The last one asks whether what was found is still there. */
	assert_int_equal(selections_for_two(true), 19);
	assert_int_equal(selections_for_two(false), 24);
}

static void known_meters_take_one_selection_each(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct mg_identity known[] = { { 0x12345678, KAM, 0x10, 0x04 },
		{ 0x55555555, KAM, 0x10, 0x04 } };
	struct scan_order order = search_order();
	order.known = known;
	order.known_count = 2;
	order.known_only = true;
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 1);
	assert_true(b.scan.scan->found[0].known);
	/* One for the one that is there; the other one is not believed to be gone at once,
	   and never without a look whether the line still works. */
	assert_int_equal(b.selections, 6);
	assert_int_equal(b.reads, 0);
	bench_end(&b.scan);
}

static void a_known_meter_gets_its_address_when_it_is_read(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct mg_identity known[] = { { 0x12345678, KAM, 0x10, 0x04 } };
	struct scan_order order = search_order();
	order.known = known;
	order.known_count = 1;
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	bench_meter(&b, 0x12345671, KAM, 0x10, 0x04);
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 2);
	assert_true(bench_by_id(&b, 0x12345678)->known);
	assert_int_equal(bench_by_id(&b, 0x12345678)->address, 1);
	/* It was told when it was selected, and once more with its address. */
	assert_int_equal(b.scan.found, 3);
	assert_false(bench_by_id(&b, 0x12345671)->known);
	bench_end(&b.scan);
}

static void a_mask_leaves_out_what_does_not_fit(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	struct scan_order order = search_order();
	order.mask.id = 0x1234FFFF;
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	bench_meter(&b, 0x99345678, KAM, 0x10, 0x04);
	bench_run(&b);
	assert_int_equal(b.scan.scan->count, 1);
	assert_non_null(bench_by_id(&b, 0x12345678));
	bench_end(&b.scan);
}

static void the_bus_stays_ours_while_a_meter_is_selected(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	size_t held = 0;
	while (bench_turn(&b)) {
		if (b.scan.scan->task.yields) {
			continue;
		}
		/* Nothing but what the selection was for comes next. */
		assert_true(bench_ask(&b.scan));
		assert_int_equal(b.scan.exchange.request[1], 0x7B);
		bench_read(&b);
		held++;
	}
	assert_int_equal(held, 1);
	bench_end(&b.scan);
}

static void progress_is_told(void **state)
{
	(void)state;
	struct search_bench b = { .count = 0 };
	const struct scan_order order = search_order();
	bench_begin(&b.scan, &order);
	bench_meter(&b, 0x12345678, KAM, 0x10, 0x04);
	bench_run(&b);
	assert_int_equal(b.scan.scan->progress.probes, b.selections);
	assert_int_equal(b.scan.scan->progress.silent, 9);
	assert_int_equal(b.scan.scan->progress.found, 1);
	assert_int_equal(b.scan.scan->progress.left, 0);
	assert_true(b.scan.told > b.selections);
	bench_end(&b.scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_with_resets_and_everything),
		cmocka_unit_test(an_empty_bus_is_asked_several_times),
		cmocka_unit_test(each_meter_is_found_and_selected_exactly),
		cmocka_unit_test(a_fast_search_excludes_digits),
		cmocka_unit_test(known_meters_take_one_selection_each),
		cmocka_unit_test(a_known_meter_gets_its_address_when_it_is_read),
		cmocka_unit_test(a_mask_leaves_out_what_does_not_fit),
		cmocka_unit_test(the_bus_stays_ours_while_a_meter_is_selected),
		cmocka_unit_test(progress_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
