/* SPDX-License-Identifier: MIT */
/* Appending to an encode_buffer. After a failure nothing more is added. */
#ifndef ROUTE_ENCODE_BUFFER_H
#define ROUTE_ENCODE_BUFFER_H

#include "route/encode.h"

/* A NUL that is not counted always follows the contents. */
void encode_buffer_add(struct encode_buffer *buffer, const void *data, size_t size);
void encode_buffer_text(struct encode_buffer *buffer, const char *text);
void encode_buffer_char(struct encode_buffer *buffer, char character);
/* At most 160 bytes of result. */
void encode_buffer_format(struct encode_buffer *buffer, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
/* Upper-case digits without blanks. */
void encode_buffer_hex(struct encode_buffer *buffer, struct mg_bytes bytes);

#endif
