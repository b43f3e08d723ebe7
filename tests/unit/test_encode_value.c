/* SPDX-License-Identifier: MIT */
/* Values, units and words that all formats share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "route/encode_value.h"

#include "sample_reading.h"

static const struct encode_options base, common = { .common_units = true };

static void assert_common(const char *unit, const char *expected, int32_t exponent)
{
	struct mg_record record = sample_record();
	record.unit = unit;
	struct encode_value value = encode_value_of(&record, &common);
	assert_string_equal(value.unit, expected);
	assert_int_equal(value.mantissa, 12345);
	assert_int_equal(value.exponent, exponent);
	value = encode_value_of(&record, &base);
	assert_string_equal(value.unit, unit);
	assert_int_equal(value.exponent, 3);
}

static void common_units_only_shift_the_point(void **state)
{
	(void)state;
	assert_common("Wh", "kWh", 0);
	assert_common("J", "GJ", -6);
	assert_common("W", "kW", 0);
	assert_common("J/h", "GJ/h", -6);
	assert_common("varh", "kvarh", 0);
	assert_common("var", "kvar", 0);
	assert_common("VAh", "kVAh", 0);
	assert_common("VA", "kVA", 0);
	assert_common("m3", "m3", 3);
	assert_common("", "", 3);
}

static void wide_numbers_keep_their_unit(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.type = MG_TYPE_WIDE;
	record.text = "123456789012345678901";
	struct encode_value value = encode_value_of(&record, &common);
	assert_int_equal(value.kind, ENCODE_WIDE);
	assert_string_equal(value.unit, "Wh");
	record.text = "";
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_NOTHING);
}

static void no_value_without_quality(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.quality = MG_QUALITY_INVALID;
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_NOTHING);
	record.type = MG_TYPE_NONE;
	record.text = "EEEEEEEE"; /* shown elsewhere */
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_NOTHING);
	record = sample_record();
	record.type = MG_TYPE_NONE;
	record.unit = NULL;
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_NOTHING);
	assert_string_equal(encode_value_of(&record, &base).unit, "");
	record.type = MG_TYPE_TEXT;
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_NOTHING);
}

static void exponents_have_bounds(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.exponent = 128;
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_DECIMAL);
	record.exponent = 129;
	assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_NOTHING);
	record.exponent = -126;
	assert_int_equal(encode_value_of(&record, &common).kind, ENCODE_NOTHING);
}

static void every_type_has_its_kind(void **state)
{
	(void)state;
	struct mg_record record = sample_record();
	record.text = "2026-11-22";
	static const uint8_t texts[] = { MG_TYPE_TEXT, MG_TYPE_DATE, MG_TYPE_DATETIME,
		MG_TYPE_TIME };
	for (size_t i = 0; i < sizeof(texts); i++) {
		record.type = texts[i];
		assert_int_equal(encode_value_of(&record, &base).kind, ENCODE_STRING);
	}
	record.type = MG_TYPE_BYTES;
	struct encode_value value = encode_value_of(&record, &base);
	assert_int_equal(value.kind, ENCODE_BYTES);
	assert_int_equal(value.bytes.size, 4);
}

static void words_of_functions_and_qualities(void **state)
{
	(void)state;
	assert_string_equal(
			encode_value_function(MG_FUNCTION_INSTANTANEOUS), "instantaneous");
	assert_string_equal(encode_value_function(MG_FUNCTION_MAXIMUM), "maximum");
	assert_string_equal(encode_value_function(MG_FUNCTION_MINIMUM), "minimum");
	assert_string_equal(encode_value_function(MG_FUNCTION_ERROR), "error");
	assert_null(encode_value_function(MG_FUNCTION_NONE));
	assert_null(encode_value_function(200));
	assert_string_equal(encode_value_quality(MG_QUALITY_GOOD), "good");
	assert_string_equal(encode_value_quality(MG_QUALITY_INVALID), "invalid");
	assert_string_equal(encode_value_quality(MG_QUALITY_ERROR), "error");
	assert_string_equal(encode_value_quality(200), "error");
}

static void times_are_utc(void **state)
{
	(void)state;
	char text[ENCODE_TIME_SIZE];
	assert_string_equal(
			encode_value_time(1795327140123999, true, text), "2026-11-22T05:59:00.123Z");
	assert_string_equal(
			encode_value_time(1795327140123999, false, text), "2026-11-22T05:59:00Z");
	assert_string_equal(encode_value_time(-1, true, text), "1969-12-31T23:59:59.999Z");
	assert_string_equal(
			encode_value_time(951782400000000, true, text), "2000-02-29T00:00:00.000Z");
	assert_string_equal(
			encode_value_time(INT64_MAX, true, text), "294247-01-10T04:00:54.775Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_units_only_shift_the_point),
		cmocka_unit_test(wide_numbers_keep_their_unit),
		cmocka_unit_test(no_value_without_quality),
		cmocka_unit_test(exponents_have_bounds),
		cmocka_unit_test(every_type_has_its_kind),
		cmocka_unit_test(words_of_functions_and_qualities),
		cmocka_unit_test(times_are_utc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
