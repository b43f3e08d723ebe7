/* SPDX-License-Identifier: MIT */
/* Lines of configuration files, as ini_read() sees them. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "gateway/ini.h"

#define BYTES_MAX 20000

static const char key_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-."
									 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Text that grows in memory which is large enough for it. */
struct text {
	char *bytes;
	size_t length, size;
};

static void add(struct text *text, const char *bytes, size_t size)
{
	FUZZ_REQUIRE(size <= text->size - text->length);
	memcpy(text->bytes + text->length, bytes, size);
	text->length += size;
}

static void add_string(struct text *text, const char *string)
{
	add(text, string, strlen(string));
}

/* What was read: the same things written down again, each in its plainest form. */
struct seen {
	const uint8_t *bytes;
	size_t size;
	struct ini_place last;
	unsigned line; /* the last one that was looked for, and where it starts */
	size_t start;
	struct text plain;
	size_t sections, values, errors;
};

/* The byte at a place. Lines come in their order, so the last one is remembered. */
static size_t offset_of(struct seen *seen, struct ini_place place)
{
	for (; seen->line < place.line; seen->line++) {
		const uint8_t *end =
				memchr(seen->bytes + seen->start, '\n', seen->size - seen->start);
		FUZZ_REQUIRE(end != NULL);
		seen->start = (size_t)(end - seen->bytes) + 1;
	}
	FUZZ_REQUIRE(seen->line == place.line);
	FUZZ_REQUIRE(place.column - 1 <= seen->size - seen->start);
	return seen->start + place.column - 1;
}

static void check_place(struct seen *seen, struct ini_place place)
{
	FUZZ_REQUIRE(place.line >= 1 && place.column >= 1);
	FUZZ_REQUIRE(place.line >= seen->last.line);
	FUZZ_REQUIRE(place.column <= INI_LINE_MAX + 1);
	offset_of(seen, place);
	seen->last = place;
}

/* `text` stands in the file at `place`. */
static void check_there(struct seen *seen, struct ini_place place, const char *text)
{
	size_t at = offset_of(seen, place), length = strlen(text);
	FUZZ_REQUIRE(length <= seen->size - at);
	FUZZ_REQUIRE(memcmp(seen->bytes + at, text, length) == 0);
}

static bool is_quoted(struct seen *seen, struct ini_place place)
{
	size_t at = offset_of(seen, place);
	return at > 0 && place.column > 1 && seen->bytes[at - 1] == '"';
}

static bool is_line_text(const char *text, size_t most)
{
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i++) {
		if ((uint8_t)text[i] < 0x20 && text[i] != '\t') {
			return false;
		}
	}
	return length <= most && fuzz_is_text(text, length, '\t');
}

static bool on_section(void *data, const char *text, struct ini_place place)
{
	struct seen *seen = data;
	size_t length = strlen(text);
	check_place(seen, place);
	check_there(seen, place, text);
	FUZZ_REQUIRE(is_line_text(text, INI_NAME_MAX) && length > 0);
	FUZZ_REQUIRE(
			strchr(" \t", text[0]) == NULL && strchr(" \t", text[length - 1]) == NULL);
	seen->sections++;
	add_string(&seen->plain, "[");
	add_string(&seen->plain, text);
	add_string(&seen->plain, "]\n");
	return true;
}

static void add_quoted(struct text *text, const char *value)
{
	add_string(text, "\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\') {
			add_string(text, "\\");
		}
		add(text, value, 1);
	}
	add_string(text, "\"\n");
}

static bool on_value(void *data, const char *key, struct ini_place key_place,
		const char *value, struct ini_place value_place)
{
	struct seen *seen = data;
	check_place(seen, key_place);
	check_place(seen, value_place);
	check_there(seen, key_place, key);
	FUZZ_REQUIRE(key_place.line == value_place.line);
	FUZZ_REQUIRE(key_place.column < value_place.column);
	FUZZ_REQUIRE(key[0] != '\0' && strlen(key) <= INI_NAME_MAX);
	FUZZ_REQUIRE(key[strspn(key, key_characters)] == '\0');
	FUZZ_REQUIRE(is_line_text(value, INI_VALUE_MAX) && seen->sections > 0);
	if (!is_quoted(seen, value_place)) {
		check_there(seen, value_place, value);
	}
	seen->values++;
	add_string(&seen->plain, key);
	add_string(&seen->plain, "=");
	add_quoted(&seen->plain, value);
	return true;
}

static bool on_error(void *data, struct ini_place place, const char *text)
{
	struct seen *seen = data;
	check_place(seen, place);
	FUZZ_REQUIRE(text[0] != '\0' && fuzz_is_text(text, strlen(text), 0x20));
	seen->errors++;
	return true;
}

/* A key without a value is the line that grows most, from three bytes to five. */
static struct seen seen_of(const uint8_t *bytes, size_t size)
{
	struct text plain = { .size = 2 * size + 8 };
	plain.bytes = malloc(plain.size);
	FUZZ_REQUIRE(plain.bytes != NULL);
	return (struct seen){ .bytes = bytes, .size = size, .line = 1, .plain = plain };
}

static void read_lines(struct seen *seen)
{
	const struct ini_events events = {
		.data = seen,
		.section = on_section,
		.value = on_value,
		.error = on_error,
	};
	FILE *file = fmemopen((void *)(uintptr_t)seen->bytes, seen->size, "r");
	FUZZ_REQUIRE(file != NULL && ini_read(file, &events));
	fclose(file);
}

/* What was understood is understood in the same way when it is written down again. */
static void check_lines(const uint8_t *bytes, size_t size)
{
	struct seen first = seen_of(bytes, size);
	read_lines(&first);
	struct seen second = seen_of((const uint8_t *)first.plain.bytes, first.plain.length);
	read_lines(&second);
	FUZZ_REQUIRE(second.errors == 0);
	FUZZ_REQUIRE(second.sections == first.sections && second.values == first.values);
	FUZZ_REQUIRE(first.plain.length == second.plain.length);
	FUZZ_REQUIRE(memcmp(first.plain.bytes, second.plain.bytes, first.plain.length) == 0);
	free(first.plain.bytes);
	free(second.plain.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_lines(data, size < BYTES_MAX ? size : BYTES_MAX);
	return 0;
}
