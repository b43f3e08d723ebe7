/* SPDX-License-Identifier: MIT */
/* Turns readings and events into JSON, msgpack, CSV and text: see docs/readings.md. */
#ifndef ROUTE_ENCODE_H
#define ROUTE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include <metergate/plugin.h>
#include <metergate/reading.h>

#include "base/host.h"

/* Bytes that grow; one per user. Begins as all zero. */
struct encode_buffer {
	char *data;
	size_t length, size;
	bool failed; /* memory was short, or a limit was reached: the contents are void */
};

/* One encoded reading may not become longer than this. */
#define ENCODE_SIZE_MAX ((size_t)16 * 1024 * 1024)

/* Frees what the buffer holds and empties it; NULL is accepted. */
void encode_finish(struct encode_buffer *buffer);

struct encode_options {
	bool raw;          /* the telegrams as hex, and the data bytes of every record */
	bool common_units; /* kWh for Wh, GJ for J, kW for W ...: exact shifts */
};

/*
 * Replaces the contents of the buffer by the encoded reading. A NUL follows that `length`
 * does not count. NULL options: neither. MG_FORMAT_CSV_HEADER accepts a NULL reading.
 * False: memory is short, the result would exceed ENCODE_SIZE_MAX, or the format is
 * unknown; the buffer is empty then. Any thread, one at a time for each buffer.
 */
bool encode_reading(struct encode_buffer *buffer, enum mg_format format,
		const struct mg_reading *reading, const struct encode_options *options);

/* For host_set_encoder(), with the default options. */
const void *encode_for_host(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length);
/* Frees what encode_for_host() and its kind keep in *buffer. */
void encode_free(void *buffer);

/* The function like encode_for_host() that encodes with these options. */
host_encode_fn encode_for_options(const struct encode_options *options);

#endif
