/* SPDX-License-Identifier: MIT */
/* Memory for the strings of a configuration, freed all at once. */
#include "gateway/option_memory.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 1024 /* bytes of a block, unless one piece needs more */

struct option_block {
	struct option_block *next;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

void option_memory_init(struct option_memory *memory)
{
	*memory = (struct option_memory){ .blocks = NULL };
}

void option_memory_finish(struct option_memory *memory)
{
	struct option_block *block = memory->blocks;
	while (block != NULL) {
		struct option_block *next = block->next;
		explicit_bzero(block->bytes, block->size);
		free(block);
		block = next;
	}
	option_memory_init(memory);
}

static bool add_block(struct option_memory *memory, size_t size)
{
	if (size < BLOCK_SIZE) {
		size = BLOCK_SIZE;
	}
	struct option_block *block = calloc(1, sizeof(*block) + size);
	if (block == NULL) {
		return false;
	}
	block->next = memory->blocks;
	block->size = size;
	memory->blocks = block;
	memory->room = size;
	return true;
}

void *option_memory_take(struct option_memory *memory, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size > SIZE_MAX / 2) {
		return NULL;
	}
	size = (size + align - 1) / align * align;
	if (memory->room < size && !add_block(memory, size)) {
		return NULL;
	}
	void *piece = memory->blocks->bytes + (memory->blocks->size - memory->room);
	memory->room -= size;
	return piece;
}

char *option_memory_string(struct option_memory *memory, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = option_memory_take(memory, size);
	if (copy != NULL) {
		memcpy(copy, text, size);
	}
	return copy;
}
