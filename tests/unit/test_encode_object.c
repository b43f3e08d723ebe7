/* SPDX-License-Identifier: MIT */
/* Which keys a reading has, and when they are left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "route/encode.h"

#include "sample_reading.h"

static struct mg_reading bare(void)
{
	return (struct mg_reading){
		.record_size = sizeof(struct mg_record),
		.type = "reading",
		.gateway = "",
		.bus = "",
		.device = "",
		.label = "",
		.app_error = -1,
		.alarm = -1,
	};
}

static void assert_json(const struct mg_reading *reading,
		const struct encode_options *options, const char *expected)
{
	struct encode_buffer buffer = { 0 };
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, reading, options));
	assert_string_equal(buffer.data, expected);
	encode_finish(&buffer);
}

static void a_refused_telegram_has_error_and_offset(void **state)
{
	(void)state;
	struct mg_reading reading = bare();
	reading.error = "no frame begins with this byte";
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[],"
			"\"more_records_follow\":false,"
			"\"error\":\"no frame begins with this byte\",\"error_offset\":0}");
}

static void a_missing_telegram_has_no_offset(void **state)
{
	(void)state;
	struct mg_reading reading = bare();
	reading.error = "second telegram: no answer";
	reading.flags = MG_READING_PARTIAL | MG_READING_MORE;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[],"
			"\"more_records_follow\":true,"
			"\"error\":\"second telegram: no answer\",\"flags\":[\"partial\"]}");
	reading.error_offset = 21;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[],"
			"\"more_records_follow\":true,"
			"\"error\":\"second telegram: no answer\",\"error_offset\":21,"
			"\"flags\":[\"partial\"]}");
}

static void errors_of_the_meter_are_codes(void **state)
{
	(void)state;
	struct mg_reading reading = bare();
	reading.app_error = 0;
	reading.alarm = 33;
	reading.flags = MG_READING_UNSYNCED | MG_READING_MODE2;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[],"
			"\"more_records_follow\":false,\"app_error\":0,\"alarm\":33,"
			"\"flags\":[\"unsynced\",\"mode2\"]}");
}

static void the_meter_says_what_it_knows(void **state)
{
	(void)state;
	static const char *const flags[] = { "power-low", "permanent-error" };
	struct mg_reading reading = bare();
	reading.meter = sample_meter();
	reading.meter.has = MG_METER_ADDRESS;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"meter\":{\"address\":5,\"ci\":114},"
			"\"records\":[],\"more_records_follow\":false}");
	reading.meter.has = MG_METER_ID | MG_METER_MEDIUM | MG_METER_STATUS;
	reading.meter.status = 12;
	reading.meter.status_flags = flags;
	reading.meter.status_flag_count = 2;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"meter\":{\"id\":\"12345678\","
			"\"medium\":\"heat\",\"medium_code\":4,\"access\":17,\"status\":12,"
			"\"status_flags\":[\"power-low\",\"permanent-error\"]},"
			"\"records\":[],\"more_records_follow\":false}");
}

static void the_company_is_named_when_it_is_known(void **state)
{
	(void)state;
	struct mg_reading reading = bare();
	reading.meter = sample_meter();
	reading.meter.has = MG_METER_MANUFACTURER;
	reading.meter.manufacturer_name = "Kamstrup A/S";
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"meter\":{\"manufacturer\":\"KAM\","
			"\"manufacturer_name\":\"Kamstrup A/S\",\"version\":16},"
			"\"records\":[],\"more_records_follow\":false}");
	reading.meter.manufacturer_name = NULL;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"meter\":{\"manufacturer\":\"KAM\","
			"\"version\":16},\"records\":[],\"more_records_follow\":false}");
}

static void the_security_mode_is_told_of_encrypted_telegrams(void **state)
{
	(void)state;
	struct mg_reading reading = bare();
	reading.meter = sample_meter();
	reading.meter.signature = 0x0520;
	reading.meter.has = MG_METER_SIGNATURE | MG_METER_SECURITY;
	reading.meter.security_mode = 5;
	reading.error = "encrypted, key needed";
	reading.error_offset = 19;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"meter\":{\"signature\":1312,"
			"\"security_mode\":5},\"records\":[],\"more_records_follow\":false,"
			"\"error\":\"encrypted, key needed\",\"error_offset\":19}");
	reading.meter.has = MG_METER_SIGNATURE;
	reading.error = NULL;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"meter\":{\"signature\":1312},"
			"\"records\":[],\"more_records_follow\":false}");
}

static void raw_adds_telegrams_and_data(void **state)
{
	(void)state;
	const struct encode_options raw = { .raw = true };
	struct mg_record record = sample_record();
	struct mg_reading reading = bare();
	reading.telegrams = sample_frames;
	reading.telegram_count = 2;
	assert_json(&reading, NULL,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[],"
			"\"more_records_follow\":false}");
	reading.records = &record;
	reading.record_count = 1;
	assert_json(&reading, &raw,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[{\"name\":\"energy\","
			"\"function\":\"instantaneous\",\"storage\":0,\"tariff\":0,\"subunit\":0,"
			"\"quantity\":\"energy\",\"unit\":\"Wh\",\"value\":12345000,\"modifiers\":[],"
			"\"dib\":\"0C\",\"vib\":\"06\",\"coding\":\"bcd8\",\"data\":\"45230100\"}],"
			"\"more_records_follow\":false,\"telegrams\":[\"68030368\",\"6803\"]}");
}

static void common_units_change_unit_and_value(void **state)
{
	(void)state;
	const struct encode_options common = { .common_units = true };
	struct mg_record record = sample_record();
	struct mg_reading reading = bare();
	record.exponent = 1;
	reading.records = &record;
	reading.record_count = 1;
	assert_json(&reading, &common,
			"{\"schema\":1,\"type\":\"reading\",\"records\":[{\"name\":\"energy\","
			"\"function\":\"instantaneous\",\"storage\":0,\"tariff\":0,\"subunit\":0,"
			"\"quantity\":\"energy\",\"unit\":\"kWh\",\"value\":123.45,\"modifiers\":[],"
			"\"dib\":\"0C\",\"vib\":\"06\",\"coding\":\"bcd8\"}],"
			"\"more_records_follow\":false}");
}

/* A later version may append members to a record: the distance is what counts. */
static void records_are_walked_by_their_distance(void **state)
{
	(void)state;
	struct {
		struct mg_record record;
		uint64_t later;
	} longer[2] = { { sample_record(), 1 }, { sample_record(), 2 } };
	struct mg_reading reading = bare();
	struct encode_buffer buffer = { 0 };
	longer[1].record.name = "second";
	reading.record_size = sizeof(longer[0]);
	reading.records = &longer[0].record;
	reading.record_count = 2;
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, &reading, NULL));
	assert_non_null(strstr(buffer.data, "},{\"name\":\"second\""));
	encode_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_telegram_has_error_and_offset),
		cmocka_unit_test(a_missing_telegram_has_no_offset),
		cmocka_unit_test(errors_of_the_meter_are_codes),
		cmocka_unit_test(the_meter_says_what_it_knows),
		cmocka_unit_test(the_company_is_named_when_it_is_known),
		cmocka_unit_test(the_security_mode_is_told_of_encrypted_telegrams),
		cmocka_unit_test(raw_adds_telegrams_and_data),
		cmocka_unit_test(common_units_change_unit_and_value),
		cmocka_unit_test(records_are_walked_by_their_distance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
