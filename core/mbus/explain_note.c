/* SPDX-License-Identifier: MIT */
/* Notes about bytes: their text, and that they follow one another without a gap. */
#include "mbus/explain_note.h"

#include <stdarg.h>

#include "mbus/hex.h"

static const char ellipsis[] = "\xE2\x80\xA6";

enum {
	ELLIPSIS_SIZE = sizeof(ellipsis) - 1,
	HEX_DIGITS_MAX = 8,
};

static void add_hex(struct writer *text, unsigned number, unsigned digits)
{
	char hex[HEX_DIGITS_MAX];
	hex_put(hex, number, digits);
	for (unsigned i = 0; i < digits; i++) {
		write_char(text, hex[i]);
	}
}

static void add_signed(struct writer *text, int number)
{
	if (number < 0) {
		write_char(text, '-');
	}
	write_number(text, number < 0 ? 0u - (unsigned)number : (unsigned)number, 1);
}

/* Adds what stands for a % with its letters. Returns where the format goes on. */
static const char *add_verb(struct writer *text, const char *verb, va_list *arguments)
{
	unsigned digits = 1;
	if (verb[0] == '0') {
		digits = (unsigned)(verb[1] - '0');
		verb += 2;
	}
	switch (verb[0]) {
	case 's':
		write_string(text, va_arg(*arguments, const char *));
		return verb + 1;
	case 'd':
		add_signed(text, va_arg(*arguments, int));
		return verb + 1;
	case 'u':
		write_number(text, va_arg(*arguments, unsigned), 1);
		return verb + 1;
	case 'X':
		add_hex(text, va_arg(*arguments, unsigned), digits);
		return verb + 1;
	default: /* llu */
		write_number(text, va_arg(*arguments, unsigned long long), 1);
		return verb + 3;
	}
}

static void add_format(struct writer *text, const char *format, va_list *arguments)
{
	while (*format != '\0') {
		if (*format == '%') {
			format = add_verb(text, format + 1, arguments);
		} else {
			write_char(text, *format++);
		}
	}
}

void explain_note_begin(struct explain *explain, const char *part)
{
	explain->note.part = part;
	explain->text =
			(struct writer){ .text = explain->note.meaning, .size = MG_NOTE_SIZE };
}

void explain_note_add(struct explain *explain, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_format(&explain->text, format, &arguments);
	va_end(arguments);
}

/* A text that did not fit fills the whole room: it gives up whole characters. */
static void cut(struct writer *text)
{
	size_t length = MG_NOTE_SIZE - 1 - ELLIPSIS_SIZE;
	while (((uint8_t)text->text[length] & 0xC0) == 0x80) {
		length--;
	}
	text->length = length;
	text->full = false;
	write_string(text, ellipsis);
}

void explain_note_end(struct explain *explain, size_t size)
{
	struct reader *reader = &explain->reader;
	if (explain->text.full) {
		cut(&explain->text);
	}
	write_end(&explain->text);
	explain->note.offset = reader->at;
	explain->note.size = size < reader_left(reader) ? size : reader_left(reader);
	reader->at += explain->note.size;
	explain->take(explain->context, &explain->note);
}

void explain_note(
		struct explain *explain, const char *part, size_t size, const char *format, ...)
{
	va_list arguments;
	explain_note_begin(explain, part);
	va_start(arguments, format);
	add_format(&explain->text, format, &arguments);
	va_end(arguments);
	explain_note_end(explain, size);
}

/* Bytes of the control character (C0, DEL or C1) that a text begins with; 0 for none. */
static size_t control_size(const char *text)
{
	uint8_t first = (uint8_t)text[0];
	if (first < 0x20 || first == 0x7F) {
		return 1;
	}
	return first == 0xC2 && (uint8_t)text[1] < 0xA0 ? 2 : 0;
}

void explain_note_quote(struct explain *explain, const char *text)
{
	while (*text != '\0') {
		size_t size = control_size(text);
		write_char(&explain->text, size > 0 ? ' ' : *text);
		text += size > 0 ? size : 1;
	}
}

void explain_note_words(struct explain *explain, const char *name)
{
	char before = ' ';
	for (; *name != '\0'; name++) {
		bool minus = *name == '-' && before == '^';
		before = *name;
		write_char(&explain->text, before == '-' && !minus ? ' ' : before);
	}
}

void explain_note_power(struct explain *explain, int exponent)
{
	if (exponent != 0) {
		explain_note_add(explain, " × 10^%d", exponent);
	}
}

void explain_note_bits(struct explain *explain, uint64_t bits)
{
	const char *before = (bits & (bits - 1)) != 0 ? "bits " : "bit ";
	if (bits == 0) {
		explain_note_add(explain, "no bit");
	}
	for (unsigned bit = 0; bits != 0; bit++, bits >>= 1) {
		if ((bits & 1) != 0) {
			explain_note_add(explain, "%s%u", before, bit);
			before = ", ";
		}
	}
}

uint8_t explain_note_byte(const struct explain *explain)
{
	return (uint8_t)explain_note_peek(explain, 1, false);
}

uint64_t explain_note_peek(const struct explain *explain, size_t size, bool high_first)
{
	size_t left = reader_left(&explain->reader);
	return bytes_number(explain->reader.bytes + explain->reader.at,
			size < left ? size : left, high_first);
}

bool explain_note_whole(struct explain *explain, const char *part, size_t size)
{
	size_t left = reader_left(&explain->reader);
	if (left < size && left > 0) {
		explain_note(explain, part, left, "cut off: %u of %u bytes", (unsigned)left,
				(unsigned)size);
	}
	return size > 0 && left >= size;
}

void explain_note_rest(struct explain *explain, const char *part, const char *why)
{
	size_t left = reader_left(&explain->reader);
	if (left > 0) {
		explain_note(explain, part, left, "%u byte%s: %s", (unsigned)left,
				left > 1 ? "s" : "", why);
	}
}
