/* SPDX-License-Identifier: MIT */
/* metergate set-clock: sets the clock of a meter. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "time", "TIME", "what it shall show: now, or 2026-11-22T12:00:00" },
	{ "type", "TYPE", "f, to the minute (default), or i, with seconds" },
	{ "utc", NULL, "now as UTC" },
	{ "force", NULL, "also when it is right already, or ADDRESS fits several meters" },
	{ "unverified", NULL, "take an acknowledgement for it where nothing else shows" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_set_clock = {
	.name = "set-clock",
	.usage = "TARGET ADDRESS",
	.summary = "sets the clock of a meter, and says how far it was off",
	.details = "Local time of this machine, unless --utc or --time say otherwise. The "
			   "clock is read\n"
			   "before and after. Some meters keep standard time all the year.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
