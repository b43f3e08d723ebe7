/* SPDX-License-Identifier: MIT */
/* Readings as XML: the layout that programs know, and nothing where there is no value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/xml.h"
#include "sample_reading.h"

#define START "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MBusData>\n\n"
#define SLAVE "    <SlaveInformation>\n    </SlaveInformation>\n\n"
#define END "</MBusData>\n"

/* What is written; to be freed. */
static char *written(const struct mg_reading *reading)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	xml_write(out, reading);
	fclose(out);
	return text;
}

static void assert_written(const struct mg_reading *reading, const char *wanted)
{
	char *text = written(reading);
	assert_string_equal(text, wanted);
	free(text);
}

static struct mg_reading bare(const struct mg_record *records, uint32_t count)
{
	struct mg_reading reading = sample_reading(records, count);
	reading.meter = (struct mg_meter){ .has = 0 };
	return reading;
}

/* That one line of the document, which has one record. */
static void assert_line(const struct mg_record *record, const char *line)
{
	const struct mg_reading reading = bare(record, 1);
	char *text = written(&reading);
	char wanted[200];
	snprintf(wanted, sizeof(wanted), "\n        %s\n", line);
	if (strstr(text, wanted) == NULL) {
		assert_string_equal(text, wanted);
	}
	free(text);
}

static void a_reading_becomes_a_document(void **state)
{
	(void)state;
	const struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	reading.meter.status = 0x0C;
	reading.meter.signature = 0x0520;
	reading.meter.id = "00345678";
	assert_written(&reading, START "    <SlaveInformation>\n"
								   "        <Id>345678</Id>\n"
								   "        <Manufacturer>KAM</Manufacturer>\n"
								   "        <Version>16</Version>\n"
								   "        <ProductName></ProductName>\n"
								   "        <Medium>Heat: Outlet</Medium>\n"
								   "        <AccessNumber>17</AccessNumber>\n"
								   "        <Status>0C</Status>\n"
								   "        <Signature>0520</Signature>\n"
								   "    </SlaveInformation>\n\n"
								   "    <DataRecord id=\"0\">\n"
								   "        <Function>Instantaneous value</Function>\n"
								   "        <StorageNumber>0</StorageNumber>\n"
								   "        <Unit>Wh</Unit>\n"
								   "        <Quantity>Energy</Quantity>\n"
								   "        <Value>12345000.000000</Value>\n"
								   "    </DataRecord>\n\n" END);
}

static void tariff_and_device_come_with_a_dife(void **state)
{
	(void)state;
	static const uint8_t dib[] = { 0xD4, 0x51 };
	struct mg_record records[] = { sample_record(), sample_record() };
	records[1].dib = (struct mg_bytes){ dib, sizeof(dib) };
	records[1].function = MG_FUNCTION_MAXIMUM;
	records[1].storage = 3;
	records[1].tariff = 1;
	records[1].subunit = 2;
	const struct mg_reading reading = bare(records, 2);
	char *text = written(&reading);
	assert_non_null(strstr(text, "    <DataRecord id=\"1\">\n"
								 "        <Function>Maximum value</Function>\n"
								 "        <StorageNumber>3</StorageNumber>\n"
								 "        <Tariff>1</Tariff>\n"
								 "        <Device>2</Device>\n"
								 "        <Unit>Wh</Unit>\n"));
	assert_ptr_equal(strstr(text, "<Tariff>"), strstr(text, "<Tariff>1<"));
	free(text);
}

static void functions_have_their_texts(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.function = MG_FUNCTION_MINIMUM;
	assert_line(&record, "<Function>Minimum value</Function>");
	record.function = MG_FUNCTION_ERROR;
	assert_line(&record, "<Function>Value during error state</Function>");
}

static void manufacturer_data_come_last_byte_first(void **state)
{
	(void)state;
	static const uint8_t dib[] = { 0x0F }, more[] = { 0x1F },
						 data[] = { 0x01, 0xA2, 0x03 };
	struct mg_record records[] = { sample_record(), sample_record() };
	for (size_t i = 0; i < 2; i++) {
		records[i].function = MG_FUNCTION_NONE;
		records[i].quantity = "manufacturer-data";
		records[i].unit = "";
		records[i].type = MG_TYPE_BYTES;
		records[i].dib = (struct mg_bytes){ i == 0 ? dib : more, 1 };
		records[i].data = (struct mg_bytes){ data, i == 0 ? 3 : 0 };
	}
	const struct mg_reading reading = bare(records, 2);
	assert_written(&reading,
			START SLAVE "    <DataRecord id=\"0\">\n"
						"        <Function>Manufacturer specific</Function>\n"
						"        <StorageNumber>0</StorageNumber>\n"
						"        <Unit></Unit>\n"
						"        <Quantity></Quantity>\n"
						"        <Value>03 A2 01</Value>\n"
						"    </DataRecord>\n\n"
						"    <DataRecord id=\"1\">\n"
						"        <Function>More records follow</Function>\n"
						"        <StorageNumber>0</StorageNumber>\n"
						"        <Unit></Unit>\n"
						"        <Quantity></Quantity>\n"
						"        <Value></Value>\n"
						"    </DataRecord>\n\n" END);
}

static void numbers_have_six_places_or_all_they_need(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.mantissa = -12565;
	record.exponent = -3;
	assert_line(&record, "<Value>-12.565000</Value>");
	record.exponent = -9;
	assert_line(&record, "<Value>-0.000012565</Value>");
	record.exponent = 0;
	assert_line(&record, "<Value>-12565.000000</Value>");
	record.type = MG_TYPE_WIDE;
	record.text = "123456789012345678901.5";
	assert_line(&record, "<Value>123456789012345678901.500000</Value>");
}

static void points_in_time_have_seconds_and_a_z(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.quantity = "datetime";
	record.unit = "";
	record.type = MG_TYPE_DATETIME;
	record.text = "2026-11-22T05:59";
	assert_line(&record, "<Value>2026-11-22T05:59:00Z</Value>");
	assert_line(&record, "<Unit>-</Unit>");
	assert_line(&record, "<Quantity>Time point (date &amp; time)</Quantity>");
	record.text = "2026-11-22T05:59:30";
	assert_line(&record, "<Value>2026-11-22T05:59:30Z</Value>");
	record.type = MG_TYPE_DATE;
	record.quantity = "date";
	record.text = "2026-11-22";
	assert_line(&record, "<Value>2026-11-22</Value>");
	record.type = MG_TYPE_TIME;
	record.quantity = "time";
	record.text = "05:59:30";
	assert_line(&record, "<Value>05:59:30</Value>");
	assert_line(&record, "<Unit>-</Unit>");
}

static void months_and_years_become_seconds(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.quantity = "storage-interval";
	record.unit = "month";
	record.mantissa = 2;
	record.exponent = 0;
	assert_line(&record, "<Value>5259487.660000</Value>");
	assert_line(&record, "<Unit>s</Unit>");
	assert_line(&record, "<Quantity>Storage interval</Quantity>");
	record.unit = "year";
	assert_line(&record, "<Value>63113852.000000</Value>");
	record.mantissa = INT64_MAX;
	assert_line(&record, "<Value>9223372036854775807.000000</Value>");
	assert_line(&record, "<Unit>year</Unit>");
}

static void what_is_no_value_is_empty_and_says_why(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_NONE;
	assert_line(&record, "<Value></Value>");
	record.quality = MG_QUALITY_INVALID;
	record.reason = "not a number";
	record.text = "EEEEEEEE";
	assert_line(&record, "<Value></Value><!-- EEEEEEEE: not a number -->");
	record.text = NULL;
	record.quality = MG_QUALITY_ERROR;
	record.reason = "data--error-";
	assert_line(&record, "<Value></Value><!-- data- -error-  -->");
	record.reason = NULL;
	assert_line(&record, "<Value></Value><!-- no value -->");
}

static void text_is_escaped(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.quantity = "plain-text";
	record.unit = "<%>";
	record.type = MG_TYPE_TEXT;
	record.text = "a<b & \"c\"\x01\xFF°";
	assert_line(&record, "<Value>a&lt;b &amp; &quot;c&quot; \xEF\xBF\xBD°</Value>");
	assert_line(&record, "<Unit>-</Unit>");
	assert_line(&record, "<Quantity>&lt;%&gt;</Quantity>");
	record.quantity = "reserved";
	assert_line(&record, "<Unit>Reserved</Unit>");
	assert_line(&record, "<Quantity>Reserved</Quantity>");
}

static void counters_of_the_fixed_structure_come_as_sent(void **state)
{
	(void)state;
	struct mg_record records[] = { sample_record(), sample_record(), sample_record() };
	records[0].mantissa = 1234567;
	records[0].exponent = 4;
	records[1].unit = "m3";
	records[1].quantity = "volume";
	records[1].mantissa = 0;
	records[1].exponent = -3;
	records[1].storage = 1;
	records[2].type = MG_TYPE_NONE;
	records[2].quality = MG_QUALITY_INVALID;
	records[2].reason = "not a number";
	records[2].quantity = "hca";
	records[2].unit = "hca";
	struct mg_reading reading = sample_reading(records, 3);
	reading.meter.has =
			MG_METER_ADDRESS | MG_METER_STATUS | MG_METER_ID | MG_METER_MEDIUM;
	assert_written(&reading, START "    <SlaveInformation>\n"
								   "        <Id>12345678</Id>\n"
								   "        <Medium>Heat</Medium>\n"
								   "        <AccessNumber>17</AccessNumber>\n"
								   "        <Status>00</Status>\n"
								   "    </SlaveInformation>\n\n"
								   "    <DataRecord id=\"0\">\n"
								   "        <Function>Actual value</Function>\n"
								   "        <Unit>10 kWh</Unit>\n"
								   "        <Value>1234567</Value>\n"
								   "    </DataRecord>\n\n"
								   "    <DataRecord id=\"1\">\n"
								   "        <Function>Stored value</Function>\n"
								   "        <Unit>l</Unit>\n"
								   "        <Value>0</Value>\n"
								   "    </DataRecord>\n\n"
								   "    <DataRecord id=\"2\">\n"
								   "        <Function>Actual value</Function>\n"
								   "        <Unit>units for HCA</Unit>\n"
								   "        <Value></Value><!-- not a number -->\n"
								   "    </DataRecord>\n\n" END);
}

static void errors_are_part_of_the_document(void **state)
{
	(void)state;
	struct mg_reading reading = bare(NULL, 0);
	reading.error = "checksum wrong";
	assert_written(&reading, START "    <SlaveInformation>\n"
								   "        <Error>checksum wrong</Error>\n"
								   "    </SlaveInformation>\n\n" END);
	reading.flags = MG_READING_PARTIAL;
	assert_written(&reading, START SLAVE "    <!-- error: checksum wrong -->\n\n" END);
	reading.error = NULL;
	reading.app_error = 8;
	assert_written(&reading, START "    <SlaveInformation>\n"
								   "        <Error>application busy</Error>\n"
								   "    </SlaveInformation>\n\n" END);
	reading.app_error = -1;
	reading.alarm = 0x0C;
	assert_written(&reading, START "    <SlaveInformation>\n"
								   "        <!-- alarm 0C -->\n"
								   "    </SlaveInformation>\n\n" END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reading_becomes_a_document),
		cmocka_unit_test(tariff_and_device_come_with_a_dife),
		cmocka_unit_test(functions_have_their_texts),
		cmocka_unit_test(manufacturer_data_come_last_byte_first),
		cmocka_unit_test(numbers_have_six_places_or_all_they_need),
		cmocka_unit_test(points_in_time_have_seconds_and_a_z),
		cmocka_unit_test(months_and_years_become_seconds),
		cmocka_unit_test(what_is_no_value_is_empty_and_says_why),
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(counters_of_the_fixed_structure_come_as_sent),
		cmocka_unit_test(errors_are_part_of_the_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
