/* SPDX-License-Identifier: MIT */
/* Values, units and words that every format writes. */
#include "route/encode_value.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define EXPONENT_MAX 128 /* of mg_decimal_text() */

/* Units for people: the value is 10^shift of the base unit. */
struct unit_row {
	const char *base, *common;
	int32_t shift;
};

static const struct unit_row unit_rows[] = {
	{ "Wh", "kWh", 3 },
	{ "J", "GJ", 9 },
	{ "W", "kW", 3 },
	{ "J/h", "GJ/h", 9 },
	{ "varh", "kvarh", 3 },
	{ "var", "kvar", 3 },
	{ "VAh", "kVAh", 3 },
	{ "VA", "kVA", 3 },
};

static const struct unit_row *find_unit(const char *unit)
{
	for (size_t i = 0; i < sizeof(unit_rows) / sizeof(unit_rows[0]); i++) {
		if (strcmp(unit_rows[i].base, unit) == 0) {
			return &unit_rows[i];
		}
	}
	return NULL;
}

/* A wide number stays in its base unit: only its digits are known here. */
static void use_common_unit(struct encode_value *value)
{
	const struct unit_row *row = find_unit(value->unit);
	if (row != NULL && value->kind != ENCODE_WIDE) {
		value->unit = row->common;
		value->exponent -= row->shift;
	}
}

static enum encode_kind kind_of(const struct mg_record *record)
{
	switch (record->type) {
	case MG_TYPE_NUMBER:
		return ENCODE_DECIMAL;
	case MG_TYPE_WIDE:
		return ENCODE_WIDE;
	case MG_TYPE_TEXT:
	case MG_TYPE_DATE:
	case MG_TYPE_DATETIME:
	case MG_TYPE_TIME:
		return ENCODE_STRING;
	case MG_TYPE_BYTES:
		return ENCODE_BYTES;
	default:
		return ENCODE_NOTHING;
	}
}

struct encode_value encode_value_of(
		const struct mg_record *record, const struct encode_options *options)
{
	struct encode_value value = {
		.kind = record->quality == MG_QUALITY_GOOD ? kind_of(record) : ENCODE_NOTHING,
		.unit = record->unit == NULL ? "" : record->unit,
		.mantissa = record->mantissa,
		.exponent = record->exponent,
		.text = record->text,
		.bytes = record->data,
	};
	if (options->common_units) {
		use_common_unit(&value);
	}
	bool has_text = value.kind == ENCODE_STRING || value.kind == ENCODE_WIDE;
	if ((value.kind == ENCODE_DECIMAL &&
				(value.exponent > EXPONENT_MAX || value.exponent < -EXPONENT_MAX)) ||
			(has_text && value.text == NULL) ||
			(value.kind == ENCODE_WIDE && *value.text == '\0')) {
		value.kind = ENCODE_NOTHING;
	}
	return value;
}

const char *encode_value_function(uint8_t function)
{
	static const char *const words[] = {
		[MG_FUNCTION_INSTANTANEOUS] = "instantaneous",
		[MG_FUNCTION_MAXIMUM] = "maximum",
		[MG_FUNCTION_MINIMUM] = "minimum",
		[MG_FUNCTION_ERROR] = "error",
	};
	return function < sizeof(words) / sizeof(words[0]) ? words[function] : NULL;
}

const char *encode_value_quality(uint8_t quality)
{
	static const char *const words[] = {
		[MG_QUALITY_GOOD] = "good",
		[MG_QUALITY_INVALID] = "invalid",
	};
	return quality < sizeof(words) / sizeof(words[0]) ? words[quality] : "error";
}

const char *encode_value_time(int64_t time, bool milliseconds, char *text)
{
	int64_t seconds = time / 1000000, rest = time % 1000000;
	if (rest < 0) {
		seconds--;
		rest += 1000000;
	}
	time_t moment = (time_t)seconds;
	struct tm parts;
	if (gmtime_r(&moment, &parts) == NULL) {
		return strcpy(text, "");
	}
	size_t length = strftime(text, ENCODE_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, ENCODE_TIME_SIZE - length, milliseconds ? ".%03dZ" : "Z",
			(int)(rest / 1000));
	return text;
}

bool encode_value_is_reading(const struct mg_reading *reading)
{
	return strcmp(reading->type, "reading") == 0;
}
