/* SPDX-License-Identifier: MIT */
/* RFC 5424 header, structured data and text, within a limit of bytes. */
#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SD_ID "metergate@32473"
#define NAME_LARGEST 32 /* SD-NAME */
#define VALUE_SIZE 1024 /* of one parameter, before escaping */

/* Room that is kept for the end of the structured data. */
#define CLOSING 1

static const char byte_order_mark[] = "\xEF\xBB\xBF";

/* Appends all of it or nothing. */
static bool put(struct message *m, size_t limit, const char *bytes, size_t size)
{
	if (size > limit || m->size > limit - size) {
		m->cut = true;
		return false;
	}
	memcpy(m->bytes + m->size, bytes, size);
	m->size += size;
	return true;
}

static bool is_control(char c)
{
	return ((unsigned char)c < 0x20) || c == 0x7F;
}

/* PRINTUSASCII, at most `largest`; others become '_', nothing becomes "-". */
static void put_name(struct message *m, size_t limit, const char *text, size_t largest)
{
	char name[256];
	size_t length = 0;
	for (; text[length] != '\0' && length < largest && length < sizeof(name); length++) {
		name[length] = text[length] > 0x20 && text[length] < 0x7F ? text[length] : '_';
	}
	put(m, limit, length > 0 ? name : "-", length > 0 ? length : 1);
	put(m, limit, " ", 1);
}

/* A time that four digits of year cannot say becomes "-". */
static void put_time(struct message *m, size_t limit, int64_t microseconds)
{
	int64_t part = microseconds % 1000000;
	part += part < 0 ? 1000000 : 0;
	time_t seconds = (time_t)((microseconds - part) / 1000000);
	struct tm parts;
	char text[64] = "", stamp[96];
	if (gmtime_r(&seconds, &parts) == NULL || parts.tm_year < -1900 ||
			parts.tm_year > 8099 ||
			strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts) == 0) {
		put(m, limit, "- ", 2);
		return;
	}
	int length = snprintf(stamp, sizeof(stamp), "%s.%03dZ ", text, (int)(part / 1000));
	put(m, limit, stamp, (size_t)length);
}

static void put_header(struct message *m, const struct message_style *style, int severity,
		const struct mg_reading *reading)
{
	char text[48];
	int length = snprintf(text, sizeof(text), "<%d>1 ", style->facility * 8 + severity);
	put(m, style->limit, text, (size_t)length);
	put_time(m, style->limit, reading->time);
	put_name(m, style->limit, style->hostname, 200);
	put_name(m, style->limit, style->app_name, 48);
	length = snprintf(text, sizeof(text), "%ld ", style->process);
	put(m, style->limit, text, (size_t)length);
	put_name(m, style->limit, reading->type, NAME_LARGEST);
}

/*
 * SD-NAME from the name of a record. One that is too long keeps its beginning and ends in
 * a hash of the whole, so that two long names stay two.
 */
static size_t make_name(char name[NAME_LARGEST + 1], const char *text)
{
	uint32_t hash = 2166136261u;
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	}
	size_t kept = length > NAME_LARGEST ? NAME_LARGEST - 5 : length;
	for (size_t i = 0; i < kept; i++) {
		bool fine = text[i] > 0x20 && text[i] < 0x7F && strchr("=]\"", text[i]) == NULL;
		name[i] = fine ? text[i] : '_';
	}
	name[kept] = '\0';
	if (kept < length) {
		snprintf(name + kept, 6, "~%04x", (unsigned)((hash ^ (hash >> 16)) & 0xFFFF));
		kept += 5;
	}
	return kept;
}

/* Whether the byte begins or is a character, and does not continue one (RFC 3629). */
static bool begins_character(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

/* Appends the escaped value to `text`, which has room for twice its length. */
static size_t escape(char *text, const char *value, size_t length)
{
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		if (strchr("\"\\]", value[i]) != NULL && value[i] != '\0') {
			text[used++] = '\\';
		}
		text[used++] = is_control(value[i]) ? ' ' : value[i];
	}
	return used;
}

/* One parameter, or nothing of it when it does not fit. */
static void put_param(
		struct message *m, size_t limit, const char *name, const char *value)
{
	char text[NAME_LARGEST + 2 * VALUE_SIZE + 8];
	size_t length = strlen(value), used = 0;
	if (length > VALUE_SIZE) {
		m->cut = true;
		return;
	}
	text[used++] = ' ';
	used += make_name(text + used, name);
	text[used++] = '=';
	text[used++] = '"';
	used += escape(text + used, value, length);
	text[used++] = '"';
	put(m, limit, text, used);
}

static bool bytes_text(char *text, size_t size, struct mg_bytes bytes)
{
	if (bytes.size * 2 >= size) {
		return false;
	}
	for (size_t i = 0; i < bytes.size; i++) {
		snprintf(text + 2 * i, 3, "%02X", bytes.data[i]);
	}
	return true;
}

/* The value as text; false for none, or none that may be used. */
static bool value_text(char *text, size_t size, const struct mg_record *record)
{
	text[0] = '\0';
	switch (record->type) {
	case MG_TYPE_NONE:
		return false;
	case MG_TYPE_NUMBER:
		return mg_decimal_text(text, size, record->mantissa, record->exponent) > 0;
	case MG_TYPE_BYTES:
		return bytes_text(text, size, record->data);
	default:
		return record->text != NULL &&
			   snprintf(text, size, "%s", record->text) < (int)size;
	}
}

/* energy="12345000 Wh". A record without a good value has no parameter. */
static void put_record(struct message *m, size_t limit, const struct mg_record *record)
{
	char value[VALUE_SIZE];
	if (record->quality != MG_QUALITY_GOOD) {
		return;
	}
	if (!value_text(value, sizeof(value), record)) {
		m->cut = m->cut || record->type != MG_TYPE_NONE;
		return;
	}
	size_t used = strlen(value);
	int length = snprintf(value + used, sizeof(value) - used, "%s%s",
			record->unit[0] != '\0' ? " " : "", record->unit);
	if ((size_t)length < sizeof(value) - used) {
		put_param(m, limit, record->name, value);
	}
}

static void put_number(struct message *m, size_t limit, const char *name, uint64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRIu64, number);
	put_param(m, limit, name, text);
}

/* Names with a '-': those of records have none. */
static void put_source(struct message *m, size_t limit, const struct mg_reading *reading)
{
	const struct mg_meter *meter = &reading->meter;
	const struct {
		const char *name, *value;
	} params[] = {
		{ "gateway", reading->gateway },
		{ "bus", reading->bus },
		{ "device", reading->device },
		{ "meter-id", (meter->has & MG_METER_ID) != 0 ? meter->id : "" },
		{ "meter-manufacturer",
				(meter->has & MG_METER_MANUFACTURER) != 0 ? meter->manufacturer : "" },
		{ "meter-medium", (meter->has & MG_METER_MEDIUM) != 0 ? meter->medium : "" },
	};
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		if (params[i].value != NULL && params[i].value[0] != '\0') {
			put_param(m, limit, params[i].name, params[i].value);
		}
	}
	put_number(m, limit, "run", reading->run);
	put_number(m, limit, "seq", reading->seq);
	if (reading->device_seq > 0) {
		put_number(m, limit, "device-seq", reading->device_seq);
	}
}

static void put_data(struct message *m, size_t limit, uint32_t sequence,
		const struct mg_reading *reading)
{
	char text[80];
	int length = snprintf(
			text, sizeof(text), "[meta sequenceId=\"%" PRIu32 "\"][" SD_ID, sequence);
	put(m, limit, text, (size_t)length);
	put_source(m, limit - CLOSING, reading);
	for (uint32_t i = 0; i < reading->record_count; i++) {
		put_record(m, limit - CLOSING, mg_reading_record(reading, i));
	}
	put(m, limit, "]", 1);
}

static void put_body(struct message *m, size_t limit, const char *body, size_t length)
{
	size_t room = limit - m->size;
	if (length > room) {
		m->cut = true;
		for (length = room; length > 0 && !begins_character(body[length]); length--) {
		}
	}
	for (size_t i = 0; i < length; i++) {
		m->bytes[m->size++] = is_control(body[i]) ? ' ' : body[i];
	}
}

void message_write(struct message *message, const struct message_style *style,
		int severity, uint32_t sequence, const struct mg_reading *reading,
		const char *body, size_t length)
{
	message->size = 0;
	message->cut = false;
	put_header(message, style, severity, reading);
	put_data(message, style->limit, sequence, reading);
	if (message->size + 1 + strlen(byte_order_mark) < style->limit) {
		put(message, style->limit, " ", 1);
		put(message, style->limit, byte_order_mark, strlen(byte_order_mark));
		put_body(message, style->limit, body, length);
	}
}

void message_write_plain(
		struct message *message, size_t limit, const char *body, size_t length)
{
	message->size = 0;
	message->cut = false;
	put_body(message, limit - 1, body, length);
	message->bytes[message->size] = '\0';
}

uint32_t message_next(uint32_t sequence)
{
	return sequence >= MESSAGE_SEQUENCE_LARGEST ? 1 : sequence + 1;
}
