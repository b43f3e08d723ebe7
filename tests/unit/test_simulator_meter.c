/* SPDX-License-Identifier: MIT */
/* A simulated meter on the link: frame count bit, selection, broadcasts. */
#include "simulator_meter_bench.h"

#define SILENCE 0
#define ACK 1

static size_t send_short(uint8_t c, uint8_t a)
{
	struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = c, .a = a };
	meter_take(&meter, &frame, &now, BIT, &answer, &delay);
	return answer.length;
}

static size_t send_data(uint8_t c, uint8_t a, uint8_t ci, const void *data, size_t size)
{
	struct mg_frame frame = {
		.type = MG_FRAME_LONG, .c = c, .a = a, .ci = ci, .data = { data, size }
	};
	meter_take(&meter, &frame, &now, BIT, &answer, &delay);
	return answer.length;
}

static size_t select_mask(const char *mask)
{
	return send_data(0x53, 253, 0x52, mask, 8);
}

/* Access number of the answer: differs for each new telegram. */
static int access_of_answer(void)
{
	assert_true(answer.length > 20);
	return answer.bytes[15];
}

static void acknowledges_a_reset_of_the_link(void **state)
{
	(void)state;
	assert_int_equal(send_short(0x40, 5), ACK);
	assert_int_equal(answer.bytes[0], 0xE5);
	assert_int_equal(send_short(0x40, 6), SILENCE);
}

static void repeats_while_the_frame_count_bit_stays(void **state)
{
	struct telegram first;
	(void)state;
	send_short(0x40, 5);
	assert_true(send_short(0x7B, 5) > ACK);
	first = answer;
	assert_true(send_short(0x7B, 5) > ACK);
	assert_int_equal(answer.length, first.length);
	assert_memory_equal(answer.bytes, first.bytes, first.length);
	send_short(0x5B, 5);
	assert_int_not_equal(access_of_answer(), first.bytes[15]);
}

static void a_reset_clears_the_frame_count_bit(void **state)
{
	(void)state;
	send_short(0x7B, 5);
	int access = access_of_answer();
	send_short(0x40, 5);
	send_short(0x7B, 5);
	assert_int_not_equal(access_of_answer(), access);
}

static void without_a_valid_bit_every_request_is_new(void **state)
{
	(void)state;
	send_short(0x4B, 5);
	int access = access_of_answer();
	send_short(0x4B, 5);
	assert_int_not_equal(access_of_answer(), access);
}

static void has_no_alarm(void **state)
{
	(void)state;
	assert_int_equal(send_short(0x5A, 5), ACK);
	assert_int_equal(send_short(0x7A, 5), ACK);
}

static void an_alarm_is_told_until_the_bit_toggles(void **state)
{
	(void)state;
	meter.alarm = 0x10;
	expect_data("10 7B 05 80 16", 0x28, 5);
	expect("10 7A 05 7F 16", "68 04 04 68 08 05 71 10 8E 16");
	expect("10 7A 05 7F 16", "68 04 04 68 08 05 71 10 8E 16");
	expect("10 5A 05 5F 16", "E5");
	expect("10 5A 05 5F 16", "E5");
	expect("10 7A 05 7F 16", "E5");
	expect_data("10 5B 05 60 16", 0x08, 5);
}

static void an_alarm_survives_a_reset_of_the_link(void **state)
{
	(void)state;
	meter.alarm = 0x05;
	expect("10 5A 05 5F 16", "68 04 04 68 08 05 71 05 83 16");
	expect("10 40 05 45 16", "E5");
	expect("10 7A 05 7F 16", "68 04 04 68 08 05 71 05 83 16");
	expect("10 5A 05 5F 16", "E5");
}

static void a_second_alarm_follows_the_first(void **state)
{
	(void)state;
	meter.alarm = 0x05;
	expect("10 7A 05 7F 16", "68 04 04 68 08 05 71 05 83 16");
	meter.alarm = 0x10;
	expect("10 5A 05 5F 16", "68 04 04 68 08 05 71 10 8E 16");
	expect("10 7A 05 7F 16", "E5");
}

static void alarms_are_told_by_selection_and_without_a_bit(void **state)
{
	(void)state;
	meter_init(&meter, 0, METER_NO_ADDRESS, 0x12345678, 99, 1);
	meter.alarm = 0x10;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("10 7A FD 77 16", "68 04 04 68 08 FD 71 10 86 16");
	expect("10 7A FD 77 16", "68 04 04 68 08 FD 71 10 86 16");
	expect("10 4A FD 47 16", "E5");
	expect("10 4A FD 47 16", "E5");
}

static void the_bits_of_alarms_and_data_are_independent(void **state)
{
	(void)state;
	expect_data("10 7B 05 80 16", 0x08, 5);
	int access = answer.bytes[15];
	expect("10 7A 05 7F 16", "E5");
	expect_data("10 7B 05 80 16", 0x08, 5);
	assert_int_equal(answer.bytes[15], access);
}

static void tells_its_link_status(void **state)
{
	(void)state;
	expect("10 49 05 4E 16", "10 0B 05 10 16");
	expect("10 49 FE 47 16", "10 0B 05 10 16");
	expect("10 49 FF 48 16", "");
	expect("10 49 06 4F 16", "");
}

static void answers_after_eleven_bits(void **state)
{
	(void)state;
	expect("10 40 05 45 16", "E5");
	assert_int_equal(delay, 4583337);
	meter.delay = 20000000;
	expect("10 40 05 45 16", "E5");
	assert_int_equal(delay, 24583337);
	meter.delay = -20000000;
	expect("10 40 05 45 16", "E5");
	assert_int_equal(delay, 4583337);
}

static void its_delay_varies_within_the_jitter(void **state)
{
	int64_t low = INT64_MAX, high = 0;
	(void)state;
	meter.jitter = 1000;
	for (int i = 0; i < 1000; i++) {
		expect("10 40 05 45 16", "E5");
		low = delay < low ? delay : low;
		high = delay > high ? delay : high;
	}
	assert_in_range(low, 4583337, 4583337 + 50);
	assert_in_range(high, 4584337 - 50, 4584337);
}

static void every_counter_grows_with_each_readout(void **state)
{
	char before[48];
	(void)state;
	send_short(0x7B, 5);
	memcpy(before, answer.values[1].text, sizeof(before));
	assert_string_equal(answer.values[1].name, "energy");
	send_short(0x5B, 5);
	assert_string_not_equal(answer.values[1].text, before);
}

static void a_long_readout_goes_on_with_the_toggled_bit(void **state)
{
	(void)state;
	send_short(0x40, 5);
	send_short(0x7B, 5);
	assert_string_equal(answer.values[1].name, "energy");
	send_short(0x5B, 5);
	assert_string_equal(answer.values[0].name, "energy_storage_2");
	send_short(0x5B, 5);
	assert_string_equal(answer.values[0].name, "energy_storage_2");
	send_short(0x7B, 5);
	assert_string_equal(answer.values[0].name, "energy_storage_8");
	send_short(0x5B, 5);
	assert_string_equal(answer.values[1].name, "energy");
}

static void an_application_reset_begins_again(void **state)
{
	(void)state;
	send_short(0x7B, 5);
	assert_int_equal(send_data(0x53, 5, 0x50, "", 0), ACK);
	send_short(0x5B, 5);
	assert_string_equal(answer.values[1].name, "energy");
	send_short(0x7B, 5);
	assert_string_equal(answer.values[0].name, "energy_storage_2");
	assert_int_equal(send_data(0x53, 5, 0x50, "", 0), ACK); /* repeated: not done again */
	send_short(0x5B, 5);
	assert_string_equal(answer.values[0].name, "energy_storage_8");
}

static void broadcasts(void **state)
{
	(void)state;
	assert_true(send_short(0x7B, 254) > ACK);
	assert_int_equal(answer.bytes[5], 5);
	assert_int_equal(send_short(0x40, 254), ACK);
	assert_int_equal(send_short(0x40, 255), SILENCE);
	assert_int_equal(send_data(0x43, 255, 0x50, "", 0), SILENCE);
	assert_int_equal(send_data(0x43, 254, 0x51, "", 0), ACK);
}

static void what_is_no_request_stays_unanswered(void **state)
{
	(void)state;
	struct mg_frame ack = { .type = MG_FRAME_ACK };
	meter_take(&meter, &ack, &now, BIT, &answer, &delay);
	assert_int_equal(answer.length, SILENCE);
	assert_int_equal(send_data(0x08, 5, 0x72, "", 0), SILENCE);
	assert_int_equal(send_data(0x5B, 5, 0x51, "", 0), SILENCE);
}

static const uint8_t d02[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34,
	0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31, 0x00,
	0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16 };
static const uint8_t no_header[] = { 0x68, 0x06, 0x06, 0x68, 0x08, 0xFD, 0x78, 0x01, 0x13,
	0x05, 0x96, 0x16 };

static void a_literal_telegram_is_sent_as_it_stands(void **state)
{
	struct mg_bytes telegrams[1] = { { d02, sizeof(d02) } };
	(void)state;
	meter_init_literal(&meter, telegrams, 1);
	assert_int_equal(meter.address, 2);
	assert_int_equal(meter.identity.id, 0x12345678);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send_short(i % 2 == 0 ? 0x7B : 0x5B, 2), sizeof(d02));
		assert_memory_equal(answer.bytes, d02, sizeof(d02));
		assert_int_equal(answer.value_count, 0);
	}
	assert_int_equal(select_mask("\x78\x56\x34\x12\x24\x40\x01\x07"), ACK);
	assert_int_equal(send_short(0x7B, 253), sizeof(d02));
}

static void literal_telegrams_follow_each_other(void **state)
{
	struct mg_bytes telegrams[2] = { { d02, sizeof(d02) },
		{ no_header, sizeof(no_header) } };
	(void)state;
	meter_init_literal(&meter, telegrams, 2);
	send_short(0x40, 2);
	assert_int_equal(send_short(0x7B, 2), sizeof(d02));
	assert_int_equal(send_short(0x5B, 2), sizeof(no_header));
	assert_int_equal(send_short(0x7B, 2), sizeof(d02));
}

static void a_literal_without_address_and_identity_hears_broadcasts(void **state)
{
	struct mg_bytes telegrams[1] = { { no_header, sizeof(no_header) } };
	(void)state;
	meter_init_literal(&meter, telegrams, 1);
	assert_int_equal(meter.address, METER_NO_ADDRESS);
	assert_int_equal(select_mask("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), SILENCE);
	assert_int_equal(send_short(0x7B, 254), sizeof(no_header));
}

static void a_literal_that_is_no_frame_has_no_address(void **state)
{
	struct mg_bytes telegrams[1] = { { d02, 3 } };
	(void)state;
	meter_init_literal(&meter, telegrams, 1);
	assert_int_equal(meter.address, METER_NO_ADDRESS);
	assert_false(meter.selectable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(acknowledges_a_reset_of_the_link, made_up),
		cmocka_unit_test_setup(repeats_while_the_frame_count_bit_stays, made_up),
		cmocka_unit_test_setup(a_reset_clears_the_frame_count_bit, made_up),
		cmocka_unit_test_setup(without_a_valid_bit_every_request_is_new, made_up),
		cmocka_unit_test_setup(has_no_alarm, made_up),
		cmocka_unit_test_setup(an_alarm_is_told_until_the_bit_toggles, made_up),
		cmocka_unit_test_setup(an_alarm_survives_a_reset_of_the_link, made_up),
		cmocka_unit_test_setup(a_second_alarm_follows_the_first, made_up),
		cmocka_unit_test_setup(alarms_are_told_by_selection_and_without_a_bit, made_up),
		cmocka_unit_test_setup(the_bits_of_alarms_and_data_are_independent, made_up),
		cmocka_unit_test_setup(tells_its_link_status, made_up),
		cmocka_unit_test_setup(answers_after_eleven_bits, made_up),
		cmocka_unit_test_setup(its_delay_varies_within_the_jitter, made_up),
		cmocka_unit_test_setup(every_counter_grows_with_each_readout, made_up),
		cmocka_unit_test_setup(a_long_readout_goes_on_with_the_toggled_bit, made_up_long),
		cmocka_unit_test_setup(an_application_reset_begins_again, made_up_long),
		cmocka_unit_test_setup(broadcasts, made_up),
		cmocka_unit_test_setup(what_is_no_request_stays_unanswered, made_up),
		cmocka_unit_test(a_literal_telegram_is_sent_as_it_stands),
		cmocka_unit_test(literal_telegrams_follow_each_other),
		cmocka_unit_test(a_literal_without_address_and_identity_hears_broadcasts),
		cmocka_unit_test(a_literal_that_is_no_frame_has_no_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
