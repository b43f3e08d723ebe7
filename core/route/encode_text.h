/* SPDX-License-Identifier: MIT */
/* Lines for people. */
#ifndef ROUTE_ENCODE_TEXT_H
#define ROUTE_ENCODE_TEXT_H

#include "route/encode_buffer.h"
#include "route/encode_value.h"

/* Appends one line without its end. */
void encode_text_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options);

/* Appends a text that stays on its line: control characters become blanks, what is not
   UTF-8 becomes U+FFFD. */
void encode_text_clean(struct encode_buffer *buffer, const char *text);

/* Appends a value without its unit; nothing when there is none. */
void encode_text_value(struct encode_buffer *buffer, const struct encode_value *value);

#endif
