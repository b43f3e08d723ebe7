/* SPDX-License-Identifier: MIT */
/* A bounded ring of readings. No locking: whoever shares a queue guards it. */
#ifndef ROUTE_QUEUE_H
#define ROUTE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reading.h"

#define QUEUE_DEFAULT 4096                      /* readings */
#define QUEUE_MAX ((int64_t)1024 * 1024)        /* readings */
#define QUEUE_BYTES_DEFAULT ((int64_t)64 << 20) /* bytes */

enum queue_overflow {
	QUEUE_DROP_OLDEST,
	QUEUE_DROP_NEWEST,
};

struct queue_counters {
	uint64_t put;              /* readings that were offered */
	uint64_t dropped;          /* of those and of the ones put back: no room */
	uint64_t dropped_readings; /* without events */
	size_t most;               /* that ever waited */
};

struct queue {
	struct reading **ring;
	size_t slots; /* of the ring; grows up to `capacity` */
	size_t first, count;
	size_t capacity;
	size_t bytes, bytes_max;
	enum queue_overflow overflow;
	struct queue_counters counters;
};

/* At most `capacity` readings (1 ... QUEUE_MAX) that occupy at most `bytes_max` bytes. */
void queue_init(struct queue *queue, size_t capacity, size_t bytes_max,
		enum queue_overflow overflow);
/* Lets go of what is left. */
void queue_finish(struct queue *queue);

/*
 * Takes over one reference, or drops it. Returns how many readings were dropped for it:
 * older ones (QUEUE_DROP_OLDEST), or the new one, which is also dropped when it alone
 * exceeds the bytes or when memory is short.
 */
size_t queue_put(struct queue *queue, struct reading *reading);

/*
 * Puts readings back in front that queue_take() gave, in their order, and takes over
 * their references. What has found no room since is dropped as the rule says; returns how
 * many.
 */
size_t queue_put_back(struct queue *queue, struct reading *const *readings, size_t count);

/* Hands over at most `count` references, oldest first; returns how many. */
size_t queue_take(struct queue *queue, struct reading **readings, size_t count);

/* Drops everything and counts it; returns how many. */
size_t queue_drop_all(struct queue *queue);

#endif
