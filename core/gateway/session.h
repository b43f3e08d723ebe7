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
 * events. `state_dir` ("" for none) is that of the configuration: a gateway may have left
 * its claim there. NULL: *error is -EBUSY (another process serves the port) or -ENOMEM,
 * and `why` says it in words.
 */
struct session *session_create(struct setup_bus *setup, const char *state_dir,
		struct log *log, const struct bus_owner *owner, int *error, char *why,
		size_t size);

struct bus *session_bus(struct session *session);
/* What was taken over; jobs ask its devices in their manner, but none is read by itself.
 */
const struct setup_bus *session_setup(const struct session *session);
struct loop *session_loop(struct session *session);

/* From now on the first signal does this instead of ending session_run(); a further one,
   after a moment, does end it. */
void session_on_signal(struct session *session, void (*fn)(void *data), void *data);

/* Starts the bus and serves it until session_end(). False when a signal (SIGINT, SIGTERM)
 * came first. To be called once. */
bool session_run(struct session *session);
/* Makes session_run() return; says nothing new when it has. */
void session_end(struct session *session);

/*
 * Cancels what is left to do, closes the port and frees all. After a signal nothing on
 * the wire is waited for. False when the transport hangs, or a further signal came: then
 * nothing was freed, and the process must end by _exit().
 */
bool session_destroy(struct session *session);

#endif
