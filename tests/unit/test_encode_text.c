/* SPDX-License-Identifier: MIT */
/* One readable line for each reading or event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "route/encode.h"

#include "sample_reading.h"

static void assert_text(const struct mg_reading *reading,
		const struct encode_options *options, const char *expected)
{
	struct encode_buffer buffer = { 0 };
	assert_true(encode_reading(&buffer, MG_FORMAT_TEXT, reading, options));
	assert_string_equal(buffer.data, expected);
	encode_finish(&buffer);
}

static void a_reading_of_several_records(void **state)
{
	(void)state;
	struct mg_record records[6];
	for (size_t i = 0; i < 6; i++) {
		records[i] = sample_record();
	}
	records[1].name = "volume";
	records[1].unit = "m3";
	records[1].mantissa = 123;
	records[1].exponent = -1;
	records[2].name = "date";
	records[2].unit = "";
	records[2].type = MG_TYPE_DATE;
	records[2].text = "2026-11-22";
	records[3].name = "customer";
	records[3].type = MG_TYPE_TEXT;
	records[3].text = "two\nwords";
	records[4].name = "flow_temperature";
	records[4].quality = MG_QUALITY_INVALID;
	records[5].name = "any";
	records[5].type = MG_TYPE_NONE;
	struct mg_reading reading = sample_reading(records, 6);
	assert_text(&reading, NULL,
			"2026-11-22T05:59:00Z cellar/heat-1 12345678.KAM heat energy=12345000 Wh "
			"volume=12.3 m3 date=2026-11-22 customer=\"two words\" "
			"flow_temperature=invalid any=-");
}

static void control_characters_of_latin1_become_blanks(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.name = "customer";
	record.type = MG_TYPE_TEXT;
	record.text = "a\x1B[2J\xC2\x9B"
				  "31m\xC2\x85\x7F\xC2\xA0z";
	struct mg_reading reading = sample_reading(&record, 1);
	assert_text(&reading, NULL,
			"2026-11-22T05:59:00Z cellar/heat-1 12345678.KAM heat customer=\"a [2J "
			"31m  \xC2\xA0z\"");
	record.text = "a\xC2\x85z";
	assert_text(&reading, NULL,
			"2026-11-22T05:59:00Z cellar/heat-1 12345678.KAM heat customer=\"a z\"");
}

static void common_units(void **state)
{
	(void)state;
	const struct encode_options common = { .common_units = true };
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	assert_text(&reading, &common,
			"2026-11-22T05:59:00Z cellar/heat-1 12345678.KAM heat energy=12345 kWh");
}

static void errors_stand_at_the_end(void **state)
{
	(void)state;
	struct mg_reading reading = sample_reading(NULL, 0);
	reading.meter.has = MG_METER_ADDRESS;
	reading.app_error = 8;
	reading.alarm = 33;
	reading.error = "record 3: an \xFF";
	assert_text(&reading, NULL,
			"2026-11-22T05:59:00Z cellar/heat-1 app_error=8 alarm=33 "
			"error=\"record 3: an \xEF\xBF\xBD\"");
}

static void bytes_and_wide_numbers(void **state)
{
	(void)state;
	struct mg_record records[2] = { sample_record(), sample_record() };
	struct mg_reading reading = sample_reading(records, 2);
	reading.time = 0;
	reading.bus = reading.device = reading.gateway = "";
	reading.meter.has = MG_METER_ID;
	records[0].type = MG_TYPE_BYTES;
	records[1].type = MG_TYPE_WIDE;
	records[1].text = "123456789012345678901";
	assert_text(
			&reading, NULL, "12345678 energy=45230100 energy=123456789012345678901 Wh");
}

static void events_say_what_happened(void **state)
{
	(void)state;
	struct mg_reading event = sample_event();
	assert_text(&event, NULL,
			"2026-11-22T05:59:00Z cellar bus_down: cannot open: \"no such file\"");
	event.bus = "";
	event.type = "gateway_up";
	event.message = "up";
	assert_text(&event, NULL, "2026-11-22T05:59:00Z cellar-pi gateway_up: up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reading_of_several_records),
		cmocka_unit_test(control_characters_of_latin1_become_blanks),
		cmocka_unit_test(common_units),
		cmocka_unit_test(errors_stand_at_the_end),
		cmocka_unit_test(bytes_and_wide_numbers),
		cmocka_unit_test(events_say_what_happened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
