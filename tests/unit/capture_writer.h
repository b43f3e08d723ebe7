/* SPDX-License-Identifier: MIT */
/* Writes captures for tests, by a way of its own: docs/capture.md in few lines. */
#ifndef TESTS_CAPTURE_WRITER_H
#define TESTS_CAPTURE_WRITER_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <metergate/mbus.h>

#include "capture_bench.h"

#define WRITER_SIZE 65536

struct writer {
	uint8_t bytes[WRITER_SIZE];
	size_t size;
};

static inline void writer_add(struct writer *writer, const void *bytes, size_t size)
{
	assert(writer->size + size <= sizeof(writer->bytes));
	memcpy(writer->bytes + writer->size, bytes, size);
	writer->size += size;
}

static inline void writer_head(struct writer *writer)
{
	writer_add(writer, BENCH_HEAD, sizeof(BENCH_HEAD) - 1);
}

/* An entry with less than 128 bytes; `delta` in µs. */
static inline void writer_entry(struct writer *writer, uint8_t tag, uint32_t delta,
		const void *content, size_t size)
{
	size_t start = writer->size;
	writer_add(writer, &tag, 1);
	do {
		uint8_t byte = (uint8_t)((delta & 0x7F) | (delta >= 0x80 ? 0x80u : 0));
		writer_add(writer, &byte, 1);
		delta >>= 7;
	} while (delta > 0);
	uint8_t length = (uint8_t)size;
	writer_add(writer, &length, 1);
	writer_add(writer, content, size);
	uint16_t crc = mg_crc(writer->bytes + start, writer->size - start);
	const uint8_t end[] = { (uint8_t)crc, (uint8_t)(crc >> 8) };
	writer_add(writer, end, sizeof(end));
}

/* Strings of bytes, without their NUL. */
#define WRITER_SENT(writer, delta, text)                                                 \
	writer_entry(writer, 1, delta, text, sizeof(text) - 1)
#define WRITER_RECEIVED(writer, delta, text)                                             \
	writer_entry(writer, 2, delta, text, sizeof(text) - 1)
#define WRITER_LOST(writer, delta) writer_entry(writer, 6, delta, "\x05\0\0\0\0\0\0\0", 8)

#endif
