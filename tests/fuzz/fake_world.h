/* SPDX-License-Identifier: MIT */
/*
 * A loop and a bus for commands, made up: timers on a computed clock, and jobs that end
 * as the input says. Stands in for base/loop.c and bus/bus.c, of which it has the names.
 */
#ifndef FUZZ_FAKE_WORLD_H
#define FUZZ_FAKE_WORLD_H

#include "fuzz.h"
#include "gateway/command.h"
#include "gateway/tap.h"

#define FAKE_BUSES 2

struct fake_world {
	struct fuzz_input *input; /* decides how jobs end; borrowed */
	struct command_world world;
	struct command_bus buses[FAKE_BUSES];
	struct tap tap;
	size_t running;
};

/* One at a time. */
void fake_world_init(struct fake_world *fake, struct fuzz_input *input);
/* All timers and jobs have to be gone. */
void fake_world_finish(struct fake_world *fake);

/* Runs what is due, or ends a job, or moves the clock on; false when nothing is left. */
bool fake_world_turn(struct fake_world *fake);
/* True when a descriptor is watched for `events`; tells its owner then. */
bool fake_world_happens(int fd, int events);

#endif
