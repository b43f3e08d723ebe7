/* SPDX-License-Identifier: MIT */
/* The executable. */
#include <signal.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
	/* Every write says itself that nobody reads any more, or that a file may not grow. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	struct cli cli = { .out = stdout, .err = stderr };
	return cli_main(&cli, argc, argv);
}
