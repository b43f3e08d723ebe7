/* SPDX-License-Identifier: MIT */
/* The keys of a reading and their order, which JSON and msgpack share. */
#ifndef ROUTE_ENCODE_OBJECT_H
#define ROUTE_ENCODE_OBJECT_H

#include "route/encode_buffer.h"

#define ENCODE_OBJECT_DEPTH 4 /* maps in maps: reading, meter or record or tags */

struct encode_writer;

/* A key of ours: characters that stand for themselves in every format. */
struct encode_key {
	const char *text; /* may be read up to ENCODE_KEY_ROOM bytes */
	size_t length;
};

#define ENCODE_KEY_ROOM 24 /* so that any key can be copied by a few moves */
#define ENCODE_KEY_PADDING "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ENCODE_KEY_ROW(literal)                                                          \
	{                                                                                    \
		literal ENCODE_KEY_PADDING,                                                      \
				sizeof(literal) - 1 +                                                    \
						0 * sizeof(char[sizeof(literal) <= ENCODE_KEY_ROOM ? 1 : -1])    \
	}
#define ENCODE_NO_KEY ((struct encode_key){ NULL, 0 })
#define ENCODE_KEY(literal) ((struct encode_key)ENCODE_KEY_ROW(literal))

/*
 * How one format writes the parts of an object. Each begins with its key, or has none
 * (`text` is NULL) in an array and for the outermost map. One call for both, since they
 * are many for each record.
 */
struct encode_style {
	void (*open_map)(struct encode_writer *writer, struct encode_key key);
	void (*close_map)(struct encode_writer *writer);
	void (*open_array)(
			struct encode_writer *writer, struct encode_key key, uint32_t count);
	void (*close_array)(struct encode_writer *writer);
	void (*nothing)(struct encode_writer *writer, struct encode_key key);
	void (*truth)(struct encode_writer *writer, struct encode_key key, bool value);
	void (*count)(struct encode_writer *writer, struct encode_key key, uint64_t value);
	void (*string)(struct encode_writer *writer, struct encode_key key, const char *text);
	void (*hex)(
			struct encode_writer *writer, struct encode_key key, struct mg_bytes bytes);
	/* The value of a record, in its map; may add keys. |exponent| <= 128. */
	void (*decimal)(struct encode_writer *writer, struct encode_key key, int64_t mantissa,
			int32_t exponent);
	/* A plain decimal of any length. */
	void (*wide)(struct encode_writer *writer, struct encode_key key, const char *digits);
	/* A key that a user made up, and its text. */
	void (*tag)(struct encode_writer *writer, const char *key, const char *text);
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
