/* SPDX-License-Identifier: MIT */
/* Checks the notes about what follows each CI field. */
#include "explain_bench.h"

static void an_application_reset_names_what_it_asks_for(void **state)
{
	(void)state;
	explain_expect_body(0x53, 0x50, "", "");
	explain_expect_body(
			0x53, 0x50, "00", "1 subcode: telegrams of the meter from now on: all\n");
	explain_expect_body(0x53, 0x50, "13 00",
			"1 subcode: telegrams of the meter from now on: user data, number 3\n"
			"1 rest: 1 byte: meaning not known\n");
	explain_expect_body(0x53, 0x50, "B0",
			"1 subcode: telegrams of the meter from now on: manufacturing\n");
	explain_expect_body(0x53, 0x53, "78563412 2440 01 07 55 00 0000 90",
			"4 id: identification number 12345678\n"
			"2 manufacturer: PAD, PadMess GmbH\n"
			"1 version: version 1 of the meter\n"
			"1 medium: water\n"
			"1 access: access number 85, counts the answers of the meter\n"
			"1 status: no error\n"
			"2 config: 0000h: not encrypted\n"
			"1 subcode: telegrams of the meter from now on: testing\n");
	explain_expect_body(0x53, 0xBD, "", "");
	explain_expect_body(0x53, 0x5C, "01", "1 rest: 1 byte: meaning not known\n");
}

static void application_errors_are_put_into_words(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x70, "", "0 error: no code: unspecified error\n");
	explain_expect_body(0x08, 0x70, "08", "1 error: application busy\n");
	explain_expect_body(0x08, 0x70, "01 02",
			"1 error: CI field not implemented\n"
			"1 rest: 1 byte: meaning not known\n");
	explain_expect_body(0x08, 0x70, "F0 01 13 07",
			"1 error: dynamic application error\n"
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 data: 0.007 m3 (7 × 10^-3)\n");
	explain_expect_body(0x08, 0x6E, "01 02 0000 10",
			"1 access: access number 1, counts the answers of the meter\n"
			"1 status: application error\n"
			"2 config: 0000h: not encrypted\n"
			"1 error: access denied\n");
}

static void alarms_name_their_bits(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x71, "05",
			"1 alarm: bits 0, 2 set; what that means, the manufacturer says\n");
	explain_expect_body(0x08, 0x71, "00 01",
			"1 alarm: no bit set; what that means, the manufacturer says\n"
			"1 rest: 1 byte: meaning not known\n");
	explain_expect_body(0x08, 0x71, "", "");
}

static void compact_frames_name_their_format(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x79, "313B 42A6 D204 2E16 3423",
			"2 signature: signature 3B31h of the format that the data have\n"
			"2 CRC: CRC A642h of the whole records\n"
			"6 data: data of records of format 3B31h, without DIBs and VIBs\n");
	explain_expect_body(0x08, 0x7B, "01 00 0000 313B 42A6",
			"1 access: access number 1, counts the answers of the meter\n"
			"1 status: no error\n"
			"2 config: 0000h: not encrypted\n"
			"2 signature: signature 3B31h of the format that the data have\n"
			"2 CRC: CRC A642h of the whole records\n");
	explain_expect_body(
			0x08, 0x79, "313B 42", "3 rest: 3 bytes: the data end inside the header\n");
	explain_expect_body(0x08, 0x73, "78563412 2440 01 07 55 00 0000 313B 42A6 D204",
			"4 id: identification number 12345678\n"
			"2 manufacturer: PAD, PadMess GmbH\n"
			"1 version: version 1 of the meter\n"
			"1 medium: water\n"
			"1 access: access number 85, counts the answers of the meter\n"
			"1 status: no error\n"
			"2 config: 0000h: not encrypted\n"
			"2 signature: signature 3B31h of the format that the data have\n"
			"2 CRC: CRC A642h of the whole records\n"
			"2 data: data of records of format 3B31h, without DIBs and VIBs\n");
}

static void compact_frames_may_be_encrypted(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x73,
			"78563412 2440 01 07 55 00 1005 00112233445566778899AABBCCDDEEFF",
			"4 id: identification number 12345678\n"
			"2 manufacturer: PAD, PadMess GmbH\n"
			"1 version: version 1 of the meter\n"
			"1 medium: water\n"
			"1 access: access number 85, counts the answers of the meter\n"
			"1 status: no error\n"
			"2 config: 0510h: mode 5, AES-CBC, 1 block of 16 bytes\n"
			"16 encrypted: cipher text, 16 bytes\n");
}

static void format_frames_have_blocks_without_data(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x69, "08 313B 0202 0215 022A 2F",
			"1 length: 8 bytes: signature, DIBs and VIBs\n"
			"2 signature: signature 3B31h of the DIBs and VIBs that follow\n"
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: energy, Wh × 10^-1\n"
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: volume, m3 × 10^-1\n"
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: power, W × 10^-1\n"
			"1 filler: 1 byte: idle\n");
	explain_expect_body(0x08, 0x69, "04 0000 0202",
			"1 length: 4 bytes: signature, DIBs and VIBs\n"
			"2 signature: signature 0000h of the DIBs and VIBs that follow, but theirs "
			"is "
			"51E0h\n"
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: energy, Wh × 10^-1\n");
	explain_expect_body(0x08, 0x69, "09 313B 0202",
			"1 length: 9 bytes: signature, DIBs and VIBs\n"
			"4 rest: 4 bytes: the telegram ends inside a record\n");
	explain_expect_body(0x08, 0x69, "", "");
}

static void blocks_of_a_format_may_be_broken(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	size_t size = explain_build(0x08, 0x69, "08 0000 2F 0202 0F 02 82", bytes);
	notes_of(&notes, bytes, size, 10, size - 2);
	assert_string_equal(notes.text, "1 filler: idle, no record\n"
									"1 DIF: instantaneous, 16 bit integer\n"
									"1 VIF: energy, Wh × 10^-1\n"
									"1 DIF: manufacturer specific data up to the end\n"
									"2 data: 2 bytes: manufacturer specific\n");
	size = explain_build(0x08, 0x69, "04 0000 02 82", bytes);
	notes_of(&notes, bytes, size, 10, size - 2);
	assert_string_equal(notes.text,
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: energy, Wh × 10^-1, VIFE follows\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
}

static void format_frames_may_be_cut_off(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	explain_build(0x08, 0x69, "08 313B 0202 0215 022A", bytes);
	notes_of(&notes, bytes, 9, 8, 9);
	assert_string_equal(notes.text,
			"1 signature: cut off: 1 of 2 bytes\n"
			"0 missing: the frame is cut off: 9 of 18 bytes are missing\n");
	notes_of(&notes, bytes, 11, 8, 11);
	assert_string_equal(notes.text,
			"2 signature: signature 3B31h of the DIBs and VIBs that follow\n"
			"1 DIF: instantaneous, 16 bit integer\n"
			"0 missing: the telegram ends inside a record: a VIF should follow\n"
			"0 missing: the frame is cut off: 7 of 18 bytes are missing\n");
}

static void what_only_the_manufacturer_knows_is_one_note(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0xA0, "010203", "3 data: 3 bytes: manufacturer specific\n");
	explain_expect_body(0x08, 0xB7, "", "");
}

static void what_is_not_supported_is_one_note(void **state)
{
	(void)state;
	explain_expect_body(
			0x08, 0x8C, "010203", "3 rest: 3 bytes: the CI field is not supported\n");
	explain_expect_body(0x08, 0x7D, "01 02 0000 01",
			"1 access: access number 1, counts the answers of the meter\n"
			"1 status: application error\n"
			"2 config: 0000h: not encrypted\n"
			"1 rest: 1 byte: the CI field is not supported\n");
	explain_expect_body(
			0x08, 0x20, "01", "1 rest: 1 byte: the CI field is not supported\n");
}

/* The notes about the record area alone. */
static void expect_area(uint8_t ci, const char *hex, const char *expected)
{
	static struct notes notes;
	struct bench bench;
	uint8_t bytes[MG_FRAME_MAX];
	bench_take(&bench, bytes, explain_build(0x08, ci, hex, bytes));
	notes = (struct notes){ .to = MG_FRAME_MAX };
	mg_explain_records(&bench.telegram, notes_take, &notes);
	assert_int_equal(notes.next, bench.telegram.records.size);
	assert_string_equal(notes.text, expected);
	bench_finish(&bench);
}

static void every_record_area_can_be_explained_alone(void **state)
{
	(void)state;
	expect_area(0x79, "313B 42A6 D204",
			"2 data: data of records of format 3B31h, without DIBs and VIBs\n");
	expect_area(0x69, "04 E051 0202",
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: energy, Wh × 10^-1\n");
	expect_area(0xA0, "0102", "2 data: 2 bytes: manufacturer specific\n");
	expect_area(0x70, "08", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_application_reset_names_what_it_asks_for),
		cmocka_unit_test(application_errors_are_put_into_words),
		cmocka_unit_test(alarms_name_their_bits),
		cmocka_unit_test(compact_frames_name_their_format),
		cmocka_unit_test(compact_frames_may_be_encrypted),
		cmocka_unit_test(format_frames_have_blocks_without_data),
		cmocka_unit_test(blocks_of_a_format_may_be_broken),
		cmocka_unit_test(format_frames_may_be_cut_off),
		cmocka_unit_test(what_only_the_manufacturer_knows_is_one_note),
		cmocka_unit_test(what_is_not_supported_is_one_note),
		cmocka_unit_test(every_record_area_can_be_explained_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
