/* SPDX-License-Identifier: MIT */
/* Frames on which decoders of M-Bus are known to fail, each through the codec and as a
   reading: the right value, or none and the reason. */
#include "mbus_bench.h"

#include "made_telegrams.h"

#define LONG_HEADER "78563412 2440 01 07 55 00 0000"

/* A telegram, decoded by hand and assembled. */
struct peer {
	struct bench bench;
	struct reading *reading;
	const struct mg_reading *view;
};

static void peer_init(struct peer *peer, uint8_t ci, const char *hex)
{
	uint8_t data[252];
	bench_user_data(&peer->bench, 0x08, ci, data, bench_bytes(hex, data, sizeof(data)));
	peer->reading = assemble_bytes(peer->bench.bytes, peer->bench.size);
	peer->view = reading_view(peer->reading);
}

static void peer_finish(struct peer *peer)
{
	bench_finish(&peer->bench);
	reading_unref(peer->reading);
}

static void expect_number(struct peer *peer, uint32_t index, const char *quantity,
		const char *unit, const char *value)
{
	struct mg_data_record record;
	const struct mg_record *read = record_at(peer->reading, index);
	assert_int_equal(bench_next(&peer->bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, quantity);
	assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
	bench_expect_unit(&record, unit);
	bench_expect_value(&record, value);
	assert_string_equal(read->quantity, quantity);
	assert_number(read, read->name, unit, value);
}

static void expect_none(struct peer *peer, uint32_t index, enum mg_quality quality,
		const char *reason, const char *text)
{
	struct mg_data_record record;
	const struct mg_record *read = record_at(peer->reading, index);
	assert_int_equal(bench_next(&peer->bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.quality, quality);
	assert_int_equal(record.value.type, MG_TYPE_NONE);
	assert_string_equal(record.value.reason, reason);
	bench_expect_value(&record, "");
	assert_int_equal(read->quality, quality);
	assert_int_equal(read->type, MG_TYPE_NONE);
	assert_string_equal(read->reason, reason);
	if (text != NULL) {
		assert_string_equal(read->text, text);
	}
}

static void expect_end(struct peer *peer, uint32_t records)
{
	struct mg_data_record record;
	assert_int_equal(bench_next(&peer->bench, &record), MG_FAULT_END);
	assert_int_equal(peer->view->record_count, records);
	assert_null(peer->view->error);
}

static void a_date_of_all_ones_is_none(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "42 6C FF FF");
	expect_none(&peer, 0, MG_QUALITY_INVALID, "date or time not set", NULL);
	expect_end(&peer, 1);
	peer_finish(&peer);
}

static void a_time_that_is_marked_invalid_is_none(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "04 6D 80 00 00 00");
	expect_none(&peer, 0, MG_QUALITY_INVALID, "marked invalid by the meter", NULL);
	expect_end(&peer, 1);
	peer_finish(&peer);
}

static void a_time_alone_is_a_time(void **state)
{
	struct peer peer;
	struct mg_data_record record;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "03 6D 1E 2D 0C");
	assert_int_equal(bench_next(&peer.bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.type, MG_TYPE_TIME);
	bench_expect_value(&record, "12:45:30");
	assert_string_equal(record_at(peer.reading, 0)->text, "12:45:30");
	expect_end(&peer, 1);
	peer_finish(&peer);
}

static void bcd_with_hex_digits_is_no_number(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "0C 13 EE EE EE EE");
	expect_none(&peer, 0, MG_QUALITY_INVALID, "not a number: BCD with digits A to F",
			"EEEEEEEE");
	expect_end(&peer, 1);
	peer_finish(&peer);
}

static void a_record_error_gives_no_value(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "02 93 18 15 01");
	expect_none(&peer, 0, MG_QUALITY_ERROR, "the meter reports a data error", NULL);
	expect_end(&peer, 1);
	peer_finish(&peer);
}

static void bcd_of_variable_length_counts_bytes(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "0D FD 3A C4 78 56 34 12 01 13 05");
	expect_number(&peer, 0, "dimensionless", "", "12345678");
	expect_number(&peer, 1, "volume", "m3", "0.005");
	expect_end(&peer, 2);
	peer_finish(&peer);
}

static void error_flags_are_bits(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "04 FD 17 80 00 00 80");
	expect_number(&peer, 0, "error-flags", "", "2147483776");
	expect_end(&peer, 1);
	peer_finish(&peer);
}

static void high_bytes_may_come_first(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x76, "12345678 4024 01 07 55 00 0000 03 13 00 31 15");
	expect_number(&peer, 0, "volume", "m3", "12.565");
	expect_end(&peer, 1);
	assert_int_equal(peer.view->flags, MG_READING_MODE2);
	assert_string_equal(peer.view->meter.id, "12345678");
	assert_string_equal(peer.view->meter.manufacturer, "PAD");
	peer_finish(&peer);
}

static void an_answer_needs_no_header(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x78, "03 13 15 31 00");
	expect_number(&peer, 0, "volume", "m3", "12.565");
	expect_end(&peer, 1);
	assert_int_equal(peer.view->meter.has, MG_METER_ADDRESS);
	peer_finish(&peer);
}

static void an_answer_may_have_a_short_header(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x7A, "2A 00 0000 03 13 15 31 00");
	expect_number(&peer, 0, "volume", "m3", "12.565");
	expect_end(&peer, 1);
	assert_int_equal(peer.view->meter.access, 0x2A);
	assert_int_equal(peer.view->meter.has & MG_METER_ID, 0);
	peer_finish(&peer);
}

static void an_alarm_is_an_alarm(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x71, "04");
	expect_end(&peer, 0);
	assert_int_equal(peer.bench.telegram.alarm, 4);
	assert_int_equal(peer.view->alarm, 4);
	peer_finish(&peer);
}

static void encrypted_telegrams_ask_for_a_key(void **state)
{
	struct peer peer;
	struct mg_data_record record;
	(void)state;
	peer_init(&peer, 0x72,
			"78563412 2440 01 07 55 00 1005"
			"2F2F0C06 78563412 01130500 2F2F2F2F");
	assert_int_equal(peer.bench.fault, MG_FAULT_ENCRYPTED);
	assert_int_equal(bench_next(&peer.bench, &record), MG_FAULT_END);
	assert_int_equal(peer.view->record_count, 0);
	assert_string_equal(peer.view->error, "encrypted, key needed");
	assert_string_equal(peer.view->meter.id, "12345678");
	peer_finish(&peer);
}

static void the_longest_manufacturer_block_is_kept(void **state)
{
	uint8_t data[252];
	struct bench bench;
	struct mg_data_record record;
	char text[MG_TEXT_SIZE];
	(void)state;
	memset(data, 0x5A, sizeof(data));
	assert_int_equal(bench_bytes(LONG_HEADER "0F", data, sizeof(data)), 13);
	bench_user_data(&bench, 0x08, 0x72, data, sizeof(data));
	struct reading *reading = assemble_bytes(bench.bytes, bench.size);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.data.size, 239);
	assert_int_equal(mg_value_text(&record, text, sizeof(text)), 478);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	assert_int_equal(record_at(reading, 0)->data.size, 239);
	assert_null(reading_view(reading)->error);
	reading_unref(reading);
	bench_finish(&bench);
}

static void a_unit_in_plain_text_may_have_128_characters(void **state)
{
	uint8_t data[140] = { 0x02, 0x7C, 128 };
	char unit[129] = "";
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	memset(data + 3, 'm', 128);
	memset(unit, 'm', 128);
	memcpy(data + 131, "\x15\x31\x01\x13\x05", 5);
	bench_user_data(&bench, 0x08, 0x78, data, 136);
	struct reading *reading = assemble_bytes(bench.bytes, bench.size);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_unit(&record, unit);
	bench_expect_value(&record, "12565");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.005");
	assert_string_equal(record_at(reading, 0)->unit, unit);
	assert_int_equal(reading_view(reading)->record_count, 2);
	reading_unref(reading);
	bench_finish(&bench);
}

static void a_low_battery_has_a_name(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72, "78563412 2440 01 07 55 04 0000 01 13 05");
	expect_number(&peer, 0, "volume", "m3", "0.005");
	expect_end(&peer, 1);
	assert_int_equal(peer.view->meter.status_flag_count, 1);
	assert_string_equal(peer.view->meter.status_flags[0], "power-low");
	peer_finish(&peer);
}

static void a_selection_is_stepped_over(void **state)
{
	struct peer peer;
	struct mg_data_record record;
	(void)state;
	peer_init(&peer, 0x72, LONG_HEADER "08 13 01 13 05");
	assert_int_equal(bench_next(&peer.bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.coding, "none");
	assert_int_equal(record.value.type, MG_TYPE_NONE);
	assert_int_equal(record_at(peer.reading, 0)->type, MG_TYPE_NONE);
	expect_number(&peer, 1, "volume", "m3", "0.005");
	expect_end(&peer, 2);
	peer_finish(&peer);
}

static void all_ones_are_minus_one(void **state)
{
	struct peer peer;
	(void)state;
	peer_init(&peer, 0x72,
			LONG_HEADER "07 FD 3A FF FF FF FF FF FF FF FF 04 FD 3A FF FF FF FF");
	expect_number(&peer, 0, "dimensionless", "", "-1");
	expect_number(&peer, 1, "dimensionless", "", "-1");
	expect_end(&peer, 2);
	peer_finish(&peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_of_all_ones_is_none),
		cmocka_unit_test(a_time_that_is_marked_invalid_is_none),
		cmocka_unit_test(a_time_alone_is_a_time),
		cmocka_unit_test(bcd_with_hex_digits_is_no_number),
		cmocka_unit_test(a_record_error_gives_no_value),
		cmocka_unit_test(bcd_of_variable_length_counts_bytes),
		cmocka_unit_test(error_flags_are_bits),
		cmocka_unit_test(high_bytes_may_come_first),
		cmocka_unit_test(an_answer_needs_no_header),
		cmocka_unit_test(an_answer_may_have_a_short_header),
		cmocka_unit_test(an_alarm_is_an_alarm),
		cmocka_unit_test(encrypted_telegrams_ask_for_a_key),
		cmocka_unit_test(the_longest_manufacturer_block_is_kept),
		cmocka_unit_test(a_unit_in_plain_text_may_have_128_characters),
		cmocka_unit_test(a_low_battery_has_a_name),
		cmocka_unit_test(a_selection_is_stepped_over),
		cmocka_unit_test(all_ones_are_minus_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
