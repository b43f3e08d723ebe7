/* SPDX-License-Identifier: MIT */
/* metergate read: devices, once. */
#include "cli/ask.h"
#include "cli/key_flag.h"
#include "cli/show.h"
#include "cli/target.h"

static void show(struct cli *cli, const char *address, const struct bus_result *result)
{
	(void)address;
	if (result->reading != NULL) {
		show_reading(cli, reading_view(result->reading), false);
	}
}

static int run(struct cli *cli, const struct cli_args *args)
{
	return ask_run(cli, args, BUS_JOB_READ, show);
}

static const struct cli_flag flags[] = {
	{ "config", "FILE", "where TARGET is a bus " TARGET_CONFIG_HELP },
	{ "key", "KEY", "of the meters at all ADDRESSes" KEY_FLAG_HELP },
	{ "verbose", NULL, "log on stderr what happens on the bus" },
};

const struct cli_verb verb_read = {
	.name = "read",
	.usage = "TARGET [ADDRESS...]",
	.summary = "reads devices once and prints what they say",
	.details = "All telegrams of a device become one reading. Without ADDRESS: every "
			   "device\n"
			   "of a configured bus. What fails is said on stderr; the others are read\n"
			   "nevertheless.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
