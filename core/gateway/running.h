/* SPDX-License-Identifier: MIT */
/* A bus or a sink of the configuration, brought to life: host, claim and engine. */
#ifndef GATEWAY_RUNNING_H
#define GATEWAY_RUNNING_H

#include <stdbool.h>

#include "base/log.h"
#include "bus/bus.h"
#include "bus/opener.h"
#include "gateway/owner.h"
#include "gateway/setup.h"
#include "route/sink.h"

/* What all instances of one process share. Strings and objects must outlive them. */
struct running_context {
	struct loop *loop;
	struct opener *opener;
	struct log *log;
	const char *gateway;
	const char *state_dir; /* "" when nothing can be kept */
	const char *control;   /* path of the control socket; NULL or "" for none */
	bool jobs_only;        /* devices are asked in their manner, but are never due */
};

/* Loop thread only, as all below. */
struct running_bus {
	struct setup_bus *setup; /* owned */
	struct mg_host *host;
	struct bus *bus;
	int claim; /* lock on the port, -1 for none */
};

struct running_sink {
	struct setup_sink *setup; /* owned */
	struct mg_host *host;
	struct sink *sink;
};

/*
 * Takes over `setup`, claims its port and makes the bus with its devices; it is not
 * started. 0, -EBUSY when another process serves the port (named in `why`), or -ENOMEM.
 * On failure running_bus_finish() still has to be called.
 */
int running_bus_init(struct running_bus *running, struct setup_bus *setup,
		const struct running_context *context, const struct bus_owner *owner, char *why,
		size_t size);
/* Only of a bus that has stopped or was never started, and does not hang. */
void running_bus_finish(struct running_bus *running);

/* Takes over `setup` and makes the sink; it is not started. 0 or -ENOMEM, as above. */
int running_sink_init(struct running_sink *running, struct setup_sink *setup,
		const struct running_context *context);
/* As for buses. */
void running_sink_finish(struct running_sink *running);

#endif
