/* SPDX-License-Identifier: MIT */
/* Asks the devices of a bus, one job for each ADDRESS: what read and ping share. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "bus/bus.h"
#include "cli/cli.h"

/* Shows how the job for `address` (as the user wrote it) ended. */
typedef void (*ask_show_fn)(
		struct cli *cli, const char *address, const struct bus_result *result);

/* The options of verbs that use jobs. */
#define ASK_FLAG_COUNT 2
extern const struct cli_flag ask_flags[ASK_FLAG_COUNT];

/*
 * "TARGET ADDRESS...": without an address every device of a configured bus. Says on
 * stderr what failed. Answers CLI_OK when all was well, the code of the failure when all
 * failed the same way, otherwise CLI_SOME_FAILED.
 */
int ask_run(struct cli *cli, const struct cli_args *args, enum bus_job_kind kind,
		ask_show_fn show);

/* "ok", "no-answer", ... */
const char *ask_outcome_name(enum bus_outcome outcome);

/* What a port that could not be opened means as an exit code: 4, 9 or 10. */
int ask_port_code(int error);

#endif
