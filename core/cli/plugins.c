/* SPDX-License-Identifier: MIT */
/* metergate plugins: what is installed, and every option of it. */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "gateway/describe.h"
#include "gateway/plugin.h"

struct listing {
	struct cli *cli;
	size_t found, refused;
};

static const char *kinds_of(const struct mg_plugin *description)
{
	if (description->transport != NULL && description->sink != NULL) {
		return "transport, sink";
	}
	return description->transport != NULL ? "transport" : "sink";
}

static void list_json(struct cli *cli, const struct plugin_entry *entry)
{
	if (entry->plugin != NULL) {
		describe_plugin_json(cli->out, entry->plugin);
		return;
	}
	fprintf(cli->out, "{\"name\":");
	json_print_string(cli->out, entry->name);
	fprintf(cli->out, ",\"path\":");
	json_print_string(cli->out, entry->path);
	fprintf(cli->out, ",\"refused\":");
	json_print_string(cli->out, entry->why);
	fprintf(cli->out, "}\n");
}

static void list_entry(void *data, const struct plugin_entry *entry)
{
	struct listing *listing = data;
	FILE *out = listing->cli->out;
	listing->found++;
	listing->refused += entry->plugin == NULL;
	if (listing->cli->json) {
		list_json(listing->cli, entry);
	} else if (entry->plugin != NULL) {
		const struct mg_plugin *description = entry->plugin->description;
		fprintf(out, "%-12s %-10s %-8s %s\n", entry->name, kinds_of(description),
				description->version, description->summary);
	} else {
		fprintf(out, "%-12s refused    %s\n", entry->name, entry->why);
	}
}

static int list(struct cli *cli, const struct cli_args *args, struct plugins *plugins)
{
	struct listing listing = { .cli = cli };
	plugins_list(plugins, list_entry, &listing);
	if (listing.found > 0) {
		return listing.refused == 0 ? CLI_OK : CLI_SOME_FAILED;
	}
	cli_fail(cli, args, CLI_OTHER, "no plugin was found; these folders were searched:");
	for (size_t i = 0; plugins_folder(plugins, i) != NULL; i++) {
		fprintf(cli->err, "  %s\n", plugins_folder(plugins, i));
	}
	return CLI_OTHER;
}

static int describe(struct cli *cli, const struct cli_args *args,
		const struct plugin *plugin, const char *why)
{
	if (plugin == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "%s", why);
	}
	if (cli->json) {
		describe_plugin_json(cli->out, plugin);
	} else {
		describe_plugin_text(cli->out, plugin);
	}
	return CLI_OK;
}

static int serve(struct cli *cli, const struct cli_args *args, struct plugins *plugins)
{
	char why[PLUGIN_WHY_SIZE] = "";
	if (cli_given(args, "markdown")) {
		describe_markdown(cli->out, plugins);
		return CLI_OK;
	}
	if (args->operand_count == 0) {
		return list(cli, args, plugins);
	}
	const char *name = args->operands[0];
	if (strcmp(name, "check") == 0 && args->operand_count == 2) {
		const char *path = args->operands[1];
		const struct plugin *plugin = plugins_load(plugins, path, why, sizeof(why));
		return describe(cli, args, plugin, why);
	}
	if (args->operand_count > 1) {
		return cli_fail(cli, args, CLI_USAGE, "want %s", args->verb->usage);
	}
	return describe(cli, args, plugins_find(plugins, name, why, sizeof(why)), why);
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct plugins *plugins = plugins_create(cli_value(args, "plugin-dir"));
	if (plugins == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	int code = serve(cli, args, plugins);
	plugins_destroy(plugins);
	return code;
}

static const struct cli_flag flags[] = {
	{ "plugin-dir", "FOLDER", "a further folder with plugins" },
	{ "markdown", NULL, "every option of the core and of our plugins: docs/config.md" },
};

const struct cli_verb verb_plugins = {
	.name = "plugins",
	.usage = "[NAME | check FILE.so]",
	.summary = "lists the plugins, or one with all its options",
	.details = "A plugin that cannot be used is listed with the reason. Folders that\n"
			   "METERGATE_PLUGIN_PATH names, separated by colons, are searched first.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
