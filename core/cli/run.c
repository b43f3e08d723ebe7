/* SPDX-License-Identifier: MIT */
/* metergate run: the gateway. */
#include "cli/cli.h"
#include "cli/show.h"
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

static void show(FILE *out, struct reading *reading)
{
	show_people(out, reading_view(reading));
}

/* Takes over `setup`. */
static int run_app(struct cli *cli, const struct cli_args *args, struct setup *setup)
{
	struct log *log = log_create(fileno(cli->err), setup->gateway.log_level);
	struct app *app = app_create(setup, log);
	if (app == NULL) {
		log_destroy(log);
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	app_set_show(app, show);
	int code = exit_code(app_run(app, cli->err));
	if (app_hangs(app)) {
		cli_leave(cli, log, code);
	}
	app_destroy(app);
	log_destroy(log);
	return code;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct plugins *plugins = NULL;
	struct setup *setup = NULL;
	int code = target_load_config(cli, args, false, &plugins, &setup);
	if (code == CLI_OK) {
		code = run_app(cli, args, setup);
	}
	plugins_destroy(plugins);
	return code;
}

const struct cli_verb verb_run = {
	.name = "run",
	.usage = "[FILE]",
	.summary = "the gateway: polls the meters of a configuration and serves its sinks",
	.details = "SIGINT and SIGTERM end it: the exchanges on the wire end, the queues\n"
			   "drain, the accounts are printed on stderr. A second one ends it at\n"
			   "once. SIGUSR1 and SIGHUP make the sinks open their files again,\n"
			   "SIGUSR2 logs the accounts. A plugin that does not fit costs only the\n"
			   "sections that want it. While it runs, the other commands go to it\n"
			   "through its control socket.",
	.flags = &target_config_flag,
	.flag_count = 1,
	.run = run,
};
