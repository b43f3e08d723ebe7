/* SPDX-License-Identifier: MIT */
/* Checks how the notes about a telegram are printed: columns, lines that are too long,
   colours, and what was opened. */
#include "mbus_bench.h"

#include <stdio.h>

#include "cli/explain.h"

/* What explain_print() writes; the caller's. */
static char *printed(bool colour, const char *hex, const struct decode_opened *opened)
{
	uint8_t bytes[MG_FRAME_MAX];
	const struct mg_bytes telegram = { bytes, bench_bytes(hex, bytes, sizeof(bytes)) };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_true(explain_print(out, colour, &telegram, opened));
	fclose(out);
	return text;
}

static void expect(const char *hex, const char *expected)
{
	char *text = printed(false, hex, NULL);
	assert_string_equal(text, expected);
	free(text);
}

static void notes_become_columns(void **state)
{
	(void)state;
	expect("68 09 09 68 08 05 78 01 13 07 01 13 08 BC 16",
			"offset  bytes                   part           meaning\n"
			"     0  68                      start          start of a long frame\n"
			"     1  09                      L              9 bytes from C up to the "
			"checksum\n"
			"     2  09                      L              the same again\n"
			"     3  68                      start          the same again\n"
			"     4  08                      C              RSP_UD: data from a meter\n"
			"     5  05                      A              primary address 5\n"
			"     6  78                      CI             response, no header\n"
			"\n"
			"     7  01                        DIF          instantaneous, 8 bit "
			"integer\n"
			"     8  13                          VIF        volume, m3 × 10^-3\n"
			"     9  07                          data       0.007 m3 (7 × 10^-3)\n"
			"\n"
			"    10  01                        DIF          instantaneous, 8 bit "
			"integer\n"
			"    11  13                          VIF        volume, m3 × 10^-3\n"
			"    12  08                          data       0.008 m3 (8 × 10^-3)\n"
			"\n"
			"    13  BC                      checksum       sum of the 9 bytes from C "
			"on: "
			"right\n"
			"    14  16                      stop           end of the frame\n");
}

static void the_link_layer_alone_has_no_blank_line(void **state)
{
	(void)state;
	expect("10 40 01 41 16",
			"offset  bytes                   part           meaning\n"
			"     0  10                      start          start of a short frame\n"
			"     1  40                      C              SND_NKE: resets the link to "
			"a "
			"meter\n"
			"     2  01                      A              primary address 1\n"
			"     3  41                      checksum       sum of the 2 bytes from C "
			"on: "
			"right\n"
			"     4  16                      stop           end of the frame\n");
}

static void many_bytes_take_several_lines(void **state)
{
	(void)state;
	expect("E5 0102030405060708 090A",
			"offset  bytes                   part           meaning\n"
			"     0  E5                      ACK            a meter confirms\n"
			"     1  01 02 03 04 05 06 07 08 surplus        10 bytes: behind the end of "
			"the "
			"frame, not read\n"
			"     9  09 0A\n");
}

/* The telegram of which this text is the only record. */
static void print_text(const char *text, char *lines, size_t size)
{
	uint8_t data[252] = { 0x0D, 0x78, (uint8_t)strlen(text) }, bytes[MG_FRAME_MAX];
	for (size_t i = 0; text[i] != '\0'; i++) {
		data[2 + strlen(text) - i] = (uint8_t)text[i];
	}
	const struct mg_frame frame = { MG_FRAME_LONG, 0x08, 1, 0x78,
		{ data, 3 + strlen(text) } };
	const struct mg_bytes telegram = { bytes,
		mg_frame_build(&frame, bytes, sizeof(bytes)) };
	FILE *out = fmemopen(lines, size, "w");
	assert_non_null(out);
	assert_true(explain_print(out, false, &telegram, NULL));
	fclose(out);
}

static void long_meanings_take_several_lines(void **state)
{
	char lines[4000];
	(void)state;
	print_text("word1 word2 word3 word4 word5 word6 word7 word8 word9 word10", lines,
			sizeof(lines));
	assert_non_null(strstr(lines,
			"    10  30 31 64 72 6F 77 20 39     data       \"word1 word2 word3 word4 "
			"word5 "
			"word6 word7 word8\n"
			"    18  64 72 6F 77 20 38 64 72                word9 word10\"\n"
			"    26  6F 77 20 37 64 72 6F 77\n"));
	/* A word that has no end is cut; it ends in the middle of the last line. */
	print_text("0123456789012345678901234567890123456789012345678901234567890123", lines,
			sizeof(lines));
	assert_non_null(strstr(lines,
			"data       \"0123456789012345678901234567890123456789012345678901\n"));
	assert_non_null(strstr(lines, "                234567890123\"\n"));
}

/* The longest line of a text, in characters. */
static size_t width_of(const char *text)
{
	size_t width = 0, longest = 0;
	for (; *text != '\0'; text++) {
		width = *text == '\n' ? 0 : width + (((uint8_t)*text & 0xC0) != 0x80);
		longest = width > longest ? width : longest;
	}
	return longest;
}

static void lines_have_at_most_100_characters(void **state)
{
	char lines[4000];
	(void)state;
	print_text("0123456789012345678901234567890123456789012345678901234567890123", lines,
			sizeof(lines));
	assert_int_equal(width_of(lines), 100);
	char *text = printed(false,
			"68 10 10 68 08 01 7A 01 00 00 00 84 FF 7F 13 01 00 00 00 2F C7 16", NULL);
	assert_in_range(width_of(text), 90, 100);
	assert_non_null(
			strstr(text, "\n     8  00                        status       no error\n"));
	free(text);
}

static void colours_are_for_terminals(void **state)
{
	(void)state;
	char *text = printed(true, "E5 00", NULL);
	assert_string_equal(text,
			"\033[2moffset  bytes                   part           meaning\n\033[0m"
			"\033[2m     0  \033[0mE5                      \033[1mACK\033[0m            "
			"a "
			"meter confirms\n"
			"\033[2m     1  \033[0m00                      \033[31msurplus\033[0m        "
			"1 "
			"byte: behind the end of the frame, not read\n");
	free(text);
}

static void what_was_decrypted_follows(void **state)
{
	static const uint8_t plain[] = { 0x2F, 0x2F, 0x01, 0x13, 0x07 };
	struct decode_opened opened = {
		.telegram = {
			.content = MG_CONTENT_RECORDS,
			.security_mode = 5,
			.records = { plain, sizeof(plain) },
			.offset = 19,
		},
	};
	static const char records[] =
			"    19  2F 2F                     filler       idle, no record\n"
			"\n"
			"    21  01                        DIF          instantaneous, 8 bit "
			"integer\n"
			"    22  13                          VIF        volume, m3 × 10^-3\n"
			"    23  07                          data       0.007 m3 (7 × 10^-3)\n";
	char expected[1000];
	(void)state;
	char *text = printed(false, "E5", &opened);
	strcpy(expected, "offset  bytes                   part           meaning\n"
					 "     0  E5                      ACK            a meter confirms\n"
					 "\ndecrypted, 5 bytes:\n\n");
	strcat(expected, records);
	assert_string_equal(text, expected);
	free(text);
}

static void what_was_expanded_counts_anew(void **state)
{
	static const uint8_t whole[] = { 0x01, 0x13, 0x07 };
	struct decode_opened opened = {
		.telegram = {
			.content = MG_CONTENT_RECORDS,
			.records = { whole, sizeof(whole) },
			.offset = 19,
		},
		.expanded = true,
	};
	(void)state;
	char *text = printed(false, "E5", &opened);
	assert_non_null(strstr(text,
			"\nwith the format that it names, 3 bytes, counted from 0 on:\n\n"
			"     0  01                        DIF          instantaneous, 8 bit "
			"integer\n"));
	free(text);
	opened.telegram.security_mode = 7;
	text = printed(false, "E5", &opened);
	assert_non_null(strstr(text, "\ndecrypted, with the format that it names, 3 bytes, "
								 "counted from 0 on:\n\n"));
	free(text);
}

static void what_cannot_be_written_is_told(void **state)
{
	const struct mg_bytes telegram = { (const uint8_t *)"\xE5", 1 };
	(void)state;
	FILE *out = fopen("/dev/full", "w");
	assert_non_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	assert_false(explain_print(out, false, &telegram, NULL));
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_become_columns),
		cmocka_unit_test(the_link_layer_alone_has_no_blank_line),
		cmocka_unit_test(many_bytes_take_several_lines),
		cmocka_unit_test(long_meanings_take_several_lines),
		cmocka_unit_test(lines_have_at_most_100_characters),
		cmocka_unit_test(colours_are_for_terminals),
		cmocka_unit_test(what_was_decrypted_follows),
		cmocka_unit_test(what_was_expanded_counts_anew),
		cmocka_unit_test(what_cannot_be_written_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
