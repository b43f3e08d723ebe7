/* SPDX-License-Identifier: MIT */
/* Meters in step for a search: what several of them answer is the AND of it. */
#ifndef TESTS_SEARCH_BENCH_H
#define TESTS_SEARCH_BENCH_H

#include <stdlib.h>

#include "scan_bench.h"

#define SEARCH_METERS_MAX 8
#define SEARCH_STEPS_MAX 20000

struct search_meter {
	struct mg_identity identity;
	bool mute, nameless, selected;
	bool has_fabrication;
	uint32_t fabrication;
};

struct search_bench {
	struct scan_bench scan; /* first */
	struct search_meter meters[SEARCH_METERS_MAX];
	size_t count;
	size_t selections, reads, exact; /* requests, by what they asked for */
	unsigned lose;                   /* so many selections to come get lost */
};

static inline struct scan_order search_order(void)
{
	return (struct scan_order){ .kind = SCAN_SECONDARY,
		.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX } };
}

static inline void bench_meter(struct search_bench *b, uint32_t id, uint16_t manufacturer,
		uint8_t version, uint8_t medium)
{
	b->meters[b->count++] =
			(struct search_meter){ .identity = { id, manufacturer, version, medium } };
}

/* The header of its answer, as it stands in a long frame of 32 bytes. */
static inline size_t bench_telegram(
		const struct search_meter *meter, size_t index, uint8_t bytes[EXCHANGE_HEARD_MAX])
{
	uint8_t data[23] = { 0 };
	mg_identity_put(&meter->identity, data);
	for (size_t i = 12; i < sizeof(data); i++) {
		data[i] = (uint8_t)(0x2F ^ (index * 0x15 + i * 7));
	}
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = (uint8_t)(index + 1),
		.ci = meter->nameless ? 0x78 : 0x72,
		.data = { data, sizeof(data) } };
	return mg_frame_build(&frame, bytes, EXCHANGE_HEARD_MAX);
}

static inline bool bench_fits(const struct search_meter *meter, const uint8_t *request)
{
	struct mg_identity mask;
	bool enhanced = request[1] > 11;
	mg_identity_get(request + 7, &mask);
	for (unsigned i = 0; enhanced && i < 4; i++) {
		unsigned asked = request[17 + i], has = meter->fabrication >> 8 * i & 0xFF;
		if (!meter->has_fabrication || ((asked & 0xF) != 0xF && (asked ^ has) & 0xF) ||
				(asked >> 4 != 0xF && (asked ^ has) & 0xF0)) {
			return false;
		}
	}
	return mg_identity_match(&mask, &meter->identity);
}

static inline void bench_select(struct search_bench *b)
{
	const uint8_t *request = b->scan.exchange.request;
	bool any = false;
	b->selections++;
	b->exact += request[13] != 0xFF && request[14] != 0xFF;
	if (b->lose > 0) {
		b->lose--;
		bench_take(&b->scan, EXCHANGE_SILENT, -1);
		return;
	}
	for (size_t i = 0; i < b->count; i++) {
		b->meters[i].selected = bench_fits(&b->meters[i], request);
		any = any || b->meters[i].selected;
	}
	b->scan.exchange.heard[0] = 0xE5;
	b->scan.exchange.heard_size = any ? 1 : 0;
	/* bench_take() takes 200 ms to send; a character takes 4584 µs. */
	b->scan.exchange.last_at = b->scan.now + 200000 + (any ? FAST + 4584 : 0);
	bench_take(&b->scan, any ? EXCHANGE_ACK : EXCHANGE_SILENT, any ? FAST : -1);
}

static inline void bench_read(struct search_bench *b)
{
	struct exchange *exchange = &b->scan.exchange;
	uint8_t sum[EXCHANGE_HEARD_MAX];
	size_t answers = 0;
	b->reads++;
	memset(sum, 0xFF, sizeof(sum));
	for (size_t i = 0; i < b->count; i++) {
		uint8_t bytes[EXCHANGE_HEARD_MAX];
		if (!b->meters[i].selected || b->meters[i].mute) {
			continue;
		}
		assert_int_equal(bench_telegram(&b->meters[i], i, bytes), sizeof(bytes));
		for (size_t k = 0; k < sizeof(bytes); k++) {
			sum[k] &= bytes[k];
		}
		answers++;
	}
	memcpy(exchange->heard, sum, sizeof(sum));
	exchange->heard_size = answers > 0 ? sizeof(sum) : 0;
	if (answers == 1) {
		memcpy(b->scan.answer, sum, sizeof(sum));
		assert_int_equal(mg_frame_parse(b->scan.answer, sizeof(sum),
								 &exchange->link.frame, &exchange->link.length),
				MG_FAULT_NONE);
		bench_take(&b->scan, EXCHANGE_DATA, FAST);
	} else {
		bench_take(&b->scan, answers > 0 ? EXCHANGE_BAD : EXCHANGE_SILENT,
				answers > 0 ? FAST : -1);
	}
}

/* Answers one request. False when the search is over. */
static inline bool bench_turn(struct search_bench *b)
{
	enum task_next next;
	while ((next = b->scan.scan->task.ops->ask(&b->scan.scan->task, b->scan.now)) ==
			TASK_WAIT) {
		assert_true(b->scan.scan->task.wake > b->scan.now);
		b->scan.now = b->scan.scan->task.wake;
	}
	if (next == TASK_OVER) {
		return false;
	}
	const uint8_t *request = b->scan.exchange.request;
	if (request[0] == 0x68) {
		bench_select(b);
	} else if ((request[1] & 0xF) == 0xB) {
		bench_read(b);
	} else if (request[2] == MG_A_BROADCAST) {
		bench_take(&b->scan, EXCHANGE_SENT, -1);
	} else {
		bench_take(&b->scan, EXCHANGE_SILENT, -1);
	}
	return true;
}

static inline void bench_run(struct search_bench *b)
{
	for (size_t i = 0; bench_turn(b); i++) {
		assert_true(i < SEARCH_STEPS_MAX);
	}
}

/* The meter with this number that was found, or NULL. */
static inline const struct scan_found *bench_by_id(
		const struct search_bench *b, uint32_t id)
{
	for (size_t i = 0; i < b->scan.scan->count; i++) {
		if (b->scan.scan->found[i].identity.id == id) {
			return &b->scan.scan->found[i];
		}
	}
	return NULL;
}

#endif
