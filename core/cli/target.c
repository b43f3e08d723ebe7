/* SPDX-License-Identifier: MIT */
/* What TARGET and ADDRESS on the command line mean. */
#include "cli/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/config.h"
#include "gateway/owner.h"
#include "gateway/suggest.h"

#define PORTS_HELP                                                                       \
	"a port has a \"/\" in it, such as /dev/ttyUSB0?baud=2400 or tcp://host:port"

const struct cli_flag target_config_flag = {
	"config",
	"FILE",
	"the configuration " TARGET_CONFIG_HELP,
};

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

static struct setup *resolve(const struct config *config, struct plugins **plugins,
		struct config_errors *errors)
{
	*plugins = plugins_create(plugin_dir_of(config));
	if (*plugins == NULL) {
		config_errors_add(errors, NULL, NULL, NULL, "memory is short");
		return NULL;
	}
	return config_resolve(config, *plugins, errors);
}

/* How much of what is wrong with a configuration matters. */
enum strictness {
	STRICT,  /* all of it, also warnings: metergate check */
	GO_ON,   /* a plugin that does not fit costs its own sections only */
	ONE_BUS, /* as GO_ON; warnings are about a gateway that is not wanted here */
};

static bool is_good(const struct config_errors *errors, enum strictness strictness)
{
	size_t forgiven = strictness == STRICT ? 0 : errors->refusals;
	return errors->errors <= forgiven;
}

static void go_on_without(
		const struct cli *cli, const struct cli_args *args, struct setup *setup)
{
	size_t count = setup_leave_out_refused(setup);
	if (count > 0) {
		cli_fail(cli, args, CLI_OK,
				"going on without %zu section%s whose plugin does not fit", count,
				count == 1 ? "" : "s");
	}
}

static int load(const struct cli *cli, const struct cli_args *args, const char *path,
		enum strictness strictness, struct plugins **plugins, struct setup **setup)
{
	struct config_errors errors;
	config_errors_init(&errors);
	struct config *config = config_load(path, &errors);
	if (config != NULL) {
		*setup = resolve(config, plugins, &errors);
		config_destroy(config);
	}
	bool good = is_good(&errors, strictness);
	if (strictness != ONE_BUS || errors.errors > 0) {
		config_errors_print(&errors, cli->err);
	}
	if (good) {
		go_on_without(cli, args, *setup);
	} else {
		cli_fail(cli, args, CLI_CONFIG, "%zu error%s in %s", errors.errors,
				errors.errors == 1 ? "" : "s", path);
		setup_destroy(*setup);
		*setup = NULL;
	}
	config_errors_finish(&errors);
	return good ? CLI_OK : CLI_CONFIG;
}

int target_load_config(const struct cli *cli, const struct cli_args *args, bool strict,
		struct plugins **plugins, struct setup **setup)
{
	if (args->operand_count > 1) {
		return cli_fail(cli, args, CLI_USAGE,
				"\"%s\" is too much: one configuration is wanted", args->operands[1]);
	}
	const char *path =
			args->operand_count == 1 ? args->operands[0] : target_config_path(args);
	return load(cli, args, path, strict ? STRICT : GO_ON, plugins, setup);
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

static int refuse_bus(const struct cli *cli, const struct cli_args *args,
		const char *path, const char *name, const struct setup *setup)
{
	struct suggest suggest;
	suggest_init(&suggest, name);
	for (size_t i = 0; i < setup->bus_count; i++) {
		suggest_add(&suggest, setup->buses[i]->settings.name);
	}
	bool near = suggest.best != NULL;
	return cli_fail(cli, args, CLI_USAGE, "%s has no bus \"%s\"; %s%s%s" PORTS_HELP, path,
			name, near ? "did you mean \"" : "", near ? suggest.best : "",
			near ? "\"? " : "");
}

static int open_configured(const struct cli *cli, const struct cli_args *args,
		const char *name, struct target *target)
{
	const char *path = target_config_path(args);
	int failed = load(cli, args, path, ONE_BUS, &target->plugins, &target->setup);
	if (failed != CLI_OK) {
		fprintf(cli->err, "\"%s\" was looked for there; " PORTS_HELP "\n", name);
		return failed;
	}
	target->bus = take_bus(target->setup, name);
	return target->bus != NULL ? CLI_OK
							   : refuse_bus(cli, args, path, name, target->setup);
}

static int open_port(const struct cli *cli, const struct cli_args *args, const char *text,
		struct target *target)
{
	struct config_errors errors;
	target->plugins = plugins_create(NULL);
	if (target->plugins == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	config_errors_init(&errors);
	bool good = setup_bus_from_target(text, target->plugins, &target->bus, &errors);
	config_errors_print(&errors, cli->err);
	config_errors_finish(&errors);
	return good ? CLI_OK : CLI_USAGE;
}

int target_open(const struct cli *cli, const struct cli_args *args, const char *text,
		struct target *target)
{
	return strchr(text, '/') != NULL ? open_port(cli, args, text, target)
									 : open_configured(cli, args, text, target);
}

int target_open_all(
		const struct cli *cli, const struct cli_args *args, struct target *target)
{
	return load(cli, args, target_config_path(args), ONE_BUS, &target->plugins,
			&target->setup);
}

void target_finish(struct target *target)
{
	setup_bus_destroy(target->bus);
	setup_destroy(target->setup);
	plugins_destroy(target->plugins);
	*target = (struct target){ 0 };
}

bool target_is_served(const struct target *target)
{
	struct owner_folders folders;
	struct owner_holder holder;
	const struct setup *setup = target->setup;
	owner_folders_init(&folders, setup != NULL ? setup->gateway.state_dir : "");
	return target->bus->port != NULL &&
		   owner_query(&folders, target->bus->port, &holder) &&
		   !owner_is_command(&holder);
}

struct session *target_session(const struct cli *cli, const struct cli_args *args,
		struct target *target, struct log *log, const struct bus_owner *owner, int *code)
{
	char why[HOST_REASON_SIZE];
	int error;
	const char *state_dir = target->setup != NULL ? target->setup->gateway.state_dir : "";
	struct setup_bus *bus = target->bus;
	target->bus = NULL;
	struct session *session =
			session_create(bus, state_dir, log, owner, &error, why, sizeof(why));
	if (session == NULL) {
		*code = cli_fail(cli, args, error == -EBUSY ? CLI_BUSY : CLI_OTHER, "%s", why);
	}
	return session;
}

bool target_add_key(const struct cli *cli, const struct cli_args *args,
		struct setup_bus *bus, const struct bus_address *address,
		const struct secure_key *key)
{
	static const struct mg_identity nobody = { UINT32_MAX, UINT16_MAX, UINT8_MAX,
		UINT8_MAX };
	const struct bus_key *before = bus_key_find(bus->settings.keys, address);
	struct bus_key *added = option_memory_take(&bus->memory, sizeof(*added));
	if (added == NULL) {
		cli_fail(cli, args, CLI_OTHER, "out of memory");
		return false;
	}
	added->next = bus->settings.keys;
	added->address = *address;
	added->identity = address->secondary ? address->identity : nobody;
	if (before != NULL) {
		added->identity = before->identity;
	}
	added->key = *key;
	bus->settings.keys = added;
	return true;
}

const struct bus_device_settings *target_device(
		const struct setup_bus *bus, const struct bus_address *address)
{
	for (size_t i = 0; i < bus->device_count; i++) {
		const struct bus_device_settings *device = &bus->devices[i].settings;
		if (bus_address_equal(&device->address, address)) {
			return device;
		}
	}
	return NULL;
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
			"\"%s\" is no device of bus %s and no address: want 0-250, or 12345678, or "
			"12345678.KAM.16.04 with F for any digit",
			text, bus->settings.name);
	return false;
}
