/* SPDX-License-Identifier: MIT */
/* The key that a command line gives with --key. */
#include "cli/key_flag.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/decode_line.h"
#include "gateway/option_secret.h"

#define SECRET_SIZE 128 /* more than a key in hex */

/* A wrong key is not repeated: it may be the right one but for a digit. */
static int refuse_key(const struct cli *cli, const struct cli_args *args,
		const char *text, const char *where)
{
	static const char want[] =
			"--key: a key is 32 hex digits, or file:PATH of a file that holds them";
	size_t length = strlen(text);
	if (length == DECODE_LINE_KEY_DIGITS) {
		return cli_fail(cli, args, CLI_USAGE, "%s; character %zu of %s is no hex digit",
				want, decode_line_digits(text) + 1, where);
	}
	return cli_fail(
			cli, args, CLI_USAGE, "%s; %s has %zu characters", want, where, length);
}

/* A file that is not there, or not for us, is no mistake in the words. */
static int file_code(const char *path)
{
	if (path[0] == '\0' || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0) {
		return CLI_USAGE;
	}
	return errno == EACCES || errno == EPERM ? CLI_PERMISSION : CLI_OTHER;
}

int key_flag_read(const struct cli *cli, const struct cli_args *args,
		struct secure_key *key, bool *given)
{
	static const char file[] = "file:";
	char secret[SECRET_SIZE], why[512];
	const char *text = cli_value(args, "key"), *where = "what was given";
	*given = false;
	if (text == NULL) {
		return CLI_OK;
	}
	if (strncmp(text, file, sizeof(file) - 1) == 0) {
		if (!option_secret_read(text, NULL, secret, sizeof(secret), why, sizeof(why))) {
			return cli_fail(
					cli, args, file_code(text + sizeof(file) - 1), "--key: %s", why);
		}
		text = secret;
		where = "what the file holds";
	}
	*given = secure_key_parse(text, key);
	int code = *given ? CLI_OK : refuse_key(cli, args, text, where);
	explicit_bzero(secret, sizeof(secret));
	return code;
}
