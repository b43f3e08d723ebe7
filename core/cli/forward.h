/* SPDX-License-Identifier: MIT */
/*
 * Runs a command of gateway/command.h for a verb of the command line: in the gateway that
 * serves the bus, when one runs, else on the port itself, which is opened and locked.
 */
#ifndef CLI_FORWARD_H
#define CLI_FORWARD_H

#include <stdint.h>

#include "cli/cli.h"
#include "cli/target.h"
#include "gateway/owner.h"

/* Flags that stay here, for every verb that forwards: --config FILE, --key KEY,
   --verbose, and --direct (never by a gateway). All other flags of a verb go with the
   line as "--name=value" or "--name". */
#define FORWARD_FLAG_COUNT 4
extern const struct cli_flag forward_flags[FORWARD_FLAG_COUNT];
/* The same as rows of a table, and without the key. */
/* clang-format off */
#define FORWARD_FLAGS_PLAIN \
	{ "config", "FILE", "where TARGET is a bus " TARGET_CONFIG_HELP }, \
	{ "verbose", NULL, "say on stderr who is asked, and what happens on the bus" }, \
	{ "direct", NULL, "open the port here, never ask a running gateway" }
#define FORWARD_FLAGS \
	{ "key", "KEY", "of the meters at all ADDRESSes: 32 hex digits or file:PATH" }, \
	FORWARD_FLAGS_PLAIN
/* clang-format on */

/* How a command differs from the plain way. All zero but for `text` is the plain way. */
struct forward {
	bool text; /* results as people read them */
	/* Behind the bus, in place of those of `args`, if `operands` is not NULL. */
	const char *const *operands;
	size_t operand_count;
	/* Gets every line of the result, JSON or text as asked by `text`, in place of
	   printing it; NULL: they are printed. */
	void (*each)(void *data, const char *line, size_t size);
	void *data;
	bool endless;     /* it ends by Ctrl-C, which is no interruption */
	int64_t patience; /* µs for which a gateway may keep silent; 0: as long as it likes */
};

/* A gateway that is asked. */
struct forward_gateway {
	int fd;                     /* connected to it; -1: there is none */
	char name[OWNER_NAME_SIZE]; /* "" when it is not known */
	char bus[OWNER_NAME_SIZE];  /* what it calls the bus, of forward_find() */
};

/*
 * Makes the line from the verb, the bus that the first operand (TARGET) names, the other
 * operands and the flags, runs it, and prints what comes: results on stdout (as JSON
 * lines, or as text when people read), progress on stderr when that is a terminal, a
 * failure in words on stderr. SIGINT asks it to end early, and what was found is printed.
 * TARGET may be a pattern BUS/DEVICE with globs, and then all operands have to be: those
 * buses are asked that fit. Answers the exit code.
 */
int forward_run(struct cli *cli, const struct cli_args *args);
/* The same with lines of its own. */
int forward_run_with(
		struct cli *cli, const struct cli_args *args, const struct forward *forward);

/* Runs the verb with all operands as they are in the gateway of the configuration; says
   how to start one when none runs. */
int forward_to_gateway(
		struct cli *cli, const struct cli_args *args, const struct forward *forward);

/*
 * Looks for a gateway that serves the bus of `target`: CLI_OK with *gateway, connected or
 * not there; or an exit code after it was said why it cannot be used.
 */
int forward_find(const struct cli *cli, const struct cli_args *args,
		const struct target *target, struct forward_gateway *gateway);
/* Has the gateway, whose descriptor is closed, run a line made of the verb, `words` and
   the flags. */
int forward_send(struct cli *cli, const struct cli_args *args,
		const struct forward *forward, const struct forward_gateway *gateway,
		const char *const *words, size_t count);

#endif
