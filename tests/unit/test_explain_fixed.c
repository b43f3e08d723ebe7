/* SPDX-License-Identifier: MIT */
/* Checks the notes about the fixed data structure. */
#include "explain_bench.h"

static void units_and_counters_are_explained(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x73, "78563412 0A 00 E9 7E 01000000 35010000",
			"4 id: identification number 12345678\n"
			"1 access: access number 10, counts the answers of the meter\n"
			"1 status: no error\n"
			"1 unit: counter 1: volume, m3 × 10^-3\n"
			"1 unit: counter 2: volume, m3 × 10^-3 (historic, as the other counter); the "
			"top bits of both: medium water\n"
			"4 counter: counter 1: 0.001 m3\n"
			"4 counter: counter 2: 0.135 m3, storage 1\n");
}

static void mode_2_has_the_high_byte_first(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x77, "12345678 0A 03 05 02 00000102 FFFFFFFE",
			"4 id: identification number 12345678\n"
			"1 access: access number 10, counts the answers of the meter\n"
			"1 status: binary counters, stored values\n"
			"1 unit: counter 1: energy, Wh × 10^3\n"
			"1 unit: counter 2: energy, Wh; the top bits of both: medium other\n"
			"4 counter: counter 1: 258000 Wh, storage 1\n"
			"4 counter: counter 2: -2 Wh, storage 1\n");
}

static void counters_without_a_value_say_why(void **state)
{
	(void)state;
	explain_expect_body(0x08, 0x73, "78563412 0A 00 29 3A 0000A000 01000000",
			"4 id: identification number 12345678\n"
			"1 access: access number 10, counts the answers of the meter\n"
			"1 status: no error\n"
			"1 unit: counter 1: volume, m3\n"
			"1 unit: counter 2: reserved; the top bits of both: medium other\n"
			"4 counter: counter 1: no value: not a number: BCD with digits A to F: "
			"00A00000\n"
			"4 counter: counter 2: no value: the unit of this counter is not known\n");
}

static void another_length_is_no_fixed_structure(void **state)
{
	(void)state;
	explain_expect("68 05 05 68 08 05 73 12 34 C6 16",
			"1 start: start of a long frame\n"
			"1 L: 5 bytes from C up to the checksum\n"
			"1 L: the same again\n"
			"1 start: the same again\n"
			"1 C: RSP_UD: data from a meter\n"
			"1 A: primary address 5\n"
			"1 CI: response, fixed structure, but 2 bytes follow and not 16\n"
			"2 rest: 2 bytes: a fixed data structure must have exactly 16 bytes\n"
			"1 checksum: sum of the 5 bytes from C on: right\n"
			"1 stop: end of the frame\n");
}

static void a_record_area_of_it_can_be_explained_alone(void **state)
{
	static struct notes notes;
	struct bench bench;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	size_t size =
			explain_build(0x08, 0x73, "78563412 0A 00 29 29 01000000 35010000", bytes);
	bench_take(&bench, bytes, size);
	notes = (struct notes){ .to = 10 };
	mg_explain_records(&bench.telegram, notes_take, &notes);
	assert_string_equal(notes.text,
			"1 unit: counter 1: volume, m3 × 10^-3\n"
			"1 unit: counter 2: volume, m3 × 10^-3; the top bits of both: medium other\n"
			"4 counter: counter 1: 0.001 m3\n"
			"4 counter: counter 2: 0.135 m3\n");
	bench_finish(&bench);
}

static void counters_may_be_cut_off(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	explain_build(0x08, 0x73, "78563412 0A 00 29 29 01000000 35010000", bytes);
	notes_of(&notes, bytes, 21, 15, 21);
	assert_string_equal(notes.text,
			"4 counter: counter 1: 0.001 m3\n"
			"2 counter: cut off: 2 of 4 bytes\n"
			"0 missing: the frame is cut off: 4 of 25 bytes are missing\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_and_counters_are_explained),
		cmocka_unit_test(mode_2_has_the_high_byte_first),
		cmocka_unit_test(counters_without_a_value_say_why),
		cmocka_unit_test(another_length_is_no_fixed_structure),
		cmocka_unit_test(a_record_area_of_it_can_be_explained_alone),
		cmocka_unit_test(counters_may_be_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
