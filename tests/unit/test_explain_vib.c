/* SPDX-License-Identifier: MIT */
/* Checks the notes about VIFs, VIFEs and plain-text units. */
#include "explain_bench.h"

static void vifs_of_each_table_are_explained(void **state)
{
	(void)state;
	explain_expect_records("00 06 00 6E 00 FB 01 00 FD 48 00 FD FD 02",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: energy, Wh × 10^3\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: hca, hca\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FBh\n"
			"1 VIF: energy, Wh × 10^6\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: voltage, V × 10^-1\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: the code follows, of the second table behind FDh\n"
			"1 VIF: battery remaining, month\n");
}

static void times_and_ratings_have_their_own_scale(void **state)
{
	(void)state;
	explain_expect_records("00 20 00 21 00 22 00 23 00 FB 68 00 FB 6A",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: on time, s\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: on time, min\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: on time, h\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: on time, d\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FBh\n"
			"1 VIF: hca rating K, hca × 2^-12\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FBh\n"
			"1 VIF: hca rating KC, × 2^-12\n");
}

static void reserved_and_old_codes_are_named_so(void **state)
{
	(void)state;
	explain_expect_records("00 6F 00 FB 07 00 FD 7C 00 FD FD 01 00 FB 22",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: reserved code 6Fh of the primary table\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FBh\n"
			"1 VIF: reserved code 07h of the table behind FBh\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: reserved code 7Ch of the table behind FDh\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: the code follows, of the second table behind FDh\n"
			"1 VIF: reserved code 01h of the second table behind FDh\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FBh\n"
			"1 VIF: volume, gal × 10^-1 (an old code)\n");
}

static void what_the_standard_does_not_say_is_named_so(void **state)
{
	(void)state;
	explain_expect_records("00 7F 00 FF A0 01 00 EF 93 01 00 93 FF 01",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: manufacturer specific\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: manufacturer specific, VIFE follows\n"
			"1 VIFE: manufacturer specific, VIFE follows\n"
			"1 VIFE: manufacturer specific\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: a table that has no public meaning, VIFE follows\n"
			"1 VIFE: of a table that has no public meaning, VIFE follows\n"
			"1 VIFE: of a table that has no public meaning\n"
			"1 DIF: instantaneous, no data\n"
			"1 VIF: volume, m3 × 10^-3, VIFE follows\n"
			"1 VIFE: all that follows is manufacturer specific, VIFE follows\n"
			"1 VIFE: manufacturer specific\n");
}

/* The notes about the VIFEs behind VIF 93h. */
static void expect_vifes(uint8_t c, const char *hex, const char *expected)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	char record[60] = "00 93 ";
	strcat(record, hex);
	size_t size = explain_build(c, 0x78, record, bytes);
	notes_of(&notes, bytes, size, 9, size - 2);
	assert_string_equal(notes.text, expected);
}

static void each_effect_of_a_vife_is_said(void **state)
{
	static const struct {
		const char *hex, *expected;
	} rows[] = {
		{ "22", "1 VIFE: per hour\n" },
		{ "75", "1 VIFE: × 10^-1\n" },
		{ "7D", "1 VIFE: × 10^3\n" },
		{ "76", "1 VIFE: × 10^0\n" },
		{ "16", "1 VIFE: record error: the meter reports a data overflow\n" },
		{ "39", "1 VIFE: start date of; the data are a date\n" },
		{ "51", "1 VIFE: duration of first lower limit exceed; the data are a duration "
				"in min\n" },
		{ "66", "1 VIFE: duration of last; the data are a duration in h\n" },
		{ "5F", "1 VIFE: duration of last upper limit exceed; the data are a duration in "
				"d\n" },
		{ "60", "1 VIFE: duration of first; the data are a duration in s\n" },
		{ "41", "1 VIFE: exceeds of lower limit; the data are a count\n" },
		{ "1F", "1 VIFE: compact profile; the data are a packed list of values\n" },
		{ "3D", "1 VIFE: non metric: the unit is the non-metric one\n" },
		{ "4C", "1 VIFE: reserved 4c; the standard leaves its effect open\n" },
		{ "79", "1 VIFE: additive 10^-2\n" },
		{ "7C", "1 VIFE: announces a code, but ends the VIFEs: reserved\n" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		expect_vifes(0x08, rows[i].hex, rows[i].expected);
	}
}

static void the_second_table_of_vifes_is_explained(void **state)
{
	(void)state;
	expect_vifes(0x08, "FC 01",
			"1 VIFE: the code follows, of the second table of VIFEs\n"
			"1 VIFE: phase L1\n");
	expect_vifes(0x08, "FC 91 12",
			"1 VIFE: the code follows, of the second table of VIFEs\n"
			"1 VIFE: data type C; the data are unsigned, VIFE follows\n"
			"1 VIFE: average\n");
	expect_vifes(0x08, "FC 12",
			"1 VIFE: the code follows, of the second table of VIFEs\n"
			"1 VIFE: data type D; the data are bits\n");
	expect_vifes(0x08, "FC 00",
			"1 VIFE: the code follows, of the second table of VIFEs\n"
			"1 VIFE: reserved; the standard leaves its effect open\n");
}

static void vifes_to_a_meter_are_actions(void **state)
{
	(void)state;
	expect_vifes(0x53, "07", "1 VIFE: action clear\n");
	expect_vifes(0x53, "16", "1 VIFE: record error: the meter reports a data overflow\n");
}

static void extensions_may_be_cut_off(void **state)
{
	(void)state;
	expect_vifes(0x08, "FC",
			"1 VIFE: the code follows, of the second table of VIFEs\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
	explain_expect_records("00 FB",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FBh\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
	explain_expect_records("00 FD FD",
			"1 DIF: instantaneous, no data\n"
			"1 VIF: the code follows, of the table behind FDh\n"
			"1 VIF: the code follows, of the second table behind FDh\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
}

static void a_plain_text_unit_stands_on_either_side_of_the_vifes(void **state)
{
	(void)state;
	explain_expect_records("02 FC 03 485225 74 D411",
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: plain text, VIFE follows\n"
			"1 unit: length 3 of the unit as text\n"
			"3 unit: \"%RH\"\n"
			"1 VIFE: × 10^-2\n"
			"2 data: 45.64 %RH (4564 × 10^-2)\n");
	explain_expect_records("02 FC 74 03 485225 D411",
			"1 DIF: instantaneous, 16 bit integer\n"
			"1 VIF: plain text, VIFE follows\n"
			"1 VIFE: × 10^-2\n"
			"1 unit: length 3 of the unit as text\n"
			"3 unit: \"%RH\"\n"
			"2 data: 45.64 %RH (4564 × 10^-2)\n");
	explain_expect_records("01 7C 00 05", "1 DIF: instantaneous, 8 bit integer\n"
										  "1 VIF: plain text\n"
										  "1 unit: length 0 of the unit as text\n"
										  "1 data: 5\n");
}

static void a_plain_text_unit_may_be_cut_off(void **state)
{
	(void)state;
	explain_expect_records("01 7C",
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: plain text\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
	explain_expect_records("01 7C 03 4852",
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: plain text\n"
			"1 unit: length 3 of the unit as text\n"
			"2 unit: 2 bytes: the unit is cut off\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
	explain_expect_records("01 FC 74",
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: plain text, VIFE follows\n"
			"1 VIFE: × 10^-2\n"
			"0 missing: the telegram ends inside a record: the VIB is not whole\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vifs_of_each_table_are_explained),
		cmocka_unit_test(times_and_ratings_have_their_own_scale),
		cmocka_unit_test(reserved_and_old_codes_are_named_so),
		cmocka_unit_test(what_the_standard_does_not_say_is_named_so),
		cmocka_unit_test(each_effect_of_a_vife_is_said),
		cmocka_unit_test(the_second_table_of_vifes_is_explained),
		cmocka_unit_test(vifes_to_a_meter_are_actions),
		cmocka_unit_test(extensions_may_be_cut_off),
		cmocka_unit_test(a_plain_text_unit_stands_on_either_side_of_the_vifes),
		cmocka_unit_test(a_plain_text_unit_may_be_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
