/* SPDX-License-Identifier: MIT */
/* Checks that frames are found in what passes on a wire, whoever sends them. */
#include "capture_bench.h"

#include "capture/sniff.h"

#define SEEN_MAX 16
#define CHARACTER 4584 /* µs at 2400 baud, rounded up */
#define LATENCY 20     /* ms */

/* 0.123 m3 from slave 1. */
#define TELEGRAM "\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16"
#define TELEGRAM_HEX "6806066808017801137B1016"
#define REQUEST "\x10\x5B\x01\x5C\x16"

static const struct mg_line line = {
	.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
};
static struct sniff sniff;
static struct {
	struct sniff_find finds[SEEN_MAX];
	char bytes[SEEN_MAX][64];
	struct mg_frame requests[SEEN_MAX];
	size_t count;
} seen;

static void take(void *data, const struct sniff_find *find)
{
	(void)data;
	assert_true(seen.count < SEEN_MAX);
	for (size_t i = 0; i < find->bytes.size && i < 30; i++) {
		sprintf(&seen.bytes[seen.count][2 * i], "%02X", find->bytes.data[i]);
	}
	if (find->request != NULL) {
		seen.requests[seen.count] = *find->request;
	}
	seen.finds[seen.count++] = *find;
}

static int fresh(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	sniff_init(&sniff, &line, LATENCY, take, NULL);
	return 0;
}

static void hear(const uint8_t *bytes, size_t size, int64_t now)
{
	sniff_feed(&sniff, SNIFF_WIRE, bytes, size, 0, now);
}

static void expect(size_t index, enum sniff_kind kind, const char *bytes)
{
	assert_true(index < seen.count);
	assert_int_equal(seen.finds[index].kind, kind);
	assert_string_equal(seen.bytes[index], bytes);
}

static void a_request_and_its_answer_belong_together(void **state)
{
	(void)state;
	hear(BENCH_BYTES(REQUEST), 1000000);
	hear(BENCH_BYTES(TELEGRAM), 1000000 + 30000 + 12 * CHARACTER);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_REQUEST, "105B015C16");
	assert_int_equal(seen.finds[0].begun, 1000000 - 5 * CHARACTER);
	assert_int_equal(seen.finds[0].ended, 1000000);
	expect(1, SNIFF_ANSWER, TELEGRAM_HEX);
	assert_int_equal(seen.finds[1].delay, 30000);
	assert_int_equal(seen.requests[1].a, 1);
}

static void answers_alone_are_found_too(void **state)
{
	(void)state;
	hear(BENCH_BYTES(TELEGRAM), 1000000);
	hear(BENCH_BYTES("\xE5"), 2000000);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_ANSWER, TELEGRAM_HEX);
	assert_null(seen.finds[0].request);
	expect(1, SNIFF_ANSWER, "E5");
	assert_null(seen.finds[1].request);
}

static void bytes_may_come_one_by_one(void **state)
{
	static const uint8_t all[] = REQUEST TELEGRAM;
	(void)state;
	for (size_t i = 0; i < sizeof(all) - 1; i++) {
		hear(all + i, 1, 1000000 + (int64_t)i * CHARACTER);
	}
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_REQUEST, "105B015C16");
	assert_int_equal(seen.finds[1].delay, 0);
	assert_int_equal(seen.requests[1].c, 0x5B);
}

static void a_whole_readout_may_come_in_one_chunk(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x10\x40\x01\x41\x16\xE5" REQUEST TELEGRAM), 1000000);
	assert_int_equal(seen.count, 4);
	expect(0, SNIFF_REQUEST, "1040014116");
	expect(1, SNIFF_ANSWER, "E5");
	assert_int_equal(seen.requests[1].c, 0x40);
	expect(2, SNIFF_REQUEST, "105B015C16");
	expect(3, SNIFF_ANSWER, TELEGRAM_HEX);
	assert_int_equal(seen.requests[3].c, 0x5B);
}

static void a_request_without_answer_is_reported_in_time(void **state)
{
	/* 330 bits + 50 ms + latency + the first byte. */
	const int64_t least = 137500 + 50000 + LATENCY * 1000;
	(void)state;
	hear(BENCH_BYTES(REQUEST), 1000000);
	int64_t deadline = sniff_deadline(&sniff);
	assert_in_range(deadline, 1000000 + least, 1000000 + least + 2 * CHARACTER);
	sniff_tick(&sniff, deadline - 1);
	assert_int_equal(seen.count, 1);
	sniff_tick(&sniff, deadline);
	expect(1, SNIFF_SILENCE, "105B015C16");
	assert_int_equal(seen.finds[1].frame.a, 1);
	assert_true(sniff_deadline(&sniff) == INT64_MAX);
}

static void an_answer_that_comes_too_late_is_nobodys(void **state)
{
	(void)state;
	hear(BENCH_BYTES(REQUEST), 1000000);
	hear(BENCH_BYTES(TELEGRAM), 3000000);
	assert_int_equal(seen.count, 3);
	expect(1, SNIFF_SILENCE, "105B015C16");
	assert_null(seen.finds[2].request);
}

static void nobody_has_to_answer_a_broadcast(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x10\x40\xFF\x3F\x16"), 1000000);
	assert_true(sniff_deadline(&sniff) == INT64_MAX);
	hear(BENCH_BYTES(REQUEST), 3000000);
	assert_int_equal(seen.count, 2);
	expect(1, SNIFF_REQUEST, "105B015C16");
}

static void another_address_is_no_answer_to_the_request(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x10\x5B\x02\x5D\x16"), 1000000);
	hear(BENCH_BYTES(TELEGRAM), 1090000);
	assert_int_equal(seen.count, 2);
	assert_null(seen.finds[1].request);
	/* Whoever is selected answers with an address of its own, or with 253. */
	hear(BENCH_BYTES("\x10\x7B\xFD\x78\x16"), 2000000);
	hear(BENCH_BYTES(TELEGRAM), 2090000);
	assert_non_null(seen.finds[seen.count - 1].request);
}

static void garbage_in_front_does_not_hide_a_frame(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x00\xFF\x68\x03" TELEGRAM), 1000000);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_NOISE, "00FF6803");
	assert_int_equal(seen.finds[0].size, 4);
	assert_int_equal(seen.finds[0].fault, MG_FAULT_START);
	expect(1, SNIFF_ANSWER, TELEGRAM_HEX);
}

static void a_frame_inside_a_broken_one_is_found(void **state)
{
	/* The head says 12 bytes, of which only some came. */
	(void)state;
	hear(BENCH_BYTES("\x68\x0C\x0C\x68\x08\x02" TELEGRAM), 1000000);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_NOISE, "680C0C680802");
	expect(1, SNIFF_ANSWER, TELEGRAM_HEX);
}

static void what_stops_in_the_middle_is_noise_after_the_gap(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x68\x06\x06\x68\x08"), 1000000);
	assert_int_equal(seen.count, 0);
	int64_t deadline = sniff_deadline(&sniff);
	assert_in_range(deadline, 1013750, 1060000);
	sniff_tick(&sniff, deadline);
	expect(0, SNIFF_NOISE, "6806066808");
	assert_int_equal(seen.finds[0].fault, MG_FAULT_INCOMPLETE);
	hear(BENCH_BYTES("\x01\x78"), 2000000);
	hear(BENCH_BYTES(TELEGRAM), 3000000);
	assert_int_equal(seen.count, 3);
	expect(1, SNIFF_NOISE, "0178");
}

static void colliding_answers_are_no_answer(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x10\x40\xFE\x3E\x16"), 1000000);
	hear(BENCH_BYTES("\xE5\xC1\x05"), 1060000);
	sniff_tick(&sniff, 1500000);
	assert_int_equal(seen.count, 3);
	expect(1, SNIFF_NOISE, "E5C105");
	expect(2, SNIFF_SILENCE, "1040FE3E16");
}

static void an_ack_inside_noise_proves_nothing_but_one_behind_it_does(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x00\x12\xE5"), 1000000);
	/* More than 33 bits (13.75 ms) later. */
	hear(BENCH_BYTES("\xE5"), 1000000 + 15000 + CHARACTER);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_NOISE, "0012E5");
	expect(1, SNIFF_ANSWER, "E5");
}

static void among_noise_only_known_requests_count(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x00\x10\x13\x01\x14\x16\x10\x5B\x01\x5C\x16"), 1000000);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_NOISE, "001013011416");
	expect(1, SNIFF_REQUEST, "105B015C16");
}

static void frames_with_a_parity_error_are_not_believed(void **state)
{
	(void)state;
	sniff_feed(&sniff, SNIFF_WIRE, BENCH_BYTES(TELEGRAM), MG_RX_PARITY, 1000000);
	sniff_end(&sniff);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.finds[0].kind, SNIFF_NOISE);
	assert_int_equal(seen.finds[0].rx_flags, MG_RX_PARITY);
	assert_int_equal(seen.finds[0].size, 12);
}

static void lost_bytes_part_what_is_around_them(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x68\x06\x06\x68\x08\x01"), 1000000);
	sniff_feed(&sniff, SNIFF_WIRE, BENCH_BYTES("\x78\x01\x13\x7B\x10\x16"), MG_RX_LOST,
			1000000 + 6 * CHARACTER);
	sniff_end(&sniff);
	assert_int_equal(seen.count, 2);
	expect(0, SNIFF_NOISE, "680606680801");
	expect(1, SNIFF_NOISE, "7801137B1016");
}

static void a_nack_answers_a_snd_ud2_only(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x68\x03\x03\x68\x43\x01\x50\x94\x16"), 1000000);
	hear(BENCH_BYTES("\xA2"), 1050000);
	expect(1, SNIFF_ANSWER, "A2");
	assert_int_equal(seen.requests[1].c, 0x43);
	hear(BENCH_BYTES(REQUEST), 2000000);
	hear(BENCH_BYTES("\xA2"), 2050000);
	sniff_end(&sniff);
	expect(3, SNIFF_NOISE, "A2");
	expect(4, SNIFF_SILENCE, "105B015C16");
}

static void an_own_request_that_comes_back_is_an_echo(void **state)
{
	(void)state;
	sniff_feed(&sniff, SNIFF_MASTER, BENCH_BYTES(REQUEST), 0, 1000000);
	hear(BENCH_BYTES("\x10\x5B\x01"), 1050000);
	hear(BENCH_BYTES("\x5C\x16" TELEGRAM), 1120000);
	assert_int_equal(seen.count, 2);
	assert_int_equal(sniff.echoes, 1);
	expect(0, SNIFF_REQUEST, "105B015C16");
	assert_int_equal(seen.finds[0].begun, 1000000);
	expect(1, SNIFF_ANSWER, TELEGRAM_HEX);
	assert_int_equal(seen.requests[1].a, 1);
}

static void a_long_request_is_kept_until_its_answer(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x68\x04\x04\x68\x53\x01\x50\x10\xB4\x16"), 1000000);
	hear(BENCH_BYTES("\xE5"), 1050000);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.requests[1].ci, 0x50);
	assert_int_equal(seen.requests[1].data.size, 1);
}

static void more_noise_than_is_kept_is_counted(void **state)
{
	static const uint8_t zeros[1000];
	(void)state;
	hear(zeros, sizeof(zeros), 10000000);
	sniff_end(&sniff);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.finds[0].size, 1000);
	assert_int_equal(seen.finds[0].bytes.size, SNIFF_NOISE_MAX);
}

static void another_speed_begins_anew(void **state)
{
	struct mg_line fast = line;
	(void)state;
	fast.baud = 9600;
	hear(BENCH_BYTES("\x68\x06\x06\x68"), 1000000);
	sniff_line(&sniff, &fast, LATENCY);
	expect(0, SNIFF_NOISE, "68060668");
	hear(BENCH_BYTES("\xE5"), 2000000);
	assert_int_equal(seen.finds[1].ended - seen.finds[1].begun, 1146);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_and_its_answer_belong_together),
		TEST(answers_alone_are_found_too),
		TEST(bytes_may_come_one_by_one),
		TEST(a_whole_readout_may_come_in_one_chunk),
		TEST(a_request_without_answer_is_reported_in_time),
		TEST(an_answer_that_comes_too_late_is_nobodys),
		TEST(nobody_has_to_answer_a_broadcast),
		TEST(another_address_is_no_answer_to_the_request),
		TEST(garbage_in_front_does_not_hide_a_frame),
		TEST(a_frame_inside_a_broken_one_is_found),
		TEST(what_stops_in_the_middle_is_noise_after_the_gap),
		TEST(colliding_answers_are_no_answer),
		TEST(an_ack_inside_noise_proves_nothing_but_one_behind_it_does),
		TEST(among_noise_only_known_requests_count),
		TEST(frames_with_a_parity_error_are_not_believed),
		TEST(lost_bytes_part_what_is_around_them),
		TEST(a_nack_answers_a_snd_ud2_only),
		TEST(an_own_request_that_comes_back_is_an_echo),
		TEST(a_long_request_is_kept_until_its_answer),
		TEST(more_noise_than_is_kept_is_counted),
		TEST(another_speed_begins_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
