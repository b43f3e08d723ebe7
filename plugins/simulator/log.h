/* SPDX-License-Identifier: MIT */
/* The simulator's log: what was asked and answered, with the numbers behind it. */
#ifndef SIMULATOR_LOG_H
#define SIMULATOR_LOG_H

#include <stdbool.h>

#include <metergate/mbus.h>

#include "meter.h"

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

/* A frame that was heard, whether anybody answers or not. */
void log_request(struct log *log, struct mg_bytes request);

/* What one meter answers to it; `alone` is false when another one spoils the answer. */
void log_answer(struct log *log, struct mg_bytes request, const struct meter *meter,
		const struct telegram *answer, bool alone);

#endif
