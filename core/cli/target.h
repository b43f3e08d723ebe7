/* SPDX-License-Identifier: MIT */
/* What TARGET and ADDRESS on the command line mean. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "cli/cli.h"
#include "gateway/session.h"
#include "gateway/setup.h"

#define TARGET_DEFAULT_CONFIG "/etc/metergate/metergate.ini"
/* How --config finds its file, for the help of flags. */
#define TARGET_CONFIG_HELP "(default: METERGATE_CONFIG, or " TARGET_DEFAULT_CONFIG ")"

/* The bus that TARGET names. All zero before, and after target_finish(). */
struct target {
	struct plugins *plugins;
	struct setup *setup;   /* the configuration, when the bus is one of it */
	struct setup_bus *bus; /* NULL once a session has it */
};

/* The flag of verbs whose operand is a configuration. */
extern const struct cli_flag target_config_flag;

/* --config, else METERGATE_CONFIG, else the default. */
const char *target_config_path(const struct cli_args *args);

/*
 * Loads the configuration that is the only operand, or else target_config_path(), and its
 * plugins. Says on stderr all that is wrong with it, also what makes it useless for a
 * gateway. Unless `strict`, a plugin that does not fit costs only the sections that want
 * it. Answers CLI_OK with *plugins and *setup the caller's, or an exit code; then only
 * *plugins may be there.
 */
int target_load_config(const struct cli *cli, const struct cli_args *args, bool strict,
		struct plugins **plugins, struct setup **setup);

/* Finds the bus, in the configuration or, when `text` has a "/", as a port. Answers
   CLI_OK, or an exit code after it said what is wrong. target_finish() is needed in any
   case. */
int target_open(const struct cli *cli, const struct cli_args *args, const char *text,
		struct target *target);
/* The same without choosing a bus: all are in target->setup. */
int target_open_all(
		const struct cli *cli, const struct cli_args *args, struct target *target);
void target_finish(struct target *target);

/* True when a gateway, and no command, has the port of the bus now. */
bool target_is_served(const struct target *target);

/*
 * Opens the bus for this command alone: it shall do what it is told and nothing else, so
 * its devices are never due. `target` must live as long. NULL after it was said what is
 * wrong; *code is the exit code then.
 */
struct session *target_session(const struct cli *cli, const struct cli_args *args,
		struct target *target, struct log *log, const struct bus_owner *owner, int *code);

/*
 * Gives `key` to whatever meter answers at `address`, before what the configuration says.
 * Its identity is that of the configuration, else that of a secondary address. False
 * after it was said that memory is short.
 */
bool target_add_key(const struct cli *cli, const struct cli_args *args,
		struct setup_bus *bus, const struct bus_address *address,
		const struct secure_key *key);

/* The device of the bus at this address, or NULL. */
const struct bus_device_settings *target_device(
		const struct setup_bus *bus, const struct bus_address *address);

/* An address, or the name of a device of the bus; *label is how readings call it. False
   after it said what is wrong. */
bool target_address(const struct cli *cli, const struct cli_args *args,
		const struct setup_bus *bus, const char *text, struct bus_address *address,
		const char **label);

#endif
