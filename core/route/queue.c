/* SPDX-License-Identifier: MIT */
/* A bounded ring of readings: by count, by bytes, with a rule for what must go. */
#include "route/queue.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 64

void queue_init(struct queue *queue, size_t capacity, size_t bytes_max,
		enum queue_overflow overflow)
{
	*queue = (struct queue){
		.capacity = capacity,
		.bytes_max = bytes_max,
		.overflow = overflow,
	};
}

void queue_finish(struct queue *queue)
{
	for (size_t i = 0; i < queue->count; i++) {
		reading_unref(queue->ring[(queue->first + i) % queue->slots]);
	}
	free(queue->ring);
	*queue = (struct queue){ 0 };
}

static void count_drop(struct queue *queue, struct reading *reading)
{
	queue->counters.dropped++;
	if (strcmp(reading_view(reading)->type, "reading") == 0) {
		queue->counters.dropped_readings++;
	}
	reading_unref(reading);
}

static struct reading *pop_oldest(struct queue *queue)
{
	struct reading *reading = queue->ring[queue->first];
	queue->first = (queue->first + 1) % queue->slots;
	queue->count--;
	queue->bytes -= reading_size(reading);
	return reading;
}

static struct reading *pop_newest(struct queue *queue)
{
	queue->count--;
	struct reading *reading = queue->ring[(queue->first + queue->count) % queue->slots];
	queue->bytes -= reading_size(reading);
	return reading;
}

static bool has_room(const struct queue *queue, const struct reading *reading)
{
	return queue->count < queue->capacity &&
		   reading_size(reading) <= queue->bytes_max - queue->bytes;
}

/* Twice as many slots, at most `capacity`; false when memory is short. */
static bool grow(struct queue *queue)
{
	size_t slots = queue->slots == 0 ? SLOTS_FIRST : queue->slots * 2;
	if (slots > queue->capacity) {
		slots = queue->capacity;
	}
	struct reading **ring = malloc(slots * sizeof(*ring));
	if (ring == NULL) {
		return false;
	}
	for (size_t i = 0; i < queue->count; i++) {
		ring[i] = queue->ring[(queue->first + i) % queue->slots];
	}
	free(queue->ring);
	queue->ring = ring;
	queue->slots = slots;
	queue->first = 0;
	return true;
}

static bool has_slot(struct queue *queue)
{
	return queue->count < queue->slots || grow(queue);
}

static void count_in(struct queue *queue, const struct reading *reading)
{
	queue->count++;
	queue->bytes += reading_size(reading);
	if (queue->count > queue->counters.most) {
		queue->counters.most = queue->count;
	}
}

size_t queue_put(struct queue *queue, struct reading *reading)
{
	size_t dropped = 0;
	queue->counters.put++;
	if (queue->overflow == QUEUE_DROP_OLDEST &&
			reading_size(reading) <= queue->bytes_max) {
		for (; !has_room(queue, reading); dropped++) {
			count_drop(queue, pop_oldest(queue));
		}
	}
	if (!has_room(queue, reading) || !has_slot(queue)) {
		count_drop(queue, reading);
		return dropped + 1;
	}
	queue->ring[(queue->first + queue->count) % queue->slots] = reading;
	count_in(queue, reading);
	return dropped;
}

static void put_front(struct queue *queue, struct reading *reading)
{
	queue->first = (queue->first + queue->slots - 1) % queue->slots;
	queue->ring[queue->first] = reading;
	count_in(queue, reading);
}

size_t queue_put_back(struct queue *queue, struct reading *const *readings, size_t count)
{
	size_t dropped = 0;
	/* From the youngest on, so that under drop-oldest the oldest find no room. */
	for (size_t left = count; left > 0; left--) {
		struct reading *reading = readings[left - 1];
		while (queue->overflow == QUEUE_DROP_NEWEST && queue->count > 0 &&
				!has_room(queue, reading)) {
			count_drop(queue, pop_newest(queue));
			dropped++;
		}
		if (has_room(queue, reading) && has_slot(queue)) {
			put_front(queue, reading);
			continue;
		}
		for (; left > 0; left--, dropped++) {
			count_drop(queue, readings[left - 1]);
		}
		break;
	}
	return dropped;
}

size_t queue_take(struct queue *queue, struct reading **readings, size_t count)
{
	size_t taken = 0;
	while (taken < count && queue->count > 0) {
		readings[taken++] = pop_oldest(queue);
	}
	return taken;
}

size_t queue_drop_all(struct queue *queue)
{
	size_t dropped = queue->count;
	while (queue->count > 0) {
		count_drop(queue, pop_oldest(queue));
	}
	return dropped;
}
