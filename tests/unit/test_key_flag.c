/* SPDX-License-Identifier: MIT */
/* --key takes a key or a file with one, and never repeats a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/key_flag.h"

#define KEY "000102030405060708090A0B0C0D0E0F"
#define WANT "metergate test: --key: a key is 32 hex digits, or file:PATH of a file that "

static const struct cli_verb verb = { .name = "test" };

/* What `text` gives; NULL: the flag was not given. */
static int read_key(
		const char *text, struct secure_key *key, bool *given, char *said, size_t size)
{
	struct cli_args args = { .verb = &verb };
	struct cli cli = { .err = fmemopen(said, size, "w") };
	assert_non_null(cli.err);
	said[0] = '\0';
	if (text != NULL) {
		args.given[0].name = "key";
		args.given[0].value = text;
		args.given_count = 1;
	}
	int code = key_flag_read(&cli, &args, key, given);
	fclose(cli.err);
	return code;
}

static void assert_wrong(const char *text, const char *wanted)
{
	struct secure_key key;
	bool given = true;
	char said[400];
	assert_int_equal(read_key(text, &key, &given, said, sizeof(said)), CLI_USAGE);
	assert_false(given);
	assert_string_equal(said, wanted);
}

static void hex_digits_are_a_key(void **state)
{
	(void)state;
	struct secure_key key = { { 0 } };
	bool given = true;
	char said[400];
	assert_int_equal(read_key(NULL, &key, &given, said, sizeof(said)), CLI_OK);
	assert_false(given);
	assert_int_equal(read_key(KEY, &key, &given, said, sizeof(said)), CLI_OK);
	assert_true(given);
	assert_int_equal(key.bytes[1], 0x01);
	assert_int_equal(key.bytes[15], 0x0F);
	assert_string_equal(said, "");
}

static void a_wrong_key_is_described_and_not_repeated(void **state)
{
	(void)state;
	assert_wrong("0001", WANT "holds them; what was given has 4 characters\n");
	assert_wrong("0001g2030405060708090A0B0C0D0E0F",
			WANT "holds them; character 5 of what was given is no hex digit\n");
}

static void a_file_holds_a_key(void **state)
{
	(void)state;
	char path[] = "/tmp/test_key_flag.XXXXXX", text[64], said[400];
	struct secure_key key = { { 0 } };
	bool given = false;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	snprintf(text, sizeof(text), "file:%s", path);
	assert_int_equal(write(fd, KEY "\n", sizeof(KEY)), sizeof(KEY));
	assert_int_equal(read_key(text, &key, &given, said, sizeof(said)), CLI_OK);
	assert_true(given);
	assert_int_equal(key.bytes[15], 0x0F);
	assert_int_equal(ftruncate(fd, 4), 0);
	assert_wrong(text, WANT "holds them; what the file holds has 4 characters\n");
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(read_key(text, &key, &given, said, sizeof(said)), CLI_USAGE);
	assert_non_null(strstr(said, "metergate test: --key: "));
	assert_non_null(strstr(said, "chmod 600"));
	close(fd);
	unlink(path);
	assert_int_equal(read_key(text, &key, &given, said, sizeof(said)), CLI_OTHER);
	assert_non_null(strstr(said, "cannot be opened: No such file or directory"));
	assert_int_equal(read_key("file:", &key, &given, said, sizeof(said)), CLI_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_digits_are_a_key),
		cmocka_unit_test(a_wrong_key_is_described_and_not_repeated),
		cmocka_unit_test(a_file_holds_a_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
