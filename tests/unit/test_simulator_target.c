/* SPDX-License-Identifier: MIT */
/* Targets of options: how they are written and which meters they mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "target.h"

static const struct meter at_5 = { .address = 5, .identity = { .id = 0x12345678 } };
static const struct meter nowhere = { .address = METER_NO_ADDRESS };

static void a_star_means_all(void **state)
{
	struct target target;
	(void)state;
	assert_true(target_parse("*", 1, &target));
	assert_true(target_fits(&target, &at_5));
	assert_true(target_fits(&target, &nowhere));
}

static void an_address_means_its_meters(void **state)
{
	struct target target;
	(void)state;
	assert_true(target_parse("5:late", 1, &target));
	assert_true(target_fits(&target, &at_5));
	assert_false(target_fits(&target, &nowhere));
	assert_true(target_parse("250", 3, &target));
	assert_false(target_fits(&target, &at_5));
}

static void eight_digits_mean_a_number(void **state)
{
	struct target target;
	(void)state;
	assert_true(target_parse("12345678", 8, &target));
	assert_true(target_fits(&target, &at_5));
	assert_true(target_parse("00000005", 8, &target));
	assert_false(target_fits(&target, &at_5));
}

static void anything_else_is_refused(void **state)
{
	static const char *const wrong[] = { "", "251", "1234", "123456789", "-1", "5 ", "x",
		"**", "1234567A" };
	struct target target;
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(target_parse(wrong[i], strlen(wrong[i]), &target));
	}
}

static void a_value_stands_behind_a_colon(void **state)
{
	struct target_value value;
	char error[TARGET_ERROR_SIZE];
	(void)state;
	assert_true(target_value_parse("clocks", "5:-90", -100, 100, 0, &value, error));
	assert_true(target_fits(&value.target, &at_5));
	assert_int_equal(value.value, -90);
	assert_true(target_value_parse("alarms", "*", 1, 255, 1, &value, error));
	assert_int_equal(value.value, 1);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *item, *error;
	} mistakes[] = {
		{ "x:1", "alarms: \"x:1\" does not begin with *, a primary address (0 to 250) or "
				 "a number of eight digits" },
		{ ":1", "alarms: \":1\" does not begin with *, a primary address (0 to 250) or a "
				"number of eight digits" },
		{ "5:", "alarms: \"5:\" wants a number from 1 to 255 behind a colon" },
		{ "5:0", "alarms: \"5:0\" wants a number from 1 to 255 behind a colon" },
		{ "5:256", "alarms: \"5:256\" wants a number from 1 to 255 behind a colon" },
		{ "5: 1", "alarms: \"5: 1\" wants a number from 1 to 255 behind a colon" },
		{ "5:1x", "alarms: \"5:1x\" wants a number from 1 to 255 behind a colon" },
		{ "5:99999999999999999999", "alarms: \"5:99999999999999999999\" wants a number "
									"from 1 to 255 behind a "
									"colon" },
	};
	struct target_value value;
	char error[TARGET_ERROR_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_false(
				target_value_parse("alarms", mistakes[i].item, 1, 255, 1, &value, error));
		assert_string_equal(error, mistakes[i].error);
	}
	assert_false(target_value_parse("alarms", "5", 1, 255, 0, &value, error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_star_means_all),
		cmocka_unit_test(an_address_means_its_meters),
		cmocka_unit_test(eight_digits_mean_a_number),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_value_stands_behind_a_colon),
		cmocka_unit_test(mistakes_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
