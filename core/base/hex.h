/* SPDX-License-Identifier: MIT */
/* Hexadecimal digits that users write. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

/* The value of a digit in either case, -1 when it is none. */
static inline int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	int lower = digit | 0x20;
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

#endif
