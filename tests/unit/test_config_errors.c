/* SPDX-License-Identifier: MIT */
/* Errors are sorted, limited, counted and printed in one form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/config_errors.h"

static char *print(const struct config_errors *errors)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	config_errors_print(errors, out);
	fclose(out);
	return text;
}

static void errors_are_sorted_by_place(void **state)
{
	(void)state;
	struct config_errors errors;
	config_errors_init(&errors);
	const struct config_place second = { "b.ini", 1, 1, 1 };
	const struct config_place late = { "a.ini", 0, 20, 3 };
	const struct config_place early = { "a.ini", 0, 3, 8 };
	const struct config_place earlier = { "a.ini", 0, 3, 1 };
	const struct config_place whole = { "a.ini", 0, 0, 0 };
	config_errors_add(&errors, &second, "bus x", "baud", "is %s", "wrong");
	config_errors_add(&errors, &late, "bus y", NULL, "is wrong");
	config_errors_add(&errors, &early, NULL, NULL, "is wrong");
	config_errors_add(&errors, &earlier, NULL, "key", "is wrong");
	config_errors_warn(&errors, &whole, NULL, NULL, "nothing there");
	char *text = print(&errors);
	assert_string_equal(text, "a.ini: warning: nothing there\n"
							  "a.ini:3:1: key: is wrong\n"
							  "a.ini:3:8: is wrong\n"
							  "a.ini:20:3: [bus y] is wrong\n"
							  "b.ini:1:1: [bus x] baud: is wrong\n");
	assert_int_equal(errors.errors, 4);
	assert_int_equal(errors.warnings, 1);
	free(text);
	config_errors_finish(&errors);
	assert_int_equal(errors.count, 0);
}

static void at_most_a_hundred_are_kept(void **state)
{
	(void)state;
	struct config_errors errors;
	config_errors_init(&errors);
	for (unsigned i = 0; i < CONFIG_ERRORS_MAX + 7; i++) {
		const struct config_place place = { "a.ini", 0, i + 1, 0 };
		config_errors_add(&errors, &place, NULL, NULL, "no");
	}
	char *text = print(&errors);
	assert_non_null(strstr(text, "a.ini:100: no\nand 7 more\n"));
	assert_null(strstr(text, "a.ini:101:"));
	assert_int_equal(errors.errors, CONFIG_ERRORS_MAX + 7);
	free(text);
	config_errors_finish(&errors);
}

static void long_messages_are_cut(void **state)
{
	(void)state;
	struct config_errors errors;
	config_errors_init(&errors);
	config_errors_add(&errors, NULL, NULL, NULL, "%0*d", 2 * CONFIG_ERROR_SIZE, 1);
	assert_int_equal(strlen(errors.items[0].text), CONFIG_ERROR_SIZE - 1);
	/* Cut inside a character of three bytes. */
	config_errors_add(&errors, NULL, NULL, NULL, "\"%.3s\" is wrong", "a\xE2\x82\xAC");
	assert_string_equal(errors.items[1].text, "\"a??\" is wrong");
	config_errors_finish(&errors);
}

static void places_are_texts(void **state)
{
	(void)state;
	char text[CONFIG_PLACE_TEXT_SIZE];
	const struct config_place place = { "a.ini", 0, 12, 5 };
	const struct config_place word = { "tcp://host", 0, 0, 0 };
	assert_string_equal(config_place_text(&place, text), "a.ini:12");
	assert_string_equal(config_place_text(&word, text), "tcp://host");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_sorted_by_place),
		cmocka_unit_test(at_most_a_hundred_are_kept),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(places_are_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
