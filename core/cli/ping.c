/* SPDX-License-Identifier: MIT */
/* metergate ping: does a device answer at all? */
#include "cli/forward.h"

/* An acknowledgement is never encrypted: there is no --key. */
static const struct cli_flag flags[] = {
	FORWARD_FLAGS_PLAIN,
};

const struct cli_verb verb_ping = {
	.name = "ping",
	.usage = "TARGET [ADDRESS...]",
	.summary = "asks whether devices are there, without reading them",
	.details =
			"Sends SND_NKE to a primary address and a selection to a secondary one, and\n"
			"expects an acknowledgement. Without ADDRESS: every device of the bus. "
			"TARGET\n"
			"may also be BUS/DEVICE with globs, as in 'cellar/*'.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
