/* SPDX-License-Identifier: MIT */
/* Rates of a simulated line as users write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "rate.h"

static void rates_are_parts_of_a_million(void **state)
{
	static const struct {
		const char *text;
		uint32_t rate;
	} rows[] = { { "0", 0 }, { "500", 500 }, { "1000000", 1000000 }, { "0%", 0 },
		{ "1%", 10000 }, { "0.1%", 1000 }, { "12.5%", 125000 }, { "0.0001%", 1 },
		{ "100%", 1000000 } };
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t rate = 77;
		assert_true(rate_parse(rows[i].text, &rate));
		assert_int_equal(rate, rows[i].rate);
	}
}

static void what_is_no_rate_is_refused(void **state)
{
	static const char *const texts[] = { "", "%", "1.%", "1.5", "1 %", "-1%", "1%%",
		"0.00001%", "101%", "100.1%", "1000001", "99999999999", "99999999999%", "x",
		".5%" };
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint32_t rate;
		assert_false(rate_parse(texts[i], &rate));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_parts_of_a_million),
		cmocka_unit_test(what_is_no_rate_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
