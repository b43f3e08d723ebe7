/* SPDX-License-Identifier: MIT */
/* How much the line damages, as a search sees it, and how often it asks for that. */
#ifndef SCAN_SEARCH_NOISE_H
#define SCAN_SEARCH_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sends of a selection at most before silence is believed. */
#define SEARCH_NOISE_SENDS_MAX 8
/* A selection and its ACK: damage to any of them is silence. */
#define SEARCH_SELECT_BYTES 18
/* A search may miss a meter once in so many. */
#define SEARCH_NOISE_MISS 300

/* All zero at the beginning. */
struct search_noise {
	uint64_t bytes; /* of exchanges of which it is known how they should have ended */
	uint64_t wrong; /* exchanges that ended otherwise */
};

/* An exchange of so many bytes, there and back, came through, or did not. */
void search_noise_note(struct search_noise *noise, size_t bytes, bool wrong);

/* True once anything went wrong. */
bool search_noise_seen(const struct search_noise *noise);

/* How often a selection is sent in all, before its silence is believed: 1 on a clean
   line. `meters` may hide behind one. */
unsigned search_noise_sends(const struct search_noise *noise, size_t meters);

#endif
