/* SPDX-License-Identifier: MIT */
/* Prints a reading as a table for people. */
#include "cli/show_table.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "base/utf8.h"
#include "route/encode_value.h"

enum {
	LABEL_WIDTH = 14,
	NAME_WIDTH_MAX = 44,
	VALUE_WIDTH_MAX = 28,
	BYTES_SHOWN = 24, /* of data that only the manufacturer knows */
};

/* One line of the table; text and details are in memory that the stream owns. */
struct row {
	const char *name;
	char *value, *details;
	size_t value_width;
};

static size_t width_of(const char *text)
{
	size_t width = 0;
	for (; *text != '\0'; text++) {
		width += ((unsigned char)*text & 0xC0) != 0x80;
	}
	return width;
}

static void put_padded(FILE *out, const char *text, size_t width)
{
	size_t used = width_of(text);
	fprintf(out, "%s%*s", text, used < width ? (int)(width - used) : 0, "");
}

/* A meter's text must not steer the terminal. */
static void put_clean(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = utf8_step(text);
		if (length == 0) {
			fputs(UTF8_REPLACEMENT, out);
			length = 1;
		} else if (utf8_is_control(text)) {
			fputc(' ', out);
		} else {
			fwrite(text, 1, length, out);
		}
		text += length;
	}
}

/* "power-low" as "power low". */
static void put_words(FILE *out, const char *name)
{
	for (; *name != '\0'; name++) {
		fputc(*name == '-' ? ' ' : *name, out);
	}
}

static void put_bytes(FILE *out, struct mg_bytes bytes)
{
	if (bytes.size == 0) {
		fputc('-', out);
	}
	for (size_t i = 0; i < bytes.size && i < BYTES_SHOWN; i++) {
		fprintf(out, "%02X", bytes.data[i]);
	}
	if (bytes.size > BYTES_SHOWN) {
		fprintf(out, "... (%zu bytes; --json has all)", bytes.size);
	}
}

static void put_label(FILE *out, const char *label)
{
	fprintf(out, "  %-*s ", LABEL_WIDTH, label);
}

static void put_identity(FILE *out, const struct mg_meter *meter)
{
	if ((meter->has & MG_METER_ID) != 0) {
		put_label(out, "meter");
		fprintf(out, "%s", meter->id);
		if ((meter->has & MG_METER_MANUFACTURER) != 0) {
			fprintf(out, ".%s.%02X.%02X", meter->manufacturer, meter->version,
					meter->medium_code);
		}
		fputc('\n', out);
	}
	if ((meter->has & MG_METER_MANUFACTURER) != 0) {
		put_label(out, "manufacturer");
		fprintf(out, "%s", meter->manufacturer);
		if (meter->manufacturer_name != NULL) {
			fprintf(out, ", %s", meter->manufacturer_name);
		}
		fputc('\n', out);
		put_label(out, "version");
		fprintf(out, "%u (%02Xh)\n", meter->version, meter->version);
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		put_label(out, "medium");
		put_words(out, meter->medium);
		fprintf(out, " (%02Xh)\n", meter->medium_code);
	}
}

static void put_status(FILE *out, const struct mg_meter *meter)
{
	put_label(out, "status");
	fprintf(out, "%02Xh", meter->status);
	for (uint32_t i = 0; i < meter->status_flag_count; i++) {
		fputs(i == 0 ? ": " : ", ", out);
		put_words(out, meter->status_flags[i]);
	}
	fputs(meter->status_flag_count == 0 ? ": no error\n" : "\n", out);
	put_label(out, "access");
	fprintf(out, "%u\n", meter->access);
}

/* A word that announces no encryption is whatever an old meter put there. */
static void put_configuration(FILE *out, const struct mg_meter *meter)
{
	static const struct {
		uint8_t mode;
		const char *text;
	} modes[] = {
		{ 5, "AES-128 CBC" },
		{ 7, "AES-128 CBC, derived key, MAC" },
		{ 10, "AES-128 CCM" },
	};
	if ((meter->has & MG_METER_SIGNATURE) == 0 || meter->signature == 0) {
		return;
	}
	put_label(out, "configuration");
	fprintf(out, "%04Xh: ", meter->signature);
	if ((meter->has & MG_METER_SECURITY) == 0) {
		fputs("not encrypted\n", out);
		return;
	}
	fprintf(out, "encrypted, security mode %u", meter->security_mode);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (modes[i].mode == meter->security_mode) {
			fprintf(out, " (%s)", modes[i].text);
		}
	}
	fputc('\n', out);
}

static void put_head(FILE *out, const struct mg_reading *reading)
{
	const struct mg_meter *meter = &reading->meter;
	put_identity(out, meter);
	if ((meter->has & MG_METER_ADDRESS) != 0) {
		put_label(out, "address");
		fprintf(out, "%u\n", meter->address);
	}
	if ((meter->has & MG_METER_STATUS) != 0) {
		put_status(out, meter);
	}
	put_configuration(out, meter);
	if ((reading->flags & MG_READING_MODE2) != 0) {
		put_label(out, "byte order");
		fputs("high byte first (mode 2)\n", out);
	}
	if (reading->app_error >= 0) {
		put_label(out, "application");
		fprintf(out, "error %02" PRIX32 "h: %s\n", (uint32_t)reading->app_error,
				mg_app_error_text(reading->app_error));
	}
	if (reading->alarm >= 0) {
		put_label(out, "alarm");
		fprintf(out, "%02" PRIX32 "h\n", (uint32_t)reading->alarm);
	}
}

/* True for "not a number: NaN" and "NaN": once is enough. */
static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), size = strlen(end);
	return length >= size && strcmp(text + length - size, end) == 0;
}

static void put_missing(FILE *out, const struct mg_record *record)
{
	const char *reason = record->reason != NULL ? record->reason : "not known why";
	fputs("no value", out);
	if (record->text != NULL && !ends_with(reason, record->text)) {
		fputs(" (", out);
		put_clean(out, record->text);
		fputc(')', out);
	}
	fprintf(out, ": %s", reason);
}

/* In `seconds`; false when it is no whole number of them. */
static bool whole_seconds(const struct encode_value *value, uint64_t *seconds)
{
	int64_t number = value->mantissa;
	int exponent = value->exponent;
	if (number < 0) {
		return false;
	}
	for (; exponent > 0 && number <= INT64_MAX / 10; exponent--) {
		number *= 10;
	}
	for (; exponent < 0 && number % 10 == 0 && number != 0; exponent++) {
		number /= 10;
	}
	*seconds = (uint64_t)number;
	return exponent == 0;
}

/* Nobody can read 252241200 s: from a day on, the same in days, hours, minutes. */
static void put_days(FILE *out, const struct encode_value *value)
{
	static const struct {
		uint64_t seconds;
		const char *unit;
	} parts[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	uint64_t left;
	if (strcmp(value->unit, "s") != 0 || !whole_seconds(value, &left) ||
			left < parts[0].seconds) {
		return;
	}
	const char *before = " (";
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t count = left / parts[i].seconds;
		left %= parts[i].seconds;
		if (count > 0) {
			fprintf(out, "%s%" PRIu64 " %s", before, count, parts[i].unit);
			before = " ";
		}
	}
	fputc(')', out);
}

static void put_value(FILE *out, const struct mg_record *record)
{
	static const struct encode_options common = { .common_units = true };
	struct encode_value value = encode_value_of(record, &common);
	char number[MG_DECIMAL_SIZE];
	switch (value.kind) {
	case ENCODE_DECIMAL:
		mg_decimal_text(number, sizeof(number), value.mantissa, value.exponent);
		fputs(number, out);
		break;
	case ENCODE_WIDE:
	case ENCODE_STRING:
		put_clean(out, value.text);
		break;
	case ENCODE_BYTES:
		put_bytes(out, value.bytes);
		break;
	default:
		fputc('-', out);
		return;
	}
	if (value.unit[0] != '\0' && value.kind != ENCODE_BYTES) {
		fputc(' ', out);
		put_clean(out, value.unit);
	}
	if (value.kind == ENCODE_DECIMAL) {
		put_days(out, &value);
	}
}

static void put_detail(FILE *out, bool *first, const char *word)
{
	fprintf(out, "%s%s", *first ? "" : ", ", word);
	*first = false;
}

static void put_number_detail(FILE *out, bool *first, const char *word, uint64_t number)
{
	if (number != 0) {
		fprintf(out, "%s%s %" PRIu64, *first ? "" : ", ", word, number);
		*first = false;
	}
}

static void put_flag_details(FILE *out, bool *first, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *words;
	} rows[] = {
		{ MG_RECORD_SUMMER, "summer time" },
		{ MG_RECORD_VENDOR, "manufacturer specific" },
		{ MG_RECORD_AMBIGUOUS, "the standard leaves its meaning open" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((flags & rows[i].flag) != 0) {
			put_detail(out, first, rows[i].words);
		}
	}
}

static void put_details(FILE *out, const struct mg_record *record)
{
	static const char *const functions[] = {
		[MG_FUNCTION_MAXIMUM] = "maximum",
		[MG_FUNCTION_MINIMUM] = "minimum",
		[MG_FUNCTION_ERROR] = "during an error",
	};
	bool first = true;
	if (record->function >= MG_FUNCTION_MAXIMUM &&
			record->function <= MG_FUNCTION_ERROR) {
		put_detail(out, &first, functions[record->function]);
	}
	put_number_detail(out, &first, "storage", record->storage);
	put_number_detail(out, &first, "tariff", record->tariff);
	put_number_detail(out, &first, "subunit", record->subunit);
	for (uint32_t i = 0; i < record->modifier_count; i++) {
		put_detail(out, &first, record->modifiers[i]);
	}
	put_flag_details(out, &first, record->flags);
}

/* What `put` writes, as a text to be freed; NULL when memory is short. */
static char *text_of(void (*put)(FILE *out, const struct mg_record *record),
		const struct mg_record *record)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		return NULL;
	}
	put(out, record);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static struct row row_of(const struct mg_record *record)
{
	bool good = record->quality == MG_QUALITY_GOOD;
	struct row row = {
		.name = record->name,
		.value = text_of(good ? put_value : put_missing, record),
		.details = text_of(put_details, record),
	};
	row.value_width = row.value != NULL ? width_of(row.value) : 0;
	return row;
}

static size_t wider(size_t width, size_t other, size_t limit)
{
	return other > width && other <= limit ? other : width;
}

static void put_row(
		FILE *out, const struct row *row, size_t name_width, size_t value_width)
{
	const char *value = row->value != NULL ? row->value : "out of memory";
	bool details = row->details != NULL && row->details[0] != '\0';
	fputs("  ", out);
	put_padded(out, row->name, name_width);
	fputs("  ", out);
	put_padded(out, value, details ? value_width : 0);
	fprintf(out, "%s%s\n", details ? "  " : "", details ? row->details : "");
}

/* Columns are as wide as what is in them, but a few long ones do not push the rest. */
static void put_records(FILE *out, const struct mg_reading *reading)
{
	size_t name_width = 0, value_width = 0;
	if (reading->record_count > 0 && reading->meter.has != 0) {
		fputc('\n', out);
	}
	for (uint32_t pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < reading->record_count; i++) {
			struct row row = row_of(mg_reading_record(reading, i));
			if (pass == 0) {
				name_width = wider(name_width, width_of(row.name), NAME_WIDTH_MAX);
				value_width = wider(value_width, row.value_width, VALUE_WIDTH_MAX);
			} else {
				put_row(out, &row, name_width, value_width);
			}
			free(row.value);
			free(row.details);
		}
	}
}

const char *show_table_hint(
		const struct mg_reading *reading, const struct show_hints *hints)
{
	const struct {
		enum mg_fault fault;
		const char *hint;
	} rows[] = {
		{ MG_FAULT_ENCRYPTED, hints->encrypted },
		{ MG_FAULT_PLAIN, hints->plain },
	};
	for (size_t i = 0; reading->error != NULL && i < sizeof(rows) / sizeof(rows[0]);
			i++) {
		if (strstr(reading->error, mg_fault_text(rows[i].fault)) != NULL) {
			return rows[i].hint;
		}
	}
	return NULL;
}

static void put_error(
		FILE *out, const struct mg_reading *reading, const struct show_hints *hints)
{
	const char *hint = show_table_hint(reading, hints);
	if (reading->error == NULL) {
		return;
	}
	fprintf(out, "  error: %s", reading->error);
	if (reading->error_offset > 0) {
		fprintf(out, " (byte %" PRIu64 " of the telegram)", reading->error_offset);
	}
	fprintf(out, "%s%s\n", hint != NULL ? "; " : "", hint != NULL ? hint : "");
}

/* Why there is nothing to show; NULL when there is something. */
static const char *frame_words(const struct mg_reading *reading)
{
	static const char *const words[] = {
		[MG_FRAME_ACK] = "an acknowledgement (E5h): it carries no data",
		[MG_FRAME_NACK] = "a refusal (A2h): it carries no data",
		[MG_FRAME_SHORT] = "a short frame: it carries no data",
		[MG_FRAME_LONG] = "a request or command: it carries no readings",
	};
	struct mg_frame frame;
	size_t length;
	bool empty = reading->telegram_count == 1 && reading->record_count == 0 &&
				 reading->error == NULL && reading->app_error < 0 && reading->alarm < 0;
	if (!empty || mg_frame_parse(reading->telegrams[0].data, reading->telegrams[0].size,
						  &frame, &length) != MG_FAULT_NONE) {
		return NULL;
	}
	bool answer = frame.type == MG_FRAME_LONG && (frame.c & MG_C_PRM) == 0;
	return answer ? "no records" : words[frame.type];
}

void show_table(FILE *out, const char *title, const struct mg_reading *reading,
		const struct show_hints *hints)
{
	const char *frame = frame_words(reading);
	put_clean(out, title);
	fputc('\n', out);
	put_head(out, reading);
	if (frame != NULL) {
		fprintf(out, "  %s\n", frame);
	}
	put_records(out, reading);
	if ((reading->flags & MG_READING_MORE) != 0) {
		fputs("  more records follow in the next telegram\n", out);
	}
	put_error(out, reading, hints);
	fputc('\n', out);
}
