/* SPDX-License-Identifier: MIT */
/* metergate ports: which serial ports there are, who holds them, and who may. */
#include "cli/ports.h"

#include <string.h>
#include <unistd.h>

#include "base/json.h"

static void print_member(FILE *out, const char *key, const char *text)
{
	fprintf(out, ",\"%s\":", key);
	json_print_string(out, text[0] != '\0' ? text : NULL);
}

static void print_json(struct cli *cli, const struct ports_entry *entry)
{
	FILE *out = cli->out;
	fprintf(out, "{\"device\":");
	json_print_string(out, entry->device);
	print_member(out, "stable", entry->stable);
	print_member(out, "driver", entry->driver);
	print_member(out, "group", entry->group);
	fprintf(out, ",\"access\":%s,\"holder\":", entry->access ? "true" : "false");
	if (entry->holder == 0) {
		fprintf(out, "null}\n");
		return;
	}
	fprintf(out, "{\"pid\":%d", (int)entry->holder);
	print_member(out, "command", entry->command);
	fprintf(out, "}}\n");
}

static void print_row(struct cli *cli, const struct ports_entry *entry)
{
	char holder[96] = "-", rights[96];
	if (entry->holder != 0) {
		snprintf(holder, sizeof(holder), "%d (%s)", (int)entry->holder, entry->command);
	}
	snprintf(rights, sizeof(rights), "%s, group %s", entry->access ? "yes" : "no",
			entry->group);
	fprintf(cli->out, "%-14s %-12s %-20s %-20s %s\n", entry->device, entry->driver,
			rights, holder, entry->stable[0] != '\0' ? entry->stable : "-");
}

/* What to do about the first port that this user may not open. */
static void advise(struct cli *cli, const struct ports_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct ports_entry *entry = &list->entries[i];
		if (entry->access) {
			continue;
		}
		if (entry->group_may) {
			fprintf(cli->err,
					"%s may only be opened by the group %s: \"sudo usermod -aG %s "
					"$USER\", then log in again\n",
					entry->device, entry->group, entry->group);
		} else {
			fprintf(cli->err,
					"%s may only be opened by root: a udev rule has to give its group "
					"rights\n",
					entry->device);
		}
		return;
	}
}

static void print_table(struct cli *cli, const struct ports_list *list)
{
	fprintf(cli->out, "%-14s %-12s %-20s %-20s %s\n", "DEVICE", "DRIVER", "MAY BE OPENED",
			"HELD BY", "STABLE NAME");
	for (size_t i = 0; i < list->count; i++) {
		print_row(cli, &list->entries[i]);
	}
	if (geteuid() != 0) {
		fprintf(cli->err, "Programs of other users that hold a port are seen by root "
						  "only.\n");
	}
}

int ports_show(struct cli *cli, const struct ports_roots *roots)
{
	struct ports_list list;
	if (!ports_list_init(&list, roots)) {
		fprintf(cli->err, "metergate ports: out of memory\n");
		return CLI_OTHER;
	}
	if (list.count == 0) {
		fprintf(cli->err,
				"There is no serial port. Is the adapter plugged in (\"sudo dmesg | "
				"tail\" "
				"shows it)?\nContainers and virtual machines see a port only when it was "
				"passed to them, for\nexample with --device=/dev/ttyUSB0.\n");
	} else if (!cli->json) {
		print_table(cli, &list);
	}
	for (size_t i = 0; cli->json && i < list.count; i++) {
		print_json(cli, &list.entries[i]);
	}
	advise(cli, &list);
	ports_list_finish(&list);
	return CLI_OK;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	static const struct ports_roots roots = { "/dev", "/sys", "/proc" };
	if (args->operand_count > 0) {
		return cli_fail(cli, args, CLI_USAGE, "\"%s\" is too much: no operand is wanted",
				args->operands[0]);
	}
	return ports_show(cli, &roots);
}

const struct cli_verb verb_ports = {
	.name = "ports",
	.usage = "",
	.summary = "lists the serial ports, who holds them and who may open them",
	.details = "No port is opened and no byte is sent. A stable name stays the same when "
			   "the\nadapter is plugged in elsewhere: prefer it in a configuration.",
	.run = run,
};
