/* SPDX-License-Identifier: MIT */
/* One request and its answer, on a virtual clock. */
#include "exchange_bench.h"

static void test_a_reset_is_acknowledged(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t nke[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };
	setup(&f);
	ask_reset(&f);
	assert_int_equal(f.sent_size, sizeof(nke));
	assert_memory_equal(f.sent, nke, sizeof(nke));
	run_on(&f, 40000);
	come(&f, ack, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, 10000); /* two characters of silence */
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	assert_false(exchange_busy(&f.exchange));
	assert_int_equal(f.counters.answers, 1);
	assert_string_equal(text(&f), "");
}

static void test_two_acks_in_one_piece_are_a_crowd_too(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t two[] = { 0xE5, 0xE5 };
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, 40000);
	come(&f, two, 2);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
}

static void test_the_answer_is_awaited_from_the_last_bit_sent(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	int64_t begun = f.now;
	assert_int_equal(
			exchange_deadline(&f.exchange), begun + REQUEST_TIME + WINDOW + LATENCY);
	run_until(&f, begun + REQUEST_TIME + WINDOW + LATENCY - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
}

static void test_data_come_in_two_pieces(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, busy, 4);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, GAP - 1);
	come(&f, busy + 4, sizeof(busy) - 4);
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.link.frame.ci, 0x70);
	assert_int_equal(f.sends, 1);
}

static void test_a_frame_that_does_not_go_on_is_cut(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, WINDOW - 10000);
	come(&f, busy, 9);
	run_on(&f, GAP - 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.exchange.failure.received, 9);
	assert_int_equal(f.exchange.failure.missing, 1);
	assert_counted(&f);
}

static void test_a_slow_first_byte_is_not_cut_by_the_gap_timer(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, REQUEST_TIME + WINDOW);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
}

static void test_a_frame_with_a_wrong_checksum_ends_by_its_length(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t broken[sizeof(busy)];
	memcpy(broken, busy, sizeof(busy));
	broken[8] ^= 0xFF;
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, broken, 7);
	run_on(&f, 3 * CHARACTER);
	come(&f, broken + 7, 3);
	run_on(&f, REST - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
	run_on(&f, 100000);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_string_equal(text(&f), "");
	assert_int_equal(f.counters.bad_frames, 1);
	assert_counted(&f);
}

static void test_a_frame_with_a_parity_error_ends_by_its_length_too(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, busy, 6);
	come_so(&f, busy + 6, 1, MG_RX_PARITY);
	assert_int_equal(f.exchange.state, EXCHANGE_STATE_RECEIVE);
	run_on(&f, 3 * CHARACTER);
	come(&f, busy + 7, 3);
	run_on(&f, REST - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
}

static void test_what_comes_behind_a_broken_frame_is_waited_out(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t broken[sizeof(busy)];
	memcpy(broken, busy, sizeof(busy));
	broken[8] ^= 0xFF;
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, broken, sizeof(broken));
	run_on(&f, 10000);
	assert_int_equal(come(&f, broken, 3), 3);
	run_on(&f, GAP - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
}

static void test_one_broken_answer_among_silence_is_remembered(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t garbage[] = { 0x33 };
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, garbage, 1);
	run_on(&f, 3000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.sends, 3);
}

static void test_a_line_that_never_falls_silent_is_not_waited_for_for_ever(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t noise[] = { 0x55 };
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	for (int i = 0; i < 1000 && exchange_busy(&f.exchange); i++) {
		come(&f, noise, 1);
		run_on(&f, 20000);
	}
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.sends, 3);
}

/* Asks `to`, answers from `from` with C field `c`. */
static enum exchange_outcome outcome_of(uint8_t to, uint8_t c, uint8_t from)
{
	struct fixture f;
	uint8_t answer[] = { 0x68, 0x03, 0x03, 0x68, c, from, 0x70, 0, 0x16 };
	answer[7] = (uint8_t)(c + from + 0x70);
	setup(&f);
	ask(&f, MG_C_REQ_UD2, to, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, answer, sizeof(answer));
	run_on(&f, 1000000);
	return f.exchange.outcome;
}

static void test_who_may_answer(void **state)
{
	(void)state;
	assert_int_equal(outcome_of(254, 0x08, 0), EXCHANGE_DATA);
	assert_int_equal(outcome_of(254, 0x08, 250), EXCHANGE_DATA);
	assert_int_equal(outcome_of(254, 0x08, 253), EXCHANGE_DATA);
	assert_int_equal(outcome_of(254, 0x08, 251), EXCHANGE_BAD);
	assert_int_equal(outcome_of(253, 0x08, 253), EXCHANGE_DATA);
	assert_int_equal(outcome_of(253, 0x08, 17), EXCHANGE_DATA);
	assert_int_equal(outcome_of(253, 0x08, 251), EXCHANGE_BAD);
	assert_int_equal(outcome_of(5, 0x08, 253), EXCHANGE_BAD);
}

static void test_acd_and_dfc_may_be_set(void **state)
{
	(void)state;
	assert_int_equal(outcome_of(5, 0x18, 5), EXCHANGE_DATA);
	assert_int_equal(outcome_of(5, 0x28, 5), EXCHANGE_DATA);
	assert_int_equal(outcome_of(5, 0x38, 5), EXCHANGE_DATA);
	assert_int_equal(outcome_of(5, 0x09, 5), EXCHANGE_BAD);
	assert_int_equal(outcome_of(5, 0x53, 5), EXCHANGE_BAD); /* a request */
}

static void test_the_line_rests_between_exchanges(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, busy, sizeof(busy));
	int64_t ended = f.now;
	ask_data(&f);
	assert_int_equal(f.sends, 1);
	assert_int_equal(exchange_deadline(&f.exchange), ended + 4584); /* 11 bits */
	run_on(&f, 4584);
	assert_int_equal(f.sends, 2);
}

static void test_a_late_answer_is_not_taken_for_the_next(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY); /* too late for the first try */
	assert_int_equal(f.sends, 2);
	run_on(&f, 1000);
	come(&f, busy, sizeof(busy)); /* the answer to it */
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	ask_data(&f);
	assert_int_equal(f.sends, 2);
	run_on(&f, 100000);
	assert_int_equal(come(&f, busy, sizeof(busy)), sizeof(busy));
	run_on(&f, WINDOW + LATENCY);
	assert_int_equal(f.sends, 3);
}

static void test_unasked_bytes_put_off_the_next_request(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	assert_int_equal(come(&f, ack, 1), 1);
	int64_t came = f.now;
	ask_reset(&f);
	assert_int_equal(f.sends, 0);
	run_until(&f, came + 10000);
	assert_int_equal(come(&f, ack, 1), 1);
	run_until(&f, came + 10000 + 13749);
	assert_int_equal(f.sends, 0);
	run_on(&f, 1);
	assert_int_equal(f.sends, 1);
}

static void test_the_loop_may_sleep_until_a_frame_can_be_whole(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t start[] = { 0x68, 0xF0, 0xF0, 0x68, 0x08, 0x05 };
	setup(&f);
	ask_data(&f);
	int64_t sent = f.now + REQUEST_TIME;
	/* Six bytes cannot be there before 11 + 6 × 11 bits after the request. */
	run_until(&f, sent + 33000);
	come(&f, start, sizeof(start));
	assert_int_equal(exchange_awaited(&f.exchange), 240);
	assert_int_equal(exchange_hush(&f.exchange), sent + 4584 + 1127500);
	assert_int_equal(exchange_deadline(&f.exchange), sent + 4584 + 1127500 + GAP);
}

static void test_a_line_faster_than_configured_is_read_at_once(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t start[] = { 0x68, 0xF0, 0xF0, 0x68, 0x08, 0x05 };
	setup(&f);
	ask_data(&f);
	run_on(&f, 1000);
	come(&f, start, sizeof(start));
	assert_int_equal(exchange_hush(&f.exchange), 0);
	assert_int_equal(exchange_awaited(&f.exchange), 1);
}

static void test_an_answer_before_the_request_is_written_counts(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t *bytes;
	const struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = MG_C_REQ_UD2, .a = 5 };
	setup(&f);
	const struct exchange_ask request = { .frame = &frame,
		.expects = EXCHANGE_EXPECT_DATA };
	exchange_begin(&f.exchange, &request, f.now);
	assert_int_equal(exchange_output(&f.exchange, &bytes, f.now), 5);
	assert_int_equal(exchange_output(&f.exchange, &bytes, f.now), 0);
	exchange_input(&f.exchange, busy, sizeof(busy), 0, f.now);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	exchange_sent(&f.exchange, f.now);
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	exchange_sent(&f.exchange, f.now);
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
}

static void test_bytes_still_unsent_move_the_window(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	int64_t deadline = exchange_deadline(&f.exchange);
	exchange_unsent(&f.exchange, 0, deadline);
	assert_int_equal(exchange_deadline(&f.exchange), deadline);
	exchange_unsent(&f.exchange, 2, deadline);
	assert_int_equal(exchange_deadline(&f.exchange), deadline + 9167 + WINDOW + LATENCY);
}

static void test_a_write_that_never_ends_is_given_up(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t *bytes;
	const struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = 5 };
	setup(&f);
	const struct exchange_ask request = { .frame = &frame,
		.expects = EXCHANGE_EXPECT_ACK };
	exchange_begin(&f.exchange, &request, f.now);
	exchange_output(&f.exchange, &bytes, f.now);
	f.now += EXCHANGE_STALL_MAX;
	exchange_tick(&f.exchange, f.now);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
}

static void test_an_abort_ends_at_once_and_waits_out_the_answer(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	exchange_abort(&f.exchange, f.now);
	assert_false(exchange_busy(&f.exchange));
	ask_data(&f);
	/* The request itself is still leaving. */
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
	assert_int_equal(f.counters.aborted, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reset_is_acknowledged),
		cmocka_unit_test(test_two_acks_in_one_piece_are_a_crowd_too),
		cmocka_unit_test(test_the_answer_is_awaited_from_the_last_bit_sent),
		cmocka_unit_test(test_data_come_in_two_pieces),
		cmocka_unit_test(test_a_frame_that_does_not_go_on_is_cut),
		cmocka_unit_test(test_a_slow_first_byte_is_not_cut_by_the_gap_timer),
		cmocka_unit_test(test_a_frame_with_a_wrong_checksum_ends_by_its_length),
		cmocka_unit_test(test_a_frame_with_a_parity_error_ends_by_its_length_too),
		cmocka_unit_test(test_what_comes_behind_a_broken_frame_is_waited_out),
		cmocka_unit_test(test_one_broken_answer_among_silence_is_remembered),
		cmocka_unit_test(test_a_line_that_never_falls_silent_is_not_waited_for_for_ever),
		cmocka_unit_test(test_who_may_answer),
		cmocka_unit_test(test_acd_and_dfc_may_be_set),
		cmocka_unit_test(test_the_line_rests_between_exchanges),
		cmocka_unit_test(test_a_late_answer_is_not_taken_for_the_next),
		cmocka_unit_test(test_unasked_bytes_put_off_the_next_request),
		cmocka_unit_test(test_the_loop_may_sleep_until_a_frame_can_be_whole),
		cmocka_unit_test(test_a_line_faster_than_configured_is_read_at_once),
		cmocka_unit_test(test_an_answer_before_the_request_is_written_counts),
		cmocka_unit_test(test_bytes_still_unsent_move_the_window),
		cmocka_unit_test(test_a_write_that_never_ends_is_given_up),
		cmocka_unit_test(test_an_abort_ends_at_once_and_waits_out_the_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
