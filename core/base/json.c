/* SPDX-License-Identifier: MIT */
/* Strings of JSON, for what the command line prints. */
#include "base/json.h"

#include <stddef.h>

#include "base/utf8.h"

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
	while (*text != '\0') {
		size_t length = utf8_step(text);
		if (length == 0) {
			fputs(UTF8_REPLACEMENT, out);
			text++;
		} else if (length == 1) {
			print_ascii(out, (unsigned char)*text++);
		} else {
			fwrite(text, 1, length, out);
			text += length;
		}
	}
	fputc('"', out);
}
