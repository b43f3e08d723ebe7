/* SPDX-License-Identifier: MIT */
/* Reads telegrams as people write them down, one meter a line. */
#include "literals.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool __attribute__((format(printf, 2, 3)))
fail(char error[LITERALS_ERROR_SIZE], const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(error, LITERALS_ERROR_SIZE, format, arguments);
	va_end(arguments);
	return false;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	char low = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
	const char *found = low != '\0' ? strchr(digits, low) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

/* Reads hex up to the end of the text; false at anything that is none. */
static bool read_hex(const char *text, uint8_t bytes[MG_FRAME_MAX], size_t *size)
{
	size_t digits = 0;
	memset(bytes, 0, MG_FRAME_MAX);
	for (; *text != '\0'; text++) {
		if (strchr(" \t\r\n", *text) != NULL) {
			continue;
		}
		int value = digit(*text);
		if (value < 0 || digits >= 2 * MG_FRAME_MAX) {
			return false;
		}
		bytes[digits / 2] = (uint8_t)(bytes[digits / 2] << 4 | value);
		digits++;
	}
	*size = digits / 2;
	return digits % 2 == 0;
}

static bool check_telegram(
		const uint8_t *bytes, size_t size, unsigned line, char error[LITERALS_ERROR_SIZE])
{
	struct mg_frame frame;
	size_t length;
	enum mg_fault fault = mg_frame_parse(bytes, size, &frame, &length);
	if (fault != MG_FAULT_NONE) {
		return fail(
				error, "line %u is no valid telegram: %s", line, mg_fault_text(fault));
	}
	if (length != size) {
		return fail(error,
				"line %u: %zu bytes follow the telegram; put + between two telegrams of "
				"one meter",
				line, size - length);
	}
	if (frame.type != MG_FRAME_LONG || (frame.c & MG_C_PRM) != 0) {
		return fail(error, "line %u is no answer of a meter (RSP_UD)", line);
	}
	return true;
}

static bool add_telegram(struct literal *literal, const char *text, unsigned line,
		char error[LITERALS_ERROR_SIZE])
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
	if (literal->count == LITERALS_TELEGRAMS) {
		return fail(
				error, "line %u has more than %d telegrams", line, LITERALS_TELEGRAMS);
	}
	if (!read_hex(text, bytes, &size)) {
		return fail(error,
				"line %u is no telegram: pairs of hex digits are wanted, at most %d",
				line, MG_FRAME_MAX);
	}
	if (!check_telegram(bytes, size, line, error)) {
		return false;
	}
	uint8_t *copy = malloc(size);
	if (copy == NULL) {
		return fail(error, "out of memory");
	}
	memcpy(copy, bytes, size);
	literal->telegrams[literal->count++] = (struct mg_bytes){ copy, size };
	return true;
}

static bool grow(
		struct literals *literals, unsigned line, char error[LITERALS_ERROR_SIZE])
{
	if (literals->count == LITERALS_MAX) {
		return fail(error, "line %u: a bus has room for %d meters", line, LITERALS_MAX);
	}
	struct literal *items =
			realloc(literals->items, (literals->count + 1) * sizeof(*items));
	if (items == NULL) {
		return fail(error, "out of memory");
	}
	literals->items = items;
	items[literals->count++] = (struct literal){ .line = line };
	return true;
}

static bool add_line(struct literals *literals, char *text, unsigned line,
		char error[LITERALS_ERROR_SIZE])
{
	char *rest = text;
	text[strcspn(text, "#")] = '\0';
	if (text[strspn(text, " \t\r\n")] == '\0') {
		return true;
	}
	if (!grow(literals, line, error)) {
		return false;
	}
	for (char *part = strsep(&rest, "+"); part != NULL; part = strsep(&rest, "+")) {
		if (!add_telegram(&literals->items[literals->count - 1], part, line, error)) {
			return false;
		}
	}
	return true;
}

static bool read_lines(
		struct literals *literals, FILE *file, char error[LITERALS_ERROR_SIZE])
{
	char *text = malloc(LITERALS_LINE);
	bool good = text != NULL || fail(error, "out of memory");
	for (unsigned line = 1; good && fgets(text, LITERALS_LINE, file) != NULL; line++) {
		good = strlen(text) + 1 < LITERALS_LINE ||
			   fail(error, "line %u is longer than %d characters", line, LITERALS_LINE);
		good = good && add_line(literals, text, line, error);
	}
	free(text);
	if (good && ferror(file)) {
		return fail(error, "cannot be read: %s", strerror(errno));
	}
	if (good && literals->count == 0) {
		return fail(error, "holds no telegram");
	}
	return good;
}

bool literals_load(
		struct literals *literals, const char *path, char error[LITERALS_ERROR_SIZE])
{
	*literals = (struct literals){ .count = 0 };
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return fail(error, "cannot be opened: %s", strerror(errno));
	}
	bool good = read_lines(literals, file, error);
	fclose(file);
	if (!good) {
		literals_finish(literals);
	}
	return good;
}

void literals_finish(struct literals *literals)
{
	for (size_t i = 0; i < literals->count; i++) {
		for (size_t k = 0; k < literals->items[i].count; k++) {
			free((void *)(uintptr_t)literals->items[i].telegrams[k].data);
		}
	}
	free(literals->items);
	*literals = (struct literals){ .count = 0 };
}
