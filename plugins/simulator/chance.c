/* SPDX-License-Identifier: MIT */
/* The generator splitmix64. */
#include "chance.h"

uint64_t chance_draw(uint64_t *state, uint64_t limit)
{
	uint64_t mix = *state += 0x9E3779B97F4A7C15u;
	mix = (mix ^ mix >> 30) * 0xBF58476D1CE4E5B9u;
	mix = (mix ^ mix >> 27) * 0x94D049BB133111EBu;
	mix ^= mix >> 31;
	return limit > 0 ? mix % limit : mix;
}
