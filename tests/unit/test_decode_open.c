/* SPDX-License-Identifier: MIT */
/* Encrypted and compact telegrams are opened for explaining, others are left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/decode_open.h"

/* Security mode 5 with the key 00 01 ... 0F; 12565 × 10^-3 m3 and fillers inside. */
static const uint8_t encrypted[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56,
	0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x10, 0x05, 0x70, 0xC9, 0xC1, 0xE7,
	0x86, 0x69, 0x87, 0xB7, 0x01, 0x88, 0xDE, 0x45, 0xC5, 0xFA, 0xA5, 0xAC, 0x2F, 0x16 };

static const struct secure_key key = { { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
		0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F } };

static struct mg_bytes frame_of(const struct mg_frame *frame, uint8_t *bytes)
{
	return (struct mg_bytes){ bytes, mg_frame_build(frame, bytes, MG_FRAME_MAX) };
}

static void a_key_opens_a_telegram(void **state)
{
	(void)state;
	const struct mg_bytes bytes = { encrypted, sizeof(encrypted) };
	const struct assemble_context context = { .key = &key };
	struct decode_opened opened;
	struct mg_data_record record;
	assert_true(decode_open(&opened, &bytes, &context));
	assert_false(opened.expanded);
	assert_int_equal(opened.telegram.offset, 19);
	struct mg_record_cursor cursor = mg_telegram_records(&opened.telegram);
	assert_int_equal(mg_record_next(&cursor, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "volume");
	assert_int_equal(record.value.mantissa, 12565);
	assert_int_equal(record.value.exponent, -3);
	assert_int_equal(mg_record_next(&cursor, &record), MG_FAULT_END);
}

static void without_the_right_key_it_stays_closed(void **state)
{
	(void)state;
	const struct mg_bytes bytes = { encrypted, sizeof(encrypted) };
	const struct assemble_context none = { .key = NULL };
	struct secure_key other = key;
	other.bytes[15] ^= 1;
	const struct assemble_context wrong = { .key = &other };
	struct decode_opened opened;
	assert_false(decode_open(&opened, &bytes, &none));
	assert_false(decode_open(&opened, &bytes, &wrong));
}

static void open_telegrams_and_other_bytes_are_left_alone(void **state)
{
	(void)state;
	static const uint8_t data[] = { 0x01, 0x13, 0x05 };
	const struct mg_frame plain = { MG_FRAME_LONG, 0x08, 1, 0x78,
		{ data, sizeof(data) } };
	const struct assemble_context context = { .key = &key };
	uint8_t frame[MG_FRAME_MAX];
	struct mg_bytes bytes = frame_of(&plain, frame);
	struct decode_opened opened;
	assert_false(decode_open(&opened, &bytes, &context));
	bytes.size--;
	assert_false(decode_open(&opened, &bytes, &context));
	bytes = (struct mg_bytes){ encrypted, sizeof(encrypted) - 1 };
	assert_false(decode_open(&opened, &bytes, &context));
	bytes.size = 0;
	assert_false(decode_open(&opened, &bytes, &context));
}

/* A full frame with no header teaches the format; the compact one (CI 79h) has the
   signature of the format, the CRC of the whole records and their data. */
static void a_known_format_opens_a_compact_telegram(void **state)
{
	(void)state;
	static const uint8_t records[] = { 0x03, 0x13, 0x15, 0x31, 0x00 };
	static const uint8_t format[] = { 0x03, 0x13 };
	uint16_t signature = mg_crc(format, sizeof(format));
	uint16_t crc = mg_crc(records, sizeof(records));
	const uint8_t data[] = { (uint8_t)signature, (uint8_t)(signature >> 8), (uint8_t)crc,
		(uint8_t)(crc >> 8), 0x15, 0x31, 0x00 };
	const struct mg_frame full = { MG_FRAME_LONG, 8, 1, 0x78,
		{ records, sizeof(records) } };
	const struct mg_frame compact = { MG_FRAME_LONG, 8, 1, 0x79, { data, sizeof(data) } };
	uint8_t frame[MG_FRAME_MAX];
	struct mg_telegram telegram;
	struct assemble_context context = { .formats = formats_create() };
	assert_non_null(context.formats);
	struct mg_bytes bytes = frame_of(&compact, frame);
	struct decode_opened opened;
	assert_false(decode_open(&opened, &bytes, &context));
	assert_int_equal(mg_telegram_parse(&full, &telegram), MG_FAULT_NONE);
	formats_learn(context.formats, &telegram);
	assert_true(decode_open(&opened, &bytes, &context));
	assert_true(opened.expanded);
	struct mg_data_record record;
	struct mg_record_cursor cursor = mg_telegram_records(&opened.telegram);
	assert_int_equal(mg_record_next(&cursor, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.mantissa, 12565);
	formats_destroy(context.formats);
	context.formats = NULL;
	assert_false(decode_open(&opened, &bytes, &context));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_opens_a_telegram),
		cmocka_unit_test(without_the_right_key_it_stays_closed),
		cmocka_unit_test(open_telegrams_and_other_bytes_are_left_alone),
		cmocka_unit_test(a_known_format_opens_a_compact_telegram),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
