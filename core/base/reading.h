/* SPDX-License-Identifier: MIT */
/* Readings as the core holds them: one allocation each, counted references. */
#ifndef BASE_READING_H
#define BASE_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/reading.h>

/*
 * A reading is written by the thread that makes it until the router has stamped it; from
 * then on nobody changes it, and any thread may hold references.
 */
struct reading;

/* Memory inside a reading that is being made. Where it is too small, the calls measure
   how much is needed, and the same calls are made again; see reading_create(). */
struct arena {
	uint8_t *base;
	size_t size, used;
};

/* `size` bytes aligned for any type, to be written in full; NULL when there is no room.
 */
void *arena_take(struct arena *arena, size_t size);
/* Copies of a NUL-terminated string, of a text of known length, which gets a NUL, and of
   bytes; NULL when there is no room. */
const char *arena_string(struct arena *arena, const char *text);
const char *arena_text(struct arena *arena, const char *text, size_t length);
struct mg_bytes arena_bytes(struct arena *arena, const void *data, size_t size);

/*
 * Makes a reading with one reference in a single allocation: calls `fill` with `data` and
 * room for `guess` bytes, and once more with the room that it took where that was not
 * enough, to fill `*view` (all zero but for the size members). `fill` must take the same
 * memory both times and must not look at what it took, which may be NULL. What is
 * guessed too much stays part of the reading. NULL when memory is short.
 */
struct reading *reading_create(
		void (*fill)(struct arena *arena, struct mg_reading *view, const void *data),
		const void *data, size_t guess);

/* An event. Strings are copied; `device` and `bus` may be "". `time` in µs since 1970. */
struct reading *reading_create_event(const char *type, const char *bus,
		const char *device, int64_t time, const char *message);

struct reading *reading_ref(struct reading *reading);
/* The last one frees it. NULL is accepted. */
void reading_unref(struct reading *reading);

/* What plugins see. */
const struct mg_reading *reading_view(const struct reading *reading);

/* Bytes of memory that it occupies. */
size_t reading_size(const struct reading *reading);

/* What only the router knows, before anybody else sees the reading. `gateway` must
 * outlive it. */
void reading_stamp(struct reading *reading, const char *gateway, uint64_t run,
		uint64_t seq, uint64_t device_seq, bool unsynced);

#endif
