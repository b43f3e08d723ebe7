/* SPDX-License-Identifier: MIT */
/* Bounded reading of bytes, and multi-byte numbers in both byte orders. */
#ifndef MBUS_BYTES_H
#define MBUS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Walks over bytes that belong to somebody else; `at` never passes `size`. */
struct reader {
	const uint8_t *bytes;
	size_t size;
	size_t at;
};

/* Takes one byte; false at the end. */
static inline bool reader_byte(struct reader *reader, uint8_t *byte)
{
	if (reader->at >= reader->size) {
		return false;
	}
	*byte = reader->bytes[reader->at++];
	return true;
}

static inline size_t reader_left(const struct reader *reader)
{
	return reader->size - reader->at;
}

/* Takes `count` bytes; NULL, and nothing taken, when fewer are left. */
static inline const uint8_t *reader_take(struct reader *reader, size_t count)
{
	if (count > reader_left(reader)) {
		return NULL;
	}
	const uint8_t *bytes = reader->bytes + reader->at;
	reader->at += count;
	return bytes;
}

/* Byte number `index` of a number of `size` bytes, counted from the least significant. */
static inline uint8_t bytes_digit(
		const uint8_t *bytes, size_t size, size_t index, bool high_first)
{
	return high_first ? bytes[size - 1 - index] : bytes[index];
}

/* An unsigned number of 0 to 8 bytes. */
static inline uint64_t bytes_number(const uint8_t *bytes, size_t size, bool high_first)
{
	uint64_t number = 0;
	for (size_t i = size; i > 0; i--) {
		number = number << 8 | bytes_digit(bytes, size, i - 1, high_first);
	}
	return number;
}

#endif
