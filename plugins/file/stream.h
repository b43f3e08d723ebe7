/* SPDX-License-Identifier: MIT */
/* Writes to what cannot be cut: standard output, pipes and devices. */
#ifndef FILE_STREAM_H
#define FILE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream_wait {
	int64_t timeout_ms;       /* for how long a full pipe may block */
	bool (*stop)(void *data); /* asked every STREAM_SLICE_MS: give up now? */
	void *data;
};

#define STREAM_SLICE_MS 100

/*
 * Writes all of it or says how much was *written.
 *   -ETIMEDOUT  nobody made room in time
 *   -ECANCELED  stop() said so while there was no room
 *   -EPIPE      the other side is gone
 * and what write(2) says. Never blocks in write(2) on a pipe, also when the descriptor is
 * a blocking one.
 */
int stream_write(int fd, const char *data, size_t size, size_t *written,
		const struct stream_wait *wait);

#endif
