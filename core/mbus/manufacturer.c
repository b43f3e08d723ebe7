/* SPDX-License-Identifier: MIT */
/* Who is behind the three letters of a manufacturer. */
#include <metergate/mbus.h>

enum { LETTERS = 0x7FFF }; /* bit 15 says that addresses are not unique */

struct manufacturer {
	char letters[4];
	const char *name;
};

static const struct manufacturer manufacturers[] = {
#include "mbus/manufacturer_names.inc"
};

static uint16_t code_of(const struct manufacturer *manufacturer)
{
	const char *letters = manufacturer->letters;
	return (uint16_t)((letters[0] - 'A' + 1) << 10 | (letters[1] - 'A' + 1) << 5 |
					  (letters[2] - 'A' + 1));
}

const char *mg_manufacturer_name(uint16_t code)
{
	uint16_t wanted = code & LETTERS;
	size_t first = 0, end = sizeof(manufacturers) / sizeof(manufacturers[0]);
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		uint16_t found = code_of(&manufacturers[middle]);
		if (found == wanted) {
			return manufacturers[middle].name;
		}
		if (found < wanted) {
			first = middle + 1;
		} else {
			end = middle;
		}
	}
	return NULL;
}
