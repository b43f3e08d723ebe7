/* SPDX-License-Identifier: MIT */
/* Readouts on a virtual clock, against written-down dialogues. */
#ifndef TESTS_READOUT_BENCH_H
#define TESTS_READOUT_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "link/bus_counters.h"
#include "link/readout.h"

/*
 * One request and what comes back, in hex: "E5" stands for itself, "10 ..." and "68 ..."
 * get length fields, checksum and stop byte added. NULL is silence.
 */
struct line {
	const char *request, *answer;
};

#define RESET "10 40 05"
#define FCB1 "10 7B 05"
#define FCB0 "10 5B 05"
#define HEADER "68 08 05 72 78 56 34 12 24 40 01 07 55 00 00 00"
#define VOLUME " 04 13 01 00 00 00"
#define STORED " 44 13 02 00 00 00"
#define OLDER " 84 01 13 03 00 00 00"
#define MORE " 1F"

struct fixture {
	struct exchange exchange;
	struct readout readout;
	struct bus_counters counters;
	struct timing timing;
	struct readout_memory memory;
	struct bus_address address;
	int64_t now;
};

static inline void setup(struct fixture *f, size_t telegrams)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	memset(f, 0, sizeof(*f));
	timing_init(&f->timing, &line, 0);
	exchange_init(&f->exchange, &f->timing, &f->counters);
	readout_init(&f->readout, &f->exchange, 3, telegrams);
	f->address.primary = 5;
	f->now = 1000000;
}

static inline size_t unhex(const char *text, uint8_t *bytes)
{
	size_t size = 0;
	for (char *end; *text != '\0'; text = end) {
		bytes[size++] = (uint8_t)strtoul(text, &end, 16);
	}
	return size;
}

static inline size_t checksummed(uint8_t *frame, size_t start, size_t size)
{
	uint8_t sum = 0;
	for (size_t i = start; i < size; i++) {
		sum = (uint8_t)(sum + frame[i]);
	}
	frame[size] = sum;
	frame[size + 1] = 0x16;
	return size + 2;
}

static inline size_t frame_of(const char *text, uint8_t frame[MG_FRAME_MAX + 8])
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = unhex(text, bytes);
	if (size < 2) {
		memcpy(frame, bytes, size);
		return size;
	}
	if (bytes[0] == 0x10) {
		memcpy(frame, bytes, size);
		return checksummed(frame, 1, size);
	}
	frame[0] = frame[3] = 0x68;
	frame[1] = frame[2] = (uint8_t)(size - 1);
	memcpy(frame + 4, bytes + 1, size - 1);
	return checksummed(frame, 4, size + 3);
}

static inline void assert_request(struct fixture *f, const char *text)
{
	uint8_t expected[MG_FRAME_MAX + 8];
	const uint8_t *bytes;
	while (exchange_deadline(&f->exchange) != EXCHANGE_NEVER) {
		f->now = exchange_deadline(&f->exchange);
		exchange_tick(&f->exchange, f->now);
	}
	size_t size = exchange_output(&f->exchange, &bytes, f->now);
	assert_int_equal(size, frame_of(text, expected));
	assert_memory_equal(bytes, expected, size);
	exchange_sent(&f->exchange, f->now);
}

static inline void answer(struct fixture *f, const char *text)
{
	uint8_t frame[MG_FRAME_MAX + 8];
	f->now += 40000;
	if (text != NULL) {
		size_t size = frame_of(text, frame);
		exchange_input(&f->exchange, frame, size, 0, f->now);
	}
	while (exchange_deadline(&f->exchange) != EXCHANGE_NEVER) {
		f->now = exchange_deadline(&f->exchange);
		exchange_tick(&f->exchange, f->now);
	}
}

static inline void talk(
		struct fixture *f, enum readout_kind kind, const struct line *lines)
{
	readout_begin(&f->readout, kind, &f->address, &f->memory, f->now);
	bool going = true;
	for (; lines->request != NULL; lines++) {
		assert_true(going);
		assert_request(f, lines->request);
		answer(f, lines->answer);
		if (!exchange_busy(&f->exchange)) {
			going = readout_step(&f->readout, f->now);
		}
	}
	assert_false(going);
	assert_false(readout_busy(&f->readout));
}

static inline void converse(struct fixture *f, const struct line *lines)
{
	talk(f, READOUT_READ, lines);
}

static const struct line one_telegram[] = {
	{ RESET, "E5" },
	{ FCB1, HEADER VOLUME },
	{ NULL, NULL },
};

static const struct line three_telegrams[] = {
	{ RESET, "E5" },
	{ FCB1, HEADER VOLUME MORE },
	{ FCB0, HEADER STORED MORE },
	{ FCB1, HEADER OLDER },
	{ NULL, NULL },
};

#endif
