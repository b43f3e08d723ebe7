/* SPDX-License-Identifier: MIT */
/* Takes the contents of a file apart into telegrams: lines of hex, dumps, bytes, or a
   capture of a bus. */
#ifndef CLI_DECODE_INPUT_H
#define CLI_DECODE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "secure/secure.h"

#define DECODE_INPUT_PLACE_SIZE 400
#define DECODE_INPUT_WRONG_SIZE 640

/* A telegram, or what is wrong with the input in its place. */
struct decode_item {
	/* "tests.hex:3", "bus.bin, offset 40", "bus.mgc, 2026-03-01T12:00:00.000Z, ..." */
	const char *place;
	struct mg_bytes telegram;
	const struct secure_key *key; /* of this telegram; NULL for none */
	const char *hint;             /* what helps against what is wrong with it, or NULL */
	/* "tests.hex:3:17: 'g' is no hex digit; ...", or NULL. `telegram` is empty then. */
	const char *wrong;
	size_t offset; /* of what is wrong: characters of the line, or bytes, from 0 */
	/* Of captures: when it was complete (µs since 1970), where, and who was asked. */
	int64_t time;             /* 0: not known */
	const char *bus, *device; /* NULL: not known */
};

/* Valid for the length of the call. */
typedef void (*decode_item_fn)(void *context, const struct decode_item *item);

struct decode_input_options {
	const char *name; /* of the file, for people */
	bool loose;       /* dumps, too */
	bool binary;      /* bytes, whatever they look like */
	bool frames;      /* of captures: also frames that carry no data */
};

struct decode_input;

/* The options' name must outlive it. NULL when memory is short. */
struct decode_input *decode_input_create(
		const struct decode_input_options *options, decode_item_fn take, void *context);
void decode_input_destroy(struct decode_input *input);

/* The next bytes of the file, any number at a time. Items come in their order, as soon as
   they are complete. */
void decode_input_feed(struct decode_input *input, const void *bytes, size_t size);
/* The file ends: gives what is left. */
void decode_input_end(struct decode_input *input);

#endif
