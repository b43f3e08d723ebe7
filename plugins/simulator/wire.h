/* SPDX-License-Identifier: MIT */
/*
 * A segment in real time: takes the master's bytes from a descriptor when they come, and
 * hands on what its receiver makes of the line. Each character takes two bytes on the
 * descriptor, itself and its flags; wire_receive() takes them apart.
 */
#ifndef SIMULATOR_WIRE_H
#define SIMULATOR_WIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "segment.h"

/* Shorter gaps inside a request are the machine's, not the master's. */
#define WIRE_IDLE_MIN_MS 50
#define WIRE_BLOCK_MAX 512 /* characters that are handed on at once */

struct wire_settings {
	int fd;      /* of a stream socket; the wire reads and writes here */
	int stop_fd; /* readable once wire_run() has to end */
	bool pacing; /* false: answers follow at once, whatever time they take on the line */
	/* ns for which characters gather before they are handed on, as a USB adapter does;
	   the rest follows at the end of an answer. 0: one by one. */
	int64_t block;
	struct segment_settings segment; /* its `gap` is the wire's business */
};

struct wire {
	struct wire_settings settings;
	struct segment *segment;
	segment_event_fn fn;
	void *data;
	int64_t origin; /* ns of the monotonic clock when the segment's clock was 0 */
	int64_t now;    /* ns of the segment's clock; without pacing it is made up */
	_Atomic uint32_t line;
	uint32_t line_used;
	int64_t answered; /* ns, when the answers end that have begun */
	/* What is to be handed on, and since when. */
	uint8_t block[2 * WIRE_BLOCK_MAX];
	size_t block_size;
	int64_t block_since;
	/* Without pacing: what came in and is no whole frame yet. */
	uint8_t pending[MG_FRAME_MAX];
	size_t pending_size;
	bool discarding; /* a broken frame was seen: nothing counts until silence */
};

/* `slaves` are borrowed. `fn`, which may be NULL, is called on the thread of wire_run().
   False when memory is short. */
bool wire_init(struct wire *wire, const struct wire_settings *settings,
		struct slaves *slaves, segment_event_fn fn, void *data);
void wire_finish(struct wire *wire);

/* The master's line, as segment_set_line(). Any thread. */
void wire_set_line(struct wire *wire, uint32_t baud, uint8_t data_bits, char parity,
		uint8_t stop_bits);

/* Serves the bus until stop_fd is readable or the other end of fd is closed. */
void wire_run(struct wire *wire);

/* At the other end: as `read` of a transport. `fd` does not block. */
long wire_receive(int fd, uint8_t *bytes, size_t size, uint32_t *rx_flags);

#endif
