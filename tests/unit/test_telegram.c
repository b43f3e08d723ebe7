/* SPDX-License-Identifier: MIT */
/* Checks headers, what follows them, and plain text in the place of cipher text. */
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

/* Codes Ah to Eh are those of old meters. */
static void the_medium_is_put_together_from_both_unit_bytes(void **state)
{
	(void)state;
	for (unsigned medium = 0; medium < 16; medium++) {
		uint8_t data[16] = { 0x78, 0x56, 0x34, 0x12 };
		bool old = medium >= 10 && medium <= 14;
		struct bench bench;
		data[6] = (uint8_t)((medium & 3) << 6 | 0x29);
		data[7] = (uint8_t)((medium >> 2) << 6 | 0x3E);
		bench_user_data(&bench, 0x08, 0x73, data, sizeof(data));
		assert_int_equal(bench.telegram.identity.medium, medium);
		assert_int_equal(bench.telegram.flags, old ? MG_TELEGRAM_MODE2 : 0);
		assert_int_equal(bench.telegram.identity.id, old ? 0x78563412 : 0x12345678);
		bench_finish(&bench);
	}
}

static void what_is_not_supported_is_said(void **state)
{
	static const uint8_t unsupported[] = { 0x00, 0x1F, 0x20, 0x60, 0x64, 0x6C, 0x7C, 0x7E,
		0x81, 0x86, 0x8C, 0x9E, 0xC0, 0xFF };
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

static void a_header_of_what_is_not_supported_is_read(void **state)
{
	struct bench bench;
	(void)state;
	from_meter(&bench, 0x7C, "78563412 2440 01 07 55 04 0005 01 13 05");
	assert_int_equal(bench.fault, MG_FAULT_CI_UNSUPPORTED);
	assert_int_equal(bench.telegram.header, MG_HEADER_LONG);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.identity.medium, 7);
	assert_int_equal(bench.telegram.access, 0x55);
	assert_int_equal(bench.telegram.status, 4);
	assert_int_equal(bench.telegram.signature, 0x0500);
	assert_int_equal(bench.telegram.body.size, 15);
	bench_finish(&bench);
}

static void mode_2_data_to_a_meter_have_no_header(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	to_meter(&bench, 0x55, "0C 06 00000107");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
	assert_int_equal(bench.telegram.flags, MG_TELEGRAM_REQUEST | MG_TELEGRAM_MODE2);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "107000");
	bench_finish(&bench);
}

static void a_compact_frame_needs_its_format(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	from_meter(&bench, 0x7B, "55 04 0000 313B 42A6 D204 2E16 3423");
	assert_int_equal(bench.fault, MG_FAULT_FORMAT_UNKNOWN);
	assert_int_equal(bench.telegram.content, MG_CONTENT_COMPACT);
	assert_int_equal(bench.telegram.header, MG_HEADER_SHORT);
	assert_int_equal(bench.telegram.status, 4);
	assert_int_equal(bench.telegram.format_signature, 0x3B31);
	assert_int_equal(bench.telegram.format_crc, 0xA642);
	assert_int_equal(bench.telegram.offset, 15);
	assert_int_equal(bench.telegram.records.size, 6);
	assert_ptr_equal(bench.telegram.records.data, bench.bytes + 15);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void a_compact_frame_without_its_crc_is_refused(void **state)
{
	static const uint8_t data[16];
	(void)state;
	for (size_t size = 0; size < 4; size++) {
		struct bench bench;
		bench_user_data(&bench, 0x08, 0x79, data, size);
		assert_int_equal(bench.fault, MG_FAULT_HEADER_SHORT);
		assert_int_equal(bench.telegram.content, MG_CONTENT_NONE);
		bench_finish(&bench);
		bench_user_data(&bench, 0x08, 0x7B, data, 4 + size);
		assert_int_equal(bench.fault, MG_FAULT_HEADER_SHORT);
		bench_finish(&bench);
	}
}

static void a_fixed_structure_of_another_size_may_be_a_compact_frame(void **state)
{
	static const uint8_t data[40];
	(void)state;
	for (size_t size = 0; size <= sizeof(data); size++) {
		struct bench bench;
		bool compact = size > 16;
		if (size == 16) {
			continue;
		}
		bench_user_data(&bench, 0x08, 0x73, data, size);
		assert_int_equal(bench.fault, MG_FAULT_FIXED_LENGTH);
		assert_int_equal(
				bench.telegram.content, compact ? MG_CONTENT_COMPACT : MG_CONTENT_NONE);
		assert_int_equal(bench.telegram.records.size, compact ? size - 16 : 0);
		assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
		assert_int_equal(bench.telegram.identity.id, 0xFFFFFFFF);
		bench_finish(&bench);
		bench_user_data(&bench, 0x08, 0x77, data, size);
		assert_int_equal(bench.fault, MG_FAULT_FIXED_LENGTH);
		assert_int_equal(bench.telegram.content, MG_CONTENT_NONE);
		bench_finish(&bench);
	}
}

static void a_format_frame_has_no_records(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	from_meter(&bench, 0x69, "08 313B 02 02 02 15 02 2A");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.content, MG_CONTENT_FORMAT);
	assert_int_equal(bench.telegram.format_signature, 0x3B31);
	assert_int_equal(bench.telegram.offset, 10);
	assert_int_equal(bench.telegram.records.size, 6);
	assert_ptr_equal(bench.telegram.records.data, bench.bytes + 10);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void the_length_of_a_format_frame_must_fit(void **state)
{
	static const struct {
		const char *data;
		enum mg_fault fault;
		size_t records;
	} rows[] = {
		{ "", MG_FAULT_HEADER_SHORT, 0 },
		{ "00", MG_FAULT_HEADER_SHORT, 0 },
		{ "01 31", MG_FAULT_HEADER_SHORT, 0 },
		{ "02 31", MG_FAULT_HEADER_SHORT, 0 },
		{ "02 FFFF", MG_FAULT_NONE, 0 },
		{ "02 313B", MG_FAULT_FORMAT_CRC, 0 },
		{ "08 323B 02 02 02 15 02 2A", MG_FAULT_FORMAT_CRC, 0 },
		{ "03 313B", MG_FAULT_PREMATURE_END, 0 },
		{ "09 313B 02 02 02 15 02 2A", MG_FAULT_PREMATURE_END, 0 },
		{ "07 313B 02 02 02 15 02 2A", MG_FAULT_PREMATURE_END, 0 },
		{ "08 313B 02 02 02 15 02 2A 2F 2F", MG_FAULT_NONE, 6 },
		{ "08 313B 02 02 02 15 02 2A 2F 2E", MG_FAULT_PREMATURE_END, 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		from_meter(&bench, 0x69, rows[i].data);
		assert_int_equal(bench.fault, rows[i].fault);
		assert_int_equal(bench.telegram.records.size, rows[i].records);
		assert_int_equal(bench.telegram.content,
				rows[i].fault == MG_FAULT_NONE ? MG_CONTENT_FORMAT : MG_CONTENT_NONE);
		bench_finish(&bench);
	}
}

/* A telegram with one block of cipher text, which then becomes this plain text. */
static enum mg_fault open(struct bench *bench, uint8_t ci, const char *head,
		const char *plain, uint8_t bytes[64])
{
	uint8_t data[252];
	size_t size = bench_bytes(head, data, sizeof(data));
	struct mg_bytes text = { bytes, bench_bytes(plain, bytes, 64) };
	memset(data + size, 0xC3, 24);
	bench_user_data(bench, 0x08, ci, data, size + 24);
	assert_int_equal(bench->fault, MG_FAULT_ENCRYPTED);
	assert_true((bench->telegram.flags & MG_TELEGRAM_ENCRYPTED) != 0);
	assert_int_equal(bench->telegram.content, MG_CONTENT_NONE);
	assert_int_equal(bench->telegram.app_error, -1);
	assert_int_equal(bench->telegram.alarm, -1);
	enum mg_fault fault = mg_telegram_decrypted(&bench->telegram, &text);
	assert_true((bench->telegram.flags & MG_TELEGRAM_ENCRYPTED) == 0);
	bench->cursor = mg_telegram_records(&bench->telegram);
	return fault;
}

static void plain_text_takes_the_place_of_cipher_text(void **state)
{
	static const struct {
		uint8_t ci;
		const char *head;
		uint8_t mode;
		size_t offset; /* of the first record */
	} rows[] = {
		{ 0x7A, "2A 00 1005", 5, 13 },
		{ 0x5A, "2A 00 1005", 5, 13 },
		{ 0x67, "2A 00 1005", 5, 13 },
		{ 0x72, "78563412 2440 01 07 2A 00 1005", 5, 21 },
		{ 0x76, "12345678 4024 01 07 2A 00 0510", 5, 21 },
		{ 0x7A, "2A 00 1007 10", 7, 14 },
		{ 0x7A, "2A 00 1007 50 01", 7, 15 },
		{ 0x7A, "2A 00 1027 50 04030201 01", 7, 19 },
		{ 0x7A, "2A 00 102A 1000 04030201", 10, 19 },
		{ 0x7A, "2A 00 FF2A 5001 01 04030201", 10, 20 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		uint8_t plain[64];
		print_message("# %s\n", rows[i].head);
		assert_int_equal(
				open(&bench, rows[i].ci, rows[i].head, "2F 2F 01 13 05 2F", plain),
				MG_FAULT_NONE);
		assert_int_equal(bench.telegram.security_mode, rows[i].mode);
		assert_int_equal(bench.telegram.content, MG_CONTENT_RECORDS);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, "0.005");
		assert_int_equal(record.offset, rows[i].offset);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void errors_and_alarms_can_be_encrypted(void **state)
{
	static const struct {
		uint8_t ci;
		const char *head, *plain;
		enum mg_fault fault;
		int app_error, alarm;
	} rows[] = {
		{ 0x6E, "2A 00 1005", "2F 2F 08 2F", MG_FAULT_NONE, 8, -1 },
		{ 0x6F, "78563412 2440 01 07 2A 00 1005", "2F 2F 03", MG_FAULT_NONE, 3, -1 },
		{ 0x6E, "2A 00 1005", "2F 2F", MG_FAULT_NONE, 0, -1 },
		{ 0x6E, "2A 00 1005", "08", MG_FAULT_NONE, 8, -1 },
		{ 0x6E, "2A 00 1005", "08 2F", MG_FAULT_NONE, 8, -1 },
		{ 0x6E, "2A 00 102A 1000 04030201", "2F 2F", MG_FAULT_NONE, 0x2F, -1 },
		{ 0x74, "2A 00 1005", "2F 2F 21 2F", MG_FAULT_NONE, -1, 0x21 },
		{ 0x74, "2A 00 1007 10", "2F 2F 2F", MG_FAULT_NONE, -1, 0x2F },
		{ 0x75, "78563412 2440 01 07 2A 00 1005", "2F 21", MG_FAULT_NONE, -1, 0x2F },
		{ 0x74, "2A 00 1005", "2F 2F", MG_FAULT_HEADER_SHORT, -1, -1 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		uint8_t plain[64];
		print_message("# %02X %s\n", rows[i].ci, rows[i].plain);
		assert_int_equal(open(&bench, rows[i].ci, rows[i].head, rows[i].plain, plain),
				rows[i].fault);
		assert_int_equal(bench.telegram.app_error, rows[i].app_error);
		assert_int_equal(bench.telegram.alarm, rows[i].alarm);
		assert_int_equal(bench.telegram.records.size, 0);
		bench_finish(&bench);
	}
}

static void compact_and_format_frames_can_be_encrypted(void **state)
{
	static const struct {
		uint8_t ci;
		const char *head, *plain;
		enum mg_fault fault;
		enum mg_content content;
		size_t offset, records;
	} rows[] = {
		{ 0x7B, "2A 00 1005", "2F 2F 313B 42A6 D204 2F 2F", MG_FAULT_FORMAT_UNKNOWN,
				MG_CONTENT_COMPACT, 17, 4 },
		{ 0x7B, "2A 00 102A 1000 04030201", "313B 42A6 D204", MG_FAULT_FORMAT_UNKNOWN,
				MG_CONTENT_COMPACT, 21, 2 },
		{ 0x73, "78563412 2440 01 07 2A 00 1005", "2F 2F 313B 42A6 D204",
				MG_FAULT_FIXED_LENGTH, MG_CONTENT_COMPACT, 25, 2 },
		{ 0x73, "78563412 2440 01 07 2A 00 1005", "2F 2F 313B", MG_FAULT_FIXED_LENGTH,
				MG_CONTENT_NONE, 23, 0 },
		{ 0x6A, "2A 00 1005", "2F 2F 08 313B 02 02 02 15 02 2A 2F 2F", MG_FAULT_NONE,
				MG_CONTENT_FORMAT, 16, 6 },
		{ 0x6A, "2A 00 1005", "2F 2F 09 313B 02 02 02 15 02 2A", MG_FAULT_PREMATURE_END,
				MG_CONTENT_NONE, 22, 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		uint8_t plain[64];
		print_message("# %02X %s\n", rows[i].ci, rows[i].plain);
		assert_int_equal(open(&bench, rows[i].ci, rows[i].head, rows[i].plain, plain),
				rows[i].fault);
		assert_int_equal(bench.telegram.content, rows[i].content);
		assert_int_equal(bench.telegram.offset, rows[i].offset);
		assert_int_equal(bench.telegram.records.size, rows[i].records);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void an_encrypted_compact_frame_has_its_long_header(void **state)
{
	struct bench bench;
	uint8_t plain[64];
	(void)state;
	open(&bench, 0x73, "78563412 2440 01 07 2A 04 1005", "2F 2F", plain);
	assert_int_equal(bench.telegram.header, MG_HEADER_LONG);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.status, 4);
	assert_int_equal(bench.telegram.security_mode, 5);
	bench_finish(&bench);
}

/* Nothing but fillers is legal after decryption, and so is nothing at all. */
static void plain_text_without_records_is_right(void **state)
{
	static const char *const texts[] = { "", "2F", "2F 2F", "2F 2F 2F 2F" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(texts); i++) {
		struct bench bench;
		struct mg_data_record record;
		uint8_t plain[64];
		assert_int_equal(
				open(&bench, 0x7A, "2A 00 1005", texts[i], plain), MG_FAULT_NONE);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void what_carries_nothing_is_never_encrypted(void **state)
{
	static const uint8_t codes[] = { 0x53, 0x80, 0x84, 0x85, 0x8B };
	uint8_t data[28] = { [10] = 0x10, [11] = 0x05 };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(codes); i++) {
		struct bench bench;
		bench_user_data(&bench, 0x08, codes[i], data, sizeof(data));
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(bench.telegram.signature, 0x0510);
		assert_int_equal(bench.telegram.security_mode, 0);
		assert_int_equal(bench.telegram.flags, 0);
		bench_finish(&bench);
	}
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
		cmocka_unit_test(the_medium_is_put_together_from_both_unit_bytes),
		cmocka_unit_test(what_is_not_supported_is_said),
		cmocka_unit_test(frames_without_data_are_no_response),
		cmocka_unit_test(requests_are_marked),
		cmocka_unit_test(a_selection_names_the_meter_and_perhaps_a_number),
		cmocka_unit_test(a_header_of_what_is_not_supported_is_read),
		cmocka_unit_test(mode_2_data_to_a_meter_have_no_header),
		cmocka_unit_test(a_compact_frame_needs_its_format),
		cmocka_unit_test(a_compact_frame_without_its_crc_is_refused),
		cmocka_unit_test(a_fixed_structure_of_another_size_may_be_a_compact_frame),
		cmocka_unit_test(a_format_frame_has_no_records),
		cmocka_unit_test(the_length_of_a_format_frame_must_fit),
		cmocka_unit_test(plain_text_takes_the_place_of_cipher_text),
		cmocka_unit_test(errors_and_alarms_can_be_encrypted),
		cmocka_unit_test(compact_and_format_frames_can_be_encrypted),
		cmocka_unit_test(an_encrypted_compact_frame_has_its_long_header),
		cmocka_unit_test(plain_text_without_records_is_right),
		cmocka_unit_test(what_carries_nothing_is_never_encrypted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
