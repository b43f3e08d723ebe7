/* SPDX-License-Identifier: MIT */
/* Secrets are fetched from guarded files only, and never repeated. */
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/option.h"
#include "gateway/option_secret.h"

struct bench {
	char folder[64];
	char path[96];
	char secret[64];
	char why[OPTION_WHY_SIZE];
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	strcpy(b->folder, "/tmp/metergate-secret-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/key", b->folder);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	unlink(b->path);
	rmdir(b->folder);
	unsetenv("CREDENTIALS_DIRECTORY");
	free(b);
	return 0;
}

static void keep(struct bench *b, const char *data, size_t size, mode_t mode)
{
	FILE *file = fopen(b->path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
	assert_int_equal(chmod(b->path, mode), 0);
}

static bool fetch(struct bench *b, const char *value)
{
	return option_secret_read(
			value, b->folder, b->secret, sizeof(b->secret), b->why, sizeof(b->why));
}

static void refuse(struct bench *b, const char *value, const char *words)
{
	assert_false(fetch(b, value));
	if (strstr(b->why, words) == NULL) {
		fail_msg("\"%s\" lacks \"%s\"", b->why, words);
	}
	assert_null(strstr(b->why, "hunter2"));
}

static void inline_ones_are_told_apart(void **state)
{
	(void)state;
	assert_true(option_secret_inline("hunter2"));
	assert_true(option_secret_inline("files:x"));
	assert_false(option_secret_inline("file:x"));
	assert_false(option_secret_inline("credential:x"));
}

static void files_are_read_without_their_line_end(void **state)
{
	struct bench *b = *state;
	char value[128];
	keep(b, "hunter2\r\n", 9, 0600);
	snprintf(value, sizeof(value), "file:%s", b->path);
	assert_true(fetch(b, value));
	assert_string_equal(b->secret, "hunter2");
	keep(b, " two words", 10, 0400);
	assert_true(fetch(b, "file:key"));
	assert_string_equal(b->secret, " two words");
}

static void exposed_files_are_refused(void **state)
{
	struct bench *b = *state;
	static const mode_t modes[] = { 0640, 0604, 0620, 0601 };
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		keep(b, "hunter2", 7, modes[i]);
		refuse(b, "file:key", "chmod 600");
	}
}

static void odd_files_are_refused(void **state)
{
	struct bench *b = *state;
	refuse(b, "file:", "wants a path");
	refuse(b, "file:key", "cannot be opened");
	keep(b, "\n", 1, 0600);
	refuse(b, "file:key", "empty");
	keep(b, "hunter2\0x", 9, 0600);
	refuse(b, "file:key", "NUL");
	refuse(b, "file:.", "no regular file");
	char long_path[5100] = "file:";
	memset(long_path + 5, 'a', sizeof(long_path) - 6);
	refuse(b, long_path, "too long");
}

static void the_length_is_limited(void **state)
{
	struct bench *b = *state;
	char text[sizeof(b->secret)];
	memset(text, 'k', sizeof(text));
	keep(b, text, sizeof(text), 0600);
	refuse(b, "file:key", "more than 63 bytes");
	keep(b, text, sizeof(text) - 1, 0600);
	assert_true(fetch(b, "file:key"));
	assert_int_equal(strlen(b->secret), sizeof(text) - 1);
}

static void credentials_come_from_the_service_manager(void **state)
{
	struct bench *b = *state;
	keep(b, "hunter2\n", 8, 0440);
	unsetenv("CREDENTIALS_DIRECTORY");
	refuse(b, "credential:key", "LoadCredential=key:PATH");
	setenv("CREDENTIALS_DIRECTORY", b->folder, 1);
	assert_true(fetch(b, "credential:key"));
	assert_string_equal(b->secret, "hunter2");
	refuse(b, "credential:", "without /");
	refuse(b, "credential:../key", "without /");
	refuse(b, "credential:other", "cannot be opened");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(inline_ones_are_told_apart),
		TEST(files_are_read_without_their_line_end),
		TEST(exposed_files_are_refused),
		TEST(odd_files_are_refused),
		TEST(the_length_is_limited),
		TEST(credentials_come_from_the_service_manager),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
