/* SPDX-License-Identifier: MIT */
/* Checks data of variable length: text, BCD, numbers, bytes. */
#include "build_bench.h"

#include "mbus/reason.h"

#define LVAR(quantity, unit, coding, ...) RECORD(13, quantity, unit, coding, __VA_ARGS__)

static void text_is_copied_as_it_is(void **state)
{
	const struct built_row rows[] = {
		{ LVAR("customer", "", "lvar-text", DATA("OLLE"),
				  .value = { .type = MG_TYPE_TEXT }),
				"0D FD11 04 4F4C4C45" },
		{ LVAR("customer", "", "lvar-text", DATA("OLLE"),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
		{ LVAR("customer", "", "lvar-text", DATA("OLLE"),
				  .value = { .type = MG_TYPE_TEXT, .quality = MG_QUALITY_INVALID }),
				NULL },
		{ LVAR("customer", "", "lvar-text", SIZE(0xC0),
				  .value = { .type = MG_TYPE_TEXT }),
				NULL },
		{ LVAR("wmbus-container", "", "lvar-text", DATA("OLLE"),
				  .value = { .type = MG_TYPE_TEXT }),
				NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void bcd_has_its_sign_in_the_lvar_byte(void **state)
{
	const struct built_row rows[] = {
		{ LVAR("energy", "Wh", "lvar-bcd", SIZE(0), .value = { .type = MG_TYPE_NONE }),
				"0D 00 C0" },
		{ LVAR("energy", "Wh", "lvar-bcd", SIZE(0), .value = NUMBER(0, 0)), NULL },
		{ LVAR("energy", "Wh", "lvar-bcd", SIZE(2), .value = NUMBER(1234, 0)),
				"0D 03 C2 3412" },
		{ LVAR("energy", "Wh", "lvar-bcd", SIZE(2), .value = NUMBER(-1234, 0)), NULL },
		{ LVAR("energy", "Wh", "lvar-bcd-neg", SIZE(2), .value = NUMBER(-1234, 0)),
				"0D 03 D2 3412" },
		{ LVAR("energy", "Wh", "lvar-bcd-neg", SIZE(2), .value = NUMBER(1234, 0)), NULL },
		{ LVAR("energy", "Wh", "lvar-bcd-neg", SIZE(1), .value = NUMBER(0, 0)),
				"0D 03 D1 00" },
		{ LVAR("energy", "Wh", "lvar-bcd", SIZE(1),
				  .value = INVALID(reason_bcd, .wide = { 0xF1, 0 })),
				"0D 00 C1 F1" },
		{ LVAR("energy", "Wh", "lvar-bcd", SIZE(10), .value = NUMBER(0, 0)), NULL },
		/* 10^17 × 2^-12, which is wider than int64 */
		{ LVAR("hca-rating-K", "hca", "lvar-bcd-neg", SIZE(9),
				  .value = { .type = MG_TYPE_WIDE,
						  .exponent = -12,
						  .negative = true,
						  .wide = { 0xfae6d7217caa0000, 0x1431e0 } }),
				"0D FB68 D9 000000000000000010" },
		{ LVAR("hca-rating-K", "hca", "lvar-bcd", SIZE(9),
				  .value = { .type = MG_TYPE_WIDE,
						  .exponent = -12,
						  .negative = true,
						  .wide = { 0xfae6d7217caa0000, 0x1431e0 } }),
				NULL },
		{ LVAR("wmbus-container", "", "lvar-bcd", SIZE(1), .value = NUMBER(1, 0)), NULL },
		{ LVAR("date", "", "lvar-bcd", SIZE(1), .flags = MG_DATA_AMBIGUOUS,
				  .value = NUMBER(1, 0)),
				"0D 6C C1 01" },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void numbers_have_up_to_eight_bytes(void **state)
{
	const struct built_row rows[] = {
		{ LVAR("energy", "Wh", "lvar-int", SIZE(0), .value = { .type = MG_TYPE_NONE }),
				"0D 00 E0" },
		{ LVAR("energy", "Wh", "lvar-int", SIZE(5), .value = NUMBER(-2, 0)),
				"0D 03 E5 FEFFFFFFFF" },
		{ LVAR("energy", "Wh", "lvar-int", SIZE(9), .value = NUMBER(-2, 0)), NULL },
		{ LVAR("date", "", "lvar-int", SIZE(1), .value = NUMBER(1, 0)), NULL },
		{ LVAR("daylight-saving", "", "lvar-int", SIZE(1), .value = NUMBER(1, 0)), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void bytes_keep_no_unit_but_behind_an_lvar_of_text(void **state)
{
	const struct built_row rows[] = {
		{ LVAR("wmbus-container", "", "lvar-binary", DATA("\x01\x02"),
				  .value = { .type = MG_TYPE_BYTES }),
				"0D FD3B 02 0102" },
		{ LVAR("datetime", "", "lvar-binary", DATA("\x01\x02"),
				  .value = { .type = MG_TYPE_BYTES }),
				"0D 6D E2 0102" },
		{ LVAR("energy", "", "lvar-binary", DATA("123456789"),
				  .value = { .type = MG_TYPE_BYTES }),
				"0D 00 E9 313233343536373839" },
		{ LVAR("energy", "", "lvar-binary", DATA("1234567890123456"),
				  .value = { .type = MG_TYPE_BYTES }),
				"0D 00 F0 31323334353637383930313233343536" },
		{ LVAR("energy", "", "lvar-binary", DATA("12345678901234567"),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
		{ LVAR("energy", "", "lvar-binary", DATA("12345678"),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
		{ LVAR("energy", "Wh", "lvar-binary", DATA("123456789"),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
		{ LVAR("wmbus-container", "", "lvar-binary", SIZE(0xC0),
				  .value = { .type = MG_TYPE_BYTES }),
				NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void large_binary_numbers_have_seven_sizes(void **state)
{
	static const struct {
		size_t size;
		int lvar; /* -1: refused */
	} rows[] = { { 15, 0xEF }, { 16, 0xF0 }, { 20, 0xF1 }, { 24, 0xF2 }, { 28, 0xF3 },
		{ 32, 0xF4 }, { 36, -1 }, { 48, 0xF5 }, { 64, 0xF6 }, { 65, -1 } };
	static const uint8_t data[65];
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const struct mg_data_record record = LVAR("energy", "", "lvar-binary",
				.value = { .type = MG_TYPE_BYTES }, .data = { data, rows[i].size });
		mg_build_record(built_start(&built, 290), &record);
		assert_int_equal(built.builder.failed, rows[i].lvar < 0);
		if (rows[i].lvar >= 0) {
			assert_int_equal(built.bytes[2], rows[i].lvar);
			assert_int_equal(built.builder.length, 3 + rows[i].size);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_copied_as_it_is),
		cmocka_unit_test(bcd_has_its_sign_in_the_lvar_byte),
		cmocka_unit_test(numbers_have_up_to_eight_bytes),
		cmocka_unit_test(bytes_keep_no_unit_but_behind_an_lvar_of_text),
		cmocka_unit_test(large_binary_numbers_have_seven_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
