/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259) with exact decimals. */
#ifndef ROUTE_ENCODE_JSON_H
#define ROUTE_ENCODE_JSON_H

#include "route/encode_buffer.h"

/* Appends one object without blanks and line ends. */
void encode_json_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options);

/* Appends a text in quotes, escaped; what is not UTF-8 becomes U+FFFD. */
void encode_json_string(struct encode_buffer *buffer, const char *text);

#endif
