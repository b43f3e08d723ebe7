/* SPDX-License-Identifier: MIT */
/* What a gateway says of itself and its sinks, for the command status. */
#ifndef GATEWAY_STATUS_H
#define GATEWAY_STATUS_H

#include <stdint.h>
#include <stdio.h>

#include "gateway/control.h"
#include "gateway/running.h"
#include "route/router.h"

/* All is borrowed. */
struct status_source {
	struct log *log;
	const struct router *router;
	const struct control *control; /* or NULL */
	const struct running_sink *sinks;
	size_t sink_count, bus_count;
	uint64_t run;
	int64_t started; /* µs of loop_clock() */
};

/* Members of a JSON object without braces, or lines for people. */
void status_write_json(FILE *out, const struct status_source *source);
void status_write_text(FILE *out, const struct status_source *source);

#endif
