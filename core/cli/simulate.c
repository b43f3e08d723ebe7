/* SPDX-License-Identifier: MIT */
/* metergate simulate: meters on TCP ports and pseudo-terminals. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/simulate_port.h"
#include "gateway/plugins.h"

#define PORTS_MAX CLI_FLAG_VALUES
#define BAUD_DEFAULT 2400

#define OPTIONS_MAX 40
#define LISTS_MAX 8

struct simulation {
	struct cli *cli;
	const struct cli_args *args;
	struct simulate_settings settings;
	struct simulate_option options[OPTIONS_MAX];
	char *lists[LISTS_MAX]; /* all values of a flag in one */
	size_t list_count;
	struct simulate_port *ports[PORTS_MAX];
	size_t port_count;
};

/* Flags that are options of the plugin under the same or another name. */
static const struct {
	const char *flag, *option;
} passed_on[] = {
	{ "meters", "meters" },
	{ "first", "first_address" },
	{ "telegrams", "telegrams" },
	{ "log", "log" },
	{ "multi", "multi" },
	{ "together", "together" },
	{ "secondary", "secondary" },
	{ "numbers", "numbers" },
	{ "delay", "delay" },
	{ "delay-max", "delay_max" },
	{ "jitter", "jitter" },
	{ "block", "block" },
	{ "disturbed", "disturbed" },
	{ "lost", "lost" },
	{ "meter-baud", "meter_baud" },
	{ "seed", "seed" },
};

/* The same, for what may be given several times, and as "3,4". */
static const struct {
	const char *flag, *option;
} passed_on_lists[] = {
	{ "dead", "dead" },
	{ "quirk", "quirks" },
	{ "alarm", "alarm" },
	{ "clock", "clock" },
	{ "manufacturer", "manufacturers" },
	{ "meter-bauds", "meter_bauds" },
};

/* The same, for flags without a value. */
static const struct {
	const char *flag, *option, *value;
} switches[] = {
	{ "no-pacing", "pacing", "no" },
	{ "echo", "echo", "yes" },
	{ "breaks", "breaks", "yes" },
};

static void on_signal(void *data, int number)
{
	(void)number;
	loop_stop(data);
}

static void add_option(struct simulation *simulation, const char *name, const char *value)
{
	simulation->options[simulation->settings.option_count++] =
			(struct simulate_option){ name, value };
}

/* Lists of the command line may be "3,4" or several flags; those of options have blanks.
 */
static char *join(const struct cli_args *args, const char *flag)
{
	const char *value;
	size_t size = 1, length = 0;
	for (size_t i = 0; (value = cli_value_at(args, flag, i)) != NULL; i++) {
		size += strlen(value) + 1;
	}
	char *list = calloc(1, size);
	for (size_t i = 0; list != NULL && (value = cli_value_at(args, flag, i)) != NULL;
			i++) {
		length += (size_t)snprintf(
				list + length, size - length, "%s%s", i > 0 ? " " : "", value);
	}
	for (char *at = list; at != NULL && *at != '\0'; at++) {
		*at = *at == ',' ? ' ' : *at;
	}
	return list;
}

static bool collect_lists(struct simulation *simulation)
{
	for (size_t i = 0; i < sizeof(passed_on_lists) / sizeof(passed_on_lists[0]); i++) {
		const char *flag = passed_on_lists[i].flag;
		if (!cli_given(simulation->args, flag)) {
			continue;
		}
		char *list = join(simulation->args, flag);
		if (list == NULL) {
			return false;
		}
		simulation->lists[simulation->list_count++] = list;
		add_option(simulation, passed_on_lists[i].option, list);
	}
	return true;
}

static bool collect_options(struct simulation *simulation)
{
	const struct cli_args *args = simulation->args;
	simulation->settings.options = simulation->options;
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++) {
		const char *value = cli_value(args, passed_on[i].flag);
		if (value != NULL) {
			add_option(simulation, passed_on[i].option, value);
		}
	}
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if (cli_given(args, switches[i].flag)) {
			add_option(simulation, switches[i].option, switches[i].value);
		}
	}
	return collect_lists(simulation);
}

/* The line that says how to read the new bus. */
static void announce(
		const struct simulation *simulation, const struct simulate_port *port)
{
	char target[SIMULATE_URL_SIZE + 32], command[SIMULATE_URL_SIZE + 96];
	FILE *out = simulation->cli->out;
	const char *address = cli_value(simulation->args, "first");
	if (cli_given(simulation->args, "telegrams")) {
		address = "ADDRESS";
	}
	snprintf(target, sizeof(target), "%s?baud=%u", simulate_port_url(port),
			simulation->settings.baud);
	snprintf(command, sizeof(command), "metergate read '%s' %s", target,
			address != NULL ? address : "1");
	if (!simulation->cli->json) {
		fprintf(out, "%s\n", command);
	} else {
		fputs("{\"target\":", out);
		json_print_string(out, target);
		fputs(",\"command\":", out);
		json_print_string(out, command);
		fputs("}\n", out);
	}
	fflush(out);
}

static bool begins_with(const char *why, const char *option)
{
	size_t length = strlen(option);
	return strncmp(why, option, length) == 0 && why[length] == ':';
}

/* The flag that sets the option with which the reason begins; NULL: it begins with none.
 */
static const char *flag_in(const char *why)
{
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++) {
		if (begins_with(why, passed_on[i].option)) {
			return passed_on[i].flag;
		}
	}
	for (size_t i = 0; i < sizeof(passed_on_lists) / sizeof(passed_on_lists[0]); i++) {
		if (begins_with(why, passed_on_lists[i].option)) {
			return passed_on_lists[i].flag;
		}
	}
	return NULL;
}

static int refuse_port(const struct simulation *simulation, int error, const char *why)
{
	const char *flag = flag_in(why);
	return cli_fail(simulation->cli, simulation->args, simulate_port_code(error),
			"%s%s%s", flag != NULL ? "--" : "", flag != NULL ? flag : "",
			flag != NULL ? strchr(why, ':') : why);
}

static int add_port(struct simulation *simulation, struct simulate_port *port, int error,
		const char *why)
{
	if (port == NULL) {
		return refuse_port(simulation, error, why);
	}
	simulation->ports[simulation->port_count++] = port;
	announce(simulation, port);
	return CLI_OK;
}

static int open_tcp(struct simulation *simulation, const char *text)
{
	char why[SIMULATE_WHY_SIZE] = "", *end;
	int error = 0;
	const char *address = cli_value(simulation->args, "listen");
	unsigned long number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || number > 65535) {
		return cli_fail(simulation->cli, simulation->args, CLI_USAGE,
				"--tcp %s: a port from 1 to 65535 is wanted, or 0 for any", text);
	}
	struct simulate_port *port = simulate_port_tcp(&simulation->settings,
			address != NULL ? address : "127.0.0.1", (uint16_t)number, &error, why);
	return add_port(simulation, port, error, why);
}

static int open_pty(struct simulation *simulation, const char *link)
{
	char why[SIMULATE_WHY_SIZE] = "";
	int error = 0;
	struct simulate_port *port =
			simulate_port_pty(&simulation->settings, link, &error, why);
	return add_port(simulation, port, error, why);
}

static int open_ports(struct simulation *simulation)
{
	const char *value;
	int code = CLI_OK;
	for (size_t i = 0;
			code == CLI_OK && (value = cli_value_at(simulation->args, "tcp", i)) != NULL;
			i++) {
		code = open_tcp(simulation, value);
	}
	for (size_t i = 0;
			code == CLI_OK && (value = cli_value_at(simulation->args, "pty", i)) != NULL;
			i++) {
		code = open_pty(simulation, value);
	}
	if (code == CLI_OK && simulation->port_count == 0) {
		return cli_fail(simulation->cli, simulation->args, CLI_USAGE,
				"say where the meters are to be: --tcp PORT or --pty LINK");
	}
	return code;
}

/* Until a signal comes, unless something is wrong before. */
static int serve(struct simulation *simulation)
{
	struct loop *loop = simulation->settings.loop;
	struct loop_signal *interrupt = loop_signal_create(loop, SIGINT, on_signal, loop);
	struct loop_signal *terminate = loop_signal_create(loop, SIGTERM, on_signal, loop);
	int code = open_ports(simulation);
	if (code == CLI_OK) {
		loop_run(loop);
	}
	while (simulation->port_count > 0) {
		simulate_port_destroy(simulation->ports[--simulation->port_count]);
	}
	loop_signal_destroy(interrupt);
	loop_signal_destroy(terminate);
	return code;
}

static int serve_with(struct simulation *simulation, struct plugins *plugins)
{
	char why[PLUGIN_WHY_SIZE] = "";
	struct simulate_settings *settings = &simulation->settings;
	settings->plugin = plugins_find(plugins, "simulator", why, sizeof(why));
	if (settings->plugin == NULL || settings->plugin->description->transport == NULL) {
		return cli_fail(simulation->cli, simulation->args, CLI_OTHER, "%s", why);
	}
	settings->log = log_create(fileno(simulation->cli->err), MG_LOG_INFO);
	settings->loop = loop_create();
	int code = settings->loop != NULL && collect_options(simulation)
					   ? serve(simulation)
					   : cli_fail(simulation->cli, simulation->args, CLI_OTHER,
								 "out of memory");
	if (settings->loop != NULL) {
		loop_destroy(settings->loop);
	}
	log_destroy(settings->log);
	while (simulation->list_count > 0) {
		free(simulation->lists[--simulation->list_count]);
	}
	return code;
}

/* 300 and what comes by doubling it. */
static bool is_speed(long baud)
{
	long speed = 300;
	while (speed < baud) {
		speed *= 2;
	}
	return speed == baud;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct simulation simulation = { .cli = cli, .args = args };
	long baud = BAUD_DEFAULT;
	if (args->operand_count > 0) {
		return cli_fail(cli, args, CLI_USAGE, "\"%s\" is too much: only flags are wanted",
				args->operands[0]);
	}
	if (!cli_number(cli, args, "baud", 300, 38400, &baud)) {
		return CLI_USAGE;
	}
	if (!is_speed(baud)) {
		return cli_fail(cli, args, CLI_USAGE,
				"--baud %ld: want 300, 600, 1200, 2400, 4800, 9600, 19200 or 38400",
				baud);
	}
	simulation.settings.baud = (uint32_t)baud;
	struct plugins *plugins = plugins_create(cli_value(args, "plugin-dir"));
	if (plugins == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	int code = serve_with(&simulation, plugins);
	plugins_destroy(plugins);
	return code;
}

static const struct cli_flag flags[] = {
	{ "tcp", "PORT", "a bus at this TCP port; 0: any that is free. May be repeated" },
	{ "pty", "LINK", "a bus at a pseudo-terminal that LINK leads to. May be repeated" },
	{ "listen", "ADDRESS", "where TCP ports are, 127.0.0.1 by default" },
	{ "meters", "N", "meters on each bus, 3 by default or one for each telegram" },
	{ "first", "N", "primary address of the first made-up meter, 1 by default" },
	{ "baud", "B", "speed of the buses: 300, 600 ... 38400; 2400 by default" },
	{ "telegrams", "FILE", "meters answer with these; one line of hex for each meter" },
	{ "log", "FILE", "appends each request and answer, with the numbers in it" },
	{ "multi", "N", "the first N made-up meters need several telegrams" },
	{ "together", "N", "N made-up meters share the first address, as new ones do" },
	{ "secondary", "N", "N made-up meters have a secondary address only" },
	{ "numbers", "HOW", "spread, random, consecutive or same; also same:12345678" },
	{ "manufacturer", "LIST", "of made-up meters, in turn: XSM,ABC" },
	{ "dead", "LIST", "primary addresses that never answer: 3,7" },
	{ "quirk", "LIST", "what meters do wrong: 5:late-ack+busy,*:mute-reset" },
	{ "alarm", "LIST", "meters with an alarm, and its byte: 5:4" },
	{ "clock", "LIST", "meters whose clock is wrong, by so many seconds: 5:-90" },
	{ "meter-baud", "B", "speed of the meters, that of --baud by default, or any" },
	{ "meter-bauds", "LIST", "speeds they can be switched to; 300,2400,9600 by default" },
	{ "delay", "TIME", "meters take longer to answer: 200ms" },
	{ "delay-max", "TIME", "each takes another time, from --delay up to this" },
	{ "jitter", "TIME", "and each answer comes up to so much later" },
	{ "block", "TIME", "for how long bytes gather, 16ms by default; 0: not at all" },
	{ "disturbed", "RATE", "characters with one bit turned: 1%, or of a million: 500" },
	{ "lost", "RATE", "characters that vanish" },
	{ "echo", NULL, "the level converter returns what is sent" },
	{ "breaks", NULL, "the level converter makes a break of 50 ms of a collision" },
	{ "seed", "N", "other meters; by default they follow from the name of the bus" },
	{ "no-pacing", NULL, "answer at once, not as slowly as the wire" },
	{ "plugin-dir", "FOLDER", "a further folder with plugins" },
};

const struct cli_verb verb_simulate = {
	.name = "simulate",
	.usage = "--tcp PORT | --pty LINK ...",
	.summary = "simulated meters on TCP ports and pseudo-terminals",
	.details =
			"Each port is a bus of its own with its own meters: heat, water, "
			"electricity,\n"
			"warm water, gas, heat cost allocators, in this order. They answer to "
			"primary\n"
			"and secondary addresses, and their counters grow. For each bus a line says\n"
			"how to read it. Ends with Ctrl-C.\n"
			"\n"
			"The line is simulated bit by bit. At a pseudo-terminal it has the speed "
			"that\n"
			"the client sets, at a TCP port that of --baud. Meters do not hear another "
			"speed\n"
			"than theirs. Quirks are dead, ignores-fcb, stuck-fcb, needs-reset, "
			"mute-reset,\n"
			"once-at-254, wrong-address, keeps-selected, drops-selected, late-ack, "
			"late,\n"
			"stubborn, dfc-more, busy, mute-data, no-select and needs-init; meters are "
			"named by\n"
			"address, by number, or * for all.\n"
			"\n"
			"In FILE of --telegrams a + joins the telegrams of one readout and # begins "
			"a\n"
			"comment. They are sent as they stand; the address is the one in them.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
