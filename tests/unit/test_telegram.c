/* SPDX-License-Identifier: MIT */
/* Checks CI fields, headers, and which configuration fields mean encryption. */
#include "mbus_bench.h"

/* A telegram from a meter whose bytes behind CI are given. */
static void from_meter(struct bench *bench, uint8_t ci, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, 0x08, ci, data, bench_bytes(hex, data, sizeof(data)));
}

static void to_meter(struct bench *bench, uint8_t ci, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, 0x53, ci, data, bench_bytes(hex, data, sizeof(data)));
}

static void a_long_header_is_read(void **state)
{
	struct bench bench;
	(void)state;
	bench_frame(&bench, "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 04 00 00 "
						"03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 1C 16");
	const struct mg_telegram *telegram = &bench.telegram;
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(telegram->c, 0x08);
	assert_int_equal(telegram->a, 2);
	assert_int_equal(telegram->ci, 0x72);
	assert_int_equal(telegram->header, MG_HEADER_LONG);
	assert_int_equal(telegram->flags, 0);
	assert_int_equal(telegram->identity.id, 0x12345678);
	assert_int_equal(telegram->identity.manufacturer, 0x4024);
	assert_int_equal(telegram->identity.version, 1);
	assert_int_equal(telegram->identity.medium, 7);
	assert_int_equal(telegram->access, 0x55);
	assert_int_equal(telegram->status, 4);
	assert_int_equal(telegram->signature, 0);
	assert_int_equal(telegram->app_error, -1);
	assert_int_equal(telegram->alarm, -1);
	assert_int_equal(telegram->offset, 19);
	assert_int_equal(telegram->records.size, 16);
	assert_ptr_equal(telegram->records.data, bench.bytes + 19);
	bench_finish(&bench);
}

static void mode_2_has_high_bytes_first(void **state)
{
	struct bench bench;
	(void)state;
	from_meter(&bench, 0x76, "12345678 4024 01 07 55 00 1234");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.flags, MG_TELEGRAM_MODE2);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.identity.manufacturer, 0x4024);
	assert_int_equal(bench.telegram.identity.version, 1);
	assert_int_equal(bench.telegram.identity.medium, 7);
	assert_int_equal(bench.telegram.signature, 0x1234);
	bench_finish(&bench);
}

static void a_short_header_has_no_identity(void **state)
{
	struct bench bench;
	(void)state;
	from_meter(&bench, 0x7A, "CC 08 34 12 01 13 05");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.header, MG_HEADER_SHORT);
	assert_int_equal(bench.telegram.access, 0xCC);
	assert_int_equal(bench.telegram.status, 8);
	assert_int_equal(bench.telegram.signature, 0x1234);
	assert_int_equal(bench.telegram.identity.id, 0xFFFFFFFF);
	assert_int_equal(bench.telegram.identity.manufacturer, 0xFFFF);
	assert_int_equal(bench.telegram.offset, 11);
	assert_int_equal(bench.telegram.records.size, 3);
	bench_finish(&bench);
}

static void headers_and_record_areas_follow_from_the_ci_field(void **state)
{
	static const struct {
		uint8_t ci;
		const char *data;
		enum mg_header header;
		size_t records;
	} rows[] = {
		{ 0x78, "01 13 05", MG_HEADER_NONE, 3 },
		{ 0x78, "", MG_HEADER_NONE, 0 },
		{ 0x66, "01 13 05", MG_HEADER_NONE, 3 },
		{ 0x67, "01 00 00 00 01 13 05", MG_HEADER_SHORT, 3 },
		{ 0x68, "78563412 2440 01 07 55 00 0000 01 13 05", MG_HEADER_LONG, 3 },
		{ 0x72, "78563412 2440 01 07 55 00 0000", MG_HEADER_LONG, 0 },
		{ 0x8A, "01 00 00 00 FF", MG_HEADER_SHORT, 0 },
		{ 0x8B, "78563412 2440 01 07 55 00 0000 FF", MG_HEADER_LONG, 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		from_meter(&bench, rows[i].ci, rows[i].data);
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(bench.telegram.header, rows[i].header);
		assert_int_equal(bench.telegram.records.size, rows[i].records);
		bench_finish(&bench);
	}
}

static void application_errors_and_alarms_are_taken_out(void **state)
{
	static const struct {
		uint8_t ci;
		const char *data;
		int app_error, alarm;
	} rows[] = {
		{ 0x70, "08", 8, -1 },
		{ 0x70, "", 0, -1 },
		{ 0x70, "F0 01 13 05", 0xF0, -1 },
		{ 0x6E, "01 00 00 00 03", 3, -1 },
		{ 0x6F, "78563412 2440 01 07 55 00 0000 02", 2, -1 },
		{ 0x71, "21", -1, 0x21 },
		{ 0x74, "01 00 00 00 05", -1, 5 },
		{ 0x75, "78563412 2440 01 07 55 00 0000 80", -1, 0x80 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		from_meter(&bench, rows[i].ci, rows[i].data);
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(bench.telegram.app_error, rows[i].app_error);
		assert_int_equal(bench.telegram.alarm, rows[i].alarm);
		bench_finish(&bench);
	}
}

static void records_may_follow_a_dynamic_application_error(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	from_meter(&bench, 0x70, "F0 01 13 05");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.005");
	bench_finish(&bench);
}

static void a_header_cut_short_is_refused_at_every_length(void **state)
{
	static const struct {
		uint8_t ci;
		size_t size;
	} rows[] = { { 0x72, 12 }, { 0x76, 12 }, { 0x6F, 12 }, { 0x7A, 4 }, { 0x8A, 4 },
		{ 0x71, 1 }, { 0x52, 8 } };
	static const uint8_t data[12];
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		for (size_t size = 0; size < rows[i].size; size++) {
			struct bench bench;
			bench_user_data(&bench, 0x08, rows[i].ci, data, size);
			assert_int_equal(bench.fault, MG_FAULT_HEADER_SHORT);
			assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
			assert_int_equal(bench.telegram.records.size, 0);
			bench_finish(&bench);
		}
		struct bench bench;
		bench_user_data(&bench, 0x08, rows[i].ci, data, rows[i].size);
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		bench_finish(&bench);
	}
}

static void a_fixed_structure_has_exactly_16_bytes(void **state)
{
	static const uint8_t data[18];
	(void)state;
	for (size_t size = 0; size <= sizeof(data); size++) {
		struct bench bench;
		bench_user_data(&bench, 0x08, size % 2 != 0 ? 0x77 : 0x73, data, size);
		assert_int_equal(bench.fault, size == 16 ? MG_FAULT_NONE : MG_FAULT_FIXED_LENGTH);
		bench_finish(&bench);
	}
}

static void a_fixed_header_is_read(void **state)
{
	struct bench bench;
	(void)state;
	bench_frame(&bench, "68 13 13 68 08 05 73 78 56 34 12 0A 04 E9 7E 01 00 00 00 "
						"35 01 00 00 40 16");
	assert_int_equal(bench.telegram.header, MG_HEADER_FIXED);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.identity.medium, 7);
	assert_int_equal(bench.telegram.identity.manufacturer, 0xFFFF);
	assert_int_equal(bench.telegram.access, 10);
	assert_int_equal(bench.telegram.status, 4);
	assert_int_equal(bench.telegram.flags, 0);
	bench_finish(&bench);
}

static void old_media_codes_mean_high_bytes_first(void **state)
{
	struct bench bench;
	(void)state;
	from_meter(&bench, 0x73, "12345678 0A 00 69 FE 00000001 00000135");
	assert_int_equal(bench.telegram.flags, MG_TELEGRAM_MODE2);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.identity.medium, 13);
	bench_finish(&bench);
	from_meter(&bench, 0x77, "12345678 0A 00 E9 7E 00000001 00000135");
	assert_int_equal(bench.telegram.flags, MG_TELEGRAM_MODE2);
	assert_int_equal(bench.telegram.identity.medium, 7);
	bench_finish(&bench);
}

static void what_is_not_supported_is_said(void **state)
{
	static const uint8_t unsupported[] = { 0x00, 0x1F, 0x20, 0x53, 0x60, 0x64, 0x69, 0x6C,
		0x79, 0x7B, 0x7C, 0x7E, 0x80, 0x81, 0x86, 0x8C, 0x90, 0x9E, 0xA0, 0xB7, 0xC0,
		0xFF };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(unsupported); i++) {
		struct bench bench;
		from_meter(&bench, unsupported[i], "78563412 2440 01 07 55 00 0000 01 13 05");
		assert_int_equal(bench.fault, MG_FAULT_CI_UNSUPPORTED);
		assert_int_equal(bench.telegram.ci, unsupported[i]);
		assert_int_equal(bench.telegram.records.size, 0);
		bench_finish(&bench);
	}
}

static void frames_without_data_are_no_response(void **state)
{
	static const char *const frames[] = { "E5", "A2", "10 5B 01 5C 16" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(frames); i++) {
		struct bench bench;
		bench_frame(&bench, frames[i]);
		assert_int_equal(bench.fault, MG_FAULT_NOT_A_RESPONSE);
		bench_finish(&bench);
	}
}

static void requests_are_marked(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	to_meter(&bench, 0x51, "01 7A 05");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.flags, MG_TELEGRAM_REQUEST);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "5");
	bench_finish(&bench);
	to_meter(&bench, 0xBD, "");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void a_selection_names_the_meter_and_perhaps_a_number(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	to_meter(&bench, 0x52, "78563412 FFFF FF FF 0C 78 44332211");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "fabrication-number");
	bench_expect_value(&record, "11223344");
	bench_finish(&bench);
	to_meter(&bench, 0x56, "12345678 4024 01 07");
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.identity.manufacturer, 0x4024);
	bench_finish(&bench);
}

/* The bytes behind a short header that has this configuration field. */
static enum mg_fault with_word(
		uint16_t word, size_t payload, uint8_t first, uint8_t second)
{
	uint8_t data[252] = { 0x2A, 0, (uint8_t)word, (uint8_t)(word >> 8), first, second };
	struct mg_data_record record;
	struct bench bench;
	bench_user_data(&bench, 0x08, 0x7A, data, 4 + payload);
	enum mg_fault fault = bench.fault;
	assert_int_equal(bench.telegram.signature, word);
	assert_int_equal((bench.telegram.flags & MG_TELEGRAM_ENCRYPTED) != 0,
			fault == MG_FAULT_ENCRYPTED);
	if (fault == MG_FAULT_ENCRYPTED) {
		assert_int_equal(bench.telegram.records.size, payload);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	}
	bench_finish(&bench);
	return fault;
}

static void mode_5_is_encrypted_when_its_blocks_fit(void **state)
{
	(void)state;
	assert_int_equal(with_word(0x0510, 16, 0, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0510, 40, 0, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0510, 15, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x05F0, 240, 0, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x05F0, 239, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0500, 16, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x8510, 16, 0, 0), MG_FAULT_ENCRYPTED);
}

static void mode_7_has_extension_bytes(void **state)
{
	(void)state;
	assert_int_equal(with_word(0x0720, 33, 0x10, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0720, 32, 0x10, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0720, 34, 0x50, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0720, 33, 0x50, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x2720, 37, 0x10, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x2720, 36, 0x10, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0700, 33, 0x10, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0720, 0, 0, 0), MG_FAULT_NONE);
}

static void mode_10_has_a_counter_and_a_tag(void **state)
{
	(void)state;
	/* extension 2, counter 4, then the bytes, then a tag of 8 */
	assert_int_equal(with_word(0x2A11, 31, 0x10, 0x01), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x2A11, 30, 0x10, 0x01), MG_FAULT_NONE);
	assert_int_equal(with_word(0x2AFF, 15, 0x10, 0x01), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x2AFF, 14, 0x10, 0x01), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0A01, 7, 0x10, 0x00), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0A01, 8, 0x50, 0x00), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0A01, 7, 0x50, 0x00), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0A00, 40, 0x10, 0x00), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0A01, 1, 0x10, 0x00), MG_FAULT_NONE);
}

static void other_configuration_fields_are_not_encryption(void **state)
{
	(void)state;
	assert_int_equal(with_word(0x1234, 40, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0xFFFF, 40, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0210, 40, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0810, 40, 0, 0), MG_FAULT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_header_is_read),
		cmocka_unit_test(mode_2_has_high_bytes_first),
		cmocka_unit_test(a_short_header_has_no_identity),
		cmocka_unit_test(headers_and_record_areas_follow_from_the_ci_field),
		cmocka_unit_test(application_errors_and_alarms_are_taken_out),
		cmocka_unit_test(records_may_follow_a_dynamic_application_error),
		cmocka_unit_test(a_header_cut_short_is_refused_at_every_length),
		cmocka_unit_test(a_fixed_structure_has_exactly_16_bytes),
		cmocka_unit_test(a_fixed_header_is_read),
		cmocka_unit_test(old_media_codes_mean_high_bytes_first),
		cmocka_unit_test(what_is_not_supported_is_said),
		cmocka_unit_test(frames_without_data_are_no_response),
		cmocka_unit_test(requests_are_marked),
		cmocka_unit_test(a_selection_names_the_meter_and_perhaps_a_number),
		cmocka_unit_test(mode_5_is_encrypted_when_its_blocks_fit),
		cmocka_unit_test(mode_7_has_extension_bytes),
		cmocka_unit_test(mode_10_has_a_counter_and_a_tag),
		cmocka_unit_test(other_configuration_fields_are_not_encryption),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
