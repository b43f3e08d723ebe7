/* SPDX-License-Identifier: MIT */
/* How often something goes wrong, as users write it. */
#ifndef SIMULATOR_RATE_H
#define SIMULATOR_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_ALL 1000000

/* Reads "1%", "0.05%" (at most four decimals) or a number of a million, "500". False when
   it is neither, or more than all. */
bool rate_parse(const char *text, uint32_t *of_a_million);

#endif
