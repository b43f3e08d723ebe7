/* SPDX-License-Identifier: MIT */
/* Notes about the bytes of data records. */
#ifndef MBUS_EXPLAIN_RECORD_H
#define MBUS_EXPLAIN_RECORD_H

#include "mbus/explain_note.h"

/* Explains all that is left of the layer as records. `telegram` says in which direction
   they go and which byte comes first; its bytes are not looked at. */
void explain_record_all(struct explain *explain, const struct mg_telegram *telegram);

/* The same for the DIBs and VIBs of records without data, as a format frame has them. */
void explain_record_formats(struct explain *explain, const struct mg_telegram *telegram);

#endif
