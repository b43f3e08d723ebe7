/* SPDX-License-Identifier: MIT */
/* The simulator's log: what was asked and answered, with the numbers behind it. */
#ifndef SIMULATOR_LOG_H
#define SIMULATOR_LOG_H

#include <stdbool.h>

#include <metergate/mbus.h>

#include "segment.h"

/*
 * Each line is one JSON object, written whole, so several buses may share a file.
 * Lines that cannot be written are counted in `lost`.
 */
struct log {
	int fd; /* -1: nothing is logged */
	const char *port;
	unsigned long lost;
};

/* `path` NULL means no log; `port` names the bus and is borrowed. 0 or -errno. */
int log_init(struct log *log, const char *path, const char *port);
void log_finish(struct log *log);

/*
 * What happened on the line, with its times in µs of the segment's clock: "at" is the
 * first start bit, "end" the end of the last stop bit. A request is logged whether
 * anybody answers or not; an answer with the request that it answers; garbage is what the
 * master sent and was no frame.
 */
void log_event(struct log *log, const struct segment_event *event);

#endif
