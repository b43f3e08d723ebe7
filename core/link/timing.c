/* SPDX-License-Identifier: MIT */
/* How long things take on a line, computed from how it is set. */
#include "link/timing.h"

#include <metergate/mbus.h>

#define SECOND 1000000
#define MILLISECOND 1000
#define SLOWEST_BAUD 300
#define ANSWER_BITS 330
#define ANSWER_FIXED (50 * MILLISECOND)
#define REST_BITS 11
#define REST_FAILED_BITS 33
#define SETTLE_CHARACTERS 2
#define DRAIN_FRAMES 2

void timing_init(struct timing *timing, const struct mg_line *line, int64_t latency)
{
	uint32_t parity = line->parity == 'N' ? 0 : 1;
	*timing = (struct timing){
		.baud = line->baud > 0 ? line->baud : SLOWEST_BAUD,
		.character = 1u + line->data_bits + parity + line->stop_bits,
		.latency = (latency < 0 ? TIMING_LATENCY_AUTO : latency) * MILLISECOND,
		.fixed = latency >= 0,
	};
}

int64_t timing_bits(const struct timing *timing, int64_t bits)
{
	return (bits * SECOND + timing->baud - 1) / timing->baud;
}

int64_t timing_bytes(const struct timing *timing, size_t bytes)
{
	return timing_bits(timing, (int64_t)bytes * timing->character);
}

int64_t timing_window(const struct timing *timing)
{
	return timing_bits(timing, ANSWER_BITS) + ANSWER_FIXED;
}

int64_t timing_arrival(const struct timing *timing, int64_t window)
{
	return window + timing_bytes(timing, 1) + timing->latency;
}

int64_t timing_answer(const struct timing *timing)
{
	return timing_arrival(timing, timing_window(timing));
}

int64_t timing_gap(const struct timing *timing)
{
	int64_t bits = timing_bits(timing, REST_FAILED_BITS);
	int64_t block = timing_bytes(timing, 1) + timing->latency;
	return bits > block ? bits : block;
}

int64_t timing_rest(const struct timing *timing)
{
	return timing_bits(timing, REST_BITS);
}

int64_t timing_rest_failed(const struct timing *timing)
{
	return timing_bits(timing, REST_FAILED_BITS);
}

int64_t timing_settle(const struct timing *timing)
{
	return timing_bytes(timing, SETTLE_CHARACTERS);
}

int64_t timing_drain(const struct timing *timing)
{
	return timing_bytes(timing, DRAIN_FRAMES * MG_FRAME_MAX) + timing_answer(timing);
}
