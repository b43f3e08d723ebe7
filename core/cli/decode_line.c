/* SPDX-License-Identifier: MIT */
/* Reads a line that holds a telegram in hex, and maybe a key. */
#include "cli/decode_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

#define BLANKS " \t"

/* A run of characters that are no blanks. */
struct word {
	const char *text;
	size_t length;
};

bool decode_line_refuse(struct decode_line *line, size_t column, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line->wrong, sizeof(line->wrong), format, arguments);
	va_end(arguments);
	line->column = column;
	line->size = 0;
	line->has_key = false;
	return false;
}

bool decode_line_refuse_character(
		struct decode_line *line, const char *text, size_t at, const char *hint)
{
	size_t length = utf8_step(text + at);
	char what[16];
	if (length == 0 || utf8_is_control(text + at)) {
		snprintf(what, sizeof(what), "byte %02Xh", (unsigned)(uint8_t)text[at]);
		hint = "no hex digit; --binary takes telegrams as bytes";
	} else {
		snprintf(what, sizeof(what), "'%.*s'", (int)length, text + at);
	}
	return decode_line_refuse(line, at + 1, "%s is %s", what, hint);
}

size_t decode_line_digits(const char *text)
{
	size_t count = 0;
	while (hex_value(text[count]) >= 0) {
		count++;
	}
	return count;
}

static void read_bytes(const char *digits, size_t count, uint8_t *bytes)
{
	for (size_t i = 0; i < count; i++) {
		bytes[i] =
				(uint8_t)(hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
	}
}

void decode_line_add(struct decode_line *line, const char *digits, size_t count)
{
	read_bytes(digits, count / 2, line->bytes + line->size);
	line->size += count / 2;
}

void decode_line_take_key(struct decode_line *line, const char *digits)
{
	read_bytes(digits, SECURE_KEY_SIZE, line->key.bytes);
	line->has_key = true;
}

static struct word next_word(const char **rest)
{
	const char *text = *rest + strspn(*rest, BLANKS);
	struct word word = { text, strcspn(text, BLANKS "#") };
	*rest = text + word.length;
	return word;
}

static bool is_hex(const struct word *word)
{
	return decode_line_digits(word->text) >= word->length;
}

static bool is_byte(const struct word *word)
{
	return word->length == 2 && is_hex(word);
}

static bool refuse_key(
		struct decode_line *line, const char *text, const struct word *word)
{
	size_t column = (size_t)(word->text - text) + 1;
	size_t digits = decode_line_digits(word->text);
	if (digits < word->length) {
		return decode_line_refuse(line, column,
				"what follows the telegram is no key: character %zu of it is no hex "
				"digit; "
				"--loose also takes telegrams with blanks inside",
				digits + 1);
	}
	return decode_line_refuse(line, column,
			"what follows the telegram is no key: it has %zu hex digits, a key has %d; "
			"--loose also takes telegrams with blanks inside",
			word->length, DECODE_LINE_KEY_DIGITS);
}

/* What stands behind the telegram: nothing, or one key. */
static bool read_key(
		struct decode_line *line, const char *text, struct word word, const char *rest)
{
	if (word.length == 0) {
		return true;
	}
	if (word.length != DECODE_LINE_KEY_DIGITS || !is_hex(&word)) {
		return refuse_key(line, text, &word);
	}
	struct word more = next_word(&rest);
	if (more.length > 0) {
		return decode_line_refuse(line, (size_t)(more.text - text) + 1,
				"a telegram and a key are all that a line can hold; put each telegram on "
				"a "
				"line of its own");
	}
	decode_line_take_key(line, word.text);
	return true;
}

/* Two bytes with a blank between them cannot be a telegram and a key. */
static bool read_spaced(
		struct decode_line *line, const char *text, struct word word, const char *rest)
{
	while (is_byte(&word)) {
		decode_line_add(line, word.text, word.length);
		word = next_word(&rest);
	}
	return read_key(line, text, word, rest);
}

static bool read_joined(
		struct decode_line *line, const char *text, struct word word, const char *rest)
{
	size_t start = (size_t)(word.text - text), digits = decode_line_digits(word.text);
	if (digits < word.length) {
		return decode_line_refuse_character(line, text, start + digits,
				"no hex digit; --loose also takes dumps with 0x, blanks and colons");
	}
	if (digits % 2 != 0) {
		return decode_line_refuse(line, start + digits,
				"a byte has two hex digits, and the last of %zu stands alone; see "
				"whether "
				"the line was cut",
				digits);
	}
	decode_line_add(line, word.text, digits);
	word = next_word(&rest);
	return read_key(line, text, word, rest);
}

bool decode_line_read(const char *text, struct decode_line *line)
{
	const char *rest = text;
	struct word word = next_word(&rest);
	line->size = 0;
	line->start = (size_t)(word.text - text) + 1;
	line->has_key = false;
	line->wrong[0] = '\0';
	line->column = 0;
	if (word.length == 0) {
		return true;
	}
	return is_byte(&word) ? read_spaced(line, text, word, rest)
						  : read_joined(line, text, word, rest);
}
