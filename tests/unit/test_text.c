/* SPDX-License-Identifier: MIT */
/* Checks values and units as text, and buffers that are too small. */
#include "mbus_bench.h"

static struct mg_data_record with_text(const char *bytes, size_t size, uint32_t flags)
{
	return (struct mg_data_record){ .unit = "",
		.flags = flags,
		.value = { .type = MG_TYPE_TEXT },
		.data = { (const uint8_t *)bytes, size } };
}

static void text_is_turned_round_and_utf8(void **state)
{
	struct mg_data_record record = with_text("olleH", 5, 0);
	(void)state;
	bench_expect_value(&record, "Hello");
	record = with_text("Hello", 5, MG_DATA_MODE2);
	bench_expect_value(&record, "Hello");
	record = with_text("\xFC\xB0\xE4", 3, 0);
	bench_expect_value(&record, "ä°ü");
	record = with_text("\x80\x9F\x7F", 3, MG_DATA_MODE2);
	bench_expect_value(&record, "\xC2\x80\xC2\x9F\x7F");
	record = with_text("", 0, 0);
	bench_expect_value(&record, "");
}

static void nul_never_ends_a_text_early(void **state)
{
	struct mg_data_record record = with_text("\0\0BA", 4, 0);
	(void)state;
	bench_expect_value(&record, "AB");
	record = with_text("B\0A\0", 4, 0);
	bench_expect_value(&record, "A B");
	record = with_text("\0\0", 2, 0);
	bench_expect_value(&record, "");
}

static void numbers_are_plain_decimals(void **state)
{
	struct mg_data_record record = { .value = { .type = MG_TYPE_NUMBER } };
	(void)state;
	record.value.mantissa = -125;
	record.value.exponent = -5;
	bench_expect_value(&record, "-0.00125");
	record.value.mantissa = 12345;
	record.value.exponent = 6;
	bench_expect_value(&record, "12345000000");
	record.value.exponent = 129;
	bench_expect_value(&record, "");
}

static void wide_numbers_have_all_their_digits(void **state)
{
	static const struct {
		uint64_t low, high;
		int32_t exponent;
		bool negative;
		const char *text;
	} rows[] = {
		{ 0x8000000000000000, 0, 0, false, "9223372036854775808" },
		{ UINT64_MAX, UINT64_MAX, 0, false, "340282366920938463463374607431768211455" },
		{ UINT64_MAX, UINT64_MAX, -39, true,
				"-0.340282366920938463463374607431768211455" },
		{ UINT64_MAX, UINT64_MAX, -41, false,
				"0.00340282366920938463463374607431768211455" },
		{ 0, 1, -2, false, "184467440737095516.16" },
		{ 0, 1, 3, true, "-18446744073709551616000" },
		{ 5, 0, -3, false, "0.005" },
		{ 0, 0, 0, false, "0" },
		{ 1, 1, 129, false, "" },
		{ 1, 1, -129, false, "" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct mg_data_record record = { .value = { .type = MG_TYPE_WIDE,
												 .wide = { rows[i].low, rows[i].high },
												 .exponent = rows[i].exponent,
												 .negative = rows[i].negative } };
		bench_expect_value(&record, rows[i].text);
	}
}

static void dates_are_iso_dates(void **state)
{
	struct mg_data_record record = { .value = { .type = MG_TYPE_DATE,
											 .date = { 2026, 1, 2, -1, -1, -1 } } };
	(void)state;
	bench_expect_value(&record, "2026-01-02");
	record.value.type = MG_TYPE_DATETIME;
	record.value.date = (struct mg_date){ 1999, 11, 22, 5, 9, -1 };
	bench_expect_value(&record, "1999-11-22T05:09");
	record.value.date.second = 7;
	bench_expect_value(&record, "1999-11-22T05:09:07");
	record.value.type = MG_TYPE_TIME;
	bench_expect_value(&record, "05:09:07");
}

static void codes_are_written_as_what_they_stand_for(void **state)
{
	struct mg_data_record record = with_text("12345678", 8, MG_DATA_IDENTITY);
	(void)state;
	record.value.wide[0] = 0x0410402412345678;
	bench_expect_value(&record, "12345678.PAD.10.04");
	record.value.wide[0] = 0x0410000012345678;
	bench_expect_value(&record, "12345678.0000.10.04");
	record.value.wide[0] = 0xFFFF2C2D1234ABCD;
	bench_expect_value(&record, "1234ABCD.KAM");
	record.data.size = 2;
	record.value.wide[0] = 0x4024;
	bench_expect_value(&record, "PAD");
}

static void good_values_have_nothing_to_show(void **state)
{
	struct mg_data_record record = with_text("olleH", 5, 0);
	char text[8] = "xxxxxxx";
	(void)state;
	assert_int_equal(mg_shown_text(&record, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	record.value = (struct mg_value){ .quality = MG_QUALITY_ERROR,
		.reason = "the meter has no data" };
	text[0] = 'x';
	assert_int_equal(mg_shown_text(&record, text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void what_is_shown_has_to_fit(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	char text[9] = "xxxxxxxx";
	(void)state;
	bench_records(&bench, "0C 13 EE EE EE EE");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(mg_shown_text(&record, text, 9), 8);
	assert_string_equal(text, "EEEEEEEE");
	assert_int_equal(mg_shown_text(&record, text, 8), 0);
	assert_string_equal(text, "");
	/* No more digits than a value holds, whatever the size of the data says. */
	char long_text[40];
	record.data.size = 17;
	assert_int_equal(mg_shown_text(&record, long_text, sizeof(long_text)), 32);
	assert_string_equal(long_text, "000000000000000000000000EEEEEEEE");
	bench_finish(&bench);
}

static void bytes_are_upper_case_hex(void **state)
{
	struct mg_data_record record = with_text("\x0A\xBC\x00", 3, 0);
	(void)state;
	record.value.type = MG_TYPE_BYTES;
	bench_expect_value(&record, "0ABC00");
	record.value.type = MG_TYPE_NONE;
	bench_expect_value(&record, "");
}

static void units_may_be_the_text_of_the_meter(void **state)
{
	struct mg_data_record record = { .unit = "°C" };
	(void)state;
	bench_expect_unit(&record, "°C");
	record.unit = NULL;
	record.plain_unit = (struct mg_bytes){ (const uint8_t *)"\xB2m", 2 };
	bench_expect_unit(&record, "m²");
}

static void a_buffer_that_is_too_small_stays_empty(void **state)
{
	struct mg_data_record record = with_text("olleH", 5, 0);
	char text[8] = "xxxxxxx";
	(void)state;
	assert_int_equal(mg_value_text(&record, text, 6), 5);
	assert_string_equal(text, "Hello");
	assert_int_equal(mg_value_text(&record, text, 5), 0);
	assert_string_equal(text, "");
	text[0] = 'x';
	assert_int_equal(mg_value_text(&record, text, 0), 0);
	assert_int_equal(text[0], 'x');
	record.unit = "bar";
	assert_int_equal(mg_unit_text(&record, text, 4), 3);
	assert_int_equal(mg_unit_text(&record, text, 3), 0);
}

static void the_longest_text_and_hex_fit(void **state)
{
	static char bytes[252];
	char text[MG_TEXT_SIZE];
	struct mg_data_record record = with_text(bytes, 191, 0);
	(void)state;
	memset(bytes, 0xFF, sizeof(bytes));
	assert_int_equal(mg_value_text(&record, text, sizeof(text)), 382);
	record = with_text(bytes, 252, 0);
	record.value.type = MG_TYPE_BYTES;
	assert_int_equal(mg_value_text(&record, text, sizeof(text)), 504);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_turned_round_and_utf8),
		cmocka_unit_test(nul_never_ends_a_text_early),
		cmocka_unit_test(numbers_are_plain_decimals),
		cmocka_unit_test(wide_numbers_have_all_their_digits),
		cmocka_unit_test(dates_are_iso_dates),
		cmocka_unit_test(codes_are_written_as_what_they_stand_for),
		cmocka_unit_test(good_values_have_nothing_to_show),
		cmocka_unit_test(what_is_shown_has_to_fit),
		cmocka_unit_test(bytes_are_upper_case_hex),
		cmocka_unit_test(units_may_be_the_text_of_the_meter),
		cmocka_unit_test(a_buffer_that_is_too_small_stays_empty),
		cmocka_unit_test(the_longest_text_and_hex_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
