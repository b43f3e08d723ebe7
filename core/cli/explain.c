/* SPDX-License-Identifier: MIT */
/* Prints what each byte of a telegram is and means. */
#include "cli/explain.h"

#include <string.h>

#include "base/utf8.h"

enum {
	BYTES_A_LINE = 8,
	BYTES_WIDTH = 24,
	PART_WIDTH = 15,
	MEANING_WIDTH = 53, /* up to column 100 */
};

/* How the part of a note is shown; the header of a telegram has no row. */
struct style {
	const char *part;
	int indent;
	bool paragraph; /* a blank line comes before it */
	bool trouble;
};

struct printer {
	FILE *out;
	bool colour;
	const uint8_t *bytes;       /* what the notes are about */
	size_t offset;              /* of the first of them, as it is printed */
	const struct style *before; /* of the note before; NULL at first */
};

static const struct style *style_of(const char *part)
{
	/* clang-format off */
	static const struct style styles[] = {
		{ "start", 0, false, false },
		{ "L", 0, false, false },
		{ "C", 0, false, false },
		{ "A", 0, false, false },
		{ "CI", 0, false, false },
		{ "ACK", 0, false, false },
		{ "NACK", 0, false, false },
		{ "checksum", 0, true, false },
		{ "stop", 0, false, false },
		{ "surplus", 0, false, true },
		{ "DIF", 2, true, false },
		{ "DIFE", 4, false, false },
		{ "VIF", 4, false, false },
		{ "VIFE", 4, false, false },
		{ "unit", 4, false, false },
		{ "LVAR", 4, false, false },
		{ "data", 4, false, false },
		{ "counter", 4, false, false },
		{ "filler", 2, true, false },
		{ "missing", 2, false, true },
		{ "rest", 2, false, true },
	};
	/* clang-format on */
	static const struct style header = { NULL, 2, false, false };
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		if (strcmp(styles[i].part, part) == 0) {
			return &styles[i];
		}
	}
	return &header;
}

static void set_colour(const struct printer *printer, const char *code)
{
	if (printer->colour) {
		fprintf(printer->out, "\033[%sm", code);
	}
}

/* Bytes of the character at the start of a text. */
static size_t step(const char *text)
{
	size_t length = utf8_step(text);
	return length > 0 ? length : 1;
}

/* Bytes of `text` that fill a line: whole words, unless one is longer than that. */
static size_t line_length(const char *text)
{
	size_t at = 0, word = 0;
	for (unsigned width = 0; width < MEANING_WIDTH; width++) {
		if (text[at] == '\0') {
			return at;
		}
		at += step(text + at);
		if (text[at] == ' ') {
			word = at;
		}
	}
	return text[at] == '\0' || word == 0 ? at : word;
}

static void print_part(const struct printer *printer, const struct mg_note *note,
		const struct style *style)
{
	fprintf(printer->out, "%*s", style->indent, "");
	set_colour(printer, style->trouble ? "31" : "1");
	fputs(note->part, printer->out);
	set_colour(printer, "0");
	int length = style->indent + (int)strlen(note->part);
	fprintf(printer->out, "%*s", PART_WIDTH - length, "");
}

/* The bytes of one line; returns how many characters they took. */
static int print_bytes(
		const struct printer *printer, const struct mg_note *note, size_t from)
{
	int width = 0;
	for (size_t i = from; i < from + BYTES_A_LINE && i < note->size; i++) {
		width += fprintf(printer->out, i > from ? " %02X" : "%02X",
				printer->bytes[note->offset + i]);
	}
	return width;
}

/* The first line of a note, or one of those that its bytes or its text need more. */
static void print_line(const struct printer *printer, const struct mg_note *note,
		size_t line, const char *meaning, size_t length)
{
	size_t from = line * BYTES_A_LINE;
	set_colour(printer, "2");
	if (line == 0 || from < note->size) {
		fprintf(printer->out, "%6zu  ", printer->offset + note->offset + from);
	} else {
		fprintf(printer->out, "%8s", "");
	}
	set_colour(printer, "0");
	int width = print_bytes(printer, note, from);
	if (length > 0) {
		fprintf(printer->out, "%*s", BYTES_WIDTH - width, "");
		if (line == 0) {
			print_part(printer, note, style_of(note->part));
		} else {
			fprintf(printer->out, "%*s", PART_WIDTH, "");
		}
		fwrite(meaning, 1, length, printer->out);
	}
	fputc('\n', printer->out);
}

/* A blank line, but not at the top, nor within the link layer. */
static void begin_paragraph(struct printer *printer, const struct style *style)
{
	const struct style *before = printer->before;
	printer->before = style;
	if (style->paragraph && before != NULL && before->indent + style->indent > 0) {
		fputc('\n', printer->out);
	}
}

static void print_note(void *context, const struct mg_note *note)
{
	struct printer *printer = context;
	const char *meaning = note->meaning;
	size_t line = 0;
	begin_paragraph(printer, style_of(note->part));
	do {
		size_t length = line_length(meaning);
		print_line(printer, note, line, meaning, length);
		meaning += length;
		meaning += strspn(meaning, " ");
		line++;
	} while (*meaning != '\0' || line * BYTES_A_LINE < note->size);
}

static void print_opened(struct printer *printer, const struct decode_opened *opened)
{
	const struct mg_telegram *telegram = &opened->telegram;
	fprintf(printer->out, "\n%s%s%s, %zu bytes%s:\n\n",
			telegram->security_mode != 0 ? "decrypted" : "",
			telegram->security_mode != 0 && opened->expanded ? ", " : "",
			opened->expanded ? "with the format that it names" : "",
			telegram->records.size, opened->expanded ? ", counted from 0 on" : "");
	printer->bytes = telegram->records.data;
	printer->offset = opened->expanded ? 0 : telegram->offset;
	printer->before = NULL;
	mg_explain_records(telegram, print_note, printer);
}

bool explain_print(FILE *out, bool colour, const struct mg_bytes *telegram,
		const struct decode_opened *opened)
{
	struct printer printer = { out, colour, telegram->data, 0, NULL };
	set_colour(&printer, "2");
	fprintf(out, "%6s  %-*s%-*s%s\n", "offset", BYTES_WIDTH, "bytes", PART_WIDTH, "part",
			"meaning");
	set_colour(&printer, "0");
	mg_explain(telegram->data, telegram->size, print_note, &printer);
	if (opened != NULL) {
		print_opened(&printer, opened);
	}
	return ferror(out) == 0;
}
