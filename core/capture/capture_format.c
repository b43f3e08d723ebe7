/* SPDX-License-Identifier: MIT */
/* Writes the bytes of a capture file (docs/capture.md). */
#include "capture/capture_format.h"

#include <string.h>

#include <metergate/mbus.h>

#define MORE 0x80 /* in a number of seven bits each: another byte follows */

void capture_format_put(uint8_t *bytes, size_t size, uint64_t number)
{
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(number >> (8 * i));
	}
}

uint64_t capture_format_get(const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;
	for (size_t i = 0; i < size; i++) {
		number |= (uint64_t)bytes[i] << (8 * i);
	}
	return number;
}

/* Seven bits a byte, the low ones first. */
static size_t put_number(uint8_t *bytes, uint64_t number)
{
	size_t size = 0;
	while (number >= MORE) {
		bytes[size++] = (uint8_t)(number | MORE);
		number >>= 7;
	}
	bytes[size++] = (uint8_t)number;
	return size;
}

static size_t put_crc(uint8_t *bytes, size_t from, size_t size)
{
	capture_format_put(
			bytes + size, CAPTURE_FORMAT_CRC, mg_crc(bytes + from, size - from));
	return size + CAPTURE_FORMAT_CRC;
}

void capture_format_line(
		const struct mg_line *line, uint8_t bytes[CAPTURE_FORMAT_LINE_SIZE])
{
	capture_format_put(bytes, 4, line->baud);
	bytes[4] = line->data_bits;
	bytes[5] = (uint8_t)line->parity;
	bytes[6] = line->stop_bits;
}

size_t capture_format_head(
		const struct capture_format_head *head, uint8_t bytes[CAPTURE_FORMAT_HEAD_MAX])
{
	uint8_t *at = bytes + CAPTURE_FORMAT_PREFIX;
	size_t name = strnlen(head->bus, CAPTURE_FORMAT_NAME_MAX);
	memcpy(bytes, CAPTURE_FORMAT_MAGIC, CAPTURE_FORMAT_MAGIC_SIZE);
	bytes[CAPTURE_FORMAT_MAGIC_SIZE] = CAPTURE_FORMAT_VERSION;
	capture_format_put(
			bytes + CAPTURE_FORMAT_MAGIC_SIZE + 1, 2, CAPTURE_FORMAT_FIXED + name);
	capture_format_put(at, 8, (uint64_t)head->start);
	capture_format_line(&head->line, at + 8);
	at[CAPTURE_FORMAT_FIXED - 1] = (uint8_t)name;
	memcpy(at + CAPTURE_FORMAT_FIXED, head->bus, name);
	return put_crc(bytes, CAPTURE_FORMAT_MAGIC_SIZE,
			CAPTURE_FORMAT_PREFIX + CAPTURE_FORMAT_FIXED + name);
}

size_t capture_format_room(size_t size)
{
	return 1 + CAPTURE_FORMAT_DELTA_SIZE + CAPTURE_FORMAT_LENGTH_SIZE + size +
		   CAPTURE_FORMAT_CRC;
}

static int64_t within(int64_t delta)
{
	if (delta < 0) {
		return 0;
	}
	return delta < CAPTURE_FORMAT_DELTA_MAX ? delta : CAPTURE_FORMAT_DELTA_MAX;
}

size_t capture_format_entry(const struct capture_format_entry *entry, uint8_t *bytes)
{
	size_t size = 1;
	bytes[0] = (uint8_t)(entry->kind | (entry->rx_flags & CAPTURE_FORMAT_FLAGS)
											   << CAPTURE_FORMAT_FLAGS_SHIFT);
	size += put_number(bytes + size, (uint64_t)within(entry->delta));
	size += put_number(bytes + size, entry->size);
	if (entry->size > 0) {
		memcpy(bytes + size, entry->content, entry->size);
	}
	return put_crc(bytes, 0, size + entry->size);
}
