/* SPDX-License-Identifier: MIT */
/* The texts that programs know from libmbus, for our quantities, units and media. */
#include "cli/xml_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
	/* Codes in between are reserved there, others that have no text are unknown. */
	RESERVED_FIRST = 0x22,
	RESERVED_LAST = 0x3F,
};

struct word {
	const char *ours, *theirs;
};

/* Only what differs from our word with a capital letter and blanks. */
static const struct word quantities[] = {
	{ "access-code-developer", "Access Code Developer" },
	{ "access-code-operator", "Access Code Operator" },
	{ "access-code-system-operator", "Access Code System Operator" },
	{ "access-code-user", "Access Code User" },
	{ "access-number", "Access Number (transmission count)" },
	{ "actuality-duration", "Actuality Duration" },
	{ "any", "Any VIF" },
	{ "averaging-duration", "Averaging Duration" },
	{ "battery-change-date", "Date and time of battery change" },
	{ "battery-operating-time", "Operating time battery" },
	{ "bus-address", "Bus Address" },
	{ "cumulation-duration", "Duration since last cumulation" },
	{ "date", "Time point (date)" },
	{ "datetime", "Time point (date & time)" },
	{ "device-type", "Medium" },
	{ "digital-input", "Digital Input" },
	{ "digital-output", "Digital Output" },
	{ "duration-since-readout", "Duration since last readout" },
	{ "fabrication-number", "Fabrication No" },
	{ "first-storage-number", "First storage # for cyclic storage" },
	{ "hca", "H.C.A." },
	{ "hca-rating-K", "H.C.A. rating K" },
	{ "hca-rating-KC", "H.C.A. rating KC" },
	{ "hca-rating-KCH", "H.C.A. rating KCH" },
	{ "hca-rating-KCR", "H.C.A. rating KCR" },
	{ "hca-rating-KD", "H.C.A. rating KD" },
	{ "hca-rating-KQ", "H.C.A. rating KQ" },
	{ "hca-rating-KT", "H.C.A. rating KT" },
	{ "identification", "(Enhanced) Identification" },
	{ "last-storage-number", "Last storage # for cyclic storage" },
	{ "max-power-count", "Cumul count max power" },
	{ "model-version", "Model / Version" },
	{ "parameter-activation-state", "State of parameter activation" },
	{ "parameter-set-id", "Parameter set identification" },
	{ "response-delay", "Response delay time" },
	{ "rf-level", "RF level" },
	{ "storage-block-size", "Size of storage block" },
	{ "tariff-duration", "Duration of tariff" },
	{ "tariff-period", "Period of tariff" },
	{ "temperature-limit", "Cold / Warm Temperature Limit" },
	{ "time", "Time point (time)" },
};

static const struct word units[] = {
	{ "baud", "Baud" },
	{ "bittime", "Bittimes" },
	{ "currency", "Currency units" },
	{ "ft3", "feet^3" },
	{ "gal", "American gallon" },
	{ "gal/h", "American gallon/h" },
	{ "gal/min", "American gallon/min" },
	{ "hca", "Units for H.C.A." },
	{ "m3", "m^3" },
	{ "m3/h", "m^3/h" },
	{ "m3/min", "m^3/min" },
	{ "m3/s", "m^3/s" },
};

static const struct word media[] = {
	{ "ad-converter", "A/D Converter" },
	{ "breaker", "Breaker: Electricity" },
	{ "compressed-air", "Compressed Air" },
	{ "cooling", "Cooling load meter: Outlet" },
	{ "cooling-inlet", "Cooling load meter: Inlet" },
	{ "customer-unit", "Customer Unit: Display Device" },
	{ "gas-converter", "Gas Converter" },
	{ "gas-detector", "Gas Detector" },
	{ "gas-logger", "Gas Logger" },
	{ "heat", "Heat: Outlet" },
	{ "heat-cooling", "Heat / Cooling load meter" },
	{ "heat-cost-allocator", "Heat Cost Allocator" },
	{ "heat-inlet", "Heat: Inlet" },
	{ "hot-water", "Hot water (>90°C)" },
	{ "irrigation-water", "Irrigation Water" },
	{ "radio-converter-meter", "Radio Converter: Meter" },
	{ "radio-converter-system", "Radio Converter: System" },
	{ "room-sensor", "Ambient Sensor" },
	{ "service-tool", "Service Unit" },
	{ "smoke-detector", "Smoke Detector" },
	{ "system", "Bus/System" },
	{ "unknown", "Unknown Medium" },
	{ "valve", "Valve: Gas or Water" },
	{ "warm-water", "Warm water (30-90°C)" },
	{ "waste-water", "Waste Water" },
	{ "water-logger", "Water Logger" },
};

static const char *const fixed_media[] = {
	"Other",
	"Oil",
	"Electricity",
	"Gas",
	"Heat",
	"Steam",
	"Hot Water",
	"Water",
	"H.C.A.",
	"Reserved",
	"Gas Mode 2",
	"Heat Mode 2",
	"Hot Water Mode 2",
	"Water Mode 2",
	"H.C.A. Mode 2",
	"Reserved",
};

/* The fixed structure has a unit for every power of ten. */
struct fixed_unit {
	const char *unit;
	int32_t exponent;
	const char *text;
};

static const struct fixed_unit fixed_units[] = {
	{ "Wh", 0, "Wh" },
	{ "Wh", 3, "kWh" },
	{ "Wh", 6, "MWh" },
	{ "J", 3, "kJ" },
	{ "J", 6, "MJ" },
	{ "J", 9, "GJ" },
	{ "W", 0, "W" },
	{ "W", 3, "kW" },
	{ "W", 6, "MW" },
	{ "J/h", 3, "kJ/h" },
	{ "J/h", 6, "MJ/h" },
	{ "J/h", 9, "GJ/h" },
	{ "m3", -6, "ml" },
	{ "m3", -3, "l" },
	{ "m3", 0, "m^3" },
	{ "m3/h", -6, "ml/h" },
	{ "m3/h", -3, "l/h" },
	{ "m3/h", 0, "m^3/h" },
};

static const struct word fixed_others[] = {
	{ "date", "D,M,Y" },
	{ "dimensionless", "without units" },
	{ "hca", "units for HCA" },
	{ "temperature", "1e-3 °C" },
	{ "time", "h,m,s" },
};

static const char *find(const struct word *words, size_t count, const char *ours)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i].ours, ours) == 0) {
			return words[i].theirs;
		}
	}
	return NULL;
}

#define FIND(words, ours) find(words, sizeof(words) / sizeof((words)[0]), ours)

/* "reset-counter" as "Reset counter". */
static const char *capitalise(const char *ours, char text[XML_WORDS_SIZE])
{
	snprintf(text, XML_WORDS_SIZE, "%s", ours);
	if (text[0] >= 'a' && text[0] <= 'z') {
		text[0] = (char)(text[0] - 'a' + 'A');
	}
	for (char *at = text; *at != '\0'; at++) {
		*at = *at == '-' ? ' ' : *at;
	}
	return text;
}

const char *xml_words_quantity(const char *quantity, char text[XML_WORDS_SIZE])
{
	const char *theirs = FIND(quantities, quantity);
	return theirs != NULL ? theirs : capitalise(quantity, text);
}

const char *xml_words_unit(const char *unit)
{
	const char *theirs = FIND(units, unit);
	return theirs != NULL ? theirs : unit;
}

const char *xml_words_medium(const char *medium, uint8_t code, char text[XML_WORDS_SIZE])
{
	const char *theirs = FIND(media, medium);
	bool nameless = strcmp(medium, "reserved") == 0 || strcmp(medium, "any") == 0;
	if (nameless && (code < RESERVED_FIRST || code > RESERVED_LAST)) {
		snprintf(text, XML_WORDS_SIZE, "Unknown medium (0x%02x)", code);
		return text;
	}
	return theirs != NULL ? theirs : capitalise(medium, text);
}

const char *xml_words_fixed_medium(uint8_t code)
{
	return code < sizeof(fixed_media) / sizeof(fixed_media[0]) ? fixed_media[code]
															   : "Reserved";
}

const char *xml_words_fixed_unit(const char *quantity, const char *unit, int32_t exponent,
		char text[XML_WORDS_SIZE])
{
	static const char *const powers[] = { "", "10 ", "100 " };
	for (size_t i = 0; i < sizeof(fixed_units) / sizeof(fixed_units[0]); i++) {
		int32_t power = exponent - fixed_units[i].exponent;
		if (power >= 0 && power <= 2 && strcmp(fixed_units[i].unit, unit) == 0) {
			snprintf(text, XML_WORDS_SIZE, "%s%s", powers[power], fixed_units[i].text);
			return text;
		}
	}
	const char *other = FIND(fixed_others, quantity);
	return other != NULL ? other : "reserved";
}
