/* SPDX-License-Identifier: MIT */
/* The keys of a reading and their order, which JSON and msgpack share. */
#ifndef ROUTE_ENCODE_OBJECT_H
#define ROUTE_ENCODE_OBJECT_H

#include "route/encode_buffer.h"

#define ENCODE_OBJECT_DEPTH 4 /* maps in maps: reading, meter or record or tags */

struct encode_writer;

/* A key of ours: characters that stand for themselves in every format. */
struct encode_key {
	const char *text;
	size_t length;
};

#define ENCODE_KEY(literal) ((struct encode_key){ literal, sizeof(literal) - 1 })

/* How one format writes the parts of an object. */
struct encode_style {
	void (*open_map)(struct encode_writer *writer);
	void (*close_map)(struct encode_writer *writer);
	void (*open_array)(struct encode_writer *writer, uint32_t count);
	void (*close_array)(struct encode_writer *writer);
	void (*key)(struct encode_writer *writer, struct encode_key key);
	void (*tag)(struct encode_writer *writer, const char *key);
	void (*nothing)(struct encode_writer *writer);
	void (*truth)(struct encode_writer *writer, bool value);
	void (*count)(struct encode_writer *writer, uint64_t value);
	void (*string)(struct encode_writer *writer, const char *text);
	void (*hex)(struct encode_writer *writer, struct mg_bytes bytes);
	/* The value of a record, in its map; may add keys. |exponent| <= 128. */
	void (*decimal)(struct encode_writer *writer, int64_t mantissa, int32_t exponent);
	/* A plain decimal of any length. */
	void (*wide)(struct encode_writer *writer, const char *digits);
};

struct encode_writer {
	const struct encode_style *style;
	struct encode_buffer *buffer;
	struct {
		size_t start; /* of the map in the buffer */
		uint32_t keys;
	} maps[ENCODE_OBJECT_DEPTH];
	uint32_t depth;
};

/* Writes a reading or an event as one map. */
void encode_object_write(struct encode_writer *writer, const struct mg_reading *reading,
		const struct encode_options *options);

#endif
