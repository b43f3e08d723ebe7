/* SPDX-License-Identifier: MIT */
/* Checks the notes about headers and about secondary addresses. */
#include "explain_bench.h"

static void a_long_header_is_explained_field_by_field(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x72, "78563412 2D2C 16 04 55 14 0000",
			"4 id: identification number 12345678\n"
			"2 manufacturer: KAM, Kamstrup A/S\n"
			"1 version: version 22 of the meter\n"
			"1 medium: heat\n"
			"1 access: access number 85, counts the answers of the meter\n"
			"1 status: power low, temporary error\n"
			"2 config: 0000h: not encrypted\n");
}

static void mode_2_has_the_high_byte_first(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x76, "12345678 2C2D 16 04 55 00 0201",
			"4 id: identification number 12345678\n"
			"2 manufacturer: KAM, Kamstrup A/S\n"
			"1 version: version 22 of the meter\n"
			"1 medium: heat\n"
			"1 access: access number 85, counts the answers of the meter\n"
			"1 status: no error\n"
			"2 config: 0201h: announces no encryption that fits, old meters send "
			"anything "
			"here\n");
}

static void a_short_header_has_no_identity(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x7A, "07 01 0000",
			"1 access: access number 7, counts the answers of the meter\n"
			"1 status: application busy\n"
			"2 config: 0000h: not encrypted\n");
}

static void odd_identities_are_pointed_out(void **state)
{
	(void)state;
	/* No company has the letters XQJ; bit 15 is set. */
	explain_expect_body(0x08, 0x72, "785A3412 2AE2 FF 40 00 E0 0000",
			"4 id: identification number 12345A78, not only decimal digits\n"
			"2 manufacturer: XQJ; the address is not unique in the world\n"
			"1 version: version 255 of the meter\n"
			"1 medium: reserved\n"
			"1 access: access number 0, counts the answers of the meter\n"
			"1 status: manufacturer bit 5, manufacturer bit 6, manufacturer bit 7\n"
			"2 config: 0000h: not encrypted\n");
	explain_expect_body(0x53, 0x52, "78563412 2DFF 16 FF",
			"4 id: identification number 12345678\n"
			"2 manufacturer: manufacturer FF2D, FF for any byte\n"
			"1 version: version 22 of the meter\n"
			"1 medium: any medium\n");
	explain_expect_body(0x08, 0x8B, "00000000 FFFF 00 00 00 00 0000",
			"4 id: identification number 00000000\n"
			"2 manufacturer: FFFF\n"
			"1 version: version 0 of the meter\n"
			"1 medium: other\n"
			"1 access: access number 0, counts the answers of the meter\n"
			"1 status: no error\n"
			"2 config: 0000h: not encrypted\n");
}

static void a_header_that_is_too_short_says_what_is_missing(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x72, "78563412 2D",
			"4 id: identification number 12345678\n"
			"1 manufacturer: the header is cut off\n");
	explain_expect_body(0x08, 0x7A, "07",
			"1 access: access number 7, counts the answers of the meter\n"
			"0 missing: the header is cut off before: status\n");
	explain_expect_body(
			0x08, 0x7A, "", "0 missing: the header is cut off before: access\n");
}

static void a_selection_may_have_wildcards(void **state)
{
	(void)state;
	explain_expect_body(0x53, 0x52, "FFFFFF1F FFFF FF FF",
			"4 id: identification number 1FFFFFFF, F for any digit\n"
			"2 manufacturer: any manufacturer\n"
			"1 version: any version\n"
			"1 medium: any medium\n");
	explain_expect_body(0x53, 0x52, "78563412 2D2C 16 04 0C 78 44332211",
			"4 id: identification number 12345678\n"
			"2 manufacturer: KAM, Kamstrup A/S\n"
			"1 version: version 22 of the meter\n"
			"1 medium: heat\n"
			"1 DIF: instantaneous, 8 digit BCD\n"
			"1 VIF: fabrication number\n"
			"4 data: 11223344\n");
	explain_expect_body(0x53, 0x56, "12345678 2C2D 16 04",
			"4 id: identification number 12345678\n"
			"2 manufacturer: KAM, Kamstrup A/S\n"
			"1 version: version 22 of the meter\n"
			"1 medium: heat\n");
	explain_expect_body(0x53, 0x52, "78563412 FF2C 16 FF",
			"4 id: identification number 12345678\n"
			"2 manufacturer: manufacturer 2CFF, FF for any byte\n"
			"1 version: version 22 of the meter\n"
			"1 medium: any medium\n");
	explain_expect_body(0x53, 0x52, "7856", "2 id: the header is cut off\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_header_is_explained_field_by_field),
		cmocka_unit_test(mode_2_has_the_high_byte_first),
		cmocka_unit_test(a_short_header_has_no_identity),
		cmocka_unit_test(odd_identities_are_pointed_out),
		cmocka_unit_test(a_header_that_is_too_short_says_what_is_missing),
		cmocka_unit_test(a_selection_may_have_wildcards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
