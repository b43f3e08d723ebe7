/* SPDX-License-Identifier: MIT */
/* Checks the notes about configuration fields, encrypted telegrams and the layer that
   authenticates them. */
#include "explain_bench.h"

/* The note about the configuration field of a short header, and those behind it. */
static void expect_protected(const char *hex, const char *expected)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	char head[600] = "00 00";
	strcat(head, hex);
	size_t size = explain_build(0x08, 0x7A, head, bytes);
	notes_of(&notes, bytes, size, 9, size - 2);
	assert_string_equal(notes.text, expected);
}

#define BLOCK "00112233445566778899AABBCCDDEEFF"

static void mode_5_is_explained(void **state)
{
	(void)state;
	expect_protected("2005" BLOCK BLOCK,
			"2 config: 0520h: mode 5, AES-CBC, 2 blocks of 16 bytes\n"
			"32 encrypted: cipher text, 32 bytes\n");
	expect_protected("1085" BLOCK "0C 78 44332211",
			"2 config: 8510h: mode 5, AES-CBC, 1 block of 16 bytes, bidirectional\n"
			"16 encrypted: cipher text, 16 bytes\n"
			"6 plain: not encrypted: goes on behind what was decrypted\n");
}

static void all_bits_of_mode_0_are_named(void **state)
{
	(void)state;
	expect_protected("0BE0", "2 config: E00Bh: not encrypted, bidirectional, accessible, "
							 "synchronous, static "
							 "content, repeated access, repeated by a hop\n");
	expect_protected("0000", "2 config: 0000h: not encrypted\n");
}

static void a_word_that_fits_no_encryption_is_none(void **state)
{
	(void)state;
	expect_protected("3005 01 13 07", "2 config: 0530h: announces no encryption that "
									  "fits, old meters send anything "
									  "here\n"
									  "1 DIF: instantaneous, 8 bit integer\n"
									  "1 VIF: volume, m3 × 10^-3\n"
									  "1 data: 0.007 m3 (7 × 10^-3)\n");
}

static void mode_7_is_explained(void **state)
{
	(void)state;
	expect_protected("2007 10" BLOCK BLOCK,
			"2 config: 0720h: mode 7, AES-CBC with a derived key, 2 blocks of 16 bytes\n"
			"1 extension: key 0, derived by KDF-A\n"
			"32 encrypted: cipher text, 32 bytes\n");
	expect_protected("1027 43 04030201 09" BLOCK,
			"2 config: 2710h: mode 7, AES-CBC with a derived key, 1 block of 16 bytes, a "
			"message counter follows\n"
			"1 extension: key 3, as it is\n"
			"4 extension: message counter 16909060\n"
			"1 extension: version 9 of the key\n"
			"16 encrypted: cipher text, 16 bytes\n");
}

static void mode_10_is_explained(void **state)
{
	(void)state;
	expect_protected("FF2A 1001 8C570E00 C5C290A4 723AAEC4E2FD598A",
			"2 config: 2AFFh: mode 10, AES-CCM, all bytes up to the tag, a message "
			"counter "
			"follows\n"
			"2 extension: key 0, derived by KDF-A, tag of 8 bytes\n"
			"4 extension: message counter 939916\n"
			"4 encrypted: cipher text, 4 bytes\n"
			"8 tag: tag of the encryption: shows whether the key is right\n");
	expect_protected("010A 1000 C5 723AAEC4",
			"2 config: 0A01h: mode 10, AES-CCM, 1 bytes\n"
			"2 extension: key 0, derived by KDF-A, tag of 4 bytes\n"
			"1 encrypted: cipher text, 1 byte\n"
			"4 tag: tag of the encryption: shows whether the key is right\n");
	expect_protected("020A 6500 07 C5C2 AABB 723AAEC4",
			"2 config: 0A02h: mode 10, AES-CCM, 2 bytes\n"
			"2 extension: key 5, derived in a reserved way, tag of 4 bytes\n"
			"1 extension: version 7 of the key\n"
			"2 encrypted: cipher text, 2 bytes\n"
			"2 plain: not encrypted: goes on behind what was decrypted\n"
			"4 tag: tag of the encryption: shows whether the key is right\n");
}

static void encrypted_frames_may_be_cut_off(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	explain_build(
			0x08, 0x7A, "00 00 FF2A 1001 8C570E00 C5C290A4 723AAEC4E2FD598A", bytes);
	notes_of(&notes, bytes, 12, 11, 12);
	assert_string_equal(notes.text,
			"1 extension: cut off: 1 of 2 bytes\n"
			"0 missing: the frame is cut off: 19 of 31 bytes are missing\n");
	notes_of(&notes, bytes, 15, 13, 15);
	assert_string_equal(notes.text,
			"2 extension: cut off: 2 of 4 bytes\n"
			"0 missing: the frame is cut off: 16 of 31 bytes are missing\n");
	notes_of(&notes, bytes, 20, 17, 20);
	assert_string_equal(notes.text,
			"3 encrypted: cut off: 3 of 4 bytes\n"
			"0 missing: the frame is cut off: 11 of 31 bytes are missing\n");
}

static void record_areas_can_be_encrypted(void **state)
{
	static struct notes notes;
	struct bench bench;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	bench_take(&bench, bytes, explain_build(0x08, 0x7A, "00 00 1005" BLOCK "2F", bytes));
	assert_int_equal(bench.fault, MG_FAULT_ENCRYPTED);
	notes = (struct notes){ .to = 17 };
	mg_explain_records(&bench.telegram, notes_take, &notes);
	assert_string_equal(notes.text,
			"16 encrypted: cipher text, 16 bytes\n"
			"1 plain: not encrypted: goes on behind what was decrypted\n");
	bench_finish(&bench);
}

static void the_authentication_layer_is_explained(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x90, "0F 002C 25 B30A0000 AF5D74DF73A600D9 78 01 13 07",
			"1 AFL: 15 bytes follow in this layer\n"
			"2 AFL: 2C00h: fragment 0, message control, counter, MAC\n"
			"1 AFL: message control: MAC of type 5\n"
			"4 AFL: message counter 2739\n"
			"8 AFL: MAC: shows with the key whether the telegram is genuine\n"
			"1 CI: response, no header\n"
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 data: 0.007 m3 (7 × 10^-3)\n");
	explain_expect_body(0x08, 0x90, "0A 0036 03 3412 ABCD 2A00 EE 72 7856",
			"1 AFL: 10 bytes follow in this layer\n"
			"2 AFL: 3600h: fragment 0, message control, key information, MAC, length\n"
			"1 AFL: message control: MAC of type 3\n"
			"2 AFL: key information 1234h\n"
			"2 AFL: MAC: shows with the key whether the telegram is genuine\n"
			"2 AFL: message of 42 bytes\n"
			"1 AFL: 1 byte: meaning not known\n"
			"1 CI: response, long header\n"
			"2 id: the header is cut off\n");
}

static void broken_authentication_layers_are_not_read(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x90, "0F 002C 25",
			"4 rest: 4 bytes: not read, the layer is not whole\n"
			"0 missing: a CI field should follow\n");
	explain_expect_body(0x08, 0x90, "", "0 missing: a CI field should follow\n");
	explain_expect_body(0x08, 0x90, "02 0000",
			"1 AFL: 2 bytes follow in this layer\n"
			"2 AFL: 0000h: fragment 0\n"
			"0 missing: a CI field should follow\n");
	explain_expect_body(0x08, 0x90, "02 0240 72 01",
			"1 AFL: 2 bytes follow in this layer\n"
			"2 AFL: 4002h: fragment 2, more fragments follow\n"
			"2 rest: 2 bytes: a part of a message in fragments, which are not put "
			"together\n");
	/* A layer in a layer. */
	explain_expect_body(0x08, 0x90, "02 0000 90 01",
			"1 AFL: 2 bytes follow in this layer\n"
			"2 AFL: 0000h: fragment 0\n"
			"1 CI: authentication and fragmentation layer\n"
			"1 rest: 1 byte: the CI field is not supported\n");
}

static void an_authentication_layer_may_be_cut_off(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	explain_build(0x08, 0x90, "0F 002C 25 B30A0000 AF5D74DF73A600D9 78 01 13 07", bytes);
	notes_of(&notes, bytes, 13, 10, 13);
	assert_string_equal(notes.text,
			"1 AFL: message control: MAC of type 5\n"
			"2 AFL: cut off: 2 of 4 bytes\n"
			"0 missing: a CI field should follow\n"
			"0 missing: the frame is cut off: 16 of 29 bytes are missing\n");
	notes_of(&notes, bytes, 9, 8, 9);
	assert_string_equal(notes.text,
			"1 AFL: cut off: 1 of 2 bytes\n"
			"0 missing: a CI field should follow\n"
			"0 missing: the frame is cut off: 20 of 29 bytes are missing\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mode_5_is_explained),
		cmocka_unit_test(all_bits_of_mode_0_are_named),
		cmocka_unit_test(a_word_that_fits_no_encryption_is_none),
		cmocka_unit_test(mode_7_is_explained),
		cmocka_unit_test(mode_10_is_explained),
		cmocka_unit_test(encrypted_frames_may_be_cut_off),
		cmocka_unit_test(record_areas_can_be_encrypted),
		cmocka_unit_test(the_authentication_layer_is_explained),
		cmocka_unit_test(broken_authentication_layers_are_not_read),
		cmocka_unit_test(an_authentication_layer_may_be_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
