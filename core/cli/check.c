/* SPDX-License-Identifier: MIT */
/* metergate check: all that is wrong with a configuration. */
#include "cli/cli.h"
#include "cli/target.h"

static void print_count(const struct cli *cli, size_t count, const char *one,
		const char *several, const char *behind)
{
	fprintf(cli->out, "%zu %s%s", count, count == 1 ? one : several, behind);
}

static void print_summary(const struct cli *cli, const struct setup *setup)
{
	size_t devices = 0;
	for (size_t i = 0; i < setup->bus_count; i++) {
		devices += setup->buses[i]->device_count;
	}
	if (cli->json) {
		fprintf(cli->out,
				"{\"ok\":true,\"gateway\":\"%s\",\"buses\":%zu,\"devices\":%zu,"
				"\"sinks\":%zu}\n",
				setup->gateway.name, setup->bus_count, devices, setup->sink_count);
		return;
	}
	fprintf(cli->out, "no errors: gateway %s with ", setup->gateway.name);
	print_count(cli, setup->bus_count, "bus", "buses", ", ");
	print_count(cli, devices, "device", "devices", ", ");
	print_count(cli, setup->sink_count, "sink", "sinks", "\n");
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct plugins *plugins = NULL;
	struct setup *setup = NULL;
	int code = target_load_config(cli, args, true, &plugins, &setup);
	if (code == CLI_OK) {
		print_summary(cli, setup);
		setup_destroy(setup);
	}
	plugins_destroy(plugins);
	return code;
}

const struct cli_verb verb_check = {
	.name = "check",
	.usage = "[FILE]",
	.summary = "every error of a configuration in one go, as file:line:column",
	.details =
			"Loads the plugins that are named, opens no port and no sink. What only a\n"
			"plugin can tell when it opens, such as a missing folder or keys that\n"
			"exclude each other, is said in the log of metergate run.",
	.flags = &target_config_flag,
	.flag_count = 1,
	.run = run,
};
