/* SPDX-License-Identifier: MIT */
/* Checks the notes about DIBs, about what is no record, and about records that cannot be
   read. */
#include "explain_bench.h"

static void each_byte_of_a_dib_is_explained(void **state)
{
	(void)state;
	explain_expect_records("DA 02 3B 1301",
			"1 DIF: maximum, 4 digit BCD, storage bit 0 = 1, DIFE follows\n"
			"1 DIFE: storage bits 1-4 = 2, tariff bits 0-1 = 0, subunit bit 0 = 0; "
			"together storage 5, tariff 0, subunit 0\n"
			"1 VIF: volume flow, m3/h × 10^-3\n"
			"2 data: 0.113 m3/h (113 × 10^-3)\n");
	explain_expect_records("84 FF 7F 13 01000000",
			"1 DIF: instantaneous, 32 bit integer, DIFE follows\n"
			"1 DIFE: storage bits 1-4 = 15, tariff bits 0-1 = 3, subunit bit 0 = 1, DIFE "
			"follows\n"
			"1 DIFE: storage bits 5-8 = 15, tariff bits 2-3 = 3, subunit bit 1 = 1; "
			"together storage 510, tariff 15, subunit 3\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"4 data: 0.001 m3 (1 × 10^-3)\n");
	explain_expect_records("62 5B 0500", "1 DIF: minimum, 16 bit integer, storage 1\n"
										 "1 VIF: flow temperature, °C\n"
										 "2 data: 5 °C\n");
}

static void every_data_field_has_a_name(void **state)
{
	(void)state;
	explain_expect_records("00 13 08 13 31 13 05",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 DIF: instantaneous, selection for readout\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 DIF: value during error state, 8 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 data: 0.005 m3 (5 × 10^-3)\n");
	explain_expect_records("02 5B 0500 03 5B 050000 04 5B 05000000",
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: flow temperature, °C\n"
			"2 data: 5 °C\n"
			"1 DIF: instantaneous, 24 bit integer\n"
			"1 VIF: flow temperature, °C\n"
			"3 data: 5 °C\n"
			"1 DIF: instantaneous, 32 bit integer\n"
			"1 VIF: flow temperature, °C\n"
			"4 data: 5 °C\n");
	explain_expect_records("05 5B 0000A040 06 5B 050000000000 07 5B 0500000000000000",
			"1 DIF: instantaneous, 32 bit real\n"
			"1 VIF: flow temperature, °C\n"
			"4 data: 5 °C\n"
			"1 DIF: instantaneous, 48 bit integer\n"
			"1 VIF: flow temperature, °C\n"
			"6 data: 5 °C\n"
			"1 DIF: instantaneous, 64 bit integer\n"
			"1 VIF: flow temperature, °C\n"
			"8 data: 5 °C\n");
	explain_expect_records("09 5B 05 0A 5B 0500 0B 5B 050000 0C 5B 05000000",
			"1 DIF: instantaneous, 2 digit BCD\n"
			"1 VIF: flow temperature, °C\n"
			"1 data: 5 °C\n"
			"1 DIF: instantaneous, 4 digit BCD\n"
			"1 VIF: flow temperature, °C\n"
			"2 data: 5 °C\n"
			"1 DIF: instantaneous, 6 digit BCD\n"
			"1 VIF: flow temperature, °C\n"
			"3 data: 5 °C\n"
			"1 DIF: instantaneous, 8 digit BCD\n"
			"1 VIF: flow temperature, °C\n"
			"4 data: 5 °C\n");
	explain_expect_records("0D 5B E1 05 0E 5B 050000000000",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: flow temperature, °C\n"
			"1 LVAR: length 1, binary number\n"
			"1 data: 5 °C\n"
			"1 DIF: instantaneous, 12 digit BCD\n"
			"1 VIF: flow temperature, °C\n"
			"6 data: 5 °C\n");
}

static void fillers_and_manufacturer_data_are_no_records(void **state)
{
	(void)state;
	explain_expect_records("2F 2F 01 13 05 2F 0F AABBCC",
			"2 filler: idle, no record\n"
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 data: 0.005 m3 (5 × 10^-3)\n"
			"1 filler: idle, no record\n"
			"1 DIF: manufacturer specific data up to the end\n"
			"3 data: 3 bytes: manufacturer specific\n");
	explain_expect_records("1F", "1 DIF: manufacturer specific data up to the end; the "
								 "meter has more, in a further telegram\n");
}

static void a_readout_request_is_explained(void **state)
{
	(void)state;
	explain_expect_body(0x53, 0x51, "7F", "1 DIF: global readout request: all records\n");
	explain_expect_body(0x53, 0x51, "7F 13",
			"1 DIF: global readout request: all records of the VIF that follows\n"
			"1 VIF: volume, m3 × 10^-3\n");
	explain_expect_body(0x53, 0x51, "7F 08 7E",
			"1 DIF: global readout request: all records\n"
			"1 DIF: instantaneous, selection for readout\n"
			"1 VIF: any\n");
}

static void reserved_difs_end_the_telegram(void **state)
{
	(void)state;
	explain_expect_records("01 13 05 3F 01 13 05",
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 data: 0.005 m3 (5 × 10^-3)\n"
			"1 DIF: 3Fh: a reserved DIF, decoding stops here\n"
			"3 rest: 3 bytes: not read, since nothing says where a record begins\n");
	explain_expect_records("7F", "1 DIF: 7Fh: a reserved DIF, decoding stops here\n");
}

static void an_eleventh_dife_ends_the_telegram(void **state)
{
	(void)state;
	explain_expect_records("81 80 80 80 80 80 80 80 80 80 80 00 13 05",
			"1 DIF: instantaneous, 8 bit integer, DIFE follows\n"
			"1 DIFE: storage bits 1-4 = 0, tariff bits 0-1 = 0, subunit bit 0 = 0, DIFE "
			"follows\n"
			"1 DIFE: storage bits 5-8 = 0, tariff bits 2-3 = 0, subunit bit 1 = 0, DIFE "
			"follows\n"
			"1 DIFE: storage bits 9-12 = 0, tariff bits 4-5 = 0, subunit bit 2 = 0, DIFE "
			"follows\n"
			"1 DIFE: storage bits 13-16 = 0, tariff bits 6-7 = 0, subunit bit 3 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: storage bits 17-20 = 0, tariff bits 8-9 = 0, subunit bit 4 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: storage bits 21-24 = 0, tariff bits 10-11 = 0, subunit bit 5 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: storage bits 25-28 = 0, tariff bits 12-13 = 0, subunit bit 6 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: storage bits 29-32 = 0, tariff bits 14-15 = 0, subunit bit 7 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: storage bits 33-36 = 0, tariff bits 16-17 = 0, subunit bit 8 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: storage bits 37-40 = 0, tariff bits 18-19 = 0, subunit bit 9 = 0, "
			"DIFE "
			"follows\n"
			"1 DIFE: 00h: an eleventh DIFE, decoding stops here\n"
			"2 rest: 2 bytes: not read, since nothing says where a record begins\n");
}

static void an_eleventh_byte_behind_the_vif_ends_the_telegram(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	size_t size = explain_build(
			0x08, 0x78, "04 93 BA BA BA BA BA BA BA BA BA BA 3A 10270000", bytes);
	notes_of(&notes, bytes, size, 18, size - 2);
	assert_string_equal(notes.text,
			"1 VIFE: uncorrected, VIFE follows\n"
			"1 VIFE: 3Ah: an eleventh byte after the VIF, decoding stops here\n"
			"4 rest: 4 bytes: not read, since nothing says where a record begins\n");
}

static void reserved_lvars_end_the_telegram(void **state)
{
	(void)state;
	explain_expect_records("0D FD 3A F8 0102",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: dimensionless\n"
			"1 LVAR: F8h: a reserved LVAR code, decoding stops here\n"
			"2 rest: 2 bytes: not read, since nothing says where a record begins\n");
}

static void records_may_be_cut_off_anywhere(void **state)
{
	(void)state;
	explain_expect_records("84",
			"1 DIF: instantaneous, 32 bit integer, DIFE follows\n"
			"0 missing: the telegram ends inside a record: a DIFE should follow\n");
	explain_expect_records("04",
			"1 DIF: instantaneous, 32 bit integer\n"
			"0 missing: the telegram ends inside a record: a VIF should follow\n");
	explain_expect_records("04 93",
			"1 DIF: instantaneous, 32 bit integer\n"
			"1 VIF: volume, m3 × 10^-3, VIFE follows\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
	explain_expect_records("04 13",
			"1 DIF: instantaneous, 32 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"0 missing: the telegram ends inside a record: data (32 bit integer) should "
			"follow\n");
	explain_expect_records("04 13 0102",
			"1 DIF: instantaneous, 32 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"2 data: cut off (32 bit integer): the telegram ends inside a record\n");
	explain_expect_records("0D 13",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"0 missing: the telegram ends inside a record: data (variable length) should "
			"follow\n");
	explain_expect_records("0D 13 E4",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 LVAR: length 4, binary number\n"
			"0 missing: the telegram ends inside a record: data (variable length) should "
			"follow\n");
	explain_expect_records("0D 13 E4 01",
			"1 DIF: instantaneous, variable length\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 LVAR: length 4, binary number\n"
			"1 data: cut off (variable length): the telegram ends inside a record\n");
}

static void mode_2_has_the_high_byte_first(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	size_t size = explain_build(
			0x08, 0x76, "12345678 4024 01 07 55 00 0000 02 7C 02 6B57 0102", bytes);
	notes_of(&notes, bytes, size, 19, size - 2);
	assert_string_equal(notes.text, "1 DIF: instantaneous, 16 bit integer\n"
									"1 VIF: plain text\n"
									"1 unit: length 2 of the unit as text\n"
									"2 unit: \"kW\"\n"
									"2 data: 258 kW\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_byte_of_a_dib_is_explained),
		cmocka_unit_test(every_data_field_has_a_name),
		cmocka_unit_test(fillers_and_manufacturer_data_are_no_records),
		cmocka_unit_test(a_readout_request_is_explained),
		cmocka_unit_test(reserved_difs_end_the_telegram),
		cmocka_unit_test(an_eleventh_dife_ends_the_telegram),
		cmocka_unit_test(an_eleventh_byte_behind_the_vif_ends_the_telegram),
		cmocka_unit_test(reserved_lvars_end_the_telegram),
		cmocka_unit_test(records_may_be_cut_off_anywhere),
		cmocka_unit_test(mode_2_has_the_high_byte_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
