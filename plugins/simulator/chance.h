/* SPDX-License-Identifier: MIT */
/* Random numbers that are the same again for the same seed. */
#ifndef SIMULATOR_CHANCE_H
#define SIMULATOR_CHANCE_H

#include <stdint.h>

/* A number below `limit`, or any number when `limit` is 0; *state, any at first, is moved
   on. */
uint64_t chance_draw(uint64_t *state, uint64_t limit);

#endif
