/* SPDX-License-Identifier: MIT */
/* What is UTF-8 and what is not (RFC 3629). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

static void valid_characters_have_their_length(void **state)
{
	(void)state;
	assert_int_equal(utf8_step("a"), 1);
	assert_int_equal(utf8_step("\x7F"), 1);
	assert_int_equal(utf8_step("\xC2\x80"), 2);
	assert_int_equal(utf8_step("\xC2\xB0"
							   "C"),
			2);
	assert_int_equal(utf8_step("\xE0\xA0\x80"), 3);
	assert_int_equal(utf8_step("\xE2\x84\x83"), 3);
	assert_int_equal(utf8_step("\xED\x9F\xBF"), 3);
	assert_int_equal(utf8_step("\xEF\xBF\xBD"), 3);
	assert_int_equal(utf8_step("\xF0\x90\x80\x80"), 4);
	assert_int_equal(utf8_step("\xF4\x8F\xBF\xBF"), 4);
}

static void wrong_bytes_begin_nothing(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"\x80",             /* a continuation alone */
		"\xC0\x80",         /* NUL in two bytes */
		"\xC1\xBF",         /* not the shortest form */
		"\xE0\x9F\xBF",     /* not the shortest form */
		"\xED\xA0\x80",     /* a surrogate */
		"\xF0\x8F\xBF\xBF", /* not the shortest form */
		"\xF4\x90\x80\x80", /* beyond U+10FFFF */
		"\xF5\x80\x80\x80",
		"\xFF",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(utf8_step(wrong[i]), 0);
	}
}

static void cut_characters_begin_nothing(void **state)
{
	(void)state;
	assert_int_equal(utf8_step("\xC2"), 0);
	assert_int_equal(utf8_step("\xE2\x84"), 0);
	assert_int_equal(utf8_step("\xE2\x84z"), 0);
	assert_int_equal(utf8_step("\xF0\x90\x80"), 0);
}

static void control_characters_are_known(void **state)
{
	(void)state;
	static const char *const controls[] = { "\x01", "\x1F", "\x7F", "\xC2\x80",
		"\xC2\x85", "\xC2\x9F" };
	static const char *const others[] = { " ", "~", "\xC2\xA0", "\xC2\xB0", "\xC3\x80",
		"\xE2\x82\x80" };
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		assert_true(utf8_is_control(controls[i]));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(utf8_is_control(others[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_characters_have_their_length),
		cmocka_unit_test(wrong_bytes_begin_nothing),
		cmocka_unit_test(cut_characters_begin_nothing),
		cmocka_unit_test(control_characters_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
