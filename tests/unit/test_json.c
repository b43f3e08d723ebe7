/* SPDX-License-Identifier: MIT */
/* Whatever the text is, what is printed is a JSON string. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"

static void expect(const char *text, const char *printed)
{
	char *got = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&got, &size);
	assert_non_null(out);
	json_print_string(out, text);
	fclose(out);
	assert_string_equal(got, printed);
	free(got);
}

static void plain_text_is_quoted(void **state)
{
	(void)state;
	expect("", "\"\"");
	expect("heat-1 °C €", "\"heat-1 °C €\"");
	expect("\xF0\x9F\x94\xA5", "\"\xF0\x9F\x94\xA5\"");
	expect(NULL, "null");
}

static void what_json_forbids_is_escaped(void **state)
{
	(void)state;
	expect("a \"b\" \\c", "\"a \\\"b\\\" \\\\c\"");
	expect("one\ntwo\x01\x7F", "\"one\\u000atwo\\u0001\\u007f\"");
}

static void broken_utf8_is_replaced(void **state)
{
	(void)state;
	expect("a\xFFz", "\"a\xEF\xBF\xBDz\"");
	expect("\xC3", "\"\xEF\xBF\xBD\"");
	expect("\xC0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
	expect("\xED\xA0\x80!", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD!\"");
	expect("\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_is_quoted),
		cmocka_unit_test(what_json_forbids_is_escaped),
		cmocka_unit_test(broken_utf8_is_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
