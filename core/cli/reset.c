/* SPDX-License-Identifier: MIT */
/* metergate reset: application reset. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "sub-code", "HEX", "type and number of the telegrams: 10 for user data" },
	{ "unverified", NULL, "take an acknowledgement for it where nothing else shows" },
	{ "force", NULL, "even if ADDRESS fits several meters" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_reset = {
	.name = "reset",
	.usage = "TARGET ADDRESS",
	.summary = "makes a meter send its default telegrams again (application reset)",
	.details = "A meter with several telegrams has to begin at the first one again. One "
			   "with a single\n"
			   "telegram is told before to send one record only, which the reset has to "
			   "undo.\n"
			   "--unverified leaves that out.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
