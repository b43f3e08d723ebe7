/* SPDX-License-Identifier: MIT */
/* metergate set-address: gives a meter another primary address. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "force", NULL, "even if it is taken, or ADDRESS fits several meters" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_set_address = {
	.name = "set-address",
	.usage = "TARGET ADDRESS NEW",
	.summary = "gives a meter another primary address, 0 to 250",
	.details = "The new address has to be free. The meter is told (01 7A), then read at "
			   "the new\n"
			   "address and looked for at the old one: only that counts. ADDRESS 254 "
			   "stands for the\n"
			   "only meter of a bus; several new ones at 0 are called by their secondary "
			   "addresses.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
