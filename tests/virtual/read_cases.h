/* SPDX-License-Identifier: MIT */
/* How fast a master reads many meters on a simulated bus, from the second cycle on. */
#ifndef TESTS_READ_CASES_H
#define TESTS_READ_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slaves.h"

struct read_case {
	const char *name;
	size_t meters;
	bool several;       /* three telegrams each */
	bool secondary;     /* by secondary address */
	uint32_t baud;      /* 0: 2400 */
	size_t dead;        /* of the meters */
	uint32_t disturbed; /* characters of a million */
	size_t cycles;      /* that are measured: the more, the less chance counts; 0: 40 */
	unsigned least;     /* per cent of the limit that are to be reached */
	int64_t way, block; /* µs, of the converter */
	/* Other meters than random ones; NULL: those. What is dead is said there, too. */
	const struct slaves_plan *plan;
};

struct read_result {
	int64_t time;  /* µs for one cycle, on average */
	int64_t limit; /* µs: the bytes needed, the delays of the slaves, 11 bits of rest */
	double requests;               /* for each cycle, by the log of the segment */
	size_t read;                   /* meters that were read in the worst cycle */
	size_t expected;               /* meters that could be */
	size_t shortest, longest;      /* telegrams, bytes */
	int64_t delay_low, delay_high; /* µs, of the slaves */
};

/* One bus of this seed. False when memory is short. */
bool read_case_run(
		const struct read_case *what, uint64_t seed, struct read_result *result);

#endif
