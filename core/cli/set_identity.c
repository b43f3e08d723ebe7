/* SPDX-License-Identifier: MIT */
/* metergate set-id: gives a meter another secondary address. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "force", NULL, "even if it is taken, or ADDRESS fits several meters" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_set_id = {
	.name = "set-id",
	.usage = "TARGET ADDRESS IDENTITY",
	.summary = "gives a meter another secondary address",
	.details = "IDENTITY is eight digits (0C 79), or all of it (07 79), such as "
			   "12345678.KAM.16.04.\n"
			   "It counts when the meter says so itself, or answers when that is "
			   "selected. Many\n"
			   "meters take it only in installation mode.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
