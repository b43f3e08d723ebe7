/* SPDX-License-Identifier: MIT */
/* Date and time types F, G, I and J, to be written. */
#ifndef MBUS_BUILD_DATE_H
#define MBUS_BUILD_DATE_H

#include <metergate/mbus.h>

enum { BUILD_DATE_MAX = 6 }; /* bytes of the longest type */

/*
 * Writes a value that was read from `size` bytes, low byte first: 2 are type G, 3 are J,
 * 4 are F and 6 are I. `summer` says that the meter marked summer time. False when no
 * such bytes would be read as this value.
 */
bool build_date_value(uint8_t bytes[BUILD_DATE_MAX], size_t size,
		const struct mg_value *value, bool summer);

#endif
