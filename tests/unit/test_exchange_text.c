/* SPDX-License-Identifier: MIT */
/* Why an exchange failed, in words. */
#include "exchange_bench.h"

static void test_an_ack_with_company_is_none(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, 40000);
	come(&f, ack, 1);
	run_on(&f, 5000);
	come(&f, ack, 1);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(text(&f), "several meters answered at 5");
}

static void test_silence_is_answered_with_the_same_c_byte(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t request[] = { 0x10, 0x7B, 0x05, 0x80, 0x16 };
	setup(&f);
	ask_data(&f);
	run_on(&f, 2000000);
	assert_int_equal(f.sends, 3);
	assert_memory_equal(f.sent, request, sizeof(request));
	assert_int_equal(f.exchange.outcome, EXCHANGE_SILENT);
	assert_string_equal(text(&f), "no answer from 5 after 3 tries");
	assert_int_equal(f.counters.timeouts, 3);
	assert_int_equal(f.counters.repeats, 2);
	assert_int_equal(f.counters.requests, 3);
}

static void test_one_try_is_not_called_tries(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, 1000000);
	assert_string_equal(text(&f), "no answer from 5 after 1 try");
}

static void test_broken_frames_until_the_end(void **state)
{
	(void)state;
	struct fixture f;
	uint8_t broken[sizeof(busy)];
	memcpy(broken, busy, sizeof(busy));
	broken[8] ^= 0xFF;
	setup(&f);
	ask_data(&f);
	for (int i = 0; i < 3; i++) {
		run_on(&f, 100000);
		come(&f, broken, sizeof(broken));
		run_on(&f, GAP);
	}
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(
			text(&f), "answer of 10 bytes from 5 is no frame: checksum wrong");
}

static void test_a_frame_that_breaks_off(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, busy, 6);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(text(&f), "answer from 5 broke off after 6 of 10 bytes");
}

static void test_a_frame_that_breaks_off_before_it_says_how_long_it_is(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, busy, 1);
	run_on(&f, 1000000);
	assert_string_equal(text(&f),
			"answer from 5 broke off after 1 byte, before its length was known");
}

static void test_a_c_field_that_nobody_sends(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t frame[] = { 0x68, 0x03, 0x03, 0x68, 0x01, 0x05, 0x72, 0x78, 0x16 };
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, frame, sizeof(frame));
	run_on(&f, 1000000);
	assert_string_equal(text(&f), "asked 5, but C field 01h came, which no slave sends: "
								  "several meters at once?");
}

static void test_a_stranger_answers(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t other[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x06, 0x70, 0x08, 0x86,
		0x16 };
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, other, sizeof(other));
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_int_equal(f.counters.wrong_address, 1);
	assert_string_equal(text(&f), "asked 5, but address 6 answered");
}

static void test_a_request_of_another_master_is_named(void **state)
{
	(void)state;
	struct fixture f;
	const uint8_t frame[] = { 0x68, 0x03, 0x03, 0x68, 0x53, 0x05, 0x50, 0xA8, 0x16 };
	setup(&f);
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, frame, sizeof(frame));
	run_on(&f, 1000000);
	assert_string_equal(text(&f),
			"asked 5, but C field 53h came, which no slave sends: another master?");
}

static void test_the_wrong_kind_of_answer(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, 100000);
	come(&f, busy, sizeof(busy));
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(
			text(&f), "asked 5, but another kind of frame came than was asked for");
	ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, ack, 1);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	const uint8_t nack[] = { 0xA2 };
	ask(&f, MG_C_SND_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
	run_on(&f, 100000);
	come(&f, nack, 1);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
}

static void test_an_echo_is_counted_and_named_in_silence(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, 30000);
	come(&f, f.sent, f.sent_size);
	assert_int_equal(f.counters.echoes, 1);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_SILENT);
	assert_string_equal(
			text(&f), "no answer from 5 after 1 try, only the converter's echo");
}

static void test_half_an_echo_is_no_silence(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	run_on(&f, 30000);
	come(&f, f.sent, 2);
	run_on(&f, 1000000);
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(text(&f),
			"the converter's echo of the request to 5 broke off after 2 of 5 bytes");
}

static void test_line_errors_are_named(void **state)
{
	(void)state;
	static const struct {
		uint8_t first;
		uint32_t flags;
		const char *text;
	} rows[] = {
		{ 0x68, MG_RX_PARITY,
				"answer from 5 came with parity errors in it: noise, or several meters "
				"at once" },
		{ 0x96, MG_RX_PARITY,
				"answer from 5 came with parity errors: check baud rate and parity" },
		{ 0x68, MG_RX_BREAK | MG_RX_PARITY,
				"answer from 5 came with a break: several meters at once, or overload" },
		{ 0x68, MG_RX_LOST, "answer from 5 came with bytes lost before they were read" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		uint8_t bytes[sizeof(busy)];
		memcpy(bytes, busy, sizeof(busy));
		bytes[0] = rows[i].first;
		setup(&f);
		ask(&f, MG_C_REQ_UD2, 5, EXCHANGE_EXPECT_DATA, 1);
		run_on(&f, 100000);
		exchange_input(&f.exchange, bytes, sizeof(bytes), rows[i].flags, f.now);
		run_on(&f, 1000000);
		assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
		assert_string_equal(text(&f), rows[i].text);
	}
}

static void test_a_transport_that_never_sends_is_given_up(void **state)
{
	(void)state;
	struct fixture f;
	setup(&f);
	ask(&f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 1);
	while (exchange_busy(&f.exchange)) {
		f.now = exchange_deadline(&f.exchange);
		assert_true(f.now < 20000000);
		exchange_unsent(&f.exchange, 2, f.now);
	}
	assert_int_equal(f.exchange.outcome, EXCHANGE_BAD);
	assert_string_equal(
			text(&f), "the port does not send what is written to it (request to 5)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_ack_with_company_is_none),
		cmocka_unit_test(test_silence_is_answered_with_the_same_c_byte),
		cmocka_unit_test(test_one_try_is_not_called_tries),
		cmocka_unit_test(test_broken_frames_until_the_end),
		cmocka_unit_test(test_a_frame_that_breaks_off),
		cmocka_unit_test(test_a_frame_that_breaks_off_before_it_says_how_long_it_is),
		cmocka_unit_test(test_a_c_field_that_nobody_sends),
		cmocka_unit_test(test_a_stranger_answers),
		cmocka_unit_test(test_a_request_of_another_master_is_named),
		cmocka_unit_test(test_the_wrong_kind_of_answer),
		cmocka_unit_test(test_an_echo_is_counted_and_named_in_silence),
		cmocka_unit_test(test_half_an_echo_is_no_silence),
		cmocka_unit_test(test_line_errors_are_named),
		cmocka_unit_test(test_a_transport_that_never_sends_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
