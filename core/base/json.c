/* SPDX-License-Identifier: MIT */
/* Strings of JSON, for what the command line prints. */
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the UTF-8 sequence at `at`, 0 when it is none. */
static size_t sequence_length(const unsigned char *at)
{
	static const struct {
		unsigned char mask, lead;
		size_t length;
		uint32_t least;
	} rows[] = {
		{ 0x80, 0x00, 1, 0 },
		{ 0xE0, 0xC0, 2, 0x80 },
		{ 0xF0, 0xE0, 3, 0x800 },
		{ 0xF8, 0xF0, 4, 0x10000 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((at[0] & rows[i].mask) != rows[i].lead) {
			continue;
		}
		uint32_t code = (uint32_t)(at[0] & (unsigned char)~rows[i].mask);
		for (size_t k = 1; k < rows[i].length; k++) {
			if ((at[k] & 0xC0) != 0x80) {
				return 0;
			}
			code = code << 6 | (at[k] & 0x3F);
		}
		bool surrogate = code >= 0xD800 && code <= 0xDFFF;
		return code < rows[i].least || code > 0x10FFFF || surrogate ? 0 : rows[i].length;
	}
	return 0;
}

static void print_ascii(FILE *out, unsigned char c)
{
	if (c == '"' || c == '\\') {
		fprintf(out, "\\%c", c);
	} else if (c < 0x20 || c == 0x7F) {
		fprintf(out, "\\u%04x", c);
	} else {
		fputc(c, out);
	}
}

void json_print_string(FILE *out, const char *text)
{
	if (text == NULL) {
		fputs("null", out);
		return;
	}
	fputc('"', out);
	const unsigned char *at = (const unsigned char *)text;
	while (*at != '\0') {
		size_t length = sequence_length(at);
		if (length == 1) {
			print_ascii(out, *at);
		} else if (length == 0) {
			fputs("\xEF\xBF\xBD", out);
		} else {
			fwrite(at, 1, length, out);
		}
		at += length > 0 ? length : 1;
	}
	fputc('"', out);
}
