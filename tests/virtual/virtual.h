/* SPDX-License-Identifier: MIT */
/*
 * A master and a simulated segment on a clock that is computed, not slept: what takes
 * minutes on a wire takes milliseconds here. Time is in µs from 0 on.
 */
#ifndef TESTS_VIRTUAL_H
#define TESTS_VIRTUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/bus.h"
#include "link/exchange.h"
#include "link/task.h"
#include "link/timing.h"
#include "segment.h"
#include "slaves.h"

#define VIRTUAL_NEVER INT64_MAX
/* Requests that may be on their way to the line at once. */
#define VIRTUAL_LEAVING_MAX 16

struct virtual_settings {
	struct segment_settings segment;
	uint32_t baud;   /* 0: 2400 */
	int64_t way;     /* µs from the master to the line, and as much back */
	int64_t block;   /* µs for which a converter gathers bytes before it hands them on */
	int64_t latency; /* ms, as in the configuration; BUS_LATENCY_AUTO */
	bool blind;      /* the transport does not tell parity errors, as with TCP */
};

/* What passed on the line: the judge, not the master's own counters. */
struct virtual_log {
	uint64_t requests, answers, collided;
	int64_t first, last; /* ns: begin of the first request, end of the last answer */
	uint64_t request_bytes, answer_bytes;
};

/* A character on its way to the master. */
struct virtual_byte {
	int64_t at; /* µs */
	uint8_t byte;
	uint32_t flags;
};

/* A request on its way to the line. */
struct virtual_request {
	int64_t at; /* µs */
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
};

struct virtual_bus {
	struct virtual_settings settings;
	struct slaves slaves; /* filled in by the caller before virtual_init() */
	struct segment *segment;
	struct timing timing;
	struct bus_counters counters;
	struct exchange exchange;
	int64_t now;
	struct virtual_log log;
	/* Called for each event of the segment, after the log; may be NULL. */
	segment_event_fn watch;
	void *watch_data;
	/* On their way from the master to the line, the first one first, and back. */
	struct virtual_request leaving[VIRTUAL_LEAVING_MAX];
	size_t leaving_count;
	struct virtual_byte *arriving;
	size_t arriving_count, arriving_room;
	int64_t block_end; /* when the converter hands on what it gathers */
	uint32_t line_baud;
};

/* *bus is zero but for `slaves`, which it owns from here on. False: memory. */
bool virtual_init(struct virtual_bus *bus, const struct virtual_settings *settings);
void virtual_finish(struct virtual_bus *bus);

/* Runs a task to its end, or until `limit`; true when it is over. */
bool virtual_run(struct virtual_bus *bus, struct task *task, int64_t limit);

/* One turn of the clock for whoever drives the exchange itself: sends what is to be sent,
   goes on to what happens next, at most to `until`, and hands it to the exchange. False
   when nothing happened before `until`. */
bool virtual_turn(struct virtual_bus *bus, int64_t until);

/* `count` meters of random identity: medium, version and manufacturer drawn, too. `delay`
   and `spread` in bit times of 2400 Bd: each meter has a delay of its own between them.
 */
bool virtual_meters(struct slaves *slaves, size_t count, uint64_t seed, bool consecutive,
		int64_t delay_low, int64_t delay_high);
/* A number below `limit`; *state is moved on. */
uint64_t virtual_random(uint64_t *state, uint64_t limit);

#endif
