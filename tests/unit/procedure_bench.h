/* SPDX-License-Identifier: MIT */
/* Procedures on a virtual clock, against written-down dialogues. */
#ifndef TESTS_PROCEDURE_BENCH_H
#define TESTS_PROCEDURE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "procedure/procedure.h"

/*
 * One request and what comes back, in hex: "E5" stands for itself, "10 ..." and "68 ..."
 * get length fields, checksum and stop byte added. NULL is silence. "wait" in place of a
 * request: the procedure leaves the bus to others, and time passes until it wakes.
 */
struct line {
	const char *request, *answer;
	uint32_t baud; /* at which it is sent; 0: 2400 */
};

#define NONE                                                                             \
	{                                                                                    \
		NULL, NULL, 0                                                                    \
	}
#define TRIES 2
#define START 1000000
/* Sunday, 2026-11-22 12:00:00 UTC, µs. */
#define NOON ((int64_t)1795348800 * 1000000)

struct fixture {
	struct exchange exchange;
	struct bus_counters counters;
	struct timing timing;
	struct procedure_order order;
	struct procedure *procedure;
	int64_t now;
	int64_t waited;
	int64_t delay; /* µs until an answer comes */
};

static inline void setup(struct fixture *f, enum procedure_kind kind, uint8_t address)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	memset(f, 0, sizeof(*f));
	timing_init(&f->timing, &line, 0);
	exchange_init(&f->exchange, &f->timing, &f->counters);
	f->order.kind = kind;
	f->order.address.primary = address;
	f->order.sub_code = -1;
	f->now = START;
	f->delay = 50000;
}

static inline void secondary(struct fixture *f, const char *identity)
{
	size_t wrong;
	assert_true(bus_address_parse(identity, &f->order.address, &wrong));
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
	if (size < 2 || (bytes[0] != 0x10 && bytes[0] != 0x68)) {
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

static inline void tick(struct fixture *f)
{
	f->now = exchange_deadline(&f->exchange);
	exchange_tick(&f->exchange, f->now);
}

static inline void expect_request(struct fixture *f, const struct line *line)
{
	uint8_t expected[MG_FRAME_MAX + 8];
	const uint8_t *bytes = NULL;
	while (exchange_deadline(&f->exchange) != EXCHANGE_NEVER) {
		tick(f);
	}
	size_t size = exchange_output(&f->exchange, &bytes, f->now);
	size_t wanted = frame_of(line->request, expected);
	if (size != wanted || memcmp(bytes, expected, size) != 0) {
		for (size_t i = 0; i < size; i++) {
			print_message("%02X ", bytes[i]);
		}
		print_message("was sent in place of: %s\n", line->request);
	}
	assert_int_equal(size, wanted);
	assert_memory_equal(bytes, expected, size);
	assert_int_equal(exchange_baud(&f->exchange), line->baud != 0 ? line->baud : 2400);
	exchange_sent(&f->exchange, f->now);
}

static inline void answer(struct fixture *f, const char *text)
{
	uint8_t frame[MG_FRAME_MAX + 8];
	if (text != NULL) {
		int64_t comes = f->now + f->delay;
		while (exchange_deadline(&f->exchange) <= comes) {
			tick(f);
		}
		f->now = comes;
		size_t size = frame_of(text, frame);
		exchange_input(&f->exchange, frame, size, 0, f->now);
	}
	while (exchange_deadline(&f->exchange) != EXCHANGE_NEVER) {
		tick(f);
	}
}

/* The bus is free now; somebody else may have used the exchange meanwhile. */
static inline enum task_next wait(struct fixture *f, struct task *task)
{
	assert_true(task->yields);
	assert_true(task->wake > f->now);
	assert_int_equal(task->ops->ask(task, f->now + 1), TASK_WAIT);
	f->waited += task->wake - f->now;
	f->now = task->wake;
	return task->ops->ask(task, f->now);
}

static inline void begin(struct fixture *f)
{
	f->procedure = procedure_create(&f->exchange, &f->order, TRIES, NOON, f->now);
	assert_non_null(f->procedure);
}

/* Each request is sent; what the procedure wants then. */
static inline enum task_next talk(struct fixture *f, const struct line *lines)
{
	begin(f);
	struct task *task = procedure_task(f->procedure);
	enum task_next next = task->ops->ask(task, f->now);
	for (; lines->request != NULL; lines++) {
		if (strcmp(lines->request, "wait") == 0) {
			assert_int_equal(next, TASK_WAIT);
			next = wait(f, task);
			continue;
		}
		assert_int_equal(next, TASK_EXCHANGE);
		expect_request(f, lines);
		answer(f, lines->answer);
		if (!exchange_busy(&f->exchange)) {
			task->ops->take(task, f->now);
			next = task->ops->ask(task, f->now);
		}
	}
	return next;
}

/* Behind these requests it is cut off. */
static inline void converse_and_stop(struct fixture *f, const struct line *lines)
{
	assert_int_equal(talk(f, lines), TASK_EXCHANGE);
	exchange_abort(&f->exchange, f->now);
	struct task *task = procedure_task(f->procedure);
	task->ops->stop(task, f->now);
}

/* The whole dialogue: none is left over. */
static inline void converse(struct fixture *f, const struct line *lines)
{
	enum task_next next = talk(f, lines);
	if (next != TASK_OVER) {
		print_message("not over after %s\n", f->procedure != NULL ? "the dialogue" : "");
	}
	assert_int_equal(next, TASK_OVER);
}

/* It ended so, and said this somewhere. */
static inline void assert_ended(
		struct fixture *f, enum procedure_verdict verdict, const char *words)
{
	if (strstr(procedure_text(f->procedure), words) == NULL) {
		print_message("%s\n", procedure_text(f->procedure));
	}
	assert_int_equal(procedure_verdict(f->procedure), verdict);
	assert_non_null(strstr(procedure_text(f->procedure), words));
	assert_int_equal(procedure_worked(f->procedure), verdict == PROCEDURE_WORKED);
}

static inline void finish(struct fixture *f)
{
	procedure_destroy(f->procedure);
}

#endif
