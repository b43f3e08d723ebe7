/* SPDX-License-Identifier: MIT */
/* A master and a simulated segment on a clock that is computed, not slept. */
#include "virtual.h"

#include <stdlib.h>
#include <string.h>

#define NANOSECONDS 1000
#define DEFAULT_BAUD 2400
#define ARRIVING_FIRST 64
#define ARRIVING_MOST 65536

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void note(void *data, const struct segment_event *event)
{
	struct virtual_bus *bus = data;
	struct virtual_log *log = &bus->log;
	if (event->kind == SEGMENT_ANSWER) {
		log->answers++;
		log->collided += !event->alone;
		log->answer_bytes += event->bytes.size;
	} else {
		log->first = log->requests == 0 ? event->begin : log->first;
		log->requests++;
		log->request_bytes += event->bytes.size;
	}
	log->last = later(log->last, event->end);
	if (bus->watch != NULL) {
		bus->watch(bus->watch_data, event);
	}
}

static void set_line(struct virtual_bus *bus, uint32_t baud)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = baud, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	bus->line_baud = baud;
	segment_set_line(
			bus->segment, line.baud, line.data_bits, line.parity, line.stop_bits);
}

bool virtual_init(struct virtual_bus *bus, const struct virtual_settings *settings)
{
	uint32_t baud = settings->baud != 0 ? settings->baud : DEFAULT_BAUD;
	const struct mg_line line = {
		.size = sizeof(line), .baud = baud, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	bus->settings = *settings;
	bus->segment = segment_create(&settings->segment, &bus->slaves, note, bus);
	bus->arriving = malloc(ARRIVING_FIRST * sizeof(*bus->arriving));
	if (bus->segment == NULL || bus->arriving == NULL) {
		virtual_finish(bus);
		return false;
	}
	bus->arriving_room = ARRIVING_FIRST;
	set_line(bus, baud);
	timing_init(&bus->timing, &line, settings->latency);
	exchange_init(&bus->exchange, &bus->timing, &bus->counters);
	return true;
}

void virtual_finish(struct virtual_bus *bus)
{
	segment_destroy(bus->segment);
	slaves_finish(&bus->slaves);
	free(bus->arriving);
	*bus = (struct virtual_bus){ .segment = NULL };
}

/* A converter gathers from the first byte on, and hands on what it has all at once. */
static int64_t arrival(struct virtual_bus *bus, int64_t heard)
{
	if (bus->settings.block > 0) {
		if (heard > bus->block_end) {
			bus->block_end = heard + bus->settings.block;
		}
		heard = bus->block_end;
	}
	return heard + bus->settings.way;
}

static void push(struct virtual_bus *bus, const struct segment_char *character)
{
	if (bus->arriving_count == bus->arriving_room) {
		size_t room = bus->arriving_room * 2;
		struct virtual_byte *bytes = realloc(bus->arriving, room * sizeof(*bytes));
		if (bytes == NULL || room > ARRIVING_MOST) {
			abort();
		}
		bus->arriving = bytes;
		bus->arriving_room = room;
	}
	/* Rounded up: nobody hears a byte before it is over. */
	int64_t heard = (character->at + NANOSECONDS - 1) / NANOSECONDS;
	bus->arriving[bus->arriving_count++] = (struct virtual_byte){
		.at = arrival(bus, heard),
		.byte = character->byte,
		.flags = bus->settings.blind ? 0 : character->flags,
	};
}

/* The bytes that one look at the transport gives, with the flags of all of them. */
static void deliver(struct virtual_bus *bus)
{
	uint8_t bytes[MG_FRAME_MAX];
	uint32_t flags = 0;
	size_t size = 0;
	while (size < bus->arriving_count && size < sizeof(bytes) &&
			bus->arriving[size].at <= bus->now) {
		bytes[size] = bus->arriving[size].byte;
		flags |= bus->arriving[size].flags;
		size++;
	}
	if (size == 0) {
		return;
	}
	bus->arriving_count -= size;
	memmove(bus->arriving, bus->arriving + size,
			bus->arriving_count * sizeof(*bus->arriving));
	exchange_input(&bus->exchange, bytes, size, flags, bus->now);
}

static bool send_out(struct virtual_bus *bus)
{
	const uint8_t *bytes;
	size_t size = exchange_output(&bus->exchange, &bytes, bus->now);
	if (size == 0) {
		return false;
	}
	if (exchange_baud(&bus->exchange) != bus->line_baud) {
		set_line(bus, exchange_baud(&bus->exchange));
	}
	if (bus->leaving_count == VIRTUAL_LEAVING_MAX) {
		abort();
	}
	struct virtual_request *request = &bus->leaving[bus->leaving_count++];
	request->at = bus->now + bus->settings.way;
	request->size = size;
	memcpy(request->bytes, bytes, size);
	exchange_sent(&bus->exchange, bus->now);
	return true;
}

/* The line, up to now. */
static void run_segment(struct virtual_bus *bus)
{
	struct segment_char character;
	while (segment_step(bus->segment, bus->now * NANOSECONDS, &character)) {
		push(bus, &character);
	}
	const struct virtual_request *request = &bus->leaving[0];
	while (bus->leaving_count > 0 && request->at <= bus->now) {
		segment_send(
				bus->segment, request->at * NANOSECONDS, request->bytes, request->size);
		bus->leaving_count--;
		memmove(bus->leaving, bus->leaving + 1,
				bus->leaving_count * sizeof(*bus->leaving));
	}
}

static int64_t next_event(const struct virtual_bus *bus)
{
	int64_t next = exchange_deadline(&bus->exchange);
	int64_t wire = segment_next(bus->segment);
	int64_t hush = exchange_hush(&bus->exchange);
	if (wire != SEGMENT_NEVER) {
		next = sooner(next, wire / NANOSECONDS + 1);
	}
	if (bus->leaving_count > 0) {
		next = sooner(next, bus->leaving[0].at);
	}
	if (bus->arriving_count > 0) {
		next = sooner(next, later(bus->arriving[0].at, hush));
	}
	return next;
}

bool virtual_turn(struct virtual_bus *bus, int64_t until)
{
	if (send_out(bus)) {
		return true;
	}
	int64_t next = next_event(bus);
	if (next > until) {
		bus->now = later(bus->now, until);
		run_segment(bus);
		return false;
	}
	bus->now = later(bus->now, next);
	run_segment(bus);
	if (exchange_hush(&bus->exchange) <= bus->now) {
		deliver(bus);
	}
	exchange_tick(&bus->exchange, bus->now);
	return true;
}

static bool run_exchange(struct virtual_bus *bus, int64_t limit)
{
	while (exchange_busy(&bus->exchange)) {
		if (!virtual_turn(bus, limit)) {
			return false;
		}
	}
	return true;
}

bool virtual_run(struct virtual_bus *bus, struct task *task, int64_t limit)
{
	for (;;) {
		switch (task->ops->ask(task, bus->now)) {
		case TASK_OVER:
			return true;
		case TASK_WAIT:
			if (task->wake > limit) {
				return false;
			}
			while (virtual_turn(bus, task->wake)) {
			}
			break;
		case TASK_EXCHANGE:
			if (!run_exchange(bus, limit)) {
				return false;
			}
			task->ops->take(task, bus->now);
			break;
		}
	}
}
