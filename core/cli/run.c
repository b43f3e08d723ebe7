/* SPDX-License-Identifier: MIT */
/* metergate run: the gateway. */
#include <unistd.h>

#include "cli/cli.h"
#include "cli/target.h"
#include "gateway/app.h"

static int exit_code(enum app_end end)
{
	static const int codes[] = {
		[APP_STOPPED] = CLI_OK,
		[APP_INTERRUPTED] = CLI_INTERRUPTED,
		[APP_BUSY] = CLI_BUSY,
		[APP_FAILED] = CLI_OTHER,
	};
	return codes[end];
}

/* A plugin that hangs can neither be joined nor freed, so nothing may be taken down. */
static void leave_at_once(struct cli *cli, struct log *log, int code)
{
	fflush(cli->out);
	fflush(cli->err);
	log_destroy(log);
	_exit(code);
}

static int run_app(struct cli *cli, const struct cli_args *args, struct setup *setup)
{
	struct log *log = log_create(fileno(cli->err), setup->gateway.log_level);
	struct app *app = app_create(setup, log);
	if (app == NULL) {
		log_destroy(log);
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	int code = exit_code(app_run(app, cli->err));
	if (app_hangs(app)) {
		leave_at_once(cli, log, code);
	}
	app_destroy(app);
	log_destroy(log);
	return code;
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
		code = run_app(cli, args, setup);
	}
	plugins_destroy(plugins);
	return code;
}

static const struct cli_flag flags[] = {
	{ "config", "FILE",
			"the configuration (default: METERGATE_CONFIG, or " TARGET_DEFAULT_CONFIG
			")" },
};

const struct cli_verb verb_run = {
	.name = "run",
	.usage = "[FILE]",
	.summary = "the gateway: polls the meters of a configuration and serves its sinks",
	.details =
			"SIGINT and SIGTERM end it: the exchanges on the wire end, the queues drain, "
			"the\n"
			"accounts are printed on stderr. A second one ends it at once. SIGUSR1 and\n"
			"SIGHUP make the sinks open their files again, SIGUSR2 logs the accounts.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
