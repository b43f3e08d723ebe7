/* SPDX-License-Identifier: MIT */
/* metergate check: all that is wrong with a configuration. */
#include "cli/cli.h"
#include "cli/target.h"

static void print_summary(
		const struct cli *cli, const char *path, const struct setup *setup)
{
	size_t devices = 0;
	for (size_t i = 0; i < setup->bus_count; i++) {
		devices += setup->buses[i]->device_count;
	}
	if (cli->json) {
		fprintf(cli->out,
				"{\"ok\":true,\"gateway\":\"%s\",\"buses\":%zu,\"devices\":%zu,\"sinks\":"
				"%zu}\n",
				setup->gateway.name, setup->bus_count, devices, setup->sink_count);
		return;
	}
	fprintf(cli->out,
			"%s: gateway %s with %zu buses, %zu devices, %zu sinks: no errors\n", path,
			setup->gateway.name, setup->bus_count, devices, setup->sink_count);
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct plugins *plugins = NULL;
	struct setup *setup = NULL;
	const char *path =
			args->operand_count == 1 ? args->operands[0] : target_config_path(args);
	if (args->operand_count > 1) {
		return cli_fail(cli, args, CLI_USAGE, "more than one configuration");
	}
	int code = target_load_config(cli, args, path, &plugins, &setup);
	if (code == CLI_OK) {
		print_summary(cli, path, setup);
		setup_destroy(setup);
	}
	plugins_destroy(plugins);
	return code;
}

static const struct cli_flag flags[] = {
	{ "config", "FILE",
			"the configuration (default: METERGATE_CONFIG, or " TARGET_DEFAULT_CONFIG
			")" },
};

const struct cli_verb verb_check = {
	.name = "check",
	.usage = "[FILE]",
	.summary = "every error of a configuration in one go, as file:line:column",
	.details = "Loads the plugins that are named, opens no port and no sink.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
