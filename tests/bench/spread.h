/* SPDX-License-Identifier: MIT */
/* Lowest, middle and highest of some figures. */
#ifndef BENCH_SPREAD_H
#define BENCH_SPREAD_H

#include <stddef.h>

#define SPREAD_MAX 1000 /* further figures are left out */

struct spread {
	double figures[SPREAD_MAX]; /* in order */
	size_t count;
};

static inline void spread_add(struct spread *spread, double figure)
{
	size_t at = spread->count;
	if (at == SPREAD_MAX) {
		return;
	}
	for (; at > 0 && spread->figures[at - 1] > figure; at--) {
		spread->figures[at] = spread->figures[at - 1];
	}
	spread->figures[at] = figure;
	spread->count++;
}

static inline double spread_low(const struct spread *spread)
{
	return spread->count > 0 ? spread->figures[0] : 0;
}

static inline double spread_median(const struct spread *spread)
{
	return spread->count > 0 ? spread->figures[spread->count / 2] : 0;
}

static inline double spread_high(const struct spread *spread)
{
	return spread->count > 0 ? spread->figures[spread->count - 1] : 0;
}

#endif
