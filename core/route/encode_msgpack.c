/* SPDX-License-Identifier: MIT */
/* Writes readings as msgpack. */
#include "route/encode_msgpack.h"

#include <float.h>
#include <inttypes.h>
#include <msgpack/pack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "route/encode_object.h"
#include "base/utf8.h"

#define MAP16_KEYS 0xFFFF /* makes the packer choose the head with a 16-bit count */
#define MAP16_HEAD 3      /* bytes of it: DEh and the count */

static int add_bytes(void *data, const char *bytes, size_t size)
{
	struct encode_buffer *buffer = data;
	encode_buffer_add(buffer, bytes, size);
	return buffer->failed ? -1 : 0;
}

static msgpack_packer packer_for(struct encode_writer *writer)
{
	msgpack_packer packer;
	msgpack_packer_init(&packer, writer->buffer, add_bytes);
	return packer;
}

/* A map counts its keys; parts of arrays have none. */
static void begin(struct encode_writer *writer, struct encode_key key)
{
	if (key.text == NULL) {
		return;
	}
	msgpack_packer packer = packer_for(writer);
	writer->maps[writer->depth - 1].keys++;
	msgpack_pack_str(&packer, key.length);
	encode_buffer_add(writer->buffer, key.text, key.length);
}

/* How many keys a map gets shows only at its end, so its head has a fixed size. */
static void open_map(struct encode_writer *writer, struct encode_key key)
{
	msgpack_packer packer = packer_for(writer);
	begin(writer, key);
	writer->maps[writer->depth].start = writer->buffer->length;
	writer->maps[writer->depth].keys = 0;
	writer->depth++;
	msgpack_pack_map(&packer, MAP16_KEYS);
}

static void close_map(struct encode_writer *writer)
{
	writer->depth--;
	uint32_t keys = writer->maps[writer->depth].keys;
	if (keys > MAP16_KEYS) {
		writer->buffer->failed = true;
	}
	if (!writer->buffer->failed) {
		char *head = writer->buffer->data + writer->maps[writer->depth].start;
		head[MAP16_HEAD - 2] = (char)(keys >> 8);
		head[MAP16_HEAD - 1] = (char)(keys & 0xFF);
	}
}

static void open_array(
		struct encode_writer *writer, struct encode_key key, uint32_t count)
{
	msgpack_packer packer = packer_for(writer);
	begin(writer, key);
	msgpack_pack_array(&packer, count);
}

static void close_array(struct encode_writer *writer)
{
	(void)writer;
}

/* Only ASCII, which needs no look at each character. */
static bool is_plain(const char *text, size_t length)
{
	unsigned char seen = 0;
	for (size_t i = 0; i < length; i++) {
		seen |= (unsigned char)text[i];
	}
	return seen < 0x80;
}

/* Bytes of a text once what is no UTF-8 is replaced. */
static size_t repaired_length(const char *text)
{
	size_t total = 0;
	while (*text != '\0') {
		size_t length = utf8_step(text);
		total += length == 0 ? strlen(UTF8_REPLACEMENT) : length;
		text += length == 0 ? 1 : length;
	}
	return total;
}

static void put_repaired(struct encode_writer *writer, const char *text)
{
	msgpack_packer packer = packer_for(writer);
	msgpack_pack_str(&packer, repaired_length(text));
	while (*text != '\0') {
		size_t length = utf8_step(text);
		if (length == 0) {
			encode_buffer_text(writer->buffer, UTF8_REPLACEMENT);
		} else {
			encode_buffer_add(writer->buffer, text, length);
		}
		text += length == 0 ? 1 : length;
	}
}

static void put_text(struct encode_writer *writer, const char *text)
{
	size_t length = strlen(text);
	if (!is_plain(text, length)) {
		put_repaired(writer, text);
		return;
	}
	msgpack_packer packer = packer_for(writer);
	msgpack_pack_str(&packer, length);
	encode_buffer_add(writer->buffer, text, length);
}

static void put_string(
		struct encode_writer *writer, struct encode_key key, const char *text)
{
	begin(writer, key);
	put_text(writer, text);
}

static void put_tag(struct encode_writer *writer, const char *key, const char *text)
{
	writer->maps[writer->depth - 1].keys++;
	put_text(writer, key);
	put_text(writer, text);
}

static void put_nothing(struct encode_writer *writer, struct encode_key key)
{
	msgpack_packer packer = packer_for(writer);
	begin(writer, key);
	msgpack_pack_nil(&packer);
}

static void put_truth(struct encode_writer *writer, struct encode_key key, bool value)
{
	msgpack_packer packer = packer_for(writer);
	begin(writer, key);
	if (value) {
		msgpack_pack_true(&packer);
	} else {
		msgpack_pack_false(&packer);
	}
}

static void put_count(struct encode_writer *writer, struct encode_key key, uint64_t value)
{
	msgpack_packer packer = packer_for(writer);
	begin(writer, key);
	msgpack_pack_uint64(&packer, value);
}

static void put_hex(
		struct encode_writer *writer, struct encode_key key, struct mg_bytes bytes)
{
	msgpack_packer packer = packer_for(writer);
	begin(writer, key);
	msgpack_pack_str(&packer, bytes.size * 2);
	encode_buffer_hex(writer->buffer, bytes);
}

/* |mantissa| × 10^exponent; false when that needs more than 64 bits. */
static bool magnitude(int64_t mantissa, int32_t exponent, uint64_t *result)
{
	*result = mantissa < 0 ? 0u - (uint64_t)mantissa : (uint64_t)mantissa;
	for (; exponent > 0 && *result != 0; exponent--) {
		if (__builtin_mul_overflow(*result, (uint64_t)10, result)) {
			return false;
		}
	}
	return true;
}

/* True when the number is an integer that msgpack can carry, which is written then. */
static bool put_integer(struct encode_writer *writer, int64_t mantissa, int32_t exponent)
{
	msgpack_packer packer = packer_for(writer);
	uint64_t size;
	if (exponent < 0 || !magnitude(mantissa, exponent, &size)) {
		return false;
	}
	if (mantissa >= 0) {
		msgpack_pack_uint64(&packer, size);
		return true;
	}
	if (size > (uint64_t)INT64_MAX + 1) {
		return false;
	}
	msgpack_pack_int64(&packer, (int64_t)(0u - size));
	return true;
}

/* Both are exact as doubles, so one division rounds correctly. */
static bool divides(int64_t mantissa, int32_t exponent, double *quotient)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	const int64_t exact = (int64_t)1 << 53;
	const int32_t least = -(int32_t)(sizeof(powers) / sizeof(powers[0])) + 1;
	if (FLT_EVAL_METHOD != 0 || mantissa > exact || mantissa < -exact || exponent > 0 ||
			exponent < least) {
		return false;
	}
	*quotient = (double)mantissa / powers[-exponent];
	return true;
}

/* The nearest double; through text without a decimal point, so that no locale matters. */
static double nearest(int64_t mantissa, int32_t exponent)
{
	double quotient;
	if (divides(mantissa, exponent, &quotient)) {
		return quotient;
	}
	char text[48];
	snprintf(text, sizeof(text), "%" PRId64 "e%" PRId32, mantissa, exponent);
	return strtod(text, NULL);
}

static void put_decimal(struct encode_writer *writer, struct encode_key key,
		int64_t mantissa, int32_t exponent)
{
	begin(writer, key);
	if (put_integer(writer, mantissa, exponent)) {
		return;
	}
	msgpack_packer packer = packer_for(writer);
	msgpack_pack_double(&packer, nearest(mantissa, exponent));
	begin(writer, ENCODE_KEY("mantissa"));
	msgpack_pack_int64(&packer, mantissa);
	begin(writer, ENCODE_KEY("exponent"));
	msgpack_pack_int32(&packer, exponent);
}

static const struct encode_style msgpack_style = {
	.open_map = open_map,
	.close_map = close_map,
	.open_array = open_array,
	.close_array = close_array,
	.tag = put_tag,
	.nothing = put_nothing,
	.truth = put_truth,
	.count = put_count,
	.string = put_string,
	.hex = put_hex,
	.decimal = put_decimal,
	.wide = put_string,
};

void encode_msgpack_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options)
{
	struct encode_writer writer = { .style = &msgpack_style, .buffer = buffer };
	encode_object_write(&writer, reading, options);
}
