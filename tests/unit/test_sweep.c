/* SPDX-License-Identifier: MIT */
/* The sweep over primary addresses: what is asked next, whatever the answers are. */
#include "scan_bench.h"

#include "scan/sweep.h"
#include "scan/sweep_private.h"

#define NKE MG_C_SND_NKE
#define REQ (MG_C_REQ_UD2 | MG_C_FCB)

static void a_clean_line_is_asked_once(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(3, 5, 250);
	bench_begin(&b, &order);
	bench_step(&b, NKE, 3, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 250, EXCHANGE_SILENT, -1);
	/* Nothing was heard, so more time is given to what was asked in haste. */
	bench_step(&b, NKE, 3, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	assert_false(bench_ask(&b));
	assert_true(b.scan->done);
	assert_int_equal(b.scan->count, 0);
	assert_int_equal(b.told, 5);
	assert_int_equal(b.scan->progress.silent, 5);
	bench_end(&b);
}

static void little_time_is_enough_when_a_meter_shows_it(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(2, 3);
	bench_begin(&b, &order);
	assert_true(bench_ask(&b));
	assert_int_equal(b.exchange.ask.latency, SWEEP_HASTY_ALLOWANCE);
	bench_take(&b, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 3, EXCHANGE_ACK, FAST);
	bench_step(&b, NKE, 3, EXCHANGE_ACK, FAST);
	bench_step(&b, REQ, 3, EXCHANGE_DATA, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->count, 1);
	assert_int_equal(b.scan->found[0].address, 3);
	assert_int_equal(b.scan->found[0].state, SCAN_CONFIRMED);
	assert_false(b.scan->found[0].has_identity);
	assert_int_equal(b.scan->found[0].delay, FAST);
	assert_int_equal(b.scan->found[0].baud, 2400);
	bench_end(&b);
}

static void address_0_always_gets_a_request_for_data(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(0, 1);
	bench_begin(&b, &order);
	assert_true(bench_ask(&b));
	assert_int_equal(b.exchange.ask.listen, EXCHANGE_LISTEN_ALL);
	bench_take(&b, EXCHANGE_ACK, FAST);
	for (int i = 0; i < 3; i++) {
		bench_step(&b, REQ, 0, EXCHANGE_BAD, FAST);
	}
	bench_step(&b, NKE, 1, EXCHANGE_SILENT, -1);
	/* At the end it is asked once more, in case that was noise. */
	assert_int_equal(b.scan->count, 0);
	bench_step(&b, NKE, 0, EXCHANGE_ACK, FAST);
	for (int i = 0; i < 3; i++) {
		bench_step(&b, REQ, 0, EXCHANGE_BAD, FAST);
	}
	assert_int_equal(b.scan->count, 1);
	assert_int_equal(b.scan->found[0].state, SCAN_COLLISION);
	assert_string_equal(b.scan->found[0].note,
			"several meters answer to 0: a secondary scan tells them apart, then give "
			"them addresses of their own");
	/* Whether they are still there. */
	bench_step(&b, NKE, 0, EXCHANGE_BAD, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->progress.collisions, 1);
	bench_end(&b);

	bench_begin(&b, &order);
	bench_step(&b, NKE, 0, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 0, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 1, EXCHANGE_SILENT, -1);
	bench_end(&b);
}

static void a_meter_is_named_by_its_first_telegram(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(7);
	order.identify = true;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 7, EXCHANGE_ACK, FAST);
	assert_false(b.scan->task.yields);
	bench_data(&b, 7, 0x12345678);
	bench_step(&b, REQ, 7, EXCHANGE_DATA, FAST);
	assert_true(b.scan->task.yields);
	assert_false(bench_ask(&b));
	const struct scan_found *found = &b.scan->found[0];
	assert_int_equal(found->address, 7);
	assert_true(found->has_identity);
	assert_int_equal(found->identity.id, 0x12345678);
	assert_int_equal(found->identity.manufacturer, 0x2C2D);
	assert_int_equal(found->header, MG_HEADER_LONG);
	assert_string_equal(found->note, "");
	bench_end(&b);
}

static void a_meter_that_gives_no_data_is_mute(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(7, 8);
	order.identify = true;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 7, EXCHANGE_ACK, FAST);
	bench_step(&b, REQ, 7, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 7, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 7, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 8, EXCHANGE_ACK, FAST);
	bench_step(&b, REQ, 8, EXCHANGE_ACK, FAST);
	bench_step(&b, REQ, 8, EXCHANGE_ACK, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->count, 2);
	assert_int_equal(b.scan->found[0].state, SCAN_MUTE);
	assert_string_equal(b.scan->found[0].note, "acknowledges, but gives no data");
	assert_int_equal(b.scan->found[1].state, SCAN_MUTE);
	assert_string_equal(
			b.scan->found[1].note, "acknowledges, but has no data now: ask again later");
	bench_end(&b);
}

static void another_address_in_the_answer_is_said(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(5);
	order.identify = true;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 5, EXCHANGE_ACK, FAST);
	for (int i = 0; i < 2; i++) {
		assert_true(bench_ask(&b));
		bench_data(&b, 9, 0x11111111);
		exchange_abort(&b.exchange, b.now);
		b.exchange.outcome = EXCHANGE_BAD;
		b.exchange.first_at = b.exchange.sent_at + FAST;
		b.exchange.failure =
				(struct exchange_failure){ .trouble = EXCHANGE_TROUBLE_ADDRESS, .a = 9 };
		b.scan->task.ops->take(&b.scan->task, b.now);
	}
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->found[0].address, 5);
	assert_int_equal(b.scan->found[0].identity.id, 0x11111111);
	assert_string_equal(b.scan->found[0].note, "answers to 5, but says that it is 9: set "
											   "its address anew, or read it by its "
											   "secondary address");
	bench_end(&b);
}

/* The ACK at 5 is the late one of 4: nobody is at 5. */
static void a_late_answer_is_given_to_whom_it_belongs(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(4, 5, 6);
	bench_begin(&b, &order);
	bench_step(&b, NKE, 4, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_ACK, 70000);
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	assert_true(bench_ask(&b));
	assert_int_equal(bench_a(&b), 4);
	assert_int_equal(b.exchange.ask.window, 187500 + 500000);
	bench_take(&b, EXCHANGE_ACK, 400000);
	bench_step(&b, NKE, 4, EXCHANGE_ACK, 400000);
	assert_int_equal(b.scan->count, 1);
	assert_int_equal(b.scan->found[0].address, 4);
	assert_string_equal(b.scan->found[0].note,
			"answers after 400 ms, later than the standard allows: give its bus a longer "
			"latency");
	/* 5 is given as much time: the answer could have been its own, too. */
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 6, EXCHANGE_SILENT, -1);
	bench_end(&b);
}

static void an_answer_sooner_than_any_is_of_somebody_else(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(4, 5);
	order.identify = true;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 4, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_ACK, 0);
	bench_step(&b, REQ, 5, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 5, EXCHANGE_SILENT, -1);
	assert_true(bench_ask(&b));
	assert_int_equal(bench_a(&b), 4);
	assert_int_equal(b.scan->count, 0);
	bench_end(&b);
}

/* Addresses 1, 3, 5 ... have meters; each ACK behind a silent one is asked for again. */
static void prove(struct scan_bench *b, int meters)
{
	struct scan_order order = { .kind = SCAN_PRIMARY };
	memset(order.addresses, 0xFF, 4);
	bench_begin(b, &order);
	bench_step(b, NKE, 0, EXCHANGE_SILENT, -1);
	bench_step(b, REQ, 0, EXCHANGE_SILENT, -1);
	for (int a = 1; a < 2 * meters; a += 2) {
		bench_step(b, NKE, a, EXCHANGE_ACK, FAST);
		bench_step(b, NKE, a, EXCHANGE_ACK, FAST);
		bench_step(b, NKE, a + 1, EXCHANGE_SILENT, -1);
	}
}

static void where_all_proved_to_be_right_fast_answers_are_believed(void **state)
{
	(void)state;
	struct scan_bench b;
	prove(&b, 12);
	bench_step(&b, NKE, 25, EXCHANGE_ACK, FAST + 400);
	bench_step(&b, NKE, 26, EXCHANGE_SILENT, -1);
	/* Any that does not come at just that time may be a late one. */
	bench_step(&b, NKE, 27, EXCHANGE_ACK, FAST + 600);
	bench_step(&b, NKE, 27, EXCHANGE_ACK, FAST + 600);
	bench_step(&b, NKE, 28, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 29, EXCHANGE_ACK, FAST - 600);
	bench_step(&b, NKE, 29, EXCHANGE_ACK, FAST - 600);
	bench_end(&b);
	prove(&b, 11);
	bench_step(&b, NKE, 23, EXCHANGE_ACK, FAST);
	bench_step(&b, NKE, 23, EXCHANGE_ACK, FAST);
	bench_end(&b);
}

static void where_anything_came_late_no_answer_is_believed_at_once(void **state)
{
	(void)state;
	struct scan_bench b;
	prove(&b, 12);
	assert_true(bench_ask(&b));
	assert_int_equal(bench_a(&b), 25);
	b.counters.discarded_bytes++;
	bench_take(&b, EXCHANGE_SILENT, -1);
	for (int i = 0; i < 6 && bench_ask(&b) && bench_a(&b) < 27; i++) {
		bench_take(&b, EXCHANGE_SILENT, -1);
	}
	bench_step(&b, NKE, 27, EXCHANGE_ACK, FAST);
	bench_step(&b, NKE, 27, EXCHANGE_ACK, FAST);
	bench_end(&b);
}

/* The last address may answer after its window, too, when there is another pass. */
static void a_late_answer_of_the_last_address_is_not_that_of_the_first(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(2, 250);
	order.repeats = 1;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 2, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 2, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 250, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 250, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 2, EXCHANGE_ACK, 130000);
	bench_step(&b, REQ, 2, EXCHANGE_SILENT, -1);
	for (int i = 0; i < 12 && bench_ask(&b) && bench_a(&b) == 2; i++) {
		bench_take(&b, EXCHANGE_SILENT, -1);
	}
	assert_int_equal(bench_a(&b), 250);
	assert_int_equal(b.exchange.ask.window, 187500 + 500000);
	assert_int_equal(b.scan->count, 0);
	bench_end(&b);
}

static void damage_makes_another_pass_over_the_silent(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(2, 3);
	bench_begin(&b, &order);
	bench_step(&b, NKE, 2, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 3, EXCHANGE_BAD, FAST);
	bench_step(&b, NKE, 3, EXCHANGE_ACK, FAST);
	/* What was damaged once is read, to see whether there are two. */
	bench_data(&b, 3, 0x00000003);
	bench_step(&b, REQ, 3, EXCHANGE_DATA, FAST);
	assert_int_equal(b.scan->count, 1);
	bench_step(&b, NKE, 2, EXCHANGE_ACK, FAST);
	assert_int_equal(b.scan->count, 2);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->progress.damaged, 1);
	bench_end(&b);
}

static void noise_at_an_empty_address_is_no_meter(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(2);
	bench_begin(&b, &order);
	bench_step(&b, NKE, 2, EXCHANGE_BAD, FAST);
	bench_step(&b, NKE, 2, EXCHANGE_SILENT, -1);
	bench_step(&b, NKE, 2, EXCHANGE_SILENT, -1);
	for (int i = 0; i < 40 && bench_ask(&b); i++) {
		bench_take(&b, EXCHANGE_SILENT, -1);
	}
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->count, 0);
	bench_end(&b);
}

static void collisions_are_found_by_the_acknowledgement_too(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(20);
	bench_begin(&b, &order);
	for (int i = 0; i < 12; i++) {
		bench_step(&b, i % 6 < 3 ? NKE : REQ, 20, EXCHANGE_BAD, FAST);
	}
	bench_step(&b, NKE, 20, EXCHANGE_BAD, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->found[0].state, SCAN_COLLISION);
	bench_end(&b);
}

static void a_thorough_sweep_asks_the_silent_for_data(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(2);
	order.repeats = 1;
	bench_begin(&b, &order);
	bench_step(&b, NKE, 2, EXCHANGE_SILENT, -1);
	bench_step(&b, REQ, 2, EXCHANGE_SILENT, -1);
	bench_data(&b, 2, 0x00000002);
	bench_step(&b, REQ, 2, EXCHANGE_DATA, FAST);
	assert_false(bench_ask(&b));
	assert_int_equal(b.scan->count, 1);
	assert_string_equal(
			b.scan->found[0].note, "did not acknowledge SND_NKE, answered REQ_UD2");
	bench_end(&b);
}

static void a_transport_that_does_not_send_ends_it(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(2);
	bench_begin(&b, &order);
	for (int i = 0; i < 3; i++) {
		assert_true(bench_ask(&b));
		exchange_abort(&b.exchange, b.now);
		b.exchange.outcome = EXCHANGE_BAD;
		b.exchange.failure =
				(struct exchange_failure){ .trouble = EXCHANGE_TROUBLE_STALL };
		b.scan->task.ops->take(&b.scan->task, b.now);
	}
	assert_false(bench_ask(&b));
	assert_false(b.scan->done);
	assert_string_equal(b.scan->reason, "the transport does not send: the request to "
										"address 2 was held back 3 times");
	bench_end(&b);
}

static void a_speed_of_its_own_is_used(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(2);
	order.bauds[0] = 9600;
	order.baud_count = 1;
	bench_begin(&b, &order);
	assert_true(bench_ask(&b));
	assert_int_equal(b.exchange.ask.baud, 9600);
	assert_int_equal(b.scan->progress.baud, 9600);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_line_is_asked_once),
		cmocka_unit_test(little_time_is_enough_when_a_meter_shows_it),
		cmocka_unit_test(address_0_always_gets_a_request_for_data),
		cmocka_unit_test(a_meter_is_named_by_its_first_telegram),
		cmocka_unit_test(a_meter_that_gives_no_data_is_mute),
		cmocka_unit_test(another_address_in_the_answer_is_said),
		cmocka_unit_test(a_late_answer_is_given_to_whom_it_belongs),
		cmocka_unit_test(an_answer_sooner_than_any_is_of_somebody_else),
		cmocka_unit_test(where_all_proved_to_be_right_fast_answers_are_believed),
		cmocka_unit_test(where_anything_came_late_no_answer_is_believed_at_once),
		cmocka_unit_test(a_late_answer_of_the_last_address_is_not_that_of_the_first),
		cmocka_unit_test(damage_makes_another_pass_over_the_silent),
		cmocka_unit_test(noise_at_an_empty_address_is_no_meter),
		cmocka_unit_test(collisions_are_found_by_the_acknowledgement_too),
		cmocka_unit_test(a_thorough_sweep_asks_the_silent_for_data),
		cmocka_unit_test(a_transport_that_does_not_send_ends_it),
		cmocka_unit_test(a_speed_of_its_own_is_used),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
