/* SPDX-License-Identifier: MIT */
/* How much a line damages, judged by what was heard, and what that asks of a sweep. */
#ifndef SCAN_SWEEP_NOISE_H
#define SCAN_SWEEP_NOISE_H

#include <stdint.h>

/* Passes over the silent addresses at most, however bad the line is. */
#define SWEEP_NOISE_PASSES_MAX 6
/* A meter may be missed once in so many. */
#define SWEEP_NOISE_MISS 20000

/* All zero at the beginning. */
struct sweep_noise {
	uint32_t bytes;   /* of answers that were heard */
	uint32_t damaged; /* answers that were not what they became when asked again */
	uint32_t asked;   /* probes of meters that are there */
	uint32_t missed;  /* and those of them that were not answered */
};

/* How likely (ppm) a probe of a meter that is there brings silence. 0: nothing was ever
   damaged or missed. */
uint32_t sweep_noise_rate(const struct sweep_noise *noise);
/* How often silent addresses have to be asked in all, 1 ... SWEEP_NOISE_PASSES_MAX. */
unsigned sweep_noise_passes(const struct sweep_noise *noise);

#endif
