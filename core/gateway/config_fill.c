/* SPDX-License-Identifier: MIT */
/* Fills structures from one section, by the option tables that apply to it. */
#include "gateway/config_fill.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gateway/option_secret.h"
#include "gateway/suggest.h"

void config_fill_refuse(const struct config_fill *fill, const char *key, size_t offset,
		const char *format, ...)
{
	char text[CONFIG_ERROR_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	const struct config_value *value =
			key == NULL ? NULL : config_value(fill->section, key);
	struct config_place place = value != NULL ? value->place : fill->section->place;
	if (value != NULL && place.line > 0) {
		place.column += (unsigned)offset;
	}
	config_errors_add(fill->errors, &place, fill->section->title, key, "%s", text);
}

static void suggest_options(struct suggest *suggest, const struct mg_options *options)
{
	for (size_t i = 0; options != NULL && i < options->count; i++) {
		suggest_add(suggest, option_at(options, i)->name);
	}
}

static void refuse_unknown(
		const struct config_fill *fill, const struct config_value *value)
{
	struct suggest suggest;
	suggest_init(&suggest, value->key);
	suggest_options(&suggest, fill->core);
	suggest_options(&suggest, fill->extra);
	config_errors_add(fill->errors, &value->key_place, fill->section->title, value->key,
			"there is no such key%s%s%s", suggest.best == NULL ? "" : "; did you mean \"",
			suggest.best == NULL ? "" : suggest.best, suggest.best == NULL ? "" : "\"?");
}

static bool apply(const struct config_fill *fill, const struct config_value *value,
		const struct mg_option *option, void *instance)
{
	char why[OPTION_WHY_SIZE];
	size_t where;
	bool fine = option->type == MG_OPTION_TAGS
						? option_apply_tag(option, value->key, value->value, instance,
								  fill->memory, why, sizeof(why), &where)
						: option_apply(option, value->value, instance, fill->memory, why,
								  sizeof(why), &where);
	if (!fine) {
		config_fill_refuse(fill, value->key, where, "%s", why);
		return false;
	}
	if (option->type == MG_OPTION_SECRET && fill->section->exposed &&
			option_secret_inline(value->value)) {
		config_fill_refuse(fill, value->key, 0,
				"everybody may read this file, so it must not hold a secret; run: chmod "
				"o-rwx %s, or write file:PATH or credential:NAME",
				value->place.file);
		return false;
	}
	return true;
}

static bool apply_value(const struct config_fill *fill, const struct config_value *value)
{
	const struct mg_option *option = option_find(fill->core, value->key);
	if (option != NULL) {
		return apply(fill, value, option, fill->core_instance);
	}
	if (fill->extra == NULL) {
		return true;
	}
	option = option_find(fill->extra, value->key);
	if (option == NULL) {
		refuse_unknown(fill, value);
		return false;
	}
	return apply(fill, value, option, fill->extra_instance);
}

static bool has_key(const struct config_section *section, const struct mg_option *option)
{
	size_t length = strlen(option->name);
	for (size_t i = 0; i < section->count; i++) {
		const char *key = section->values[i].key;
		if (strncmp(key, option->name, length) == 0 &&
				key[length] == (option->type == MG_OPTION_TAGS ? '.' : '\0')) {
			return true;
		}
	}
	return false;
}

static bool check_missing(
		const struct config_fill *fill, const struct mg_options *options)
{
	bool given[OPTION_COUNT_MAX] = { false };
	for (size_t i = 0; i < options->count; i++) {
		given[i] = has_key(fill->section, option_at(options, i));
	}
	size_t index = 0;
	const struct mg_option *missing;
	bool fine = true;
	while ((missing = option_missing(options, given, &index)) != NULL) {
		config_fill_refuse(fill, missing->name, 0, "is missing: %s", missing->help);
		fine = false;
	}
	return fine;
}

static bool set_defaults(
		const struct config_fill *fill, const struct mg_options *options, void *instance)
{
	char why[OPTION_WHY_SIZE * 2];
	if (option_defaults(options, instance, fill->memory, why, sizeof(why))) {
		return true;
	}
	config_errors_add(
			fill->errors, &fill->section->place, fill->section->title, NULL, "%s", why);
	return false;
}

bool config_fill(const struct config_fill *fill)
{
	if (!set_defaults(fill, fill->core, fill->core_instance) ||
			(fill->extra != NULL &&
					!set_defaults(fill, fill->extra, fill->extra_instance))) {
		return false;
	}
	bool fine = check_missing(fill, fill->core);
	if (fill->extra != NULL && !check_missing(fill, fill->extra)) {
		fine = false;
	}
	for (size_t i = 0; i < fill->section->count; i++) {
		fine = apply_value(fill, &fill->section->values[i]) && fine;
	}
	return fine;
}
