/* SPDX-License-Identifier: MIT */
/* What a search learns of the line, and how it asks then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "scan/search_private.h"

struct bench {
	struct search search;
	struct scan scan;
	struct timing timing;
	struct bus_counters counters;
	struct exchange exchange;
};

static void begin(struct bench *b, int64_t latency)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	memset(b, 0, sizeof(*b));
	timing_init(&b->timing, &line, latency);
	exchange_init(&b->exchange, &b->timing, &b->counters);
	b->scan.exchange = &b->exchange;
	b->search.scan = &b->scan;
	b->search.way = -1;
	b->search.phase = SEARCH_TREE;
}

/* The first byte came `first` µs after the request, the last one `last`. */
static void hears(struct bench *b, enum search_step step, enum exchange_outcome outcome,
		int64_t first, int64_t last)
{
	b->exchange.outcome = outcome;
	b->exchange.sent_at = 1000000;
	b->exchange.first_at = 1000000 + first;
	b->exchange.last_at = 1000000 + last;
	b->exchange.heard_size = outcome == EXCHANGE_ACK ? 1 : 3;
	search_learn(&b->search, step, outcome);
}

static void the_fastest_answer_bounds_the_way(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	assert_int_equal(search_learn_allowance(&b.search), 0);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 14584, 19168);
	/* 10 ms more than 11 bits, and 3 ms for our own clock. */
	assert_int_equal(search_learn_allowance(&b.search), 13000);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 50000, 54584);
	assert_int_equal(search_learn_allowance(&b.search), 13000);
}

static void a_configured_latency_is_left_alone(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 40);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 4600, 9200);
	assert_int_equal(search_learn_allowance(&b.search), 0);
}

static void a_fast_search_waits_for_the_slowest_and_some_more(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	b.scan.order.fast = true;
	assert_false(search_learn_plan(&b.search).fast);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_BAD, 10000, 84584);
	const struct search_plan plan = search_learn_plan(&b.search);
	assert_true(plan.fast);
	assert_int_equal(plan.window, 100000); /* 80 ms and a quarter */
	assert_int_equal(plan.listen, 100000);
}

static void a_complete_one_does_not(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 4600, 9200);
	const struct search_plan plan = search_learn_plan(&b.search);
	assert_false(plan.fast);
	assert_int_equal(plan.window, 0);
	assert_int_equal(plan.sends, 1);
	assert_int_equal(plan.hurry, 0);
}

static void meters_that_are_too_slow_widen_the_window(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_BAD, 4600, 284584);
	assert_int_equal(b.search.late, 0); /* the way may be as long */
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 4584, 9168);
	assert_int_equal(b.search.late, 350000);
	assert_int_equal(search_learn_plan(&b.search).window, 350000);
	assert_int_equal(search_learn_plan(&b.search).late, 350000);
}

static void damage_brings_repeats(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 4584, 9168);
	search_noise_note(&b.search.noise, 10000, true);
	for (int i = 0; i < 98; i++) {
		search_noise_note(&b.search.noise, 0, true);
	}
	b.scan.count = 20;
	const struct search_plan plan = search_learn_plan(&b.search);
	assert_true(plan.noisy && plan.damages);
	assert_int_equal(plan.sends, 5);
	b.scan.count = 0;
}

static void repeats_are_short_once_all_meters_were_heard(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 4584, 9168);
	search_noise_note(&b.search.noise, 18, true);
	assert_int_equal(search_learn_plan(&b.search).hurry, 0);
	b.search.heard_out = true;
	b.search.depth = 1;
	assert_int_equal(search_learn_plan(&b.search).hurry, 0);
	b.search.depth = 2;
	assert_int_equal(search_learn_plan(&b.search).hurry, 13751); /* 11 and 22 bits */
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_BAD, 4584, 184584);
	assert_int_equal(search_learn_plan(&b.search).hurry, 0);
}

static void one_parity_error_shows_that_they_are_told(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	hears(&b, SEARCH_STEP_READ, EXCHANGE_BAD, 4584, 9168);
	assert_false(b.search.parity);
	b.exchange.failure.rx_flags = MG_RX_PARITY;
	hears(&b, SEARCH_STEP_READ, EXCHANGE_BAD, 4584, 9168);
	assert_true(b.search.parity);
}

static void repeats_that_were_asked_for_are_made(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	b.scan.order.repeats = 2;
	assert_int_equal(search_learn_sends(&b.search), 3);
}

static void zeros_are_meters_where_silence_is_without_a_byte(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	b.exchange.outcome = EXCHANGE_SILENT;
	b.exchange.heard_size = 1;
	assert_int_equal(search_learn_outcome(&b.search), EXCHANGE_SILENT);
	search_learn_hush(&b.search);
	assert_int_equal(search_learn_outcome(&b.search), EXCHANGE_SILENT);
	b.exchange.heard_size = 0;
	search_learn_hush(&b.search);
	b.exchange.heard_size = 1;
	assert_int_equal(search_learn_outcome(&b.search), EXCHANGE_BAD);
	b.exchange.outcome = EXCHANGE_ACK;
	assert_int_equal(search_learn_outcome(&b.search), EXCHANGE_ACK);
	b.exchange.heard_size = 2;
	assert_int_equal(search_learn_outcome(&b.search), EXCHANGE_BAD);
}

static void a_meter_that_varies_makes_the_search_careful(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	b.search.visit.delay = 4600;
	hears(&b, SEARCH_STEP_EXACT, EXCHANGE_ACK, 5000, 9600);
	assert_false(b.search.jittery);
	hears(&b, SEARCH_STEP_EXACT, EXCHANGE_ACK, 5600, 10200);
	assert_true(b.search.jittery);
}

static void slower_meters_are_given_time_after_a_collision(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 20);
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_BAD, 4600, 20000);
	/* 330 bits and 50 ms, the way, and 11 bits of rest. */
	assert_int_equal(b.search.quiet_until, 1000000 + 187500 + 20000 + 4584);
}

static void meters_in_step_are_known(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, BUS_LATENCY_AUTO);
	assert_false(search_learn_in_step(&b.search));
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 4600, 9184);
	assert_true(search_learn_in_step(&b.search));
	hears(&b, SEARCH_STEP_SELECT, EXCHANGE_ACK, 6600, 11184);
	assert_false(search_learn_in_step(&b.search));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fastest_answer_bounds_the_way),
		cmocka_unit_test(a_configured_latency_is_left_alone),
		cmocka_unit_test(a_fast_search_waits_for_the_slowest_and_some_more),
		cmocka_unit_test(a_complete_one_does_not),
		cmocka_unit_test(meters_that_are_too_slow_widen_the_window),
		cmocka_unit_test(damage_brings_repeats),
		cmocka_unit_test(repeats_are_short_once_all_meters_were_heard),
		cmocka_unit_test(one_parity_error_shows_that_they_are_told),
		cmocka_unit_test(repeats_that_were_asked_for_are_made),
		cmocka_unit_test(zeros_are_meters_where_silence_is_without_a_byte),
		cmocka_unit_test(a_meter_that_varies_makes_the_search_careful),
		cmocka_unit_test(slower_meters_are_given_time_after_a_collision),
		cmocka_unit_test(meters_in_step_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
