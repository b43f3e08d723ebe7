/* SPDX-License-Identifier: MIT */
/* Reads rates without floating point. */
#include "rate.h"

#include <stddef.h>
#include <string.h>

#define PERCENT 10000 /* of a million */

static const char *read_digits(const char *text, size_t most, uint32_t *number)
{
	size_t count = 0;
	for (; count < most && text[count] >= '0' && text[count] <= '9'; count++) {
		*number = *number * 10 + (uint32_t)(text[count] - '0');
	}
	return count > 0 ? text + count : NULL;
}

bool rate_parse(const char *text, uint32_t *of_a_million)
{
	uint32_t whole = 0, decimals = 0, scale = PERCENT;
	const char *at = read_digits(text, 7, &whole), *point;
	if (at == NULL) {
		return false;
	}
	if (*at == '\0') {
		*of_a_million = whole;
		return whole <= RATE_ALL;
	}
	if (*at == '.') {
		point = at + 1;
		at = read_digits(point, 4, &decimals);
		for (const char *digit = point; at != NULL && digit < at; digit++) {
			scale /= 10;
		}
	}
	if (at == NULL || strcmp(at, "%") != 0 || whole > 100) {
		return false;
	}
	*of_a_million = whole * PERCENT + decimals * scale;
	return *of_a_million <= RATE_ALL;
}
