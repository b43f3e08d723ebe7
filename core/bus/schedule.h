/* SPDX-License-Identifier: MIT */
/* Decides which device of a bus is asked next, and when. Knows no clock and no wire. */
#ifndef BUS_SCHEDULE_H
#define BUS_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a device without an interval is asked after at least when it was silent, µs ... */
#define SCHEDULE_SILENT_LEAST 1000000
/* ... and as a multiple of what the failed attempt took. */
#define SCHEDULE_SILENT_SHARE 50
#define SCHEDULE_NEVER INT64_MAX

/* Part of a device; the schedule borrows it. Times in µs. */
struct schedule_entry {
	int64_t interval; /* 0: again as soon as the bus is free */
	int64_t slot;     /* the grid that it keeps: slot + n × interval */
	int64_t due;
	bool anchored; /* the first time has passed, and with it the grid stands */
	unsigned failures;
	int64_t asked_at; /* when it was taken */
	int64_t wait;     /* after the last failure */
	uint64_t turn;    /* who is first among those that are due at the same time */
	size_t at;        /* in the heap */
};

struct schedule {
	struct schedule_entry **added; /* in this order */
	struct schedule_entry **heap;  /* the next one first */
	size_t count, room;
	uint64_t turn;
	int64_t silent_max;
};

/* Devices that keep silent are asked after `silent_max` µs at the latest. */
void schedule_init(struct schedule *schedule, int64_t silent_max);
void schedule_finish(struct schedule *schedule);
/* False when memory is short. The entry is due at once. */
bool schedule_add(
		struct schedule *schedule, struct schedule_entry *entry, int64_t interval);

/* All are due at `now`, in the order in which they were added; grids are given up. */
void schedule_restart(struct schedule *schedule, int64_t now);

/* The entry that has been due for longest at `now`, or NULL. It counts as asked: call
   one of the two below when that is over, before asking for another. */
struct schedule_entry *schedule_take(struct schedule *schedule, int64_t now);
/* When the next one is due, or SCHEDULE_NEVER. */
int64_t schedule_when(const struct schedule *schedule);

/* It answered: due again one interval after its last slot; slots that have passed are
   left out, so that the grid never moves. */
void schedule_answered(
		struct schedule *schedule, struct schedule_entry *entry, int64_t now);
/* It failed: due again after its interval × 2, × 4 ... `silent_max`, but never before its
   interval is over; without an interval as above, × 2, × 4 ... */
void schedule_failed(
		struct schedule *schedule, struct schedule_entry *entry, int64_t now);
/* It may not be asked before `due`. */
void schedule_postpone(
		struct schedule *schedule, struct schedule_entry *entry, int64_t due);

#endif
