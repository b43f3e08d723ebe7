/* SPDX-License-Identifier: MIT */
/* Checks data of fixed and of variable length, and data that are cut short. */
#include "mbus_bench.h"

struct value_case {
	const char *hex;
	const char *value;
	const char *coding;
	enum mg_type type;
};

static void check(const struct value_case *row)
{
	struct bench bench;
	struct mg_data_record record;
	print_message("# %s\n", row->hex);
	bench_records(&bench, row->hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, row->value);
	assert_string_equal(record.coding, row->coding);
	assert_int_equal(record.value.type, row->type);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void check_all(const struct value_case *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		check(&rows[i]);
	}
}

static void records_without_data_have_no_value_and_are_good(void **state)
{
	static const char *const rows[] = { "00 13", "08 13", "40 6D", "08 FD 3B" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, rows[i]);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(record.value.type, MG_TYPE_NONE);
		assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
		assert_int_equal(record.data.size, 0);
		assert_string_equal(record.coding, "none");
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void variable_length_is_text_number_or_bytes(void **state)
{
	static const struct value_case rows[] = {
		{ "0D FD 11 05 6F 6C 6C 65 48", "Hello", "lvar-text", MG_TYPE_TEXT },
		{ "0D FD 11 00", "", "lvar-text", MG_TYPE_TEXT },
		{ "0D FD 3A C2 34 12", "1234", "lvar-bcd", MG_TYPE_NUMBER },
		{ "0D FD 3A C9 18 17 16 15 14 13 12 11 10", "101112131415161718", "lvar-bcd",
				MG_TYPE_NUMBER },
		{ "0D FD 3A D2 34 12", "-1234", "lvar-bcd-neg", MG_TYPE_NUMBER },
		{ "0D 13 D2 34 12", "-1.234", "lvar-bcd-neg", MG_TYPE_NUMBER },
		{ "0D FD 3A E3 01 02 03", "197121", "lvar-int", MG_TYPE_NUMBER },
		{ "0D 13 E1 7F", "0.127", "lvar-int", MG_TYPE_NUMBER },
		{ "0D 13 E1 FF", "-0.001", "lvar-int", MG_TYPE_NUMBER },
		{ "0D FD 17 E1 FF", "255", "lvar-int", MG_TYPE_NUMBER },
		{ "0D 27 E8 FF FF FF FF FF FF FF 7F", "796899343984252629724800", "lvar-int",
				MG_TYPE_WIDE },
		{ "0D 13 E9 01 02 03 04 05 06 07 08 09", "010203040506070809", "lvar-binary",
				MG_TYPE_BYTES },
		{ "0D 13 EF 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E",
				"000102030405060708090A0B0C0D0E", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 13 F0 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
				"000102030405060708090A0B0C0D0E0F", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 13 E0", "", "lvar-int", MG_TYPE_NONE },
		{ "0D 13 C0", "", "lvar-bcd", MG_TYPE_NONE },
		{ "0D 13 C1 FA", "", "lvar-bcd", MG_TYPE_NONE },
		{ "0D 13 D1 F1", "", "lvar-bcd-neg", MG_TYPE_NONE },
		{ "0D 6D E4 01 02 03 04", "01020304", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 6D 02 42 41", "AB", "lvar-text", MG_TYPE_TEXT },
		{ "0D FD 3B E3 8C 11 22", "8C1122", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 93 1F 04 12 FE 01 02", "12FE0102", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 93 13 E4 12 FE 01 02", "12FE0102", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 93 1E D2 12 34", "1234", "lvar-binary", MG_TYPE_BYTES },
		{ "0D FD 76 02 12 34", "1234", "lvar-binary", MG_TYPE_BYTES },
		{ "0D FD 76 C2 12 34", "1234", "lvar-binary", MG_TYPE_BYTES },
		{ "0D FD 73 E2 12 34", "1234", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 6C E2 12 34", "1234", "lvar-binary", MG_TYPE_BYTES },
		{ "0D FD 30 E2 12 34", "1234", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 6D E0", "", "lvar-binary", MG_TYPE_BYTES },
		{ "0D 13 C9 00 00 00 00 00 00 00 00 00", "0.000", "lvar-bcd", MG_TYPE_NUMBER },
		{ "0D 27 D9 99 99 99 99 99 99 99 99 99", "-86399999999999999913600",
				"lvar-bcd-neg", MG_TYPE_WIDE },
		{ "0D 13 D1 00", "0.000", "lvar-bcd-neg", MG_TYPE_NUMBER },
		{ "0D 79 E8 78 56 34 12 24 40 01 07", "504755156910626424", "lvar-int",
				MG_TYPE_NUMBER },
		{ "0D FD 61 E2 FE FF", "65534", "lvar-int", MG_TYPE_NUMBER },
		{ "0D FD 61 E2 FF FF", "", "lvar-int", MG_TYPE_NONE },
		{ "0D 13 E2 00 80", "", "lvar-int", MG_TYPE_NONE },
	};
	(void)state;
	check_all(rows, BENCH_COUNT(rows));
}

static void bytes_have_no_unit_where_they_would_be_a_number(void **state)
{
	static const struct bench_row rows[] = {
		{ "0D 13 E9 01 02 03 04 05 06 07 08 09", "volume", "", "010203040506070809" },
		{ "0D 93 1F E3 01 02 03", "volume", "", "010203" },
		{ "0D 93 1F 03 01 02 03", "volume", "m3", "010203" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void mode_2_leaves_text_and_bytes_as_they_are(void **state)
{
	static const char *const values[] = { "Hello", "1234", "-1234", "66051",
		"010203040506070809", "8C1122", "12FE0102" };
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records_mode2(&bench,
			"0D FD 11 05 48 65 6C 6C 6F 0D FD 3A C2 12 34 0D FD 3A D2 12 34 "
			"0D FD 3A E3 01 02 03 0D 13 E9 01 02 03 04 05 06 07 08 09 "
			"0D FD 3B 03 8C 11 22 0D 93 1F 04 12 FE 01 02");
	for (size_t i = 0; i < BENCH_COUNT(values); i++) {
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, values[i]);
	}
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

/* In mode 2 the order of the fields stays, and that of the bytes in them turns. */
static void identities_are_kept_as_numbers_too(void **state)
{
	static const struct {
		const char *hex;
		bool mode2;
		const char *value, *coding;
		uint64_t wide;
		uint32_t flags;
	} rows[] = {
		{ "07 79 78 56 34 12 24 40 01 07", false, "12345678.PAD.01.07", "int64",
				0x0701402412345678, MG_DATA_IDENTITY },
		{ "07 79 12 34 56 78 40 24 01 07", true, "12345678.PAD.01.07", "int64",
				0x0701402412345678,
				MG_DATA_IDENTITY | MG_DATA_MODE2 | MG_DATA_AMBIGUOUS },
		{ "07 79 EF CD AB 12 00 00 00 00", false, "12ABCDEF.0000.00.00", "int64",
				0x12ABCDEF, MG_DATA_IDENTITY },
		{ "02 FD 0A 2D 2C", false, "KAM", "int16", 0x2C2D, MG_DATA_IDENTITY },
		{ "02 FD 0A 2C 2D", true, "KAM", "int16", 0x2C2D,
				MG_DATA_IDENTITY | MG_DATA_MODE2 },
		{ "02 FD 0A 2D AC", false, "44077", "int16", 0, 0 },
		{ "04 79 78 56 34 12", false, "305419896", "int32", 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		print_message("# %s\n", rows[i].hex);
		(rows[i].mode2 ? bench_records_mode2 : bench_records)(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, rows[i].value);
		assert_string_equal(record.coding, rows[i].coding);
		assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
		assert_true(record.value.wide[0] == rows[i].wide);
		assert_int_equal(record.flags, rows[i].flags);
		bench_finish(&bench);
	}
}

/* How many bytes follow each LVAR byte; -1 where it is reserved. */
static int lvar_size(unsigned lvar)
{
	static const int large[] = { 16, 20, 24, 28, 32, 48, 64 };
	if (lvar <= 0xBF) {
		return (int)lvar;
	}
	if (lvar >= 0xE0 && lvar <= 0xEF) {
		return (int)lvar - 0xE0;
	}
	if (lvar >= 0xF0 && lvar <= 0xF6) {
		return large[lvar - 0xF0];
	}
	bool bcd = (lvar & 0xE0) == 0xC0 && (lvar & 15) <= 9;
	return bcd ? (int)(lvar & 15) : -1;
}

static void every_lvar_byte_has_its_length(void **state)
{
	(void)state;
	for (unsigned lvar = 0; lvar < 256; lvar++) {
		uint8_t data[252] = { 0x0D, 0x13, (uint8_t)lvar };
		struct bench bench;
		struct mg_data_record record;
		int size = lvar_size(lvar);
		bench_user_data(&bench, 0x08, 0x78, data, 3 + (size > 0 ? (size_t)size : 0));
		enum mg_fault fault = bench_next(&bench, &record);
		assert_int_equal(fault, size < 0 ? MG_FAULT_LVAR_RESERVED : MG_FAULT_NONE);
		if (size >= 0) {
			assert_int_equal(record.data.size, size);
		} else {
			assert_int_equal(bench.cursor.offset, 9);
		}
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void data_cut_short_are_a_premature_end(void **state)
{
	static const char *const whole[] = { "01 13 05", "02 13 05 00", "04 13 05 00 00 00",
		"05 13 00 00 00 00", "0E 13 05 00 00 00 00 00", "07 13 01 02 03 04 05 06 07 08",
		"0D 13 05 48 49 50 51 52", "0D 13 F0 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D",
		"8B E0 60 84 BB 3C 37 18 02", "04 FD C8 FC 01 01 02 03 04" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(whole); i++) {
		uint8_t data[64];
		size_t size = bench_bytes(whole[i], data, sizeof(data));
		for (size_t part = 1; part < size; part++) {
			struct bench bench;
			struct mg_data_record record;
			bench_user_data(&bench, 0x08, 0x78, data, part);
			assert_int_equal(bench_next(&bench, &record), MG_FAULT_PREMATURE_END);
			assert_int_equal(bench.cursor.offset, 7 + part);
			assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
			bench_finish(&bench);
		}
	}
}

static void a_record_error_outweighs_the_data(void **state)
{
	static const char *const rows[] = { "04 93 15 00 00 00 00", "04 93 15 00 00 00 80",
		"00 93 15", "0D 93 15 02 42 41", "02 EC 15 BF 1C", "0C 93 15 EE EE EE EE",
		"07 F9 15 78 56 34 12 24 40 01 07", "05 93 15 00 00 80 FF" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, rows[i]);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(record.value.type, MG_TYPE_NONE);
		assert_int_equal(record.value.quality, MG_QUALITY_ERROR);
		assert_string_equal(record.value.reason, "the meter has no data");
		assert_int_equal(record.value.mantissa, 0);
		assert_int_equal(record.value.exponent, 0);
		assert_true(record.value.wide[0] == 0 && !record.value.negative);
		assert_int_equal(record.flags, 0);
		char shown[8];
		assert_int_equal(mg_shown_text(&record, shown, sizeof(shown)), 0);
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_without_data_have_no_value_and_are_good),
		cmocka_unit_test(variable_length_is_text_number_or_bytes),
		cmocka_unit_test(bytes_have_no_unit_where_they_would_be_a_number),
		cmocka_unit_test(mode_2_leaves_text_and_bytes_as_they_are),
		cmocka_unit_test(identities_are_kept_as_numbers_too),
		cmocka_unit_test(every_lvar_byte_has_its_length),
		cmocka_unit_test(data_cut_short_are_a_premature_end),
		cmocka_unit_test(a_record_error_outweighs_the_data),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
