/* SPDX-License-Identifier: MIT */
/* What TARGET and ADDRESS on the command line mean. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "cli/cli.h"
#include "gateway/setup.h"

#define TARGET_DEFAULT_CONFIG "/etc/metergate/metergate.ini"

/* The bus that TARGET names. All zero before, and after target_finish(). */
struct target {
	struct plugins *plugins;
	struct setup *setup;   /* the configuration, when the bus is one of it */
	struct setup_bus *bus; /* set to NULL by whoever takes it over */
};

/* --config, else METERGATE_CONFIG, else the default. */
const char *target_config_path(const struct cli_args *args);

/*
 * Loads a configuration and its plugins, and says on stderr all that is wrong with it.
 * Answers CLI_OK with *plugins and *setup the caller's, or an exit code.
 */
int target_load_config(const struct cli *cli, const struct cli_args *args,
		const char *path, struct plugins **plugins, struct setup **setup);

/* Finds the bus, in the configuration or, when `text` has a "/", as a port. Answers
   CLI_OK, or an exit code after it said what is wrong. target_finish() is needed in any
   case. */
int target_open(const struct cli *cli, const struct cli_args *args, const char *text,
		struct target *target);
void target_finish(struct target *target);

/* An address, or the name of a device of the bus; *label is how readings call it. False
   after it said what is wrong. */
bool target_address(const struct cli *cli, const struct cli_args *args,
		const struct setup_bus *bus, const char *text, struct bus_address *address,
		const char **label);

#endif
