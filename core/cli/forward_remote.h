/* SPDX-License-Identifier: MIT */
/* Has a gateway run a command, and says how that ended when it did not answer whole. */
#ifndef CLI_FORWARD_REMOTE_H
#define CLI_FORWARD_REMOTE_H

#include "cli/answer.h"
#include "cli/forward.h"

/* Runs `line` in the gateway, whose descriptor is closed. Answers the exit code. */
int forward_remote_run(struct answer *answer, const struct forward *forward,
		const struct forward_gateway *gateway, const char *line);

#endif
