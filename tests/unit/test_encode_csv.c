/* SPDX-License-Identifier: MIT */
/* Rows of RFC 4180, one for each record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "route/encode.h"

#include "sample_reading.h"

#define SOURCE "2026-11-22T05:59:00.123Z,cellar-pi,cellar,heat-1,12345678,KAM,heat,"

static void assert_csv(
		enum mg_format format, const struct mg_reading *reading, const char *expected)
{
	struct encode_buffer buffer = { 0 };
	assert_true(encode_reading(&buffer, format, reading, NULL));
	assert_string_equal(buffer.data, expected);
	encode_finish(&buffer);
}

static void the_header_names_the_columns(void **state)
{
	(void)state;
	assert_csv(MG_FORMAT_CSV_HEADER, NULL,
			"time,gateway,bus,device,meter_id,manufacturer,medium,name,function,storage,"
			"tariff,subunit,quantity,unit,value,quality\r\n");
}

static void one_row_for_each_record(void **state)
{
	(void)state;
	struct mg_record records[2] = { sample_record(), sample_record() };
	struct mg_reading reading = sample_reading(records, 2);
	records[1].name = "flow_temperature_storage_1_max";
	records[1].function = MG_FUNCTION_NONE;
	records[1].storage = 1;
	records[1].tariff = 2;
	records[1].subunit = 3;
	records[1].quality = MG_QUALITY_INVALID;
	assert_csv(MG_FORMAT_CSV, &reading,
			SOURCE "energy,instantaneous,0,0,0,energy,Wh,12345000,good\r\n" SOURCE
				   "flow_temperature_storage_1_max,,1,2,3,energy,Wh,,invalid\r\n");
}

/* A column more would break whoever reads the table by position. */
static void what_is_shown_is_no_value(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	record.type = MG_TYPE_NONE;
	record.quality = MG_QUALITY_INVALID;
	record.reason = "recurring date, not a point in time";
	record.text = "*-*-15";
	reading.meter.manufacturer_name = "Kamstrup A/S";
	assert_csv(MG_FORMAT_CSV, &reading,
			SOURCE "energy,instantaneous,0,0,0,energy,Wh,,invalid\r\n");
}

static void fields_are_quoted_where_they_must_be(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	record.type = MG_TYPE_TEXT;
	record.text = "say \"hello\", twice\r\n";
	reading.device = "a,b";
	assert_csv(MG_FORMAT_CSV, &reading,
			"2026-11-22T05:59:00.123Z,cellar-pi,cellar,\"a,b\",12345678,KAM,heat,"
			"energy,instantaneous,0,0,0,energy,Wh,\"say \"\"hello\"\", twice  "
			"\",good\r\n");
}

static void errors_are_rows_of_their_own(void **state)
{
	(void)state;
	struct mg_reading reading = sample_reading(NULL, 0);
	reading.meter.has = 0;
	reading.time = 0;
	reading.app_error = 8;
	reading.alarm = 0;
	reading.error = "checksum wrong";
	assert_csv(MG_FORMAT_CSV, &reading,
			",cellar-pi,cellar,heat-1,,,,app_error,,,,,,,8,good\r\n"
			",cellar-pi,cellar,heat-1,,,,alarm,,,,,,,0,good\r\n"
			",cellar-pi,cellar,heat-1,,,,error,,,,,,,checksum wrong,error\r\n");
}

static void an_event_is_one_row(void **state)
{
	(void)state;
	struct mg_reading event = sample_event();
	assert_csv(MG_FORMAT_CSV, &event,
			"2026-11-22T05:59:00.000Z,cellar-pi,cellar,,,,,bus_down,,,,,,,"
			"\"cannot open: \"\"no such file\"\"\",\r\n");
	event.message = NULL;
	assert_csv(MG_FORMAT_CSV, &event,
			"2026-11-22T05:59:00.000Z,cellar-pi,cellar,,,,,bus_down,,,,,,,,\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_names_the_columns),
		cmocka_unit_test(one_row_for_each_record),
		cmocka_unit_test(what_is_shown_is_no_value),
		cmocka_unit_test(fields_are_quoted_where_they_must_be),
		cmocka_unit_test(errors_are_rows_of_their_own),
		cmocka_unit_test(an_event_is_one_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
