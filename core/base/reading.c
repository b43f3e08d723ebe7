/* SPDX-License-Identifier: MIT */
/* Readings in one allocation each, with counted references. */
#include "base/reading.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	atomic_size_t references;
	size_t size; /* of the whole allocation */
	struct mg_reading view;
};

#define EVENT_GUESS 256 /* bytes that most events need */
#define ARENA_ALIGNMENT _Alignof(max_align_t)

static size_t align_up(size_t size)
{
	return (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

/* Bytes need no alignment. */
static uint8_t *take_bytes(struct arena *arena, size_t size)
{
	size_t at = arena->used;
	arena->used += size;
	return arena->used <= arena->size ? arena->base + at : NULL;
}

void *arena_take(struct arena *arena, size_t size)
{
	arena->used = align_up(arena->used);
	return take_bytes(arena, size);
}

const char *arena_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = (char *)take_bytes(arena, length + 1);
	if (copy != NULL) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

const char *arena_string(struct arena *arena, const char *text)
{
	return arena_text(arena, text, strlen(text));
}

struct mg_bytes arena_bytes(struct arena *arena, const void *data, size_t size)
{
	struct mg_bytes bytes = { NULL, size };
	if (size == 0) {
		return bytes;
	}
	uint8_t *copy = take_bytes(arena, size);
	if (copy != NULL) {
		memcpy(copy, data, size);
	}
	bytes.data = copy;
	return bytes;
}

static struct mg_reading blank_view(void)
{
	return (struct mg_reading){
		.size = (uint32_t)sizeof(struct mg_reading),
		.record_size = (uint32_t)sizeof(struct mg_record),
		.type = "reading",
		.gateway = "",
		.bus = "",
		.device = "",
		.label = "",
		.app_error = -1,
		.alarm = -1,
	};
}

/* A reading with `room` bytes for what it holds, and the arena over them. */
static struct reading *allocate(size_t room, struct arena *arena)
{
	size_t head = align_up(sizeof(struct reading));
	struct reading *reading = malloc(head + room);
	if (reading == NULL) {
		return NULL;
	}
	atomic_init(&reading->references, 1);
	reading->size = head + room;
	reading->view = blank_view();
	*arena = (struct arena){ .base = (uint8_t *)reading + head, .size = room };
	return reading;
}

struct reading *reading_create(
		void (*fill)(struct arena *arena, struct mg_reading *view, const void *data),
		const void *data, size_t guess)
{
	struct arena arena;
	struct reading *reading = allocate(guess, &arena);
	if (reading == NULL) {
		return NULL;
	}
	fill(&arena, &reading->view, data);
	if (arena.used <= arena.size) {
		return reading;
	}
	free(reading);
	reading = allocate(arena.used, &arena);
	if (reading != NULL) {
		fill(&arena, &reading->view, data);
	}
	return reading;
}

struct event {
	const char *type, *bus, *device, *message;
	int64_t time;
};

static void fill_event(struct arena *arena, struct mg_reading *view, const void *data)
{
	const struct event *event = data;
	view->type = arena_string(arena, event->type);
	view->bus = arena_string(arena, event->bus);
	view->device = arena_string(arena, event->device);
	view->message = arena_string(arena, event->message);
	view->time = event->time;
}

struct reading *reading_create_event(const char *type, const char *bus,
		const char *device, int64_t time, const char *message)
{
	struct event event = { type, bus, device, message, time };
	return reading_create(fill_event, &event, EVENT_GUESS);
}

struct reading *reading_ref(struct reading *reading)
{
	atomic_fetch_add_explicit(&reading->references, 1, memory_order_relaxed);
	return reading;
}

void reading_unref(struct reading *reading)
{
	if (reading == NULL) {
		return;
	}
	/* acq_rel: whoever frees has seen everything that the other holders did with it */
	if (atomic_fetch_sub_explicit(&reading->references, 1, memory_order_acq_rel) == 1) {
		free(reading);
	}
}

const struct mg_reading *reading_view(const struct reading *reading)
{
	return &reading->view;
}

size_t reading_size(const struct reading *reading)
{
	return reading->size;
}

void reading_stamp(struct reading *reading, const char *gateway, uint64_t run,
		uint64_t seq, uint64_t device_seq, bool unsynced)
{
	struct mg_reading *view = &reading->view;
	view->gateway = gateway;
	view->run = run;
	view->seq = seq;
	view->device_seq = device_seq;
	if (unsynced) {
		view->flags |= MG_READING_UNSYNCED;
	}
}
