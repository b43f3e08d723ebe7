/* SPDX-License-Identifier: MIT */
/* Reads a capture file (docs/capture.md) as its bytes come. Pure. */
#ifndef CAPTURE_CAPTURE_READ_H
#define CAPTURE_CAPTURE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "capture/capture_format.h"

enum capture_read_kind {
	CAPTURE_READ_RUN, /* a run begins: bus and line are its own */
	CAPTURE_READ_SENT = CAPTURE_FORMAT_SENT,
	CAPTURE_READ_RECEIVED = CAPTURE_FORMAT_RECEIVED,
	CAPTURE_READ_LINE = CAPTURE_FORMAT_LINE,
	CAPTURE_READ_OPENED = CAPTURE_FORMAT_OPENED,
	CAPTURE_READ_CLOSED = CAPTURE_FORMAT_CLOSED,
	CAPTURE_READ_LOST = CAPTURE_FORMAT_LOST, /* `count` bytes of the bus are missing */
	CAPTURE_READ_DAMAGE, /* `count` bytes of the file from `offset` on cannot be read */
};

/* One thing that happened. Valid for the length of the call. */
struct capture_read_event {
	enum capture_read_kind kind;
	int64_t time;         /* µs since 1970; never goes back within a run */
	const char *bus;      /* of the run; "" before the first one. Printable ASCII */
	struct mg_line line;  /* as it is set from now on */
	const uint8_t *bytes; /* SENT, RECEIVED */
	size_t size;
	uint32_t rx_flags; /* enum mg_rx_flags of these bytes */
	uint64_t count;    /* LOST, DAMAGE */
	uint64_t offset;   /* in the file */
	const char *why;   /* DAMAGE: "cut off in the middle of an entry", ... */
};

typedef void (*capture_read_fn)(void *data, const struct capture_read_event *event);

struct capture_read {
	capture_read_fn take;
	void *data;
	uint8_t bytes[CAPTURE_FORMAT_ENTRY_MAX];
	size_t size;
	uint64_t offset; /* of bytes[0] */
	bool running;    /* entries are expected; otherwise the head of a run */
	uint64_t skipped;
	const char *why;
	int64_t time;
	struct mg_line line;
	char bus[CAPTURE_FORMAT_NAME_MAX + 1];
};

/* True when bytes that a file begins with, at least eight of them, are a capture's. */
bool capture_read_is(const uint8_t *bytes, size_t size);

void capture_read_init(struct capture_read *reader, capture_read_fn take, void *data);
/* The next bytes of the file, any number at a time. What cannot be read is passed over up
   to the next run, and reported as DAMAGE. */
void capture_read_feed(struct capture_read *reader, const uint8_t *bytes, size_t size);
/* The file ends. */
void capture_read_end(struct capture_read *reader);

#endif
