/* SPDX-License-Identifier: MIT */
/* metergate read: devices, once. */
#include "cli/forward.h"

const struct cli_verb verb_read = {
	.name = "read",
	.usage = "TARGET [ADDRESS...]",
	.summary = "reads devices once and prints what they say",
	.details = "All telegrams of a device become one reading. Without ADDRESS: every "
			   "device\n"
			   "of a configured bus. TARGET may also be BUS/DEVICE with globs, as in\n"
			   "'cellar/*' or '*/heat-*'. What fails is said on stderr; the others are\n"
			   "read nevertheless. A gateway that serves the bus is asked to read, and\n"
			   "then its sinks get the readings, too.",
	.flags = forward_flags,
	.flag_count = FORWARD_FLAG_COUNT,
	.run = forward_run,
};
