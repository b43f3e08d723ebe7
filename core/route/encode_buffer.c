/* SPDX-License-Identifier: MIT */
/* Bytes that grow by doubling, up to a limit. */
#include "route/encode_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024
#define FORMAT_SIZE 161

static bool reserve(struct encode_buffer *buffer, size_t more)
{
	if (buffer->failed || more >= ENCODE_SIZE_MAX - buffer->length) {
		return false;
	}
	size_t size = buffer->size == 0 ? SIZE_FIRST : buffer->size;
	while (size <= buffer->length + more) {
		size *= 2;
	}
	if (size == buffer->size) {
		return true;
	}
	char *data = realloc(buffer->data, size);
	if (data == NULL) {
		return false;
	}
	buffer->data = data;
	buffer->size = size;
	return true;
}

void encode_buffer_add(struct encode_buffer *buffer, const void *data, size_t size)
{
	if (!reserve(buffer, size)) {
		buffer->failed = true;
		return;
	}
	if (size > 0) {
		memcpy(buffer->data + buffer->length, data, size);
	}
	buffer->length += size;
	buffer->data[buffer->length] = '\0';
}

void encode_buffer_text(struct encode_buffer *buffer, const char *text)
{
	encode_buffer_add(buffer, text, strlen(text));
}

void encode_buffer_char(struct encode_buffer *buffer, char character)
{
	encode_buffer_add(buffer, &character, 1);
}

void encode_buffer_format(struct encode_buffer *buffer, const char *format, ...)
{
	char text[FORMAT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	encode_buffer_text(buffer, text);
}

void encode_buffer_hex(struct encode_buffer *buffer, struct mg_bytes bytes)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < bytes.size; i++) {
		encode_buffer_char(buffer, digits[bytes.data[i] >> 4]);
		encode_buffer_char(buffer, digits[bytes.data[i] & 15]);
	}
}
