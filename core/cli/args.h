/* SPDX-License-Identifier: MIT */
/* Sorts the arguments of a verb into flags and operands; cli_value() and others read
 * them. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stddef.h>

#include "cli/cli.h"

/* Sorts what stands behind the verb; args->verb is set. Reorders argv. Answers CLI_OK, or
   CLI_USAGE after it said what is wrong. */
int args_sort(struct cli *cli, struct cli_args *args, int argc, char **argv);

/* The flags that every verb has. */
const struct cli_flag *args_common(size_t *count);

#endif
