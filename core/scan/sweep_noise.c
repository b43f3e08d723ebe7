/* SPDX-License-Identifier: MIT */
/* How much a line damages, and how often silent addresses are asked for that reason. */
#include "scan/sweep_noise.h"

#define MILLION 1000000u
/* SND_NKE is five bytes and its answer one: damage to any of them hides a meter. */
#define PROBE_BYTES 6u
/* Worse than this a line cannot be used at all. */
#define RATE_MOST 500000u

static uint64_t share(uint64_t part, uint64_t whole)
{
	return whole == 0 ? (part > 0 ? RATE_MOST : 0) : part * MILLION / whole;
}

uint32_t sweep_noise_rate(const struct sweep_noise *noise)
{
	/* Of what was seen once or twice there may well be more. */
	uint64_t seen = noise->damaged > 0 ? (uint64_t)noise->damaged + 1 : 0;
	uint64_t damaged = share(seen * PROBE_BYTES, noise->bytes);
	uint64_t missed = share(noise->missed, noise->asked);
	uint64_t rate = damaged > missed ? damaged : missed;
	return (uint32_t)(rate < RATE_MOST ? rate : RATE_MOST);
}

unsigned sweep_noise_passes(const struct sweep_noise *noise)
{
	uint64_t rate = sweep_noise_rate(noise);
	uint64_t miss = rate;
	unsigned passes = rate > 0 ? 2 : 1;
	while (passes < SWEEP_NOISE_PASSES_MAX &&
			miss * rate / MILLION > MILLION / SWEEP_NOISE_MISS) {
		miss = miss * rate / MILLION;
		passes++;
	}
	return passes;
}
