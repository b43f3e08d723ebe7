/* SPDX-License-Identifier: MIT */
/* The message bus: numbers every reading and event and offers it to every sink. */
#ifndef ROUTE_ROUTER_H
#define ROUTE_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/reading.h"
#include "route/sink.h"

/* Loop thread, all of it. */
struct router;

#define ROUTER_SINKS_MAX 256
#define ROUTER_DEVICES_MAX 65536 /* that are counted; others have a device_seq of 0 */

/* `gateway` must outlive every reading that was published. NULL when memory is short. */
struct router *router_create(const char *gateway, uint64_t run);
/* Sinks stay the caller's. */
void router_destroy(struct router *router);

/* From now on the sink is offered what comes. False: memory is short, or there are
 * ROUTER_SINKS_MAX. */
bool router_add(struct router *router, struct sink *sink);
/* Shows everything that is published to `tap`, once it has its numbers; NULL: no more. */
void router_set_tap(struct router *router,
		void (*tap)(void *data, struct reading *reading), void *data);
/* Forgets a sink; before it is destroyed or stopped. */
void router_remove(struct router *router, const struct sink *sink);

/* Stamps the reading, offers it to every sink, and lets go of the caller's reference. */
void router_publish(struct router *router, struct reading *reading);
/* Makes an event and publishes it. False when memory is short. */
bool router_event(struct router *router, const char *type, const char *bus,
		const char *device, const char *message);

/*
 * To be called every second or so: what a sink lost since becomes one event `sink_lost`,
 * its troubles `sink_off` and their end `sink_back`; all other sinks get them. Does
 * sink_watch() for each, and asks anew whether the clock is synchronised.
 */
void router_tick(struct router *router);

/* How "the clock is not synchronised" is decided; without it, as the kernel says. */
void router_set_unsynced(struct router *router, bool (*unsynced)(void *data), void *data);

/* The number of the last message; 0 before the first one. */
uint64_t router_seq(const struct router *router);

/*
 * A number for this run: now in µs since 1970, but greater than the one that
 * `state_dir`/run keeps from the last run, and kept there. Without a folder (NULL or "")
 * it is just the time; also where an error forbids more, of which the log is warned.
 */
uint64_t router_run_id(const char *state_dir, struct log *log);

#endif
