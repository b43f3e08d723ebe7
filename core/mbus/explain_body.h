/* SPDX-License-Identifier: MIT */
/* Notes about what a telegram carries. */
#ifndef MBUS_EXPLAIN_BODY_H
#define MBUS_EXPLAIN_BODY_H

#include "mbus/explain_note.h"

/*
 * Explains all that follows the CI field of a frame, up to the end of the layer.
 * `telegram` and `fault` are what mg_telegram_parse() found; the telegram may hold more
 * bytes than the layer, when the frame is not whole.
 */
void explain_body(
		struct explain *explain, const struct mg_telegram *telegram, enum mg_fault fault);

/* Explains the record area of a telegram, up to the end of the layer. */
void explain_body_records(struct explain *explain, const struct mg_telegram *telegram);

#endif
