/* SPDX-License-Identifier: MIT */
/*
 * Readings as text, for the fake services of testing.h: the important keys, in the
 * formats that the gateway has. The gateway itself writes more keys; see
 * docs/readings.md.
 */
#ifndef METERGATE_TESTING_TEXT_H
#define METERGATE_TESTING_TEXT_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <metergate/plugin.h>

/* Text that grows; data is NULL until something was written. */
struct mg_testing_text {
	char *data;
	size_t size, capacity;
};

static inline void mg_testing_put_bytes(
		struct mg_testing_text *t, const char *bytes, size_t size)
{
	size_t need = t->size + size + 1;
	if (need > t->capacity) {
		char *grown = (char *)realloc(t->data, need * 2);
		if (grown == NULL) {
			abort();
		}
		t->data = grown;
		t->capacity = need * 2;
	}
	memcpy(t->data + t->size, bytes, size);
	t->size += size;
	t->data[t->size] = '\0';
}

static inline void mg_testing_put(struct mg_testing_text *t, const char *text)
{
	mg_testing_put_bytes(t, text, strlen(text));
}

/* `text` between quotes; what quotes itself is written as `escape` and the character. */
static inline void mg_testing_quote(
		struct mg_testing_text *t, const char *text, char escape)
{
	mg_testing_put(t, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || (*text == '\\' && escape == '\\')) {
			mg_testing_put_bytes(t, &escape, 1);
		}
		mg_testing_put_bytes(t, text, 1);
	}
	mg_testing_put(t, "\"");
}

static inline void mg_testing_put_value(struct mg_testing_text *t,
		const struct mg_record *record, const char *none, char escape)
{
	char digits[MG_DECIMAL_SIZE];
	if (record->type == MG_TYPE_NUMBER) {
		mg_decimal_text(digits, sizeof(digits), record->mantissa, record->exponent);
		mg_testing_put(t, digits);
	} else if (record->text != NULL) {
		mg_testing_quote(t, record->text, escape);
	} else {
		mg_testing_put(t, none);
	}
}

static inline void mg_testing_put_json_record(
		struct mg_testing_text *t, const struct mg_record *record)
{
	mg_testing_put(t, "{\"name\":");
	mg_testing_quote(t, record->name, '\\');
	mg_testing_put(t, ",\"unit\":");
	mg_testing_quote(t, record->unit, '\\');
	mg_testing_put(t, ",\"value\":");
	mg_testing_put_value(t, record, "null", '\\');
	mg_testing_put(t, "}");
}

static inline void mg_testing_put_json(
		struct mg_testing_text *t, const struct mg_reading *reading)
{
	const char *names[] = { "type", "gateway", "bus", "device" };
	const char *texts[] = { reading->type, reading->gateway, reading->bus,
		reading->device };
	char numbers[160];
	mg_testing_put(t, "{\"schema\":1");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		mg_testing_put(t, ",");
		mg_testing_quote(t, names[i], '\\');
		mg_testing_put(t, ":");
		mg_testing_quote(t, texts[i], '\\');
	}
	snprintf(numbers, sizeof(numbers),
			",\"run\":%" PRIu64 ",\"seq\":%" PRIu64 ",\"device_seq\":%" PRIu64
			",\"time\":%" PRId64 ",\"records\":[",
			reading->run, reading->seq, reading->device_seq, reading->time);
	mg_testing_put(t, numbers);
	for (uint32_t i = 0; i < reading->record_count; i++) {
		mg_testing_put(t, i > 0 ? "," : "");
		mg_testing_put_json_record(t, mg_reading_record(reading, i));
	}
	mg_testing_put(t, "]}");
}

/* One msgpack string (str 32) that holds the JSON. */
static inline void mg_testing_put_msgpack(
		struct mg_testing_text *t, const struct mg_reading *reading)
{
	mg_testing_put_bytes(t, "\xdb\0\0\0\0", 5);
	mg_testing_put_json(t, reading);
	size_t length = t->size - 5;
	for (size_t i = 1; i <= 4; i++) {
		t->data[i] = (char)(unsigned char)((length >> (32 - 8 * i)) & 0xFF);
	}
}

static inline void mg_testing_put_csv(
		struct mg_testing_text *t, const struct mg_reading *reading)
{
	for (uint32_t i = 0; i < reading->record_count; i++) {
		const struct mg_record *record = mg_reading_record(reading, i);
		char front[64];
		snprintf(front, sizeof(front), "%" PRIu64 ",", reading->seq);
		mg_testing_put(t, front);
		mg_testing_quote(t, reading->bus, '"');
		mg_testing_put(t, ",");
		mg_testing_quote(t, reading->device, '"');
		mg_testing_put(t, ",");
		mg_testing_quote(t, record->name, '"');
		mg_testing_put(t, ",");
		mg_testing_put_value(t, record, "", '"');
		mg_testing_put(t, ",");
		mg_testing_quote(t, record->unit, '"');
		mg_testing_put(t, "\r\n");
	}
}

static inline void mg_testing_put_text(
		struct mg_testing_text *t, const struct mg_reading *reading)
{
	mg_testing_put(t, reading->bus);
	mg_testing_put(t, "/");
	mg_testing_put(t, reading->device);
	for (uint32_t i = 0; i < reading->record_count; i++) {
		const struct mg_record *record = mg_reading_record(reading, i);
		mg_testing_put(t, " ");
		mg_testing_put(t, record->name);
		mg_testing_put(t, "=");
		mg_testing_put_value(t, record, "none", '\\');
		mg_testing_put(t, record->unit);
	}
}

/* Replaces what the text was with the reading in `format`; it ends in a NUL that `size`
 * does not count. */
static inline void mg_testing_write(struct mg_testing_text *t, enum mg_format format,
		const struct mg_reading *reading)
{
	t->size = 0;
	mg_testing_put(t, "");
	switch (format) {
	case MG_FORMAT_JSON:
		mg_testing_put_json(t, reading);
		break;
	case MG_FORMAT_MSGPACK:
		mg_testing_put_msgpack(t, reading);
		break;
	case MG_FORMAT_TEXT:
		mg_testing_put_text(t, reading);
		break;
	case MG_FORMAT_CSV:
		mg_testing_put_csv(t, reading);
		break;
	case MG_FORMAT_CSV_HEADER:
		mg_testing_put(t, "seq,bus,device,name,value,unit\r\n");
		break;
	}
}

#endif
