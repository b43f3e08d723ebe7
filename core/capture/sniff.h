/* SPDX-License-Identifier: MIT */
/*
 * Finds frames in what passes on a wire, from whomever they come: the requests of a
 * master and the answers of its slaves, or the answers alone. Pure: it is told the bytes
 * and the time.
 */
#ifndef CAPTURE_SNIFF_H
#define CAPTURE_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>

#include "link/timing.h"

#define SNIFF_NOISE_MAX 64 /* bytes of noise that are kept to be shown */

enum sniff_kind {
	SNIFF_REQUEST, /* from a master */
	SNIFF_ANSWER,  /* from a slave: ACK, NACK, or a frame */
	SNIFF_SILENCE, /* the request was not answered */
	SNIFF_NOISE,   /* bytes that are no frame: disturbed, or a collision */
};

/* Where bytes come from, as far as that is known. */
enum sniff_source {
	SNIFF_WIRE,   /* anybody */
	SNIFF_MASTER, /* this master sent them */
};

/* Valid for the length of the call. Times in µs of the clock of sniff_feed(). */
struct sniff_find {
	enum sniff_kind kind;
	struct mg_frame frame; /* REQUEST, ANSWER; of SILENCE the request */
	struct mg_bytes bytes; /* the same; of NOISE the first SNIFF_NOISE_MAX ones */
	uint64_t size;         /* of NOISE: all of it */
	enum mg_fault fault;   /* of NOISE: why no frame begins with its first byte */
	uint32_t rx_flags;     /* enum mg_rx_flags of NOISE */
	/* When the first byte began and the last one ended, at the latest. */
	int64_t begun, ended;
	/* Of an ANSWER: to what, NULL when no request was heard that it fits; then how long
	   the slave took. */
	const struct mg_frame *request;
	int64_t delay;
};

typedef void (*sniff_fn)(void *data, const struct sniff_find *find);

struct sniff {
	sniff_fn take;
	void *data;
	struct timing timing;
	int64_t character; /* µs of one byte on the wire */

	/* What is not yet a frame; `begun` of each byte, and what is wrong with it. */
	uint8_t bytes[MG_FRAME_MAX];
	int64_t begun[MG_FRAME_MAX];
	uint8_t flags[MG_FRAME_MAX];
	size_t size;
	int64_t latest; /* when the last byte of all began, as far as could be told */
	enum sniff_source source;

	uint8_t noise[SNIFF_NOISE_MAX];
	uint64_t noise_size;
	enum mg_fault noise_fault;
	uint32_t noise_flags;
	int64_t noise_begun, noise_ended;

	/* The request that waits for its answer. */
	bool asked;
	bool own; /* this master sent it, and it may come back as an echo */
	uint8_t request_bytes[MG_FRAME_MAX];
	size_t request_size;
	struct mg_frame request;
	int64_t request_begun, request_ended;
	uint64_t echoes; /* own requests that came back; they are not handed out */
};

/* `latency` (ms, negative: 150) is how late bytes may come in, and how far apart. */
void sniff_init(struct sniff *sniff, const struct mg_line *line, int64_t latency,
		sniff_fn take, void *data);
/* The line is set otherwise from now on; what is not complete is noise. */
void sniff_line(struct sniff *sniff, const struct mg_line *line, int64_t latency);

/*
 * Bytes that have just come in, at `now`. Of a chunk with MG_RX_PARITY or MG_RX_BREAK it
 * is not known which byte is wrong, so none of its frames is believed.
 */
void sniff_feed(struct sniff *sniff, enum sniff_source source, const uint8_t *bytes,
		size_t size, uint32_t rx_flags, int64_t now);
/* When sniff_tick() has something to do unless bytes come before; INT64_MAX: nothing. */
int64_t sniff_deadline(const struct sniff *sniff);
void sniff_tick(struct sniff *sniff, int64_t now);
/* Nothing more comes: gives what is left. */
void sniff_end(struct sniff *sniff);

#endif
