/* SPDX-License-Identifier: MIT */
/* Reads values of the configuration into structures, as option tables say. */
#ifndef GATEWAY_OPTION_H
#define GATEWAY_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "gateway/option_memory.h"

#define OPTION_VALUE_MAX 4096 /* bytes of one value, also of a secret in a file */
#define OPTION_NAME_MAX 32    /* bytes of the name of an option */
#define OPTION_COUNT_MAX 256  /* rows of one table */
#define OPTION_WORDS_MAX 256  /* words of one list */
#define OPTION_TAGS_MAX 64    /* tags of one section */
#define OPTION_RANGE_SIZE 64  /* room for every range */
#define OPTION_WHY_SIZE 384   /* room for every message of this file */

/* Row `index` < options->count, by the stride that the table names. */
const struct mg_option *option_at(const struct mg_options *options, size_t index);
/* The row that takes `key`: its name, or "NAME.something" for tags; NULL for none. */
const struct mg_option *option_find(const struct mg_options *options, const char *key);
/* "text", "duration", ...: how the documentation calls an enum mg_option_type. */
const char *option_type_name(uint32_t type);
/* "1 to 10", "100ms to 1h"; "" without limits. */
void option_range_text(const struct mg_option *option, char *text, size_t size);

/*
 * Checks `value` and stores it in the member of `instance`; what it points to lives in
 * `memory`. On false `why` says in words what is wrong and what is allowed, never what a
 * secret was, and *where is the offset in `value` of what does not fit. Not for tags.
 */
bool option_apply(const struct mg_option *option, const char *value, void *instance,
		struct option_memory *memory, char *why, size_t size, size_t *where);

/* As option_apply(), for MG_OPTION_TAGS and the key "NAME.something". */
bool option_apply_tag(const struct mg_option *option, const char *key, const char *value,
		void *instance, struct option_memory *memory, char *why, size_t size,
		size_t *where);

/*
 * Stores the default of every option that has one, before values are applied. On false
 * `why` names the option.
 */
bool option_defaults(const struct mg_options *options, void *instance,
		struct option_memory *memory, char *why, size_t size);

/*
 * The first required option from row *index on whose `given[row]` is false, moving
 * *index behind it; NULL when there is none left.
 */
const struct mg_option *option_missing(
		const struct mg_options *options, const bool *given, size_t *index);

#endif
