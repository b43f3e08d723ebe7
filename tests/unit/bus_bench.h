/* SPDX-License-Identifier: MIT */
/* A loop that runs until something is true, for the tests of the bus. */
#ifndef TESTS_BUS_BENCH_H
#define TESTS_BUS_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

#define BENCH_DEADLINE 20000000 /* µs */
#define BENCH_LOOK 2000         /* µs between two looks at the condition */

struct bench {
	struct loop *loop;
	struct loop_timer *timer;
	bool (*condition)(void *data);
	void *data;
	int64_t deadline;
	bool met;
};

static inline void bench_look(void *data)
{
	struct bench *bench = (struct bench *)data;
	bench->met = bench->condition(bench->data);
	if (bench->met || loop_clock() >= bench->deadline) {
		loop_stop(bench->loop);
		return;
	}
	loop_timer_set(bench->timer, loop_clock() + BENCH_LOOK);
}

static inline void bench_init(struct bench *bench)
{
	bench->loop = loop_create();
	bench->timer = loop_timer_create(bench->loop, bench_look, bench);
}

static inline void bench_finish(struct bench *bench)
{
	loop_timer_destroy(bench->timer);
	loop_destroy(bench->loop);
}

/* Serves the loop until `condition` holds; false when that does not happen in time. */
static inline bool bench_wait(
		struct bench *bench, bool (*condition)(void *data), void *data)
{
	bench->condition = condition;
	bench->data = data;
	bench->deadline = loop_clock() + BENCH_DEADLINE;
	loop_timer_set(bench->timer, loop_clock());
	loop_run(bench->loop);
	return bench->met;
}

#endif
