/* SPDX-License-Identifier: MIT */
/* How fast, and how completely, a scan finds the meters of a simulated bus. */
#ifndef TESTS_SCAN_CASES_H
#define TESTS_SCAN_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/scan.h"
#include "meter.h"

/* What the meters have in common. */
enum scan_lot {
	SCAN_LOT_RANDOM,
	SCAN_LOT_CONSECUTIVE,
	SCAN_LOT_ONE_NUMBER, /* they differ in manufacturer, version or medium alone */
};

struct scan_case {
	const char *name;
	enum scan_kind kind;
	size_t meters;
	enum scan_lot lot;
	bool fast;
	bool known;         /* all are in the inventory, and only those are asked */
	bool identify;      /* primary: with identity */
	bool scattered;     /* primary: anywhere within 0-250, otherwise 1, 2, 3 ... */
	uint32_t baud;      /* 0: 2400 */
	uint32_t disturbed; /* characters of a million */
	int64_t delay_low, delay_high; /* of the meters, bits; 0: 11 */
	int64_t delay_more;            /* and up to so many µs on top */
	int64_t jitter;                /* µs, drawn for each answer */
	int64_t way, block;            /* µs, of the converter */
	bool blind;                    /* without parity */
	int64_t limit;                 /* s, in which the median is to be done; 0: none */
	int64_t seldom;                /* runs of a hundred that may lose a meter */
	/* Changes the meters before the scan begins; may be NULL. */
	void (*prepare)(struct meter *meters, size_t count, uint64_t seed);
};

struct scan_result {
	bool over;     /* came to its end */
	int64_t time;  /* µs, from the first request to the end */
	int64_t ideal; /* µs: the same with all addresses known, and with nothing in between
					*/
	size_t found, missed, phantoms, collisions, mute;
	uint64_t requests; /* by the log of the segment */
	struct scan_progress progress;
	size_t shortest, longest;      /* telegrams, bytes */
	int64_t delay_low, delay_high; /* µs */
};

/* One bus of this seed. False when memory is short. */
bool scan_case_run(
		const struct scan_case *what, uint64_t seed, struct scan_result *result);

#endif
