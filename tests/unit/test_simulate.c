/* SPDX-License-Identifier: MIT */
/* The command "metergate simulate": its arguments, what it prints, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "cli/args.h"
#include "cli/cli.h"

#define DEADLINE_MS 10000

static FILE *results, *messages;
static char text[8192];

static const char *read_back(FILE *file)
{
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	return text;
}

static int fresh(void **state)
{
	(void)state;
	results = tmpfile();
	messages = tmpfile();
	return results == NULL || messages == NULL;
}

static int done(void **state)
{
	(void)state;
	fclose(results);
	fclose(messages);
	return 0;
}

/* The words of a command line, which are reordered. */
static int simulate(bool json, const char *line)
{
	char copy[1024], *words[64], *rest = copy;
	struct cli cli = { .out = results, .err = messages, .json = json };
	struct cli_args args = { .verb = &verb_simulate };
	int count = 0;
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
		words[count++] = word;
	}
	assert_int_equal(args_sort(&cli, &args, count, words), CLI_OK);
	return verb_simulate.run(&cli, &args);
}

/* Sends a signal as soon as a line was printed. */
static void *interrupt(void *number)
{
	struct timespec pause = { .tv_nsec = 10000000 };
	for (int i = 0; i < DEADLINE_MS / 10; i++) {
		char line[256];
		nanosleep(&pause, NULL);
		if (pread(fileno(results), line, sizeof(line), 0) > 0) {
			break;
		}
	}
	kill(getpid(), *(int *)number);
	return NULL;
}

static int simulate_until(int number, bool json, const char *line)
{
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, interrupt, &number), 0);
	int code = simulate(json, line);
	pthread_join(thread, NULL);
	return code;
}

static void says_how_to_read_each_bus_and_ends_by_a_signal(void **state)
{
	char line[128];
	(void)state;
	snprintf(line, sizeof(line),
			"--tcp 0 --tcp 0 --pty /tmp/test_simulate_%d --baud 9600", (int)getpid());
	assert_int_equal(simulate_until(SIGTERM, false, line), CLI_OK);
	read_back(results);
	const char *first = strstr(text, "metergate read 'tcp://127.0.0.1:");
	assert_non_null(first);
	assert_non_null(strstr(first + 1, "metergate read 'tcp://127.0.0.1:"));
	snprintf(line, sizeof(line), "metergate read '/tmp/test_simulate_%d?baud=9600' 1\n",
			(int)getpid());
	assert_non_null(strstr(text, line));
}

static void says_it_in_json_to_programs(void **state)
{
	(void)state;
	assert_int_equal(simulate_until(SIGINT, true,
							 "--tcp 0 --first 9 --meters 2 --dead 9,10 --dead 9 "
							 "--no-pacing"),
			CLI_OK);
	read_back(results);
	assert_non_null(strstr(text, "{\"target\":\"tcp://127.0.0.1:"));
	assert_non_null(strstr(text, "?baud=2400' 9\"}\n"));
}

static void every_flag_reaches_the_simulator(void **state)
{
	(void)state;
	assert_int_equal(simulate_until(SIGINT, false,
							 "--tcp 0 --meters 9 --multi 1 --together 2 --secondary 1 "
							 "--numbers same:12345678 --manufacturer KAM,SEN --quirk "
							 "3:late-ack --quirk 4:busy,5:late --alarm 3:4 --clock 3:-90 "
							 "--meter-baud 2400 --meter-bauds 300,9600 --delay 5ms "
							 "--delay-max 20ms --jitter 1ms --block 0 --disturbed 0.1% "
							 "--lost 10 --echo --breaks --seed 7"),
			CLI_OK);
	assert_string_equal(read_back(messages), "");
	assert_non_null(strstr(read_back(results), "metergate read 'tcp://127.0.0.1:"));
}

static void mistakes_of_the_command_line_are_named(void **state)
{
	static const struct {
		const char *line, *part;
		int code;
	} mistakes[] = {
		{ "--meters 3", "--tcp PORT or --pty LINK", CLI_USAGE },
		{ "--tcp 70000", "a port from 1 to 65535", CLI_USAGE },
		{ "--tcp x", "a port from 1 to 65535", CLI_USAGE },
		{ "--tcp 0 --baud 110", "--baud 110", CLI_USAGE },
		{ "--tcp 0 --baud 5000", "--baud 5000: want 300, 600,", CLI_USAGE },
		{ "--tcp 0 --meters 251", "--meters: ", CLI_USAGE },
		{ "--tcp 0 --first 251", "--first: \"251\" is out of range", CLI_USAGE },
		{ "--tcp 0 --multi 4", "--multi: 4 of 3 made-up meters", CLI_USAGE },
		{ "--tcp 0 --quirk 9:late", "--quirk: no meter has address 9", CLI_USAGE },
		{ "--tcp 0 --delay 30ms --delay-max 20ms", "--delay-max: 20 ms", CLI_USAGE },
		{ "--tcp 0 --log /nonexistent/x", "cannot be written: No such file", CLI_OTHER },
		{ "--tcp 0 --dead x", "\"x\" is no primary address", CLI_USAGE },
		{ "--tcp 0 --quirk 1:lazy", "lazy", CLI_USAGE },
		{ "--tcp 0 --disturbed much", "disturbed: \"much\" is no rate", CLI_USAGE },
		{ "--tcp 0 --meter-bauds 300,110", "--meter-bauds: \"110\"", CLI_USAGE },
		{ "--tcp 0 --telegrams /nonexistent", "telegrams: /nonexistent", CLI_OTHER },
		{ "--tcp 0 surplus", "\"surplus\" is too much", CLI_USAGE },
		{ "--tcp 0 --listen 192.0.2.1", "--listen wants", CLI_PORT },
		{ "--pty /dev/null", "something else is there", CLI_BUSY },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(simulate(false, mistakes[i].line), mistakes[i].code);
		if (strstr(read_back(messages), mistakes[i].part) == NULL) {
			fail_msg("%s: \"%s\" is missing in %s", mistakes[i].line, mistakes[i].part,
					text);
		}
	}
}

static void without_the_plugin_there_are_no_meters(void **state)
{
	const char *before = getenv("METERGATE_PLUGIN_PATH");
	char *copy = strdup(before != NULL ? before : "");
	(void)state;
	setenv("METERGATE_PLUGIN_PATH", "/nonexistent", 1);
	int code = simulate(false, "--tcp 0 --plugin-dir /nonexistent");
	setenv("METERGATE_PLUGIN_PATH", copy, 1);
	free(copy);
	assert_int_equal(code, CLI_OTHER);
	assert_non_null(strstr(read_back(messages), "simulator"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
				says_how_to_read_each_bus_and_ends_by_a_signal, fresh, done),
		cmocka_unit_test_setup_teardown(says_it_in_json_to_programs, fresh, done),
		cmocka_unit_test_setup_teardown(every_flag_reaches_the_simulator, fresh, done),
		cmocka_unit_test_setup_teardown(
				mistakes_of_the_command_line_are_named, fresh, done),
		cmocka_unit_test_setup_teardown(
				without_the_plugin_there_are_no_meters, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
