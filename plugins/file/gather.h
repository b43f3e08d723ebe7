/* SPDX-License-Identifier: MIT */
/* The text of several readings, gathered for one write, and where each of them ends. */
#ifndef FILE_GATHER_H
#define FILE_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#define GATHER_READINGS 256 /* of one write */
#define GATHER_BYTES                                                                     \
	(256u << 10)                   /* of one write; a single larger reading stands alone \
									*/
#define GATHER_LARGEST (16u << 20) /* text of one reading; a larger one is refused */

struct gather {
	char *data;
	size_t size, capacity;
	size_t count;                 /* complete readings */
	size_t ends[GATHER_READINGS]; /* offset behind each of them */
};

/* A zeroed structure is ready for use. */
void gather_finish(struct gather *gather);
void gather_clear(struct gather *gather);

/* Adds a part of the next reading. -ENOMEM; -EMSGSIZE beyond GATHER_LARGEST. */
int gather_put(struct gather *gather, const void *bytes, size_t size);

/* What was put since the last end is one reading. There has to be room. */
void gather_end(struct gather *gather);

/* Forgets the parts of a reading that was not ended. */
void gather_drop(struct gather *gather);

/* Forgets the reading that was ended last. */
void gather_drop_last(struct gather *gather);

/* Whether what is there should be written before anything is added. */
bool gather_full(const struct gather *gather);

/* How many readings lie within the first `written` bytes, and where they *end. */
size_t gather_complete(const struct gather *gather, size_t written, size_t *end);

#endif
