/* SPDX-License-Identifier: MIT */
/* The file that a capture is written to: whole entries or none, and what the disk refused
   said in it. One thread at a time; blocks. */
#ifndef CAPTURE_CAPTURE_FILE_H
#define CAPTURE_CAPTURE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/capture_format.h"

/* What capture_file_lost() writes at most. */
#define CAPTURE_FILE_LOST_ROOM                                                           \
	(1 + CAPTURE_FORMAT_DELTA_SIZE + CAPTURE_FORMAT_LENGTH_SIZE + 8 + CAPTURE_FORMAT_CRC)

/* Whole entries, one behind the other. */
struct capture_batch {
	size_t size;
	uint64_t payload; /* bytes of the bus in them */
	int64_t span;     /* µs that they cover */
};

struct capture_file {
	const char *path; /* borrowed */
	int fd;
	off_t size;               /* always at the end of an entry */
	struct capture_batch gap; /* what the disk refused and the file does not say yet */
	/* Of a run that has begun, but could not be written yet. */
	uint8_t head[CAPTURE_FORMAT_HEAD_MAX];
	size_t head_size;
	int error; /* -errno of the last failure, or 0 */
};

/* Opens or creates the file and begins a run in it. 0 or -errno, see capture_create().
   capture_file_finish() is needed in any case. */
int capture_file_init(struct capture_file *file, const char *path, const uint8_t *head,
		size_t head_size);
void capture_file_finish(struct capture_file *file);

/* Appends entries. False when the disk refused them; the file is as it was then, and says
   so once it takes something again. */
bool capture_file_write(struct capture_file *file, const uint8_t *bytes,
		const struct capture_batch *batch);
/* Begins another run: in the file of that name when it is another one by now, or else in
   the one that is open. */
void capture_file_reopen(
		struct capture_file *file, const uint8_t *head, size_t head_size);

/* The entry that says how many bytes are missing, `delta` µs after the one before.
   Returns its length. */
size_t capture_file_lost(
		uint64_t count, int64_t delta, uint8_t bytes[CAPTURE_FILE_LOST_ROOM]);

/* Adds one to the other. */
void capture_batch_add(struct capture_batch *sum, const struct capture_batch *batch);

#endif
