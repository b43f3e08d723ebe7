/* SPDX-License-Identifier: MIT */
/* Runs a command on a port that is opened for it alone. */
#ifndef CLI_FORWARD_DIRECT_H
#define CLI_FORWARD_DIRECT_H

#include "cli/answer.h"
#include "cli/forward.h"
#include "cli/target.h"

/* Takes over target->bus, and runs `line` on it. --key and --verbose of answer->args are
   followed: the key is for all operands that are addresses. Answers the exit code. */
int forward_direct_run(struct answer *answer, struct target *target,
		const struct forward *forward, const char *line);

#endif
