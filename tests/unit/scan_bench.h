/* SPDX-License-Identifier: MIT */
/* A scan whose exchanges a test answers itself, without a line. */
#ifndef TESTS_SCAN_BENCH_H
#define TESTS_SCAN_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <metergate/plugin.h>

#include "bus/bus.h"
#include "scan/scan.h"

#define FAST 4600 /* µs: a slave that answers after 11 bits of 2400 Bd */

struct scan_bench {
	struct timing timing;
	struct bus_counters counters;
	struct exchange exchange;
	struct scan *scan;
	int64_t now;
	size_t told, found;
	uint8_t answer[MG_FRAME_MAX];
};

static inline void bench_found(void *data, const struct scan_found *found)
{
	struct scan_bench *b = data;
	assert_non_null(found);
	b->found++;
}

static inline void bench_progress(void *data, const struct scan_progress *progress)
{
	struct scan_bench *b = data;
	assert_non_null(progress);
	b->told++;
}

static inline void bench_begin(struct scan_bench *b, const struct scan_order *order)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	const struct scan_user user = {
		.data = b, .found = bench_found, .progress = bench_progress
	};
	memset(b, 0, sizeof(*b));
	timing_init(&b->timing, &line, BUS_LATENCY_AUTO);
	exchange_init(&b->exchange, &b->timing, &b->counters);
	b->scan = scan_create(&b->exchange, order, &user);
	assert_non_null(b->scan);
}

static inline void bench_end(struct scan_bench *b)
{
	scan_destroy(b->scan);
}

/* The next request: its bytes in b->exchange.request. False when the scan is over. */
static inline bool bench_ask(struct scan_bench *b)
{
	return b->scan->task.ops->ask(&b->scan->task, b->now) == TASK_EXCHANGE;
}

static inline int bench_c(const struct scan_bench *b)
{
	return b->exchange.request[1];
}

static inline int bench_a(const struct scan_bench *b)
{
	return b->exchange.request[2];
}

/* How it ended, `delay` after the request, or negative. */
static inline void bench_take(
		struct scan_bench *b, enum exchange_outcome outcome, int64_t delay)
{
	struct exchange *exchange = &b->exchange;
	exchange_abort(exchange, b->now);
	b->now += 200000;
	exchange->sent_at = b->now;
	exchange->first_at = delay < 0 ? -1 : b->now + delay;
	exchange->failure = (struct exchange_failure){ 0 };
	if (outcome == EXCHANGE_SILENT) {
		exchange->failure.trouble = EXCHANGE_TROUBLE_SILENCE;
	} else if (outcome == EXCHANGE_BAD) {
		exchange->failure.trouble = EXCHANGE_TROUBLE_FRAME;
		exchange->failure.received = 1;
	}
	exchange->outcome = outcome;
	b->scan->task.ops->take(&b->scan->task, b->now);
}

/* A telegram with this identity, from this address, is the answer. */
static inline void bench_data(struct scan_bench *b, uint8_t a, uint32_t id)
{
	const struct mg_identity identity = { id, 0x2C2D, 0x10, 0x04 };
	uint8_t data[12] = { 0 };
	mg_identity_put(&identity, data);
	const struct mg_frame frame = {
		.type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = a,
		.ci = 0x72,
		.data = { data, sizeof(data) },
	};
	size_t size = mg_frame_build(&frame, b->answer, sizeof(b->answer));
	assert_int_equal(mg_frame_parse(b->answer, size, &b->exchange.link.frame,
							 &b->exchange.link.length),
			MG_FAULT_NONE);
}

/* Asked this, it ends so. */
static inline void bench_step(
		struct scan_bench *b, int c, int a, enum exchange_outcome outcome, int64_t delay)
{
	assert_true(bench_ask(b));
	assert_int_equal(bench_c(b), c);
	assert_int_equal(bench_a(b), a);
	bench_take(b, outcome, delay);
}

/* An order for these addresses. */
static inline struct scan_order bench_addresses(const int *list, size_t count)
{
	struct scan_order order = { .kind = SCAN_PRIMARY };
	for (size_t i = 0; i < count; i++) {
		order.addresses[list[i] / 8] |= (uint8_t)(1u << (list[i] % 8));
	}
	return order;
}
#define ADDRESSES(...)                                                                   \
	bench_addresses((const int[]){ __VA_ARGS__ },                                        \
			sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

#endif
