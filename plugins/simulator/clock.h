/* SPDX-License-Identifier: MIT */
/* Dates and times as a master sets them. */
#ifndef SIMULATOR_CLOCK_H
#define SIMULATOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <metergate/mbus.h>

/*
 * Reads date and time of type F (4 bytes) or I (6 bytes), or a date of type G (2 bytes),
 * which keeps the time of day that `now` has; s since 1970, without any time zone. False
 * when it is none of them, marked as invalid, or no day of the calendar.
 */
bool clock_read(struct mg_bytes data, int64_t now, int64_t *time);

#endif
