/* SPDX-License-Identifier: MIT */
/*
 * Learns what the way to the bus and back adds to each answer, from answers alone: a
 * bounded, robust estimate. Knows no clock. All times in µs.
 */
#ifndef LINK_LATENCY_H
#define LINK_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

/* Allowed at least, whatever was learned: timers are not exact either. */
#define LATENCY_LEAST 3000
/* And at most. */
#define LATENCY_MOST 5000000
/* Answers that the estimate looks back on. */
#define LATENCY_WINDOW 16

/* Of the way to a bus, or of one slave with the way to it. */
struct latency {
	int64_t start; /* allowed while nothing is learned */
	bool fixed;    /* `start` holds for ever */
	int32_t delays[LATENCY_WINDOW];
	int32_t spreads[LATENCY_WINDOW]; /* how unsteady the way was at each answer that
										showed it, or negative */
	uint8_t count, at;
	uint8_t misses; /* silent tries of slaves that used to answer, in a row */
	int32_t late;   /* the least delay of the answers among them; 0: none came */
};

void latency_init(struct latency *latency, int64_t start, bool fixed);
/* A slave answered `delay` after the request had left the line as far as is known, of
   which `least` is what any slave takes. */
void latency_note(struct latency *latency, int64_t delay, int64_t least);
/* A slave answered in time, but nothing that counts. */
void latency_heard(struct latency *latency);
/* Behind latency_note(): the way was seen to vary by `spread` around this answer. */
void latency_vary(struct latency *latency, int64_t spread);
/* By how much the way varies, as most answers that showed it have it: part of what is
   allowed. 0 when that is fixed, negative when nothing has shown it. */
int64_t latency_variation(const struct latency *latency);
/* A slave that used to answer kept silent: after a few of these in a row what was learned
   counts no more. */
void latency_missed(struct latency *latency);
/* A miss, but the answer came later, at most `delay` after its request. When misses go on
   this is what is learned. */
void latency_late(struct latency *latency, int64_t delay, int64_t least);
/* The way was measured beyond doubt: what was learned before counts no more. */
void latency_prove(struct latency *latency, int64_t delay, int64_t least);
/* What to allow for the next answer. */
int64_t latency_allowance(const struct latency *latency);
/* The same for one that must not be missed: never less than at the start. */
int64_t latency_patience(const struct latency *latency);

/* Of one slave: by how much its answers came earlier and later; one outlier counts not.
 */
int64_t latency_spread(const struct latency *latency);
/* Of one slave: when its first byte is there at the latest, beyond `least`; 0: unknown.
 */
int64_t latency_slowest(const struct latency *latency);
/* The same of one whose answers are many and have all come in time: a first byte that is
   not there by then was hardly ever to come; 0: that is not known. For this
   latency_vary() tells how long the first byte was held back in a block. */
int64_t latency_steady(const struct latency *latency);

#endif
