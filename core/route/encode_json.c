/* SPDX-License-Identifier: MIT */
/* Writes readings as JSON. */
#include "route/encode_json.h"

#include <string.h>

#include "route/encode_object.h"
#include "base/utf8.h"

enum {
	PLAIN_STEP = 64, /* characters that are copied without looking for room */
	KEY_FRAME = 4,   /* comma, quotes and colon */
};

static void add_escaped(struct encode_buffer *buffer, char character)
{
	static const char named[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *found = strchr(named, character);
	if (found != NULL) {
		encode_buffer_char(buffer, '\\');
		encode_buffer_char(buffer, letters[found - named]);
	} else if ((unsigned char)character < 0x20) {
		encode_buffer_format(buffer, "\\u%04X", (unsigned)character);
	} else {
		encode_buffer_char(buffer, character);
	}
}

/* Characters that stand for themselves: 20h to 7Eh, but for two. */
static bool is_plain(unsigned char character)
{
	static const char kinds[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
								"  x                             "
								"                            x   "
								"                               x"
								"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
								"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
								"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
								"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	return kinds[character] == ' ';
}

/* Copies from the start of the text what stands for itself, and answers how much. */
static size_t add_plain(struct encode_buffer *buffer, const char *text)
{
	size_t length = 0;
	char *at = buffer->data + buffer->length;
	while (length < PLAIN_STEP && is_plain((unsigned char)text[length])) {
		at[length] = text[length];
		length++;
	}
	buffer->length += length;
	return length;
}

/* Adds the character at the start of the text, and answers how long it is there. */
static size_t add_character(struct encode_buffer *buffer, const char *text)
{
	size_t length = utf8_step(text);
	if (length == 0) {
		encode_buffer_text(buffer, UTF8_REPLACEMENT);
		return 1;
	}
	if (length == 1) {
		add_escaped(buffer, *text);
	} else {
		encode_buffer_add(buffer, text, length);
	}
	return length;
}

void encode_json_string(struct encode_buffer *buffer, const char *text)
{
	encode_buffer_char(buffer, '"');
	while (encode_buffer_reserve(buffer, PLAIN_STEP)) {
		size_t copied = add_plain(buffer, text);
		text += copied;
		if (*text == '\0') {
			break;
		}
		text += copied < PLAIN_STEP ? add_character(buffer, text) : 0;
	}
	encode_buffer_char(buffer, '"');
}

/* What stands in front of every part: a comma, unless it is the first one, and its key.
 */
static void begin(struct encode_writer *writer, struct encode_key key)
{
	struct encode_buffer *buffer = writer->buffer;
	if (!encode_buffer_reserve(buffer, ENCODE_KEY_ROOM + KEY_FRAME)) {
		return;
	}
	char *at = buffer->data + buffer->length;
	if (buffer->length > 0 && at[-1] != '{' && at[-1] != '[') {
		*at++ = ',';
	}
	if (key.text != NULL) {
		*at++ = '"';
		memcpy(at, key.text, ENCODE_KEY_ROOM);
		at += key.length;
		*at++ = '"';
		*at++ = ':';
	}
	*at = '\0';
	buffer->length = (size_t)(at - buffer->data);
}

static void open_map(struct encode_writer *writer, struct encode_key key)
{
	begin(writer, key);
	encode_buffer_char(writer->buffer, '{');
}

static void close_map(struct encode_writer *writer)
{
	encode_buffer_char(writer->buffer, '}');
}

static void open_array(
		struct encode_writer *writer, struct encode_key key, uint32_t count)
{
	(void)count;
	begin(writer, key);
	encode_buffer_char(writer->buffer, '[');
}

static void close_array(struct encode_writer *writer)
{
	encode_buffer_char(writer->buffer, ']');
}

static void put_string(
		struct encode_writer *writer, struct encode_key key, const char *text)
{
	begin(writer, key);
	encode_json_string(writer->buffer, text);
}

static void put_tag(struct encode_writer *writer, const char *key, const char *text)
{
	put_string(writer, ENCODE_NO_KEY, key);
	encode_buffer_char(writer->buffer, ':');
	encode_json_string(writer->buffer, text);
}

static void put_bare(
		struct encode_writer *writer, struct encode_key key, const char *text)
{
	begin(writer, key);
	encode_buffer_text(writer->buffer, text);
}

static void put_nothing(struct encode_writer *writer, struct encode_key key)
{
	put_bare(writer, key, "null");
}

static void put_truth(struct encode_writer *writer, struct encode_key key, bool value)
{
	put_bare(writer, key, value ? "true" : "false");
}

static void put_count(struct encode_writer *writer, struct encode_key key, uint64_t value)
{
	begin(writer, key);
	encode_buffer_number(writer->buffer, value);
}

static void put_hex(
		struct encode_writer *writer, struct encode_key key, struct mg_bytes bytes)
{
	begin(writer, key);
	encode_buffer_char(writer->buffer, '"');
	encode_buffer_hex(writer->buffer, bytes);
	encode_buffer_char(writer->buffer, '"');
}

static void put_decimal(struct encode_writer *writer, struct encode_key key,
		int64_t mantissa, int32_t exponent)
{
	char text[MG_DECIMAL_SIZE];
	size_t length = mg_decimal_text(text, sizeof(text), mantissa, exponent);
	begin(writer, key);
	encode_buffer_add(writer->buffer, text, length);
}

static const struct encode_style json_style = {
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
	.wide = put_bare,
};

void encode_json_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options)
{
	struct encode_writer writer = { .style = &json_style, .buffer = buffer };
	encode_object_write(&writer, reading, options);
}
