/* SPDX-License-Identifier: MIT */
/* The bytes of a capture file (docs/capture.md): what its writer and its reader share. */
#ifndef CAPTURE_CAPTURE_FORMAT_H
#define CAPTURE_CAPTURE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

/* A file is a sequence of runs; each begins with this. */
#define CAPTURE_FORMAT_MAGIC "\x89MGC\r\n\x1A\n"
#define CAPTURE_FORMAT_MAGIC_SIZE 8
#define CAPTURE_FORMAT_VERSION 1

#define CAPTURE_FORMAT_NAME_MAX 255
#define CAPTURE_FORMAT_LINE_SIZE 7
/* Magic, version, length. */
#define CAPTURE_FORMAT_PREFIX (CAPTURE_FORMAT_MAGIC_SIZE + 3)
#define CAPTURE_FORMAT_CRC 2
/* Start, line, length of the name: what every head has behind its prefix. */
#define CAPTURE_FORMAT_FIXED (8 + CAPTURE_FORMAT_LINE_SIZE + 1)
#define CAPTURE_FORMAT_HEAD_MAX                                                          \
	(CAPTURE_FORMAT_PREFIX + CAPTURE_FORMAT_FIXED + CAPTURE_FORMAT_NAME_MAX +            \
			CAPTURE_FORMAT_CRC)

/* An entry: tag, time since the one before, length of the content, content, CRC. */
#define CAPTURE_FORMAT_DELTA_SIZE 8 /* bytes of the time at most: 56 bits of µs */
#define CAPTURE_FORMAT_DELTA_MAX ((INT64_C(1) << (7 * CAPTURE_FORMAT_DELTA_SIZE)) - 1)
#define CAPTURE_FORMAT_LENGTH_SIZE 2
#define CAPTURE_FORMAT_CONTENT_MAX 4096
#define CAPTURE_FORMAT_ENTRY_MAX                                                         \
	(1 + CAPTURE_FORMAT_DELTA_SIZE + CAPTURE_FORMAT_LENGTH_SIZE +                        \
			CAPTURE_FORMAT_CONTENT_MAX + CAPTURE_FORMAT_CRC)

/* Bits 3-0 of a tag. Others may come to be; readers pass over them. */
enum capture_format_kind {
	CAPTURE_FORMAT_SENT = 1,
	CAPTURE_FORMAT_RECEIVED,
	CAPTURE_FORMAT_LINE,
	CAPTURE_FORMAT_OPENED,
	CAPTURE_FORMAT_CLOSED,
	CAPTURE_FORMAT_LOST, /* content: how many bytes, 8 bytes */
};
#define CAPTURE_FORMAT_KIND 0x0F
/* Bits 6-4: enum mg_rx_flags of the bytes. Bit 7 is 0. */
#define CAPTURE_FORMAT_FLAGS_SHIFT 4
#define CAPTURE_FORMAT_FLAGS 0x07

/* What is known when a run begins. */
struct capture_format_head {
	int64_t start; /* µs since 1970 */
	struct mg_line line;
	const char *bus; /* its first 255 bytes count */
};

/* Writes the head of a run. Returns its length. */
size_t capture_format_head(
		const struct capture_format_head *head, uint8_t bytes[CAPTURE_FORMAT_HEAD_MAX]);

struct capture_format_entry {
	enum capture_format_kind kind;
	uint32_t rx_flags;
	int64_t delta; /* µs since the entry before, or the start; kept within 0 ... max */
	const uint8_t *content;
	size_t size; /* at most CAPTURE_FORMAT_CONTENT_MAX */
};

/* How many bytes capture_format_entry() writes at most. */
size_t capture_format_room(size_t size);
/* Writes one entry. Returns its length. */
size_t capture_format_entry(const struct capture_format_entry *entry, uint8_t *bytes);

void capture_format_line(
		const struct mg_line *line, uint8_t bytes[CAPTURE_FORMAT_LINE_SIZE]);

/* Low byte first. */
void capture_format_put(uint8_t *bytes, size_t size, uint64_t number);
uint64_t capture_format_get(const uint8_t *bytes, size_t size);

#endif
