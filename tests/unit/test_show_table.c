/* SPDX-License-Identifier: MIT */
/* Readings as tables: who answered, values in people's units, and what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <metergate/mbus.h>

#include "cli/show_table.h"
#include "sample_reading.h"

static const struct show_hints hints = { "give the key", "leave out the key" };

/* What is printed; to be freed. */
static char *shown(const char *title, const struct mg_reading *reading)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	show_table(out, title, reading, &hints);
	fclose(out);
	return text;
}

static void assert_shown(
		const char *title, const struct mg_reading *reading, const char *wanted)
{
	char *text = shown(title, reading);
	assert_string_equal(text, wanted);
	free(text);
}

/* A reading without a header of its own. */
static struct mg_reading bare(const struct mg_record *records, uint32_t count)
{
	struct mg_reading reading = sample_reading(records, count);
	reading.meter = (struct mg_meter){ .has = 0 };
	reading.telegram_count = 0;
	return reading;
}

static void the_head_says_who_answered(void **state)
{
	(void)state;
	static const char *const flags[] = { "power-low", "temporary-error" };
	const struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	reading.meter.manufacturer_name = "Kamstrup A/S";
	reading.meter.status = 0x14;
	reading.meter.status_flags = flags;
	reading.meter.status_flag_count = 2;
	reading.meter.signature = 0x0520;
	reading.meter.has |= MG_METER_SECURITY;
	reading.meter.security_mode = 5;
	reading.flags = MG_READING_MODE2 | MG_READING_MORE;
	reading.alarm = 4;
	reading.app_error = 8;
	assert_shown("cellar/heat-1", &reading,
			"cellar/heat-1\n"
			"  meter          12345678.KAM.10.04\n"
			"  manufacturer   KAM, Kamstrup A/S\n"
			"  version        16 (10h)\n"
			"  medium         heat (04h)\n"
			"  address        5\n"
			"  status         14h: power low, temporary error\n"
			"  access         17\n"
			"  configuration  0520h: encrypted, security mode 5 (AES-128 CBC)\n"
			"  byte order     high byte first (mode 2)\n"
			"  application    error 08h: application busy\n"
			"  alarm          04h\n"
			"\n"
			"  energy  12345 kWh\n"
			"  more records follow in the next telegram\n"
			"\n");
}

static void parts_that_are_not_known_are_left_out(void **state)
{
	(void)state;
	struct mg_reading reading = sample_reading(NULL, 0);
	reading.meter.signature = 0x1234;
	assert_shown("t.hex:1", &reading,
			"t.hex:1\n"
			"  meter          12345678.KAM.10.04\n"
			"  manufacturer   KAM\n"
			"  version        16 (10h)\n"
			"  medium         heat (04h)\n"
			"  address        5\n"
			"  status         00h: no error\n"
			"  access         17\n"
			"  configuration  1234h: not encrypted\n"
			"\n");
	reading.meter.has = MG_METER_ID | MG_METER_MEDIUM;
	assert_shown("t.hex:1", &reading,
			"t.hex:1\n"
			"  meter          12345678\n"
			"  medium         heat (04h)\n"
			"\n");
}

static void columns_are_as_wide_as_what_they_hold(void **state)
{
	(void)state;
	static const char *const modifiers[] = { "forward-only", "average" };
	struct mg_record records[] = { sample_record(), sample_record(), sample_record(),
		sample_record() };
	records[1].name = "volume_storage_1_max";
	records[1].unit = "m3";
	records[1].function = MG_FUNCTION_MAXIMUM;
	records[1].storage = 1;
	records[1].tariff = 2;
	records[1].subunit = 3;
	records[1].exponent = -3;
	records[2].name = "flow_temperature";
	records[2].unit = "°C";
	records[2].exponent = -2;
	records[2].function = MG_FUNCTION_ERROR;
	records[2].modifiers = modifiers;
	records[2].modifier_count = 2;
	records[3].name = "datetime";
	records[3].unit = "";
	records[3].type = MG_TYPE_DATETIME;
	records[3].text = "2026-07-01T05:59";
	records[3].function = MG_FUNCTION_MINIMUM;
	records[3].flags = MG_RECORD_SUMMER | MG_RECORD_AMBIGUOUS;
	const struct mg_reading reading = bare(records, 4);
	assert_shown("x", &reading,
			"x\n"
			"  energy                12345 kWh\n"
			"  volume_storage_1_max  12.345 m3         maximum, storage 1, tariff 2, "
			"subunit 3\n"
			"  flow_temperature      123.45 °C         during an error, forward-only, "
			"average\n"
			"  datetime              2026-07-01T05:59  minimum, summer time, the "
			"standard "
			"leaves its meaning open\n"
			"\n");
}

static void a_missing_value_has_a_reason(void **state)
{
	(void)state;
	struct mg_record records[] = { sample_record(), sample_record(), sample_record() };
	records[0].type = records[1].type = records[2].type = MG_TYPE_NONE;
	records[0].quality = MG_QUALITY_INVALID;
	records[0].reason = "not a number";
	records[0].text = "EEEEEEEE";
	records[0].storage = 1;
	records[1].quality = MG_QUALITY_ERROR;
	records[1].reason = "the meter reports: no data";
	const struct mg_reading reading = bare(records, 3);
	assert_shown("x", &reading,
			"x\n"
			"  energy  no value (EEEEEEEE): not a number  storage 1\n"
			"  energy  no value: the meter reports: no data\n"
			"  energy  -\n"
			"\n");
}

static void what_the_reason_says_is_not_said_twice(void **state)
{
	(void)state;
	struct mg_record records[] = { sample_record(), sample_record() };
	records[0].type = records[1].type = MG_TYPE_NONE;
	records[0].quality = records[1].quality = MG_QUALITY_INVALID;
	records[0].reason = records[1].reason = "not a number: NaN";
	records[0].text = "NaN";
	records[1].text = "xNaN";
	const struct mg_reading reading = bare(records, 2);
	assert_shown("x", &reading,
			"x\n"
			"  energy  no value: not a number: NaN\n"
			"  energy  no value (xNaN): not a number: NaN\n"
			"\n");
}

static void assert_seconds(int64_t mantissa, int32_t exponent, const char *wanted)
{
	struct mg_record record = sample_record();
	char text[200];
	record.name = "operating_time";
	record.unit = "s";
	record.mantissa = mantissa;
	record.exponent = exponent;
	const struct mg_reading reading = bare(&record, 1);
	snprintf(text, sizeof(text), "x\n  operating_time  %s\n\n", wanted);
	assert_shown("x", &reading, text);
}

static void long_durations_are_told_in_days_too(void **state)
{
	(void)state;
	assert_seconds(252241200, 0, "252241200 s (2919 d 11 h)");
	assert_seconds(86400, 0, "86400 s (1 d)");
	assert_seconds(86399, 0, "86399 s");
	assert_seconds(90061, 0, "90061 s (1 d 1 h 1 min 1 s)");
	assert_seconds(86460, 0, "86460 s (1 d 1 min)");
	assert_seconds(864, 2, "86400 s (1 d)");
	assert_seconds(864000, -1, "86400.0 s (1 d)");
	assert_seconds(864005, -1, "86400.5 s");
	assert_seconds(0, 0, "0 s");
	assert_seconds(-172800, 0, "-172800 s");
	assert_seconds(INT64_MAX, 1, "92233720368547758070 s");
}

static void bytes_are_cut_and_text_is_tame(void **state)
{
	(void)state;
	static const uint8_t data[30] = { 0xAB, 0xCD };
	struct mg_record records[] = { sample_record(), sample_record(), sample_record() };
	records[0].type = records[1].type = MG_TYPE_BYTES;
	records[0].unit = records[1].unit = "";
	records[0].data = (struct mg_bytes){ data, 24 };
	records[1].data = (struct mg_bytes){ data, 30 };
	records[1].flags = MG_RECORD_VENDOR;
	records[1].function = MG_FUNCTION_NONE;
	records[2].type = MG_TYPE_TEXT;
	records[2].unit = "\x1B[2J";
	records[2].text = "a\x07"
					  "b\xFF"
					  "c";
	const struct mg_reading reading = bare(records, 3);
	assert_shown("x\x1By", &reading,
			"x y\n"
			"  energy  ABCD00000000000000000000000000000000000000000000\n"
			"  energy  ABCD00000000000000000000000000000000000000000000... (30 bytes; "
			"--json has all)  manufacturer specific\n"
			"  energy  a b\xEF\xBF\xBD"
			"c  [2J\n"
			"\n");
}

static void no_bytes_are_a_dash(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_BYTES;
	record.unit = "";
	record.data = (struct mg_bytes){ NULL, 0 };
	const struct mg_reading reading = bare(&record, 1);
	assert_shown("x", &reading, "x\n  energy  -\n\n");
}

static void wide_numbers_stay_in_their_base_unit(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_WIDE;
	record.text = "123456789012345678901";
	const struct mg_reading reading = bare(&record, 1);
	assert_shown("x", &reading, "x\n  energy  123456789012345678901 Wh\n\n");
}

static void what_is_wrong_stands_below(void **state)
{
	(void)state;
	struct mg_reading reading = bare(NULL, 0);
	reading.error = "checksum wrong";
	reading.error_offset = 19;
	assert_shown("t.hex:7", &reading,
			"t.hex:7\n  error: checksum wrong (byte 19 of the telegram)\n\n");
	reading.error = "no answer";
	reading.error_offset = 0;
	assert_shown("5", &reading, "5\n  error: no answer\n\n");
}

static void an_error_is_followed_by_what_helps(void **state)
{
	(void)state;
	struct mg_reading reading = bare(NULL, 0);
	assert_null(show_table_hint(&reading, &hints));
	reading.error = "telegram 2: encrypted, key needed";
	reading.error_offset = 19;
	assert_shown("5", &reading,
			"5\n  error: telegram 2: encrypted, key needed (byte 19 of the telegram); "
			"give the key\n\n");
	reading.error = mg_fault_text(MG_FAULT_PLAIN);
	assert_string_equal(show_table_hint(&reading, &hints), "leave out the key");
}

static void frames_without_data_are_named(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[9];
		size_t size;
		const char *text;
	} rows[] = {
		{ { 0xE5 }, 1, "x\n  an acknowledgement (E5h): it carries no data\n\n" },
		{ { 0xA2 }, 1, "x\n  a refusal (A2h): it carries no data\n\n" },
		{ { 0x10, 0x40, 0x01, 0x41, 0x16 }, 5,
				"x\n  a short frame: it carries no data\n\n" },
		{ { 0x68, 0x03, 0x03, 0x68, 0x53, 0x01, 0x50, 0xA4, 0x16 }, 9,
				"x\n  a request or command: it carries no readings\n\n" },
		{ { 0x68, 0x03, 0x03, 0x68, 0x08, 0x01, 0x78, 0x81, 0x16 }, 9,
				"x\n  no records\n\n" },
		{ { 0xFF }, 1, "x\n\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mg_bytes telegram = { rows[i].bytes, rows[i].size };
		struct mg_reading reading = bare(NULL, 0);
		reading.telegrams = &telegram;
		reading.telegram_count = 1;
		assert_shown("x", &reading, rows[i].text);
	}
}

static void an_answer_that_says_something_is_not_called_empty(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 0x68, 0x03, 0x03, 0x68, 0x08, 0x01, 0x71, 0x7A,
		0x16 };
	const struct mg_bytes telegram = { bytes, sizeof(bytes) };
	struct mg_reading reading = bare(NULL, 0);
	reading.telegrams = &telegram;
	reading.telegram_count = 1;
	reading.alarm = 4;
	assert_shown("x", &reading, "x\n  alarm          04h\n\n");
	reading.alarm = -1;
	reading.app_error = 8;
	assert_shown("x", &reading, "x\n  application    error 08h: application busy\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_says_who_answered),
		cmocka_unit_test(parts_that_are_not_known_are_left_out),
		cmocka_unit_test(columns_are_as_wide_as_what_they_hold),
		cmocka_unit_test(a_missing_value_has_a_reason),
		cmocka_unit_test(what_the_reason_says_is_not_said_twice),
		cmocka_unit_test(long_durations_are_told_in_days_too),
		cmocka_unit_test(bytes_are_cut_and_text_is_tame),
		cmocka_unit_test(no_bytes_are_a_dash),
		cmocka_unit_test(wide_numbers_stay_in_their_base_unit),
		cmocka_unit_test(what_is_wrong_stands_below),
		cmocka_unit_test(an_error_is_followed_by_what_helps),
		cmocka_unit_test(frames_without_data_are_named),
		cmocka_unit_test(an_answer_that_says_something_is_not_called_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
