/* SPDX-License-Identifier: MIT */
/* Slips of the finger are recognised, strangers are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/suggest.h"

static const char *const keys[] = { "interval", "baud", "parity", "transport", NULL };

static void slips_are_recognised(void **state)
{
	(void)state;
	assert_string_equal(suggest_word("intervall", keys), "interval");
	assert_string_equal(suggest_word("inteval", keys), "interval");
	assert_string_equal(suggest_word("buad", keys), "baud");
	assert_string_equal(suggest_word("Baud", keys), "baud");
	assert_string_equal(suggest_word("transprot", keys), "transport");
}

static void strangers_are_not(void **state)
{
	(void)state;
	assert_null(suggest_word("colour", keys));
	assert_null(suggest_word("x", keys));
	assert_null(suggest_word("", keys));
	assert_null(suggest_word("baud", (const char *const[]){ NULL }));
}

static void the_nearest_wins(void **state)
{
	(void)state;
	const char *const words[] = { "queue_bytes", "queue", NULL };
	assert_string_equal(suggest_word("queu", words), "queue");
	assert_string_equal(suggest_word("queue_byte", words), "queue_bytes");
}

static void one_letter_words_are_not_guessed(void **state)
{
	(void)state;
	assert_null(suggest_word("b", (const char *const[]){ "a", NULL }));
}

static void distances_are_counted(void **state)
{
	(void)state;
	assert_int_equal(suggest_distance("", ""), 0);
	assert_int_equal(suggest_distance("abc", ""), 3);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_int_equal(suggest_distance("ab", "ba"), 1);
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_int_equal(suggest_distance("ABC", "abc"), 0);
}

static void long_words_are_left_out(void **state)
{
	(void)state;
	char word[SUGGEST_WORD_MAX + 2];
	memset(word, 'a', sizeof(word) - 1);
	word[SUGGEST_WORD_MAX + 1] = '\0';
	assert_true(suggest_distance(word, "a") == SIZE_MAX);
	assert_null(suggest_word(word, keys));
	word[SUGGEST_WORD_MAX] = '\0';
	assert_int_equal(suggest_distance(word, word), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_are_recognised),
		cmocka_unit_test(strangers_are_not),
		cmocka_unit_test(the_nearest_wins),
		cmocka_unit_test(one_letter_words_are_not_guessed),
		cmocka_unit_test(distances_are_counted),
		cmocka_unit_test(long_words_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
