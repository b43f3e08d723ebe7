/* SPDX-License-Identifier: MIT */
/* msgpack with the keys of JSON. */
#ifndef ROUTE_ENCODE_MSGPACK_H
#define ROUTE_ENCODE_MSGPACK_H

#include "route/encode_buffer.h"

/* Appends one map. */
void encode_msgpack_write(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options);

#endif
