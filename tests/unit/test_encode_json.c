/* SPDX-License-Identifier: MIT */
/* JSON of readings and events, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "route/encode.h"
#include "route/encode_json.h"

#include "sample_reading.h"

static void assert_json(const struct mg_reading *reading,
		const struct encode_options *options, const char *expected)
{
	struct encode_buffer buffer = { 0 };
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, reading, options));
	assert_string_equal(buffer.data, expected);
	assert_int_equal(buffer.length, strlen(expected));
	encode_finish(&buffer);
}

/* A reading that has nothing but one record, and the JSON around it. */
static void assert_record(const struct mg_record *record, const char *expected)
{
	char text[1024] = "{\"schema\":1,\"type\":\"reading\",\"records\":[";
	struct mg_reading reading = {
		.record_size = sizeof(struct mg_record),
		.type = "reading",
		.gateway = "",
		.bus = "",
		.device = "",
		.records = record,
		.record_count = 1,
		.app_error = -1,
		.alarm = -1,
	};
	strcat(text, expected);
	strcat(text, "],\"more_records_follow\":false}");
	assert_json(&reading, NULL, text);
}

static void the_example_of_the_manual(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	reading.meter.manufacturer_name = "Kamstrup A/S";
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"gateway\":\"cellar-pi\","
			"\"run\":1795327200123456,\"seq\":4711,\"device_seq\":12,"
			"\"time\":\"2026-11-22T05:59:00.123Z\",\"bus\":\"cellar\","
			"\"device\":\"heat-1\",\"label\":\"Flat 3 "
			"left\",\"tags\":{\"area\":\"north\"},"
			"\"meter\":{\"id\":\"12345678\",\"manufacturer\":\"KAM\","
			"\"manufacturer_name\":\"Kamstrup A/S\",\"version\":16,\"medium\":\"heat\","
			"\"medium_code\":4,\"address\":5,\"ci\":114,\"access\":17,"
			"\"status\":0,\"status_flags\":[],\"signature\":0},"
			"\"records\":[{\"name\":\"energy\",\"function\":\"instantaneous\","
			"\"storage\":0,\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\","
			"\"unit\":\"Wh\",\"value\":12345000,\"modifiers\":[],\"dib\":\"0C\","
			"\"vib\":\"06\",\"coding\":\"bcd8\"}],\"more_records_follow\":false}");
}

static void an_event(void **state)
{
	(void)state;
	struct mg_reading event = sample_event();
	assert_json(&event, NULL,
			"{\"schema\":1,\"type\":\"bus_down\",\"gateway\":\"cellar-pi\",\"run\":7,"
			"\"seq\":8,\"time\":\"2026-11-22T05:59:00.000Z\",\"bus\":\"cellar\","
			"\"message\":\"cannot open: \\\"no such file\\\"\"}");
}

static void numbers_keep_every_digit(void **state)
{
	(void)state;
	static const struct {
		int64_t mantissa;
		int32_t exponent;
		const char *text;
	} rows[] = {
		{ 0, 0, "0" },
		{ 0, -3, "0.000" },
		{ -125, -5, "-0.00125" },
		{ 1230, -2, "12.30" },
		{ INT64_MAX, 0, "9223372036854775807" },
		{ INT64_MIN, 0, "-9223372036854775808" },
		{ 1, 25, "10000000000000000000000000" },
		{ 1, 129, "null" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expected[512] = "{\"name\":\"energy\",\"function\":\"instantaneous\","
							 "\"storage\":0,\"tariff\":0,\"subunit\":0,"
							 "\"quantity\":\"energy\",\"unit\":\"Wh\",\"value\":";
		struct mg_record record = sample_record();
		record.mantissa = rows[i].mantissa;
		record.exponent = rows[i].exponent;
		strcat(expected, rows[i].text);
		strcat(expected, ",\"modifiers\":[],\"dib\":\"0C\",\"vib\":\"06\","
						 "\"coding\":\"bcd8\"}");
		assert_record(&record, expected);
	}
}

static void an_invalid_value_has_a_reason_and_its_bytes(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_NONE;
	record.quality = MG_QUALITY_INVALID;
	record.reason = "no BCD digit";
	assert_record(&record,
			"{\"name\":\"energy\",\"function\":\"instantaneous\",\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"value\":null,\"modifiers\":[],\"dib\":\"0C\",\"vib\":\"06\","
			"\"coding\":\"bcd8\",\"quality\":\"invalid\",\"reason\":\"no BCD digit\","
			"\"data\":\"45230100\"}");
	record.quality = MG_QUALITY_ERROR;
	record.reason = NULL;
	assert_record(&record,
			"{\"name\":\"energy\",\"function\":\"instantaneous\",\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"value\":null,\"modifiers\":[],\"dib\":\"0C\",\"vib\":\"06\","
			"\"coding\":\"bcd8\",\"quality\":\"error\",\"data\":\"45230100\"}");
}

static void what_was_sent_instead_of_a_value_is_shown(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_NONE;
	record.quality = MG_QUALITY_INVALID;
	record.reason = "no such date or time";
	record.text = "2026-13-00T24:00";
	assert_record(&record,
			"{\"name\":\"energy\",\"function\":\"instantaneous\",\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"value\":null,\"modifiers\":[],\"dib\":\"0C\",\"vib\":\"06\","
			"\"coding\":\"bcd8\",\"quality\":\"invalid\","
			"\"reason\":\"no such date or time\",\"shown\":\"2026-13-00T24:00\","
			"\"data\":\"45230100\"}");
	record.text = "";
	record.reason = "marked invalid by the meter";
	assert_record(&record,
			"{\"name\":\"energy\",\"function\":\"instantaneous\",\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"value\":null,\"modifiers\":[],\"dib\":\"0C\",\"vib\":\"06\","
			"\"coding\":\"bcd8\",\"quality\":\"invalid\","
			"\"reason\":\"marked invalid by the meter\",\"data\":\"45230100\"}");
}

static void a_good_text_is_a_value_and_not_shown(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_TEXT;
	record.text = "12345678.KAM.10.04";
	assert_record(&record,
			"{\"name\":\"energy\",\"function\":\"instantaneous\",\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"value\":\"12345678.KAM.10.04\",\"modifiers\":[],\"dib\":\"0C\","
			"\"vib\":\"06\",\"coding\":\"bcd8\"}");
}

static void manufacturer_data_have_no_function(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.name = "manufacturer_data";
	record.quantity = "manufacturer-data";
	record.unit = "";
	record.coding = "raw";
	record.function = MG_FUNCTION_NONE;
	record.type = MG_TYPE_BYTES;
	record.flags = MG_RECORD_VENDOR;
	record.vib = (struct mg_bytes){ NULL, 0 };
	assert_record(&record,
			"{\"name\":\"manufacturer_data\",\"function\":null,\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"manufacturer-data\",\"unit\":\"\","
			"\"value\":\"45230100\",\"modifiers\":[],\"dib\":\"0C\",\"vib\":\"\","
			"\"coding\":\"raw\",\"vendor\":true,\"data\":\"45230100\"}");
}

static void a_date_in_summer_with_modifiers(void **state)
{
	(void)state;
	static const char *const modifiers[] = { "upper-limit", "phase-L1" };
	struct mg_record record = sample_record();
	record.name = "datetime_storage_1_max";
	record.quantity = "datetime";
	record.unit = "";
	record.coding = "datetime-F";
	record.function = MG_FUNCTION_MAXIMUM;
	record.storage = 1;
	record.tariff = 2;
	record.subunit = 3;
	record.type = MG_TYPE_DATETIME;
	record.text = "2026-11-22T05:59";
	record.flags = MG_RECORD_SUMMER | MG_RECORD_AMBIGUOUS;
	record.modifiers = modifiers;
	record.modifier_count = 2;
	assert_record(&record,
			"{\"name\":\"datetime_storage_1_max\",\"function\":\"maximum\","
			"\"storage\":1,\"tariff\":2,\"subunit\":3,\"quantity\":\"datetime\","
			"\"unit\":\"\",\"value\":\"2026-11-22T05:59\","
			"\"modifiers\":[\"upper-limit\",\"phase-L1\"],\"dib\":\"0C\",\"vib\":\"06\","
			"\"coding\":\"datetime-F\",\"summer\":true,\"ambiguous\":true}");
}

static void a_wide_number_is_bare(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_WIDE;
	record.text = "-123456789012345678901.5";
	assert_record(&record,
			"{\"name\":\"energy\",\"function\":\"instantaneous\",\"storage\":0,"
			"\"tariff\":0,\"subunit\":0,\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"value\":-123456789012345678901.5,\"modifiers\":[],\"dib\":\"0C\","
			"\"vib\":\"06\",\"coding\":\"bcd8\"}");
}

static void strings_are_escaped_and_repaired(void **state)
{
	(void)state;
	struct encode_buffer buffer = { 0 };
	encode_json_string(&buffer, "a\"b\\c/\b\f\n\r\t\x01\x1F\x7F \xC2\xB0\xFFz\xE2\x84");
	assert_string_equal(buffer.data,
			"\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001F\x7F \xC2\xB0\xEF\xBF\xBDz"
			"\xEF\xBF\xBD\xEF\xBF\xBD\"");
	encode_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_manual),
		cmocka_unit_test(an_event),
		cmocka_unit_test(numbers_keep_every_digit),
		cmocka_unit_test(an_invalid_value_has_a_reason_and_its_bytes),
		cmocka_unit_test(what_was_sent_instead_of_a_value_is_shown),
		cmocka_unit_test(a_good_text_is_a_value_and_not_shown),
		cmocka_unit_test(manufacturer_data_have_no_function),
		cmocka_unit_test(a_date_in_summer_with_modifiers),
		cmocka_unit_test(a_wide_number_is_bare),
		cmocka_unit_test(strings_are_escaped_and_repaired),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
