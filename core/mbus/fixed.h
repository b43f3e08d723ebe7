/* SPDX-License-Identifier: MIT */
/* The fixed data structure of CI 73h and 77h. */
#ifndef MBUS_FIXED_H
#define MBUS_FIXED_H

#include <metergate/mbus.h>

/* Fills in the record of counter 0 or 1. */
void fixed_read(const struct mg_telegram *telegram, unsigned counter,
		struct mg_data_record *record);

enum { FIXED_COUNTERS = 2 };

#endif
