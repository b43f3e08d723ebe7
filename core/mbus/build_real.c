/* SPDX-License-Identifier: MIT */
/* Finds the single precision number that a decimal stands for, by bisection: shortest
   decimals grow with the bits of their numbers. */
#include "mbus/build_real.h"

#include "mbus/real.h"

enum {
	BITS_SMALLEST = 1,
	BITS_LARGEST = 0x7F7FFFFF, /* of a finite number */
	EXPONENT_LIMIT = 60,       /* beyond those of all shortest decimals */
};

#define DIGITS_LIMIT UINT64_C(10000000000) /* more than any shortest decimal has */

/* True when a < b. Digits grow by a place only while they are the smaller ones. */
static bool smaller(struct decimal a, struct decimal b)
{
	while (a.exponent > b.exponent && a.digits <= b.digits) {
		a.digits *= 10;
		a.exponent--;
	}
	while (b.exponent > a.exponent && b.digits <= a.digits) {
		b.digits *= 10;
		b.exponent--;
	}
	return a.digits < b.digits;
}

bool build_real_bits(uint64_t digits, int32_t exponent, uint32_t *bits)
{
	const struct decimal wanted = { .digits = digits, .exponent = exponent };
	struct decimal found;
	uint32_t low = BITS_SMALLEST, high = BITS_LARGEST;
	if (digits == 0) {
		*bits = 0;
		return exponent == 0;
	}
	if (digits >= DIGITS_LIMIT || exponent < -EXPONENT_LIMIT ||
			exponent > EXPONENT_LIMIT) {
		return false;
	}
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		real_decimal(middle, &found);
		if (smaller(found, wanted)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*bits = low;
	real_decimal(low, &found);
	return found.digits == digits && found.exponent == exponent;
}
