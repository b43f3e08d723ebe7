/* SPDX-License-Identifier: MIT */
/* How often a request is sent, how long is waited, and what is learned from it. */
#include "exchange_bench.h"

static const uint8_t garbage[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x05, 0x70, 0x08, 0x86,
	0x16 };

static void test_a_slave_that_answers_damaged_is_asked_more_often(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t bad[sizeof(garbage)];
	memcpy(bad, garbage, sizeof(bad));
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .tries_bad = 6 });
	for (unsigned i = 1; i <= 6; i++) {
		assert_int_equal(f.sends, i);
		run_on(&f, 100000);
		bad[7] = (uint8_t)i; /* never the same twice */
		come(&f, bad, sizeof(bad));
		run_on(&f, REST);
	}
	assert_int_equal(f.sends, 6);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.counters.bad_frames, 6);
	assert_counted(&f);
}

static void test_a_late_echo_has_its_rest_before_the_next_try(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_reset(&f);
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY - 1000);
	come(&f, f.sent, f.sent_size);
	run_on(&f, REST - 1);
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.counters.timeouts, 1);
	run_on(&f, 1);
	assert_int_equal(f.sends, 2);
}

static void test_a_silent_try_between_damaged_ones_is_no_end(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 2, .tries_bad = 9 });
	for (unsigned i = 0; i < 2; i++) {
		run_on(&f, 100000);
		come(&f, garbage, sizeof(garbage));
		run_on(&f, REST);
		assert_int_equal(f.sends, 2 + 2 * i);
		run_until(&f, exchange_deadline(&f.exchange));
	}
	assert_int_equal(f.sends, 5);
	for (unsigned i = 0; i < 2; i++) {
		run_until(&f, exchange_deadline(&f.exchange));
	}
	assert_int_equal(f.sends, 7);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_until(&f, exchange_deadline(&f.exchange));
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.sends, 7); /* tries and two more in a row are enough */
	assert_int_equal(f.counters.timeouts, 5);
	assert_counted(&f);
}

static void test_the_same_garbage_three_times_is_no_noise(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 2, .tries_bad = 16 });
	for (unsigned i = 0; i < 16 && exchange_busy(&f.exchange); i++) {
		run_on(&f, 100000);
		come(&f, garbage, sizeof(garbage));
		run_on(&f, REST);
	}
	assert_int_equal(f.sends, 3);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
}

static void test_a_broadcast_waits_out_who_answers_all_the_same(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_so(&f, MG_C_SND_NKE, 255, (struct exchange_ask){ .tries = 3 });
	int64_t end = f.now + REQUEST_TIME + WINDOW + LATENCY;
	run_until(&f, end - 1000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	assert_int_equal(come(&f, ack, 1), 1);
	run_on(&f, REST - 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_RUNNING);
	run_on(&f, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_SENT);
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.exchange.heard_size, 1);
	assert_int_equal(f.counters.broadcasts, 1);
	assert_counted(&f);
}

static void test_the_link_status_is_a_short_frame(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t status[] = { 0x10, 0x0B, 0x05, 0x10, 0x16 };
	setup(&f);
	ask(&f, 0x49, 5, EXCHANGE_EXPECT_STATUS, 1);
	run_on(&f, 60000);
	come(&f, status, sizeof(status));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.link.frame.type, MG_FRAME_SHORT);
	assert_int_equal(f.exchange.link.frame.a, 5);
	run_on(&f, 100000);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 60000);
	come(&f, status, sizeof(status));
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.failure.trouble, EXCHANGE_TROUBLE_KIND);
}

static void test_bytes_as_they_stand(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t raw[] = { 0x10, 0x40, 0xFE, 0x3E, 0x16 };
	uint8_t large[MG_FRAME_MAX + 1] = { 0 };
	setup(&f);
	const struct exchange_ask good = {
		.raw = { raw, sizeof(raw) }, .address = 254, .expects = EXCHANGE_EXPECT_ACK
	};
	begin(&f, &good);
	assert_int_equal(f.sent_size, sizeof(raw));
	assert_memory_equal(f.sent, raw, sizeof(raw));
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 10000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_ACK);
	const struct exchange_ask bad = {
		.raw = { large, sizeof(large) }, .address = 5, .expects = EXCHANGE_EXPECT_ACK
	};
	begin(&f, &bad);
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(text(&f), "no request to 5 was sent: it fits no frame");
	assert_counted(&f);
}

static void test_a_change_of_speed_rests_33_bits_of_the_slower_one(void **state)
{
	(void)state;
	struct fixture f;
	struct exchange_ask fast = { .expects = EXCHANGE_EXPECT_DATA, .baud = 9600 };
	setup(&f);
	assert_int_equal(exchange_baud(&f.exchange), 2400);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, busy, sizeof(busy));
	int64_t ended = f.now;
	ask_so(&f, MG_C_REQ_UD2, 6, fast);
	assert_int_equal(exchange_baud(&f.exchange), 9600);
	assert_int_equal(exchange_deadline(&f.exchange), ended + REST); /* of 2400 */
	run_until(&f, ended + REST);
	assert_int_equal(f.sends, 2);
	/* 5 bytes, 330 bits + 50 ms and a byte at 9600 */
	assert_int_equal(
			exchange_deadline(&f.exchange), ended + REST + 5730 + 84375 + 1146 + LATENCY);
	run_on(&f, 1000000);
	ask_data(&f);
	assert_int_equal(exchange_baud(&f.exchange), 2400);
	assert_int_equal(f.sends, 3); /* it has rested for longer already */
}

static void test_a_shorter_window_and_an_own_latency(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .window = 30000, .latency = 5000 });
	assert_int_equal(exchange_deadline(&f.exchange),
			f.now + REQUEST_TIME + 30000 + CHARACTER + 5000);
}

/* Asks for data; the answer begins `delay` after the request. */
static void answered_after(struct fixture *f, int64_t delay, struct latency *slave)
{
	run_on(f, 1000000);
	ask_so(f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .slave = slave });
	run_on(f, REQUEST_TIME + delay + 10 * CHARACTER);
	come(f, busy, sizeof(busy));
	assert_int_equal(f->exchange.outcome, EXCHANGE_DATA);
}

static void test_a_short_way_is_learned_from_the_answers(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	assert_int_equal(exchange_latency(&f.exchange), 150000);
	for (int i = 0; i < 6; i++) {
		answered_after(&f, 4584, NULL);
	}
	assert_in_range(exchange_latency(&f.exchange), LATENCY_LEAST, LATENCY_LEAST + 100);
	/* A silent try costs little now, but its repeats wait as if nothing was known. */
	run_on(&f, 1000000);
	int64_t begun = f.now;
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 2);
	int64_t first = exchange_deadline(&f.exchange) - begun;
	int64_t whole = 9 * CHARACTER - 4; /* all came in one piece */
	assert_in_range(first, REQUEST_TIME + WINDOW + 3000 + whole,
			REQUEST_TIME + WINDOW + 3100 + whole);
	run_on(&f, first);
	assert_int_equal(f.sends, 8);
	assert_int_equal(exchange_deadline(&f.exchange),
			f.now + REQUEST_TIME + WINDOW + 150000 + 9 * CHARACTER - 6);
	exchange_reopened(&f.exchange);
	assert_int_equal(exchange_latency(&f.exchange), 150000);
}

static void test_a_way_that_became_long_is_learned_from_late_answers(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 6; i++) {
		answered_after(&f, 4584, NULL);
	}
	for (int i = 0; i < 4; i++) {
		answered_after(&f, 260000, NULL); /* to the first try, after the second one */
	}
	assert_true(exchange_latency(&f.exchange) > 255000);
	unsigned sends = f.sends;
	answered_after(&f, 260000, NULL);
	assert_int_equal(f.sends, sends + 1); /* in time now */
}

static void test_a_slow_slave_gets_the_time_that_it_needs(void **state)
{
	(void)state;
	struct fixture f;
	struct latency slave = { .count = 0 };
	setup_way(&f, -1);
	for (int i = 0; i < 6; i++) {
		answered_after(&f, 4584, NULL);
	}
	answered_after(&f, 260000, &slave);
	unsigned sends = f.sends;
	answered_after(&f, 260000, &slave);
	assert_int_equal(f.sends, sends + 1);
	/* The others are not affected. */
	assert_in_range(exchange_latency(&f.exchange), LATENCY_LEAST, LATENCY_LEAST + 100);
}

/* Eight answers after 11 bits, and then one that was damaged. */
static void make_steady(struct fixture *f, struct latency *slave)
{
	for (int i = 0; i < 8; i++) {
		answered_after(f, 4584, slave);
	}
	ask_so(f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 1, .slave = slave });
	run_on(f, REQUEST_TIME + 4584 + 10 * CHARACTER);
	come(f, garbage, sizeof(garbage));
	run_on(f, REST);
	assert_int_equal(f->exchange.outcome, EXCHANGE_BAD);
}

static void
test_on_a_disturbed_line_who_is_steady_has_not_heard_what_it_leaves_unanswered(
		void **state)
{
	(void)state;
	struct fixture f;
	struct latency slave = { .count = 0 };
	const struct exchange_ask request = {
		.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .tries_bad = 9, .slave = &slave
	};
	setup(&f);
	make_steady(&f, &slave);
	int64_t begun = f.now;
	ask_so(&f, MG_C_REQ_UD2, 5, request);
	int64_t first = exchange_deadline(&f.exchange) - begun;
	/* All ten bytes of its answers came in one block. */
	const int64_t whole = REQUEST_TIME + 4584 + 10 * CHARACTER + LATENCY;
	assert_in_range(first, whole, whole + 2 * LATENCY_LEAST);
	run_on(&f, first);
	/* The repeat gets all its time, and so do all that follow. */
	assert_int_equal(
			exchange_deadline(&f.exchange) - f.now, REQUEST_TIME + WINDOW + LATENCY);
	run_on(&f, 4 * (REQUEST_TIME + WINDOW + LATENCY));
	/* Five requests were lost, which is more than a slave gets on a good line. */
	assert_int_equal(f.exchange.outcome, EXCHANGE_SILENT);
	assert_int_equal(f.exchange.sends, 5);
}

static void test_a_good_line_is_not_taken_for_disturbed(void **state)
{
	(void)state;
	struct fixture f;
	struct latency slave = { .count = 0 };
	setup(&f);
	make_steady(&f, &slave);
	for (int i = 0; i < 32; i++) {
		answered_after(&f, 4584, &slave);
	}
	run_on(&f, REST);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .slave = &slave });
	assert_int_equal(
			exchange_deadline(&f.exchange) - f.now, REQUEST_TIME + WINDOW + LATENCY);
}

static void test_behind_a_break_a_long_answer_ends_as_always(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_DATA, .tries = 2 });
	run_on(&f, 100000);
	come(&f, busy, 9);
	come_so(&f, (const uint8_t[]){ 0x00 }, 1, MG_RX_BREAK);
	for (int i = 0; i < 20; i++) {
		run_on(&f, CHARACTER);
		come(&f, busy, 1);
	}
	assert_int_equal(exchange_deadline(&f.exchange), f.now + GAP);
}

static void test_the_last_try_of_an_unknown_slave_is_patient(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 2, .patience = 1300000 });
	run_on(&f, REQUEST_TIME + WINDOW + LATENCY);
	assert_int_equal(f.sends, 2);
	assert_int_equal(exchange_deadline(&f.exchange), f.now + REQUEST_TIME + 1300000);
}

/* The way became longer than the window: the repeat spoils the answer to the request
   before it, again and again, unless the next one waits as long as that took. */
static void test_an_answer_that_a_repeat_has_spoiled_shows_how_long_to_wait(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 6; i++) {
		answered_after(&f, 4584, NULL);
	}
	run_on(&f, 1000000);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .tries_bad = 9 });
	run_on(&f, REQUEST_TIME + 500000);
	assert_int_equal(f.sends, 8);
	come(&f, garbage, sizeof(garbage));
	run_on(&f, REST);
	assert_int_equal(f.sends, 9);
	const int64_t began = 500000 - 10 * CHARACTER;
	const int64_t whole = 9 * CHARACTER; /* ten bytes in one piece, so far */
	assert_in_range(exchange_deadline(&f.exchange) - f.now,
			REQUEST_TIME + began * 5 / 4 + whole,
			REQUEST_TIME + began * 5 / 4 + whole + 20000);
	run_on(&f, REQUEST_TIME + began + 10 * CHARACTER);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.sends, 9);
	assert_counted(&f);
}

/* Eight bytes without the shape of a frame end it, but not among twice as many with it.
 */
static void test_garbage_without_shape_now_and_then_is_noise(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t bad[12];
	setup(&f);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .tries_bad = 48 });
	for (unsigned i = 0; i < 27; i++) {
		assert_int_equal(f.sends, i + 1);
		memcpy(bad, garbage, sizeof(garbage));
		bad[7] = (uint8_t)i;
		if (i % 3 == 0) {
			memset(bad, 0x41 + (int)i, sizeof(bad));
		}
		run_on(&f, 100000);
		come(&f, bad, i % 3 == 0 ? sizeof(bad) : sizeof(garbage));
		run_on(&f, 2 * GAP);
	}
	assert_int_equal(f.exchange.shapeless, 9);
	run_on(&f, 50000);
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
}

static void test_an_unsteady_way_widens_the_gap(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 8; i++) {
		run_on(&f, 1000000);
		ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
		run_on(&f, REQUEST_TIME + 4584 + CHARACTER);
		come(&f, busy, 1);
		run_on(&f, 9 * CHARACTER + 40000); /* the rest comes in a block */
		come(&f, busy + 1, sizeof(busy) - 1);
		assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	}
	assert_in_range(
			exchange_latency(&f.exchange), 40000 + LATENCY_LEAST, 40100 + LATENCY_LEAST);
}

/* 42 bytes at 9600 Bd, byte by byte, and taken when as many are there as are awaited. */
static unsigned come_as_awaited(struct fixture *f, int64_t begin, int64_t pause)
{
	uint8_t frame[42] = { 0x68, 0x24, 0x24, 0x68, 0x08, 0x05, 0x72 };
	unsigned looks = 0;
	size_t taken = 0;
	frame[40] = 0x7F; /* the sum */
	frame[41] = 0x16;
	for (size_t i = 1; i <= sizeof(frame); i++) {
		int64_t late = i > sizeof(frame) / 2 ? pause : 0;
		run_until(f, begin + late + timing_bytes(&f->exchange.pace, i));
		if (i - taken >= exchange_awaited(&f->exchange)) {
			come(f, frame + taken, i - taken);
			taken = i;
			looks++;
		}
	}
	assert_int_equal(f->exchange.outcome, EXCHANGE_DATA);
	return looks;
}

static void test_to_wait_for_all_bytes_does_not_make_a_way_unsteady(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 40; i++) {
		run_on(&f, 1000000);
		ask_so(&f, MG_C_REQ_UD2, 5,
				(struct exchange_ask){
						.expects = EXCHANGE_EXPECT_DATA, .tries = 1, .baud = 9600 });
		/* The bytes that tell the length, and all others. */
		assert_int_equal(come_as_awaited(&f, f.now + 5730 + 30000, 0), 5);
	}
	assert_in_range(latency_variation(&f.exchange.latency), 0, 2);
}

static void test_a_pause_while_all_bytes_are_awaited_is_learned(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 40; i++) {
		run_on(&f, 1000000);
		ask_so(&f, MG_C_REQ_UD2, 5,
				(struct exchange_ask){
						.expects = EXCHANGE_EXPECT_DATA, .tries = 1, .baud = 9600 });
		come_as_awaited(&f, f.now + 5730 + 30000, 10000);
	}
	assert_in_range(latency_variation(&f.exchange.latency), 10000 - 1146, 10002);
}

/* Four bytes at once, and what is left in blocks of four, as an FTDI delivers them. */
static void come_in_blocks(struct fixture *f, const uint8_t *bytes, size_t size)
{
	const size_t block = 4;
	const int64_t held = block * CHARACTER;
	for (size_t at = 0; at < size; at += block) {
		run_on(f, held);
		come(f, bytes + at, size - at < block ? size - at : block);
	}
}

static void test_a_way_that_gathers_bytes_shows_it(void **state)
{
	(void)state;
	const int64_t held = 3 * CHARACTER - 2; /* the first byte, for three others */
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 6; i++) {
		run_on(&f, 1000000);
		ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
		run_on(&f, REQUEST_TIME + 4584);
		come_in_blocks(&f, busy, sizeof(busy));
		assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	}
	assert_in_range(exchange_latency(&f.exchange), LATENCY_LEAST + held,
			LATENCY_LEAST + held + 100);
	/* An ACK may be held back as long, whatever is asked for. */
	run_on(&f, 1000000);
	ask_so(&f, MG_C_SND_NKE, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_ACK, .latency = 4000 });
	assert_in_range(exchange_deadline(&f.exchange) - f.now,
			REQUEST_TIME + WINDOW + 4000 + held, REQUEST_TIME + WINDOW + 4000 + held + 2);
}

/* The next request waits until no block can come any more. */
static void test_garbage_shows_blocks_and_is_heard_to_its_end(void **state)
{
	(void)state;
	const uint8_t sum[] = { 0x68, 0x11, 0x11, 0x68, 0x08, 0x00, 0x72, 0x00 };
	struct fixture f;
	setup_way(&f, -1);
	ask_reset(&f);
	run_on(&f, REQUEST_TIME + 40000);
	come(&f, ack, 1);
	run_on(&f, 100000);
	unsigned sends = f.sends;
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 2, .latency = 4000 });
	run_on(&f, REQUEST_TIME + 20000);
	come_so(&f, sum, sizeof(sum), MG_RX_BREAK);
	run_on(&f, 140000); /* nothing has shown yet how steady the way is */
	assert_int_equal(f.sends, sends + 1);
	come_so(&f, sum, 4, 0);
	run_on(&f, 400000);
	assert_int_equal(f.sends, sends + 2);
	/* Seven bytes were held back at most; it is known now. */
	assert_in_range(
			f.exchange.pace.latency, 4000 + 7 * CHARACTER - 10, 4000 + 7 * CHARACTER);
}

static void test_the_rest_of_what_was_cut_widens_the_gap(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 2; i++) {
		answered_after(&f, 4584, NULL);
	}
	latency_vary(&f.exchange.latency, 0);
	run_on(&f, 1000000);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_DATA, .latency = 4000 });
	run_on(&f, REQUEST_TIME + 4584 + CHARACTER);
	come(&f, busy, 9);
	while (exchange_busy(&f.exchange)) {
		run_on(&f, 1000);
	}
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(latency_variation(&f.exchange.latency), 0);
	int64_t pause = f.now + 10000 - f.exchange.came_at - CHARACTER;
	run_on(&f, 10000);
	come(&f, busy + 9, 1);
	assert_in_range(latency_variation(&f.exchange.latency), pause, pause + 1);
	/* What comes long after is another matter. */
	run_on(&f, 500000);
	come(&f, busy, 1);
	assert_in_range(latency_variation(&f.exchange.latency), pause, pause + 1);
	/* And so is what follows that. */
	run_on(&f, 140000);
	come(&f, busy, 1);
	assert_in_range(latency_variation(&f.exchange.latency), pause, pause + 1);
}

static void test_whole_telegrams_come_as_late_as_they_are_long(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	for (int i = 0; i < 6; i++) {
		answered_after(&f, 4584, NULL);
	}
	const int64_t held = 9 * CHARACTER - 4;
	run_on(&f, 1000000);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	assert_in_range(exchange_deadline(&f.exchange) - f.now,
			REQUEST_TIME + WINDOW + LATENCY_LEAST + held,
			REQUEST_TIME + WINDOW + LATENCY_LEAST + held + 100);
	run_on(&f, 1000000);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	assert_in_range(exchange_deadline(&f.exchange) - f.now,
			REQUEST_TIME + WINDOW + LATENCY_LEAST,
			REQUEST_TIME + WINDOW + LATENCY_LEAST + 100);
}

static void test_what_a_telegram_took_counts_at_its_speed_only(void **state)
{
	(void)state;
	struct fixture f;
	setup_way(&f, -1);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .tries = 3, .baud = 300 });
	run_on(&f, 183334 + 37000 + 366667); /* request, answer of ten bytes */
	come(&f, busy, sizeof(busy));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_int_equal(f.exchange.bulk, 330000);
	run_on(&f, 1000000);
	ask_so(&f, MG_C_REQ_UD2, 6,
			(struct exchange_ask){ .expects = EXCHANGE_EXPECT_DATA, .baud = 9600 });
	/* 5 bytes, 330 bits + 50 ms and a byte, and half of what an unknown way gets */
	int64_t least = 5730 + 84375 + 1146 + LATENCY_LEAST + 75000;
	assert_in_range(exchange_deadline(&f.exchange) - f.now, least, least + 1000);
}

static void test_another_address_is_accepted_when_that_is_wanted(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t other[sizeof(busy)];
	memcpy(other, busy, sizeof(busy));
	other[5] = 0x07;
	other[8] = 0x87;
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, other, sizeof(other));
	run_on(&f, REST);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.counters.wrong_address, 1);
	ask_so(&f, MG_C_REQ_UD2, 5,
			(struct exchange_ask){
					.expects = EXCHANGE_EXPECT_DATA, .any_address = true });
	run_on(&f, 100000);
	come(&f, other, sizeof(other));
	assert_int_equal(f.exchange.outcome, EXCHANGE_DATA);
	assert_counted(&f);
}

static void test_an_abort_while_garbage_is_waited_out_is_counted(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask_data(&f);
	run_on(&f, 100000);
	come(&f, garbage, sizeof(garbage));
	exchange_abort(&f.exchange, f.now);
	assert_int_equal(f.counters.aborted, 1);
	assert_counted(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_slave_that_answers_damaged_is_asked_more_often),
		cmocka_unit_test(test_a_late_echo_has_its_rest_before_the_next_try),
		cmocka_unit_test(test_a_silent_try_between_damaged_ones_is_no_end),
		cmocka_unit_test(test_the_same_garbage_three_times_is_no_noise),
		cmocka_unit_test(test_a_broadcast_waits_out_who_answers_all_the_same),
		cmocka_unit_test(test_the_link_status_is_a_short_frame),
		cmocka_unit_test(test_bytes_as_they_stand),
		cmocka_unit_test(test_a_change_of_speed_rests_33_bits_of_the_slower_one),
		cmocka_unit_test(test_a_shorter_window_and_an_own_latency),
		cmocka_unit_test(test_a_short_way_is_learned_from_the_answers),
		cmocka_unit_test(test_a_way_that_became_long_is_learned_from_late_answers),
		cmocka_unit_test(test_a_slow_slave_gets_the_time_that_it_needs),
		cmocka_unit_test(
				test_on_a_disturbed_line_who_is_steady_has_not_heard_what_it_leaves_unanswered),
		cmocka_unit_test(test_a_good_line_is_not_taken_for_disturbed),
		cmocka_unit_test(test_behind_a_break_a_long_answer_ends_as_always),
		cmocka_unit_test(test_the_last_try_of_an_unknown_slave_is_patient),
		cmocka_unit_test(test_an_answer_that_a_repeat_has_spoiled_shows_how_long_to_wait),
		cmocka_unit_test(test_garbage_without_shape_now_and_then_is_noise),
		cmocka_unit_test(test_an_unsteady_way_widens_the_gap),
		cmocka_unit_test(test_to_wait_for_all_bytes_does_not_make_a_way_unsteady),
		cmocka_unit_test(test_a_pause_while_all_bytes_are_awaited_is_learned),
		cmocka_unit_test(test_a_way_that_gathers_bytes_shows_it),
		cmocka_unit_test(test_garbage_shows_blocks_and_is_heard_to_its_end),
		cmocka_unit_test(test_the_rest_of_what_was_cut_widens_the_gap),
		cmocka_unit_test(test_whole_telegrams_come_as_late_as_they_are_long),
		cmocka_unit_test(test_what_a_telegram_took_counts_at_its_speed_only),
		cmocka_unit_test(test_another_address_is_accepted_when_that_is_wanted),
		cmocka_unit_test(test_an_abort_while_garbage_is_waited_out_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
