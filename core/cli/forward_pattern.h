/* SPDX-License-Identifier: MIT */
/* BUS/DEVICE with globs on the command line: which buses it stands for. */
#ifndef CLI_FORWARD_PATTERN_H
#define CLI_FORWARD_PATTERN_H

#include "cli/cli.h"
#include "gateway/setup.h"

/* True for BUS/DEVICE with or without globs, and not a port. */
bool forward_pattern_is(const char *text);

/* Each operand has to be a pattern that a bus fits: CLI_OK, or an exit code after it was
   said which is not. */
int forward_pattern_check(
		const struct cli *cli, const struct cli_args *args, const struct setup *setup);
/* What stands behind the slash of those operands that fit the bus; `words` has room for
   all. Answers how many. All are patterns. */
size_t forward_pattern_choose(
		const struct cli_args *args, const struct setup_bus *bus, const char **words);

#endif
