/* SPDX-License-Identifier: MIT */
/* What the lines of a command's answer become on the terminal: see gateway/command.h. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "cli/cli.h"

struct answer {
	struct cli *cli;
	const struct cli_args *args;
	/* Gets the results in place of stdout; NULL for none. */
	void (*each)(void *data, const char *line, size_t size);
	void *data;
	bool paints;    /* progress is shown: stderr is a terminal, and NO_COLOR is not set */
	size_t painted; /* columns of it that stand there */
	bool over;
	int code; /* when it is over */
};

void answer_init(struct answer *answer, struct cli *cli, const struct cli_args *args);
/* One line without its end, followed by a NUL: a result goes to stdout, progress and
   warnings to stderr. */
void answer_line(struct answer *answer, const char *line, size_t size);
/* Takes progress away from the terminal. */
void answer_wipe(struct answer *answer);

/* Reads the string that begins with a quote at `text` into `out` of the same size, which
   may be the same memory. Answers what follows it; NULL when it does not end. */
const char *answer_unescape(const char *text, char *out);

#endif
