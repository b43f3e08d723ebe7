/* SPDX-License-Identifier: MIT */
/* What the lines of an answer become on stdout and stderr. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/answer.h"

struct bench {
	struct cli cli;
	struct cli_args args;
	struct answer answer;
	char *out, *err;
	size_t out_size, err_size;
	char each[256];
};

static int set_up(void **state)
{
	static const struct cli_verb verb = { .name = "read" };
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->cli.out = open_memstream(&b->out, &b->out_size);
	b->cli.err = open_memstream(&b->err, &b->err_size);
	b->args.verb = &verb;
	answer_init(&b->answer, &b->cli, &b->args);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	fclose(b->cli.out);
	fclose(b->cli.err);
	free(b->out);
	free(b->err);
	free(b);
	return 0;
}

static void take(struct bench *b, const char *line)
{
	answer_line(&b->answer, line, strlen(line));
	fflush(b->cli.out);
	fflush(b->cli.err);
}

static void results_go_to_stdout_as_they_are(void **state)
{
	struct bench *b = *state;
	take(b, "{\"schema\":1,\"type\":\"reading\"}");
	assert_string_equal(b->out, "{\"schema\":1,\"type\":\"reading\"}\n");
	assert_string_equal(b->err, "");
	assert_false(b->answer.over);
}

static void text_brings_its_own_line_ends(void **state)
{
	struct bench *b = *state;
	take(b, "{\"text\":\"m1\\n  energy  1 \\\"kWh\\\"\\n\"}");
	take(b, "{\"text\":\"no end\"}");
	take(b, "{\"text\":\"\"}");
	assert_string_equal(b->out, "m1\n  energy  1 \"kWh\"\nno end\n\n");
}

static void what_fails_is_said_on_stderr(void **state)
{
	struct bench *b = *state;
	take(b, "{\"warning\":\"m7: no answer\",\"device\":\"m7\"}");
	assert_string_equal(b->err, "metergate read: m7: no answer\n");
	assert_string_equal(b->out, "");
	assert_false(b->answer.over);
	take(b, "{\"error\":\"there is no bus \\\"x\\\" here\",\"code\":2}");
	assert_string_equal(b->err, "metergate read: m7: no answer\nmetergate read: there is "
								"no bus \"x\" here\n");
	assert_true(b->answer.over);
	assert_int_equal(b->answer.code, 2);
}

static void the_end_has_a_code(void **state)
{
	struct bench *b = *state;
	take(b, "{\"done\":true,\"code\":7,\"devices\":3,\"failed\":1}");
	assert_true(b->answer.over);
	assert_int_equal(b->answer.code, 7);
	assert_string_equal(b->out, "");
	assert_string_equal(b->err, "");
}

static void a_code_that_is_none_is_a_failure(void **state)
{
	static const char *const lines[] = { "{\"done\":true}", "{\"done\":true,\"code\":-1}",
		"{\"done\":true,\"code\":256}", "{\"error\":\"x\"}" };
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		b->answer.over = false;
		b->answer.code = CLI_OK;
		take(b, lines[i]);
		assert_true(b->answer.over);
		assert_int_equal(b->answer.code, CLI_OTHER);
	}
}

static void a_torn_line_is_said(void **state)
{
	static const char *const lines[] = { "{\"text\":\"no end", "{\"text\":5}",
		"{\"text\":\"\\u00", "{\"text\":\"x\\" };
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		take(b, lines[i]);
		assert_non_null(
				strstr(b->err + b->err_size - 40, "a line of the answer is torn"));
	}
	assert_string_equal(b->out, "");
}

static void a_warning_does_not_steer_the_terminal(void **state)
{
	struct bench *b = *state;
	take(b, "{\"warning\":\"\\u001b[2J\\u0085x\xff\"}");
	assert_string_equal(b->err, "metergate read:  [2J x \n");
}

static void progress_is_for_terminals(void **state)
{
	struct bench *b = *state;
	take(b, "{\"progress\":\"3 found\",\"found\":3}");
	assert_string_equal(b->err, "");
	assert_string_equal(b->out, "");
}

/* What a terminal gets, though this is none. */
static void progress_is_one_line_that_is_written_over(void **state)
{
	struct bench *b = *state;
	b->answer.paints = true;
	take(b, "{\"progress\":\"12 found\"}");
	take(b, "{\"progress\":\"9 left\"}");
	assert_string_equal(b->err, "\r12 found\r9 left  ");
	take(b, "{\"id\":1}");
	assert_string_equal(b->err, "\r12 found\r9 left  \r      \r");
	assert_string_equal(b->out, "{\"id\":1}\n");
	take(b, "{\"done\":true,\"code\":0}");
	assert_string_equal(b->err, "\r12 found\r9 left  \r      \r");
}

static void long_progress_is_cut_to_the_width(void **state)
{
	struct bench *b = *state;
	char line[200] = "{\"progress\":\"";
	memset(line + 13, 'x', 120);
	strcpy(line + 133, "\"}");
	b->answer.paints = true;
	take(b, line);
	assert_int_equal(b->err_size, 1 + 79);
}

static void collect(void *data, const char *line, size_t size)
{
	struct bench *b = data;
	assert_int_equal(strlen(line), size);
	strcat(b->each, line);
	strcat(b->each, "|");
}

static void results_may_go_elsewhere(void **state)
{
	struct bench *b = *state;
	b->answer.each = collect;
	b->answer.data = b;
	take(b, "{\"id\":1}");
	take(b, "{\"text\":\"two\\n\"}");
	take(b, "{\"warning\":\"w\"}");
	assert_string_equal(b->each, "{\"id\":1}|two\n|");
	assert_string_equal(b->out, "");
	assert_string_equal(b->err, "metergate read: w\n");
}

static void strings_are_unescaped(void **state)
{
	(void)state;
	char out[64];
	const char *rest = answer_unescape(
			"\"a\\\"\\\\\\/\\n\\t\\u0041\\u00e9\\u20AC\\ud800\\u0000\",1", out);
	assert_string_equal(rest, ",1");
	assert_string_equal(out, "a\"\\/\n\tA\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_null(answer_unescape("x", out));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(results_go_to_stdout_as_they_are),
		TEST(text_brings_its_own_line_ends),
		TEST(what_fails_is_said_on_stderr),
		TEST(the_end_has_a_code),
		TEST(a_code_that_is_none_is_a_failure),
		TEST(a_torn_line_is_said),
		TEST(a_warning_does_not_steer_the_terminal),
		TEST(progress_is_for_terminals),
		TEST(progress_is_one_line_that_is_written_over),
		TEST(long_progress_is_cut_to_the_width),
		TEST(results_may_go_elsewhere),
		cmocka_unit_test(strings_are_unescaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
