/* SPDX-License-Identifier: MIT */
/* Checks every code of the VIF table behind FBh. */
#include "mbus_bench.h"

/* The number 12345 as a 32 bit integer under each code. */
/* clang-format off */
static const struct bench_row codes[] = {
	{ "04 FB 00 39 30 00 00", "energy", "Wh", "1234500000" },
	{ "04 FB 01 39 30 00 00", "energy", "Wh", "12345000000" },
	{ "04 FB 02 39 30 00 00", "reactive-energy", "varh", "12345000" },
	{ "04 FB 03 39 30 00 00", "reactive-energy", "varh", "123450000" },
	{ "04 FB 04 39 30 00 00", "apparent-energy", "VAh", "12345000" },
	{ "04 FB 05 39 30 00 00", "apparent-energy", "VAh", "123450000" },
	{ "04 FB 06 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 07 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 08 39 30 00 00", "energy", "J", "1234500000000" },
	{ "04 FB 09 39 30 00 00", "energy", "J", "12345000000000" },
	{ "04 FB 0A 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 0B 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 0C 39 30 00 00", "energy", "cal", "1234500000" },
	{ "04 FB 0D 39 30 00 00", "energy", "cal", "12345000000" },
	{ "04 FB 0E 39 30 00 00", "energy", "cal", "123450000000" },
	{ "04 FB 0F 39 30 00 00", "energy", "cal", "1234500000000" },
	{ "04 FB 10 39 30 00 00", "volume", "m3", "1234500" },
	{ "04 FB 11 39 30 00 00", "volume", "m3", "12345000" },
	{ "04 FB 12 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 13 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 14 39 30 00 00", "reactive-power", "var", "12345" },
	{ "04 FB 15 39 30 00 00", "reactive-power", "var", "123450" },
	{ "04 FB 16 39 30 00 00", "reactive-power", "var", "1234500" },
	{ "04 FB 17 39 30 00 00", "reactive-power", "var", "12345000" },
	{ "04 FB 18 39 30 00 00", "mass", "kg", "1234500000" },
	{ "04 FB 19 39 30 00 00", "mass", "kg", "12345000000" },
	{ "04 FB 1A 39 30 00 00", "relative-humidity", "%", "1234.5" },
	{ "04 FB 1B 39 30 00 00", "relative-humidity", "%", "12345" },
	{ "04 FB 1C 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 1D 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 1E 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 1F 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 20 39 30 00 00", "volume", "ft3", "12345" },
	{ "04 FB 21 39 30 00 00", "volume", "ft3", "1234.5" },
	{ "04 FB 22 39 30 00 00", "volume", "gal", "1234.5" },
	{ "04 FB 23 39 30 00 00", "volume", "gal", "12345" },
	{ "04 FB 24 39 30 00 00", "volume-flow", "gal/min", "12.345" },
	{ "04 FB 25 39 30 00 00", "volume-flow", "gal/min", "12345" },
	{ "04 FB 26 39 30 00 00", "volume-flow", "gal/h", "12345" },
	{ "04 FB 27 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 28 39 30 00 00", "power", "W", "1234500000" },
	{ "04 FB 29 39 30 00 00", "power", "W", "12345000000" },
	{ "04 FB 2A 39 30 00 00", "phase-u-u", "deg", "1234.5" },
	{ "04 FB 2B 39 30 00 00", "phase-u-i", "deg", "1234.5" },
	{ "04 FB 2C 39 30 00 00", "frequency", "Hz", "12.345" },
	{ "04 FB 2D 39 30 00 00", "frequency", "Hz", "123.45" },
	{ "04 FB 2E 39 30 00 00", "frequency", "Hz", "1234.5" },
	{ "04 FB 2F 39 30 00 00", "frequency", "Hz", "12345" },
	{ "04 FB 30 39 30 00 00", "power", "J/h", "1234500000000" },
	{ "04 FB 31 39 30 00 00", "power", "J/h", "12345000000000" },
	{ "04 FB 32 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 33 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 34 39 30 00 00", "apparent-power", "VA", "12345" },
	{ "04 FB 35 39 30 00 00", "apparent-power", "VA", "123450" },
	{ "04 FB 36 39 30 00 00", "apparent-power", "VA", "1234500" },
	{ "04 FB 37 39 30 00 00", "apparent-power", "VA", "12345000" },
	{ "04 FB 38 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 39 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 3A 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 3B 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 3C 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 3D 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 3E 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 3F 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 40 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 41 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 42 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 43 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 44 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 45 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 46 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 47 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 48 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 49 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 4A 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 4B 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 4C 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 4D 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 4E 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 4F 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 50 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 51 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 52 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 53 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 54 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 55 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 56 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 57 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 58 39 30 00 00", "flow-temperature", "°F", "12.345" },
	{ "04 FB 59 39 30 00 00", "flow-temperature", "°F", "123.45" },
	{ "04 FB 5A 39 30 00 00", "flow-temperature", "°F", "1234.5" },
	{ "04 FB 5B 39 30 00 00", "flow-temperature", "°F", "12345" },
	{ "04 FB 5C 39 30 00 00", "return-temperature", "°F", "12.345" },
	{ "04 FB 5D 39 30 00 00", "return-temperature", "°F", "123.45" },
	{ "04 FB 5E 39 30 00 00", "return-temperature", "°F", "1234.5" },
	{ "04 FB 5F 39 30 00 00", "return-temperature", "°F", "12345" },
	{ "04 FB 60 39 30 00 00", "temperature-difference", "°F", "12.345" },
	{ "04 FB 61 39 30 00 00", "temperature-difference", "°F", "123.45" },
	{ "04 FB 62 39 30 00 00", "temperature-difference", "°F", "1234.5" },
	{ "04 FB 63 39 30 00 00", "temperature-difference", "°F", "12345" },
	{ "04 FB 64 39 30 00 00", "external-temperature", "°F", "12.345" },
	{ "04 FB 65 39 30 00 00", "external-temperature", "°F", "123.45" },
	{ "04 FB 66 39 30 00 00", "external-temperature", "°F", "1234.5" },
	{ "04 FB 67 39 30 00 00", "external-temperature", "°F", "12345" },
	{ "04 FB 68 39 30 00 00", "hca-rating-K", "hca", "3.013916015625" },
	{ "04 FB 69 39 30 00 00", "hca-rating-KQ", "W", "12345" },
	{ "04 FB 6A 39 30 00 00", "hca-rating-KC", "", "3.013916015625" },
	{ "04 FB 6B 39 30 00 00", "hca-rating-KCR", "", "3.013916015625" },
	{ "04 FB 6C 39 30 00 00", "hca-rating-KCH", "", "3.013916015625" },
	{ "04 FB 6D 39 30 00 00", "hca-rating-KT", "", "3.013916015625" },
	{ "04 FB 6E 39 30 00 00", "hca-rating-KD", "", "3.013916015625" },
	{ "04 FB 6F 39 30 00 00", "reserved", "", "12345" },
	{ "04 FB 70 39 30 00 00", "temperature-limit", "°F", "12.345" },
	{ "04 FB 71 39 30 00 00", "temperature-limit", "°F", "123.45" },
	{ "04 FB 72 39 30 00 00", "temperature-limit", "°F", "1234.5" },
	{ "04 FB 73 39 30 00 00", "temperature-limit", "°F", "12345" },
	{ "04 FB 74 39 30 00 00", "temperature-limit", "°C", "12.345" },
	{ "04 FB 75 39 30 00 00", "temperature-limit", "°C", "123.45" },
	{ "04 FB 76 39 30 00 00", "temperature-limit", "°C", "1234.5" },
	{ "04 FB 77 39 30 00 00", "temperature-limit", "°C", "12345" },
	{ "04 FB 78 39 30 00 00", "max-power-count", "W", "12.345" },
	{ "04 FB 79 39 30 00 00", "max-power-count", "W", "123.45" },
	{ "04 FB 7A 39 30 00 00", "max-power-count", "W", "1234.5" },
	{ "04 FB 7B 39 30 00 00", "max-power-count", "W", "12345" },
	{ "04 FB 7C 39 30 00 00", "max-power-count", "W", "123450" },
	{ "04 FB 7D 39 30 00 00", "max-power-count", "W", "1234500" },
	{ "04 FB 7E 39 30 00 00", "max-power-count", "W", "12345000" },
	{ "04 FB 7F 39 30 00 00", "max-power-count", "W", "123450000" },
};
/* clang-format on */

static void every_code_has_its_quantity_unit_and_factor(void **state)
{
	(void)state;
	bench_check_rows(codes, BENCH_COUNT(codes));
}

static void withdrawn_and_reserved_codes_are_flagged(void **state)
{
	static const char *const open[] = { "04 FB 06 39 30 00 00", "04 FB 22 39 30 00 00",
		"04 FB 58 39 30 00 00", "04 FB 73 39 30 00 00" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(open); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, open[i]);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(record.flags, MG_DATA_AMBIGUOUS);
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_quantity_unit_and_factor),
		cmocka_unit_test(withdrawn_and_reserved_codes_are_flagged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
