/* SPDX-License-Identifier: MIT */
/* What the options say of the meters and of the line, put in order and checked. */
#ifndef SIMULATOR_PLAN_H
#define SIMULATOR_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "segment.h"
#include "slaves.h"

#define PLAN_ERROR_SIZE (SLAVES_ERROR_SIZE + 64)

/* As the core fills them in. */
struct plan_options {
	int64_t meters, first_address, multi, together, secondary, seed;
	int64_t delay, delay_max, jitter, block; /* ms */
	bool pacing, echo, breaks;
	const char *numbers, *disturbed, *lost;
	const char *meter_baud; /* "any"; NULL: as the line is set first */
	struct mg_list dead, quirks, alarm, clock, manufacturers, meter_bauds;
};

struct plan {
	struct slaves_plan slaves; /* without literals */
	struct segment_settings segment;
	bool baud_of_line; /* the meters have the speed that the line is set to first */
	void *lists[8];    /* what `slaves` points to */
	size_t list_count;
};

/* `seed` is used when the options give none. False with the reason in `error`; then
   nothing has to be finished. */
bool plan_init(struct plan *plan, const struct plan_options *options, uint32_t seed,
		char error[PLAN_ERROR_SIZE]);
void plan_finish(struct plan *plan);

#endif
