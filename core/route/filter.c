/* SPDX-License-Identifier: MIT */
/* Lists of globs, cut into words once and matched often. */
#include "route/filter.h"

#include <fnmatch.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"

struct filter {
	size_t count;
	bool everything; /* no globs, or "*": the usual case, which costs nothing */
	char *text;      /* the words, each with its NUL */
	const char *globs[FILTER_GLOBS_MAX];
};

static bool split(struct filter *filter)
{
	char *rest = NULL;
	char *word = strtok_r(filter->text, BLANKS, &rest);
	for (; word != NULL; word = strtok_r(NULL, BLANKS, &rest)) {
		if (filter->count == FILTER_GLOBS_MAX) {
			return false;
		}
		filter->globs[filter->count++] = word;
		filter->everything |= strcmp(word, "*") == 0;
	}
	filter->everything |= filter->count == 0;
	return true;
}

struct filter *filter_create(const char *globs)
{
	struct filter *filter = calloc(1, sizeof(*filter));
	if (filter == NULL) {
		return NULL;
	}
	filter->text = strdup(globs == NULL ? "" : globs);
	if (filter->text == NULL || !split(filter)) {
		filter_destroy(filter);
		return NULL;
	}
	return filter;
}

void filter_destroy(struct filter *filter)
{
	if (filter != NULL) {
		free(filter->text);
		free(filter);
	}
}

bool filter_match(const struct filter *filter, const char *text)
{
	for (size_t i = 0; i < filter->count && !filter->everything; i++) {
		if (fnmatch(filter->globs[i], text, 0) == 0) {
			return true;
		}
	}
	return filter->everything;
}
