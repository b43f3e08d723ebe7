/* SPDX-License-Identifier: MIT */
/* metergate status and devices: what a running gateway says of itself. */
#include "cli/forward.h"

/* It has all it says at hand, and needs no bus for it. */
#define PATIENCE 10000000 /* µs */

static int run(struct cli *cli, const struct cli_args *args)
{
	const struct forward forward = { .text = !cli->json, .patience = PATIENCE };
	return forward_to_gateway(cli, args, &forward);
}

const struct cli_verb verb_status = {
	.name = "status",
	.usage = "",
	.summary = "how a running gateway is doing: its buses, devices, sinks",
	.details =
			"The gateway is the one of the configuration: `control` in [gateway] says\n"
			"where it listens.",
	.flags = &target_config_flag,
	.flag_count = 1,
	.run = run,
};

const struct cli_verb verb_devices = {
	.name = "devices",
	.usage = "[BUS...]",
	.summary =
			"the devices of a running gateway, when each was seen, how well it is heard",
	.details = NULL,
	.flags = &target_config_flag,
	.flag_count = 1,
	.run = run,
};
