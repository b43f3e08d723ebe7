/* SPDX-License-Identifier: MIT */
/* The data of a record: their length, and what they are worth. */
#ifndef MBUS_VALUE_H
#define MBUS_VALUE_H

#include <metergate/mbus.h>

#include "mbus/bytes.h"
#include "mbus/vib.h"

/*
 * Reads the data behind a VIB into data, coding, flags and value of `record`. The length
 * follows from the data field alone, or from the LVAR byte. On a fault the reader stands
 * at the byte that shows it.
 */
enum mg_fault value_read(
		struct reader *reader, const struct vib *vib, struct mg_data_record *record);

#endif
