/* SPDX-License-Identifier: MIT */
/* The entries of a capture file (docs/capture.md), one after another. */
#ifndef REPLAY_TAPE_FILE_H
#define REPLAY_TAPE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* Bits 3-0 of the tag of an entry; others do not matter here. */
enum tape_file_kind {
	TAPE_FILE_SENT = 1,
	TAPE_FILE_RECEIVED = 2,
	TAPE_FILE_CLOSED = 5,
	TAPE_FILE_LOST = 6,
};

struct tape_file {
	struct mg_bytes bytes; /* of the whole file; borrowed */
	size_t at;
	bool running; /* entries are expected, otherwise the head of a run */
	size_t runs;
	size_t damaged; /* bytes passed over */
	int64_t time;   /* µs since 1970 */
};

struct tape_file_entry {
	uint8_t kind;
	int64_t time;
	struct mg_bytes content;
};

/* True when the file begins like a capture. */
bool tape_file_is(const struct mg_bytes *bytes);
/* The next entry that can be read, of this run or of the next one; false at the end. */
bool tape_file_next(struct tape_file *file, struct tape_file_entry *entry);

#endif
