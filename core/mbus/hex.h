/* SPDX-License-Identifier: MIT */
/* Hexadecimal digits, both ways. */
#ifndef MBUS_HEX_H
#define MBUS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Writes the lowest `digits` digits of `number`, upper case, no NUL. Returns `digits`. */
static inline size_t hex_put(char *text, uint64_t number, size_t digits)
{
	for (size_t i = 0; i < digits; i++) {
		text[i] = "0123456789ABCDEF"[number >> (4 * (digits - 1 - i)) & 15];
	}
	return digits;
}

/* The value of a digit in either case, -1 when it is none. */
static inline int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	if (digit >= 'A' && digit <= 'F') {
		return digit - 'A' + 10;
	}
	if (digit >= 'a' && digit <= 'f') {
		return digit - 'a' + 10;
	}
	return -1;
}

#endif
