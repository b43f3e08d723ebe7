/* SPDX-License-Identifier: MIT */
/* Checks the notes about data: the value that they make, or why they make none. */
#include "explain_bench.h"

/* The last note about a record. */
static void expect_data(const char *hex, const char *expected)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = explain_build(0x08, 0x78, hex, bytes);
	notes_of(&notes, bytes, size, 7, size - 2);
	assert_true(notes.length > 1);
	notes.text[notes.length - 1] = '\0';
	const char *last = strrchr(notes.text, '\n');
	assert_non_null(last);
	assert_string_equal(last + 1, expected);
}

static void numbers_are_shown_as_sent_and_in_their_unit(void **state)
{
	(void)state;
	expect_data("04 06 39300000", "4 data: 12345000 Wh (12345 × 10^3)");
	expect_data("04 2B 18FCFFFF", "4 data: -1000 W");
	expect_data("04 2A 18FCFFFF", "4 data: -100.0 W (-1000 × 10^-1)");
	expect_data("01 22 07", "1 data: 25200 s (7 × 3600)");
	expect_data("01 A2 74 07", "1 data: 252.00 s (7 × 3600 × 10^-2)");
	expect_data("02 FB 6A 0010", "2 data: 1.000000000000 (4096 × 2^-12)");
	expect_data("02 FB EA 72 0010", "2 data: 0.0001000000000000 (4096 × 2^-12 × 10^-4)");
	expect_data("05 2E CDCC2C42", "4 data: 43200 W");
	/* More than an int64 holds. */
	expect_data("0D 13 C9 999999999999999999",
			"9 data: 999999999999999.999 m3 (999999999999999999 × 10^-3)");
}

static void bits_and_codes_are_put_into_words(void **state)
{
	(void)state;
	expect_data("01 FD 17 00", "1 data: 0: no bit");
	expect_data("01 FD 17 05", "1 data: 5: bits 0, 2");
	expect_data("09 FD 17 05", "1 data: 5: bits 0, 2");
	expect_data("01 FD 97 70 05", "1 data: 0.000005 (5 × 10^-6)");
	expect_data("09 FD 17 F5", "1 data: -5");
	expect_data("01 FD 09 04", "1 data: 4: heat");
	expect_data("02 FD 09 0001", "2 data: 256");
}

static void dates_are_shown(void **state)
{
	(void)state;
	expect_data("42 6C BF1C", "2 data: 2013-12-31");
	expect_data("04 6D 1EAE5A27", "4 data: 2018-07-26T14:30, summer time");
	expect_data("03 6D 1E2D0C", "3 data: 12:45:30");
}

static void what_is_no_value_says_why(void **state)
{
	(void)state;
	expect_data(
			"0A 5A A102", "2 data: no value: not a number: BCD with digits A to F: 02A1");
	expect_data("05 13 0000C07F", "4 data: no value: not a number: NaN");
	expect_data("42 6C FFFF", "2 data: no value: date or time not set");
	expect_data(
			"02 13 0080", "2 data: no value: marked invalid: the most negative number");
	expect_data("04 93 15 00000000", "4 data: no value: the meter has no data");
}

static void text_is_quoted(void **state)
{
	(void)state;
	expect_data("0D FD 11 05 6F6C6C6548", "5 data: \"Hello\"");
	expect_data("0D FD 11 03 421B41", "3 data: \"A B\"");
	expect_data("07 79 78563412 2440 01 07", "8 data: 12345678.PAD.01.07");
	expect_data("02 FD 0A 2440", "2 data: PAD");
	expect_data("0D FD 11 00", "1 LVAR: length 0, text");
}

static void long_text_is_cut(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX], data[200] = { 0x0D, 0x78, 0xBF };
	(void)state;
	memset(data + 3, 'x', 191);
	struct mg_frame frame = { MG_FRAME_LONG, 0x08, 1, 0x78, { data, 194 } };
	size_t size = mg_frame_build(&frame, bytes, sizeof(bytes));
	notes_of(&notes, bytes, size, 10, size - 2);
	/* "191 data: " and a line end, and two quotes. */
	assert_int_equal(notes.length, 10 + 1 + 191 + 2);
	/* In UTF-8 each of these takes two bytes. */
	memset(data + 3, 0xE4, 191);
	size = mg_frame_build(&frame, bytes, sizeof(bytes));
	notes_of(&notes, bytes, size, 10, size - 2);
	assert_int_equal(notes.length, 10 + 1 + 1 + 2 * 97 + 3);
	assert_string_equal(notes.text + notes.length - 6, "\xC3\xA4\xE2\x80\xA6\n");
}

static void bytes_stay_bytes(void **state)
{
	(void)state;
	expect_data("0D FD 3B 02 0102", "2 data: bytes as they are, no number");
	expect_data("0D FD 3A F0 000102030405060708090A0B0C0D0E0F",
			"16 data: bytes as they are, no number");
}

static void every_lvar_has_a_meaning(void **state)
{
	(void)state;
	explain_expect_records("0D FD 3A C2 3412 0D FD 3A D1 12 0D FD 3A E0",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: dimensionless\n"
			"1 LVAR: length 2, positive BCD\n"
			"2 data: 1234\n"
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: dimensionless\n"
			"1 LVAR: length 1, negative BCD\n"
			"1 data: -12\n"
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: dimensionless\n"
			"1 LVAR: length 0, binary number\n");
	explain_expect_records("0D FD 3A F0 000102030405060708090A0B0C0D0E0F",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: dimensionless\n"
			"1 LVAR: large binary number\n"
			"16 data: bytes as they are, no number\n");
}

static void a_compact_profile_is_gone_through(void **state)
{
	(void)state;
	explain_expect_records("0D 93 1F 08 62 01 0102 0304 FFFF",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: volume, m3 × 10^-3, VIFE follows\n"
			"1 VIFE: compact profile; the data are a packed list of values\n"
			"1 LVAR: length 8, bytes\n"
			"1 data: profile of increments, each 16 bit integer\n"
			"1 data: step: 3600 s\n"
			"2 data: element 1: 0.513 m3\n"
			"2 data: element 2: 1.027 m3\n"
			"2 data: element 3: no value: marked invalid: all bits are set\n");
	explain_expect_records("0D 93 13 03 31 FE 07",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: volume, m3 × 10^-3, VIFE follows\n"
			"1 VIFE: inverse compact profile; the data are a packed list of values\n"
			"1 LVAR: length 3, bytes\n"
			"1 data: profile of values, each 8 bit integer\n"
			"1 data: step in months: 1, into the past\n"
			"1 data: element 1: 0.007 m3\n");
}

/* Each element shows its own digits, however many there are. */
static void elements_of_a_compact_profile_that_are_no_number_are_shown(void **state)
{
	(void)state;
	expect_data("0D 93 1F 14 19 01 12 34 56 78 90 12 34 56 78 90 12 34 56 78 90 12 34 1A",
			"1 data: element 18: no value: not a number: BCD with digits A to F: 1A");
	expect_data("0D 93 1F 06 1A 01 34 12 1A 34",
			"2 data: element 2: no value: not a number: BCD with digits A to F: 341A");
}

static void steps_of_a_compact_profile_have_many_forms(void **state)
{
	(void)state;
	expect_data("0D 93 1F 02 31 FD", "1 data: step: half a month");
	expect_data("0D 93 1F 02 C1 FF", "1 data: a reserved step");
	expect_data("0D 93 1F 02 19 00", "1 data: columns of registers: 2");
	expect_data("0D 93 1F 02 81 07", "1 data: step: 7 s");
}

/* Elements of no size, half an element, no head, and no LVAR. */
static void what_is_no_whole_profile_stays_bytes(void **state)
{
	(void)state;
	expect_data("0D 93 1F 03 60 01 07", "3 data: bytes as they are, no number");
	expect_data("0D 93 1F 03 62 01 07", "3 data: bytes as they are, no number");
	expect_data("0D 93 1F 01 62", "1 data: bytes as they are, no number");
	expect_data("01 93 1F 62", "1 data: 0.098 m3 (98 × 10^-3)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_shown_as_sent_and_in_their_unit),
		cmocka_unit_test(bits_and_codes_are_put_into_words),
		cmocka_unit_test(dates_are_shown),
		cmocka_unit_test(what_is_no_value_says_why),
		cmocka_unit_test(text_is_quoted),
		cmocka_unit_test(long_text_is_cut),
		cmocka_unit_test(bytes_stay_bytes),
		cmocka_unit_test(every_lvar_has_a_meaning),
		cmocka_unit_test(a_compact_profile_is_gone_through),
		cmocka_unit_test(elements_of_a_compact_profile_that_are_no_number_are_shown),
		cmocka_unit_test(steps_of_a_compact_profile_have_many_forms),
		cmocka_unit_test(what_is_no_whole_profile_stays_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
