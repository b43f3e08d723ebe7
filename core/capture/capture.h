/* SPDX-License-Identifier: MIT */
/*
 * Writes every byte of a bus to a file, with direction and time (docs/capture.md). The
 * loop thread only fills a bounded ring; a thread of its own writes, and what does not
 * fit is counted and said in the file.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

/* Bytes that may wait for the disk. */
#define CAPTURE_RING (256 * 1024)

enum capture_direction {
	CAPTURE_SENT,     /* by this master */
	CAPTURE_RECEIVED, /* from the bus, also what another master sent */
	CAPTURE_LINE,     /* no bytes: the line was set */
	CAPTURE_OPENED,   /* no bytes: the port was opened, or lost */
	CAPTURE_CLOSED,
};

struct capture;

/* Creates the file (mode 0640), or appends when it is a capture already. `line` is how
   the bus is set at first. Opens a file, so it may block. NULL: *error is -errno, -EEXIST
   for a file that is no capture, -EBUSY when another capture is being written to it. */
struct capture *capture_create(
		const char *path, const char *bus, const struct mg_line *line, int *error);
/* Writes what waits, for at most a second, and closes. NULL is accepted. */
void capture_destroy(struct capture *capture);

/* Loop thread, as all below; never blocks. `now` in µs of loop_clock(). NULL is accepted,
   and nothing happens. */
void capture_note(struct capture *capture, enum capture_direction direction,
		const uint8_t *bytes, size_t size, uint32_t rx_flags, int64_t now);
void capture_line(struct capture *capture, const struct mg_line *line, int64_t now);
/* The file may have been rotated away: what comes from now on goes to a new one of its
   name, in a run of its own. When that cannot be opened, writing goes on where it was. */
void capture_reopen(struct capture *capture);
/* Bytes of the bus that did not fit, or that the disk refused. */
uint64_t capture_lost(const struct capture *capture);
/* -errno of the last write or reopening that failed; 0 while all is well. */
int capture_error(const struct capture *capture);

#endif
