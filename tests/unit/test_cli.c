/* SPDX-License-Identifier: MIT */
/* Results that cannot be written end a command, with a cause or quietly. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"

struct bench {
	struct cli cli;
	char said[400];
	char path[40]; /* of a file with telegrams */
};

static void begin(struct bench *bench, FILE *out)
{
	static const char telegrams[] = "E5\nE5\n";
	*bench = (struct bench){ .path = "/tmp/test_cli.XXXXXX" };
	int fd = mkstemp(bench->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, telegrams, sizeof(telegrams) - 1), sizeof(telegrams) - 1);
	close(fd);
	bench->cli.out = out;
	bench->cli.err = fmemopen(bench->said, sizeof(bench->said), "w");
	assert_non_null(out);
	assert_non_null(bench->cli.err);
}

static int decode(struct bench *bench, const char *flag, const char *other)
{
	char verb[] = "decode", program[] = "metergate";
	char *argv[] = { program, verb, bench->path, (char *)flag, (char *)other };
	int code = cli_main(&bench->cli, other != NULL ? 5 : flag != NULL ? 4 : 3, argv);
	fclose(bench->cli.err);
	fclose(bench->cli.out);
	unlink(bench->path);
	return code;
}

static void a_full_disk_is_named(void **state)
{
	(void)state;
	struct bench bench;
	begin(&bench, fopen("/dev/full", "w"));
	assert_int_equal(decode(&bench, NULL, NULL), CLI_OTHER);
	assert_int_equal(bench.cli.lost, ENOSPC);
	assert_string_equal(bench.said,
			"metergate decode: the results could not be written to "
			"stdout: No space left on device\n");
}

static void a_reader_that_has_gone_needs_no_words(void **state)
{
	(void)state;
	struct bench bench;
	int ends[2];
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	begin(&bench, fdopen(ends[1], "w"));
	assert_int_equal(decode(&bench, NULL, NULL), CLI_OTHER);
	assert_int_equal(bench.cli.lost, EPIPE);
	assert_string_equal(bench.said, "");
}

static void results_are_a_table_or_json(void **state)
{
	(void)state;
	struct bench bench;
	char *text = NULL;
	size_t size = 0;
	begin(&bench, open_memstream(&text, &size));
	assert_int_equal(decode(&bench, "--table", NULL), CLI_OK);
	assert_false(bench.cli.json);
	assert_non_null(strstr(text, "an acknowledgement (E5h): it carries no data\n"));
	free(text);
	begin(&bench, open_memstream(&text, &size));
	assert_int_equal(decode(&bench, "--table", "--json"), CLI_USAGE);
	assert_string_equal(bench.said, "metergate decode: --json and --table exclude each "
									"other; give one of them\n");
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_is_named),
		cmocka_unit_test(a_reader_that_has_gone_needs_no_words),
		cmocka_unit_test(results_are_a_table_or_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
