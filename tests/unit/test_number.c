/* SPDX-License-Identifier: MIT */
/* Checks integers, BCD and reals: exact values, and what is no value. */
#include "mbus_bench.h"

static void check_coding(const char *hex, const char *coding)
{
	struct bench bench;
	struct mg_data_record record;
	bench_records(&bench, hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.coding, coding);
	bench_finish(&bench);
}

static void integers_are_signed(void **state)
{
	static const struct bench_row rows[] = {
		{ "01 13 05", "volume", "m3", "0.005" },
		{ "01 13 FF", "volume", "m3", "-0.001" },
		{ "01 13 81", "volume", "m3", "-0.127" },
		{ "02 5A F6 FF", "flow-temperature", "°C", "-1.0" },
		{ "03 13 15 31 00", "volume", "m3", "12.565" },
		{ "03 13 FF FF FF", "volume", "m3", "-0.001" },
		{ "04 0E 39 30 00 00", "energy", "J", "12345000000" },
		{ "06 03 00 E4 0B 54 02 00", "energy", "Wh", "10000000000" },
		{ "06 03 FE FF FF FF FF FF", "energy", "Wh", "-2" },
		{ "07 03 00 E4 0B 54 02 00 00 00", "energy", "Wh", "10000000000" },
		{ "07 03 FF FF FF FF FF FF FF 7F", "energy", "Wh", "9223372036854775807" },
		{ "07 03 01 00 00 00 00 00 00 80", "energy", "Wh", "-9223372036854775807" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void the_most_negative_number_is_no_value(void **state)
{
	static const struct bench_row rows[] = {
		{ "01 13 80", "volume", "m3", NULL },
		{ "02 13 00 80", "volume", "m3", NULL },
		{ "03 13 00 00 80", "volume", "m3", NULL },
		{ "04 13 00 00 00 80", "volume", "m3", NULL },
		{ "06 13 00 00 00 00 00 80", "volume", "m3", NULL },
		{ "07 13 00 00 00 00 00 00 00 80", "volume", "m3", NULL },
		{ "0D 13 E2 00 80", "volume", "m3", NULL },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void unsigned_numbers_use_all_bits(void **state)
{
	static const struct bench_row rows[] = {
		{ "07 FD 61 FE FF FF FF FF FF FF FF", "cumulation-counter", "",
				"18446744073709551614" },
		{ "07 FD 61 FF FF FF FF FF FF FF FF", "cumulation-counter", "", NULL },
		{ "07 FD 17 FF FF FF FF FF FF FF FF", "error-flags", "", "18446744073709551615" },
		{ "07 FD 17 FF FF FF FF FF FF FF 7F", "error-flags", "", "9223372036854775807" },
		{ "07 FD 17 00 00 00 00 00 00 00 80", "error-flags", "", "9223372036854775808" },
		{ "04 FD 61 FE FF FF FF", "cumulation-counter", "", "4294967294" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void products_beyond_64_bits_keep_their_digits(void **state)
{
	static const struct bench_row rows[] = {
		/* days to seconds */
		{ "07 27 FF FF FF FF FF FF FF 7F", "operating-time", "s",
				"796899343984252629724800" },
		{ "07 27 01 00 00 00 00 00 00 80", "operating-time", "s",
				"-796899343984252629724800" },
		/* 2^-12 */
		{ "07 FB 68 FF FF FF FF FF FF FF 7F", "hca-rating-K", "hca",
				"2251799813685247.999755859375" },
		{ "02 FB 68 00 10", "hca-rating-K", "hca", "1.000000000000" },
		{ "02 FB 6E 01 00", "hca-rating-KD", "", "0.000244140625" },
		{ "02 FB 69 00 10", "hca-rating-KQ", "W", "4096" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void bcd_digits_are_decimal(void **state)
{
	static const struct bench_row rows[] = {
		{ "09 74 04", "actuality-duration", "s", "4" },
		{ "0A 5A 34 12", "flow-temperature", "°C", "123.4" },
		{ "0B 3B 45 23 01", "volume-flow", "m3/h", "12.345" },
		{ "0C 06 78 56 34 12", "energy", "Wh", "12345678000" },
		{ "0E 04 89 67 45 23 01 00", "energy", "Wh", "1234567890" },
		{ "0E 13 99 99 99 99 99 99", "volume", "m3", "999999999.999" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void the_digit_f_in_front_is_a_minus(void **state)
{
	static const struct bench_row rows[] = {
		{ "0A 5A 21 F3", "flow-temperature", "°C", "-32.1" },
		{ "09 5A F5", "flow-temperature", "°C", "-0.5" },
		{ "0C 06 01 00 00 F0", "energy", "Wh", "-1000" },
		{ "0E 03 99 99 99 99 99 F9", "energy", "Wh", "-99999999999" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void other_digits_make_no_value(void **state)
{
	static const struct bench_row rows[] = {
		{ "3A 5A E1 02", "flow-temperature", "°C", NULL },
		{ "0A 5A A1 02", "flow-temperature", "°C", NULL },
		{ "0A 5A 21 0F", "flow-temperature", "°C", NULL },
		{ "0A 5A 2A 01", "flow-temperature", "°C", NULL },
		{ "0C 06 EE EE EE EE", "energy", "Wh", NULL },
		{ "0C 06 00 00 00 FF", "energy", "Wh", NULL },
		{ "0A 5A 21 A0", "flow-temperature", "°C", NULL },
	};
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
	bench_records(&bench, rows[0].hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.quality, MG_QUALITY_INVALID);
	assert_string_equal(record.value.reason, "not a number: BCD with digits A to F");
	assert_memory_equal(record.data.data, "\xE1\x02", 2);
	bench_finish(&bench);
}

static void check_invalid(const char *hex, const char *reason, const char *shown)
{
	struct bench bench;
	struct mg_data_record record;
	char text[MG_TEXT_SIZE];
	print_message("# %s\n", hex);
	bench_records(&bench, hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.value.type, MG_TYPE_NONE);
	assert_int_equal(record.value.quality, MG_QUALITY_INVALID);
	assert_string_equal(record.value.reason, reason);
	assert_int_equal(mg_shown_text(&record, text, sizeof(text)), strlen(shown));
	assert_string_equal(text, shown);
	bench_finish(&bench);
}

static void digits_that_make_no_value_are_shown(void **state)
{
	static const char reason[] = "not a number: BCD with digits A to F";
	(void)state;
	check_invalid("3A 5A E1 02", reason, "02E1");
	check_invalid("09 5A 0A", reason, "0A");
	check_invalid("0B 5A 56 B4 12", reason, "12B456");
	check_invalid("0C 06 EE EE EE EE", reason, "EEEEEEEE");
	check_invalid("0C 78 21 43 65 C7", reason, "C7654321");
	check_invalid("0E 79 89 67 45 23 01 DF", reason, "DF0123456789");
	check_invalid("0D 13 C9 18 17 16 15 14 13 12 11 AF", reason, "AF1112131415161718");
	check_invalid("0D 13 D2 F4 32", reason, "32F4");
}

static void kept_digits_are_four_bits_each(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "0D 13 C9 18 17 16 15 14 13 12 11 AF 0C 13 78 56 34 E2");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_true(record.value.wide[0] == 0x1112131415161718);
	assert_true(record.value.wide[1] == 0xAF);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_true(record.value.wide[0] == 0xE2345678);
	assert_true(record.value.wide[1] == 0);
	bench_finish(&bench);
}

static void the_reason_tells_which_number_is_none(void **state)
{
	(void)state;
	check_invalid("02 13 00 80", "marked invalid: the most negative number", "");
	check_invalid("02 6E FF FF", "marked invalid: all bits are set", "");
	check_invalid("05 13 00 00 C0 7F", "not a number: NaN", "NaN");
	check_invalid("05 13 01 00 80 FF", "not a number: NaN", "NaN");
	check_invalid("05 13 00 00 80 7F", "not a number: infinity", "Infinity");
	check_invalid("05 13 00 00 80 FF", "not a number: infinity", "-Infinity");
}

static void reals_are_their_shortest_decimal(void **state)
{
	static const struct bench_row rows[] = {
		{ "05 5B CD CC 2C 42", "flow-temperature", "°C", "43.2" },
		{ "05 2B 00 36 0B 47", "power", "W", "35638" },
		{ "05 13 00 00 80 BF", "volume", "m3", "-0.001" },
		{ "05 13 00 00 00 00", "volume", "m3", "0.000" },
		{ "05 27 00 00 80 3F", "operating-time", "s", "86400" },
		{ "05 13 00 00 C0 7F", "volume", "m3", NULL },
		{ "05 13 00 00 80 7F", "volume", "m3", NULL },
		{ "05 13 00 00 80 FF", "volume", "m3", NULL },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void mode_2_turns_numbers_round(void **state)
{
	static const char *const values[] = { "12.565", "1234.567", "43.2", "-32.1" };
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records_mode2(&bench, "03 13 00 31 15 0C 13 01 23 45 67 05 5B 42 2C CC CD "
								"0A 5A F3 21 0C 13 E1 23 45 67");
	for (size_t i = 0; i < BENCH_COUNT(values); i++) {
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, values[i]);
	}
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_true(record.value.wide[0] == 0xE1234567);
	bench_finish(&bench);
}

static void codings_are_named(void **state)
{
	(void)state;
	check_coding("01 13 05", "int8");
	check_coding("02 13 05 00", "int16");
	check_coding("03 13 05 00 00", "int24");
	check_coding("04 13 05 00 00 00", "int32");
	check_coding("05 13 00 00 00 00", "real32");
	check_coding("06 13 05 00 00 00 00 00", "int48");
	check_coding("07 13 05 00 00 00 00 00 00 00", "int64");
	check_coding("09 13 05", "bcd2");
	check_coding("0A 13 05 00", "bcd4");
	check_coding("0B 13 05 00 00", "bcd6");
	check_coding("0C 13 05 00 00 00", "bcd8");
	check_coding("0E 13 05 00 00 00 00 00", "bcd12");
	check_coding("00 13", "none");
	check_coding("08 13", "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_signed),
		cmocka_unit_test(the_most_negative_number_is_no_value),
		cmocka_unit_test(unsigned_numbers_use_all_bits),
		cmocka_unit_test(products_beyond_64_bits_keep_their_digits),
		cmocka_unit_test(bcd_digits_are_decimal),
		cmocka_unit_test(the_digit_f_in_front_is_a_minus),
		cmocka_unit_test(other_digits_make_no_value),
		cmocka_unit_test(digits_that_make_no_value_are_shown),
		cmocka_unit_test(kept_digits_are_four_bits_each),
		cmocka_unit_test(the_reason_tells_which_number_is_none),
		cmocka_unit_test(reals_are_their_shortest_decimal),
		cmocka_unit_test(mode_2_turns_numbers_round),
		cmocka_unit_test(codings_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
