/* SPDX-License-Identifier: MIT */
/* Says that a command waits for its port. */
#include "cli/port_wait.h"

#include <string.h>

void port_wait_tell(const struct cli *cli, const struct cli_args *args,
		const struct mg_reading *event)
{
	if (strcmp(event->type, "bus_down") == 0) {
		cli_fail(cli, args, CLI_OK,
				"waits for %s, and goes on when it is there; Ctrl-C ends it",
				args->operands[0]);
	}
}
