/* SPDX-License-Identifier: MIT */
/* The fixed data structure of CI 73h and 77h. */
#ifndef MBUS_FIXED_H
#define MBUS_FIXED_H

#include <metergate/mbus.h>

/* Fills in the record of counter 0 or 1. */
void fixed_read(const struct mg_telegram *telegram, unsigned counter,
		struct mg_data_record *record);

enum {
	FIXED_COUNTERS = 2,
	FIXED_CODES = 64,
};

struct fixed_unit {
	const char *quantity; /* NULL: the code is reserved */
	const char *unit;
	int8_t exponent;
};

/* Indexed by the lower six bits of a unit byte. */
extern const struct fixed_unit fixed_units[FIXED_CODES];

#endif
