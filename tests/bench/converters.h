/* SPDX-License-Identifier: MIT */
/* A process that plays TCP converters, each with one meter on a bus that never rests. */
#ifndef BENCH_CONVERTERS_H
#define BENCH_CONVERTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct converters {
	pid_t pid;
	uint16_t port; /* on the loopback: every connection is a converter of its own */
};

/* Forks. `block` characters are handed on at once, 1: each by itself. */
bool converters_start(struct converters *converters, unsigned baud, unsigned block);
void converters_stop(struct converters *converters);

#endif
