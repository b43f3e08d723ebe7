/* SPDX-License-Identifier: MIT */
/* metergate freeze: stores the present values in a meter. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "storage", "N", "where records go (default: 1)" },
	{ "ci", "HEX", "5C (default), or 54 for older meters" },
	{ "broadcast", NULL, "tell all meters of the bus at once" },
	{ "unverified", NULL, "take an acknowledgement for it where nothing else shows" },
	{ "force", NULL, "even if ADDRESS fits several meters" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_freeze = {
	.name = "freeze",
	.usage = "TARGET ADDRESS [RECORD...]",
	.summary = "stores the present values of a meter in it",
	.details =
			"RECORD is a quantity such as energy (to --storage), or hex with the "
			"action 0B, such as\n"
			"40 DA 0B. Without it the meter freezes what it was made for (CI 5C). "
			"With --broadcast\n"
			"all meters do; the one at ADDRESS and all configured devices are looked at.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
