/* SPDX-License-Identifier: MIT */
/* Log lines come out whole and in order; a reader that does not read stops nobody. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/loop.h"

#define TEXT_SIZE 4096

/* Runs `speak` on a log into a pipe and returns what came out. */
static void listen_to(
		void (*speak)(struct log *log), enum mg_log_level level, char text[TEXT_SIZE])
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct log *log = log_create(ends[1], level);
	assert_non_null(log);
	speak(log);
	log_destroy(log);
	close(ends[1]);
	size_t length = 0;
	ssize_t got;
	while ((got = read(ends[0], text + length, TEXT_SIZE - 1 - length)) > 0) {
		length += (size_t)got;
	}
	text[length] = '\0';
	close(ends[0]);
}

static void say_two_lines(struct log *log)
{
	log_write(log, MG_LOG_WARNING, "bus cellar", "opened %d times", 2);
	log_write(log, MG_LOG_INFO, NULL, "second");
	log_write(log, MG_LOG_DEBUG, NULL, "too much detail");
}

static void lines_carry_time_level_and_subject(void **state)
{
	(void)state;
	char text[TEXT_SIZE];
	listen_to(say_two_lines, MG_LOG_INFO, text);
	assert_int_equal(text[4], '-');
	assert_int_equal(text[23], 'Z');
	assert_non_null(strstr(text, "Z warning bus cellar: opened 2 times\n"));
	assert_non_null(strstr(text, "Z info    second\n"));
	assert_null(strstr(text, "too much detail"));
}

static void say_something_ugly(struct log *log)
{
	char longer[2 * LOG_LINE_SIZE];
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	log_write(log, MG_LOG_INFO, NULL, "one\nERROR faked\x1b[31m");
	log_write(log, MG_LOG_INFO, longer, "unseen");
	log_write(log, MG_LOG_INFO, NULL, "%s", longer);
}

static void a_line_stays_one_line(void **state)
{
	(void)state;
	char text[TEXT_SIZE];
	listen_to(say_something_ugly, MG_LOG_DEBUG, text);
	assert_non_null(strstr(text, "one ERROR faked [31m\n"));
	size_t ends = 0;
	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
		ends++;
	}
	assert_int_equal(ends, 3);
	assert_int_equal(text[strlen(text) - 1], '\n');
}

static void the_journal_gets_priorities(void **state)
{
	(void)state;
	FILE *file = tmpfile();
	assert_non_null(file);
	struct stat info;
	assert_int_equal(fstat(fileno(file), &info), 0);
	char name[64], text[64] = "";
	snprintf(name, sizeof(name), "%llu:%llu", (unsigned long long)info.st_dev,
			(unsigned long long)info.st_ino);
	setenv("JOURNAL_STREAM", name, 1);
	struct log *log = log_create(fileno(file), MG_LOG_INFO);
	unsetenv("JOURNAL_STREAM");
	log_write(log, MG_LOG_ERROR, "sink log", "disk full");
	log_destroy(log);
	rewind(file);
	assert_non_null(fgets(text, sizeof(text), file));
	assert_string_equal(text, "<3>sink log: disk full\n");
	fclose(file);
}

/* A pipe that nobody reads is full after 64 KiB: then the ring fills, and nobody waits.
 */
static void a_stalled_reader_costs_lines_not_time(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct log *log = log_create(ends[1], MG_LOG_INFO);
	int64_t start = loop_clock();
	for (int i = 0; i < 4 * LOG_LINES; i++) {
		log_write(log, MG_LOG_INFO, "test", "%0400d", i);
	}
	assert_true(loop_clock() - start < 5000000);
	assert_true(log_dropped(log) > 0);
	/* The reader wakes up, so that all that was kept comes out, and the loss is told. */
	char text[65536];
	bool told = false;
	while (!told) {
		ssize_t got = read(ends[0], text, sizeof(text) - 1);
		assert_true(got > 0);
		text[got] = '\0';
		told = strstr(text, "lines were dropped") != NULL;
	}
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	log_destroy(log);
	close(ends[1]);
}

static void ending_does_not_wait_for_ever(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct log *log = log_create(ends[1], MG_LOG_INFO);
	for (int i = 0; i < LOG_LINES; i++) {
		log_write(log, MG_LOG_INFO, "test", "%0400d", i);
	}
	int64_t start = loop_clock();
	log_destroy(log);
	assert_true(loop_clock() - start < 10000000);
	/* The thread sits in write(): closing the reading end lets it go. */
	signal(SIGPIPE, SIG_IGN);
	close(ends[0]);
}

static void no_log_swallows_everything(void **state)
{
	(void)state;
	log_write(NULL, MG_LOG_ERROR, "nobody", "listens");
	assert_false(log_enabled(NULL, MG_LOG_ERROR));
	log_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_carry_time_level_and_subject),
		cmocka_unit_test(a_line_stays_one_line),
		cmocka_unit_test(the_journal_gets_priorities),
		cmocka_unit_test(a_stalled_reader_costs_lines_not_time),
		cmocka_unit_test(no_log_swallows_everything),
		/* last: its log is given up with its memory */
		cmocka_unit_test(ending_does_not_wait_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
