/* SPDX-License-Identifier: MIT */
/* A growing buffer that remembers the ends of readings. Knows no file. */
#include "gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void gather_finish(struct gather *gather)
{
	free(gather->data);
	*gather = (struct gather){ .data = NULL };
}

void gather_clear(struct gather *gather)
{
	gather->size = 0;
	gather->count = 0;
}

static size_t last_end(const struct gather *gather)
{
	return gather->count > 0 ? gather->ends[gather->count - 1] : 0;
}

static int grow(struct gather *gather, size_t need)
{
	if (need <= gather->capacity) {
		return 0;
	}
	size_t capacity = need < GATHER_BYTES ? GATHER_BYTES : need;
	char *data = realloc(gather->data, capacity);
	if (data == NULL) {
		return -ENOMEM;
	}
	gather->data = data;
	gather->capacity = capacity;
	return 0;
}

int gather_put(struct gather *gather, const void *bytes, size_t size)
{
	if (size > GATHER_LARGEST ||
			gather->size - last_end(gather) > GATHER_LARGEST - size) {
		return -EMSGSIZE;
	}
	int error = grow(gather, gather->size + size);
	if (error == 0 && size > 0) {
		memcpy(gather->data + gather->size, bytes, size);
		gather->size += size;
	}
	return error;
}

void gather_end(struct gather *gather)
{
	gather->ends[gather->count++] = gather->size;
}

void gather_drop(struct gather *gather)
{
	gather->size = last_end(gather);
}

void gather_drop_last(struct gather *gather)
{
	gather->count--;
	gather_drop(gather);
}

bool gather_full(const struct gather *gather)
{
	return gather->count == GATHER_READINGS || gather->size >= GATHER_BYTES;
}

size_t gather_complete(const struct gather *gather, size_t written, size_t *end)
{
	size_t complete = 0;
	*end = 0;
	while (complete < gather->count && gather->ends[complete] <= written) {
		*end = gather->ends[complete++];
	}
	return complete;
}
