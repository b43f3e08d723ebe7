/* SPDX-License-Identifier: MIT */
/* Checks secondary addresses as text, as bytes and as masks. */
#include "mbus_bench.h"

static const struct mg_identity meter = { 0x12345678, 0x2C2D, 0x16, 0x04 };

static void manufacturers_are_three_letters_or_hex(void **state)
{
	static const struct {
		uint16_t code;
		const char *text;
	} rows[] = {
		{ 0x4024, "PAD" },
		{ 0x1593, "ELS" },
		{ 0x2C2D, "KAM" },
		{ 0x4493, "QDS" },
		{ 0x0477, "ACW" },
		{ 0x0421, "AAA" },
		{ 0x6B5A, "ZZZ" },
		{ 0x0420, "0420" },
		{ 0x0401, "0401" },
		{ 0x0021, "0021" },
		{ 0x6F5A, "6F5A" },
		{ 0x6B5B, "6B5B" },
		{ 0x0000, "0000" },
		{ 0xFFFF, "FFFF" },
		{ 0xC024, "C024" },
	};
	char text[5];
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_string_equal(mg_manufacturer_text(rows[i].code, text), rows[i].text);
	}
}

static void letters_are_packed(void **state)
{
	uint16_t code = 0;
	(void)state;
	assert_true(mg_manufacturer_parse("KAM", &code));
	assert_int_equal(code, 0x2C2D);
	assert_true(mg_manufacturer_parse("ZZZ", &code));
	assert_int_equal(code, 0x6B5A);
	assert_false(mg_manufacturer_parse("", &code));
	assert_false(mg_manufacturer_parse("KA", &code));
	assert_false(mg_manufacturer_parse("kam", &code));
	assert_false(mg_manufacturer_parse("KA1", &code));
	assert_false(mg_manufacturer_parse("KAMS", &code));
	assert_int_equal(code, 0x6B5A);
}

static void wild_parts_at_the_end_are_left_out_of_the_text(void **state)
{
	static const struct {
		struct mg_identity identity;
		const char *text;
	} rows[] = {
		{ { 0x12345678, 0x2C2D, 0x16, 0x04 }, "12345678.KAM.16.04" },
		{ { 0x12345678, 0x2C2D, 0x16, 0xFF }, "12345678.KAM.16" },
		{ { 0x12345678, 0x2C2D, 0xFF, 0xFF }, "12345678.KAM" },
		{ { 0x12345678, 0xFFFF, 0xFF, 0xFF }, "12345678" },
		{ { 0x12345678, 0xFFFF, 0xFF, 0x07 }, "12345678.FFFF.FF.07" },
		{ { 0x1FFFFFFF, 0x0000, 0x00, 0x00 }, "1FFFFFFF.0000.00.00" },
		{ { 0x00000001, 0xFFFF, 0x0A, 0xFF }, "00000001.FFFF.0A" },
	};
	char text[MG_IDENTITY_SIZE];
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_string_equal(mg_identity_text(&rows[i].identity, text), rows[i].text);
	}
}

static void both_forms_of_text_are_read(void **state)
{
	static const struct {
		const char *text;
		struct mg_identity identity;
	} rows[] = {
		{ "12345678.KAM.16.04", { 0x12345678, 0x2C2D, 0x16, 0x04 } },
		{ "12345678.KAM.16", { 0x12345678, 0x2C2D, 0x16, 0xFF } },
		{ "1234FFFF.KAM", { 0x1234FFFF, 0x2C2D, 0xFF, 0xFF } },
		{ "1234ffff", { 0x1234FFFF, 0xFFFF, 0xFF, 0xFF } },
		{ "12345678.4024.01.07", { 0x12345678, 0x4024, 0x01, 0x07 } },
		{ "12345678.FFFF.FF.07", { 0x12345678, 0xFFFF, 0xFF, 0x07 } },
		{ "1234567824400107", { 0x12345678, 0x4024, 0x01, 0x07 } },
		{ "FFFFFFFFFFFFFFFF", { 0xFFFFFFFF, 0xFFFF, 0xFF, 0xFF } },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct mg_identity identity;
		size_t wrong = 99;
		assert_true(mg_identity_parse(rows[i].text, &identity, &wrong));
		assert_memory_equal(&identity, &rows[i].identity, sizeof(identity));
	}
}

static void the_first_wrong_character_is_named(void **state)
{
	static const struct {
		const char *text;
		size_t wrong;
	} rows[] = {
		{ "", 0 },
		{ "1234567", 7 },
		{ "123456789", 8 },
		{ "12345678:KAM", 8 },
		{ "1234567X", 7 },
		{ "12345678.", 9 },
		{ "12345678.KA", 9 },
		{ "12345678.kam", 9 },
		{ "12345678.KAm", 11 },
		{ "12345678.1AM", 9 },
		{ "12345678.402X", 12 },
		{ "12345678.40245", 13 },
		{ "12345678.KAM.", 13 },
		{ "12345678.KAM.1", 14 },
		{ "12345678.KAM.1.04", 14 },
		{ "12345678.KAM.16.", 16 },
		{ "12345678.KAM.16x04", 15 },
		{ "12345678.KAM.16.0X", 17 },
		{ "12345678.KAM.16.045", 18 },
		{ "123456782440010X", 15 },
		{ "1234567X24400107", 7 },
		{ "12345678X4400107", 8 },
		{ "1234567824X00107", 10 },
		{ "123456782440X107", 12 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct mg_identity identity = meter;
		size_t wrong = 99;
		assert_false(mg_identity_parse(rows[i].text, &identity, &wrong));
		assert_int_equal(wrong, rows[i].wrong);
		assert_memory_equal(&identity, &meter, sizeof(identity));
	}
}

static void a_mask_matches_digit_by_digit_and_byte_by_byte(void **state)
{
	static const struct {
		struct mg_identity mask;
		bool match;
	} rows[] = {
		{ { 0x12345678, 0x2C2D, 0x16, 0x04 }, true },
		{ { 0xFFFFFFFF, 0xFFFF, 0xFF, 0xFF }, true },
		{ { 0x1FFFFFFF, 0xFFFF, 0xFF, 0xFF }, true },
		{ { 0xFFFFFFF8, 0x2CFF, 0xFF, 0xFF }, true },
		{ { 0xFFF4FFFF, 0xFF2D, 0xFF, 0x04 }, true },
		{ { 0x2FFFFFFF, 0xFFFF, 0xFF, 0xFF }, false },
		{ { 0xFFFFFFFF, 0x2CFE, 0xFF, 0xFF }, false },
		{ { 0xFFFFFFFF, 0x2DFF, 0xFF, 0xFF }, false },
		{ { 0xFFFFFFFF, 0xFFFF, 0x17, 0xFF }, false },
		{ { 0xFFFFFFFF, 0xFFFF, 0xFF, 0x05 }, false },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_int_equal(mg_identity_match(&rows[i].mask, &meter), rows[i].match);
	}
}

static void the_bytes_are_those_of_a_long_header(void **state)
{
	static const uint8_t wire[8] = { 0x78, 0x56, 0x34, 0x12, 0x2D, 0x2C, 0x16, 0x04 };
	struct mg_identity identity;
	uint8_t bytes[8];
	(void)state;
	mg_identity_put(&meter, bytes);
	assert_memory_equal(bytes, wire, 8);
	mg_identity_get(wire, &identity);
	assert_memory_equal(&identity, &meter, sizeof(identity));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manufacturers_are_three_letters_or_hex),
		cmocka_unit_test(letters_are_packed),
		cmocka_unit_test(wild_parts_at_the_end_are_left_out_of_the_text),
		cmocka_unit_test(both_forms_of_text_are_read),
		cmocka_unit_test(the_first_wrong_character_is_named),
		cmocka_unit_test(a_mask_matches_digit_by_digit_and_byte_by_byte),
		cmocka_unit_test(the_bytes_are_those_of_a_long_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
