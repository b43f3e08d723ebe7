/* SPDX-License-Identifier: MIT */
/* Reads values of the configuration into structures, as option tables say. */
#include "gateway/option.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/option_secret.h"
#include "gateway/suggest.h"

#define SHOWN_MAX 60 /* bytes of a wrong value that a message repeats */

/* One value on its way into a member. */
struct parse {
	const struct mg_option *option;
	const char *value;
	void *member;
	struct option_memory *memory;
	char *why;
	size_t size;
	size_t where;
};

static bool wrong(struct parse *p, size_t where, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

static bool wrong(struct parse *p, size_t where, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(p->why, p->size, format, arguments);
	va_end(arguments);
	p->where = where;
	return false;
}

static bool short_of_memory(struct parse *p)
{
	return wrong(p, 0, "memory is short");
}

/* A value as messages show it: short, so that the rest of the message is seen. */
struct shown {
	char text[SHOWN_MAX + 8];
};

static struct shown show(const char *value)
{
	struct shown shown;
	int length = SHOWN_MAX;
	/* Not in the middle of a character. */
	while (strlen(value) > SHOWN_MAX && length > 0 && (value[length] & 0xC0) == 0x80) {
		length--;
	}
	snprintf(shown.text, sizeof(shown.text), "\"%.*s%s\"", length, value,
			strlen(value) > SHOWN_MAX ? "..." : "");
	return shown;
}

/* A number and what one of its unit is worth. */
struct unit {
	const char *word;
	int64_t factor;
};

static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };
static const struct unit durations[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "m", 60000 },
	{ "min", 60000 },
	{ "h", 3600000 },
	{ "d", 86400000 },
	{ NULL, 0 },
};
static const struct unit byte_counts[] = {
	{ "", 1 },
	{ "K", 1024 },
	{ "M", 1024 * 1024 },
	{ "G", 1024 * 1024 * 1024 },
	{ NULL, 0 },
};

static const struct unit *find_unit(const struct unit *units, const char *word)
{
	for (; units->word != NULL; units++) {
		if (strcmp(units->word, word) == 0) {
			return units;
		}
	}
	return NULL;
}

/* Digits of `text`, with a sign; false beyond int64_t or without a digit. */
static bool read_digits(const char *text, int64_t *number, const char **end)
{
	const char *digits = text + (text[0] == '-' || text[0] == '+');
	if (!isdigit((unsigned char)digits[0])) {
		return false;
	}
	char *stop;
	errno = 0;
	long long value = strtoll(text, &stop, 10);
	if (errno != 0) {
		return false;
	}
	*number = value;
	*end = stop;
	return true;
}

/* Writes a limit as a user would write the value. */
static void limit_text(const struct unit *units, int64_t limit, char *text, size_t size)
{
	const struct unit *best = units;
	for (const struct unit *unit = units; unit->word != NULL; unit++) {
		if (limit != 0 && limit % unit->factor == 0 && unit->factor > best->factor) {
			best = unit;
		}
	}
	snprintf(text, size, "%" PRId64 "%s", limit / best->factor,
			limit == 0 ? "" : best->word);
}

static const struct unit *units_of(uint32_t type)
{
	return type == MG_OPTION_DURATION ? durations
		   : type == MG_OPTION_BYTES  ? byte_counts
									  : no_units;
}

void option_range_text(const struct mg_option *option, char *text, size_t size)
{
	const struct unit *units = units_of(option->type);
	char low[32];
	char high[32];
	text[0] = '\0';
	if (option->minimum == 0 && option->maximum == 0) {
		return;
	}
	limit_text(units, option->minimum, low, sizeof(low));
	limit_text(units, option->maximum, high, sizeof(high));
	snprintf(text, size, "%s to %s", low, high);
}

static bool in_range(struct parse *p, int64_t number)
{
	const struct mg_option *option = p->option;
	if ((option->minimum == 0 && option->maximum == 0) ||
			(number >= option->minimum && number <= option->maximum)) {
		return true;
	}
	char range[OPTION_RANGE_SIZE];
	option_range_text(option, range, sizeof(range));
	return wrong(p, 0, "%s is out of range: allowed is %s", show(p->value).text, range);
}

static bool store_number(
		struct parse *p, const struct unit *units, const char *what, bool zero_needs_none)
{
	int64_t number;
	const char *end;
	if (!read_digits(p->value, &number, &end)) {
		return wrong(p, 0, "%s is not %s", show(p->value).text, what);
	}
	const struct unit *unit = find_unit(units, end);
	if (unit == NULL && !(zero_needs_none && number == 0 && *end == '\0')) {
		return wrong(
				p, (size_t)(end - p->value), "%s is not %s", show(p->value).text, what);
	}
	int64_t factor = unit == NULL ? 1 : unit->factor;
	if (__builtin_mul_overflow(number, factor, &number)) {
		return wrong(p, 0, "%s is too large", show(p->value).text);
	}
	if (!in_range(p, number)) {
		return false;
	}
	*(int64_t *)p->member = number;
	return true;
}

static bool store_int(struct parse *p)
{
	return store_number(p, no_units, "a whole number", false);
}

static bool store_duration(struct parse *p)
{
	return store_number(p, durations,
			"a duration: a number and one of ms, s, m, h, d, as in 500ms or 15m", true);
}

static bool store_bytes(struct parse *p)
{
	return store_number(p, byte_counts,
			"a size: a number of bytes, or with K, M or G behind it, as in 64K", false);
}

static bool store_string(struct parse *p)
{
	if (p->value[0] == '\0' && (p->option->flags & MG_OPTION_REQUIRED) != 0) {
		return wrong(p, 0, "must not be empty");
	}
	const char *copy = option_memory_string(p->memory, p->value);
	if (copy == NULL) {
		return short_of_memory(p);
	}
	*(const char **)p->member = copy;
	return true;
}

static bool store_bool(struct parse *p)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "yes", true }, { "no", false }, { "true", true },
		{ "false", false } };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(p->value, words[i].word) == 0) {
			*(bool *)p->member = words[i].value;
			return true;
		}
	}
	return wrong(p, 0, "%s is neither yes nor no", show(p->value).text);
}

/* "a, b, c" of a list that ends in NULL. */
static void join_words(const char *const *words, char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; words[i] != NULL && used < size; i++) {
		used += (size_t)snprintf(
				text + used, size - used, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
}

static bool store_enum(struct parse *p)
{
	const char *const *choices = p->option->choices;
	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(p->value, choices[i]) == 0) {
			*(int *)p->member = i;
			return true;
		}
	}
	char allowed[OPTION_WHY_SIZE / 2];
	join_words(choices, allowed, sizeof(allowed));
	const char *near = suggest_word(p->value, choices);
	return wrong(p, 0, "%s is not allowed: use one of %s%s%s%s", show(p->value).text,
			allowed, near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
			near == NULL ? "" : "\"?");
}

static size_t count_words(const char *text)
{
	size_t count = 0;
	for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t")) {
		text += strcspn(text, " \t");
		count++;
	}
	return count;
}

static bool store_list(struct parse *p)
{
	size_t count = count_words(p->value);
	if (count > OPTION_WORDS_MAX) {
		return wrong(
				p, 0, "has %zu words, at most %d are allowed", count, OPTION_WORDS_MAX);
	}
	if (count == 0 && (p->option->flags & MG_OPTION_REQUIRED) != 0) {
		return wrong(p, 0, "must not be empty");
	}
	char *text = option_memory_string(p->memory, p->value);
	const char **items = option_memory_take(p->memory, (count + 1) * sizeof(*items));
	if (text == NULL || items == NULL) {
		return short_of_memory(p);
	}
	char *rest = NULL;
	char *word = strtok_r(text, " \t", &rest);
	for (size_t i = 0; i < count; i++, word = strtok_r(NULL, " \t", &rest)) {
		items[i] = word;
	}
	*(struct mg_list *)p->member = (struct mg_list){ .items = items, .count = count };
	return true;
}

static bool store_secret(struct parse *p)
{
	if (p->value[0] == '\0') {
		return wrong(p, 0, "must not be empty");
	}
	if (option_secret_inline(p->value)) {
		return store_string(p);
	}
	char secret[OPTION_VALUE_MAX + 1];
	bool fine = option_secret_read(
			p->value, p->memory->folder, secret, sizeof(secret), p->why, p->size);
	if (fine) {
		const char *copy = option_memory_string(p->memory, secret);
		*(const char **)p->member = copy;
		fine = copy != NULL || short_of_memory(p);
	}
	explicit_bzero(secret, sizeof(secret));
	return fine;
}

static bool store_nothing(struct parse *p)
{
	return wrong(p, 0, "takes keys such as %s.something = ...", p->option->name);
}

static const struct {
	const char *name;
	bool (*store)(struct parse *p);
} types[] = {
	[MG_OPTION_STRING] = { "text", store_string },
	[MG_OPTION_INT] = { "number", store_int },
	[MG_OPTION_BOOL] = { "yes or no", store_bool },
	[MG_OPTION_DURATION] = { "duration", store_duration },
	[MG_OPTION_BYTES] = { "size", store_bytes },
	[MG_OPTION_ENUM] = { "word", store_enum },
	[MG_OPTION_LIST] = { "words", store_list },
	[MG_OPTION_SECRET] = { "secret", store_secret },
	[MG_OPTION_TAGS] = { "tags", store_nothing },
};

static bool known_type(uint32_t type)
{
	return type >= MG_OPTION_STRING && type < sizeof(types) / sizeof(types[0]);
}

const char *option_type_name(uint32_t type)
{
	return known_type(type) ? types[type].name : "unknown";
}

const struct mg_option *option_at(const struct mg_options *options, size_t index)
{
	const char *first = (const char *)options->list;
	return (const struct mg_option *)(const void *)(first + index * options->option_size);
}

static bool takes(const struct mg_option *option, const char *key)
{
	size_t length = strlen(option->name);
	if (option->type != MG_OPTION_TAGS) {
		return strcmp(option->name, key) == 0;
	}
	return strncmp(option->name, key, length) == 0 && key[length] == '.';
}

const struct mg_option *option_find(const struct mg_options *options, const char *key)
{
	for (size_t i = 0; i < options->count; i++) {
		if (takes(option_at(options, i), key)) {
			return option_at(options, i);
		}
	}
	return NULL;
}

bool option_apply(const struct mg_option *option, const char *value, void *instance,
		struct option_memory *memory, char *why, size_t size, size_t *where)
{
	struct parse p = {
		.option = option,
		.value = value,
		.member = (char *)instance + option->offset,
		.memory = memory,
		.why = why,
		.size = size,
	};
	bool fine = known_type(option->type)
						? types[option->type].store(&p)
						: wrong(&p, 0, "has a type that this metergate does not know");
	*where = p.where;
	return fine;
}

static bool tag_name_valid(const char *name)
{
	size_t length = strspn(
			name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	return length > 0 && length <= OPTION_NAME_MAX && name[length] == '\0';
}

bool option_apply_tag(const struct mg_option *option, const char *key, const char *value,
		void *instance, struct option_memory *memory, char *why, size_t size,
		size_t *where)
{
	struct parse p = { .option = option, .why = why, .size = size };
	struct mg_tags *tags = (struct mg_tags *)(void *)((char *)instance + option->offset);
	const char *name = key + strlen(option->name) + 1;
	*where = 0;
	if (!tag_name_valid(name)) {
		return wrong(&p, 0, "a tag is named with letters, digits, _ and -, at most %d",
				OPTION_NAME_MAX);
	}
	if (tags->count >= OPTION_TAGS_MAX) {
		return wrong(
				&p, 0, "is one tag too many: at most %d are allowed", OPTION_TAGS_MAX);
	}
	struct mg_tag *items = option_memory_take(memory, (tags->count + 1) * sizeof(*items));
	const char *name_copy = option_memory_string(memory, name);
	const char *value_copy = option_memory_string(memory, value);
	if (items == NULL || name_copy == NULL || value_copy == NULL) {
		return short_of_memory(&p);
	}
	if (tags->count > 0) {
		memcpy(items, tags->items, tags->count * sizeof(*items));
	}
	items[tags->count] = (struct mg_tag){ .key = name_copy, .value = value_copy };
	*tags = (struct mg_tags){ .items = items, .count = tags->count + 1 };
	return true;
}

bool option_defaults(const struct mg_options *options, void *instance,
		struct option_memory *memory, char *why, size_t size)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct mg_option *option = option_at(options, i);
		char reason[OPTION_WHY_SIZE];
		size_t where;
		if (option->fallback == NULL || option_apply(option, option->fallback, instance,
												memory, reason, sizeof(reason), &where)) {
			continue;
		}
		snprintf(why, size, "the default of %s: %s", option->name, reason);
		return false;
	}
	return true;
}

const struct mg_option *option_missing(
		const struct mg_options *options, const bool *given, size_t *index)
{
	while (*index < options->count) {
		const struct mg_option *option = option_at(options, *index);
		bool found = given[*index];
		++*index;
		if (!found && (option->flags & MG_OPTION_REQUIRED) != 0) {
			return option;
		}
	}
	return NULL;
}
