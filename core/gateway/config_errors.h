/* SPDX-License-Identifier: MIT */
/* Collects what is wrong with a configuration, so that all of it is said in one go. */
#ifndef GATEWAY_CONFIG_ERRORS_H
#define GATEWAY_CONFIG_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CONFIG_ERRORS_MAX 100 /* that are kept; further ones are counted */
#define CONFIG_ERROR_SIZE 640 /* bytes of one; longer ones are cut */
#define CONFIG_PLACE_TEXT_SIZE 512

/* A place in the files of a configuration. */
struct config_place {
	const char *file; /* as the user wrote it; lives as long as the configuration */
	unsigned order;   /* of the files: 0 the main one */
	unsigned line;    /* from 1; 0 when there is no line, as on the command line */
	unsigned column;  /* from 1, in bytes; 0 for none */
};

struct config_error {
	unsigned order, line, column;
	bool warning;
	char text[CONFIG_ERROR_SIZE]; /* "file:line:column: [section] key: what" */
};

/* Sorted by place. A warning does not make a configuration wrong. */
struct config_errors {
	struct config_error *items;
	size_t count;    /* of items, warnings included */
	size_t errors;   /* that were added, kept or not */
	size_t warnings; /* that were added, kept or not */
	size_t refusals; /* of the errors: plugins that are there, but do not fit */
};

void config_errors_init(struct config_errors *errors);
void config_errors_finish(struct config_errors *errors);

/*
 * Adds "file:line:column: [section] key: text". `section` and `key` may be NULL, `place`
 * too. The place is copied.
 */
void config_errors_add(struct config_errors *errors, const struct config_place *place,
		const char *section, const char *key, const char *format, ...)
		__attribute__((format(printf, 5, 6)));
void config_errors_warn(struct config_errors *errors, const struct config_place *place,
		const char *section, const char *key, const char *format, ...)
		__attribute__((format(printf, 5, 6)));

/* One line for each, then "and N more" when some were not kept. */
void config_errors_print(const struct config_errors *errors, FILE *out);

/* "file:line", for a second place. `text` has CONFIG_PLACE_TEXT_SIZE bytes. */
const char *config_place_text(const struct config_place *place, char *text);

#endif
