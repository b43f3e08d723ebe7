/* SPDX-License-Identifier: MIT */
/* Bytes that grow by doubling, up to a limit. */
#include "route/encode_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE_FIRST 1024
#define FORMAT_SIZE 161
#define DIGITS_MAX 20 /* of 64 bits */

static bool resize(struct encode_buffer *buffer, size_t more)
{
	if (buffer->failed || more >= ENCODE_SIZE_MAX - buffer->length) {
		return false;
	}
	size_t size = buffer->size == 0 ? SIZE_FIRST : buffer->size;
	while (size <= buffer->length + more) {
		size *= 2;
	}
	char *data = realloc(buffer->data, size);
	if (data == NULL) {
		return false;
	}
	buffer->data = data;
	buffer->size = size;
	return true;
}

bool encode_buffer_grow(struct encode_buffer *buffer, size_t more)
{
	bool grown = resize(buffer, more);
	buffer->failed = !grown;
	return grown;
}

void encode_buffer_number(struct encode_buffer *buffer, uint64_t number)
{
	char digits[DIGITS_MAX];
	size_t start = DIGITS_MAX;
	if (number < 10) {
		encode_buffer_char(buffer, (char)('0' + number));
		return;
	}
	do {
		digits[--start] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	encode_buffer_add(buffer, digits + start, DIGITS_MAX - start);
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
	if (!encode_buffer_reserve(buffer, 2 * bytes.size)) {
		return;
	}
	char *at = buffer->data + buffer->length;
	for (size_t i = 0; i < bytes.size; i++) {
		*at++ = digits[bytes.data[i] >> 4];
		*at++ = digits[bytes.data[i] & 15];
	}
	*at = '\0';
	buffer->length += 2 * bytes.size;
}
