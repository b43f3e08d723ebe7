/* SPDX-License-Identifier: MIT */
/* The receiving side: frames in pieces, echoes, noise, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <metergate/plugin.h>

#include "link/link.h"

static const uint8_t nke[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };
static const uint8_t select_frame[] = { 0x68, 0x0B, 0x0B, 0x68, 0x53, 0xFD, 0x52, 0x78,
	0x56, 0x34, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xB2, 0x16 };
static const uint8_t ack[] = { 0xE5 };
static const uint8_t busy[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x05, 0x70, 0x08, 0x85,
	0x16 };

static enum link_verdict feed(struct link *link, const uint8_t *bytes, size_t size)
{
	return link_feed(link, bytes, size, 0);
}

static void test_nothing_came_yet(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, NULL, 0), LINK_NOTHING);
	assert_false(link_echo_open(&link));
}

static void test_an_ack_is_a_frame(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, ack, 1), LINK_FRAME);
	assert_int_equal(link.frame.type, MG_FRAME_ACK);
	assert_int_equal(link.surplus, 0);
}

static void test_a_frame_in_single_bytes_says_how_many_are_missing(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	for (size_t i = 0; i + 1 < sizeof(busy); i++) {
		assert_int_equal(feed(&link, busy + i, 1), LINK_PARTIAL);
		/* No long frame is shorter than 9 bytes, whatever its length field will say. */
		assert_int_equal(link.missing, (i >= 3 ? sizeof(busy) : 9) - i - 1);
	}
	assert_int_equal(feed(&link, busy + sizeof(busy) - 1, 1), LINK_FRAME);
	assert_int_equal(link.length, sizeof(busy));
	assert_int_equal(link.frame.ci, 0x70);
}

static void test_bytes_behind_a_frame_are_surplus(void **state)
{
	(void)state;
	struct link link;
	const uint8_t more[] = { 0xE5, 0xE5 };
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, more, 2), LINK_FRAME);
	assert_int_equal(link.surplus, 1);
	assert_int_equal(feed(&link, more, 2), LINK_FRAME);
	assert_int_equal(link.surplus, 3);
}

static void test_an_echo_is_swallowed(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, nke, 3), LINK_NOTHING);
	assert_true(link_echo_open(&link));
	assert_int_equal(feed(&link, nke + 3, 2), LINK_NOTHING);
	assert_true(link.echoed);
	assert_false(link_echo_open(&link));
	assert_int_equal(feed(&link, ack, 1), LINK_FRAME);
}

static void test_an_answer_that_begins_like_the_request_is_no_echo(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, select_frame, sizeof(select_frame));
	assert_int_equal(feed(&link, busy, 1), LINK_NOTHING);
	assert_int_equal(feed(&link, busy + 1, sizeof(busy) - 1), LINK_FRAME);
	assert_false(link.echoed);
	assert_int_equal(link.length, sizeof(busy));
}

static void test_echo_and_answer_in_one_piece(void **state)
{
	(void)state;
	struct link link;
	uint8_t both[sizeof(nke) + sizeof(busy)];
	memcpy(both, nke, sizeof(nke));
	memcpy(both + sizeof(nke), busy, sizeof(busy));
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, both, sizeof(both)), LINK_FRAME);
	assert_true(link.echoed);
	assert_memory_equal(link.bytes, busy, sizeof(busy));
}

static void test_switching_noise_is_skipped_up_to_a_limit(void **state)
{
	(void)state;
	struct link link;
	const uint8_t noisy[] = { 0x00, 0xFF, 0xE5 };
	const uint8_t burst[] = { 0, 0, 0, 0, 0 };
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, noisy, 2), LINK_NOTHING);
	assert_int_equal(feed(&link, noisy + 2, 1), LINK_FRAME);
	assert_int_equal(link.noise, 2);
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, burst, sizeof(burst)), LINK_FAULT);
}

static void test_a_wrong_checksum_is_a_fault(void **state)
{
	(void)state;
	struct link link;
	uint8_t broken[sizeof(busy)];
	memcpy(broken, busy, sizeof(busy));
	broken[7] ^= 0x01;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, broken, sizeof(broken)), LINK_FAULT);
	assert_int_equal(link.fault, MG_FAULT_CHECKSUM);
	assert_int_equal(feed(&link, ack, 1), LINK_FAULT);
	assert_int_equal(link.surplus, 1);
}

static void test_a_parity_error_spoils_a_frame_that_looks_right(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(link_feed(&link, busy, sizeof(busy), MG_RX_PARITY), LINK_FAULT);
	assert_int_equal(link.rx_flags, MG_RX_PARITY);
}

static void test_a_broken_character_of_switching_noise_does_not(void **state)
{
	(void)state;
	struct link link;
	const uint8_t zero[] = { 0x00 };
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(link_feed(&link, zero, 1, MG_RX_PARITY), LINK_NOTHING);
	assert_int_equal(feed(&link, ack, 1), LINK_FRAME);
}

static void test_a_break_is_never_mere_noise(void **state)
{
	(void)state;
	struct link link;
	const uint8_t zero[] = { 0x00 };
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(link_feed(&link, zero, 1, MG_RX_BREAK), LINK_FAULT);
	assert_int_equal(link.rx_flags, MG_RX_BREAK);
}

static void test_more_bytes_than_the_buffer_holds_are_counted(void **state)
{
	(void)state;
	struct link link;
	uint8_t flood[LINK_BUFFER + 10];
	memset(flood, 0x55, sizeof(flood));
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, flood, sizeof(flood)), LINK_FAULT);
	assert_int_equal(link.surplus, 10);
}

static void test_the_longest_echo_noise_and_answer_fit_in_one_piece(void **state)
{
	(void)state;
	struct link link;
	uint8_t data[252] = { 0x2F };
	uint8_t bytes[2 * MG_FRAME_MAX + LINK_NOISE_MAX] = { 0xFF };
	const struct mg_frame frame = {
		.type = MG_FRAME_LONG, .c = 8, .a = 5, .ci = 0x78, .data = { data, sizeof(data) }
	};
	uint8_t *echo = bytes + 1, *answer = bytes + sizeof(bytes) - MG_FRAME_MAX;
	assert_int_equal(mg_frame_build(&frame, echo, MG_FRAME_MAX), MG_FRAME_MAX);
	memcpy(answer, echo, MG_FRAME_MAX);
	link_begin(&link, echo, MG_FRAME_MAX);
	assert_int_equal(feed(&link, bytes, sizeof(bytes)), LINK_FRAME);
	assert_true(link.echoed);
	assert_int_equal(link.noise, LINK_NOISE_MAX);
	assert_int_equal(link.length, MG_FRAME_MAX);
	assert_int_equal(link.surplus, 0);
}

static void hunt(struct link *link)
{
	link_begin(link, nke, sizeof(nke));
	link->hunting = true;
}

static void test_hunting_goes_on_behind_garbage(void **state)
{
	(void)state;
	struct link link;
	const uint8_t garbage[] = { 0xFD, 0x10, 0x05 };
	hunt(&link);
	assert_int_equal(feed(&link, garbage, 1), LINK_FAULT);
	assert_int_equal(feed(&link, garbage + 1, 2), LINK_PARTIAL);
	assert_int_equal(feed(&link, busy, 5), LINK_PARTIAL);
	assert_int_equal(feed(&link, busy + 5, 5), LINK_FRAME);
	assert_int_equal(link.skipped, 3);
	assert_memory_equal(link.bytes, busy, sizeof(busy));
	assert_int_equal(link.fault, MG_FAULT_START); /* the first one */
}

static void test_a_quiet_line_ends_what_only_looked_like_a_frame(void **state)
{
	(void)state;
	struct link link;
	const uint8_t start[] = { 0x68, 0x30, 0x30, 0x68 };
	hunt(&link);
	feed(&link, start, sizeof(start));
	assert_int_equal(feed(&link, busy, sizeof(busy)), LINK_PARTIAL);
	assert_int_equal(link_quiet(&link), LINK_FRAME);
	assert_int_equal(link.length, sizeof(busy));
	hunt(&link);
	assert_int_equal(link_quiet(&link), LINK_NOTHING);
	assert_int_equal(feed(&link, start, sizeof(start)), LINK_PARTIAL);
	assert_int_equal(link.missing, 0x36 - 4);
	assert_int_equal(link_quiet(&link), LINK_FAULT);
	assert_int_equal(link.fault, MG_FAULT_INCOMPLETE);
	assert_int_equal(link.missing, 0x36 - 4);
}

static void test_a_faulty_frame_of_known_length_has_ended(void **state)
{
	(void)state;
	struct link link;
	uint8_t broken[sizeof(busy)];
	memcpy(broken, busy, sizeof(busy));
	broken[7] ^= 0x01;
	hunt(&link);
	assert_int_equal(feed(&link, broken, 9), LINK_PARTIAL);
	assert_int_equal(feed(&link, broken + 9, 1), LINK_FAULT);
	assert_true(link.ended);
	assert_int_equal(feed(&link, busy, sizeof(busy)), LINK_FRAME); /* behind it */
	assert_false(link.ended);
}

static void test_flags_of_one_character_spoil_the_frame_around_it_only(void **state)
{
	(void)state;
	struct link link;
	hunt(&link);
	assert_int_equal(feed(&link, busy, 5), LINK_PARTIAL);
	assert_int_equal(link_feed(&link, busy + 5, 1, MG_RX_PARITY), LINK_PARTIAL);
	assert_int_equal(feed(&link, busy + 6, 4), LINK_FAULT);
	assert_true(link.ended);
	assert_int_equal(link.rx_flags, MG_RX_PARITY);
	assert_int_equal(feed(&link, busy, sizeof(busy)), LINK_FRAME);
}

static void test_flags_on_the_echo_are_none_of_the_answer(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(link_feed(&link, nke, sizeof(nke), MG_RX_PARITY), LINK_NOTHING);
	assert_int_equal(link.rx_flags, 0);
	assert_int_equal(feed(&link, ack, 1), LINK_FRAME);
}

static void test_an_echo_may_come_once_for_each_try(void **state)
{
	(void)state;
	struct link link;
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, nke, sizeof(nke)), LINK_NOTHING);
	assert_int_equal(feed(&link, nke, sizeof(nke)), LINK_NOTHING);
	assert_int_equal(link.echoes, 2);
	assert_int_equal(feed(&link, ack, 1), LINK_FRAME);
}

static void test_two_wrong_bytes_are_no_echo_of_a_short_frame(void **state)
{
	(void)state;
	struct link link;
	const uint8_t status[] = { 0x10, 0x0B, 0x05, 0x10, 0x16 };
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, status, sizeof(status)), LINK_FRAME);
	assert_false(link.echoed);
	assert_int_equal(link.frame.type, MG_FRAME_SHORT);
}

static void test_what_comes_behind_a_frame_that_was_not_meant(void **state)
{
	(void)state;
	struct link link;
	uint8_t both[1 + sizeof(busy)] = { 0xE5 };
	memcpy(both + 1, busy, sizeof(busy));
	link_begin(&link, nke, sizeof(nke));
	assert_int_equal(feed(&link, both, sizeof(both)), LINK_FRAME);
	assert_int_equal(link.surplus, sizeof(busy));
	assert_int_equal(link_next(&link), LINK_FRAME);
	assert_int_equal(link.frame.type, MG_FRAME_LONG);
	assert_int_equal(link.surplus, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_came_yet),
		cmocka_unit_test(test_hunting_goes_on_behind_garbage),
		cmocka_unit_test(test_a_quiet_line_ends_what_only_looked_like_a_frame),
		cmocka_unit_test(test_a_faulty_frame_of_known_length_has_ended),
		cmocka_unit_test(test_flags_of_one_character_spoil_the_frame_around_it_only),
		cmocka_unit_test(test_flags_on_the_echo_are_none_of_the_answer),
		cmocka_unit_test(test_an_echo_may_come_once_for_each_try),
		cmocka_unit_test(test_two_wrong_bytes_are_no_echo_of_a_short_frame),
		cmocka_unit_test(test_what_comes_behind_a_frame_that_was_not_meant),
		cmocka_unit_test(test_an_ack_is_a_frame),
		cmocka_unit_test(test_the_longest_echo_noise_and_answer_fit_in_one_piece),
		cmocka_unit_test(test_a_frame_in_single_bytes_says_how_many_are_missing),
		cmocka_unit_test(test_bytes_behind_a_frame_are_surplus),
		cmocka_unit_test(test_an_echo_is_swallowed),
		cmocka_unit_test(test_an_answer_that_begins_like_the_request_is_no_echo),
		cmocka_unit_test(test_echo_and_answer_in_one_piece),
		cmocka_unit_test(test_switching_noise_is_skipped_up_to_a_limit),
		cmocka_unit_test(test_a_wrong_checksum_is_a_fault),
		cmocka_unit_test(test_a_parity_error_spoils_a_frame_that_looks_right),
		cmocka_unit_test(test_a_broken_character_of_switching_noise_does_not),
		cmocka_unit_test(test_a_break_is_never_mere_noise),
		cmocka_unit_test(test_more_bytes_than_the_buffer_holds_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
