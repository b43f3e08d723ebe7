/* SPDX-License-Identifier: MIT */
/* Commands begin later, answer in lines, and end once: refusals, limits, cancelling. */
#include "command_bench.h"

static void a_command_that_is_none_is_refused_with_a_guess(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(commands_run(b, "statsu"), 2);
	assert_string_equal(b->heard.text,
			"{\"error\":\"there is no command \\\"statsu\\\"; did you mean "
			"\\\"status\\\"?\",\"code\":2}\n");
	assert_int_equal(commands_run(b, ""), 2);
	assert_true(heard_has(b, "there is no command \\\"\\\""));
}

static void flags_that_it_does_not_take_are_refused(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(commands_run(b, "ping cellar 1 --fresh"), 2);
	assert_true(heard_has(b, "ping takes no --fresh; want ping BUS [ADDRESS...]"));
}

static void a_line_that_cannot_be_read_is_refused(void **state)
{
	struct commands_bench *b = *state;
	char line[COMMAND_LINE_MAX + 10];
	assert_int_equal(commands_run(b, "read \"cellar"), 2);
	assert_true(heard_has(b, "a quote stands alone"));
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(commands_run(b, line), 2);
	assert_true(heard_has(b, "longer than 8192 bytes"));
}

static void too_many_at_once_are_refused(void **state)
{
	struct commands_bench *b = *state;
	b->running = COMMAND_RUNNING_MAX;
	struct command *command = commands_begin(b, "devices");
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.code, 10);
	assert_true(heard_has(b, "64 commands run already"));
	assert_int_equal(b->running, 64);
	command_destroy(command);
	b->running = 0;
}

static void what_changes_a_meter_is_refused_where_only_reading_is_allowed(void **state)
{
	struct commands_bench *b = *state;
	b->world.read_only = true;
	assert_int_equal(commands_run(b, "set-address cellar 1 2"), 9);
	assert_true(heard_has(b, "only reading is allowed here"));
	assert_int_equal(commands_run(b, "devices"), 0);
}

static void cancelling_before_it_begins_is_an_end(void **state)
{
	struct commands_bench *b = *state;
	struct command *command = commands_begin(b, "read cellar");
	command_cancel(command);
	assert_int_equal(b->heard.overs, 0);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.code, 130);
	assert_string_equal(b->heard.text, "{\"done\":true,\"code\":130}\n");
	command_cancel(command);
	assert_int_equal(b->heard.overs, 1);
	command_destroy(command);
}

static void one_that_is_given_up_before_it_begins_says_nothing(void **state)
{
	struct commands_bench *b = *state;
	command_destroy(commands_begin(b, "read cellar"));
	command_destroy(NULL);
	assert_int_equal(commands_run(b, "devices"), 0);
	assert_int_equal(b->heard.overs, 1);
}

static bool nothing_runs(void *data)
{
	const struct commands_bench *b = data;
	return b->running == 0;
}

static bool one_runs(void *data)
{
	const struct commands_bench *b = data;
	return b->running == 1;
}

/* Its job on the bus ends later, and then its memory goes. */
static void one_that_is_given_up_while_it_runs_says_nothing(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	struct command *command = commands_begin(b, "read cellar 7");
	assert_true(bench_wait(&b->f->bench, one_runs, b));
	command_destroy(command);
	assert_true(bench_wait(&b->f->bench, nothing_runs, b));
	assert_int_equal(b->heard.overs, 0);
	assert_int_equal(b->heard.size, 0);
}

static void people_get_text(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(commands_run(b, "status --text"), 0);
	assert_ptr_equal(strstr(b->heard.text, "{\"text\":\"gateway cellar-pi\\u000a\"}\n"),
			b->heard.text);
	assert_null(strstr(b->heard.text, "\"counters\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMANDS_TEST(a_command_that_is_none_is_refused_with_a_guess),
		COMMANDS_TEST(flags_that_it_does_not_take_are_refused),
		COMMANDS_TEST(a_line_that_cannot_be_read_is_refused),
		COMMANDS_TEST(too_many_at_once_are_refused),
		COMMANDS_TEST(what_changes_a_meter_is_refused_where_only_reading_is_allowed),
		COMMANDS_TEST(cancelling_before_it_begins_is_an_end),
		COMMANDS_TEST(one_that_is_given_up_before_it_begins_says_nothing),
		COMMANDS_TEST(one_that_is_given_up_while_it_runs_says_nothing),
		COMMANDS_TEST(people_get_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
