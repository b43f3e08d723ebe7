/* SPDX-License-Identifier: MIT */
/* Decides which device of a bus is asked next, and when. Knows no clock and no wire. */
#include "bus/schedule.h"

#include <stdlib.h>

#define FIRST_ROOM 8

void schedule_init(struct schedule *schedule, int64_t silent_max)
{
	*schedule = (struct schedule){ .silent_max = silent_max };
}

void schedule_finish(struct schedule *schedule)
{
	free(schedule->added);
	free(schedule->heap);
	*schedule = (struct schedule){ 0 };
}

static bool grow(struct schedule_entry ***entries, size_t room)
{
	struct schedule_entry **larger =
			realloc(*entries, room * sizeof(struct schedule_entry *));
	if (larger != NULL) {
		*entries = larger;
	}
	return larger != NULL;
}

static bool make_room(struct schedule *schedule)
{
	if (schedule->count < schedule->room) {
		return true;
	}
	size_t room = schedule->room > 0 ? schedule->room * 2 : FIRST_ROOM;
	if (!grow(&schedule->added, room) || !grow(&schedule->heap, room)) {
		return false;
	}
	schedule->room = room;
	return true;
}

static bool before(const struct schedule_entry *a, const struct schedule_entry *b)
{
	return a->due != b->due ? a->due < b->due : a->turn < b->turn;
}

static void place(struct schedule *schedule, struct schedule_entry *entry, size_t at)
{
	schedule->heap[at] = entry;
	entry->at = at;
}

static void rise(struct schedule *schedule, struct schedule_entry *entry)
{
	size_t at = entry->at;
	while (at > 0 && before(entry, schedule->heap[(at - 1) / 2])) {
		place(schedule, schedule->heap[(at - 1) / 2], at);
		at = (at - 1) / 2;
	}
	place(schedule, entry, at);
}

static void sink(struct schedule *schedule, struct schedule_entry *entry)
{
	size_t at = entry->at;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child + 1 < schedule->count &&
				before(schedule->heap[child + 1], schedule->heap[child])) {
			child++;
		}
		if (child >= schedule->count || !before(schedule->heap[child], entry)) {
			break;
		}
		place(schedule, schedule->heap[child], at);
		at = child;
	}
	place(schedule, entry, at);
}

void schedule_postpone(
		struct schedule *schedule, struct schedule_entry *entry, int64_t due)
{
	entry->due = due;
	entry->turn = schedule->turn++;
	rise(schedule, entry);
	sink(schedule, entry);
}

bool schedule_add(
		struct schedule *schedule, struct schedule_entry *entry, int64_t interval)
{
	if (!make_room(schedule)) {
		return false;
	}
	*entry = (struct schedule_entry){ .interval = interval, .at = schedule->count };
	entry->turn = schedule->turn++;
	schedule->added[schedule->count] = entry;
	schedule->heap[schedule->count++] = entry;
	rise(schedule, entry);
	return true;
}

void schedule_restart(struct schedule *schedule, int64_t now)
{
	for (size_t i = 0; i < schedule->count; i++) {
		schedule->added[i]->anchored = false;
		schedule_postpone(schedule, schedule->added[i], now);
	}
}

struct schedule_entry *schedule_take(struct schedule *schedule, int64_t now)
{
	if (schedule_when(schedule) > now) {
		return NULL;
	}
	struct schedule_entry *entry = schedule->heap[0];
	entry->asked_at = now;
	if (!entry->anchored) {
		entry->anchored = true;
		entry->slot = now;
	}
	return entry;
}

int64_t schedule_when(const struct schedule *schedule)
{
	return schedule->count > 0 ? schedule->heap[0]->due : SCHEDULE_NEVER;
}

static int64_t next_slot(const struct schedule_entry *entry, int64_t now)
{
	if (entry->interval <= 0 || now < entry->slot) {
		return entry->interval <= 0 ? now : entry->slot;
	}
	int64_t passed = (now - entry->slot) / entry->interval;
	return entry->slot + (passed + 1) * entry->interval;
}

void schedule_answered(
		struct schedule *schedule, struct schedule_entry *entry, int64_t now)
{
	entry->failures = 0;
	entry->slot = next_slot(entry, now);
	schedule_postpone(schedule, entry, entry->slot);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t silent_wait(
		const struct schedule *schedule, const struct schedule_entry *entry, int64_t now)
{
	int64_t cost = now - entry->asked_at;
	int64_t most = later(entry->interval, schedule->silent_max);
	int64_t wait = later(entry->interval, SCHEDULE_SILENT_LEAST / 2);
	if (entry->failures > 1) {
		wait = entry->wait;
	}
	wait = wait <= most / 2 ? wait * 2 : most;
	if (cost > 0 && entry->interval == 0) {
		wait = later(wait, cost <= most / SCHEDULE_SILENT_SHARE
								   ? cost * SCHEDULE_SILENT_SHARE
								   : most);
	}
	return wait;
}

void schedule_failed(struct schedule *schedule, struct schedule_entry *entry, int64_t now)
{
	if (entry->failures < UINT32_MAX) {
		entry->failures++;
	}
	entry->wait = silent_wait(schedule, entry, now);
	schedule_postpone(schedule, entry, now + entry->wait);
}
