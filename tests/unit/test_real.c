/* SPDX-License-Identifier: MIT */
/* Checks that single precision numbers become their shortest exact decimals. */
#include "mbus_bench.h"

#include <stdio.h>

#include "mbus/real.h"

struct real_case {
	uint32_t bits;
	uint64_t digits;
	int32_t exponent;
	bool negative;
};

/* Trailing zeros may be digits or exponent; both say the same. */
static void check(const struct real_case *row)
{
	struct decimal decimal;
	assert_true(real_decimal(row->bits, &decimal));
	while (decimal.digits != 0 && decimal.digits % 10 == 0) {
		decimal.digits /= 10;
		decimal.exponent++;
	}
	assert_int_equal(decimal.digits, row->digits);
	if (row->digits != 0) {
		assert_int_equal(decimal.exponent, row->exponent);
	}
	assert_int_equal(decimal.negative, row->negative);
}

static void numbers_of_meters_keep_their_digits(void **state)
{
	static const struct real_case rows[] = {
		{ 0x00000000, 0, 0, false },
		{ 0x80000000, 0, 0, true },
		{ 0x3F800000, 1, 0, false },
		{ 0xBF800000, 1, 0, true },
		{ 0x3DCCCCCD, 1, -1, false },
		{ 0x422CCCCD, 432, -1, false }, /* 43.2, never 43.200001 */
		{ 0x3EAAAAAB, 33333334, -8, false },
		{ 0x42C80000, 1, 2, false },
		{ 0x4640E400, 12345, 0, false },
		{ 0x477FFF80, 655355, -1, false }, /* 65535.5 */
		{ 0x3A83126F, 1, -3, false },
		{ 0x358637BD, 1, -6, false },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		check(&rows[i]);
	}
}

static void the_limits_of_the_format_are_right(void **state)
{
	static const struct real_case rows[] = {
		{ 0x00000001, 1, -45, false },        /* smallest */
		{ 0x007FFFFF, 11754942, -45, false }, /* largest without a leading one */
		{ 0x00800000, 11754944, -45, false }, /* smallest with it */
		{ 0x7F7FFFFF, 34028235, 31, false },  /* largest */
		{ 0xFF7FFFFF, 34028235, 31, true }, { 0x4B800000, 16777216, 0, false }, /* 2^24 */
		{ 0x4B7FFFFF, 16777215, 0, false },
		{ 0x4B000000, 8388608, 0, false }, /* 2^23, the first without fraction */
		{ 0x4AFFFFFF, 83886075, -1, false },
		{ 0x5F000000, 9223372, 12, false },                                /* 2^63 */
		{ 0x7E967699, 1, 38, false }, { 0x2E800000, 5820766, -17, false }, /* 2^-34 */
		{ 0x2E000000, 2910383, -17, false },                               /* 2^-35 */
		{ 0x2D800000, 14551915, -18, false },                              /* 2^-36 */
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		check(&rows[i]);
	}
}

static void what_is_no_number_is_refused(void **state)
{
	static const uint32_t bits[] = { 0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001,
		0xFFFFFFFF };
	struct decimal decimal;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(bits); i++) {
		assert_false(real_decimal(bits[i], &decimal));
	}
}

/* The C library rounds decimals to numbers correctly; every decimal has to come back. */
static void every_decimal_rounds_back_and_is_short(void **state)
{
	(void)state;
	for (uint32_t bits = 1; bits < 0x7F800000; bits += 104729) {
		struct decimal decimal;
		char text[48];
		float number;
		memcpy(&number, &bits, sizeof(number));
		assert_true(real_decimal(bits, &decimal));
		snprintf(text, sizeof(text), "%llue%d", (unsigned long long)decimal.digits,
				(int)decimal.exponent);
		float back = strtof(text, NULL);
		assert_memory_equal(&back, &number, sizeof(number));
		int precision = 0;
		do {
			snprintf(text, sizeof(text), "%.*e", precision++, (double)number);
			back = strtof(text, NULL);
		} while (memcmp(&back, &number, sizeof(number)) != 0);
		while (decimal.digits % 10 == 0) {
			decimal.digits /= 10;
		}
		assert_true(snprintf(NULL, 0, "%llu", (unsigned long long)decimal.digits) <=
					precision);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_meters_keep_their_digits),
		cmocka_unit_test(the_limits_of_the_format_are_right),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(every_decimal_rounds_back_and_is_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
