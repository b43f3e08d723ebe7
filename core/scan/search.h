/* SPDX-License-Identifier: MIT */
/* The search for secondary addresses with wildcards, at one speed. */
#ifndef SCAN_SEARCH_H
#define SCAN_SEARCH_H

#include <stddef.h>

#include "scan/scan.h"

struct search;

/* `scan` (its order, exchange and list of what was found) is borrowed. `resume` is what
   search_token() wrote, or NULL. NULL when memory is short, or the token is of another
   order, which scan->reason says. */
struct search *search_create(struct scan *scan, const char *resume);
void search_destroy(struct search *search);

/* As the operations of a task; *yields tells whether others may come in between. */
enum task_next search_ask(struct search *search, int64_t now);
void search_take(struct search *search, bool *yields, int64_t now);

/* Where the search stands: the masks that are closed. At most `size` with the NUL. */
void search_token(const struct search *search, char *token, size_t size);
/* False when the token holds nothing yet, or nothing any more: it begins anew then. */
bool search_is_split(const struct search *search);
/* Meters found in masks that are closed, which one that goes on does not tell again. */
size_t search_settled(const struct search *search);

#endif
