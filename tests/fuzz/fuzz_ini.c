/* SPDX-License-Identifier: MIT */
/* Configuration files: the lines as ini_read() sees them, and all of the configuration.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "gateway/config.h"
#include "gateway/config_name.h"
#include "gateway/ini.h"
#include "gateway/plugins.h"
#include "gateway/setup.h"

#define BYTES_MAX 20000
#define PATH_SIZE 32

static const char key_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-."
									 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* What was read: the same things written down again, each in its plainest form. */
struct seen {
	const uint8_t *bytes;
	size_t size;
	struct ini_place last;
	unsigned line; /* the last one that was looked for, and where it starts */
	size_t start;
	FILE *plain;
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
	if (seen->plain != NULL) {
		fprintf(seen->plain, "[%s]\n", text);
	}
	return true;
}

static void write_quoted(FILE *file, const char *text)
{
	fputc('"', file);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') {
			fputc('\\', file);
		}
		fputc(*text, file);
	}
	fputs("\"\n", file);
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
	if (seen->plain != NULL) {
		fprintf(seen->plain, "%s=", key);
		write_quoted(seen->plain, value);
	}
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

static void read_lines(struct seen *seen)
{
	const struct ini_events events = {
		.data = seen,
		.section = on_section,
		.value = on_value,
		.error = on_error,
	};
	FILE *file = fuzz_file(seen->bytes, seen->size);
	FUZZ_REQUIRE(ini_read(file, &events));
	fclose(file);
}

/* What was understood is understood in the same way when it is written down again. */
static void check_lines(const uint8_t *bytes, size_t size)
{
	char *plain = NULL, *again = NULL;
	size_t plain_size = 0, again_size = 0;
	struct seen first = { .bytes = bytes, .size = size, .line = 1 };
	first.plain = open_memstream(&plain, &plain_size);
	FUZZ_REQUIRE(first.plain != NULL);
	read_lines(&first);
	fclose(first.plain);
	struct seen second = {
		.bytes = (const uint8_t *)plain, .size = plain_size, .line = 1
	};
	second.plain = open_memstream(&again, &again_size);
	FUZZ_REQUIRE(second.plain != NULL);
	read_lines(&second);
	fclose(second.plain);
	FUZZ_REQUIRE(second.errors == 0);
	FUZZ_REQUIRE(second.sections == first.sections && second.values == first.values);
	FUZZ_REQUIRE(plain_size == again_size && memcmp(plain, again, plain_size) == 0);
	free(plain);
	free(again);
}

static void check_sections(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_section *section = &config->sections[i];
		FUZZ_REQUIRE(section->kind != NULL && section->title[0] != '\0');
		FUZZ_REQUIRE(section->count <= CONFIG_VALUES_MAX);
		for (size_t k = 0; k < section->count; k++) {
			FUZZ_REQUIRE(
					config_value(section, section->values[k].key) == &section->values[k]);
		}
		for (size_t k = 0; k < i; k++) {
			FUZZ_REQUIRE(strcmp(section->kind, config->sections[k].kind) != 0 ||
						 strcmp(section->name, config->sections[k].name) != 0);
		}
	}
}

static void check_setup(const struct config *config, struct config_errors *errors)
{
	struct plugins *plugins = plugins_create(NULL);
	FUZZ_REQUIRE(plugins != NULL);
	struct setup *setup = config_resolve(config, plugins, errors);
	FUZZ_REQUIRE(setup != NULL);
	for (size_t i = 0; i < setup->bus_count; i++) {
		const char *name = setup->buses[i]->settings.name;
		FUZZ_REQUIRE(config_name_valid(name, strlen(name)));
	}
	setup_destroy(setup);
	plugins_destroy(plugins);
}

static void check_errors(const struct config_errors *errors)
{
	FUZZ_REQUIRE(errors->count <= CONFIG_ERRORS_MAX);
	FUZZ_REQUIRE(errors->count <= errors->errors + errors->warnings);
	for (size_t i = 0; i < errors->count; i++) {
		const char *text = errors->items[i].text;
		FUZZ_REQUIRE(text[0] != '\0' && fuzz_is_text(text, strlen(text), '\t'));
	}
}

/* Other files are never read: neither included ones nor secrets. */
static bool stays_inside(const uint8_t *bytes, size_t size)
{
	return memmem(bytes, size, "include", 7) == NULL &&
		   memmem(bytes, size, "file:", 5) == NULL;
}

static void check_config(const uint8_t *bytes, size_t size)
{
	char path[PATH_SIZE];
	struct config_errors errors;
	FILE *file = fuzz_file(bytes, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	config_errors_init(&errors);
	struct config *config = config_load(path, &errors);
	FUZZ_REQUIRE(config != NULL);
	check_sections(config);
	check_setup(config, &errors);
	check_errors(&errors);
	config_errors_finish(&errors);
	config_destroy(config);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used = size < BYTES_MAX ? size : BYTES_MAX;
	check_lines(data, used);
	if (stays_inside(data, used)) {
		check_config(data, used);
	}
	return 0;
}
