/* SPDX-License-Identifier: MIT */
/* CSV (RFC 4180) in the long form: one row for each record. */
#ifndef ROUTE_ENCODE_CSV_H
#define ROUTE_ENCODE_CSV_H

#include "route/encode_buffer.h"

/* Appends the row that names the columns. */
void encode_csv_header(struct encode_buffer *buffer);
/* Appends one row for each record, and for what a reading says without one; an event is
   one row. */
void encode_csv_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options);

#endif
