/* SPDX-License-Identifier: MIT */
/* What "metergate ports" prints, for any tree of devices. */
#ifndef CLI_PORTS_H
#define CLI_PORTS_H

#include "cli/cli.h"
#include "cli/ports_list.h"

/* Prints the ports; without any, says on stderr what to check. Answers an exit code. */
int ports_show(struct cli *cli, const struct ports_roots *roots);

#endif
