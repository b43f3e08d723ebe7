/* SPDX-License-Identifier: MIT */
/* Decides which device of a bus is asked next, and when. Knows no clock and no wire. */
#include "bus/schedule.h"

#include <stdlib.h>

#define FIRST_ROOM 8
#define DOUBLINGS_MAX 30

void schedule_init(struct schedule *schedule, int64_t silent_max)
{
	*schedule = (struct schedule){ .silent_max = silent_max };
}

void schedule_finish(struct schedule *schedule)
{
	free(schedule->entries);
	*schedule = (struct schedule){ 0 };
}

static bool make_room(struct schedule *schedule)
{
	if (schedule->count < schedule->room) {
		return true;
	}
	size_t room = schedule->room > 0 ? schedule->room * 2 : FIRST_ROOM;
	struct schedule_entry **entries =
			realloc(schedule->entries, room * sizeof(struct schedule_entry *));
	if (entries == NULL) {
		return false;
	}
	schedule->entries = entries;
	schedule->room = room;
	return true;
}

bool schedule_add(
		struct schedule *schedule, struct schedule_entry *entry, int64_t interval)
{
	if (!make_room(schedule)) {
		return false;
	}
	*entry = (struct schedule_entry){ .interval = interval };
	schedule->entries[schedule->count++] = entry;
	return true;
}

void schedule_restart(struct schedule *schedule, int64_t now)
{
	schedule->turn = 0;
	for (size_t i = 0; i < schedule->count; i++) {
		struct schedule_entry *entry = schedule->entries[i];
		entry->due = now;
		entry->anchored = false;
	}
}

struct schedule_entry *schedule_take(struct schedule *schedule, int64_t now)
{
	size_t found = schedule->count;
	for (size_t i = 0; i < schedule->count; i++) {
		size_t at = (schedule->turn + i) % schedule->count;
		const struct schedule_entry *entry = schedule->entries[at];
		if (entry->due <= now && (found == schedule->count ||
										 entry->due < schedule->entries[found]->due)) {
			found = at;
		}
	}
	if (found == schedule->count) {
		return NULL;
	}
	struct schedule_entry *entry = schedule->entries[found];
	schedule->turn = found + 1;
	if (!entry->anchored) {
		entry->anchored = true;
		entry->slot = now;
	}
	return entry;
}

int64_t schedule_when(const struct schedule *schedule)
{
	int64_t when = SCHEDULE_NEVER;
	for (size_t i = 0; i < schedule->count; i++) {
		if (schedule->entries[i]->due < when) {
			when = schedule->entries[i]->due;
		}
	}
	return when;
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
	(void)schedule;
	entry->failures = 0;
	entry->slot = next_slot(entry, now);
	entry->due = entry->slot;
}

static int64_t silent_wait(
		const struct schedule *schedule, const struct schedule_entry *entry)
{
	int64_t wait = entry->interval > 0 ? entry->interval : SCHEDULE_SILENT_LEAST / 2;
	int64_t most = wait > schedule->silent_max ? wait : schedule->silent_max;
	for (unsigned i = 0; i < entry->failures && wait < most; i++) {
		wait = wait <= most / 2 ? wait * 2 : most;
	}
	return wait;
}

void schedule_failed(struct schedule *schedule, struct schedule_entry *entry, int64_t now)
{
	if (entry->failures < DOUBLINGS_MAX) {
		entry->failures++;
	}
	entry->due = now + silent_wait(schedule, entry);
}
