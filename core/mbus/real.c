/* SPDX-License-Identifier: MIT */
/*
 * Turns a single precision number into the shortest decimal that rounds back to it, by
 * integers alone: digits are made one by one until what is left is smaller than half the
 * distance to the neighbouring numbers.
 */
#include "mbus/real.h"

#include <string.h>

enum {
	FRACTION_BITS = 23,
	FRACTION_MASK = (1 << FRACTION_BITS) - 1,
	EXPONENT_MAX = 255,
	EXPONENT_BIAS = 150, /* of the last bit of the mantissa */
	SMALL_BITS = 58,     /* fraction bits that leave room for a factor of ten */
	LIMBS = 6,           /* 2^24 × 10^45 and 2^151 × 10 need fewer than 192 bits */
};

/* A number as mantissa × 2^exponent. */
struct binary {
	uint32_t mantissa;
	int exponent;
	bool even;   /* a decimal right between two numbers rounds to this one */
	bool lowest; /* the neighbour below is only half as far away */
};

/* What is left behind the digits made so far, and half the way to the neighbours. */
struct rest {
	uint64_t value, above, below, one;
};

static bool near_below(const struct rest *rest, bool even)
{
	return even ? rest->value <= rest->below : rest->value < rest->below;
}

static bool near_above(const struct rest *rest, bool even)
{
	uint64_t sum = rest->value + rest->above;
	return even ? sum >= rest->one : sum > rest->one;
}

/* `exponent` is from -SMALL_BITS to -1. Fractions are counted in quarters of the last
   bit, so that half the way to a near neighbour is a whole number. */
static void small_decimal(const struct binary *number, struct decimal *decimal)
{
	unsigned bits = (unsigned)(2 - number->exponent);
	uint64_t one = (uint64_t)1 << bits;
	uint64_t scaled = (uint64_t)number->mantissa << 2;
	struct rest rest = {
		.value = scaled & (one - 1),
		.above = 2,
		.below = number->lowest ? 1 : 2,
		.one = one,
	};
	decimal->digits = scaled >> bits;
	decimal->exponent = 0;
	while (!near_below(&rest, number->even) && !near_above(&rest, number->even)) {
		rest.value *= 10;
		rest.above *= 10;
		rest.below *= 10;
		decimal->digits = decimal->digits * 10 + (rest.value >> bits);
		rest.value &= one - 1;
		decimal->exponent--;
	}
	bool below = near_below(&rest, number->even);
	bool above = near_above(&rest, number->even);
	if (above && (!below || 2 * rest.value >= one)) {
		decimal->digits++;
	}
}

struct big {
	uint32_t limbs[LIMBS]; /* low first */
};

/* `shift` is at most 151. */
static void big_set(struct big *big, uint32_t number, unsigned shift)
{
	uint64_t wide = (uint64_t)number << (shift % 32);
	memset(big, 0, sizeof(*big));
	big->limbs[shift / 32] = (uint32_t)wide;
	big->limbs[shift / 32 + 1] = (uint32_t)(wide >> 32);
}

static void big_multiply(struct big *big, uint32_t factor)
{
	uint64_t carry = 0;
	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)big->limbs[i] * factor;
		big->limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static void big_multiply_power(struct big *big, int power)
{
	while (power-- > 0) {
		big_multiply(big, 10);
	}
}

static int big_compare(const struct big *a, const struct big *b)
{
	for (int i = LIMBS - 1; i >= 0; i--) {
		if (a->limbs[i] != b->limbs[i]) {
			return a->limbs[i] < b->limbs[i] ? -1 : 1;
		}
	}
	return 0;
}

static void big_add(struct big *sum, const struct big *a, const struct big *b)
{
	uint64_t carry = 0;
	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)a->limbs[i] + b->limbs[i];
		sum->limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static void big_subtract(struct big *a, const struct big *b)
{
	uint64_t borrow = 0;
	for (int i = 0; i < LIMBS; i++) {
		uint64_t difference = (uint64_t)a->limbs[i] - b->limbs[i] - borrow;
		a->limbs[i] = (uint32_t)difference;
		borrow = difference >> 63;
	}
}

/* The number is value / one; its neighbours are below and above by twice as much. */
struct big_rest {
	struct big value, above, below, one;
};

static bool big_near_below(const struct big_rest *rest, bool even)
{
	int order = big_compare(&rest->value, &rest->below);
	return even ? order <= 0 : order < 0;
}

static bool big_near_above(const struct big_rest *rest, bool even)
{
	struct big sum;
	big_add(&sum, &rest->value, &rest->above);
	int order = big_compare(&sum, &rest->one);
	return even ? order >= 0 : order > 0;
}

static void big_start(const struct binary *number, struct big_rest *rest)
{
	unsigned up = number->exponent > 0 ? (unsigned)number->exponent : 0;
	unsigned down = number->exponent < 0 ? (unsigned)-number->exponent : 0;
	big_set(&rest->value, number->mantissa, up + 2);
	big_set(&rest->above, 1, up + 1);
	big_set(&rest->below, 1, number->lowest ? up : up + 1);
	big_set(&rest->one, 1, down + 2);
}

/* At most the number of digits before the decimal point, and at least one less. */
static int digits_before_point(const struct binary *number)
{
	int power = number->exponent + 31 - __builtin_clz(number->mantissa);
	int scaled = power * 78913; /* log10(2) × 2^18 */
	return (scaled >= 0 ? scaled >> 18 : -((-scaled + (1 << 18) - 1) >> 18)) + 1;
}

/* Divides everything by 10^places. */
static void big_scale(struct big_rest *rest, int places)
{
	big_multiply_power(&rest->one, places);
	big_multiply_power(&rest->value, -places);
	big_multiply_power(&rest->above, -places);
	big_multiply_power(&rest->below, -places);
}

static unsigned big_next_digit(struct big_rest *rest)
{
	unsigned digit = 0;
	big_scale(rest, -1);
	while (big_compare(&rest->value, &rest->one) >= 0) {
		big_subtract(&rest->value, &rest->one);
		digit++;
	}
	return digit;
}

static void big_decimal(const struct binary *number, struct decimal *decimal)
{
	struct big_rest rest;
	int places = digits_before_point(number);
	bool below, above;
	big_start(number, &rest);
	big_scale(&rest, places);
	if (big_near_above(&rest, number->even)) {
		big_multiply(&rest.one, 10);
		places++;
	}
	decimal->digits = 0;
	decimal->exponent = places;
	do {
		decimal->digits = decimal->digits * 10 + big_next_digit(&rest);
		decimal->exponent--;
		below = big_near_below(&rest, number->even);
		above = big_near_above(&rest, number->even);
	} while (!below && !above);
	struct big twice;
	big_add(&twice, &rest.value, &rest.value);
	if (above && (!below || big_compare(&twice, &rest.one) >= 0)) {
		decimal->digits++;
	}
}

bool real_decimal(uint32_t bits, struct decimal *decimal)
{
	int exponent = bits >> FRACTION_BITS & EXPONENT_MAX;
	uint32_t fraction = bits & FRACTION_MASK;
	*decimal = (struct decimal){ .negative = bits >> 31 != 0 };
	if (exponent == EXPONENT_MAX) {
		return false;
	}
	if (exponent == 0 && fraction == 0) {
		return true;
	}
	struct binary number = {
		.mantissa = exponent == 0 ? fraction : fraction | 1u << FRACTION_BITS,
		.exponent = (exponent == 0 ? 1 : exponent) - EXPONENT_BIAS,
		.even = (fraction & 1) == 0,
		.lowest = fraction == 0 && exponent > 1,
	};
	if (number.exponent < 0 && number.exponent >= -SMALL_BITS) {
		small_decimal(&number, decimal);
	} else {
		big_decimal(&number, decimal);
	}
	return true;
}
