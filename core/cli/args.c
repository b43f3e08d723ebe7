/* SPDX-License-Identifier: MIT */
/* Sorts the arguments of a verb into flags and operands. */
#include "cli/args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_flag common[] = {
	{ "help", NULL, "this text" },
	{ "json", NULL, "JSON lines, also on a terminal" },
	{ "table", NULL, "tables for people, also into a file or a pipe" },
};

const struct cli_flag *args_common(size_t *count)
{
	*count = sizeof(common) / sizeof(common[0]);
	return common;
}

static const struct cli_flag *find_in(
		const struct cli_flag *flags, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(flags[i].name) == length &&
				strncmp(flags[i].name, name, length) == 0) {
			return &flags[i];
		}
	}
	return NULL;
}

static const struct cli_flag *find_flag(
		const struct cli_verb *verb, const char *name, size_t length)
{
	const struct cli_flag *flag = find_in(verb->flags, verb->flag_count, name, length);
	size_t count;
	const struct cli_flag *shared = args_common(&count);
	return flag != NULL ? flag : find_in(shared, count, name, length);
}

/* Takes argv[*at], which begins with "--", and its value where it has one. */
static int take_flag(
		struct cli *cli, struct cli_args *args, int argc, char **argv, int *at)
{
	const char *name = argv[*at] + 2;
	const char *equals = strchr(name, '=');
	size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const struct cli_flag *flag = find_flag(args->verb, name, length);
	if (flag == NULL) {
		return cli_fail(cli, args, CLI_USAGE,
				"unknown option %s; see metergate %s --help", argv[*at],
				args->verb->name);
	}
	if (args->given_count == CLI_FLAG_VALUES) {
		return cli_fail(cli, args, CLI_USAGE, "more than %d options", CLI_FLAG_VALUES);
	}
	const char *value = equals != NULL ? equals + 1 : "";
	if (flag->value == NULL && equals != NULL) {
		return cli_fail(cli, args, CLI_USAGE, "--%s takes no value", flag->name);
	}
	if (flag->value != NULL && equals == NULL) {
		if (*at + 1 >= argc) {
			return cli_fail(cli, args, CLI_USAGE, "--%s needs a value: %s", flag->name,
					flag->value);
		}
		value = argv[++*at];
	}
	args->given[args->given_count].name = flag->name;
	args->given[args->given_count].value = value;
	args->given_count++;
	return CLI_OK;
}

int args_sort(struct cli *cli, struct cli_args *args, int argc, char **argv)
{
	bool flags_end = false;
	args->operands = argv;
	for (int at = 0; at < argc; at++) {
		const char *word = argv[at];
		if (!flags_end && strcmp(word, "--") == 0) {
			flags_end = true;
		} else if (!flags_end && strcmp(word, "-h") == 0) {
			args->given[0].name = "help";
			args->given[0].value = "";
			args->given_count = 1;
			return CLI_OK;
		} else if (!flags_end && strncmp(word, "--", 2) == 0) {
			int failed = take_flag(cli, args, argc, argv, &at);
			if (failed != CLI_OK) {
				return failed;
			}
		} else if (!flags_end && word[0] == '-' && word[1] != '\0') {
			return cli_fail(cli, args, CLI_USAGE,
					"unknown option %s; see metergate %s --help", word, args->verb->name);
		} else {
			args->operands[args->operand_count++] = argv[at];
		}
	}
	return CLI_OK;
}

const char *cli_value(const struct cli_args *args, const char *name)
{
	for (size_t i = args->given_count; i > 0; i--) {
		if (strcmp(args->given[i - 1].name, name) == 0) {
			return args->given[i - 1].value;
		}
	}
	return NULL;
}

bool cli_given(const struct cli_args *args, const char *name)
{
	return cli_value(args, name) != NULL;
}

const char *cli_value_at(const struct cli_args *args, const char *name, size_t index)
{
	for (size_t i = 0; i < args->given_count; i++) {
		if (strcmp(args->given[i].name, name) == 0 && index-- == 0) {
			return args->given[i].value;
		}
	}
	return NULL;
}

bool cli_number(const struct cli *cli, const struct cli_args *args, const char *name,
		long low, long high, long *number)
{
	const char *text = cli_value(args, name);
	if (text == NULL) {
		return true;
	}
	char *end;
	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < low || value > high) {
		cli_fail(cli, args, CLI_USAGE, "--%s %s: want a whole number from %ld to %ld",
				name, text, low, high);
		return false;
	}
	*number = value;
	return true;
}
