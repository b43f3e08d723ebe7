/* SPDX-License-Identifier: MIT */
/* Writes a reading as one line that people read. */
#include "route/encode_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

void encode_text_clean(struct encode_buffer *buffer, const char *text)
{
	while (*text != '\0') {
		size_t length = utf8_step(text);
		if (length == 0) {
			encode_buffer_text(buffer, UTF8_REPLACEMENT);
			length = 1;
		} else if (utf8_is_control(text)) {
			encode_buffer_char(buffer, ' ');
		} else {
			encode_buffer_add(buffer, text, length);
		}
		text += length;
	}
}

void encode_text_value(struct encode_buffer *buffer, const struct encode_value *value)
{
	char text[MG_DECIMAL_SIZE];
	switch (value->kind) {
	case ENCODE_DECIMAL:
		mg_decimal_text(text, sizeof(text), value->mantissa, value->exponent);
		encode_buffer_text(buffer, text);
		break;
	case ENCODE_WIDE:
	case ENCODE_STRING:
		encode_text_clean(buffer, value->text);
		break;
	case ENCODE_BYTES:
		encode_buffer_hex(buffer, value->bytes);
		break;
	default:
		break;
	}
}

/* A word behind a blank, unless it is the first one of the line. */
static void add_word(struct encode_buffer *buffer, const char *word)
{
	if (word == NULL || *word == '\0') {
		return;
	}
	if (buffer->length > 0) {
		encode_buffer_char(buffer, ' ');
	}
	encode_text_clean(buffer, word);
}

static void add_device(struct encode_buffer *buffer, const struct mg_reading *reading)
{
	add_word(buffer, *reading->bus == '\0' ? reading->gateway : reading->bus);
	if (*reading->device != '\0') {
		encode_buffer_char(buffer, '/');
		encode_text_clean(buffer, reading->device);
	}
}

static void add_meter(struct encode_buffer *buffer, const struct mg_meter *meter)
{
	if ((meter->has & MG_METER_ID) != 0) {
		add_word(buffer, meter->id);
	}
	if ((meter->has & MG_METER_MANUFACTURER) != 0) {
		encode_buffer_char(buffer, '.');
		encode_text_clean(buffer, meter->manufacturer);
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		add_word(buffer, meter->medium);
	}
}

/* Whether a text would not be seen as one word. */
static bool needs_quotes(const char *text)
{
	bool quotes = *text == '\0';
	for (; *text != '\0'; text++) {
		quotes |= *text == ' ' || utf8_is_control(text);
	}
	return quotes;
}

static void add_quoted(struct encode_buffer *buffer, const struct encode_value *value)
{
	if (value->kind == ENCODE_NOTHING) {
		encode_buffer_char(buffer, '-');
		return;
	}
	bool quoted = value->kind == ENCODE_STRING && needs_quotes(value->text);
	if (quoted) {
		encode_buffer_char(buffer, '"');
	}
	encode_text_value(buffer, value);
	if (quoted) {
		encode_buffer_char(buffer, '"');
	}
}

static void add_record(struct encode_buffer *buffer, const struct mg_record *record,
		const struct encode_options *options)
{
	struct encode_value value = encode_value_of(record, options);
	add_word(buffer, record->name);
	encode_buffer_char(buffer, '=');
	if (record->quality != MG_QUALITY_GOOD) {
		encode_buffer_text(buffer, encode_value_quality(record->quality));
		return;
	}
	add_quoted(buffer, &value);
	if (value.kind == ENCODE_DECIMAL || value.kind == ENCODE_WIDE) {
		add_word(buffer, value.unit);
	}
}

static void add_errors(struct encode_buffer *buffer, const struct mg_reading *reading)
{
	if (reading->app_error >= 0) {
		encode_buffer_format(buffer, " app_error=%" PRId32, reading->app_error);
	}
	if (reading->alarm >= 0) {
		encode_buffer_format(buffer, " alarm=%" PRId32, reading->alarm);
	}
	if (reading->error != NULL) {
		encode_buffer_text(buffer, " error=\"");
		encode_text_clean(buffer, reading->error);
		encode_buffer_char(buffer, '"');
	}
}

void encode_text_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options)
{
	char time[ENCODE_TIME_SIZE];
	if (reading->time != 0) {
		add_word(buffer, encode_value_time(reading->time, false, time));
	}
	add_device(buffer, reading);
	if (!encode_value_is_reading(reading)) {
		add_word(buffer, reading->type);
		encode_buffer_char(buffer, ':');
		add_word(buffer, reading->message);
		return;
	}
	add_meter(buffer, &reading->meter);
	for (uint32_t i = 0; i < reading->record_count; i++) {
		add_record(buffer, mg_reading_record(reading, i), options);
	}
	add_errors(buffer, reading);
}
