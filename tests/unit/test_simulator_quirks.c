/* SPDX-License-Identifier: MIT */
/* The option "quirks". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "quirks.h"

static struct quirks_item item;
static char error[TARGET_ERROR_SIZE];

static void quirks_of_one_address(void **state)
{
	(void)state;
	assert_true(quirks_parse("5:needs-reset+late", &item, error));
	assert_int_equal(item.target.kind, TARGET_ADDRESS);
	assert_int_equal(item.target.value, 5);
	assert_int_equal(item.quirks, METER_NEEDS_RESET | METER_LATE);
}

static void quirks_of_all_and_of_a_number(void **state)
{
	(void)state;
	assert_true(quirks_parse("*:late-ack", &item, error));
	assert_int_equal(item.target.kind, TARGET_ALL);
	assert_int_equal(item.quirks, METER_LATE_ACK);
	assert_true(quirks_parse("12345678:no-select", &item, error));
	assert_int_equal(item.target.kind, TARGET_NUMBER);
	assert_int_equal(item.target.value, 0x12345678);
	assert_int_equal(item.quirks, METER_NO_SELECT);
}

static void every_quirk_has_a_name(void **state)
{
	(void)state;
	assert_true(quirks_parse("1:dead+ignores-fcb+stuck-fcb+needs-reset+mute-reset+"
							 "once-at-254+wrong-address+keeps-selected+drops-selected+"
							 "late-ack+late+stubborn+dfc-more+busy+mute-data+no-select+"
							 "needs-init",
			&item, error));
	assert_int_equal(item.quirks, 0x1FFFF);
}

static void names_what_is_wrong_and_what_there_is(void **state)
{
	(void)state;
	assert_false(quirks_parse("5:late+slow", &item, error));
	assert_string_equal(error,
			"quirks: no \"slow\"; there are dead ignores-fcb stuck-fcb needs-reset "
			"mute-reset once-at-254 wrong-address keeps-selected drops-selected late-ack "
			"late stubborn dfc-more busy mute-data no-select needs-init");
	assert_false(quirks_parse("5:late+", &item, error));
	assert_non_null(strstr(error, "no \"\"; there are"));
	assert_false(quirks_parse("5:an-extremely-long-name-of-a-quirk", &item, error));
	assert_non_null(strstr(error, "no \"an-extremely-long-na\"; there are"));
	assert_non_null(strstr(error, " needs-init"));
}

static void names_what_has_not_the_form(void **state)
{
	(void)state;
	assert_false(quirks_parse("late", &item, error));
	assert_string_equal(error,
			"quirks: \"late\" is not of the form ADDRESS:QUIRK+QUIRK, ADDRESS being 0 to "
			"250, a number of eight digits or *");
	assert_false(quirks_parse("251:late", &item, error));
	assert_non_null(strstr(error, "\"251:late\" is not of the form"));
	assert_false(quirks_parse(":late", &item, error));
	assert_non_null(strstr(error, "is not of the form"));
	assert_false(quirks_parse("5:", &item, error));
	assert_non_null(strstr(error, "no \"\"; there are"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quirks_of_one_address),
		cmocka_unit_test(quirks_of_all_and_of_a_number),
		cmocka_unit_test(every_quirk_has_a_name),
		cmocka_unit_test(names_what_is_wrong_and_what_there_is),
		cmocka_unit_test(names_what_has_not_the_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
