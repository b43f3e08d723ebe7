/* SPDX-License-Identifier: MIT */
/* The key that a command line gives with --key. */
#ifndef CLI_KEY_FLAG_H
#define CLI_KEY_FLAG_H

#include <stdbool.h>

#include "cli/cli.h"
#include "secure/secure.h"

/* The end of the help of a flag { "key", "KEY", ... }. */
#define KEY_FLAG_HELP ": 32 hex digits or file:PATH"

/* Reads --key; *given stays false without one. Answers CLI_OK, or an exit code after it
   said what is wrong, never what was read. */
int key_flag_read(const struct cli *cli, const struct cli_args *args,
		struct secure_key *key, bool *given);

#endif
