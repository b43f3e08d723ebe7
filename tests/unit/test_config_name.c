/* SPDX-License-Identifier: MIT */
/* Names are judged, and made from any text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/config_name.h"

static bool valid(const char *name)
{
	return config_name_valid(name, strlen(name));
}

static void names_follow_the_rule(void **state)
{
	(void)state;
	assert_true(valid("a"));
	assert_true(valid("9"));
	assert_true(valid("Heat-1.left_2"));
	assert_true(valid("abcdefghijklmnopqrstuvwxyz012345"));
	assert_false(valid("abcdefghijklmnopqrstuvwxyz0123456"));
	assert_false(valid(""));
	assert_false(valid("-a"));
	assert_false(valid(".a"));
	assert_false(valid("_a"));
	assert_false(valid("a b"));
	assert_false(valid("a/b"));
	assert_false(valid("a\xC3\xBC"));
}

static void made(const char *text, const char *expected)
{
	char name[CONFIG_NAME_MAX + 1];
	config_name_make(text, name);
	assert_string_equal(name, expected);
	assert_true(valid(name));
}

static void any_text_gives_a_name(void **state)
{
	(void)state;
	made("ttyUSB0", "ttyUSB0");
	made("host.example:10001", "host.example-10001");
	made("[fe80::1]:10001", "fe80-1-10001");
	made("K\xC3\xBC"
		 "che",
			"K-che");
	made("..hidden..", "hidden");
	made("", "unnamed");
	made("---", "unnamed");
	made("abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijklmnopqrstuvwxyz012345");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_follow_the_rule),
		cmocka_unit_test(any_text_gives_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
