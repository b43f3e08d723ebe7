/* SPDX-License-Identifier: MIT */
/* Which devices and types pass a list of globs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "route/filter.h"

static bool passes(const char *globs, const char *text)
{
	struct filter *filter = filter_create(globs);
	assert_non_null(filter);
	bool passed = filter_match(filter, text);
	filter_destroy(filter);
	return passed;
}

static void everything_passes_without_globs(void **state)
{
	(void)state;
	assert_true(passes(NULL, "cellar/heat-1"));
	assert_true(passes("", "cellar/heat-1"));
	assert_true(passes(" \t ", "/"));
	assert_true(passes("*", "cellar/heat-1"));
	assert_true(passes("roof/* *", "cellar/heat-1"));
}

static void one_of_several_globs_is_enough(void **state)
{
	(void)state;
	assert_true(passes("cellar/*  roof/water-?", "cellar/heat-1"));
	assert_true(passes("cellar/*\troof/water-?", "roof/water-7"));
	assert_false(passes("cellar/* roof/water-?", "roof/water-77"));
	assert_false(passes("cellar/*", "cellar-2/heat-1"));
	assert_true(passes("*/heat-[12]", "roof/heat-2"));
	assert_false(passes("*/heat-[12]", "roof/heat-3"));
}

static void events_of_a_bus_and_of_the_gateway(void **state)
{
	(void)state;
	assert_true(passes("cellar/*", "cellar/"));
	assert_false(passes("cellar/*", "/"));
	assert_true(passes("/ cellar/*", "/"));
}

static void too_many_globs_are_refused(void **state)
{
	(void)state;
	char globs[2 * (FILTER_GLOBS_MAX + 1) + 1] = "";
	for (size_t i = 0; i < FILTER_GLOBS_MAX; i++) {
		strcat(globs, "a ");
	}
	assert_true(passes(globs, "a"));
	strcat(globs, "b");
	assert_null(filter_create(globs));
	filter_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_passes_without_globs),
		cmocka_unit_test(one_of_several_globs_is_enough),
		cmocka_unit_test(events_of_a_bus_and_of_the_gateway),
		cmocka_unit_test(too_many_globs_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
