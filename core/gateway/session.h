/* SPDX-License-Identifier: MIT */
/* One bus, opened for a piece of work from the command line, without router and sinks. */
#ifndef GATEWAY_SESSION_H
#define GATEWAY_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "bus/bus.h"
#include "gateway/setup.h"

#define SESSION_STOP_MS 3000 /* given to the transport to close */

struct session;

/*
 * Takes over `setup`, claims its port and makes the bus; `owner` gets its readings and
 * events. NULL: *error is -EBUSY (another process serves the port) or -ENOMEM, and `why`
 * says it in words.
 */
struct session *session_create(struct setup_bus *setup, struct log *log,
		const struct bus_owner *owner, int *error, char *why, size_t size);

struct bus *session_bus(struct session *session);

/* Starts the bus and serves it until session_end(). False when SIGINT or SIGTERM came
 * first. */
bool session_run(struct session *session);
/* Makes session_run() return. */
void session_end(struct session *session);

/* Closes the port. False when the transport hangs: then the process must end by _exit().
 */
bool session_destroy(struct session *session);

#endif
