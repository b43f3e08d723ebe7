/* SPDX-License-Identifier: MIT */
/* Quantities, units and media have the texts that programs know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/xml_words.h"

struct row {
	const char *ours, *theirs;
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct row quantities[] = {
	{ "energy", "Energy" },
	{ "volume-flow", "Volume flow" },
	{ "flow-temperature", "Flow temperature" },
	{ "on-time", "On time" },
	{ "averaging-duration", "Averaging Duration" },
	{ "actuality-duration", "Actuality Duration" },
	{ "date", "Time point (date)" },
	{ "datetime", "Time point (date & time)" },
	{ "time", "Time point (time)" },
	{ "hca", "H.C.A." },
	{ "hca-rating-K", "H.C.A. rating K" },
	{ "hca-rating-KQ", "H.C.A. rating KQ" },
	{ "hca-rating-KC", "H.C.A. rating KC" },
	{ "hca-rating-KCR", "H.C.A. rating KCR" },
	{ "hca-rating-KCH", "H.C.A. rating KCH" },
	{ "hca-rating-KT", "H.C.A. rating KT" },
	{ "hca-rating-KD", "H.C.A. rating KD" },
	{ "fabrication-number", "Fabrication No" },
	{ "identification", "(Enhanced) Identification" },
	{ "bus-address", "Bus Address" },
	{ "any", "Any VIF" },
	{ "manufacturer-specific", "Manufacturer specific" },
	{ "credit", "Credit" },
	{ "access-number", "Access Number (transmission count)" },
	{ "device-type", "Medium" },
	{ "manufacturer", "Manufacturer" },
	{ "parameter-set-id", "Parameter set identification" },
	{ "model-version", "Model / Version" },
	{ "firmware-version", "Firmware version" },
	{ "customer-location", "Customer location" },
	{ "access-code-user", "Access Code User" },
	{ "access-code-operator", "Access Code Operator" },
	{ "access-code-system-operator", "Access Code System Operator" },
	{ "access-code-developer", "Access Code Developer" },
	{ "error-flags", "Error flags" },
	{ "digital-output", "Digital Output" },
	{ "digital-input", "Digital Input" },
	{ "response-delay", "Response delay time" },
	{ "first-storage-number", "First storage # for cyclic storage" },
	{ "last-storage-number", "Last storage # for cyclic storage" },
	{ "storage-block-size", "Size of storage block" },
	{ "storage-interval", "Storage interval" },
	{ "duration-since-readout", "Duration since last readout" },
	{ "tariff-duration", "Duration of tariff" },
	{ "tariff-period", "Period of tariff" },
	{ "time-point-of-day-change", "Time point of day change" },
	{ "parameter-activation-state", "State of parameter activation" },
	{ "cumulation-duration", "Duration since last cumulation" },
	{ "battery-operating-time", "Operating time battery" },
	{ "battery-change-date", "Date and time of battery change" },
	{ "temperature-limit", "Cold / Warm Temperature Limit" },
	{ "max-power-count", "Cumul count max power" },
	{ "reactive-energy", "Reactive energy" },
	{ "rf-level", "RF level" },
};

static void quantities_have_their_texts(void **state)
{
	(void)state;
	char text[XML_WORDS_SIZE];
	for (size_t i = 0; i < COUNT(quantities); i++) {
		assert_string_equal(
				xml_words_quantity(quantities[i].ours, text), quantities[i].theirs);
	}
}

static void units_have_their_texts(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "", "" },
		{ "Wh", "Wh" },
		{ "°C", "°C" },
		{ "m3", "m^3" },
		{ "m3/h", "m^3/h" },
		{ "m3/min", "m^3/min" },
		{ "m3/s", "m^3/s" },
		{ "ft3", "feet^3" },
		{ "gal", "American gallon" },
		{ "gal/min", "American gallon/min" },
		{ "gal/h", "American gallon/h" },
		{ "hca", "Units for H.C.A." },
		{ "currency", "Currency units" },
		{ "baud", "Baud" },
		{ "bittime", "Bittimes" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(xml_words_unit(rows[i].ours), rows[i].theirs);
	}
}

static void media_have_their_texts(void **state)
{
	(void)state;
	static const struct {
		uint8_t code;
		struct row row;
	} rows[] = {
		{ 0x00, { "other", "Other" } },
		{ 0x02, { "electricity", "Electricity" } },
		{ 0x04, { "heat", "Heat: Outlet" } },
		{ 0x06, { "warm-water", "Warm water (30-90°C)" } },
		{ 0x08, { "heat-cost-allocator", "Heat Cost Allocator" } },
		{ 0x09, { "compressed-air", "Compressed Air" } },
		{ 0x0A, { "cooling", "Cooling load meter: Outlet" } },
		{ 0x0B, { "cooling-inlet", "Cooling load meter: Inlet" } },
		{ 0x0C, { "heat-inlet", "Heat: Inlet" } },
		{ 0x0D, { "heat-cooling", "Heat / Cooling load meter" } },
		{ 0x0E, { "system", "Bus/System" } },
		{ 0x0F, { "unknown", "Unknown Medium" } },
		{ 0x10, { "irrigation-water", "Irrigation Water" } },
		{ 0x11, { "water-logger", "Water Logger" } },
		{ 0x12, { "gas-logger", "Gas Logger" } },
		{ 0x13, { "gas-converter", "Gas Converter" } },
		{ 0x14, { "calorific-value", "Calorific value" } },
		{ 0x15, { "hot-water", "Hot water (>90°C)" } },
		{ 0x16, { "cold-water", "Cold water" } },
		{ 0x19, { "ad-converter", "A/D Converter" } },
		{ 0x1A, { "smoke-detector", "Smoke Detector" } },
		{ 0x1B, { "room-sensor", "Ambient Sensor" } },
		{ 0x1C, { "gas-detector", "Gas Detector" } },
		{ 0x1D, { "reserved", "Unknown medium (0x1d)" } },
		{ 0x20, { "breaker", "Breaker: Electricity" } },
		{ 0x21, { "valve", "Valve: Gas or Water" } },
		{ 0x22, { "reserved", "Reserved" } },
		{ 0x25, { "customer-unit", "Customer Unit: Display Device" } },
		{ 0x28, { "waste-water", "Waste Water" } },
		{ 0x30, { "service-tool", "Service Unit" } },
		{ 0x31, { "communication-controller", "Communication controller" } },
		{ 0x36, { "radio-converter-system", "Radio Converter: System" } },
		{ 0x37, { "radio-converter-meter", "Radio Converter: Meter" } },
		{ 0x3F, { "reserved", "Reserved" } },
		{ 0x40, { "reserved", "Unknown medium (0x40)" } },
		{ 0xFF, { "any", "Unknown medium (0xff)" } },
	};
	char text[XML_WORDS_SIZE];
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(xml_words_medium(rows[i].row.ours, rows[i].code, text),
				rows[i].row.theirs);
	}
}

static void media_of_the_fixed_structure_have_four_bits(void **state)
{
	(void)state;
	assert_string_equal(xml_words_fixed_medium(0), "Other");
	assert_string_equal(xml_words_fixed_medium(4), "Heat");
	assert_string_equal(xml_words_fixed_medium(8), "H.C.A.");
	assert_string_equal(xml_words_fixed_medium(14), "H.C.A. Mode 2");
	assert_string_equal(xml_words_fixed_medium(15), "Reserved");
	assert_string_equal(xml_words_fixed_medium(16), "Reserved");
}

static void units_of_the_fixed_structure_have_powers_of_ten(void **state)
{
	(void)state;
	static const struct {
		const char *quantity, *unit;
		int32_t exponent;
		const char *text;
	} rows[] = {
		{ "energy", "Wh", 0, "Wh" },
		{ "energy", "Wh", 2, "100 Wh" },
		{ "energy", "Wh", 3, "kWh" },
		{ "energy", "Wh", 8, "100 MWh" },
		{ "energy", "J", 3, "kJ" },
		{ "energy", "J", 5, "100 kJ" },
		{ "energy", "J", 6, "MJ" },
		{ "energy", "J", 11, "100 GJ" },
		{ "power", "W", 1, "10 W" },
		{ "power", "W", 4, "10 kW" },
		{ "power", "W", 7, "10 MW" },
		{ "power", "J/h", 3, "kJ/h" },
		{ "power", "J/h", 6, "MJ/h" },
		{ "power", "J/h", 9, "GJ/h" },
		{ "volume", "m3", -6, "ml" },
		{ "volume", "m3", -2, "10 l" },
		{ "volume", "m3", 2, "100 m^3" },
		{ "volume-flow", "m3/h", -5, "10 ml/h" },
		{ "volume-flow", "m3/h", -3, "l/h" },
		{ "volume-flow", "m3/h", 0, "m^3/h" },
		{ "temperature", "°C", -3, "1e-3 °C" },
		{ "hca", "hca", 0, "units for HCA" },
		{ "time", "", 0, "h,m,s" },
		{ "date", "", 0, "D,M,Y" },
		{ "dimensionless", "", 0, "without units" },
		{ "reserved", "", 0, "reserved" },
		{ "energy", "Wh", 9, "reserved" },
		{ "energy", "Wh", -1, "reserved" },
	};
	char text[XML_WORDS_SIZE];
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(xml_words_fixed_unit(rows[i].quantity, rows[i].unit,
									rows[i].exponent, text),
				rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantities_have_their_texts),
		cmocka_unit_test(units_have_their_texts),
		cmocka_unit_test(media_have_their_texts),
		cmocka_unit_test(media_of_the_fixed_structure_have_four_bits),
		cmocka_unit_test(units_of_the_fixed_structure_have_powers_of_ten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
