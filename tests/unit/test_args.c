/* SPDX-License-Identifier: MIT */
/* Flags and operands of a command line are told apart, and mistakes are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/args.h"

#define ARGC_MAX 80

static const struct cli_flag flags[] = {
	{ "config", "FILE", "a file" },
	{ "count", "N", "a number" },
	{ "raw", NULL, "a switch" },
};

static const struct cli_verb verb = {
	.name = "test", .usage = "X", .flags = flags, .flag_count = 3
};

struct sorted {
	struct cli cli;
	struct cli_args args;
	char *argv[ARGC_MAX];
	char *said;
	size_t said_size;
	int code;
};

/* Sorts the words up to a NULL. */
static void sort(struct sorted *sorted, char *const *words)
{
	int argc = 0;
	*sorted = (struct sorted){ .args = { .verb = &verb } };
	for (; words[argc] != NULL; argc++) {
		sorted->argv[argc] = words[argc];
	}
	sorted->cli.err = open_memstream(&sorted->said, &sorted->said_size);
	sorted->code = args_sort(&sorted->cli, &sorted->args, argc, sorted->argv);
	fflush(sorted->cli.err);
}

static void finish(struct sorted *sorted)
{
	fclose(sorted->cli.err);
	free(sorted->said);
}

static void flags_and_operands_may_be_mixed(void **state)
{
	(void)state;
	struct sorted sorted;
	sort(&sorted, (char *[]){ "cellar", "--config", "a.ini", "5", "--raw",
						  "--config=b.ini", "-", NULL });
	assert_int_equal(sorted.code, CLI_OK);
	assert_int_equal(sorted.args.operand_count, 3);
	assert_string_equal(sorted.args.operands[0], "cellar");
	assert_string_equal(sorted.args.operands[1], "5");
	assert_string_equal(sorted.args.operands[2], "-");
	assert_string_equal(cli_value(&sorted.args, "config"), "b.ini");
	assert_string_equal(cli_value_at(&sorted.args, "config", 0), "a.ini");
	assert_string_equal(cli_value_at(&sorted.args, "config", 1), "b.ini");
	assert_null(cli_value_at(&sorted.args, "config", 2));
	assert_true(cli_given(&sorted.args, "raw"));
	assert_false(cli_given(&sorted.args, "count"));
	finish(&sorted);
}

static void two_dashes_end_the_flags(void **state)
{
	(void)state;
	struct sorted sorted;
	sort(&sorted, (char *[]){ "--", "--raw", "-x", NULL });
	assert_int_equal(sorted.code, CLI_OK);
	assert_int_equal(sorted.args.operand_count, 2);
	assert_false(cli_given(&sorted.args, "raw"));
	finish(&sorted);
}

static void help_goes_before_everything(void **state)
{
	(void)state;
	struct sorted sorted;
	sort(&sorted, (char *[]){ "x", "-h", "--nonsense", NULL });
	assert_int_equal(sorted.code, CLI_OK);
	assert_true(cli_given(&sorted.args, "help"));
	finish(&sorted);
}

static void mistakes_are_named(void **state)
{
	(void)state;
	static const struct {
		char *words[3];
		const char *said;
	} rows[] = {
		{ { "--nonsense", NULL }, "unknown option --nonsense" },
		{ { "--rawer", NULL }, "unknown option --rawer" },
		{ { "--ra", NULL }, "unknown option --ra;" },
		{ { "-x", NULL }, "unknown option -x" },
		{ { "--config", NULL }, "--config needs a value: FILE" },
		{ { "--raw=yes", NULL }, "--raw takes no value" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sorted sorted;
		sort(&sorted, rows[i].words);
		assert_int_equal(sorted.code, CLI_USAGE);
		assert_non_null(strstr(sorted.said, rows[i].said));
		finish(&sorted);
	}
}

static void too_many_flags_are_refused(void **state)
{
	(void)state;
	struct sorted sorted;
	char *words[CLI_FLAG_VALUES + 2] = { NULL };
	for (size_t i = 0; i < CLI_FLAG_VALUES; i++) {
		words[i] = "--raw";
	}
	sort(&sorted, words);
	assert_int_equal(sorted.code, CLI_OK);
	finish(&sorted);
	words[CLI_FLAG_VALUES] = "--raw";
	sort(&sorted, words);
	assert_int_equal(sorted.code, CLI_USAGE);
	finish(&sorted);
}

static void numbers_are_checked(void **state)
{
	(void)state;
	static const struct {
		char *text;
		bool good;
		long number;
	} rows[] = {
		{ "1", true, 1 },
		{ "20", true, 20 },
		{ "0", false, 7 },
		{ "21", false, 7 },
		{ "5x", false, 7 },
		{ "", false, 7 },
		{ "99999999999999999999", false, 7 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sorted sorted;
		long number = 7;
		sort(&sorted, (char *[]){ "--count", rows[i].text, NULL });
		assert_int_equal(cli_number(&sorted.cli, &sorted.args, "count", 1, 20, &number),
				rows[i].good);
		assert_int_equal(number, rows[i].number);
		fflush(sorted.cli.err);
		assert_int_equal(strstr(sorted.said, "from 1 to 20") == NULL, rows[i].good);
		finish(&sorted);
	}
	struct sorted none;
	long number = 7;
	sort(&none, (char *[]){ NULL });
	assert_true(cli_number(&none.cli, &none.args, "count", 1, 20, &number));
	assert_int_equal(number, 7);
	finish(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_and_operands_may_be_mixed),
		cmocka_unit_test(two_dashes_end_the_flags),
		cmocka_unit_test(help_goes_before_everything),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(too_many_flags_are_refused),
		cmocka_unit_test(numbers_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
