/* SPDX-License-Identifier: MIT */
/* A line on which nothing was damaged is checked before silence is believed. */
#include "scan_bench.h"

#include "scan/sweep.h"
#include "scan/sweep_private.h"

#define NKE MG_C_SND_NKE
#define REQ (MG_C_REQ_UD2 | MG_C_FCB)

/* Nobody at 2, a meter at 3. */
static void begin(struct scan_bench *b)
{
	const struct scan_order order = ADDRESSES(2, 3);
	bench_begin(b, &order);
	bench_step(b, NKE, 2, EXCHANGE_SILENT, -1);
	bench_step(b, NKE, 3, EXCHANGE_ACK, FAST);
	bench_step(b, NKE, 3, EXCHANGE_ACK, FAST);
	assert_int_equal(b->scan->count, 1);
}

static void a_whole_telegram_shows_a_good_line(void **state)
{
	(void)state;
	struct scan_bench b;
	begin(&b);
	bench_step(&b, REQ, 3, EXCHANGE_DATA, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->count, 1);
	bench_end(&b);
}

static void a_damaged_telegram_makes_a_second_pass(void **state)
{
	(void)state;
	struct scan_bench b;
	begin(&b);
	bench_step(&b, REQ, 3, EXCHANGE_BAD, FAST);
	bench_step(&b, NKE, 2, EXCHANGE_ACK, FAST);
	assert_int_equal(b.scan->count, 2);
	assert_int_equal(b.scan->found[1].address, 2);
	assert_int_equal(b.scan->found[1].state, SCAN_CONFIRMED);
	bench_end(&b);
}

static void a_meter_without_data_says_nothing_of_the_line(void **state)
{
	(void)state;
	struct scan_bench b;
	begin(&b);
	bench_step(&b, REQ, 3, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 3, EXCHANGE_ACK, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->count, 1);
	assert_int_equal(b.scan->found[0].state, SCAN_CONFIRMED);
	bench_end(&b);
}

static void telegrams_that_were_asked_for_are_check_enough(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(2, 3);
	order.identify = true;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 2, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 3, EXCHANGE_ACK, FAST);
	assert_true(bench_ask(&b));
	bench_data(&b, 3, 0x12345678);
	bench_take(&b, EXCHANGE_DATA, FAST);
	assert_false(bench_ask(&b));
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_telegram_shows_a_good_line),
		cmocka_unit_test(a_damaged_telegram_makes_a_second_pass),
		cmocka_unit_test(a_meter_without_data_says_nothing_of_the_line),
		cmocka_unit_test(telegrams_that_were_asked_for_are_check_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
