/* SPDX-License-Identifier: MIT */
/* metergate scan: which meters are on a bus? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/forward.h"
#include "cli/scan_config.h"
#include "cli/scan_line.h"
#include "cli/target.h"

#define TEXT_MAX 16384 /* of a summary */
#define FOUND_FIRST 64
#define FOUND_MOST 65536

struct scanning {
	struct cli *cli;
	FILE *table;   /* where people read what is found; NULL: lines of JSON */
	bool headed;   /* the table has begun */
	bool gathers;  /* for a configuration */
	bool short_of; /* memory */
	struct scan_line *found;
	size_t count, room;
};

/* Those of this program that mean nothing to a command. */
static const char *const own_flags[] = { "write-config", "bus" };

/* Where the line stands that this one comes in place of; NULL: it is a new one. */
static struct scan_line *told_before(
		const struct scanning *scanning, const struct scan_line *found)
{
	for (size_t i = 0; found->again && i < scanning->count; i++) {
		struct scan_line *line = &scanning->found[i];
		if (line->address < 0 && strcmp(line->secondary, found->secondary) == 0) {
			return line;
		}
	}
	return NULL;
}

static void gather(struct scanning *scanning, const struct scan_line *found)
{
	struct scan_line *before = told_before(scanning, found);
	if (before != NULL) {
		*before = *found;
		return;
	}
	if (scanning->count == scanning->room) {
		size_t room = scanning->room == 0 ? FOUND_FIRST : scanning->room * 2;
		struct scan_line *list =
				room > FOUND_MOST ? NULL
								  : reallocarray(scanning->found, room, sizeof(*list));
		if (list == NULL) {
			scanning->short_of = true;
			return;
		}
		scanning->found = list;
		scanning->room = room;
	}
	scanning->found[scanning->count++] = *found;
}

static void put_row(struct scanning *scanning, const struct scan_line *found)
{
	char address[16] = "-", version[24] = "";
	FILE *out = scanning->table;
	if (!scanning->headed) {
		fprintf(out, "%4s  %-20s %-24s %-4s %-16s %5s  %s\n", "addr", "identity", "maker",
				"ver", "medium", "baud", "note");
		scanning->headed = true;
	}
	if (found->address >= 0) {
		snprintf(address, sizeof(address), "%d", found->address);
	} else if (found->last_address >= 0) {
		snprintf(address, sizeof(address), "(%d)", found->last_address);
	}
	if (found->version >= 0) {
		snprintf(version, sizeof(version), "%ld", found->version);
	}
	fprintf(out, "%4s  %-20s %-24.24s %-4s %-16.16s %5ld", address, found->secondary,
			found->maker[0] != '\0' ? found->maker : found->manufacturer, version,
			found->medium, found->baud);
	const char *before = "  ";
	if (found->again) {
		fprintf(out, "%sagain, with its address", before);
		before = "; ";
	}
	if (found->note[0] != '\0') {
		fprintf(out, "%s%s", before, found->note);
		before = "; ";
	}
	if (found->device[0] != '\0') {
		fprintf(out, "%sdevice %s", before, found->device);
	}
	fputc('\n', out);
	fflush(out);
}

/* Anything that is not a meter is the summary. */
static void put_text(struct scanning *scanning, const char *line)
{
	char text[TEXT_MAX];
	scan_line_text(line, "text", text, sizeof(text));
	if (text[0] != '\0') {
		fprintf(scanning->table, "%s%s", scanning->headed ? "\n" : "", text);
	}
}

static void take(void *data, const char *line, size_t size)
{
	struct scanning *scanning = data;
	struct scan_line found;
	bool is_found = scan_line_read(line, &found);
	if (is_found && scanning->gathers) {
		gather(scanning, &found);
	}
	if (scanning->table == NULL) {
		fprintf(scanning->cli->out, "%.*s\n", (int)size, line);
		cli_flush(scanning->cli);
	} else if (is_found) {
		put_row(scanning, &found);
	} else {
		put_text(scanning, line);
	}
}

/* The flags that go with the line. */
static struct cli_args without_own(const struct cli_args *args)
{
	struct cli_args rest = *args;
	rest.given_count = 0;
	for (size_t i = 0; i < args->given_count; i++) {
		bool own = false;
		for (size_t k = 0; k < sizeof(own_flags) / sizeof(own_flags[0]); k++) {
			own = own || strcmp(args->given[i].name, own_flags[k]) == 0;
		}
		if (!own) {
			rest.given[rest.given_count++] = args->given[i];
		}
	}
	return rest;
}

/* The bus in the sections that are written; NULL after it was said what is missing. */
static const char *bus_of(const struct cli *cli, const struct cli_args *args)
{
	const char *bus = cli_value(args, "bus");
	const char *target = args->operands[0];
	if (bus == NULL && strchr(target, '/') == NULL) {
		bus = target;
	}
	if (bus == NULL) {
		cli_fail(cli, args, CLI_USAGE,
				"--write-config: which bus of the configuration is %s? give --bus NAME",
				target);
	} else if (!config_name_valid(bus, strlen(bus))) {
		cli_fail(cli, args, CLI_USAGE,
				"--bus %s: want a name of letters, digits, '.', '_' and '-', at most %d",
				bus, CONFIG_NAME_MAX);
		bus = NULL;
	}
	return bus;
}

static int refuse_file(const struct cli *cli, const struct cli_args *args, int error)
{
	const char *path = cli_value(args, "write-config");
	if (error == -ENOENT) {
		return cli_fail(cli, args, CLI_OTHER,
				"%s cannot be written: there is no such folder; make it, or name another "
				"file, or - for stdout",
				path);
	}
	return cli_fail(cli, args,
			error == -EACCES || error == -EPERM ? CLI_PERMISSION : CLI_OTHER,
			"%s cannot be written, and is as it was: %s; name another file, or - for "
			"stdout",
			path, strerror(-error));
}

/* Before the scan begins, which may take hours. */
static int check_file(const struct cli *cli, const struct cli_args *args)
{
	const char *path = cli_value(args, "write-config");
	if (scan_config_is_open(path, fileno(cli->out))) {
		return cli_fail(cli, args, CLI_USAGE,
				"--write-config %s: that is where stdout goes, and it would be replaced; "
				"use --write-config - for stdout",
				path);
	}
	int error = scan_config_writable(path);
	return error != 0 ? refuse_file(cli, args, error) : CLI_OK;
}

static int save(const struct cli *cli, const struct cli_args *args,
		const struct scan_config *config, const char *text, size_t size)
{
	const char *path = cli_value(args, "write-config");
	if (strcmp(path, "-") == 0) {
		fwrite(text, 1, size, cli->out);
		return CLI_OK;
	}
	int error = config->written > 0 ? scan_config_append(path, text, size) : 0;
	if (error != 0) {
		return refuse_file(cli, args, error);
	}
	fprintf(cli->err, "metergate scan: %zu section%s added to %s\n", config->written,
			config->written == 1 ? "" : "s", path);
	return CLI_OK;
}

static int write_config(const struct cli *cli, const struct cli_args *args,
		const struct scanning *scanning, const char *bus)
{
	const char *path = cli_value(args, "write-config");
	struct scan_config config = { .bus = bus };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool good = out != NULL && !scanning->short_of &&
				scan_config_load(&config, target_config_path(args)) &&
				(strcmp(path, "-") == 0 || scan_config_load(&config, path)) &&
				scan_config_write(&config, out, scanning->found, scanning->count);
	if (out != NULL && fclose(out) != 0) {
		good = false;
	}
	int code = good ? save(cli, args, &config, text, size)
					: cli_fail(cli, args, CLI_OTHER,
							  "the sections were not written: out of memory");
	if (good && config.left_out > 0) {
		cli_fail(cli, args, 0,
				"%zu left out: they share an address, and did not say who they are; a "
				"secondary scan finds them",
				config.left_out);
	}
	scan_config_finish(&config);
	free(text);
	return code;
}

/* "primary" or "secondary" goes with the flags; a mask among the operands becomes one. */
static int run_scan(
		struct cli *cli, const struct cli_args *args, struct scanning *scanning)
{
	struct cli_args rest = without_own(args);
	const struct forward forward = {
		.operands = (const char *const *)args->operands, .each = take, .data = scanning
	};
	if (args->operand_count > 2) {
		return cli_fail(cli, args, CLI_USAGE, "want %s; see metergate scan --help",
				args->verb->usage);
	}
	if (args->operand_count == 2) {
		if (rest.given_count == CLI_FLAG_VALUES) {
			return cli_fail(cli, args, CLI_USAGE, "too many options");
		}
		rest.given[rest.given_count].name = "mask";
		rest.given[rest.given_count++].value = args->operands[1];
	}
	return forward_run_with(cli, &rest, &forward);
}

static int run(struct cli *cli, const struct cli_args *args)
{
	const char *path = cli_value(args, "write-config");
	const char *bus = NULL;
	if (args->operand_count > 0 && path != NULL) {
		bus = bus_of(cli, args);
		if (bus == NULL) {
			return CLI_USAGE;
		}
	}
	bool to_stdout = path != NULL && strcmp(path, "-") == 0;
	int failed = path != NULL && !to_stdout ? check_file(cli, args) : CLI_OK;
	if (failed != CLI_OK) {
		return failed;
	}
	struct scanning scanning = {
		.cli = cli,
		.table = to_stdout ? cli->err : (cli->json ? NULL : cli->out),
		.gathers = path != NULL,
	};
	int code = run_scan(cli, args, &scanning);
	bool found = scanning.gathers && scanning.count > 0;
	int written = found ? write_config(cli, args, &scanning, bus) : CLI_OK;
	free(scanning.found);
	return code == CLI_OK ? written : code;
}

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "primary", NULL, "ask primary addresses, and only for them" },
	{ "secondary", NULL, "search by identity" },
	{ "addresses", "LIST", "of a primary scan: 0-250,5 (default: all)" },
	{ "identify", NULL, "with --primary: ask each meter who it is" },
	{ "mask", "MASK", "of a secondary scan: 1234FFFF.KAM" },
	{ "baud", "LIST", "scan at each of these: 2400,9600 (default: that of the bus)" },
	{ "fast", NULL, "secondary: believe what is likely; may miss a meter" },
	{ "hex", NULL, "secondary: numbers may have digits A to E, too" },
	{ "known", NULL, "secondary: ask only meters that were found before" },
	{ "repeats", "N", "ask silent addresses and masks so often again" },
	{ "thorough", NULL, "at least once, and primary by REQ_UD2, too" },
	{ "resume", "TOKEN", "go on where an interrupted scan said that it was" },
	{ "write-config", "FILE", "add a [device] section for each new meter; - for stdout" },
	{ "bus", "NAME", "of those sections, when TARGET is a port" },
};

const struct cli_verb verb_scan = {
	.name = "scan",
	.usage = "TARGET [--primary|--secondary] [MASK]",
	.summary = "finds the meters of a bus",
	.details =
			"Without more: asks every primary address, and each meter found who it is.\n"
			"--primary alone is faster and gives addresses only. --secondary finds all\n"
			"meters that know secondary addressing, also those without an address of\n"
			"their own; MASK limits it. Meters that never acknowledge SND_NKE are found\n"
			"with --thorough. What is found is kept in the inventory of the state_dir.\n"
			"Ctrl-C ends a scan: what was found stands, and a token goes on from there.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
