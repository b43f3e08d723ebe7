/* SPDX-License-Identifier: MIT */
/* What the verbs of the command line share: arguments, exit codes, how to print. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit codes; docs/design.md has the list for users. */
enum cli_exit {
	CLI_OK = 0,
	CLI_OTHER = 1,
	CLI_USAGE = 2,
	CLI_CONFIG = 3,
	CLI_PORT = 4,
	CLI_NO_ANSWER = 5,
	CLI_UNDECODABLE = 6,
	CLI_SOME_FAILED = 7,
	CLI_PERMISSION = 9,
	CLI_BUSY = 10,
	CLI_INTERRUPTED = 130,
};

struct cli {
	FILE *out; /* results */
	FILE *err; /* everything else */
	bool json; /* JSON lines: asked for, or stdout is no terminal */
	int lost;  /* errno of the first write of results that failed; 0: none */
};

/* "--name" or "--name VALUE" of a verb. "--help", "--json" and "--table" exist for every
   verb. */
struct cli_flag {
	const char *name;  /* without the dashes */
	const char *value; /* what stands behind it, in the help: "FILE"; NULL for a switch */
	const char *help;  /* one line */
};

#define CLI_FLAG_VALUES 64 /* how often flags may be given in all */

struct cli_verb;

/* The arguments behind a verb, sorted. Borrowed from argv. */
struct cli_args {
	const struct cli_verb *verb;
	char **operands; /* what is no flag, in order */
	size_t operand_count;
	struct {
		const char *name, *value;
	} given[CLI_FLAG_VALUES];
	size_t given_count;
};

/* The last value given for a flag; NULL when it was not given. A switch gives "". */
const char *cli_value(const struct cli_args *args, const char *name);
bool cli_given(const struct cli_args *args, const char *name);
/* The values of a flag that may be given several times: `index` counts from 0 up to the
   first NULL. */
const char *cli_value_at(const struct cli_args *args, const char *name, size_t index);
/* Reads a whole number within low..high into *number, which stays when the flag was not
   given. Says what is wrong otherwise and answers false. */
bool cli_number(const struct cli *cli, const struct cli_args *args, const char *name,
		long low, long high, long *number);

/* Each verb is one file, verb_NAME. `run` answers an exit code. */
struct cli_verb {
	const char *name;
	const char *usage;   /* operands, as in "TARGET ADDRESS..." */
	const char *summary; /* half a line, for the list of verbs */
	const char *details; /* paragraphs for --help; NULL for none */
	const struct cli_flag *flags;
	size_t flag_count;
	int (*run)(struct cli *cli, const struct cli_args *args);
};

extern const struct cli_verb verb_listen, verb_record, verb_replay;
extern const struct cli_verb verb_check, verb_decode, verb_monitor, verb_ping,
		verb_plugins, verb_ports, verb_read, verb_run, verb_simulate;
extern const struct cli_verb verb_devices, verb_info, verb_scan, verb_status;
extern const struct cli_verb verb_alarm, verb_freeze, verb_reset, verb_select, verb_send,
		verb_set_address, verb_set_baud, verb_set_clock, verb_set_id;

/* "metergate VERB: " and the text, with a line end, on stderr. Answers `code`. */
int cli_fail(const struct cli *cli, const struct cli_args *args, int code,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Writes the results so far. False when that failed, now or before: who waits for them
   has gone, and there is no point in going on. */
bool cli_flush(struct cli *cli);

struct log;

/* Ends the process without taking anything down, because a plugin hangs, which can
   neither be stopped nor freed. The log may be NULL. */
void cli_leave(struct cli *cli, struct log *log, int code) __attribute__((noreturn));

/* The whole command line; `argv` is reordered. Answers the exit code. */
int cli_main(struct cli *cli, int argc, char **argv);

#endif
