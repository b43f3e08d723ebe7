/* SPDX-License-Identifier: MIT */
/* Lines become sections, keys and values with their places, or errors with theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/ini.h"

/* What was found, one line for each event. */
struct seen {
	char text[16384];
	size_t values;
	size_t stop_after; /* values; 0 for never */
};

static void note(struct seen *seen, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static void note(struct seen *seen, const char *format, ...)
{
	size_t used = strlen(seen->text);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(seen->text + used, sizeof(seen->text) - used, format, arguments);
	va_end(arguments);
}

static bool on_section(void *data, const char *text, struct ini_place place)
{
	note(data, "%u:%u [%s]\n", place.line, place.column, text);
	return true;
}

static bool on_value(void *data, const char *key, struct ini_place key_place,
		const char *value, struct ini_place place)
{
	struct seen *seen = data;
	assert_int_equal(key_place.line, place.line);
	assert_int_equal(key_place.column, 1);
	note(seen, "%u:%u %s=<%s>\n", place.line, place.column, key, value);
	return ++seen->values != seen->stop_after;
}

static bool on_error(void *data, struct ini_place place, const char *text)
{
	note(data, "%u:%u error: %s\n", place.line, place.column, text);
	return true;
}

static bool read_bytes(struct seen *seen, const char *bytes, size_t size)
{
	const struct ini_events events = { seen, on_section, on_value, on_error };
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	rewind(file);
	bool fine = ini_read(file, &events);
	fclose(file);
	return fine;
}

static void expect(const char *text, const char *events)
{
	struct seen seen = { .values = 0 };
	assert_true(read_bytes(&seen, text, strlen(text)));
	assert_string_equal(seen.text, events);
}

/* "[s]", then the line; expects one error at this column with these words. */
static void refuse(const char *line, unsigned column, const char *words)
{
	struct seen seen = { .values = 0 };
	char text[INI_LINE_MAX * 2];
	char place[32];
	snprintf(text, sizeof(text), "[s]\n%s\n", line);
	assert_true(read_bytes(&seen, text, strlen(text)));
	snprintf(place, sizeof(place), "\n2:%u error: ", column);
	if (strstr(seen.text, place) == NULL || strstr(seen.text, words) == NULL ||
			seen.values != 0) {
		fail_msg("\"%s\" gave \"%s\" instead of column %u, \"%s\"", line, seen.text,
				column, words);
	}
}

static void sections_and_values_have_places(void **state)
{
	(void)state;
	expect("[gateway]\nname = cellar-pi\n\n[bus cellar]\npath=/dev/ttyUSB0\n"
		   "label =   Flat 3   \n",
			"1:2 [gateway]\n2:8 name=<cellar-pi>\n4:2 [bus cellar]\n"
			"5:6 path=</dev/ttyUSB0>\n6:11 label=<Flat 3>\n");
}

static void ends_of_lines_do_not_matter(void **state)
{
	(void)state;
	expect("[a]\r\nk = v\r\n", "1:2 [a]\n2:5 k=<v>\n");
	expect("[a]\nk = v", "1:2 [a]\n2:5 k=<v>\n");
	expect("", "");
	expect("\n \n\t\n", "");
}

static void comments_are_left_out(void **state)
{
	(void)state;
	expect("; one\n# two\n   ; three\n[a] ; four\nk = v ; five\nl = v\t# six\n",
			"4:2 [a]\n5:5 k=<v>\n6:5 l=<v>\n");
	expect("[a]\nk = a;b#c\nl = ; nothing\nm =;x\n",
			"1:2 [a]\n2:5 k=<a;b#c>\n3:5 l=<>\n4:4 m=<;x>\n");
}

static void quotes_keep_everything(void **state)
{
	(void)state;
	expect("[a]\nk = \"a ; b # c\" ; comment\nl = \"  blanks \"\nm = \"\"\n"
		   "n = \"say \\\"x\\\" \\\\ y\"\no = 3/4\" pipe\n",
			"1:2 [a]\n2:6 k=<a ; b # c>\n3:6 l=<  blanks >\n4:6 m=<>\n"
			"5:6 n=<say \"x\" \\ y>\n6:5 o=<3/4\" pipe>\n");
}

static void bad_quotes_are_refused(void **state)
{
	(void)state;
	refuse("k = \"open", 5, "not closed");
	refuse("k = \"open\\", 10, "inside quotes");
	refuse("k = \"a\" b", 9, "behind the closing quote");
	refuse("k = \"a\"; no blank", 8, "behind the closing quote");
	refuse("k = \"a\\n\"", 7, "write \\\\");
	refuse("k = a \"b ; c\"", 7, "whole value into quotes");
}

static void long_values_and_names_are_whole(void **state)
{
	(void)state;
	struct seen seen = { .values = 0 };
	char name[INI_NAME_MAX + 1];
	char value[INI_VALUE_MAX + 1];
	char text[INI_LINE_MAX];
	memset(name, 'n', sizeof(name));
	memset(value, 'v', sizeof(value));
	name[INI_NAME_MAX] = value[INI_VALUE_MAX] = '\0';
	snprintf(text, sizeof(text), "[%s]\n%s = %s\n", name, name, value);
	assert_true(read_bytes(&seen, text, strlen(text)));
	char *expected = malloc(sizeof(seen.text));
	assert_non_null(expected);
	snprintf(expected, sizeof(seen.text), "1:2 [%s]\n2:132 %s=<%s>\n", name, name, value);
	assert_string_equal(seen.text, expected);
	free(expected);
}

static void too_long_ones_are_refused(void **state)
{
	(void)state;
	char line[INI_LINE_MAX + 64];
	snprintf(line, sizeof(line), "k = %0*d", INI_VALUE_MAX + 1, 1);
	refuse(line, 5 + INI_VALUE_MAX, "more than 4096");
	snprintf(line, sizeof(line), "k = \"%0*d\"", INI_VALUE_MAX + 1, 1);
	refuse(line, 6 + INI_VALUE_MAX, "more than 4096");
	snprintf(line, sizeof(line), "k%0*d = 1", INI_NAME_MAX, 1);
	refuse(line, 1, "key of more than 128");
	snprintf(line, sizeof(line), "[k%0*d]", INI_NAME_MAX, 1);
	refuse(line, 2, "section name of more than 128");
	snprintf(line, sizeof(line), "k = 1 ; %0*d", INI_LINE_MAX, 1);
	refuse(line, 1, "more than 8192");
}

static void lines_without_sense_are_refused(void **state)
{
	(void)state;
	refuse("word", 5, "expected");
	refuse("two words", 5, "expected");
	refuse("key : value", 5, "expected");
	refuse("= value", 1, "no key");
	refuse("k\xC3\xBC = 1", 2, "expected");
	refuse("!", 1, "expected");
	refuse("  k = v", 3, "begin with a blank");
	refuse("\tmore", 2, "begin with a blank");
}

static void bad_sections_take_their_keys_along(void **state)
{
	(void)state;
	static const struct {
		const char *header, *error;
	} cases[] = {
		{ "[bus", "3:1 error: [ without ]" },
		{ "[]", "3:1 error: a section needs a name" },
		{ "[ ] ; x", "3:1 error: a section needs a name" },
		{ "[b] x", "3:5 error: unexpected text behind ]" },
		{ " [b]", "3:2 error: a line must not begin" },
		{ "[b\x01]", "3:3 error: control character 01h" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen seen = { .values = 0 };
		char text[128];
		snprintf(text, sizeof(text), "[a]\nk = 1\n%s\nk = 2\n! no\n[c]\nk = 3\n",
				cases[i].header);
		assert_true(read_bytes(&seen, text, strlen(text)));
		if (strstr(seen.text, cases[i].error) == NULL) {
			fail_msg("\"%s\" lacks \"%s\"", seen.text, cases[i].error);
		}
		assert_int_equal(seen.values, 2);
		assert_null(strstr(seen.text, "<2>"));
		assert_null(strstr(seen.text, "5:"));
	}
}

static void an_over_long_header_takes_its_keys_along(void **state)
{
	(void)state;
	struct seen seen = { .values = 0 };
	char text[INI_LINE_MAX + 64];
	snprintf(text, sizeof(text), "[a]\n[b%0*d]\nk = 2\n", INI_LINE_MAX, 1);
	assert_true(read_bytes(&seen, text, strlen(text)));
	assert_int_equal(seen.values, 0);
}

static void keys_need_a_section(void **state)
{
	(void)state;
	expect("k = v\n", "1:1 error: a key before the first [section]\n");
}

static void the_encoding_is_judged(void **state)
{
	(void)state;
	expect("[a]\nk = \xC3\xBC \xE2\x82\xAC \xF0\x9F\x94\xA5\n",
			"1:2 [a]\n2:5 k=<\xC3\xBC \xE2\x82\xAC \xF0\x9F\x94\xA5>\n");
	refuse("k = \xFC", 5, "FCh is no UTF-8");
	refuse("k = ab\xC3", 7, "C3h is no UTF-8");
	refuse("k = \xC0\x80", 5, "no UTF-8");
	refuse("k = \xE0\x80\x80", 5, "no UTF-8");
	refuse("k = \xED\xA0\x80", 5, "no UTF-8");
	refuse("k = \xF4\x90\x80\x80", 5, "no UTF-8");
	refuse("k = \xF0\x9F\x94", 5, "no UTF-8");
	refuse("; \x80", 3, "no UTF-8");
	refuse("k = a\x7F", 6, "control character 7Fh");
	refuse("k = a\rb", 6, "control character 0Dh");
	expect("\xEF\xBB\xBF[a]\n",
			"1:1 error: the file begins with a byte order mark; save it as UTF-8 without "
			"one\n");
}

static void a_nul_ends_nothing(void **state)
{
	(void)state;
	struct seen seen = { .values = 0 };
	assert_true(read_bytes(&seen, "[a]\nk = v\0w\nl = 1\n", 18));
	assert_string_equal(seen.text,
			"1:2 [a]\n2:6 error: control character 00h in the text\n3:5 l=<1>\n");
}

static void an_event_can_end_the_reading(void **state)
{
	(void)state;
	struct seen seen = { .stop_after = 1 };
	assert_false(read_bytes(&seen, "[a]\nk = 1\nl = 2\n", 16));
	assert_int_equal(seen.values, 1);
}

static void what_cannot_be_read_is_an_error(void **state)
{
	(void)state;
	struct seen seen = { .values = 0 };
	const struct ini_events events = { &seen, on_section, on_value, on_error };
	FILE *file = fopen("/tmp", "r");
	assert_non_null(file);
	assert_false(ini_read(file, &events));
	fclose(file);
	assert_non_null(strstr(seen.text, "cannot be read"));
}

static void thousands_of_lines_are_counted(void **state)
{
	(void)state;
	struct seen seen = { .values = 0 };
	size_t size = 0;
	char *text = malloc(300000);
	assert_non_null(text);
	for (int i = 0; i < 20000; i++) {
		size += (size_t)sprintf(text + size, "; filler\n");
	}
	size += (size_t)sprintf(text + size, "[a]\nk = v\n");
	assert_true(read_bytes(&seen, text, size));
	assert_string_equal(seen.text, "20001:2 [a]\n20002:5 k=<v>\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_and_values_have_places),
		cmocka_unit_test(ends_of_lines_do_not_matter),
		cmocka_unit_test(comments_are_left_out),
		cmocka_unit_test(quotes_keep_everything),
		cmocka_unit_test(bad_quotes_are_refused),
		cmocka_unit_test(long_values_and_names_are_whole),
		cmocka_unit_test(too_long_ones_are_refused),
		cmocka_unit_test(lines_without_sense_are_refused),
		cmocka_unit_test(bad_sections_take_their_keys_along),
		cmocka_unit_test(an_over_long_header_takes_its_keys_along),
		cmocka_unit_test(keys_need_a_section),
		cmocka_unit_test(the_encoding_is_judged),
		cmocka_unit_test(a_nul_ends_nothing),
		cmocka_unit_test(an_event_can_end_the_reading),
		cmocka_unit_test(what_cannot_be_read_is_an_error),
		cmocka_unit_test(thousands_of_lines_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
