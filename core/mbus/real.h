/* SPDX-License-Identifier: MIT */
/* Exact decimals of IEEE 754 single precision numbers. */
#ifndef MBUS_REAL_H
#define MBUS_REAL_H

#include <stdbool.h>
#include <stdint.h>

/* A decimal: ±digits × 10^exponent. */
struct decimal {
	uint64_t digits;
	int32_t exponent;
	bool negative;
};

/* The shortest decimal that rounds back to the number with these bits, and of those the
   nearest. False for NaN and infinities. */
bool real_decimal(uint32_t bits, struct decimal *decimal);

#endif
