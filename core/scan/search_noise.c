/* SPDX-License-Identifier: MIT */
/* How much the line damages, and how often a search asks for that reason. */
#include "scan/search_noise.h"

/* No line that can be used at all loses more. */
#define LOSS_MOST 0.5

void search_noise_note(struct search_noise *noise, size_t bytes, bool wrong)
{
	noise->bytes += bytes;
	noise->wrong += wrong;
}

bool search_noise_seen(const struct search_noise *noise)
{
	return noise->wrong > 0;
}

/* The share of selections that are lost; one failure more than were seen, so that few of
   them do not make it look better than it is. */
static double loss(const struct search_noise *noise)
{
	double rate =
			(double)(noise->wrong + 1) / (double)(noise->bytes + SEARCH_SELECT_BYTES);
	double kept = 1;
	for (unsigned i = 0; i < SEARCH_SELECT_BYTES && rate < 1; i++) {
		kept *= 1 - rate;
	}
	return rate >= 1 || kept < 1 - LOSS_MOST ? LOSS_MOST : 1 - kept;
}

unsigned search_noise_sends(const struct search_noise *noise, size_t meters)
{
	if (!search_noise_seen(noise)) {
		return 1;
	}
	double lost = loss(noise);
	double missed = lost * (double)(meters + 1);
	unsigned sends = 1;
	while (sends < SEARCH_NOISE_SENDS_MAX && missed > 1.0 / SEARCH_NOISE_MISS) {
		missed *= lost;
		sends++;
	}
	return sends;
}
