/* SPDX-License-Identifier: MIT */
/* Which selections mean a meter, and how long it stays selected. */
#include "simulator_meter_bench.h"

/* The meter has the fabrication number 78045911. */
static int with_fabrication(void **state)
{
	made_up(state);
	meter.has_fabrication = true;
	meter.fabrication = 0x78045911;
	return 0;
}

static void its_identity_selects_it(void **state)
{
	(void)state;
	expect("10 7B FD 78 16", "");
	expect("68 0B 0B 68 53 FD 52 78 56 34 12 6D 62 10 04 99 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	expect_data("10 7B 05 80 16", 0x08, 5);
}

static void digits_of_the_number_may_be_wild(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF 1F FF FF FF FF BA 16", "E5");
	expect("68 0B 0B 68 53 FD 52 F8 5F 34 F2 FF FF FF FF 1B 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF 2F FF FF FF FF CA 16", "");
	expect("68 0B 0B 68 53 FD 52 F7 FF FF FF FF FF FF FF 92 16", "");
	expect("68 0B 0B 68 53 FD 52 FF FF FF F3 FF FF FF FF 8E 16", "");
}

static void the_other_parts_are_wild_byte_by_byte(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF 6D FF FF FF 08 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF 62 FF FF FD 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF 10 FF AB 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF 04 9F 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FD FF FF FF 98 16", "");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FD FF FF 98 16", "");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF 1F FF BA 16", "");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF F4 8F 16", "");
}

static void letters_in_a_number_are_found(void **state)
{
	(void)state;
	meter.identity.id = 0x1234567A;
	expect("68 0B 0B 68 53 FD 52 7A FF FF FF FF FF FF FF 15 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FA FF FF FF FF FF FF FF 95 16", "E5");
	expect("68 0B 0B 68 53 FD 52 7B FF FF FF FF FF FF FF 16 16", "");
}

static void a_selection_without_data_means_everybody(void **state)
{
	(void)state;
	expect("68 03 03 68 53 FD 52 A2 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	expect("68 06 06 68 53 FD 52 78 56 34 A4 16", "");
	expect("10 7B FD 78 16", "");
}

static void both_frame_count_bits_select(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 0B 0B 68 73 FD 52 FF FF FF FF FF FF FF FF BA 16", "E5");
	expect("68 0B 0B 68 73 FD 52 FF FF FF 2F FF FF FF FF EA 16", "");
	expect("10 7B FD 78 16", "");
}

static void a_selection_of_another_deselects(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16", "E5");
	expect("68 0B 0B 68 53 FD 52 79 56 34 12 FF FF FF FF B3 16", "");
	expect("10 7B FD 78 16", "");
	expect("10 40 FD 3D 16", "");
}

static void a_selection_high_byte_first_deselects(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 0B 0B 68 53 FD 56 FF FF FF FF FF FF FF FF 9E 16", "");
	expect("10 7B FD 78 16", "");
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 0B 0B 68 53 FD 56 12 34 56 78 62 6D 10 04 9D 16", "");
	expect("10 7B FD 78 16", "");
}

static void a_reset_of_253_deselects(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("10 40 FD 3D 16", "E5");
	expect("10 7B FD 78 16", "");
	expect("10 40 FD 3D 16", "");
}

static void a_reset_of_its_own_address_does_not(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("10 40 05 45 16", "E5");
	expect("10 40 FE 3E 16", "E5");
	expect("10 40 FF 3F 16", "");
	expect_data("10 7B FD 78 16", 0x08, 5);
}

static void commands_to_253_do_not_end_the_selection(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 03 03 68 73 FD 50 C0 16", "E5");
	expect("68 06 06 68 53 FD 51 01 7A 08 24 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 8);
}

static void it_has_a_frame_count_bit_of_its_own(void **state)
{
	struct telegram first;
	(void)state;
	expect_data("10 7B 05 80 16", 0x08, 5);
	first = answer;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	assert_int_not_equal(answer.bytes[15], first.bytes[15]);
	expect_data("10 7B 05 80 16", 0x08, 5);
	assert_memory_equal(answer.bytes, first.bytes, first.length);
}

static void each_selection_clears_the_frame_count_bit(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	uint8_t access = answer.bytes[15];
	expect_data("10 7B FD 78 16", 0x08, 5);
	assert_int_equal(answer.bytes[15], access);
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	assert_int_not_equal(answer.bytes[15], access);
}

static void a_fabrication_number_is_compared(void **state)
{
	(void)state;
	expect("68 11 11 68 53 FD 52 78 56 34 12 6D 62 10 04 0C 78 11 59 04 78 03 16", "E5");
	expect("68 11 11 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 FF FF FF 7F 9A 16", "E5");
	expect("68 11 11 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 F1 5F 04 F8 6A 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	expect("68 11 11 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 12 59 04 78 05 16", "");
	expect("10 7B FD 78 16", "");
	expect("68 11 11 68 53 FD 52 79 FF FF FF FF FF FF FF 0C 78 11 59 04 78 7E 16", "");
	expect_data("10 7B 05 80 16", 0x08, 5);
	assert_string_equal(value("fabrication_number"), "78045911");
}

static void other_records_in_a_selection_are_not_confirmed(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 11 11 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 7A 11 59 04 78 06 16", "");
	expect("10 7B FD 78 16", "");
	expect("68 0F 0F 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 11 59 88 16", "");
	expect("68 17 17 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 11 59 04 78 0C 78 11 59 "
		   "04 79 6F 16",
			"");
	expect("68 17 17 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 11 59 04 78 0C 78 FF FF "
		   "FF FF 84 16",
			"E5");
}

static void without_a_fabrication_number_it_is_silent(void **state)
{
	(void)state;
	meter.has_fabrication = false;
	expect("68 0B 0B 68 53 FD 52 FF FF FF FF FF FF FF FF 9A 16", "E5");
	expect("68 11 11 68 53 FD 52 FF FF FF FF FF FF FF FF 0C 78 FF FF FF FF 1A 16", "");
	expect("10 7B FD 78 16", "");
	expect_data("10 7B 05 80 16", 0x08, 5);
	assert_null(strstr(names(), "fabrication"));
}

static void a_meter_without_primary_address_answers_as_253(void **state)
{
	(void)state;
	meter_init(&meter, 0, METER_NO_ADDRESS, 0x12345678, 99, 1);
	expect("10 40 05 45 16", "");
	expect("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 0xFD);
	expect("68 06 06 68 73 FD 51 01 7A 05 41 16", "E5");
	expect_data("10 7B 05 80 16", 0x08, 5);
}

static void a_literal_telegram_tells_the_fabrication_number(void **state)
{
	static const uint8_t bytes[] = { 0x68, 0x15, 0x15, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56,
		0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x0C, 0x78, 0x04,
		0x03, 0x02, 0x01, 0xDF, 0x16 };
	struct mg_bytes telegrams[1] = { { bytes, sizeof(bytes) } };
	(void)state;
	meter_init_literal(&meter, telegrams, 1);
	expect("68 11 11 68 53 FD 52 FF FF FF FF 24 40 01 07 0C 78 04 03 02 F2 89 16", "");
	expect("68 11 11 68 53 FD 52 FF FF FF FF 24 40 01 07 0C 78 04 03 02 FF 96 16", "E5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(its_identity_selects_it, made_up),
		cmocka_unit_test_setup(digits_of_the_number_may_be_wild, made_up),
		cmocka_unit_test_setup(the_other_parts_are_wild_byte_by_byte, made_up),
		cmocka_unit_test_setup(letters_in_a_number_are_found, made_up),
		cmocka_unit_test_setup(a_selection_without_data_means_everybody, made_up),
		cmocka_unit_test_setup(both_frame_count_bits_select, made_up),
		cmocka_unit_test_setup(a_selection_of_another_deselects, made_up),
		cmocka_unit_test_setup(a_selection_high_byte_first_deselects, made_up),
		cmocka_unit_test_setup(a_reset_of_253_deselects, made_up),
		cmocka_unit_test_setup(a_reset_of_its_own_address_does_not, made_up),
		cmocka_unit_test_setup(commands_to_253_do_not_end_the_selection, made_up),
		cmocka_unit_test_setup(it_has_a_frame_count_bit_of_its_own, made_up),
		cmocka_unit_test_setup(each_selection_clears_the_frame_count_bit, made_up),
		cmocka_unit_test_setup(a_fabrication_number_is_compared, with_fabrication),
		cmocka_unit_test_setup(
				other_records_in_a_selection_are_not_confirmed, with_fabrication),
		cmocka_unit_test_setup(without_a_fabrication_number_it_is_silent, made_up),
		cmocka_unit_test_setup(a_meter_without_primary_address_answers_as_253, made_up),
		cmocka_unit_test(a_literal_telegram_tells_the_fabrication_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
