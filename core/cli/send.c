/* SPDX-License-Identifier: MIT */
/* metergate send: any frame, as it stands. */
#include "cli/forward.h"

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "frame", NULL, "put start, length, checksum and stop around HEX" },
	{ "force", NULL, "also with a wrong checksum" },
	{ "dry-run", NULL, "show the bytes of each step, send nothing" },
};

const struct cli_verb verb_send = {
	.name = "send",
	.usage = "TARGET HEX... | TARGET FORM ADDRESS [CI DATA...]",
	.summary = "sends any frame, and shows what comes back",
	.details = "HEX is a whole frame, as 1040054516 or 10 40 05 45 16; with --frame it "
			   "is C A, or\n"
			   "C A CI and data. FORM is nke, req_ud2, req_ud1, req_ske, or ud with CI "
			   "and data.\n"
			   "Nothing is verified.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = forward_run,
};
