/* SPDX-License-Identifier: MIT */
/* Notes about the fixed data structure. */
#ifndef MBUS_EXPLAIN_FIXED_H
#define MBUS_EXPLAIN_FIXED_H

#include "mbus/explain_note.h"

/* Explains the two unit bytes and the two counters, as far as they are there. */
void explain_fixed(struct explain *explain, const struct mg_telegram *telegram);

#endif
