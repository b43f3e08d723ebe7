/* SPDX-License-Identifier: MIT */
/* Notes about what stands between the link layer and the records. */
#ifndef MBUS_EXPLAIN_HEADER_H
#define MBUS_EXPLAIN_HEADER_H

#include "mbus/explain_note.h"

/* Explains a header as far as its bytes are there; false when that is not to its end. */
bool explain_header(struct explain *explain, enum mg_header header,
		const struct mg_telegram *telegram);

/* The same for the secondary address of a selection, in which parts may be wild. */
bool explain_header_selection(
		struct explain *explain, const struct mg_telegram *telegram);

#endif
