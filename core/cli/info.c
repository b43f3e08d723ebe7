/* SPDX-License-Identifier: MIT */
/* metergate info: who a meter is, and how well it is heard. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "fresh", NULL, "ask the meter, also when the gateway knows it already" },
};

const struct cli_verb verb_info = {
	.name = "info",
	.usage = "TARGET ADDRESS",
	.summary = "who a meter is, its speed, when it was seen, how well it is heard",
	.details = "A running gateway answers from memory what it knows of its devices, and "
			   "says\n"
			   "how old that is. Other meters are asked.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
