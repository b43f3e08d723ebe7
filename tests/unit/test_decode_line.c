/* SPDX-License-Identifier: MIT */
/* Lines of hex become telegrams and keys, and mistakes are named with their column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/decode_line.h"

#define KEY "000102030405060708090A0b0c0d0e0f"

static const uint8_t short_frame[] = { 0x10, 0x40, 0x01, 0x41, 0x16 };

static void assert_frame(const char *text, bool has_key)
{
	static const uint8_t key[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
		0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F };
	struct decode_line line;
	assert_true(decode_line_read(text, &line));
	assert_int_equal(line.size, sizeof(short_frame));
	assert_memory_equal(line.bytes, short_frame, sizeof(short_frame));
	assert_int_equal(line.has_key, has_key);
	assert_string_equal(line.wrong, "");
	if (has_key) {
		assert_memory_equal(line.key.bytes, key, sizeof(key));
	}
}

static void assert_wrong(const char *text, size_t column, const char *wrong)
{
	struct decode_line line;
	assert_false(decode_line_read(text, &line));
	assert_string_equal(line.wrong, wrong);
	assert_int_equal(line.column, column);
	assert_int_equal(line.size, 0);
	assert_false(line.has_key);
}

static void digits_may_be_of_either_case(void **state)
{
	(void)state;
	struct decode_line line;
	assert_true(decode_line_read("e5", &line));
	assert_int_equal(line.size, 1);
	assert_int_equal(line.bytes[0], 0xE5);
	assert_true(decode_line_read("E5", &line));
	assert_int_equal(line.bytes[0], 0xE5);
	assert_frame("  1040014116\t", false);
}

static void a_key_may_follow(void **state)
{
	(void)state;
	assert_frame("1040014116 " KEY, true);
	assert_frame("\t1040014116 \t " KEY "  ", true);
	assert_frame("10 40 01 41 16 " KEY, true);
}

static void blanks_between_all_bytes_are_fine(void **state)
{
	(void)state;
	assert_frame("10 40 01  41\t16", false);
}

static void comments_and_empty_lines_hold_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "  \t", "# 1040014116", "   #", "#" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct decode_line line;
		assert_true(decode_line_read(texts[i], &line));
		assert_int_equal(line.size, 0);
	}
	assert_frame("1040014116 # reset", false);
	assert_frame("1040014116 " KEY "# reset", true);
}

static void what_is_no_digit_is_shown(void **state)
{
	(void)state;
	assert_wrong("10400141g6", 9,
			"'g' is no hex digit; --loose also takes dumps with 0x, blanks and colons");
	assert_wrong("  0x10", 4,
			"'x' is no hex digit; --loose also takes dumps with 0x, blanks and colons");
	assert_wrong("68°", 3,
			"'°' is no hex digit; --loose also takes dumps with 0x, blanks and colons");
}

static void bytes_are_not_shown_as_characters(void **state)
{
	(void)state;
	assert_wrong(
			"68\x80", 3, "byte 80h is no hex digit; --binary takes telegrams as bytes");
	assert_wrong(
			"\x1B[2J", 1, "byte 1Bh is no hex digit; --binary takes telegrams as bytes");
}

static void half_a_byte_is_refused(void **state)
{
	(void)state;
	assert_wrong("104001411", 9,
			"a byte has two hex digits, and the last of 9 stands alone; see whether the "
			"line was cut");
}

static void what_is_no_key_is_not_repeated(void **state)
{
	(void)state;
	assert_wrong("1040014116 0001020304050607", 12,
			"what follows the telegram is no key: it has 16 hex digits, a key has 32; "
			"--loose also takes telegrams with blanks inside");
	assert_wrong("1040014116 0001x2030405060708090A0B0C0D0E0F", 12,
			"what follows the telegram is no key: character 5 of it is no hex digit; "
			"--loose also takes telegrams with blanks inside");
	assert_wrong("10 40 0141 16", 7,
			"what follows the telegram is no key: it has 4 hex digits, a key has 32; "
			"--loose also takes telegrams with blanks inside");
	assert_wrong("1040014116 " KEY " 16", 45,
			"a telegram and a key are all that a line can hold; put each telegram on a "
			"line of its own");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_may_be_of_either_case),
		cmocka_unit_test(a_key_may_follow),
		cmocka_unit_test(blanks_between_all_bytes_are_fine),
		cmocka_unit_test(comments_and_empty_lines_hold_nothing),
		cmocka_unit_test(what_is_no_digit_is_shown),
		cmocka_unit_test(bytes_are_not_shown_as_characters),
		cmocka_unit_test(half_a_byte_is_refused),
		cmocka_unit_test(what_is_no_key_is_not_repeated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
