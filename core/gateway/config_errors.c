/* SPDX-License-Identifier: MIT */
/* Collects what is wrong with a configuration, so that all of it is said in one go. */
#include "gateway/config_errors.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void config_errors_init(struct config_errors *errors)
{
	*errors = (struct config_errors){ .items = NULL };
}

void config_errors_finish(struct config_errors *errors)
{
	free(errors->items);
	config_errors_init(errors);
}

const char *config_place_text(const struct config_place *place, char *text)
{
	if (place->line == 0) {
		snprintf(text, CONFIG_PLACE_TEXT_SIZE, "%s", place->file);
	} else {
		snprintf(text, CONFIG_PLACE_TEXT_SIZE, "%s:%u", place->file, place->line);
	}
	return text;
}

static bool comes_before(const struct config_error *a, const struct config_error *b)
{
	if (a->order != b->order) {
		return a->order < b->order;
	}
	if (a->line != b->line) {
		return a->line < b->line;
	}
	return a->column < b->column;
}

/* Keeps `item` behind everything that does not come after it, unless all is full. */
static void insert(struct config_errors *errors, const struct config_error *item)
{
	if (errors->items == NULL) {
		errors->items = calloc(CONFIG_ERRORS_MAX, sizeof(*errors->items));
	}
	if (errors->items == NULL || errors->count >= CONFIG_ERRORS_MAX) {
		return;
	}
	size_t at = errors->count++;
	for (; at > 0 && comes_before(item, &errors->items[at - 1]); at--) {
		errors->items[at] = errors->items[at - 1];
	}
	errors->items[at] = *item;
}

static void append(struct config_error *item, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static void append(struct config_error *item, const char *format, ...)
{
	size_t used = strlen(item->text);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(item->text + used, sizeof(item->text) - used, format, arguments);
	va_end(arguments);
}

static void append_place(struct config_error *item, const struct config_place *place)
{
	if (place == NULL) {
		return;
	}
	item->order = place->order;
	item->line = place->line;
	item->column = place->column;
	char text[CONFIG_PLACE_TEXT_SIZE];
	append(item, "%s", config_place_text(place, text));
	if (place->line > 0 && place->column > 0) {
		append(item, ":%u", place->column);
	}
	append(item, ": ");
}

/* A value that is shown in part may end inside a character. */
static void mend_cuts(char *text)
{
	while (*text != '\0') {
		size_t length = utf8_step(text);
		if (length == 0) {
			*text = '?';
			length = 1;
		}
		text += length;
	}
}

static void add(struct config_errors *errors, bool warning,
		const struct config_place *place, const char *section, const char *key,
		const char *format, va_list arguments) __attribute__((format(printf, 6, 0)));

static void add(struct config_errors *errors, bool warning,
		const struct config_place *place, const char *section, const char *key,
		const char *format, va_list arguments)
{
	struct config_error item = { .warning = warning };
	append_place(&item, place);
	if (warning) {
		append(&item, "warning: ");
	}
	if (section != NULL) {
		append(&item, "[%s] ", section);
	}
	if (key != NULL) {
		append(&item, "%s: ", key);
	}
	size_t used = strlen(item.text);
	vsnprintf(item.text + used, sizeof(item.text) - used, format, arguments);
	mend_cuts(item.text);
	insert(errors, &item);
	errors->errors += warning ? 0 : 1;
	errors->warnings += warning ? 1 : 0;
}

void config_errors_add(struct config_errors *errors, const struct config_place *place,
		const char *section, const char *key, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(errors, false, place, section, key, format, arguments);
	va_end(arguments);
}

void config_errors_warn(struct config_errors *errors, const struct config_place *place,
		const char *section, const char *key, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(errors, true, place, section, key, format, arguments);
	va_end(arguments);
}

void config_errors_print(const struct config_errors *errors, FILE *out)
{
	for (size_t i = 0; i < errors->count; i++) {
		fprintf(out, "%s\n", errors->items[i].text);
	}
	size_t all = errors->errors + errors->warnings;
	if (all > errors->count) {
		fprintf(out, "and %zu more\n", all - errors->count);
	}
}
