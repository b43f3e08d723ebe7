/* SPDX-License-Identifier: MIT */
/* Notes about the data of records. */
#ifndef MBUS_EXPLAIN_DATA_H
#define MBUS_EXPLAIN_DATA_H

#include "mbus/explain_note.h"
#include "mbus/vib.h"

enum { DATA_LVAR = 0x0D }; /* the data field of variable length */

/* What a data field (0 ... 15) means, such as "32 bit integer". */
const char *explain_data_field(unsigned data_field);

/* Explains an LVAR byte that is not reserved; what would be text is bytes when `raw`. */
void explain_data_lvar(struct explain *explain, bool raw);

/* Explains the data of a record that was read, LVAR byte included. */
void explain_data(struct explain *explain, const struct mg_data_record *record,
		const struct vib *vib);

/* Adds the value with its unit, or why there is none. */
void explain_data_value(struct explain *explain, const struct mg_data_record *record);

#endif
