/* SPDX-License-Identifier: MIT */
/* Lines of dumps become bytes, whatever stands between them, and text is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/decode_loose.h"

#define KEY "000102030405060708090A0B0C0D0E0F"
#define RUN "00112233445566778899AABBCCDDEEFF"

static const uint8_t frame[] = { 0x10, 0x40, 0x01, 0x41, 0x16 };

static void assert_frame(const char *text, bool has_key)
{
	struct decode_line line;
	assert_true(decode_loose_read(text, &line));
	assert_int_equal(line.size, sizeof(frame));
	assert_memory_equal(line.bytes, frame, sizeof(frame));
	assert_int_equal(line.has_key, has_key);
}

static void assert_wrong(const char *text, size_t column, const char *wrong)
{
	struct decode_line line;
	assert_false(decode_loose_read(text, &line));
	assert_string_equal(line.wrong, wrong);
	assert_int_equal(line.column, column);
	assert_int_equal(line.size, 0);
}

static void all_usual_separators_are_taken(void **state)
{
	(void)state;
	assert_frame("1040014116", false);
	assert_frame("10 40 01 41 16", false);
	assert_frame("0x10, 0x40, 0x1, 0X41, 0x16,", false);
	assert_frame("10:40:01:41:16", false);
	assert_frame("10-40-01-41-16;", false);
	assert_frame("{ 0x10, 0x40, 0x01, 0x41, 0x16 };", false);
	assert_frame("[\"10\", '40', (01), \"4116\"]", false);
	assert_frame("\"\\x10\\x40\\x01\\x41\\x16\"", false);
	assert_frame("0x1040 014116  # reset", false);
}

static void the_c_around_an_array_is_left_out(void **state)
{
	(void)state;
	struct decode_line line;
	assert_frame("static const uint8_t f[] = {0x10,0x40,0x01,0x41,0x16};", false);
	assert_true(decode_loose_read("unsigned char fade_bad[] = {", &line));
	assert_int_equal(line.size, 0);
	assert_true(decode_loose_read("unsigned int f_len = 55;", &line));
	assert_int_equal(line.size, 0);
	assert_true(decode_loose_read("};", &line));
	assert_int_equal(line.size, 0);
	assert_wrong("x = 55", 1,
			"'x' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
}

static void a_key_stands_behind_a_whole_telegram(void **state)
{
	(void)state;
	static const uint8_t key[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
		0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F };
	struct decode_line line;
	assert_frame("10 40 01 41 16 " KEY, true);
	assert_true(decode_loose_read("E5 " KEY " # key", &line));
	assert_int_equal(line.size, 1);
	assert_true(line.has_key);
	assert_memory_equal(line.key.bytes, key, sizeof(key));
}

static void runs_of_sixteen_bytes_are_no_keys(void **state)
{
	(void)state;
	struct decode_line line;
	/* 32 bytes by the length field: 26 and what frames have around them. */
	assert_true(decode_loose_read("681A1A68"
								  "000102030405060708090A0B " RUN,
			&line));
	assert_int_equal(line.size, 32);
	assert_false(line.has_key);
	assert_int_equal(line.bytes[31], 0xFF);
	/* A run in front of others is none either. */
	assert_true(decode_loose_read("68 " RUN " 16", &line));
	assert_int_equal(line.size, 18);
	assert_false(line.has_key);
	/* The damaged telegram is 32 bytes long by its length field: here comes the key. */
	assert_true(
			decode_loose_read("681A1A68000102030405060708090A0B " RUN " " KEY, &line));
	assert_int_equal(line.size, 32);
	assert_true(line.has_key);
}

static void text_is_not_guessed_at(void **state)
{
	(void)state;
	assert_wrong("RX: 10 40", 1,
			"'R' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
	assert_wrong("10 40 | @", 7,
			"'|' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
	assert_wrong("10 0x", 5, "a byte is missing behind 0x");
	assert_wrong("10 0xg1", 6,
			"'g' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
	assert_wrong("10 400", 6,
			"a byte has two hex digits, and the last of 3 stands alone; see whether the "
			"line was cut");
	assert_wrong(
			"10\x01", 3, "byte 01h is no hex digit; --binary takes telegrams as bytes");
}

static void assert_dump(const char *text, uint64_t offset)
{
	struct decode_line line;
	assert_true(decode_loose_read_dump(text, offset, &line));
	assert_string_equal(line.wrong, "");
	assert_int_equal(line.size, sizeof(frame));
	assert_memory_equal(line.bytes, frame, sizeof(frame));
	assert_false(line.has_key);
}

static void lines_of_dump_programs_are_known_by_their_offset(void **state)
{
	(void)state;
	/* hexdump -C, xxd, od -A x -t x1, a network sniffer */
	assert_dump(
			"00000010  10 40 01 41 16                                    |.@.A.|", 16);
	assert_dump("00000020: 1040 0141 16                             .@.A.", 32);
	assert_dump("000000 10 40 01 41 16", 0);
	assert_dump("0000   10 40 01 41 16   .@.A.", 0);
	assert_dump(" 0000  10 40 01 41  16|.@.A.|", 0);
}

static void od_counts_in_octal(void **state)
{
	(void)state;
	struct decode_line line;
	assert_dump("0000000 10 40 01 41 16", 0);
	assert_dump("0000020 10 40 01 41 16", 16);
	assert_dump("0001000 10 40 01 41 16", 512);
	/* The same digits in hexdump. */
	assert_dump("0000020 10 40 01 41 16", 32);
	assert_true(decode_loose_read_dump("0000045", 37, &line));
	assert_int_equal(line.size, 0);
	assert_false(decode_loose_read_dump("0000080 10", 64, &line));
	assert_false(decode_loose_read_dump("000020 10", 16, &line));
}

static void the_first_byte_has_a_column(void **state)
{
	(void)state;
	struct decode_line line;
	assert_true(decode_loose_read("  \"0x10, 40", &line));
	assert_int_equal(line.start, 4);
	assert_true(decode_loose_read("uint8_t t[] = {0x10,", &line));
	assert_int_equal(line.start, 16);
}

static void other_lines_are_no_dump(void **state)
{
	(void)state;
	struct decode_line line;
	assert_false(decode_loose_read_dump("00000010  10 40", 0, &line));
	assert_false(decode_loose_read_dump("10 40 01 41 16", 16, &line));
	assert_false(decode_loose_read_dump("000 10", 0, &line));
	assert_false(decode_loose_read_dump("000000000 10", 0, &line));
	assert_false(decode_loose_read_dump("0000,10", 0, &line));
	assert_false(decode_loose_read_dump("", 0, &line));
	assert_string_equal(line.wrong, "");
}

static void the_last_offset_of_a_dump_stands_alone(void **state)
{
	(void)state;
	struct decode_line line;
	assert_true(decode_loose_read_dump("00000025", 37, &line));
	assert_int_equal(line.size, 0);
	assert_string_equal(line.wrong, "");
}

static void what_is_no_hex_in_a_dump_is_named(void **state)
{
	(void)state;
	struct decode_line line;
	assert_true(decode_loose_read_dump("00000000  10 4x", 0, &line));
	assert_int_equal(line.size, 0);
	assert_int_equal(line.column, 15);
	assert_string_equal(line.wrong,
			"'x' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
	assert_true(decode_loose_read_dump("00000000  10 4", 0, &line));
	assert_int_equal(line.column, 14);
	assert_string_equal(line.wrong,
			"a byte has two hex digits, and the last of 1 stands alone; see whether the "
			"line was cut");
	assert_true(decode_loose_read_dump("00000000  10 zz", 0, &line));
	assert_int_equal(line.column, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_usual_separators_are_taken),
		cmocka_unit_test(the_c_around_an_array_is_left_out),
		cmocka_unit_test(a_key_stands_behind_a_whole_telegram),
		cmocka_unit_test(runs_of_sixteen_bytes_are_no_keys),
		cmocka_unit_test(text_is_not_guessed_at),
		cmocka_unit_test(lines_of_dump_programs_are_known_by_their_offset),
		cmocka_unit_test(od_counts_in_octal),
		cmocka_unit_test(the_first_byte_has_a_column),
		cmocka_unit_test(other_lines_are_no_dump),
		cmocka_unit_test(the_last_offset_of_a_dump_stands_alone),
		cmocka_unit_test(what_is_no_hex_in_a_dump_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
