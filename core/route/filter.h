/* SPDX-License-Identifier: MIT */
/* Lists of globs: which devices and types a sink wants. */
#ifndef ROUTE_FILTER_H
#define ROUTE_FILTER_H

#include <stdbool.h>

struct filter;

#define FILTER_GLOBS_MAX 256

/* Globs (*, ?, [a-z]) separated by blanks; NULL or only blanks: everything passes. NULL
   when memory is short or there are more than FILTER_GLOBS_MAX. */
struct filter *filter_create(const char *globs);
void filter_destroy(struct filter *filter);
/* True when one of the globs fits the whole text; * also fits a '/'. Any thread. */
bool filter_match(const struct filter *filter, const char *text);

#endif
