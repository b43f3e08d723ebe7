/* SPDX-License-Identifier: MIT */
/* Lines of the command language as words, and words as they stand in a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/command_words.h"

struct split {
	char line[COMMAND_LINE_MAX + 1];
	const char *verb;
	struct command_args args;
	char why[COMMAND_WORDS_WHY];
};

static bool cut(struct split *s, const char *line)
{
	snprintf(s->line, sizeof(s->line), "%s", line);
	return command_words_split(s->line, &s->verb, &s->args, s->why, sizeof(s->why));
}

static void words_stand_apart_by_blanks(void **state)
{
	struct split *s = *state;
	assert_true(cut(s, "  read\tcellar  5 12345678.KAM.16.04 "));
	assert_string_equal(s->verb, "read");
	assert_int_equal(s->args.count, 3);
	assert_string_equal(s->args.words[0], "cellar");
	assert_string_equal(s->args.words[1], "5");
	assert_string_equal(s->args.words[2], "12345678.KAM.16.04");
	assert_int_equal(s->args.flag_count, 0);
}

static void a_line_without_words_has_no_verb(void **state)
{
	struct split *s = *state;
	assert_true(cut(s, ""));
	assert_string_equal(s->verb, "");
	assert_true(cut(s, "  \t "));
	assert_string_equal(s->verb, "");
	assert_int_equal(s->args.count, 0);
}

static void flags_may_stand_anywhere(void **state)
{
	struct split *s = *state;
	assert_true(cut(s, "scan --fast cellar --mask=1FFFFFFF --note= \"--to=a b\""));
	assert_int_equal(s->args.count, 1);
	assert_string_equal(s->args.words[0], "cellar");
	assert_int_equal(s->args.flag_count, 4);
	assert_string_equal(s->args.flags[0].name, "fast");
	assert_string_equal(s->args.flags[0].value, "");
	assert_string_equal(s->args.flags[1].name, "mask");
	assert_string_equal(s->args.flags[1].value, "1FFFFFFF");
	assert_string_equal(s->args.flags[2].name, "note");
	assert_string_equal(s->args.flags[2].value, "");
	assert_string_equal(s->args.flags[3].name, "to");
	assert_string_equal(s->args.flags[3].value, "a b");
}

static void quotes_hold_blanks_and_themselves(void **state)
{
	struct split *s = *state;
	assert_true(cut(s, "send \"two words\" \"\" \"say \\\"hi\\\" \\\\ \\n\" a\\b"));
	assert_int_equal(s->args.count, 4);
	assert_string_equal(s->args.words[0], "two words");
	assert_string_equal(s->args.words[1], "");
	assert_string_equal(s->args.words[2], "say \"hi\" \\ \\n");
	assert_string_equal(s->args.words[3], "a\\b");
}

static void a_quote_alone_is_refused(void **state)
{
	static const char *const lines[] = { "read \"cellar", "\"", "read a\"b\"",
		"read \"a\"b", "read \"a\\" };
	struct split *s = *state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_false(cut(s, lines[i]));
		assert_non_null(strstr(s->why, "a quote stands alone"));
	}
}

static void words_have_a_limit(void **state)
{
	struct split *s = *state;
	char line[COMMAND_LINE_MAX] = "ping";
	for (int i = 0; i < COMMAND_WORDS_MAX; i++) {
		strcat(line, i % 2 == 0 ? " 5" : " --x");
	}
	assert_true(cut(s, line));
	assert_int_equal(s->args.count + s->args.flag_count, 300);
	strcat(line, " 6");
	assert_false(cut(s, line));
	assert_string_equal(s->why, "more than 300 words");
}

static char *put(const char *word)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_true(command_words_put(out, word));
	fclose(out);
	return text;
}

static void what_is_put_into_a_line_comes_out_again(void **state)
{
	static const struct {
		const char *word, *text;
	} rows[] = {
		{ "cellar", "cellar" },
		{ "", "\"\"" },
		{ "two words", "\"two words\"" },
		{ "a\"b", "\"a\\\"b\"" },
		{ "a\\b", "\"a\\\\b\"" },
		{ "cellar/*", "cellar/*" },
	};
	struct split *s = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = put(rows[i].word), line[64];
		assert_string_equal(text, rows[i].text);
		snprintf(line, sizeof(line), "x %s", text);
		assert_true(cut(s, line));
		assert_int_equal(s->args.count, 1);
		assert_string_equal(s->args.words[0], rows[i].word);
		free(text);
	}
}

static void control_characters_fit_into_no_line(void **state)
{
	(void)state;
	assert_false(command_words_put(stderr, "a\nstatus"));
	assert_false(command_words_put(stderr, "\x7F"));
}

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct split));
	return *state == NULL;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_stand_apart_by_blanks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				a_line_without_words_has_no_verb, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flags_may_stand_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				quotes_hold_blanks_and_themselves, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_quote_alone_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_have_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				what_is_put_into_a_line_comes_out_again, set_up, tear_down),
		cmocka_unit_test(control_characters_fit_into_no_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
