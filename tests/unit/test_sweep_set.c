/* SPDX-License-Identifier: MIT */
/* Sets of primary addresses, and how they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/sweep_set.h"

static void addresses_go_in_and_out(void **state)
{
	(void)state;
	struct sweep_set set = { .bits = { 0 } };
	sweep_set_put(&set, 0, true);
	sweep_set_put(&set, 9, true);
	sweep_set_put(&set, 250, true);
	assert_int_equal(sweep_set_count(&set), 3);
	assert_int_equal(sweep_set_next(&set, 0), 0);
	assert_int_equal(sweep_set_next(&set, 1), 9);
	assert_int_equal(sweep_set_next(&set, 10), 250);
	sweep_set_put(&set, 250, false);
	assert_int_equal(sweep_set_next(&set, 10), -1);
	assert_false(sweep_set_has(&set, 250));
	assert_false(sweep_set_has(&set, -1));
	assert_false(sweep_set_has(&set, 251));
}

static void text_gives_the_same_set_again(void **state)
{
	(void)state;
	char text[SWEEP_SET_TEXT];
	struct sweep_set set = { .bits = { 0 } }, again;
	assert_string_equal(sweep_set_text(&set, text), "-");
	assert_true(sweep_set_parse(&again, "-"));
	assert_int_equal(sweep_set_count(&again), 0);
	sweep_set_put(&set, 1, true);
	sweep_set_put(&set, 9, true);
	assert_string_equal(sweep_set_text(&set, text), "202");
	sweep_set_put(&set, 250, true);
	assert_true(sweep_set_parse(&again, sweep_set_text(&set, text)));
	assert_int_equal(sweep_set_count(&again), 3);
	assert_true(sweep_set_has(&again, 250));
}

static void other_text_is_refused(void **state)
{
	(void)state;
	struct sweep_set set;
	assert_false(sweep_set_parse(&set, ""));
	assert_false(sweep_set_parse(&set, "2G"));
	assert_false(sweep_set_parse(&set, "2-"));
	/* The bit of 251. */
	assert_false(sweep_set_parse(
			&set, "000000000000000000000000000000000000000000000000000000000000008"));
	assert_true(sweep_set_parse(
			&set, "000000000000000000000000000000000000000000000000000000000000004"));
	assert_false(sweep_set_parse(
			&set, "00000000000000000000000000000000000000000000000000000000000000000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_go_in_and_out),
		cmocka_unit_test(text_gives_the_same_set_again),
		cmocka_unit_test(other_text_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
