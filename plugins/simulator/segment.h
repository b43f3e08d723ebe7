/* SPDX-License-Identifier: MIT */
/*
 * A segment of the bus, bit by bit: what the master sends, what each meter hears and
 * answers, how answers lie over each other, and what the master's UART makes of it. Pure:
 * it knows no clock and no descriptor; times are in ns of whatever clock the caller has.
 *
 * Master to slaves is voltage, slaves to master current, as in EN 13757-2: slaves do not
 * hear each other; a slave is deaf while it sends; a space (0) of any slave wins; while
 * the master itself sends, its receiver sees mark, or its own bits when the level
 * converter echoes.
 */
#ifndef SIMULATOR_SEGMENT_H
#define SIMULATOR_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "slaves.h"

#define SEGMENT_NEVER INT64_MAX
/* Bytes of the master that may wait for the line. */
#define SEGMENT_OUT_MAX 4096

struct segment_settings {
	uint64_t seed;      /* of everything that is left to chance */
	uint32_t disturbed; /* characters of a million with one bit turned, both directions */
	uint32_t lost;      /* characters of a million that vanish, both directions */
	bool echo;          /* the level converter returns what the master sends */
	bool breaks;        /* a converter that detects collisions: 50 ms of space for each */
	int64_t gap; /* ns: shorter pauses of the master never break a frame; 0: more than
					33 bit times do */
};

/* A character as the master's UART gives it. */
struct segment_char {
	int64_t at; /* ns, when its stop bit was sampled */
	uint8_t byte;
	uint32_t flags; /* MG_RX_PARITY (also framing), MG_RX_BREAK */
};

/* What happened, for logs and judges. */
struct segment_event {
	enum {
		SEGMENT_REQUEST, /* a whole valid frame of the master passed */
		SEGMENT_GARBAGE, /* something of the master passed that is no frame */
		SEGMENT_ANSWER,  /* a meter begins to send */
	} kind;
	int64_t begin, end; /* ns: first start bit, end of the last stop bit */
	struct mg_bytes bytes;
	const struct meter *meter;       /* ANSWER */
	const struct telegram *telegram; /* ANSWER: with the numbers in it */
	struct mg_bytes request;         /* ANSWER: what it answers */
	bool alone; /* ANSWER: no other meter is sending at its beginning */
};

typedef void (*segment_event_fn)(void *data, const struct segment_event *event);

struct segment;

/* `slaves` are borrowed. `fn` may be NULL. NULL when memory is short. */
struct segment *segment_create(const struct segment_settings *settings,
		struct slaves *slaves, segment_event_fn fn, void *data);
void segment_destroy(struct segment *segment);

/* The master's UART: 300 ... 38400 Bd, 10 ... 12 bits a character with or without parity.
 */
void segment_set_line(struct segment *segment, uint32_t baud, uint8_t data_bits,
		char parity, uint8_t stop_bits);
/* Seconds since 1970 at time 0 of the segment's clock, for the clocks of the meters. */
void segment_set_epoch(struct segment *segment, int64_t seconds);

/* The master sends: the first start bit comes at `now`, or right behind what it sends
   already. Returns (ns) the end of the last stop bit. What does not fit is lost. */
int64_t segment_send(
		struct segment *segment, int64_t now, const uint8_t *bytes, size_t size);

/* When something happens next, ns, or SEGMENT_NEVER. */
int64_t segment_next(const struct segment *segment);
/* Goes on to `now` at most, and stops at the next character for the master: then true.
   False when nothing is left to happen up to `now`. */
bool segment_step(struct segment *segment, int64_t now, struct segment_char *character);

#endif
