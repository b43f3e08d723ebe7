/* SPDX-License-Identifier: MIT */
/* Says that a command waits for its port, and at its end whether that ever was there. */
#ifndef CLI_PORT_WAIT_H
#define CLI_PORT_WAIT_H

#include <metergate/plugin.h>

#include "cli/cli.h"
#include "gateway/session.h"

/* An event of the bus came by, which is in the log: behind one that says that the port is
   gone, says that the command waits for it. */
void port_wait_tell(const struct cli *cli, const struct cli_args *args,
		const struct mg_reading *event);

/*
 * The exit code of a command that takes what comes, at its end, before session_destroy().
 * When the port was never open, it is said why. Else a signal is the end of an `endless`
 * one, and an interruption of others.
 */
int port_wait_code(const struct cli *cli, const struct cli_args *args,
		struct session *session, bool interrupted, bool endless);

#endif
