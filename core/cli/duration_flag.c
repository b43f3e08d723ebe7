/* SPDX-License-Identifier: MIT */
/* A duration that a command line gives with a flag. */
#include "cli/duration_flag.h"

#include "gateway/option.h"

int duration_flag_read(
		const struct cli *cli, const struct cli_args *args, const char *name, int64_t *ms)
{
	const struct mg_option row = {
		.name = name,
		.type = MG_OPTION_DURATION,
		.minimum = 1,
		.maximum = DURATION_FLAG_MAX,
	};
	struct option_memory memory;
	char why[OPTION_WHY_SIZE];
	size_t where;
	const char *text = cli_value(args, name);
	if (text == NULL) {
		return CLI_OK;
	}
	option_memory_init(&memory);
	bool good = option_apply(&row, text, ms, &memory, why, sizeof(why), &where);
	option_memory_finish(&memory);
	return good ? CLI_OK : cli_fail(cli, args, CLI_USAGE, "--%s %s: %s", name, text, why);
}
