/* SPDX-License-Identifier: MIT */
/* Values become members, and what does not fit is said in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/option.h"

struct box {
	const char *text;
	int64_t number;
	bool flag;
	int64_t time;
	int64_t room;
	int mode;
	struct mg_list words;
	const char *key;
	struct mg_tags tags;
	const char *needed;
	int64_t free;
};

static const char *const modes[] = { "drop-oldest", "drop-newest", NULL };

/* clang-format off */
static const struct mg_option rows[] = {
	MG_STRING(struct box, text, "text", "none", ""),
	MG_INT(struct box, number, "number", "3", 1, 10, ""),
	MG_BOOL(struct box, flag, "flag", "yes", ""),
	MG_DURATION(struct box, time, "time", "10s", 100, 3600000, ""),
	MG_SIZE(struct box, room, "room", "64K", 4096, 1073741824, ""),
	MG_ENUM(struct box, mode, "mode", "drop-newest", modes, ""),
	MG_LIST(struct box, words, "words", "a b", ""),
	MG_SECRET(struct box, key, "key", ""),
	MG_TAGS(struct box, tags, "tag", ""),
	MG_STRING_REQUIRED(struct box, needed, "needed", ""),
	MG_INT(struct box, free, "free", NULL, 0, 0, ""),
};
/* clang-format on */
static const struct mg_options table = MG_OPTIONS(rows);

struct bench {
	struct box box;
	struct option_memory memory;
	char why[OPTION_WHY_SIZE];
	size_t where;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	option_memory_init(&bench->memory);
	*state = bench;
	return bench == NULL;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	option_memory_finish(&bench->memory);
	free(bench);
	return 0;
}

static bool put(struct bench *b, const char *key, const char *value)
{
	const struct mg_option *option = option_find(&table, key);
	assert_non_null(option);
	b->where = 999;
	if (option->type == MG_OPTION_TAGS && strchr(key, '.') != NULL) {
		return option_apply_tag(option, key, value, &b->box, &b->memory, b->why,
				sizeof(b->why), &b->where);
	}
	return option_apply(
			option, value, &b->box, &b->memory, b->why, sizeof(b->why), &b->where);
}

static void refuse(struct bench *b, const char *key, const char *value, size_t where,
		const char *words)
{
	assert_false(put(b, key, value));
	if (strstr(b->why, words) == NULL) {
		fail_msg("%s = %s: \"%s\" lacks \"%s\"", key, value, b->why, words);
	}
	assert_int_equal(b->where, where);
}

static void text_is_copied(void **state)
{
	struct bench *b = *state;
	char value[] = "Flat 3";
	assert_true(put(b, "text", value));
	value[0] = 'X';
	assert_string_equal(b->box.text, "Flat 3");
	assert_true(put(b, "text", ""));
	assert_string_equal(b->box.text, "");
	refuse(b, "needed", "", 0, "empty");
}

static void numbers_have_limits(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "number", "10"));
	assert_int_equal(b->box.number, 10);
	assert_true(put(b, "number", "1"));
	refuse(b, "number", "11", 0, "1 to 10");
	refuse(b, "number", "0", 0, "1 to 10");
	refuse(b, "number", "", 0, "whole number");
	refuse(b, "number", "x", 0, "whole number");
	refuse(b, "number", "-", 0, "whole number");
	refuse(b, "number", "5 ", 1, "whole number");
	refuse(b, "number", "5.5", 1, "whole number");
	refuse(b, "number", "99999999999999999999", 0, "whole number");
	assert_int_equal(b->box.number, 1);
}

static void without_limits_all_numbers_are_taken(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "free", "-9223372036854775808"));
	assert_true(b->box.free == INT64_MIN);
	assert_true(put(b, "free", "+7"));
	assert_int_equal(b->box.free, 7);
}

static void durations_need_a_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = { { "100ms", 100 }, { "10s", 10000 }, { "15m", 900000 },
		{ "15min", 900000 }, { "1h", 3600000 } };
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(put(b, "time", good[i].text));
		assert_int_equal(b->box.time, good[i].ms);
	}
	refuse(b, "time", "10", 2, "500ms or 15m");
	refuse(b, "time", "10 s", 2, "500ms or 15m");
	refuse(b, "time", "10weeks", 2, "500ms or 15m");
	refuse(b, "time", "2h", 0, "100ms to 1h");
	refuse(b, "time", "1d", 0, "100ms to 1h");
	refuse(b, "time", "0", 0, "100ms to 1h");
	refuse(b, "time", "9223372036854775807d", 0, "too large");
}

static void sizes_may_have_a_unit(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "room", "4096"));
	assert_int_equal(b->box.room, 4096);
	assert_true(put(b, "room", "16M"));
	assert_int_equal(b->box.room, 16 * 1024 * 1024);
	assert_true(put(b, "room", "1G"));
	assert_int_equal(b->box.room, 1024 * 1024 * 1024);
	refuse(b, "room", "2G", 0, "4K to 1G");
	refuse(b, "room", "64k", 2, "as in 64K");
}

static void switches_are_yes_or_no(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "flag", "yes") && b->box.flag);
	assert_true(put(b, "flag", "no") && !b->box.flag);
	assert_true(put(b, "flag", "true") && b->box.flag);
	assert_true(put(b, "flag", "false") && !b->box.flag);
	refuse(b, "flag", "1", 0, "neither yes nor no");
	refuse(b, "flag", "Yes", 0, "neither yes nor no");
}

static void choices_are_suggested(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "mode", "drop-newest"));
	assert_int_equal(b->box.mode, 1);
	refuse(b, "mode", "drop-oldes", 0, "did you mean \"drop-oldest\"?");
	refuse(b, "mode", "keep", 0, "use one of drop-oldest, drop-newest");
}

static void lists_are_words(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "words", "  one\ttwo  three "));
	assert_int_equal(b->box.words.count, 3);
	assert_string_equal(b->box.words.items[0], "one");
	assert_string_equal(b->box.words.items[1], "two");
	assert_string_equal(b->box.words.items[2], "three");
	assert_true(put(b, "words", ""));
	assert_int_equal(b->box.words.count, 0);
	char many[2 * OPTION_WORDS_MAX + 3];
	for (size_t i = 0; i < sizeof(many); i++) {
		many[i] = i % 2 == 0 ? 'a' : ' ';
	}
	many[sizeof(many) - 1] = '\0';
	refuse(b, "words", many, 0, "at most 256");
	many[2 * OPTION_WORDS_MAX - 1] = '\0';
	assert_true(put(b, "words", many));
	assert_int_equal(b->box.words.count, OPTION_WORDS_MAX);
}

static void required_lists_are_not_empty(void **state)
{
	struct bench *b = *state;
	struct mg_option row = rows[6];
	row.flags = MG_OPTION_REQUIRED;
	assert_false(option_apply(
			&row, " ", &b->box, &b->memory, b->why, sizeof(b->why), &b->where));
	assert_string_equal(b->why, "must not be empty");
}

static void secrets_are_not_repeated(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "key", "hunter2"));
	assert_string_equal(b->box.key, "hunter2");
	refuse(b, "key", "", 0, "empty");
	refuse(b, "key", "file:/nonexistent/secret", 0, "cannot be opened");
}

static void tags_are_collected(void **state)
{
	struct bench *b = *state;
	assert_true(put(b, "tag.area", "north"));
	assert_true(put(b, "tag.floor", "2"));
	assert_int_equal(b->box.tags.count, 2);
	assert_string_equal(b->box.tags.items[0].key, "area");
	assert_string_equal(b->box.tags.items[1].key, "floor");
	assert_string_equal(b->box.tags.items[1].value, "2");
	refuse(b, "tag.", "x", 0, "letters, digits");
	refuse(b, "tag.a.b", "x", 0, "letters, digits");
	refuse(b, "tag.abcdefghijklmnopqrstuvwxyz0123456", "x", 0, "letters, digits");
	assert_null(option_find(&table, "tag"));
	assert_null(option_find(&table, "tagarea"));
	char key[16];
	for (int i = 2; i < OPTION_TAGS_MAX; i++) {
		snprintf(key, sizeof(key), "tag.n%d", i);
		assert_true(put(b, key, "x"));
	}
	refuse(b, "tag.last", "x", 0, "at most 64");
}

static void a_tag_needs_its_own_reader(void **state)
{
	struct bench *b = *state;
	assert_false(option_apply(
			&rows[8], "x", &b->box, &b->memory, b->why, sizeof(b->why), &b->where));
	assert_non_null(strstr(b->why, "tag.something"));
}

static void unknown_types_are_refused(void **state)
{
	struct bench *b = *state;
	struct mg_option row = rows[0];
	row.type = 77;
	assert_false(option_apply(
			&row, "x", &b->box, &b->memory, b->why, sizeof(b->why), &b->where));
	assert_non_null(strstr(b->why, "does not know"));
	assert_string_equal(option_type_name(77), "unknown");
	assert_string_equal(option_type_name(0), "unknown");
	assert_string_equal(option_type_name(MG_OPTION_BYTES), "size");
}

static void long_values_are_cut_in_messages(void **state)
{
	struct bench *b = *state;
	char value[201] = "";
	for (size_t i = 0; i < 100; i++) {
		memcpy(value + 2 * i, "\xC3\xBC", 2);
	}
	memmove(value + 1, value, 199);
	value[0] = 'x';
	value[199] = '\0';
	assert_false(put(b, "number", value));
	const char *dots = strstr(b->why, "...");
	assert_non_null(dots);
	assert_true(dots - b->why < 64);
	assert_int_equal((unsigned char)dots[-1], 0xBC);
}

static void defaults_are_values(void **state)
{
	struct bench *b = *state;
	assert_true(option_defaults(&table, &b->box, &b->memory, b->why, sizeof(b->why)));
	assert_string_equal(b->box.text, "none");
	assert_int_equal(b->box.number, 3);
	assert_true(b->box.flag);
	assert_int_equal(b->box.time, 10000);
	assert_int_equal(b->box.room, 65536);
	assert_int_equal(b->box.mode, 1);
	assert_int_equal(b->box.words.count, 2);
	assert_null(b->box.key);
	assert_null(b->box.needed);
}

static void bad_defaults_are_named(void **state)
{
	struct bench *b = *state;
	struct mg_option row = rows[1];
	row.fallback = "many";
	const struct mg_options bad = { sizeof(row), 1, &row };
	assert_false(option_defaults(&bad, &b->box, &b->memory, b->why, sizeof(b->why)));
	assert_non_null(strstr(b->why, "the default of number"));
}

static void missing_options_are_found_in_order(void **state)
{
	(void)state;
	const struct mg_option two[] = { rows[9], rows[0], rows[9] };
	const struct mg_options options = { sizeof(two[0]), 3, two };
	bool given[3] = { false, false, false };
	size_t index = 0;
	assert_ptr_equal(option_missing(&options, given, &index), &two[0]);
	assert_ptr_equal(option_missing(&options, given, &index), &two[2]);
	assert_null(option_missing(&options, given, &index));
	given[0] = given[2] = true;
	index = 0;
	assert_null(option_missing(&options, given, &index));
}

static void rows_of_a_later_version_are_walked(void **state)
{
	struct bench *b = *state;
	struct later {
		struct mg_option row;
		const char *more[3];
	} list[2] = { { .row = rows[0] }, { .row = rows[1] } };
	const struct mg_options options = { sizeof(struct later), 2, &list[0].row };
	assert_ptr_equal(option_find(&options, "number"), &list[1].row);
	assert_true(option_defaults(&options, &b->box, &b->memory, b->why, sizeof(b->why)));
	assert_int_equal(b->box.number, 3);
}

static void ranges_read_like_values(void **state)
{
	(void)state;
	char text[OPTION_RANGE_SIZE];
	option_range_text(&rows[1], text, sizeof(text));
	assert_string_equal(text, "1 to 10");
	option_range_text(&rows[3], text, sizeof(text));
	assert_string_equal(text, "100ms to 1h");
	option_range_text(&rows[4], text, sizeof(text));
	assert_string_equal(text, "4K to 1G");
	option_range_text(&rows[10], text, sizeof(text));
	assert_string_equal(text, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_copied),
		TEST(numbers_have_limits),
		TEST(without_limits_all_numbers_are_taken),
		TEST(durations_need_a_unit),
		TEST(sizes_may_have_a_unit),
		TEST(switches_are_yes_or_no),
		TEST(choices_are_suggested),
		TEST(lists_are_words),
		TEST(required_lists_are_not_empty),
		TEST(secrets_are_not_repeated),
		TEST(tags_are_collected),
		TEST(a_tag_needs_its_own_reader),
		TEST(unknown_types_are_refused),
		TEST(long_values_are_cut_in_messages),
		TEST(defaults_are_values),
		TEST(bad_defaults_are_named),
		TEST(missing_options_are_found_in_order),
		TEST(rows_of_a_later_version_are_walked),
		TEST(ranges_read_like_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
