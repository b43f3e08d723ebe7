/* SPDX-License-Identifier: MIT */
/* Checks how the text of a note is put together, and cut. */
#include "mbus_bench.h"

#include "mbus/explain_note.h"

struct got {
	struct mg_note note;
	size_t count;
};

static void take(void *context, const struct mg_note *note)
{
	struct got *got = context;
	got->note = *note;
	got->count++;
}

static const uint8_t bytes[] = { 0x11, 0x22, 0x33, 0x44 };

static struct explain start(struct got *got)
{
	*got = (struct got){ 0 };
	return (struct explain){
		.take = take,
		.context = got,
		.reader = { bytes, sizeof(bytes), 0 },
	};
}

static void numbers_are_written_as_the_format_says(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	explain_note(&explain, "L", 1, "%s %d %d %u %02X %08X %llu%s", "text", 7, -12, 34u,
			0xABu, 0x1234u, 18446744073709551615ull, "");
	assert_string_equal(
			got.note.meaning, "text 7 -12 34 AB 00001234 18446744073709551615");
	assert_string_equal(got.note.part, "L");
	explain_note(&explain, "L", 1, "%u %llu", 0u, 0ull);
	assert_string_equal(got.note.meaning, "0 0");
}

static void notes_follow_one_another_up_to_the_end(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	explain_note(&explain, "a", 3, "three");
	assert_int_equal(got.note.offset, 0);
	assert_int_equal(got.note.size, 3);
	assert_int_equal(explain_note_byte(&explain), 0x44);
	explain_note(&explain, "b", 9, "more than there are");
	assert_int_equal(got.note.offset, 3);
	assert_int_equal(got.note.size, 1);
	assert_int_equal(explain_note_byte(&explain), 0);
	explain_note_rest(&explain, "rest", "none");
	assert_int_equal(got.count, 2);
}

static void the_rest_is_one_note(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	explain_note(&explain, "a", 1, "one");
	explain_note_rest(&explain, "rest", "idle");
	assert_string_equal(got.note.meaning, "3 bytes: idle");
	explain = start(&got);
	explain_note(&explain, "a", 3, "three");
	explain_note_rest(&explain, "rest", "idle");
	assert_string_equal(got.note.meaning, "1 byte: idle");
}

static void bytes_can_be_looked_at_in_both_orders(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	assert_int_equal(explain_note_peek(&explain, 4, false), 0x44332211);
	assert_int_equal(explain_note_peek(&explain, 2, true), 0x1122);
	explain_note(&explain, "a", 3, "three");
	assert_int_equal(explain_note_peek(&explain, 4, true), 0x44);
}

static const char *words(struct explain *explain, const char *name)
{
	explain_note_begin(explain, "a");
	explain_note_words(explain, name);
	explain_note_end(explain, 0);
	return ((struct got *)explain->context)->note.meaning;
}

static void names_become_words(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	assert_string_equal(words(&explain, "volume-flow"), "volume flow");
	assert_string_equal(words(&explain, "additive-10^-3"), "additive 10^-3");
	assert_string_equal(words(&explain, "times-s/V"), "times s/V");
}

static void powers_of_ten_other_than_one_are_shown(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	explain_note_begin(&explain, "a");
	explain_note_power(&explain, 0);
	explain_note_power(&explain, 3);
	explain_note_power(&explain, -12);
	explain_note_end(&explain, 0);
	assert_string_equal(got.note.meaning, " × 10^3 × 10^-12");
}

static const char *bits(struct explain *explain, uint64_t number)
{
	explain_note_begin(explain, "a");
	explain_note_bits(explain, number);
	explain_note_end(explain, 0);
	return ((struct got *)explain->context)->note.meaning;
}

static void bits_are_named_by_number(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	assert_string_equal(bits(&explain, 0), "no bit");
	assert_string_equal(bits(&explain, 0x10), "bit 4");
	assert_string_equal(bits(&explain, 0x8000000000000005), "bits 0, 2, 63");
}

static void control_characters_of_a_meter_become_blanks(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	(void)state;
	explain_note_begin(&explain, "a");
	explain_note_quote(&explain, "a\033b\x7F"
								 "c\xC2\x9B"
								 "d\xC2\xA0"
								 "\xC3\x84\n");
	explain_note_end(&explain, 0);
	assert_string_equal(got.note.meaning, "a b c d\xC2\xA0\xC3\x84 ");
}

/* 199 characters have room, one more has not. */
static void long_texts_are_cut_at_a_whole_character(void **state)
{
	struct got got;
	struct explain explain = start(&got);
	char text[260] = "";
	(void)state;
	memset(text, 'x', 199);
	explain_note(&explain, "a", 1, "%s", text);
	assert_string_equal(got.note.meaning, text);
	memset(text, 'x', 200);
	explain_note(&explain, "a", 1, "%s", text);
	assert_int_equal(strlen(got.note.meaning), 199);
	assert_string_equal(got.note.meaning + 195, "x\xE2\x80\xA6");
	/* A two-byte character would lie across the place of the cut. */
	memcpy(text + 195, "\xC3\x84", 2);
	explain_note(&explain, "a", 1, "%s", text);
	assert_int_equal(strlen(got.note.meaning), 198);
	assert_string_equal(got.note.meaning + 194, "x\xE2\x80\xA6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_as_the_format_says),
		cmocka_unit_test(notes_follow_one_another_up_to_the_end),
		cmocka_unit_test(the_rest_is_one_note),
		cmocka_unit_test(bytes_can_be_looked_at_in_both_orders),
		cmocka_unit_test(names_become_words),
		cmocka_unit_test(powers_of_ten_other_than_one_are_shown),
		cmocka_unit_test(bits_are_named_by_number),
		cmocka_unit_test(control_characters_of_a_meter_become_blanks),
		cmocka_unit_test(long_texts_are_cut_at_a_whole_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
