/* SPDX-License-Identifier: MIT */
/* The command scan, on a bus of fake meters. */
#include "command_bench.h"

#include <sys/stat.h>
#include <unistd.h>

#include "gateway/inventory.h"
#include "scan/scan_token.h"

static void each_meter_is_told_and_then_the_sum(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	commands_meters(b, 1, 3);
	assert_int_equal(
			commands_run(b, "scan cellar primary --addresses=1-3 --identify"), 0);
	assert_true(heard_has(b,
			"{\"type\":\"found\",\"bus\":\"cellar\",\"address\":1,\"secondary\":"
			"\"12345671."));
	assert_true(heard_has(b, "\"state\":\"confirmed\",\"known\":false,"));
	assert_true(heard_has(b, "\"device\":\"m1\""));
	assert_true(heard_has(b, "\"device\":\"m2\""));
	assert_true(heard_has(b, "{\"type\":\"summary\",\"bus\":\"cellar\",\"kind\":"
							 "\"primary\",\"complete\":true,\"found\":3,"));
	assert_true(heard_has(b, "{\"done\":true,\"code\":0,\"found\":3}\n"));
}

static void a_bus_without_meters_has_its_code(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "scan cellar primary --addresses=9"), 5);
	assert_true(heard_has(b, "{\"done\":true,\"code\":5,\"found\":0}\n"));
}

static void people_get_lines_of_text(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	commands_meters(b, 1, 1);
	assert_int_equal(commands_run(b, "scan cellar primary --addresses=1 --text"), 0);
	assert_true(heard_has(b, "{\"text\":\"  1  "));
	assert_true(heard_has(b, "1 meter found; "));
	assert_true(heard_has(b, "with --secondary"));
}

static void the_inventory_tells_what_is_missing(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	char folder[] = "/tmp/metergate-scan-XXXXXX", path[96];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, INVENTORY_FILE);
	b->world.state_dir = folder;
	commands_meters(b, 1, 2);
	assert_int_equal(commands_run(b, "scan cellar --addresses=1-2"), 0);
	assert_true(heard_has(b, "\"not_answered\":[],\"not_answered_count\":0"));
	atomic_store(&b->f->line.meters[2].present, false);
	assert_int_equal(commands_run(b, "scan cellar --addresses=1-2"), 0);
	assert_true(heard_has(b, "\"known\":true"));
	assert_true(heard_has(b, "\"not_answered\":[\"12345672."));
	assert_true(heard_has(b, "\"not_answered_count\":1,"));
	assert_true(heard_has(b, "Not answered: 12345672."));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void a_folder_that_cannot_be_written_is_a_warning(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	b->world.state_dir = "/nonexistent/state";
	commands_meters(b, 1, 1);
	assert_int_equal(commands_run(b, "scan cellar --addresses=1"), 0);
	assert_true(heard_has(b, "{\"warning\":\"/nonexistent/state: the inventory cannot be "
							 "written: No such file or directory; create the folder, "
							 "or set another `state_dir` in [gateway]\"}\n"));
}

static bool has_found(void *data)
{
	return strstr(((struct heard *)data)->text, "\"found\",") != NULL;
}

static void an_interrupted_scan_gives_its_token(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	commands_meters(b, 1, 1);
	struct command *command = commands_begin(b, "scan cellar");
	assert_true(bench_wait(&b->f->bench, has_found, &b->heard));
	command_cancel(command);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.code, 130);
	assert_true(
			heard_has(b, "{\"done\":true,\"code\":130,\"found\":1,\"resume\":\"p.0."));
	assert_true(heard_has(b, "\"resume\":\"p.0."));
	assert_true(heard_has(b, "To go on from here add to the same command:\\u000a"
							 "--resume=p.0."));
	command_destroy(command);
}

/* A sweep that is interrupted behind its first meter goes on with `todo` alone. */
static void resume(struct commands_bench *b, const char *todo, int code)
{
	char line[2 * SCAN_TOKEN_SIZE], own[SCAN_TOKEN_SIZE], *token, *end;
	struct command *command = commands_begin(b, "scan cellar primary --addresses=1-250");
	assert_true(bench_wait(&b->f->bench, has_found, &b->heard));
	command_cancel(command);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	command_destroy(command);
	token = strstr(b->heard.text, "\"resume\":\"p.0.") + strlen("\"resume\":\"");
	end = strchr(token, ':') + 1;
	snprintf(own, sizeof(own), "%.*s0,0,0,0,0,%s,-,-", (int)(end - token), token, todo);
	scan_token_seal(own);
	snprintf(
			line, sizeof(line), "scan cellar primary --addresses=1-250 --resume=%s", own);
	assert_int_equal(commands_run(b, line), code);
}

static void a_scan_that_goes_on_counts_what_was_found_before(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	commands_meters(b, 1, 1);
	resume(b, "03", 0); /* 4 and 5 */
	assert_true(heard_has(b, "\"found\":0,\"found_before\":1,"));
	assert_true(heard_has(b, "\"text\":\"no further meter, 1 was found before; "));
	assert_true(heard_has(b, "Nothing at all has answered since it went on: "));
	resume(b, "-", 0);
	assert_true(heard_has(b, "no further meter, 1 was found before; 0 requests in 0 s"));
	assert_false(heard_has(b, "Nothing at all"));
	commands_meters(b, 5, 5);
	resume(b, "03", 0);
	assert_true(
			heard_has(b, "\"text\":\"1 meter found, and 1 before the interruption; "));
	assert_false(heard_has(b, "Nothing at all"));
}

static void wrong_words_are_refused(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "scan"), 2);
	assert_int_equal(commands_run(b, "scan attic"), 2);
	assert_int_equal(commands_run(b, "scan cellar --addresses=300"), 2);
	assert_true(heard_has(b, "{\"error\":\"--addresses=300: want numbers"));
	assert_int_equal(commands_run(b, "scan cellar --resume=x"), 2);
	assert_true(heard_has(b, "this is no token of a scan"));
	assert_int_equal(commands_run(b, "scan cellar secondary --known"), 2);
	assert_true(heard_has(b, "no meter of bus cellar is known yet"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMANDS_TEST(each_meter_is_told_and_then_the_sum),
		COMMANDS_TEST(a_bus_without_meters_has_its_code),
		COMMANDS_TEST(people_get_lines_of_text),
		COMMANDS_TEST(the_inventory_tells_what_is_missing),
		COMMANDS_TEST(a_folder_that_cannot_be_written_is_a_warning),
		COMMANDS_TEST(an_interrupted_scan_gives_its_token),
		COMMANDS_TEST(a_scan_that_goes_on_counts_what_was_found_before),
		COMMANDS_TEST(wrong_words_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
