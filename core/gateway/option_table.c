/* SPDX-License-Identifier: MIT */
/* Judges option tables, which plugins bring along, before anything is read with them. */
#include "gateway/option_table.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gateway/option.h"

/* What the first version of the interface had: later ones only append. */
#define OPTION_SIZE_FIRST (offsetof(struct mg_option, help) + sizeof(const char *))

/* Size and alignment of the member that a type fills. */
#define MEMBER(type)                                                                     \
	{                                                                                    \
		sizeof(type), alignof(type)                                                      \
	}
static const struct {
	size_t size, align;
} members[] = {
	[MG_OPTION_STRING] = MEMBER(const char *),
	[MG_OPTION_INT] = MEMBER(int64_t),
	[MG_OPTION_BOOL] = MEMBER(bool),
	[MG_OPTION_DURATION] = MEMBER(int64_t),
	[MG_OPTION_BYTES] = MEMBER(int64_t),
	[MG_OPTION_ENUM] = MEMBER(int),
	[MG_OPTION_LIST] = MEMBER(struct mg_list),
	[MG_OPTION_SECRET] = MEMBER(const char *),
	[MG_OPTION_TAGS] = MEMBER(struct mg_tags),
};

/* The table under judgement, and the verdict. */
struct judge {
	const struct mg_options *options;
	size_t reserved;
	size_t instance_size;
	char *why;
	size_t size;
};

static bool refuse(struct judge *j, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static bool refuse(struct judge *j, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(j->why, j->size, format, arguments);
	va_end(arguments);
	return false;
}

static bool check_name(struct judge *j, size_t index)
{
	const char *name = option_at(j->options, index)->name;
	if (name == NULL) {
		return refuse(j, "option %zu has no name", index + 1);
	}
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (length == 0 || name[length] != '\0' || length > OPTION_NAME_MAX ||
			name[0] < 'a') {
		return refuse(j,
				"option %zu has the name \"%.40s\": allowed are small letters, digits "
				"and "
				"_, at most %d, beginning with a letter",
				index + 1, name, OPTION_NAME_MAX);
	}
	for (size_t i = 0; i < index; i++) {
		if (strcmp(option_at(j->options, i)->name, name) == 0) {
			return refuse(j, "option \"%s\" is there twice", name);
		}
	}
	return true;
}

static bool check_member(struct judge *j, const struct mg_option *option)
{
	if (option->type < MG_OPTION_STRING ||
			option->type >= sizeof(members) / sizeof(members[0])) {
		return refuse(j, "option \"%s\" has the unknown type %u", option->name,
				(unsigned)option->type);
	}
	size_t end;
	if (__builtin_add_overflow(option->offset, members[option->type].size, &end) ||
			end > j->instance_size) {
		return refuse(
				j, "option \"%s\" lies beyond the end of the instance", option->name);
	}
	if (option->offset < j->reserved) {
		return refuse(
				j, "option \"%s\" would overwrite struct mg_instance", option->name);
	}
	if (option->offset % members[option->type].align != 0) {
		return refuse(j, "option \"%s\" is not aligned to its type", option->name);
	}
	return true;
}

/* Two rows that fill the same bytes: the later one would undo the other. */
static bool check_overlap(struct judge *j, size_t index)
{
	const struct mg_option *option = option_at(j->options, index);
	for (size_t i = 0; i < index; i++) {
		const struct mg_option *other = option_at(j->options, i);
		if (option->offset < other->offset + members[other->type].size &&
				other->offset < option->offset + members[option->type].size) {
			return refuse(j, "options \"%s\" and \"%s\" fill the same member",
					other->name, option->name);
		}
	}
	return true;
}

static bool check_limits(struct judge *j, const struct mg_option *option)
{
	if (option->type == MG_OPTION_ENUM &&
			(option->choices == NULL || option->choices[0] == NULL)) {
		return refuse(j, "option \"%s\" is a choice, but has no choices", option->name);
	}
	if ((option->flags & MG_OPTION_REQUIRED) != 0 && option->fallback != NULL) {
		return refuse(j, "option \"%s\" is required, but has a default", option->name);
	}
	if (option->minimum > option->maximum) {
		return refuse(j, "option \"%s\" has a minimum above its maximum", option->name);
	}
	return true;
}

static bool check_default(struct judge *j, const struct mg_option *option)
{
	if (option->fallback == NULL) {
		return true;
	}
	union {
		int64_t number;
		struct mg_list list;
		const char *text;
	} member;
	/* Read as the core will read it, but into a member of our own. */
	struct mg_option row = {
		.name = option->name,
		.type = option->type,
		.fallback = option->fallback,
		.minimum = option->minimum,
		.maximum = option->maximum,
		.choices = option->choices,
	};
	struct option_memory memory;
	char reason[OPTION_WHY_SIZE];
	size_t where;
	option_memory_init(&memory);
	bool fine = option_apply(
			&row, row.fallback, &member, &memory, reason, sizeof(reason), &where);
	option_memory_finish(&memory);
	return fine || refuse(j, "the default of option \"%s\" cannot be read: %s",
						   option->name, reason);
}

static bool check_table(struct judge *j)
{
	const struct mg_options *options = j->options;
	if (options->count == 0) {
		return true;
	}
	if (options->list == NULL) {
		return refuse(j, "the option table is missing");
	}
	if (options->option_size < OPTION_SIZE_FIRST ||
			options->option_size % alignof(struct mg_option) != 0) {
		return refuse(j, "the option table has rows of %u bytes, at least %zu are needed",
				(unsigned)options->option_size, OPTION_SIZE_FIRST);
	}
	if (options->count > OPTION_COUNT_MAX) {
		return refuse(j, "the option table has %u rows, at most %d are allowed",
				(unsigned)options->count, OPTION_COUNT_MAX);
	}
	return true;
}

bool option_table_check_behind(const struct mg_options *options, size_t reserved,
		size_t instance_size, char *why, size_t size)
{
	struct judge judge = { options, reserved, instance_size, why, size };
	if (!check_table(&judge)) {
		return false;
	}
	for (size_t i = 0; i < options->count; i++) {
		const struct mg_option *option = option_at(options, i);
		if (!check_name(&judge, i) || !check_member(&judge, option) ||
				!check_overlap(&judge, i) || !check_limits(&judge, option) ||
				!check_default(&judge, option)) {
			return false;
		}
	}
	return true;
}

bool option_table_check(
		const struct mg_options *options, size_t instance_size, char *why, size_t size)
{
	return option_table_check_behind(
			options, sizeof(struct mg_instance), instance_size, why, size);
}
