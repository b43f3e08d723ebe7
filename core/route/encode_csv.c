/* SPDX-License-Identifier: MIT */
/* Writes readings as rows of a table. */
#include "route/encode_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "route/encode_text.h"

#define LINE_END "\r\n" /* RFC 4180, 2.1 */

/* The columns behind those of the reading. Texts may be NULL. */
struct row {
	const char *name, *function, *quantity, *unit, *quality;
	uint64_t storage;
	uint32_t tariff, subunit;
	bool numbered; /* storage, tariff and subunit apply */
	struct encode_value value;
};

void encode_csv_header(struct encode_buffer *buffer)
{
	encode_buffer_text(buffer,
			"time,gateway,bus,device,meter_id,manufacturer,medium,name,function,storage,"
			"tariff,subunit,quantity,unit,value,quality" LINE_END);
}

/* Quotes what stands in the buffer from `start` on, where it has to be. */
static void quote_from(struct encode_buffer *buffer, size_t start)
{
	struct encode_buffer plain = { 0 };
	if (buffer->failed || strpbrk(buffer->data + start, ",\"") == NULL) {
		return;
	}
	encode_buffer_text(&plain, buffer->data + start);
	buffer->length = start;
	encode_buffer_char(buffer, '"');
	for (size_t i = 0; i < plain.length; i++) {
		if (plain.data[i] == '"') {
			encode_buffer_char(buffer, '"');
		}
		encode_buffer_char(buffer, plain.data[i]);
	}
	encode_buffer_char(buffer, '"');
	buffer->failed |= plain.failed;
	encode_finish(&plain);
}

/* A field and the comma behind it. */
static void add_field(struct encode_buffer *buffer, const char *text)
{
	size_t start = buffer->length;
	encode_text_clean(buffer, text == NULL ? "" : text);
	quote_from(buffer, start);
	encode_buffer_char(buffer, ',');
}

static void add_value(struct encode_buffer *buffer, const struct encode_value *value)
{
	size_t start = buffer->length;
	encode_text_value(buffer, value);
	quote_from(buffer, start);
	encode_buffer_char(buffer, ',');
}

static void add_source(struct encode_buffer *buffer, const struct mg_reading *reading)
{
	const struct mg_meter *meter = &reading->meter;
	char time[ENCODE_TIME_SIZE] = "";
	if (reading->time != 0) {
		encode_value_time(reading->time, true, time);
	}
	add_field(buffer, time);
	add_field(buffer, reading->gateway);
	add_field(buffer, reading->bus);
	add_field(buffer, reading->device);
	add_field(buffer, (meter->has & MG_METER_ID) != 0 ? meter->id : "");
	add_field(
			buffer, (meter->has & MG_METER_MANUFACTURER) != 0 ? meter->manufacturer : "");
	add_field(buffer, (meter->has & MG_METER_MEDIUM) != 0 ? meter->medium : "");
}

static void add_row(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct row *row)
{
	add_source(buffer, reading);
	add_field(buffer, row->name);
	add_field(buffer, row->function);
	if (row->numbered) {
		encode_buffer_format(buffer, "%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",", row->storage,
				row->tariff, row->subunit);
	} else {
		encode_buffer_text(buffer, ",,,");
	}
	add_field(buffer, row->quantity);
	add_field(buffer, row->unit);
	add_value(buffer, &row->value);
	encode_buffer_text(buffer, row->quality);
	encode_buffer_text(buffer, LINE_END);
}

static void add_record(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct mg_record *record, const struct encode_options *options)
{
	struct row row = {
		.name = record->name,
		.function = encode_value_function(record->function),
		.quantity = record->quantity,
		.quality = encode_value_quality(record->quality),
		.storage = record->storage,
		.tariff = record->tariff,
		.subunit = record->subunit,
		.numbered = true,
		.value = encode_value_of(record, options),
	};
	row.unit = row.value.unit;
	add_row(buffer, reading, &row);
}

/* A row about the whole reading or event. */
static void add_remark(struct encode_buffer *buffer, const struct mg_reading *reading,
		const char *name, const char *text, const char *quality)
{
	struct row row = {
		.name = name,
		.quality = quality,
		.value = { .kind = text == NULL ? ENCODE_NOTHING : ENCODE_STRING, .text = text },
	};
	add_row(buffer, reading, &row);
}

static void add_code(struct encode_buffer *buffer, const struct mg_reading *reading,
		const char *name, int32_t code)
{
	char text[16];
	if (code >= 0) {
		snprintf(text, sizeof(text), "%" PRId32, code);
		add_remark(buffer, reading, name, text, "good");
	}
}

void encode_csv_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options)
{
	if (!encode_value_is_reading(reading)) {
		add_remark(buffer, reading, reading->type, reading->message, "");
		return;
	}
	for (uint32_t i = 0; i < reading->record_count; i++) {
		add_record(buffer, reading, mg_reading_record(reading, i), options);
	}
	add_code(buffer, reading, "app_error", reading->app_error);
	add_code(buffer, reading, "alarm", reading->alarm);
	if (reading->error != NULL) {
		add_remark(buffer, reading, "error", reading->error, "error");
	}
}
