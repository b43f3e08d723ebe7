/* SPDX-License-Identifier: MIT */
/* The number of a run is never used twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "route/router.h"

static char folder[] = "/tmp/metergate-run-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/metergate-run-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static char *path(const char *name, char text[128])
{
	snprintf(text, 128, "%s/%s", folder, name);
	return text;
}

static int remove_folder(void **state)
{
	(void)state;
	char text[128];
	unlink(path("run", text));
	rmdir(path("run", text));
	unlink(path("run.new", text));
	rmdir(path("run.new", text));
	return rmdir(folder);
}

static void write_file(const char *content)
{
	char text[128];
	FILE *file = fopen(path("run", text), "w");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static uint64_t kept(void)
{
	char text[128];
	unsigned long long number = 0;
	FILE *file = fopen(path("run", text), "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%llu", &number), 1);
	fclose(file);
	return number;
}

static bool is_now(uint64_t run)
{
	uint64_t now = (uint64_t)time(NULL);
	return run / 1000000 >= now - 60 && run / 1000000 <= now + 1;
}

/* Calls with a log and tells whether it was warned. */
static bool warned(const char *state_dir, uint64_t *run)
{
	char text[1024] = "";
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct log *log = log_create(ends[1], MG_LOG_WARNING);
	assert_non_null(log);
	*run = router_run_id(state_dir, log);
	log_destroy(log);
	close(ends[1]);
	ssize_t length = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	assert_true(length >= 0);
	return strstr(text, "the number of this run is just the time") != NULL;
}

static void the_first_run_is_now(void **state)
{
	(void)state;
	uint64_t run;
	assert_false(warned(folder, &run));
	assert_true(is_now(run));
	assert_int_equal(kept(), run);
}

static void later_runs_are_greater_though_the_clock_went_back(void **state)
{
	(void)state;
	uint64_t run;
	write_file("4000000000000000\n");
	assert_false(warned(folder, &run));
	assert_int_equal(run, 4000000000000001);
	assert_false(warned(folder, &run));
	assert_int_equal(run, 4000000000000002);
	assert_int_equal(kept(), 4000000000000002);
}

static void a_broken_file_is_replaced_with_a_warning(void **state)
{
	(void)state;
	static const char *const broken[] = { "", "abc\n", "123", "12x\n",
		"99999999999999999999\n", "18446744073709551615\n" };
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		uint64_t run;
		write_file(broken[i]);
		assert_true(warned(folder, &run));
		assert_true(is_now(run));
		assert_int_equal(kept(), run);
	}
}

static void without_a_folder_it_is_the_time(void **state)
{
	(void)state;
	uint64_t run;
	assert_false(warned("", &run));
	assert_true(is_now(run));
	assert_false(warned(NULL, &run));
	assert_true(warned("/nonexistent/folder", &run));
	assert_true(is_now(run));
	assert_true(is_now(router_run_id("", NULL)));
}

static void what_cannot_be_written_is_said(void **state)
{
	(void)state;
	uint64_t run;
	char text[128];
	assert_int_equal(mkdir(path("run.new", text), 0700), 0);
	assert_true(warned(folder, &run));
	assert_int_equal(rmdir(path("run.new", text)), 0);
	assert_int_equal(mkdir(path("run", text), 0700), 0);
	assert_true(warned(folder, &run));
	assert_true(is_now(run));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_run_is_now, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(later_runs_are_greater_though_the_clock_went_back,
				make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				a_broken_file_is_replaced_with_a_warning, make_folder, remove_folder),
		cmocka_unit_test(without_a_folder_it_is_the_time),
		cmocka_unit_test_setup_teardown(
				what_cannot_be_written_is_said, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
