/* SPDX-License-Identifier: MIT */
/* metergate replay: a recorded bus on a TCP port or a pseudo-terminal. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "capture/capture_read.h"
#include "cli/cli.h"
#include "cli/simulate_port.h"
#include "gateway/plugins.h"

#define OPTIONS_MAX 3
#define BAUD_DEFAULT 2400
#define READ_SIZE 8192 /* ample for the head of the first run */

struct showing {
	struct cli *cli;
	const struct cli_args *args;
	struct simulate_settings settings;
	struct simulate_option options[OPTIONS_MAX];
	struct simulate_port *port;
};

static void on_signal(void *data, int number)
{
	(void)number;
	loop_stop(data);
}

/* How to reach the bus, at the speed at which it was recorded. */
static void announce(const struct showing *showing)
{
	char target[SIMULATE_URL_SIZE + 32];
	FILE *out = showing->cli->out;
	snprintf(target, sizeof(target), "%s?baud=%u", simulate_port_url(showing->port),
			showing->settings.baud);
	if (showing->cli->json) {
		fputs("{\"target\":", out);
		json_print_string(out, target);
		fputs("}\n", out);
	} else {
		fprintf(out, "metergate read '%s' ADDRESS\n", target);
	}
	fflush(out);
}

static bool read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	*port = (uint16_t)number;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && number <= 65535;
}

/* Without the option that stands for FILE, which nobody gave by that name. */
static const char *without_option(const char *why)
{
	static const char option[] = "file: ";
	return strncmp(why, option, sizeof(option) - 1) == 0 ? why + sizeof(option) - 1 : why;
}

static int open_door(struct showing *showing)
{
	char why[SIMULATE_WHY_SIZE] = "";
	int error = 0;
	uint16_t number = 0;
	const char *tcp = cli_value(showing->args, "tcp");
	const char *pty = cli_value(showing->args, "pty");
	const char *address = cli_value(showing->args, "listen");
	if (tcp == NULL && pty == NULL) {
		return cli_fail(showing->cli, showing->args, CLI_USAGE,
				"say where the bus is to be: --tcp PORT or --pty LINK");
	}
	if (tcp != NULL && pty != NULL) {
		return cli_fail(showing->cli, showing->args, CLI_USAGE,
				"--tcp and --pty exclude each other; give one of them");
	}
	if (tcp != NULL && !read_port(tcp, &number)) {
		return cli_fail(showing->cli, showing->args, CLI_USAGE,
				"--tcp %s: a port from 1 to 65535 is wanted, or 0 for any", tcp);
	}
	showing->port = pty != NULL ? simulate_port_pty(&showing->settings, pty, &error, why)
								: simulate_port_tcp(&showing->settings,
										  address != NULL ? address : "127.0.0.1", number,
										  &error, why);
	if (showing->port == NULL) {
		return cli_fail(showing->cli, showing->args, simulate_port_code(error), "%s",
				without_option(why));
	}
	announce(showing);
	return CLI_OK;
}

/* Until a signal comes, unless something is wrong before. */
static int serve(struct showing *showing)
{
	struct loop *loop = showing->settings.loop;
	struct loop_signal *interrupt = loop_signal_create(loop, SIGINT, on_signal, loop);
	struct loop_signal *terminate = loop_signal_create(loop, SIGTERM, on_signal, loop);
	int code = open_door(showing);
	if (code == CLI_OK) {
		loop_run(loop);
	}
	simulate_port_destroy(showing->port);
	loop_signal_destroy(interrupt);
	loop_signal_destroy(terminate);
	return code;
}

static void collect_options(struct showing *showing)
{
	struct simulate_settings *settings = &showing->settings;
	const char *speed = cli_value(showing->args, "speed");
	settings->options = showing->options;
	showing->options[settings->option_count++] =
			(struct simulate_option){ "file", showing->args->operands[0] };
	if (speed != NULL) {
		showing->options[settings->option_count++] =
				(struct simulate_option){ "speed", speed };
	}
	if (cli_given(showing->args, "once")) {
		showing->options[settings->option_count++] =
				(struct simulate_option){ "loop", "no" };
	}
}

/* For capture_read_init(): the speed of the first run. */
static void take_event(void *data, const struct capture_read_event *event)
{
	struct showing *showing = data;
	if (event->kind == CAPTURE_READ_RUN && showing->settings.baud == 0) {
		showing->settings.baud = event->line.baud;
	}
}

/* Takes the speed of the recording. What is wrong in the file, the plugin says. */
static int read_baud(struct showing *showing)
{
	struct capture_read reader;
	uint8_t bytes[READ_SIZE];
	const char *path = showing->args->operands[0];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		bool refused = errno == EACCES || errno == EPERM;
		return cli_fail(showing->cli, showing->args, refused ? CLI_PERMISSION : CLI_OTHER,
				"%s cannot be read: %s", path, strerror(errno));
	}
	ssize_t count = read(fd, bytes, sizeof(bytes));
	close(fd);
	capture_read_init(&reader, take_event, showing);
	if (count > 0) {
		capture_read_feed(&reader, bytes, (size_t)count);
	}
	if (showing->settings.baud == 0) {
		showing->settings.baud = BAUD_DEFAULT;
	}
	return CLI_OK;
}

static int serve_with(struct showing *showing, struct plugins *plugins)
{
	char why[PLUGIN_WHY_SIZE] = "";
	struct simulate_settings *settings = &showing->settings;
	settings->plugin = plugins_find(plugins, "replay", why, sizeof(why));
	if (settings->plugin == NULL || settings->plugin->description->transport == NULL) {
		return cli_fail(showing->cli, showing->args, CLI_OTHER, "%s", why);
	}
	int code = read_baud(showing);
	if (code != CLI_OK) {
		return code;
	}
	collect_options(showing);
	settings->log = log_create(fileno(showing->cli->err), MG_LOG_INFO);
	settings->loop = loop_create();
	code = settings->loop != NULL
				   ? serve(showing)
				   : cli_fail(showing->cli, showing->args, CLI_OTHER, "out of memory");
	loop_destroy(settings->loop);
	log_destroy(settings->log);
	return code;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct showing showing = { .cli = cli, .args = args };
	if (args->operand_count != 1) {
		return cli_fail(cli, args, CLI_USAGE,
				"want one FILE, as metergate record writes it, such as cellar.mgc");
	}
	struct plugins *plugins = plugins_create(cli_value(args, "plugin-dir"));
	if (plugins == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	int code = serve_with(&showing, plugins);
	plugins_destroy(plugins);
	return code;
}

static const struct cli_flag flags[] = {
	{ "tcp", "PORT", "the bus is at this TCP port; 0: any that is free" },
	{ "pty", "LINK", "the bus is a pseudo-terminal that LINK leads to" },
	{ "listen", "ADDRESS", "where the TCP port is, 127.0.0.1 by default" },
	{ "speed", "X", "1.0: as it was, by default; 10: ten times as fast; 0: at once" },
	{ "once", NULL, "each recorded answer is given once, then there is silence" },
	{ "plugin-dir", "FOLDER", "a further folder with plugins" },
};

const struct cli_verb verb_replay = {
	.name = "replay",
	.usage = "FILE",
	.summary = "plays a recorded bus on a TCP port or a pseudo-terminal",
	.details =
			"A request gets the bytes that followed the same request in the recording,\n"
			"disturbed ones too, and as late; or else what followed one that differs in\n"
			"its frame count bit only. A request that comes again gets what followed it\n"
			"the next time. Requests that were never recorded are not answered. In a\n"
			"configuration the same is transport = replay with file = FILE.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
