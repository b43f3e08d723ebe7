/* SPDX-License-Identifier: MIT */
/* Checks which single precision numbers are found for shortest decimals. */
#include "mbus_bench.h"

#include "mbus/build_real.h"
#include "mbus/real.h"

static void decimals_become_the_bits_that_mean_them(void **state)
{
	static const struct {
		uint64_t digits;
		int32_t exponent;
		uint32_t bits;
	} rows[] = {
		{ 0, 0, 0x00000000 },
		{ 1, 0, 0x3F800000 },
		{ 432, -1, 0x422CCCCD },
		{ 1, -1, 0x3DCCCCCD },
		{ 100, 0, 0x42C80000 },
		{ 1, 10, 0x501502F9 },
		{ 1, -45, 0x00000001 },
		{ 11754944, -45, 0x00800000 },
		{ 34028235, 31, 0x7F7FFFFF },
		{ 16777216, 0, 0x4B800000 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		uint32_t bits = 1;
		assert_true(build_real_bits(rows[i].digits, rows[i].exponent, &bits));
		assert_int_equal(bits, rows[i].bits);
	}
}

static void decimals_of_no_number_are_refused(void **state)
{
	static const struct {
		uint64_t digits;
		int32_t exponent;
	} rows[] = {
		{ 0, 1 },         /* zero has no places */
		{ 10, -1 },       /* 1 is sent as 1 */
		{ 1, 2 },         /* and 100 as 100 */
		{ 16777217, 0 },  /* between two numbers */
		{ 123456789, 0 }, /* the number there has fewer digits */
		{ 34028236, 31 }, /* beyond the largest */
		{ 1, -46 },       /* below the smallest */
		{ 1, 39 },
		{ 10000000000, 0 },
		{ UINT64_MAX, -30 },
		{ 1, 61 },
		{ 1, -61 },
		{ 1, INT32_MIN },
		{ 1, INT32_MAX },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		uint32_t bits;
		print_message("# %llu e%d\n", (unsigned long long)rows[i].digits,
				(int)rows[i].exponent);
		assert_false(build_real_bits(rows[i].digits, rows[i].exponent, &bits));
	}
}

static void numbers_of_all_sizes_come_back(void **state)
{
	(void)state;
	for (uint32_t bits = 1; bits < 0x7F800000; bits += 0x01234567 / 16) {
		struct decimal decimal;
		uint32_t found;
		assert_true(real_decimal(bits, &decimal));
		assert_true(build_real_bits(decimal.digits, decimal.exponent, &found));
		assert_int_equal(found, bits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_become_the_bits_that_mean_them),
		cmocka_unit_test(decimals_of_no_number_are_refused),
		cmocka_unit_test(numbers_of_all_sizes_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
