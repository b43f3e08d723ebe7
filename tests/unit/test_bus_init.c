/* SPDX-License-Identifier: MIT */
/* The words of an init sequence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/bus_init.h"

static void test_all_words(void **state)
{
	(void)state;
	struct bus_init init;
	size_t wrong = 99;
	assert_true(bus_init_parse(" nke reset\treset=1A send=510813 ", &init, &wrong));
	assert_int_equal(wrong, 0);
	assert_int_equal(init.count, 4);
	assert_true(init.steps[0].nke);
	assert_false(init.steps[1].nke);
	assert_int_equal(init.steps[1].ci, 0x50);
	assert_int_equal(init.steps[1].size, 0);
	assert_int_equal(init.steps[2].ci, 0x50);
	assert_int_equal(init.steps[2].size, 1);
	assert_int_equal(init.steps[2].data[0], 0x1A);
	assert_int_equal(init.steps[3].ci, 0x51);
	assert_int_equal(init.steps[3].size, 2);
	assert_int_equal(init.steps[3].data[0], 0x08);
	assert_int_equal(init.steps[3].data[1], 0x13);
}

static void test_what_is_wrong_is_pointed_at(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t wrong;
	} rows[] = {
		{ "", 0 },
		{ "  ", 0 },
		{ "nke1", 0 },
		{ "nke rset", 4 },
		{ "nke reset=", 4 },
		{ "reset=1", 0 },
		{ "reset=1020", 0 },
		{ "reset:10", 0 },
		{ "send", 0 },
		{ "send=", 0 },
		{ "send:51", 0 },
		{ "nke send=5G", 4 },
		{ "send=5", 0 },
		{ "nke nke nke nke nke nke nke nke nke", 32 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bus_init init;
		size_t wrong = 99;
		assert_false(bus_init_parse(rows[i].text, &init, &wrong));
		assert_int_equal(wrong, rows[i].wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_words),
		cmocka_unit_test(test_what_is_wrong_is_pointed_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
