/* SPDX-License-Identifier: MIT */
/* A duration that a command line gives with a flag. */
#ifndef CLI_DURATION_FLAG_H
#define CLI_DURATION_FLAG_H

#include <stdint.h>

#include "cli/cli.h"

#define DURATION_FLAG_MAX ((int64_t)366 * 24 * 60 * 60 * 1000)

/* Reads --NAME, such as 10m, into *ms, 1 ... DURATION_FLAG_MAX, which stays without it.
   Answers CLI_OK, or CLI_USAGE after it said what is wrong. */
int duration_flag_read(const struct cli *cli, const struct cli_args *args,
		const char *name, int64_t *ms);

#endif
