/* SPDX-License-Identifier: MIT */
/* Headers of telegrams, for those who read one later than the telegram. */
#ifndef MBUS_TELEGRAM_H
#define MBUS_TELEGRAM_H

#include <stdbool.h>

#include <metergate/mbus.h>

#include "mbus/bytes.h"

/* Reads a header of no, 4 or 12 bytes; false, and nothing read, when the data end inside
   it. Not for the fixed header. */
bool telegram_read_header(
		struct reader *reader, enum mg_header header, struct mg_telegram *telegram);

#endif
