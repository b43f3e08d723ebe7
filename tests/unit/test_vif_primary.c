/* SPDX-License-Identifier: MIT */
/* Checks every code of the primary VIF table. */
#include "mbus_bench.h"

/* The number 12345 as a 32 bit integer under each code. */
/* clang-format off */
static const struct bench_row codes[] = {
	{ "04 00 39 30 00 00", "energy", "Wh", "12.345" },
	{ "04 01 39 30 00 00", "energy", "Wh", "123.45" },
	{ "04 02 39 30 00 00", "energy", "Wh", "1234.5" },
	{ "04 03 39 30 00 00", "energy", "Wh", "12345" },
	{ "04 04 39 30 00 00", "energy", "Wh", "123450" },
	{ "04 05 39 30 00 00", "energy", "Wh", "1234500" },
	{ "04 06 39 30 00 00", "energy", "Wh", "12345000" },
	{ "04 07 39 30 00 00", "energy", "Wh", "123450000" },
	{ "04 08 39 30 00 00", "energy", "J", "12345" },
	{ "04 09 39 30 00 00", "energy", "J", "123450" },
	{ "04 0A 39 30 00 00", "energy", "J", "1234500" },
	{ "04 0B 39 30 00 00", "energy", "J", "12345000" },
	{ "04 0C 39 30 00 00", "energy", "J", "123450000" },
	{ "04 0D 39 30 00 00", "energy", "J", "1234500000" },
	{ "04 0E 39 30 00 00", "energy", "J", "12345000000" },
	{ "04 0F 39 30 00 00", "energy", "J", "123450000000" },
	{ "04 10 39 30 00 00", "volume", "m3", "0.012345" },
	{ "04 11 39 30 00 00", "volume", "m3", "0.12345" },
	{ "04 12 39 30 00 00", "volume", "m3", "1.2345" },
	{ "04 13 39 30 00 00", "volume", "m3", "12.345" },
	{ "04 14 39 30 00 00", "volume", "m3", "123.45" },
	{ "04 15 39 30 00 00", "volume", "m3", "1234.5" },
	{ "04 16 39 30 00 00", "volume", "m3", "12345" },
	{ "04 17 39 30 00 00", "volume", "m3", "123450" },
	{ "04 18 39 30 00 00", "mass", "kg", "12.345" },
	{ "04 19 39 30 00 00", "mass", "kg", "123.45" },
	{ "04 1A 39 30 00 00", "mass", "kg", "1234.5" },
	{ "04 1B 39 30 00 00", "mass", "kg", "12345" },
	{ "04 1C 39 30 00 00", "mass", "kg", "123450" },
	{ "04 1D 39 30 00 00", "mass", "kg", "1234500" },
	{ "04 1E 39 30 00 00", "mass", "kg", "12345000" },
	{ "04 1F 39 30 00 00", "mass", "kg", "123450000" },
	{ "04 20 39 30 00 00", "on-time", "s", "12345" },
	{ "04 21 39 30 00 00", "on-time", "s", "740700" },
	{ "04 22 39 30 00 00", "on-time", "s", "44442000" },
	{ "04 23 39 30 00 00", "on-time", "s", "1066608000" },
	{ "04 24 39 30 00 00", "operating-time", "s", "12345" },
	{ "04 25 39 30 00 00", "operating-time", "s", "740700" },
	{ "04 26 39 30 00 00", "operating-time", "s", "44442000" },
	{ "04 27 39 30 00 00", "operating-time", "s", "1066608000" },
	{ "04 28 39 30 00 00", "power", "W", "12.345" },
	{ "04 29 39 30 00 00", "power", "W", "123.45" },
	{ "04 2A 39 30 00 00", "power", "W", "1234.5" },
	{ "04 2B 39 30 00 00", "power", "W", "12345" },
	{ "04 2C 39 30 00 00", "power", "W", "123450" },
	{ "04 2D 39 30 00 00", "power", "W", "1234500" },
	{ "04 2E 39 30 00 00", "power", "W", "12345000" },
	{ "04 2F 39 30 00 00", "power", "W", "123450000" },
	{ "04 30 39 30 00 00", "power", "J/h", "12345" },
	{ "04 31 39 30 00 00", "power", "J/h", "123450" },
	{ "04 32 39 30 00 00", "power", "J/h", "1234500" },
	{ "04 33 39 30 00 00", "power", "J/h", "12345000" },
	{ "04 34 39 30 00 00", "power", "J/h", "123450000" },
	{ "04 35 39 30 00 00", "power", "J/h", "1234500000" },
	{ "04 36 39 30 00 00", "power", "J/h", "12345000000" },
	{ "04 37 39 30 00 00", "power", "J/h", "123450000000" },
	{ "04 38 39 30 00 00", "volume-flow", "m3/h", "0.012345" },
	{ "04 39 39 30 00 00", "volume-flow", "m3/h", "0.12345" },
	{ "04 3A 39 30 00 00", "volume-flow", "m3/h", "1.2345" },
	{ "04 3B 39 30 00 00", "volume-flow", "m3/h", "12.345" },
	{ "04 3C 39 30 00 00", "volume-flow", "m3/h", "123.45" },
	{ "04 3D 39 30 00 00", "volume-flow", "m3/h", "1234.5" },
	{ "04 3E 39 30 00 00", "volume-flow", "m3/h", "12345" },
	{ "04 3F 39 30 00 00", "volume-flow", "m3/h", "123450" },
	{ "04 40 39 30 00 00", "volume-flow", "m3/min", "0.0012345" },
	{ "04 41 39 30 00 00", "volume-flow", "m3/min", "0.012345" },
	{ "04 42 39 30 00 00", "volume-flow", "m3/min", "0.12345" },
	{ "04 43 39 30 00 00", "volume-flow", "m3/min", "1.2345" },
	{ "04 44 39 30 00 00", "volume-flow", "m3/min", "12.345" },
	{ "04 45 39 30 00 00", "volume-flow", "m3/min", "123.45" },
	{ "04 46 39 30 00 00", "volume-flow", "m3/min", "1234.5" },
	{ "04 47 39 30 00 00", "volume-flow", "m3/min", "12345" },
	{ "04 48 39 30 00 00", "volume-flow", "m3/s", "0.000012345" },
	{ "04 49 39 30 00 00", "volume-flow", "m3/s", "0.00012345" },
	{ "04 4A 39 30 00 00", "volume-flow", "m3/s", "0.0012345" },
	{ "04 4B 39 30 00 00", "volume-flow", "m3/s", "0.012345" },
	{ "04 4C 39 30 00 00", "volume-flow", "m3/s", "0.12345" },
	{ "04 4D 39 30 00 00", "volume-flow", "m3/s", "1.2345" },
	{ "04 4E 39 30 00 00", "volume-flow", "m3/s", "12.345" },
	{ "04 4F 39 30 00 00", "volume-flow", "m3/s", "123.45" },
	{ "04 50 39 30 00 00", "mass-flow", "kg/h", "12.345" },
	{ "04 51 39 30 00 00", "mass-flow", "kg/h", "123.45" },
	{ "04 52 39 30 00 00", "mass-flow", "kg/h", "1234.5" },
	{ "04 53 39 30 00 00", "mass-flow", "kg/h", "12345" },
	{ "04 54 39 30 00 00", "mass-flow", "kg/h", "123450" },
	{ "04 55 39 30 00 00", "mass-flow", "kg/h", "1234500" },
	{ "04 56 39 30 00 00", "mass-flow", "kg/h", "12345000" },
	{ "04 57 39 30 00 00", "mass-flow", "kg/h", "123450000" },
	{ "04 58 39 30 00 00", "flow-temperature", "°C", "12.345" },
	{ "04 59 39 30 00 00", "flow-temperature", "°C", "123.45" },
	{ "04 5A 39 30 00 00", "flow-temperature", "°C", "1234.5" },
	{ "04 5B 39 30 00 00", "flow-temperature", "°C", "12345" },
	{ "04 5C 39 30 00 00", "return-temperature", "°C", "12.345" },
	{ "04 5D 39 30 00 00", "return-temperature", "°C", "123.45" },
	{ "04 5E 39 30 00 00", "return-temperature", "°C", "1234.5" },
	{ "04 5F 39 30 00 00", "return-temperature", "°C", "12345" },
	{ "04 60 39 30 00 00", "temperature-difference", "K", "12.345" },
	{ "04 61 39 30 00 00", "temperature-difference", "K", "123.45" },
	{ "04 62 39 30 00 00", "temperature-difference", "K", "1234.5" },
	{ "04 63 39 30 00 00", "temperature-difference", "K", "12345" },
	{ "04 64 39 30 00 00", "external-temperature", "°C", "12.345" },
	{ "04 65 39 30 00 00", "external-temperature", "°C", "123.45" },
	{ "04 66 39 30 00 00", "external-temperature", "°C", "1234.5" },
	{ "04 67 39 30 00 00", "external-temperature", "°C", "12345" },
	{ "04 68 39 30 00 00", "pressure", "bar", "12.345" },
	{ "04 69 39 30 00 00", "pressure", "bar", "123.45" },
	{ "04 6A 39 30 00 00", "pressure", "bar", "1234.5" },
	{ "04 6B 39 30 00 00", "pressure", "bar", "12345" },
	{ "04 6E 39 30 00 00", "hca", "hca", "12345" },
	{ "04 6F 39 30 00 00", "reserved", "", "12345" },
	{ "04 70 39 30 00 00", "averaging-duration", "s", "12345" },
	{ "04 71 39 30 00 00", "averaging-duration", "s", "740700" },
	{ "04 72 39 30 00 00", "averaging-duration", "s", "44442000" },
	{ "04 73 39 30 00 00", "averaging-duration", "s", "1066608000" },
	{ "04 74 39 30 00 00", "actuality-duration", "s", "12345" },
	{ "04 75 39 30 00 00", "actuality-duration", "s", "740700" },
	{ "04 76 39 30 00 00", "actuality-duration", "s", "44442000" },
	{ "04 77 39 30 00 00", "actuality-duration", "s", "1066608000" },
	{ "04 78 39 30 00 00", "fabrication-number", "", "12345" },
	{ "04 79 39 30 00 00", "identification", "", "12345" },
	{ "04 7A 39 30 00 00", "bus-address", "", "12345" },
	{ "04 7B 39 30 00 00", "reserved", "", "12345" },
	{ "04 7D 39 30 00 00", "reserved", "", "12345" },
	{ "04 7E 39 30 00 00", "any", "", "12345" },
	{ "04 7F 39 30 00 00", "manufacturer-specific", "", "12345" },
};

static const struct bench_row dates[] = {
	{ "02 6C BF 1C", "date", "", "2013-12-31" },
	{ "02 6D BF 1C", "datetime", "", "2013-12-31" },
	{ "03 6D 1E 2D 0C", "datetime", "", "12:45:30" },
	{ "04 6D 32 37 1F 15", "datetime", "", "2008-05-31T23:50" },
	{ "06 6D 2D 1E 0E 5A 27 20", "datetime", "", "2018-07-26T14:30:45" },
};

/* Identifiers and counts are unsigned, and all ones mean that there is none. */
static const struct bench_row identifiers[] = {
	{ "04 78 FE FF FF FF", "fabrication-number", "", "4294967294" },
	{ "04 79 FE FF FF FF", "identification", "", "4294967294" },
	{ "01 7A FA", "bus-address", "", "250" },
	{ "01 7A FF", "bus-address", "", NULL },
	{ "02 6E FE FF", "hca", "hca", "65534" },
	{ "02 6E FF FF", "hca", "hca", NULL },
	{ "07 79 78 56 34 12 24 40 01 07", "identification", "", "12345678.PAD.01.07" },
	{ "07 79 FF FF FF FF FF FF FF FF", "identification", "", NULL },
	{ "06 79 01 00 00 00 00 01", "identification", "", "1099511627777" },
	{ "0C 79 78 56 34 12", "identification", "", "12345678" },
	{ "0D 79 04 44 43 42 41", "identification", "", "ABCD" },
};
/* clang-format on */

static void every_code_has_its_quantity_unit_and_factor(void **state)
{
	(void)state;
	bench_check_rows(codes, BENCH_COUNT(codes));
}

static void dates_take_their_type_from_the_length(void **state)
{
	(void)state;
	bench_check_rows(dates, BENCH_COUNT(dates));
}

static void identifiers_are_unsigned(void **state)
{
	(void)state;
	bench_check_rows(identifiers, BENCH_COUNT(identifiers));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_quantity_unit_and_factor),
		cmocka_unit_test(dates_take_their_type_from_the_length),
		cmocka_unit_test(identifiers_are_unsigned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
