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

#define ARENA_ALIGNMENT _Alignof(max_align_t)

static size_t align_up(size_t size)
{
	return (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

void *arena_take(struct arena *arena, size_t size)
{
	void *memory = arena->base == NULL ? NULL : arena->base + arena->used;
	arena->used += align_up(size);
	return memory;
}

const char *arena_string(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = arena_take(arena, size);
	if (copy != NULL) {
		memcpy(copy, text, size);
	}
	return copy;
}

struct mg_bytes arena_bytes(struct arena *arena, const void *data, size_t size)
{
	struct mg_bytes bytes = { NULL, size };
	if (size == 0) {
		return bytes;
	}
	uint8_t *copy = arena_take(arena, size);
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

struct reading *reading_create(
		void (*fill)(struct arena *arena, struct mg_reading *view, const void *data),
		const void *data)
{
	struct arena arena = { NULL, 0 };
	struct mg_reading measured = blank_view();
	fill(&arena, &measured, data);

	size_t head = align_up(sizeof(struct reading));
	struct reading *reading = calloc(1, head + arena.used);
	if (reading == NULL) {
		return NULL;
	}
	atomic_init(&reading->references, 1);
	reading->size = head + arena.used;
	reading->view = blank_view();
	arena = (struct arena){ (uint8_t *)reading + head, 0 };
	fill(&arena, &reading->view, data);
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
	return reading_create(fill_event, &event);
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
