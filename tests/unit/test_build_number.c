/* SPDX-License-Identifier: MIT */
/* Checks how integers and BCD are written, and what does not fit. */
#include "build_bench.h"

#include "mbus/build_number.h"

static void factors_are_undone_exactly(void **state)
{
	static const struct {
		struct mg_value value;
		uint32_t factor;
		bool found;
		uint64_t magnitude;
		bool negative;
	} rows[] = {
		{ { .type = MG_TYPE_NUMBER, .mantissa = 420 }, 60, true, 7, false },
		{ { .type = MG_TYPE_NUMBER, .mantissa = -420 }, 60, true, 7, true },
		{ { .type = MG_TYPE_NUMBER, .mantissa = 421 }, 60, false, 0, false },
		{ { .type = MG_TYPE_NUMBER, .mantissa = INT64_MIN }, 1, false, 0, false },
		{ { .type = MG_TYPE_WIDE, .wide = { UINT64_MAX, 0 } }, 1, true, UINT64_MAX,
				false },
		{ { .type = MG_TYPE_WIDE, .wide = { 0, 1 } }, 1, false, 0, false },
		{ { .type = MG_TYPE_WIDE, .wide = { 0, (uint64_t)1 << 32 } }, 1, false, 0,
				false },
		{ { .type = MG_TYPE_WIDE, .negative = true, .wide = { 0, 1 } }, 256, true,
				(uint64_t)1 << 56, true },
		/* int64 has room for these */
		{ { .type = MG_TYPE_WIDE, .wide = { INT64_MAX, 0 } }, 1, false, 0, false },
		{ { .type = MG_TYPE_NONE }, 1, false, 0, false },
		{ { .type = MG_TYPE_NUMBER, .quality = MG_QUALITY_INVALID }, 1, false, 0, false },
		{ { .type = MG_TYPE_NUMBER, .reason = "none" }, 1, false, 0, false },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct build_number number;
		print_message("# row %zu\n", i);
		bool found = build_number_find(&rows[i].value, rows[i].factor, &number);
		assert_int_equal(found, rows[i].found);
		if (found) {
			assert_true(number.magnitude == rows[i].magnitude);
			assert_int_equal(number.negative, rows[i].negative);
		}
	}
}

static void integers_are_signed_unsigned_or_bits(void **state)
{
	static const struct {
		struct build_number number;
		enum vif_type type;
		size_t size;
		bool high_first;
		const char *hex;
	} rows[] = {
		{ { 127, false }, VIF_SIGNED, 1, false, "7F" },
		{ { 128, false }, VIF_SIGNED, 1, false, NULL },
		{ { 127, true }, VIF_SIGNED, 1, false, "81" },
		{ { 128, true }, VIF_SIGNED, 1, false, NULL }, /* the mark */
		{ { 254, false }, VIF_UNSIGNED, 1, false, "FE" },
		{ { 255, false }, VIF_UNSIGNED, 1, false, NULL }, /* the mark */
		{ { 255, false }, VIF_BITS, 1, false, "FF" },
		{ { 256, false }, VIF_BITS, 1, false, NULL },
		{ { 1, true }, VIF_UNSIGNED, 1, false, NULL },
		{ { 1, true }, VIF_BITS, 1, false, NULL },
		{ { 0x123456, false }, VIF_SIGNED, 3, false, "56 34 12" },
		{ { 0x123456, false }, VIF_SIGNED, 3, true, "12 34 56" },
		{ { INT64_MAX, true }, VIF_SIGNED, 8, false, "01 00 00 00 00 00 00 80" },
		{ { UINT64_MAX, false }, VIF_BITS, 8, false, "FF FF FF FF FF FF FF FF" },
		{ { UINT64_MAX, false }, VIF_UNSIGNED, 8, false, NULL },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		print_message("# row %zu\n", i);
		build_number_put(built_start(&built, 9), &rows[i].number, rows[i].type,
				rows[i].size, rows[i].high_first);
		built_expect(&built, rows[i].hex);
	}
}

static void bcd_has_its_sign_in_front_or_elsewhere(void **state)
{
	static const struct {
		struct build_number number;
		size_t size;
		bool sign, high_first;
		const char *hex;
	} rows[] = {
		{ { 1234, false }, 2, true, false, "34 12" },
		{ { 1234, false }, 2, true, true, "12 34" },
		{ { 321, true }, 2, true, false, "21 F3" },
		{ { 1234, true }, 2, true, false, NULL },
		{ { 1234, true }, 2, false, false, "34 12" },
		{ { 10000, false }, 2, true, false, NULL },
		{ { 999999999999999999, false }, 9, false, false, "99 99 99 99 99 99 99 99 99" },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		print_message("# row %zu\n", i);
		build_number_put_bcd(built_start(&built, 9), &rows[i].number, rows[i].size,
				rows[i].sign, rows[i].high_first);
		built_expect(&built, rows[i].hex);
	}
}

static void digits_that_are_no_number_are_kept(void **state)
{
	static const struct {
		uint64_t wide[2];
		size_t size;
		bool sign, high_first;
		const char *hex;
	} rows[] = {
		{ { 0xEEEE, 0 }, 2, true, false, "EE EE" },
		{ { 0xA321, 0 }, 2, true, true, "A3 21" },
		{ { 0x12FA, 0 }, 2, true, false, "FA 12" },
		{ { 0xF123, 0 }, 2, true, false, NULL }, /* -123 */
		{ { 0xF123, 0 }, 2, false, false, "23 F1" },
		{ { 0x1234, 0 }, 2, false, false, NULL },
		{ { 0x1EEEE, 0 }, 2, true, false, NULL },
		{ { 0x0123456789ABCDEF, 0xF0 }, 9, false, false, "EF CD AB 89 67 45 23 01 F0" },
		{ { 0x0123456789ABCDEF, 0x100 }, 9, false, false, NULL },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		print_message("# row %zu\n", i);
		build_number_put_digits(built_start(&built, 9), rows[i].wide, rows[i].size,
				rows[i].sign, rows[i].high_first);
		built_expect(&built, rows[i].hex);
	}
}

static void what_failed_before_stays_failed(void **state)
{
	static const struct build_number one = { 1, false };
	static const uint64_t broken[2] = { 0xE, 0 };
	struct built built;
	struct mg_builder *builder = built_start(&built, 9);
	(void)state;
	builder->failed = true;
	build_number_put(builder, &one, VIF_SIGNED, 1, false);
	build_number_put_bcd(builder, &one, 1, true, false);
	build_number_put_digits(builder, broken, 1, true, false);
	assert_true(builder->failed);
	assert_int_equal(builder->length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors_are_undone_exactly),
		cmocka_unit_test(integers_are_signed_unsigned_or_bits),
		cmocka_unit_test(bcd_has_its_sign_in_front_or_elsewhere),
		cmocka_unit_test(digits_that_are_no_number_are_kept),
		cmocka_unit_test(what_failed_before_stays_failed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
