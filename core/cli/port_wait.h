/* SPDX-License-Identifier: MIT */
/* Says that a command waits for its port. */
#ifndef CLI_PORT_WAIT_H
#define CLI_PORT_WAIT_H

#include <metergate/plugin.h>

#include "cli/cli.h"

/* An event of the bus came by, which is in the log: behind one that says that the port is
   gone, says that the command waits for it. */
void port_wait_tell(const struct cli *cli, const struct cli_args *args,
		const struct mg_reading *event);

#endif
