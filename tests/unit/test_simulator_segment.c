/* SPDX-License-Identifier: MIT */
/* The simulated bus bit by bit: bytes and times that follow from EN 13757-2 alone. */
#include "segment_bench.h"

/* 55 bits of request, the meter's 4.6 ms, 10.5 bits of E5h: by hand for three speeds. */
static void an_answer_comes_at_its_bit(void **state)
{
	static const struct {
		uint32_t baud;
		int64_t heard, at, end;
	} rows[] = {
		{ 300, 183333334, 222933334, 224600001 },
		{ 2400, 22916667, 31891667, 32100001 },
		{ 9600, 5729167, 11422917, 11475001 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start_plain(1, rows[i].baud);
		segment_set_epoch(bench.segment, 1800000000);
		assert_int_equal(say(0, reset_1), rows[i].heard);
		run(FOREVER);
		assert_int_equal(bench.taken.ns, rows[i].heard);
		assert_int_equal(bench.taken.wall, 1800000000);
		assert_int_equal(bench.char_count, 1);
		assert_char(0, rows[i].at, 0xE5, 0);
		assert_int_equal(bench.event_count, 2);
		assert_int_equal(bench.events[0].kind, SEGMENT_REQUEST);
		assert_int_equal(bench.events[0].begin, 0);
		assert_int_equal(bench.events[0].end, rows[i].heard);
		assert_memory_equal(bench.events[0].bytes, reset_1, 5);
		assert_int_equal(bench.events[1].kind, SEGMENT_ANSWER);
		assert_int_equal(bench.events[1].begin, rows[i].heard + 4600000);
		assert_int_equal(bench.events[1].end, rows[i].end);
		assert_ptr_equal(bench.events[1].meter, &bench.meters[0]);
		assert_true(bench.events[1].alone);
		stop();
	}
}

static void the_clock_of_meters_goes_on_with_the_bus(void **state)
{
	(void)state;
	start_plain(1, 2400);
	segment_set_epoch(bench.segment, 1800000000);
	say(7000 * MS, reset_1);
	run(FOREVER);
	assert_int_equal(bench.taken.wall, 1800000007);
	assert_int_equal(bench.bit, 416667);
	stop();
}

/* 11 bits of 1/1200 s each: a character every 9.1666 ms, without an error that adds up.
 */
static void characters_of_a_telegram_follow_without_pause(void **state)
{
	(void)state;
	start_plain(1, 1200);
	say(0, request_1);
	run(FOREVER);
	assert_int_equal(bench.char_count, 4);
	assert_char(0, 59183334, 0x68, 0);
	assert_char(1, 68350001, 0x0F, 0);
	assert_char(2, 77516668, 0xF0, 0);
	assert_char(3, 86683334, 0xAA, 0);
	stop();
}

static void answers_in_step_make_one_clean_character(void **state)
{
	(void)state;
	start_plain(3, 2400);
	say(0, reset_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 1);
	assert_char(0, 31891667, 0xE5, 0);
	assert_int_equal(bench.event_count, 4);
	for (size_t i = 1; i < 4; i++) {
		assert_int_equal(bench.events[i].kind, SEGMENT_ANSWER);
		assert_false(bench.events[i].alone);
	}
	stop();
}

/* E5h is 0 10100111 1 1 on the line. Four bits later over itself: 0 10100010 0 1. */
static void shifted_answers_make_garbage(void **state)
{
	(void)state;
	start_plain(2, 2400);
	bench.meters[1].delay += 1666667;
	say(0, reset_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 1);
	assert_char(0, 31891667, 0x45, MG_RX_PARITY);
	assert_true(bench.events[1].alone); /* nobody else was sending when it began */
	assert_false(bench.events[2].alone);
	stop();
}

/* Nine bits later: the second start bit where the first one has its parity bit, then its
 * E5h looks on from there: a space in bit 11 of the first begins another character. */
static void an_answer_that_begins_in_another_one_makes_two(void **state)
{
	(void)state;
	start_plain(2, 2400);
	bench.meters[1].delay += 3750000;
	say(0, reset_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 2);
	/* 0 10100111 0 1, then from bit 11: 0 1001111 1 and mark */
	assert_char(0, 31891667, 0xE5, MG_RX_PARITY);
	assert_char(1, 36475001, 0xF9, MG_RX_PARITY);
	stop();
}

static void answers_one_after_the_other_are_both_heard(void **state)
{
	(void)state;
	start_plain(2, 2400);
	bench.meters[1].delay += 10 * MS;
	say(0, reset_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 2);
	assert_char(0, 31891667, 0xE5, 0);
	assert_char(1, 41891667, 0xE5, 0);
	assert_true(bench.events[2].alone);
	stop();
}

/* Parity bits too: F0h has 0 and 70h has 1. */
static void aligned_telegrams_are_the_and_of_their_bits(void **state)
{
	(void)state;
	start_plain(2, 2400);
	bench.second = "\x48\x3C\x70\xAA\xE5";
	bench.second_size = 5;
	say(0, request_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 5);
	assert_char(0, 31891667, 0x48, 0);
	assert_char(1, 36475001, 0x0C, 0);
	assert_char(2, 41058334, 0x70, MG_RX_PARITY);
	assert_char(3, 45641667, 0xAA, 0);
	assert_char(4, 50225001, 0xE5, 0);
	assert_int_equal(bench.events[1].end, 45850001);
	assert_int_equal(bench.events[2].end, 50433334);
	stop();
}

static void a_meter_that_sends_is_deaf(void **state)
{
	(void)state;
	start_plain(2, 2400);
	say(0, request_1); /* the answer lasts from 27.5 to 45.9 ms */
	run(40 * MS);
	say(40 * MS, reset_all); /* until 62.9 ms */
	run(FOREVER);
	assert_int_equal(bench.taken_count, 3); /* both, and then meter 2 alone */
	assert_ptr_equal(bench.events[3].meter, &bench.meters[1]);
	assert_int_equal(bench.event_count, 4);
	stop();
}

static void a_meter_hears_again_when_it_has_sent(void **state)
{
	(void)state;
	start_plain(1, 2400);
	say(0, request_1);
	run(46 * MS);
	say(46 * MS, reset_1);
	run(FOREVER);
	assert_int_equal(bench.taken_count, 2);
	assert_int_equal(bench.char_count, 5);
	stop();
}

static void what_is_half_heard_is_not_understood(void **state)
{
	(void)state;
	start_plain(2, 2400);
	say(0, request_1);
	run(35 * MS);
	say(35 * MS, reset_1); /* its second character is over when the meter falls silent */
	say(35 * MS, reset_1); /* follows without a pause */
	run(FOREVER);
	assert_int_equal(bench.taken_count, 4);
	assert_int_equal(bench.event_count, 4);
	stop();
}

static void the_master_hears_nothing_while_it_sends(void **state)
{
	(void)state;
	start_plain(1, 2400);
	int64_t end = say(0, reset_1);
	run(end);
	/* from before the answer until after it */
	say(end + 1 * MS, request_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 0);
	assert_int_equal(bench.event_count, 3);
	stop();
}

/* The master falls silent in bit 3 of E5h, a mark: the receiver takes bit 4 for the start
 * bit, and behind bit 5 there is mark alone. It looks like a character. */
static void an_answer_whose_begin_is_masked_is_heard_from_its_next_edge(void **state)
{
	static const uint8_t one[] = { 0x00 };
	(void)state;
	start_plain(1, 2400);
	bench.meters[0].delay = 5 * MS;
	int64_t end = say(0, reset_1);
	run(end);
	/* one character of 4583334 ns, over in the middle of bit 3, which begins at
	   end + 6.25 ms */
	say(end + 1900000, one);
	run(FOREVER);
	assert_int_equal(bench.char_count, 1);
	assert_char(0, end + 5 * MS + 1666667 + 4375000, 0xFE, 0);
	stop();
}

static void a_pending_answer_is_sent_whatever_the_master_does(void **state)
{
	(void)state;
	start_plain(1, 2400);
	bench.meters[0].delay = 100 * MS;
	say(0, reset_1);
	run(50 * MS);
	say(50 * MS, request_1); /* is heard, and not answered: the answer is under way */
	run(FOREVER);
	assert_int_equal(bench.taken_count, 2);
	assert_int_equal(bench.char_count, 1);
	assert_char(0, 22916667 + 100 * MS + 4375000, 0xE5, 0);
	stop();
}

static void an_echo_comes_with_the_bits(void **state)
{
	const struct segment_settings settings = { .echo = true };
	(void)state;
	start(1, &settings, 2400);
	say(0, reset_1);
	run(FOREVER);
	assert_int_equal(bench.char_count, 6);
	assert_char(0, 4375000, 0x10, 0);
	assert_char(1, 8958334, 0x40, 0);
	assert_char(4, 22708334, 0x16, 0);
	assert_char(5, 31891667, 0xE5, 0);
	stop();
}

static void an_echo_and_an_answer_lie_over_each_other(void **state)
{
	static const uint8_t one[] = { 0xFF };
	const struct segment_settings settings = { .echo = true };
	(void)state;
	start(1, &settings, 2400);
	int64_t end = say(0, reset_1);
	run(end);
	say(end + 4600000, one); /* in step with E5h; parity 0 over 1 */
	run(FOREVER);
	assert_int_equal(bench.char_count, 6);
	assert_char(5, 31891667, 0xE5, MG_RX_PARITY);
	stop();
}

/* E5h over E5h two bits later: at space at once for the first time in bit 2 of the
 * first one. */
static void a_converter_breaks_a_collision_once(void **state)
{
	const struct segment_settings settings = { .breaks = true };
	(void)state;
	start(3, &settings, 2400);
	bench.meters[1].delay += 833333;
	bench.meters[2].delay += 20 * MS;
	say(0, reset_all);
	run(60 * MS);
	assert_int_equal(bench.char_count, 2);
	assert_char(0, 31891667, 0x01, MG_RX_PARITY);
	assert_char(1, 36058334, 0x00, MG_RX_BREAK);
	run(900 * MS);
	assert_int_equal(bench.char_count, 2);
	bench.char_count = 0;
	say(1000 * MS, reset_all); /* the next collision has its own */
	run(1900 * MS);
	assert_int_equal(bench.char_count, 2);
	bench.char_count = 0;
	say(2000 * MS, reset_1); /* one meter alone has none */
	run(FOREVER);
	assert_int_equal(bench.char_count, 1);
	assert_int_equal(bench.chars[0].byte, 0xE5);
	stop();
}

static void answers_in_step_are_a_collision_for_a_converter(void **state)
{
	const struct segment_settings settings = { .breaks = true };
	(void)state;
	start(2, &settings, 2400);
	say(0, reset_all);
	run(FOREVER);
	assert_int_equal(bench.char_count, 1);
	assert_char(0, 31891667, 0x00, MG_RX_BREAK);
	stop();
}

static void a_break_reaches_the_slaves_too(void **state)
{
	const struct segment_settings settings = { .breaks = true };
	(void)state;
	start(3, &settings, 2400);
	bench.meters[2].address = 77;
	bench.meters[2].delay = 900 * MS;
	say(0, reset_all); /* the break lasts from 27.5 to 77.5 ms */
	run(60 * MS);
	say(60 * MS, reset_1);
	run(100 * MS);
	assert_int_equal(bench.taken_count, 3);
	say(100 * MS + 20 * MS, reset_1);
	run(FOREVER);
	assert_int_equal(bench.taken_count, 6);
	stop();
}

static void disturbed_requests_are_not_answered(void **state)
{
	const struct segment_settings settings = { .seed = 3, .disturbed = 1000000 };
	(void)state;
	start(1, &settings, 2400);
	for (int64_t i = 0; i < 50; i++) {
		say(i * 1000 * MS, reset_1);
		run(i * 1000 * MS + 999 * MS);
		assert_int_equal(bench.event_count, i + 1);
		assert_int_equal(bench.events[i].kind, SEGMENT_GARBAGE);
	}
	assert_int_equal(bench.taken_count, 0);
	assert_int_equal(bench.char_count, 0);
	stop();
}

static void disturbed_answers_show_it(void **state)
{
	const struct segment_settings settings = { .seed = 3, .disturbed = 100000 };
	int good = 0, lone = 0, spoilt = 0;
	(void)state;
	start(1, &settings, 2400);
	for (int64_t i = 0; i < 200; i++) {
		bench.event_count = bench.char_count = 0;
		say(i * 1000 * MS, reset_1);
		run(i * 1000 * MS + 999 * MS);
		lone += bench.event_count == 2;
		bool clean = bench.char_count == 1 && bench.chars[0].byte == 0xE5 &&
					 bench.chars[0].flags == 0;
		good += bench.event_count == 2 && clean;
		spoilt += bench.event_count == 2 && !clean;
		/* one turned bit never looks like another character without an error */
		assert_true(clean || bench.char_count == 0 || bench.chars[0].flags != 0);
	}
	assert_int_equal(lone, good + spoilt);
	assert_in_range(lone, 95, 140); /* 0.9^5 of 200 is 118 */
	assert_in_range(spoilt, 3, 25); /* a tenth of them */
	stop();
}

static void the_same_seed_disturbs_the_same(void **state)
{
	const struct segment_settings settings = { .seed = 9, .disturbed = 300000 };
	struct segment_char first[CHARS_MAX];
	size_t count = 0;
	(void)state;
	bench.telegram_size = 0;
	for (int round = 0; round < 2; round++) {
		start(1, &settings, 2400);
		for (int64_t i = 0; i < 20; i++) {
			say(i * 1000 * MS, request_1);
		}
		run(FOREVER);
		if (round == 0) {
			count = bench.char_count;
			memcpy(first, bench.chars, sizeof(first));
			assert_true(count > 0);
		}
		stop();
	}
	assert_int_equal(bench.char_count, count);
	assert_memory_equal(bench.chars, first, count * sizeof(first[0]));
}

static void lost_characters_are_mark(void **state)
{
	const struct segment_settings settings = { .lost = 1000000, .echo = true };
	(void)state;
	start(1, &settings, 2400);
	say(0, reset_1);
	run(FOREVER);
	assert_int_equal(bench.char_count, 0);
	assert_int_equal(bench.event_count, 0);
	assert_int_equal(bench.taken_count, 0);
	stop();
}

static void a_pause_of_more_than_33_bits_breaks_a_frame(void **state)
{
	(void)state;
	start_plain(1, 2400);
	int64_t end = segment_send(bench.segment, 0, reset_1, 2); /* 33 bits are 13.75 ms */
	run(end + 13 * MS);
	segment_send(bench.segment, end + 13 * MS, reset_1 + 2, 3);
	run(500 * MS);
	assert_int_equal(bench.taken_count, 1);
	end = segment_send(bench.segment, 1000 * MS, reset_1, 2);
	run(end + 14 * MS);
	assert_int_equal(bench.event_count, 3);
	assert_int_equal(bench.events[2].kind, SEGMENT_GARBAGE);
	assert_int_equal(bench.events[2].begin, 1000 * MS);
	assert_int_equal(bench.events[2].size, 2);
	segment_send(bench.segment, end + 14 * MS, reset_1 + 2, 3);
	run(FOREVER);
	assert_int_equal(bench.taken_count, 1);
	assert_int_equal(bench.events[3].kind, SEGMENT_GARBAGE);
	assert_int_equal(bench.events[3].size, 3);
	stop();
}

static void a_driver_may_allow_longer_pauses(void **state)
{
	const struct segment_settings settings = { .gap = 50 * MS };
	(void)state;
	start(1, &settings, 2400);
	int64_t end = segment_send(bench.segment, 0, reset_1, 2);
	run(end + 49 * MS);
	segment_send(bench.segment, end + 49 * MS, reset_1 + 2, 3);
	run(FOREVER);
	assert_int_equal(bench.taken_count, 1);
	stop();
}

static void garbage_counts_until_the_line_was_quiet(void **state)
{
	static const uint8_t broken[] = { 0x10, 0x40, 0x01, 0x42, 0x16 };
	(void)state;
	start_plain(1, 2400);
	int64_t end = say(0, broken);
	run(end);
	say(end + 5 * MS, reset_1); /* 12 bits behind it */
	run(200 * MS);
	assert_int_equal(bench.taken_count, 0);
	assert_int_equal(bench.event_count, 1);
	assert_int_equal(bench.events[0].size, 10);
	end = say(1000 * MS, broken);
	say(end + 9 * MS, reset_1); /* 21.6 bits */
	run(FOREVER);
	assert_int_equal(bench.taken_count, 1);
	stop();
}

static void meters_of_another_speed_hear_nothing(void **state)
{
	(void)state;
	start_plain(2, 2400);
	bench.meters[0].baud = 9600;
	bench.meters[1].baud = 2400;
	say(0, reset_all);
	run(500 * MS);
	assert_int_equal(bench.taken_count, 1);
	assert_ptr_equal(bench.events[1].meter, &bench.meters[1]);
	segment_set_line(bench.segment, 9600, 8, 'E', 1);
	say(1000 * MS, reset_all);
	run(FOREVER);
	assert_int_equal(bench.taken_count, 2);
	assert_ptr_equal(bench.events[3].meter, &bench.meters[0]);
	assert_char(1, 1011422917, 0xE5, 0);
	stop();
}

/* E5h at 2400 Bd as 9600 sees it: four times each bit. */
static void the_wrong_speed_hears_garbage(void **state)
{
	(void)state;
	start_plain(1, 2400);
	int64_t end = say(0, reset_1);
	run(end);
	segment_set_line(bench.segment, 9600, 8, 'E', 1);
	run(FOREVER);
	/* 0000 1111 0000 1111 0000 0000 1111 ...: 0 00011110 0 0, whose last bit begins
	   0 01111000 0 0, and so does 0 00011111 1 1 */
	assert_int_equal(bench.char_count, 3);
	assert_char(0, 28610417, 0x78, MG_RX_PARITY);
	assert_char(1, 29652084, 0x1E, MG_RX_PARITY);
	assert_char(2, 30693751, 0xF8, 0);
	stop();
}

static void a_new_speed_is_given_up_in_time(void **state)
{
	(void)state;
	start_plain(1, 2400);
	bench.meters[0].baud = 9600;
	bench.meters[0].baud_before = 2400;
	bench.meters[0].baud_until = 600 * MS;
	say(0, reset_1);
	run(500 * MS);
	assert_int_equal(bench.taken_count, 0);
	say(600 * MS, reset_1);
	run(FOREVER);
	assert_int_equal(bench.ticked.ns, 600 * MS);
	assert_int_equal(bench.taken_count, 1);
	stop();
}

static void slaves_want_even_parity(void **state)
{
	(void)state;
	start_plain(1, 2400);
	segment_set_line(bench.segment, 2400, 8, 'N', 1);
	say(0, reset_1);
	segment_set_line(bench.segment, 2400, 8, 'O', 1);
	say(1000 * MS, reset_1);
	segment_set_line(bench.segment, 2400, 8, 'E', 2);
	say(2000 * MS, reset_1);
	run(FOREVER);
	assert_int_equal(bench.taken_count, 1);
	assert_true(bench.taken.ns > 2000 * MS);
	stop();
}

static void what_does_not_fit_is_lost(void **state)
{
	static uint8_t many[SEGMENT_OUT_MAX + 10];
	(void)state;
	start_plain(1, 38400);
	memset(many, 0x55, sizeof(many));
	assert_int_equal(say(0, many), INT64_C(1173333334)); /* 4096 * 11 bits */
	run(1000 * MS);
	assert_int_equal(say(1000 * MS, reset_1), INT64_C(1174765625));
	run(FOREVER);
	assert_int_equal(bench.events[0].size, MG_FRAME_MAX);
	assert_int_equal(segment_next(bench.segment), SEGMENT_NEVER);
	stop();
}

static void a_bus_without_meters_is_silent(void **state)
{
	struct segment_char character;
	const struct segment_settings settings = { .seed = 1 };
	struct slaves none = { .count = 0 };
	(void)state;
	struct segment *segment = segment_create(&settings, &none, NULL, NULL);
	assert_int_equal(segment_next(segment), SEGMENT_NEVER);
	segment_send(segment, 0, reset_all, sizeof(reset_all));
	assert_int_equal(segment_next(segment), 4583334);
	assert_false(segment_step(segment, FOREVER, &character));
	assert_int_equal(segment_next(segment), SEGMENT_NEVER);
	segment_destroy(segment);
	segment_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_at_its_bit),
		cmocka_unit_test(the_clock_of_meters_goes_on_with_the_bus),
		cmocka_unit_test(characters_of_a_telegram_follow_without_pause),
		cmocka_unit_test(answers_in_step_make_one_clean_character),
		cmocka_unit_test(shifted_answers_make_garbage),
		cmocka_unit_test(an_answer_that_begins_in_another_one_makes_two),
		cmocka_unit_test(answers_one_after_the_other_are_both_heard),
		cmocka_unit_test(aligned_telegrams_are_the_and_of_their_bits),
		cmocka_unit_test(a_meter_that_sends_is_deaf),
		cmocka_unit_test(a_meter_hears_again_when_it_has_sent),
		cmocka_unit_test(what_is_half_heard_is_not_understood),
		cmocka_unit_test(the_master_hears_nothing_while_it_sends),
		cmocka_unit_test(an_answer_whose_begin_is_masked_is_heard_from_its_next_edge),
		cmocka_unit_test(a_pending_answer_is_sent_whatever_the_master_does),
		cmocka_unit_test(an_echo_comes_with_the_bits),
		cmocka_unit_test(an_echo_and_an_answer_lie_over_each_other),
		cmocka_unit_test(a_converter_breaks_a_collision_once),
		cmocka_unit_test(answers_in_step_are_a_collision_for_a_converter),
		cmocka_unit_test(a_break_reaches_the_slaves_too),
		cmocka_unit_test(disturbed_requests_are_not_answered),
		cmocka_unit_test(disturbed_answers_show_it),
		cmocka_unit_test(the_same_seed_disturbs_the_same),
		cmocka_unit_test(lost_characters_are_mark),
		cmocka_unit_test(a_pause_of_more_than_33_bits_breaks_a_frame),
		cmocka_unit_test(a_driver_may_allow_longer_pauses),
		cmocka_unit_test(garbage_counts_until_the_line_was_quiet),
		cmocka_unit_test(meters_of_another_speed_hear_nothing),
		cmocka_unit_test(the_wrong_speed_hears_garbage),
		cmocka_unit_test(a_new_speed_is_given_up_in_time),
		cmocka_unit_test(slaves_want_even_parity),
		cmocka_unit_test(what_does_not_fit_is_lost),
		cmocka_unit_test(a_bus_without_meters_is_silent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
