/* SPDX-License-Identifier: MIT */
/* The exchanges of a capture file: who was asked what, and what came back when. */
#ifndef REPLAY_TAPE_H
#define REPLAY_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#define TAPE_FILE_MAX (64 * 1024 * 1024) /* bytes of a file that is loaded */
/* µs behind a request, after which what comes is no answer to it any more. */
#define TAPE_ANSWER_MAX 10000000
#define TAPE_ERROR_SIZE 200

/* Bytes that came in one piece, so long (µs) after the request. */
struct tape_piece {
	int64_t after;
	struct mg_bytes bytes;
};

struct tape_exchange {
	struct mg_bytes request;
	size_t first_piece, piece_count; /* of the answer; none when nobody answered */
	uint64_t plays;
};

/* Bytes in the order of the file. */
struct tape_chunk {
	int64_t time;
	size_t offset, size; /* in `payload` */
	uint8_t kind;
	uint32_t run;
};

/* All zero before tape_load(). */
struct tape {
	uint8_t *payload;
	size_t payload_size;
	struct tape_chunk *chunks;
	size_t chunk_count, chunk_room;
	struct tape_piece *pieces;
	size_t piece_count, piece_room;
	struct tape_exchange *exchanges;
	size_t exchange_count, exchange_room;
	size_t runs;
	size_t damaged; /* bytes of the file that could not be read */
};

/* Reads the file; false after `error` said what is wrong. tape_finish() is needed in any
   case. */
bool tape_load(struct tape *tape, const char *path, char error[TAPE_ERROR_SIZE]);
/* The same from memory. */
bool tape_parse(struct tape *tape, const uint8_t *bytes, size_t size,
		char error[TAPE_ERROR_SIZE]);
void tape_finish(struct tape *tape);

/*
 * The next exchange, in the order of the file, with the same request, or else with one
 * that differs in its frame count bit only; behind the last one the first one follows.
 * NULL when there is none, or, without `loop`, when each was played; *known says which.
 */
struct tape_exchange *tape_play(
		struct tape *tape, const uint8_t *request, size_t size, bool loop, bool *known);

#endif
