/* SPDX-License-Identifier: MIT */
/* Option tables that would do harm are refused, each in its own words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/option_table.h"
#include "gateway/option.h"
#include "gateway/sections.h"

struct box {
	struct mg_instance instance;
	const char *text;
	int64_t number;
	int mode;
};

static const char *const modes[] = { "a", "b", NULL };
static const char *const nothing[] = { NULL };

/* clang-format off */
static const struct mg_option good[] = {
	MG_STRING(struct box, text, "text", "x", "a text"),
	MG_INT(struct box, number, "number", "3", 1, 10, "a number"),
	MG_ENUM(struct box, mode, "mode", "b", modes, "a choice"),
};
/* clang-format on */

static bool judge(const struct mg_options *options, char *why)
{
	return option_table_check(options, sizeof(struct box), why, OPTION_WHY_SIZE * 2);
}

/* Refuses the good table with one row replaced. */
static void refuse(size_t index, struct mg_option row, const char *words)
{
	struct mg_option rows[3];
	char why[OPTION_WHY_SIZE * 2] = "";
	memcpy(rows, good, sizeof(rows));
	rows[index] = row;
	const struct mg_options options = MG_OPTIONS(rows);
	assert_false(judge(&options, why));
	if (strstr(why, words) == NULL) {
		fail_msg("\"%s\" lacks \"%s\"", why, words);
	}
}

static void good_tables_pass(void **state)
{
	(void)state;
	char why[OPTION_WHY_SIZE * 2] = "";
	const struct mg_options options = MG_OPTIONS(good);
	const struct mg_options none = { .count = 0 };
	assert_true(judge(&options, why));
	assert_true(judge(&none, why));
	assert_string_equal(why, "");
}

static void the_tables_of_the_core_pass(void **state)
{
	(void)state;
	for (int i = 0; i < SECTION_KINDS; i++) {
		char why[OPTION_WHY_SIZE * 2] = "";
		const struct section *section = sections_get((enum section_kind)i);
		assert_ptr_equal(sections_find(section->kind), section);
		if (!option_table_check_behind(
					&section->options, 0, section->size, why, sizeof(why))) {
			fail_msg("%s: %s", section->kind, why);
		}
	}
	assert_null(sections_find("buses"));
}

static void whole_tables_may_be_wrong(void **state)
{
	(void)state;
	char why[OPTION_WHY_SIZE * 2] = "";
	struct mg_options options = MG_OPTIONS(good);
	options.option_size = sizeof(struct mg_option) - sizeof(void *);
	assert_false(judge(&options, why));
	assert_non_null(strstr(why, "at least"));
	options.option_size = sizeof(struct mg_option) + 1;
	assert_false(judge(&options, why));
	options = (struct mg_options)MG_OPTIONS(good);
	options.count = OPTION_COUNT_MAX + 1;
	assert_false(judge(&options, why));
	assert_non_null(strstr(why, "at most 256"));
	options = (struct mg_options){ sizeof(struct mg_option), 1, NULL };
	assert_false(judge(&options, why));
	assert_non_null(strstr(why, "missing"));
}

static void names_are_judged(void **state)
{
	(void)state;
	struct mg_option row = good[1];
	row.name = NULL;
	refuse(1, row, "option 2 has no name");
	static const char *const names[] = { "", "Baud", "a-b", "tag.x", "a b", "_a", "1a",
		"\xC3\xBC", "abcdefghijklmnopqrstuvwxyz0123456" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		row.name = names[i];
		refuse(1, row, "small letters");
	}
	row.name = "text";
	refuse(1, row, "twice");
}

static void members_lie_inside(void **state)
{
	(void)state;
	struct mg_option row = good[1];
	row.offset = sizeof(struct box) - 4;
	refuse(1, row, "beyond the end");
	row.offset = SIZE_MAX - 3;
	refuse(1, row, "beyond the end");
	row.offset = 0;
	refuse(1, row, "mg_instance");
	row.offset = sizeof(struct mg_instance) - 1;
	refuse(1, row, "mg_instance");
	row.offset = offsetof(struct box, number) + 1;
	refuse(1, row, "aligned");
}

static void members_are_filled_once(void **state)
{
	(void)state;
	struct mg_option row = good[1];
	row.offset = offsetof(struct box, text);
	refuse(1, row, "options \"text\" and \"number\" fill the same member");
	row = good[2];
	row.offset = offsetof(struct box, number) + sizeof(int);
	refuse(2, row, "options \"number\" and \"mode\" fill the same member");
}

static void required_options_have_no_default(void **state)
{
	(void)state;
	struct mg_option row = good[0];
	row.flags = MG_OPTION_REQUIRED;
	refuse(0, row, "is required, but has a default");
}

static void types_and_limits_make_sense(void **state)
{
	(void)state;
	struct mg_option row = good[1];
	row.type = 0;
	refuse(1, row, "unknown type 0");
	row.type = 1000;
	refuse(1, row, "unknown type 1000");
	row = good[1];
	row.minimum = 11;
	refuse(1, row, "above its maximum");
	row = good[2];
	row.choices = NULL;
	refuse(2, row, "no choices");
	row.choices = nothing;
	refuse(2, row, "no choices");
}

static void defaults_can_be_read(void **state)
{
	(void)state;
	struct mg_option row = good[1];
	row.fallback = "11";
	refuse(1, row, "the default of option \"number\" cannot be read");
	row = good[2];
	row.fallback = "c";
	refuse(2, row, "the default of option \"mode\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tables_pass),
		cmocka_unit_test(the_tables_of_the_core_pass),
		cmocka_unit_test(whole_tables_may_be_wrong),
		cmocka_unit_test(names_are_judged),
		cmocka_unit_test(members_lie_inside),
		cmocka_unit_test(members_are_filled_once),
		cmocka_unit_test(required_options_have_no_default),
		cmocka_unit_test(types_and_limits_make_sense),
		cmocka_unit_test(defaults_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
