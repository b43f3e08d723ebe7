/* SPDX-License-Identifier: MIT */
/* Finds the verb that was asked for, and helps those who ask. */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/args.h"
#include "gateway/suggest.h"

#define HELP_COLUMN 24

/* In the order of the help: what integrators need first. */
static const struct cli_verb *const verbs[] = {
	&verb_run,
	&verb_check,
	&verb_read,
	&verb_ping,
	&verb_scan,
	&verb_info,
	&verb_monitor,
	&verb_status,
	&verb_devices,
	&verb_set_address,
	&verb_set_id,
	&verb_set_baud,
	&verb_set_clock,
	&verb_reset,
	&verb_select,
	&verb_freeze,
	&verb_alarm,
	&verb_send,
	&verb_decode,
	&verb_listen,
	&verb_record,
	&verb_replay,
	&verb_simulate,
	&verb_plugins,
	&verb_ports,
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

static void print_overview(FILE *to)
{
	fprintf(to, "metergate, an M-Bus gateway\n\nusage: metergate VERB [ARGUMENTS]\n\n");
	for (size_t i = 0; i < VERB_COUNT; i++) {
		fprintf(to, "  %-11s %s\n", verbs[i]->name, verbs[i]->summary);
	}
	fprintf(to,
			"\nmetergate VERB --help says more; metergate --version prints the version.\n"
			"Results go to stdout, everything else to stderr.\n"
			"\nTARGET   a bus of the configuration, or a port: /dev/ttyUSB0?baud=2400,\n"
			"         tcp://host:port?baud=2400&latency=50ms\n"
			"ADDRESS  primary 0-250, or secondary 12345678, 12345678.KAM.16.04 (version\n"
			"         and medium in hex), F for any digit\n"
			"\nexit codes: 0 ok, 1 other, 2 usage, 3 configuration, 4 port,\n"
			"5 no answer, 6 answer not decodable, 7 some devices failed, 9 permission,\n"
			"10 port busy, 130 interrupted\n");
}

static void print_flag(FILE *to, const struct cli_flag *flag)
{
	char left[64];
	snprintf(left, sizeof(left), "--%s%s%s", flag->name, flag->value != NULL ? " " : "",
			flag->value != NULL ? flag->value : "");
	fprintf(to, "  %-*s %s\n", HELP_COLUMN, left, flag->help);
}

static void print_help(FILE *to, const struct cli_verb *verb)
{
	fprintf(to, "usage: metergate %s%s%s%s\n\n%s.\n", verb->name,
			verb->flag_count > 0 ? " [OPTIONS]" : "", verb->usage[0] != '\0' ? " " : "",
			verb->usage, verb->summary);
	if (verb->details != NULL) {
		fprintf(to, "\n%s\n", verb->details);
	}
	fprintf(to, "\n");
	for (size_t i = 0; i < verb->flag_count; i++) {
		print_flag(to, &verb->flags[i]);
	}
	size_t count;
	const struct cli_flag *common = args_common(&count);
	for (size_t i = 0; i < count; i++) {
		print_flag(to, &common[i]);
	}
}

static const struct cli_verb *find_verb(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (strcmp(verbs[i]->name, name) == 0) {
			return verbs[i];
		}
	}
	return NULL;
}

static int refuse_verb(const struct cli *cli, const char *name)
{
	struct suggest suggest;
	suggest_init(&suggest, name);
	for (size_t i = 0; i < VERB_COUNT; i++) {
		suggest_add(&suggest, verbs[i]->name);
	}
	const char *near = suggest.best;
	fprintf(cli->err,
			"metergate: there is no verb \"%s\"; %s%s%smetergate --help lists them\n",
			name, near != NULL ? "did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"? " : "");
	return CLI_USAGE;
}

int cli_fail(const struct cli *cli, const struct cli_args *args, int code,
		const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	/* At once: the log writes to the same place from another thread. */
	fprintf(cli->err, "metergate %s: %s\n", args->verb->name,
			length >= 0 ? text : "out of memory");
	if (length >= 0) {
		free(text);
	}
	return code;
}

bool cli_flush(struct cli *cli)
{
	bool failed = fflush(cli->out) != 0 || ferror(cli->out);
	if (failed && cli->lost == 0) {
		cli->lost = errno != 0 ? errno : EIO;
	}
	return !failed;
}

void cli_leave(struct cli *cli, struct log *log, int code)
{
	fflush(cli->out);
	fflush(cli->err);
	log_destroy(log);
	_exit(code);
}

/* A reader that has gone, as "| head -1" does, had enough: there is nothing to say. */
static int end_results(struct cli *cli, const struct cli_args *args, int code)
{
	if (cli_flush(cli)) {
		return code;
	}
	if (cli->lost != EPIPE) {
		cli_fail(cli, args, CLI_OTHER, "the results could not be written to stdout: %s",
				strerror(cli->lost));
	}
	return code == CLI_OK ? CLI_OTHER : code;
}

static int run_verb(struct cli *cli, const struct cli_verb *verb, int argc, char **argv)
{
	struct cli_args args = { .verb = verb };
	int failed = args_sort(cli, &args, argc, argv);
	if (failed != CLI_OK) {
		return failed;
	}
	if (cli_given(&args, "help")) {
		print_help(cli->out, verb);
		return CLI_OK;
	}
	bool json = cli_given(&args, "json"), table = cli_given(&args, "table");
	if (json && table) {
		return cli_fail(cli, &args, CLI_USAGE,
				"--json and --table exclude each other; give one of them");
	}
	cli->json = json || (!table && !isatty(fileno(cli->out)));
	return end_results(cli, &args, verb->run(cli, &args));
}

static int help_verb(struct cli *cli, const char *name)
{
	const struct cli_verb *verb = find_verb(name);
	if (verb == NULL) {
		return refuse_verb(cli, name);
	}
	print_help(cli->out, verb);
	return CLI_OK;
}

static bool is_one_of(const char *word, const char *first, const char *second)
{
	return strcmp(word, first) == 0 || strcmp(word, second) == 0;
}

int cli_main(struct cli *cli, int argc, char **argv)
{
	if (argc < 2) {
		print_overview(cli->err);
		return CLI_USAGE;
	}
	const char *word = argv[1];
	if (is_one_of(word, "--version", "version")) {
		fprintf(cli->out, "metergate %s\n", METERGATE_VERSION);
		return CLI_OK;
	}
	if (is_one_of(word, "--help", "-h") || (strcmp(word, "help") == 0 && argc == 2)) {
		print_overview(cli->out);
		return CLI_OK;
	}
	if (strcmp(word, "help") == 0) {
		return help_verb(cli, argv[2]);
	}
	const struct cli_verb *verb = find_verb(word);
	if (verb == NULL) {
		return refuse_verb(cli, word);
	}
	return run_verb(cli, verb, argc - 2, argv + 2);
}
