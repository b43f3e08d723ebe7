/* SPDX-License-Identifier: MIT */
/* Which records a made-up meter sends at a moment, and in which telegram of a readout. */
#ifndef SIMULATOR_LISTING_H
#define SIMULATOR_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "kinds.h"
#include "telegrams.h"

/* Storages 0 and 1 stand in the first telegram, the history in the further ones. */
#define LISTING_FIRST_STORAGE 2
#define LISTING_MONTHS 6 /* in each of them */
#define LISTING_MAX                                                                      \
	(1 + 2 * KINDS_ROWS_MAX + (TELEGRAM_READOUT_MAX - 1) * 2 * LISTING_MONTHS)

struct listing_entry {
	struct row row;
	size_t part; /* telegram, from 0 */
	bool frozen; /* its value is that of the moment of freezing */
};

struct listing {
	struct listing_entry entries[LISTING_MAX];
	size_t count;
	size_t parts; /* telegrams of the readout */
};

/* The rules are those of telegram_build(). */
void listing_make(struct listing *listing, const struct telegram_source *source,
		const struct telegram_moment *moment);

#endif
