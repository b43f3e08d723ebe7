/* SPDX-License-Identifier: MIT */
/* Where a search stands, as text: the values that are settled, from the whole mask down
   to the innermost node. */
#ifndef SCAN_SEARCH_TOKEN_H
#define SCAN_SEARCH_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct search;

/* "" when it has not begun to split anything. */
void search_token_write(const struct search *search, char *token, size_t size);
/* False with the reason in scan->reason when it is of another order, or none at all. */
bool search_token_read(struct search *search, const char *token);

#endif
