/* SPDX-License-Identifier: MIT */
/* Single precision numbers from their shortest decimals. */
#ifndef MBUS_BUILD_REAL_H
#define MBUS_BUILD_REAL_H

#include <stdbool.h>
#include <stdint.h>

/* The bits of the positive number for which real_decimal() gives just these digits and
   this exponent. False when there is none. */
bool build_real_bits(uint64_t digits, int32_t exponent, uint32_t *bits);

#endif
