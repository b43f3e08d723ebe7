/* SPDX-License-Identifier: MIT */
/* Memory for the strings of a configuration, freed all at once. */
#ifndef GATEWAY_OPTION_MEMORY_H
#define GATEWAY_OPTION_MEMORY_H

#include <stddef.h>

/* Where strings, lists and tags live that options were read into. Not thread-safe. */
struct option_memory {
	struct option_block *blocks;
	size_t room;        /* bytes left in the newest block */
	const char *folder; /* where relative file:PATH begin; NULL: the working directory */
};

void option_memory_init(struct option_memory *memory);
/* Overwrites (there may be secrets) and frees all; the structure is empty again. */
void option_memory_finish(struct option_memory *memory);
/* `size` bytes, zeroed, aligned for any type; NULL when memory is short. */
void *option_memory_take(struct option_memory *memory, size_t size);
/* A copy; NULL when memory is short. */
char *option_memory_string(struct option_memory *memory, const char *text);

#endif
