/* SPDX-License-Identifier: MIT */
/*
 * Writes readings in the layout of libmbus' normalised XML. Element names, their order
 * and their texts are what programs read, so they stay as they are there; values are
 * exact, and what is no value is none.
 */
#include "cli/xml.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "base/utf8.h"
#include "cli/xml_words.h"

enum {
	PLACES_MIN = 6, /* behind the decimal point, as printf("%f") does */
	DIF_MORE = 0x1F,
	MINUTES_LENGTH = 16, /* of "2026-11-22T05:59" */
};

static void put_text(FILE *out, const char *text)
{
	static const char special[] = "&<>\"";
	static const char *const escapes[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
	while (*text != '\0') {
		size_t length = utf8_step(text);
		const char *found = strchr(special, *text);
		if (length == 0) {
			fputs(UTF8_REPLACEMENT, out);
			length = 1;
		} else if (utf8_is_control(text)) {
			fputc(' ', out);
		} else if (found != NULL) {
			fputs(escapes[found - special], out);
		} else {
			fwrite(text, 1, length, out);
		}
		text += length;
	}
}

static void put_element(FILE *out, const char *name, const char *text)
{
	fprintf(out, "        <%s>", name);
	put_text(out, text);
	fprintf(out, "</%s>\n", name);
}

static void put_count(FILE *out, const char *name, uint64_t number)
{
	fprintf(out, "        <%s>%" PRIu64 "</%s>\n", name, number, name);
}

/* Two dashes would end a comment. */
static void put_comment_text(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		fputc(*text, out);
		if (text[0] == '-' && (text[1] == '-' || text[1] == '\0')) {
			fputc(' ', out);
		}
	}
}

/* Libmbus leaves out zeros in front. */
static const char *short_id(const char *id)
{
	while (id[0] == '0' && id[1] != '\0') {
		id++;
	}
	return id;
}

static bool is_fixed(const struct mg_meter *meter)
{
	return (meter->has & (MG_METER_ID | MG_METER_MANUFACTURER)) == MG_METER_ID;
}

static void put_medium(FILE *out, const struct mg_meter *meter)
{
	char text[XML_WORDS_SIZE];
	put_element(out, "Medium",
			is_fixed(meter) ? xml_words_fixed_medium(meter->medium_code)
							: xml_words_medium(meter->medium, meter->medium_code, text));
}

static void put_meter(FILE *out, const struct mg_meter *meter)
{
	if ((meter->has & MG_METER_ID) != 0) {
		put_element(out, "Id", short_id(meter->id));
	}
	if ((meter->has & MG_METER_MANUFACTURER) != 0) {
		put_element(out, "Manufacturer", meter->manufacturer);
		put_count(out, "Version", meter->version);
		put_element(out, "ProductName", "");
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		put_medium(out, meter);
	}
	if ((meter->has & MG_METER_STATUS) != 0) {
		put_count(out, "AccessNumber", meter->access);
		fprintf(out, "        <Status>%02X</Status>\n", meter->status);
	}
	if ((meter->has & MG_METER_SIGNATURE) != 0) {
		fprintf(out, "        <Signature>%04X</Signature>\n", meter->signature);
	}
}

static void put_slave(FILE *out, const struct mg_reading *reading)
{
	bool partial = (reading->flags & MG_READING_PARTIAL) != 0;
	fputs("    <SlaveInformation>\n", out);
	put_meter(out, &reading->meter);
	if (reading->app_error >= 0) {
		put_element(out, "Error", mg_app_error_text(reading->app_error));
	} else if (reading->error != NULL && !partial) {
		put_element(out, "Error", reading->error);
	}
	if (reading->alarm >= 0) {
		fprintf(out, "        <!-- alarm %02" PRIX32 " -->\n", (uint32_t)reading->alarm);
	}
	fputs("    </SlaveInformation>\n\n", out);
}

/* A plain decimal with at least as many places as readers are used to. */
static void put_decimal(FILE *out, const char *digits)
{
	const char *point = strchr(digits, '.');
	size_t places = point != NULL ? strlen(point + 1) : 0;
	fprintf(out, "%s%s", digits, point == NULL ? "." : "");
	for (; places < PLACES_MIN; places++) {
		fputc('0', out);
	}
}

/* Calendar months and years are written in seconds, of an average one: so libmbus has
   them. */
struct span {
	const char *unit;
	int64_t mantissa;
	int32_t exponent;
};

static const struct span spans[] = {
	{ "month", 262974383, -2 },
	{ "year", 31556926, 0 },
};

static const struct span *find_span(const struct mg_record *record)
{
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		if (strcmp(record->unit, spans[i].unit) == 0) {
			return &spans[i];
		}
	}
	return NULL;
}

/* As the record has it when it cannot be had in seconds; then the unit tells. */
static bool in_seconds(
		const struct mg_record *record, int64_t *mantissa, int32_t *exponent)
{
	const struct span *span = find_span(record);
	*mantissa = record->mantissa;
	*exponent = record->exponent;
	if (span == NULL || record->type != MG_TYPE_NUMBER ||
			__builtin_mul_overflow(record->mantissa, span->mantissa, mantissa)) {
		*mantissa = record->mantissa;
		return false;
	}
	*exponent += span->exponent;
	return true;
}

static void put_number(FILE *out, const struct mg_record *record)
{
	char digits[MG_DECIMAL_SIZE];
	int64_t mantissa;
	int32_t exponent;
	in_seconds(record, &mantissa, &exponent);
	mg_decimal_text(digits, sizeof(digits), mantissa, exponent);
	put_decimal(out, digits);
}

/* The last byte sent comes first. */
static void put_bytes(FILE *out, struct mg_bytes bytes)
{
	for (size_t i = bytes.size; i > 0; i--) {
		fprintf(out, "%02X%s", bytes.data[i - 1], i > 1 ? " " : "");
	}
}

/* The Z belongs to the layout: it is the meter's local time all the same. */
static void put_datetime(FILE *out, const char *text)
{
	fprintf(out, "%s%sZ", text, strlen(text) == MINUTES_LENGTH ? ":00" : "");
}

static void put_good_value(FILE *out, const struct mg_record *record)
{
	switch (record->type) {
	case MG_TYPE_NUMBER:
		put_number(out, record);
		break;
	case MG_TYPE_WIDE:
		put_decimal(out, record->text);
		break;
	case MG_TYPE_DATETIME:
		put_datetime(out, record->text);
		break;
	case MG_TYPE_TEXT:
	case MG_TYPE_DATE:
	case MG_TYPE_TIME:
		put_text(out, record->text);
		break;
	case MG_TYPE_BYTES:
		put_bytes(out, record->data);
		break;
	default:
		break;
	}
}

/* A comment, since readers that turn elements into dictionaries stumble over attributes
   where there were none. */
static void put_why_missing(FILE *out, const struct mg_record *record)
{
	fputs("<!-- ", out);
	if (record->text != NULL && record->text[0] != '\0') {
		put_comment_text(out, record->text);
		fputs(": ", out);
	}
	put_comment_text(out, record->reason != NULL ? record->reason : "no value");
	fputs(" -->", out);
}

static void put_value(FILE *out, const struct mg_record *record)
{
	fputs("        <Value>", out);
	if (record->quality == MG_QUALITY_GOOD) {
		put_good_value(out, record);
	}
	fputs("</Value>", out);
	if (record->quality != MG_QUALITY_GOOD) {
		put_why_missing(out, record);
	}
	fputc('\n', out);
}

static const char *function_words(const struct mg_record *record)
{
	static const char *const words[] = {
		[MG_FUNCTION_INSTANTANEOUS] = "Instantaneous value",
		[MG_FUNCTION_MAXIMUM] = "Maximum value",
		[MG_FUNCTION_MINIMUM] = "Minimum value",
		[MG_FUNCTION_ERROR] = "Value during error state",
	};
	if (record->function < sizeof(words) / sizeof(words[0])) {
		return words[record->function];
	}
	bool more = record->dib.size > 0 && record->dib.data[0] == DIF_MORE;
	return more ? "More records follow" : "Manufacturer specific";
}

static void put_unit(FILE *out, const struct mg_record *record)
{
	static const char *const dashed[] = { "date", "datetime", "time", "plain-text" };
	int64_t mantissa;
	int32_t exponent;
	const char *unit =
			in_seconds(record, &mantissa, &exponent) ? "s" : xml_words_unit(record->unit);
	for (size_t i = 0; i < sizeof(dashed) / sizeof(dashed[0]); i++) {
		unit = strcmp(record->quantity, dashed[i]) == 0 ? "-" : unit;
	}
	put_element(
			out, "Unit", strcmp(record->quantity, "reserved") == 0 ? "Reserved" : unit);
}

static void put_quantity(FILE *out, const struct mg_record *record)
{
	char text[XML_WORDS_SIZE];
	if (record->function == MG_FUNCTION_NONE) {
		put_element(out, "Quantity", "");
	} else if (strcmp(record->quantity, "plain-text") == 0) {
		put_element(out, "Quantity", record->unit);
	} else {
		put_element(out, "Quantity", xml_words_quantity(record->quantity, text));
	}
}

static void put_record(FILE *out, const struct mg_record *record)
{
	put_element(out, "Function", function_words(record));
	put_count(out, "StorageNumber", record->storage);
	if (record->dib.size > 1) {
		put_count(out, "Tariff", record->tariff);
		put_count(out, "Device", record->subunit);
	}
	put_unit(out, record);
	put_quantity(out, record);
	put_value(out, record);
}

/* Counters of the fixed structure come as they are sent, and the unit has the power of
   ten. */
static void put_counter(FILE *out, const struct mg_record *record)
{
	char text[XML_WORDS_SIZE];
	bool number = record->type == MG_TYPE_NUMBER;
	put_element(out, "Function", record->storage != 0 ? "Stored value" : "Actual value");
	put_element(out, "Unit",
			xml_words_fixed_unit(record->quantity, record->unit, record->exponent, text));
	if (number && record->quality == MG_QUALITY_GOOD) {
		fprintf(out, "        <Value>%" PRId64 "</Value>\n", record->mantissa);
	} else {
		put_value(out, record);
	}
}

static void put_records(FILE *out, const struct mg_reading *reading)
{
	bool fixed = is_fixed(&reading->meter);
	for (uint32_t i = 0; i < reading->record_count; i++) {
		const struct mg_record *record = mg_reading_record(reading, i);
		fprintf(out, "    <DataRecord id=\"%" PRIu32 "\">\n", i);
		if (fixed) {
			put_counter(out, record);
		} else {
			put_record(out, record);
		}
		fputs("    </DataRecord>\n\n", out);
	}
}

void xml_write(FILE *out, const struct mg_reading *reading)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MBusData>\n\n", out);
	put_slave(out, reading);
	put_records(out, reading);
	if (reading->error != NULL && (reading->flags & MG_READING_PARTIAL) != 0) {
		fputs("    <!-- error: ", out);
		put_comment_text(out, reading->error);
		fputs(" -->\n\n", out);
	}
	fputs("</MBusData>\n", out);
}
