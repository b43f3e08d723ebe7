/* SPDX-License-Identifier: MIT */
/* metergate set-baud: switches the speed of meters. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "all", NULL, "every configured device of the bus, one by one" },
	{ "force", NULL, "even if ADDRESS fits several meters" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_set_baud = {
	.name = "set-baud",
	.usage = "TARGET ADDRESS BAUD | TARGET --all BAUD",
	.summary = "switches a meter to another speed",
	.details = "An acknowledgement proves nothing, so the meter is asked at the new "
			   "speed at once. If\n"
			   "that fails it is told to go back, and looked for at the old speed, at "
			   "300 baud, and\n"
			   "once more at the old one 11 minutes later; others can use the bus "
			   "meanwhile. The\n"
			   "port has to change its speed for that: serial ports do, TCP converters "
			   "do not.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
