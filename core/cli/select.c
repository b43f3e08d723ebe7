/* SPDX-License-Identifier: MIT */
/* metergate select: which records a meter sends. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "unverified", NULL, "take an acknowledgement for it where nothing else shows" },
	{ "force", NULL, "even if ADDRESS fits several meters" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_select = {
	.name = "select",
	.usage = "TARGET ADDRESS RECORD... | TARGET ADDRESS default",
	.summary = "selects the records that a meter sends",
	.details = "RECORD is hex (08 13), or a quantity: volume, energy, flow-temperature; "
			   "all is every\n"
			   "record, default what the meter sends after an application reset. It "
			   "holds until then.\n"
			   "Many meters know no selection, or only of all records.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
