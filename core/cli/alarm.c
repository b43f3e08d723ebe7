/* SPDX-License-Identifier: MIT */
/* metergate alarm: asks for an alarm (REQ_UD1). */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_alarm = {
	.name = "alarm",
	.usage = "TARGET ADDRESS",
	.summary = "asks a meter whether it has an alarm",
	.details = "What the bits of an alarm mean is told by the manual of the meter.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
