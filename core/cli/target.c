/* SPDX-License-Identifier: MIT */
/* What TARGET and ADDRESS on the command line mean. */
#include "cli/target.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/config.h"

const char *target_config_path(const struct cli_args *args)
{
	const char *path = cli_value(args, "config");
	if (path == NULL) {
		path = getenv("METERGATE_CONFIG");
	}
	return path != NULL && path[0] != '\0' ? path : TARGET_DEFAULT_CONFIG;
}

/* The folder of plugins that the configuration itself names. */
static const char *plugin_dir_of(const struct config *config)
{
	const struct config_section *gateway = config_find(config, "gateway");
	const struct config_value *value =
			gateway != NULL ? config_value(gateway, "plugin_dir") : NULL;
	return value != NULL ? value->value : NULL;
}

int target_load_config(const struct cli *cli, const struct cli_args *args,
		const char *path, struct plugins **plugins, struct setup **setup)
{
	struct config_errors errors;
	config_errors_init(&errors);
	struct config *config = config_load(path, &errors);
	if (config != NULL) {
		*plugins = plugins_create(plugin_dir_of(config));
		*setup = *plugins != NULL ? config_resolve(config, *plugins, &errors) : NULL;
		config_destroy(config);
	}
	config_errors_print(&errors, cli->err);
	bool good = errors.errors == 0 && *setup != NULL;
	if (!good) {
		cli_fail(cli, args, CLI_CONFIG, "%zu error%s in %s", errors.errors,
				errors.errors == 1 ? "" : "s", path);
		setup_destroy(*setup);
		*setup = NULL;
	}
	config_errors_finish(&errors);
	return good ? CLI_OK : CLI_CONFIG;
}

/* A bus of the configuration leaves it, so that it can be used alone. */
static struct setup_bus *take_bus(struct setup *setup, const char *name)
{
	for (size_t i = 0; i < setup->bus_count; i++) {
		if (strcmp(setup->buses[i]->settings.name, name) == 0) {
			struct setup_bus *bus = setup->buses[i];
			setup->buses[i] = NULL;
			return bus;
		}
	}
	return NULL;
}

static int open_configured(const struct cli *cli, const struct cli_args *args,
		const char *name, struct target *target)
{
	const char *path = target_config_path(args);
	int failed = target_load_config(cli, args, path, &target->plugins, &target->setup);
	if (failed != CLI_OK) {
		return failed;
	}
	target->bus = take_bus(target->setup, name);
	if (target->bus == NULL) {
		return cli_fail(cli, args, CLI_USAGE,
				"%s has no bus \"%s\"; a port has a \"/\" in it, such as "
				"/dev/ttyUSB0?baud=2400 or tcp://host:port",
				path, name);
	}
	return CLI_OK;
}

static int open_port(const struct cli *cli, const char *text, struct target *target)
{
	struct config_errors errors;
	config_errors_init(&errors);
	target->plugins = plugins_create(NULL);
	bool good = target->plugins != NULL &&
				setup_bus_from_target(text, target->plugins, &target->bus, &errors);
	config_errors_print(&errors, cli->err);
	config_errors_finish(&errors);
	return good ? CLI_OK : CLI_USAGE;
}

int target_open(const struct cli *cli, const struct cli_args *args, const char *text,
		struct target *target)
{
	return strchr(text, '/') != NULL ? open_port(cli, text, target)
									 : open_configured(cli, args, text, target);
}

void target_finish(struct target *target)
{
	setup_bus_destroy(target->bus);
	setup_destroy(target->setup);
	plugins_destroy(target->plugins);
	*target = (struct target){ 0 };
}

bool target_address(const struct cli *cli, const struct cli_args *args,
		const struct setup_bus *bus, const char *text, struct bus_address *address,
		const char **label)
{
	size_t wrong = 0;
	*label = text;
	for (size_t i = 0; i < bus->device_count; i++) {
		if (strcmp(bus->devices[i].settings.name, text) == 0) {
			*address = bus->devices[i].settings.address;
			return true;
		}
	}
	if (bus_address_parse(text, address, &wrong)) {
		return true;
	}
	cli_fail(cli, args, CLI_USAGE,
			"\"%s\" is no address (see its character %zu): want 0-250, or 12345678, or "
			"12345678.KAM.16.04 with F for any digit",
			text, wrong + 1);
	return false;
}
