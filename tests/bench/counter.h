/* SPDX-License-Identifier: MIT */
/* Time, and cycles and instructions where the machine counts them. */
#ifndef BENCH_COUNTER_H
#define BENCH_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

struct counter {
	int cycles_fd, instructions_fd; /* -1: not counted here */
};

struct counter_reading {
	uint64_t ns, cycles, instructions;
};

void counter_init(struct counter *counter);
void counter_finish(struct counter *counter);
bool counter_counts(const struct counter *counter);

/* Everything since counter_init(), of this thread. */
struct counter_reading counter_read(const struct counter *counter);

#endif
