/* SPDX-License-Identifier: MIT */
/* metergate ping: does a device answer at all? */
#include <inttypes.h>

#include "base/json.h"
#include "cli/ask.h"

static void show_json(
		struct cli *cli, const char *address, const struct bus_result *result)
{
	fprintf(cli->out, "{\"address\":");
	json_print_string(cli->out, address);
	fprintf(cli->out, ",\"outcome\":\"%s\",\"ms\":%" PRId64 ".%03d",
			ask_outcome_name(result->outcome), result->duration / 1000,
			(int)(result->duration % 1000));
	if (result->outcome != BUS_OK) {
		fprintf(cli->out, ",\"reason\":");
		json_print_string(cli->out, result->reason);
	}
	fprintf(cli->out, "}\n");
}

static void show(struct cli *cli, const char *address, const struct bus_result *result)
{
	if (cli->json) {
		show_json(cli, address, result);
	} else if (result->outcome == BUS_OK) {
		fprintf(cli->out, "%-20s answers after %" PRId64 ".%d ms\n", address,
				result->duration / 1000, (int)(result->duration % 1000 / 100));
	}
}

static int run(struct cli *cli, const struct cli_args *args)
{
	return ask_run(cli, args, BUS_JOB_PING, show);
}

const struct cli_verb verb_ping = {
	.name = "ping",
	.usage = "TARGET [ADDRESS...]",
	.summary = "asks whether devices are there, without reading them",
	.details =
			"Sends SND_NKE to a primary address and a selection to a secondary one, and\n"
			"expects an acknowledgement. Without ADDRESS: every device of the bus.",
	.flags = ask_flags,
	.flag_count = ASK_FLAG_COUNT,
	.run = run,
};
