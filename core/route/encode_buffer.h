/* SPDX-License-Identifier: MIT */
/* Appending to an encode_buffer. After a failure nothing more is added. */
#ifndef ROUTE_ENCODE_BUFFER_H
#define ROUTE_ENCODE_BUFFER_H

#include <stdint.h>
#include <string.h>

#include "route/encode.h"

/* Makes room for `more` bytes and a NUL; false when there can be none. */
bool encode_buffer_grow(struct encode_buffer *buffer, size_t more);

/* The same, mostly without a call. */
static inline bool encode_buffer_reserve(struct encode_buffer *buffer, size_t more)
{
	bool fits = more < buffer->size - buffer->length && !buffer->failed;
	return fits || encode_buffer_grow(buffer, more);
}

/* A NUL that is not counted always follows the contents. */
static inline void encode_buffer_add(
		struct encode_buffer *buffer, const void *data, size_t size)
{
	if (!encode_buffer_reserve(buffer, size)) {
		return;
	}
	if (size > 0) {
		memcpy(buffer->data + buffer->length, data, size);
	}
	buffer->length += size;
	buffer->data[buffer->length] = '\0';
}

static inline void encode_buffer_text(struct encode_buffer *buffer, const char *text)
{
	encode_buffer_add(buffer, text, strlen(text));
}

static inline void encode_buffer_char(struct encode_buffer *buffer, char character)
{
	encode_buffer_add(buffer, &character, 1);
}

void encode_buffer_number(struct encode_buffer *buffer, uint64_t number);
/* At most 160 bytes of result. */
void encode_buffer_format(struct encode_buffer *buffer, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
/* Upper-case digits without blanks. */
void encode_buffer_hex(struct encode_buffer *buffer, struct mg_bytes bytes);

#endif
