/* SPDX-License-Identifier: MIT */
/* How long things take on a line, computed from how it is set. All times in µs. */
#ifndef LINK_TIMING_H
#define LINK_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

/* Allowance for the way to the line and back while nobody set or measured one, in ms. */
#define TIMING_LATENCY_AUTO 150

struct timing {
	uint32_t baud;
	uint32_t character; /* bits on the line for one byte */
	int64_t latency;    /* between this program and the line, there and back */
	bool fixed;         /* the latency was set: nothing is to be learned */
};

/* `latency` in ms; negative: TIMING_LATENCY_AUTO. A line without a speed counts as the
   slowest one, 300 baud. */
void timing_init(struct timing *timing, const struct mg_line *line, int64_t latency);

/* Rounded up. */
int64_t timing_bits(const struct timing *timing, int64_t bits);
int64_t timing_bytes(const struct timing *timing, size_t bytes);

/* From the last bit of a request to the first bit of its answer, as the standard has it:
   330 bits + 50 ms (EN 13757-2). */
int64_t timing_window(const struct timing *timing);
/* Until the first byte of an answer is here that begins `window` behind the request: with
   the byte itself and the latency. */
int64_t timing_arrival(const struct timing *timing, int64_t window);
/* The same for the standard's window. */
int64_t timing_answer(const struct timing *timing);

/* From one byte of a frame to the next, which the line sends without a pause: 33 bits, or
   one byte and the latency when that is more, since converters deliver in blocks. */
int64_t timing_gap(const struct timing *timing);

/* What the line rests after a good telegram (11 bits), and after a failure (33 bits). */
int64_t timing_rest(const struct timing *timing);
int64_t timing_rest_failed(const struct timing *timing);

/* An ACK is one only when no byte follows it within two characters. */
int64_t timing_settle(const struct timing *timing);

/* The longest that a line which does not fall silent is waited for. */
int64_t timing_drain(const struct timing *timing);

#endif
