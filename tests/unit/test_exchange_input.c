/* SPDX-License-Identifier: MIT */
/* What an exchange makes of echoes, garbage, crowds and what it heard. */
#include "exchange_bench.h"
#include "link/exchange_private.h"

static const uint8_t nke[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };
static const uint8_t request[] = { 0x10, 0x7B, 0x05, 0x80, 0x16 };

static void test_noise_before_the_answer_does_not_spoil_it(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t noise[] = { 0x00, 0x40, 0x04 };
	setup(&f);
	ask_data(&f);
	run_on(&f, 30000);
	come(&f, noise, sizeof(noise));
	run_on(&f, 60000);
	assert_int_equal(f.sends, 1);
	come(&f, busy, 4);
	run_on(&f, 6 * CHARACTER);
	come(&f, busy + 4, 6);
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.link.frame.ci, 0x70);
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.counters.answers, 1);
	assert_int_equal(f.counters.bad_frames, 0);
	assert_counted(&f);
}

static void test_noise_without_an_answer_lasts_as_long_as_the_window(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t noise[] = { 0x33 };
	setup(&f);
	ask_data(&f);
	int64_t end = f.now + REQUEST_TIME + WINDOW + LATENCY;
	run_on(&f, 30000);
	come(&f, noise, sizeof(noise));
	run_until(&f, end - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
}

static void test_a_frame_start_in_garbage_is_no_frame_and_the_answer_behind_it_is(
		void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t start[] = { 0x68, 0x20, 0x20, 0x68 };
	setup(&f);
	ask_data(&f);
	run_on(&f, 50000);
	come(&f, start, sizeof(start));
	come(&f, busy, sizeof(busy));
	run_on(&f, 38 * CHARACTER + GAP);
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.link.length, sizeof(busy));
}

static void test_an_ack_behind_garbage_is_none(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t garbage[] = { 0xA5, 0xE5 };
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 50000);
	come(&f, garbage, sizeof(garbage));
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.exchange.failure.trouble, EXCHANGE_TROUBLE_FRAME);
}

static void test_an_echo_in_pieces_and_late(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, 60000);
	come(&f, request, 2);
	run_on(&f, 90000);
	come(&f, request + 2, 3);
	run_on(&f, 40000);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.counters.echoes, 1);
	assert_int_equal(f.exchange.heard_size, sizeof(busy));
	assert_memory_equal(f.exchange.heard, busy, sizeof(busy));
}

static void test_an_echo_that_comes_after_its_try(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY);
	assert_int_equal(f.sends, 2);
	come(&f, request, 5);
	run_on(&f, 30000);
	come(&f, request, 5);
	run_on(&f, 30000);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.counters.echoes, 2);
}

static void test_a_damaged_echo_is_one_all_the_same(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t damaged[sizeof(nke)];
	memcpy(damaged, nke, sizeof(nke));
	damaged[3] ^= 0x20;
	setup(&f);
	ask_reset(&f);
	run_on(&f, REQUEST_TIME);
	come_so(&f, damaged, sizeof(damaged), MG_RX_PARITY);
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	assert_int_equal(f.counters.echoes, 1);
}

static void test_an_echo_alone_is_silence(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, REQUEST_TIME);
	come(&f, nke, sizeof(nke));
	run_on(&f, WINDOW + LATENCY);
	assert_int_equal(f.exchange.outcome, EXCHANGE_SILENT);
	assert_int_equal(f.exchange.heard_size, 0);
	assert_int_equal(exchange_delay(&f.exchange), -1);
}

static void test_a_request_of_another_master_is_no_answer(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t other[] = { 0x10, 0x5B, 0x07, 0x62, 0x16 };
	setup(&f);
	ask(&f, MG_C_REQ_UD2 | MG_C_FCB, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 60000);
	come(&f, other, sizeof(other));
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.exchange.failure.trouble, EXCHANGE_TROUBLE_C);
}

static void ask_alone(struct fixture *f, int64_t listen)
{
	ask_so(f, MG_C_SND_NKE, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK, .listen = listen });
}

static void test_an_ack_has_to_stay_alone_as_long_as_one_listens(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_alone(&f, EXCHANGE_LISTEN_ALL);
	int64_t end = f.now + REQUEST_TIME + WINDOW + LATENCY;
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_until(&f, end - 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	assert_int_equal(exchange_delay(&f.exchange), 40000 - REQUEST_TIME - CHARACTER);
}

static void test_a_second_slave_that_answers_late_is_heard(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t both[] = { 0xE5, 0xE5 };
	setup(&f);
	ask_alone(&f, EXCHANGE_LISTEN_ALL);
	int64_t end = f.now + REQUEST_TIME + WINDOW + LATENCY;
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 100000);
	assert_int_equal(come(&f, ack, 1), 1);
	run_until(&f, end - 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.exchange.failure.trouble, EXCHANGE_TROUBLE_CROWD);
	assert_int_equal(f.exchange.heard_size, 2);
	assert_memory_equal(f.exchange.heard, both, 2);
	assert_counted(&f);
}

static void test_garbage_is_over_when_the_line_is_quiet_and_nobody_can_answer(
		void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t garbage[] = { 0xFC };
	setup(&f);
	ask_alone(&f, 60000);
	int64_t end = f.now + REQUEST_TIME + 60000 + CHARACTER + LATENCY;
	run_on(&f, 40000);
	come(&f, garbage, 1);
	run_until(&f, end - 1000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	come(&f, garbage, 1); /* the line is not quiet */
	run_on(&f, GAP - 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.exchange.heard_size, 2);
	assert_int_equal(f.exchange.failure.received, 2);
	assert_int_equal(f.exchange.failure.first, 0xFC);
}

static void test_without_listening_garbage_ends_when_the_line_is_quiet(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t garbage[] = { 0xFC };
	setup(&f);
	ask_alone(&f, 0);
	run_on(&f, 40000);
	come(&f, garbage, 1);
	run_on(&f, GAP);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
}

static void test_a_frame_behind_garbage_does_not_count_while_one_listens(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t both[1 + sizeof(busy)] = { 0x33 };
	memcpy(both + 1, busy, sizeof(busy));
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .listen = EXCHANGE_LISTEN_ALL });
	run_on(&f, 100000);
	come(&f, both, sizeof(both));
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.exchange.heard_size, sizeof(both));
	assert_memory_equal(f.exchange.heard, both, sizeof(both));
}

static void test_only_so_much_is_kept_of_what_was_heard(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t garbage[50];
	for (size_t i = 0; i < sizeof(garbage); i++) {
		garbage[i] = (uint8_t)(0x20 + i);
	}
	setup(&f);
	ask_alone(&f, 0);
	run_on(&f, 40000);
	come(&f, garbage, 20);
	come(&f, garbage + 20, 30);
	run_on(&f, GAP);
	assert_int_equal(f.exchange.heard_size, EXCHANGE_HEARD_MAX);
	assert_memory_equal(f.exchange.heard, garbage, EXCHANGE_HEARD_MAX);
	assert_int_equal(f.exchange.failure.received, 50);
}

static void test_a_break_is_waited_out(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t zero[] = { 0x00 };
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 2);
	run_on(&f, 40000);
	come_so(&f, zero, 1, MG_RX_BREAK);
	run_on(&f, 50000 + REST - 1);
	assert_int_equal(f.sends, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
}

static void test_a_late_ack_to_the_request_before_is_not_the_answer(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY);
	assert_int_equal(f.exchange.outcome, EXCHANGE_SILENT);
	ask_data(&f);
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 50000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.sends, 2);
	/* In one piece, too. */
	uint8_t both[1 + sizeof(busy)] = { 0xE5 };
	memcpy(both + 1, busy, sizeof(busy));
	run_on(&f, 100000);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY);
	ask_data(&f);
	run_on(&f, 40000);
	come(&f, both, sizeof(both));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_counted(&f);
}

static void test_a_late_ack_that_nothing_follows_is_none_either(void **state)
{
	(void)state;
	struct fixture f;
	struct latency slave = { .count = 0 };
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY);
	int64_t sent = f.now - WINDOW - LATENCY;
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA,
					.tries = 2,
					.slave = &slave });
	run_on(&f, 40000);
	come(&f, ack, 1);
	int64_t late = f.now - CHARACTER - sent;
	run_on(&f, WINDOW + LATENCY);
	assert_int_equal(f.sends, 3); /* no answer yet to the second request */
	assert_int_equal(slave.count, 1);
	assert_in_range(latency_slowest(&slave), late, late * 5 / 4 + LATENCY_LEAST);
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 2 * WINDOW);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK); /* this one is */
	assert_counted(&f);
}

static void test_data_may_come_behind_an_ack_that_nobody_asked_for(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 100000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.strays, 1);
	/* Alarms are another matter: an ACK says that there are none. */
	run_on(&f, 100000);
	ask(&f, MG_C_REQ_UD1, 5, EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	/* And so is a search, to which each ACK tells of a slave. */
	run_on(&f, 100000);
	ask_so(&f, MG_C_REQ_UD2, 253,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA,
					.ack_answers = true });
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	assert_int_equal(f.exchange.strays, 1);
	/* But none is who answers with another address. */
	run_on(&f, 100000);
	ask_so(&f, MG_C_REQ_UD2, 6,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA,
					.any_address = true });
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.strays, 2);
}

static void test_data_in_one_piece_with_a_late_ack_shows_how_long_the_way_is(void **state)
{
	(void)state;
	struct fixture f;
	struct latency slave = { .count = 0 };
	uint8_t both[1 + sizeof(busy)] = { 0xE5 };
	memcpy(both + 1, busy, sizeof(busy));
	setup_way(&f, -1);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA,
					.slave = &slave });
	run_on(&f, REQUEST_TIME + 80000 + 10 * CHARACTER);
	come(&f, both, sizeof(both));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.strays, 1);
	assert_in_range(exchange_delay(&f.exchange), 80000, 80010);
	/* A quarter on top, without the 11 bits that any slave takes. */
	assert_in_range(latency_slowest(&slave), 97200, 97300);
	/* The ACK was no part of what is held back. */
	assert_int_equal(f.exchange.bulk, 41250);
	assert_counted(&f);
}

static void test_what_nobody_clocked_teaches_nothing(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	ask_data(&f);
	exchange_end_good(&f.exchange, EXCHANGE_DATA, f.now);
	assert_int_equal(exchange_delay(&f.exchange), -1);
	assert_int_equal(f.exchange.latency.count, 0);
}

/* Three requests, of which the first is answered when the last is on its way. */
static void test_late_acks_tell_how_long_the_way_is(void **state)
{
	(void)state;
	const int64_t way = 1000000;
	struct fixture f;
	setup_way(&f, -1);
	int64_t begun = f.now;
	ask_reset(&f);
	run_until(&f, begun + way);
	assert_int_equal(f.sends, 3);
	int64_t last = f.exchange.sent_at;
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	ask_data(&f); /* waits for the others */
	run_on(&f, 300000);
	come(&f, ack, 1);
	assert_int_equal(exchange_latency(&f.exchange), 150000);
	run_until(&f, last + way);
	assert_int_equal(f.sends, 3);
	come(&f, ack, 1);
	assert_int_equal(f.exchange.strays, 2);
	assert_in_range(exchange_latency(&f.exchange), way, way * 5 / 4 + 80000);
	run_on(&f, 500000);
	assert_int_equal(f.sends, 4);
	run_on(&f, way - 300000);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.sends, 4);
	assert_counted(&f);
}

static void test_late_acks_may_come_in_one_piece(void **state)
{
	(void)state;
	const uint8_t both[] = { 0xE5, 0xE5 };
	struct fixture f;
	setup_way(&f, -1);
	int64_t begun = f.now;
	ask_reset(&f);
	run_until(&f, begun + 1000000);
	come(&f, ack, 1);
	run_on(&f, 300000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	int64_t way = f.now - CHARACTER - f.exchange.sent_at;
	come(&f, both, sizeof(both));
	assert_int_equal(f.exchange.strays, 2);
	assert_in_range(exchange_latency(&f.exchange), way, way * 5 / 4 + 80000);
	/* No more than these were still to come. */
	come(&f, ack, 1);
	assert_int_equal(f.exchange.strays, 2);
}

/* Three requests, of which two are not answered yet. */
static void leave_two_open(struct fixture *f)
{
	setup_way(f, -1);
	ask_reset(f);
	run_on(f, 1000000);
	come(f, ack, 1);
	run_on(f, 10000);
	assert_int_equal(f->exchange.outcome, EXCHANGE_ACK);
}

static void test_what_comes_much_later_is_no_late_ack(void **state)
{
	(void)state;
	const uint8_t both[] = { 0xE5, 0xE5 };
	struct fixture f;
	leave_two_open(&f);
	run_until(&f, f.exchange.sent_at + LATENCY_MOST + 1);
	come(&f, both, sizeof(both));
	assert_int_equal(f.exchange.strays, 0);
	assert_int_equal(exchange_latency(&f.exchange), 150000);
	/* As long as a way can be, they are. */
	leave_two_open(&f);
	run_until(&f, f.exchange.sent_at + LATENCY_MOST);
	come(&f, both, sizeof(both));
	assert_int_equal(f.exchange.strays, 2);
}

static void test_an_ack_to_a_much_later_request_is_not_the_one_before(void **state)
{
	(void)state;
	struct fixture f;
	struct latency slave = { .count = 0 };
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, REQUEST_TIME + LATENCY_MOST + 1);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA,
					.slave = &slave });
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, WINDOW + LATENCY);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	assert_true(latency_slowest(&slave) < 40000);
}

static void test_a_way_that_was_opened_again_owes_nothing(void **state)
{
	(void)state;
	const uint8_t both[] = { 0xE5, 0xE5 };
	struct fixture f;
	leave_two_open(&f);
	exchange_reopened(&f.exchange);
	come(&f, both, sizeof(both));
	assert_int_equal(f.exchange.strays, 0);
	assert_int_equal(exchange_latency(&f.exchange), 150000);
	/* Nor has anything broken off on it. */
	run_on(&f, 1000000);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 60000);
	come(&f, busy, 9);
	while (exchange_busy(&f.exchange)) {
		run_on(&f, 1000);
	}
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	exchange_reopened(&f.exchange);
	latency_note(&f.exchange.latency, 10000, 4584);
	latency_vary(&f.exchange.latency, 0);
	f.now = f.exchange.came_at + 60000;
	come(&f, ack, 1);
	assert_int_equal(latency_variation(&f.exchange.latency), 0);
}

static void test_a_way_without_any_answer_yet_may_be_a_long_one(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 2);
	run_on(&f, REQUEST_TIME + WINDOW + 150000);
	assert_int_equal(f.sends, 2);
	assert_int_equal(exchange_deadline(&f.exchange), f.now + REQUEST_TIME + 1300000);
	run_on(&f, 1300000);
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise_before_the_answer_does_not_spoil_it),
		cmocka_unit_test(test_noise_without_an_answer_lasts_as_long_as_the_window),
		cmocka_unit_test(
				test_a_frame_start_in_garbage_is_no_frame_and_the_answer_behind_it_is),
		cmocka_unit_test(test_an_ack_behind_garbage_is_none),
		cmocka_unit_test(test_an_echo_in_pieces_and_late),
		cmocka_unit_test(test_an_echo_that_comes_after_its_try),
		cmocka_unit_test(test_a_damaged_echo_is_one_all_the_same),
		cmocka_unit_test(test_an_echo_alone_is_silence),
		cmocka_unit_test(test_a_request_of_another_master_is_no_answer),
		cmocka_unit_test(test_an_ack_has_to_stay_alone_as_long_as_one_listens),
		cmocka_unit_test(test_a_second_slave_that_answers_late_is_heard),
		cmocka_unit_test(
				test_garbage_is_over_when_the_line_is_quiet_and_nobody_can_answer),
		cmocka_unit_test(test_without_listening_garbage_ends_when_the_line_is_quiet),
		cmocka_unit_test(test_a_frame_behind_garbage_does_not_count_while_one_listens),
		cmocka_unit_test(test_only_so_much_is_kept_of_what_was_heard),
		cmocka_unit_test(test_a_break_is_waited_out),
		cmocka_unit_test(test_a_late_ack_to_the_request_before_is_not_the_answer),
		cmocka_unit_test(test_a_late_ack_that_nothing_follows_is_none_either),
		cmocka_unit_test(test_data_may_come_behind_an_ack_that_nobody_asked_for),
		cmocka_unit_test(
				test_data_in_one_piece_with_a_late_ack_shows_how_long_the_way_is),
		cmocka_unit_test(test_what_nobody_clocked_teaches_nothing),
		cmocka_unit_test(test_late_acks_tell_how_long_the_way_is),
		cmocka_unit_test(test_late_acks_may_come_in_one_piece),
		cmocka_unit_test(test_what_comes_much_later_is_no_late_ack),
		cmocka_unit_test(test_an_ack_to_a_much_later_request_is_not_the_one_before),
		cmocka_unit_test(test_a_way_that_was_opened_again_owes_nothing),
		cmocka_unit_test(test_a_way_without_any_answer_yet_may_be_a_long_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
