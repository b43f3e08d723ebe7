/* SPDX-License-Identifier: MIT */
/* How slaves put frames together, and what makes them give one up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "hearing.h"

#define BIT 100000 /* ns, at 10000 Bd */
#define CHARACTER (11 * BIT)

static const struct waveform_format even = { 10000, 8, 'E', 1 };
static const uint8_t nke[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };
static struct hearing hearing;
static struct mg_frame frame;

static int fresh(void **state)
{
	(void)state;
	hearing_init(&hearing, 0);
	return 0;
}

static struct line_character character(
		const struct waveform_format *format, int64_t begin, uint8_t byte, uint16_t flip)
{
	uint8_t bits = waveform_bits(format);
	return (struct line_character){ .begin = begin,
		.end = begin + waveform_ns(format->baud, bits),
		.baud = format->baud,
		.marks = waveform_character(format, byte) ^ flip,
		.bits = bits };
}

/* All of SND_NKE with `flip` in character `which`. */
static enum hearing_result hear(int64_t begin, size_t which, uint16_t flip)
{
	enum hearing_result result = HEARING_MORE;
	for (size_t i = 0; i < sizeof(nke); i++) {
		const struct line_character one = character(
				&even, begin + (int64_t)i * CHARACTER, nke[i], i == which ? flip : 0);
		result = hearing_take(&hearing, &one, NULL, false, &frame);
	}
	return result;
}

static void a_frame_is_whole_with_its_last_character(void **state)
{
	(void)state;
	assert_int_equal(hearing_deadline(&hearing), WAVEFORM_NEVER);
	assert_int_equal(hear(70 * BIT, 9, 0), HEARING_FRAME);
	assert_int_equal(hearing.begin, 70 * BIT);
	assert_int_equal(hearing.end, 125 * BIT);
	assert_int_equal(hearing.busy_since, 70 * BIT);
	assert_int_equal(frame.c, 0x40);
	assert_int_equal(frame.a, 5);
	hearing_forget(&hearing);
	assert_int_equal(hearing_deadline(&hearing), WAVEFORM_NEVER);
	assert_int_equal(hear(125 * BIT, 9, 0), HEARING_FRAME); /* right behind */
	assert_int_equal(hearing.begin, 125 * BIT);
	assert_int_equal(hearing.busy_since, 70 * BIT); /* it was not quiet between */
}

static void every_turned_bit_breaks_it(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(nke); i++) {
		for (unsigned bit = 0; bit < 11; bit++) {
			hearing_init(&hearing, 0);
			assert_int_equal(hear(0, i, (uint16_t)(1u << bit)), HEARING_MORE);
			assert_true(hearing_has_garbage(&hearing));
		}
	}
}

static void garbage_ends_with_quiet_and_a_fragment_with_a_longer_pause(void **state)
{
	(void)state;
	hear(0, 1, 2);
	assert_true(hearing.broken);
	assert_int_equal(hearing_deadline(&hearing), (55 + 20) * BIT);
	hearing_forget(&hearing);
	const struct line_character one = character(&even, 100 * BIT, 0x10, 0);
	hearing_take(&hearing, &one, NULL, false, &frame);
	assert_int_equal(hearing_deadline(&hearing), (111 + 33) * BIT);
	hearing.gap = 100 * BIT;
	assert_int_equal(hearing_deadline(&hearing), (111 + 100) * BIT);
	hearing.gap = 10 * BIT;
	assert_int_equal(hearing_deadline(&hearing), (111 + 33) * BIT);
}

static void what_lies_over_a_character_spoils_it(void **state)
{
	(void)state;
	const struct line_character one = character(&even, 0, 0x10, 0);
	hearing_take(&hearing, &one, NULL, true, &frame);
	assert_true(hearing.broken);
}

static void slaves_know_one_format(void **state)
{
	const struct waveform_format none = { 10000, 8, 'N', 1 }, odd = { 10000, 8, 'O', 1 },
								 two = { 10000, 8, 'E', 2 };
	(void)state;
	struct line_character one = character(&none, 0, 0x10, 0), next = one;
	next.begin = one.end;
	hearing_take(&hearing, &one, NULL, false, &frame);
	assert_false(hearing.broken); /* one 1, and a stop bit that looks like its parity */
	hearing_init(&hearing, 0);
	hearing_take(&hearing, &one, &next, false, &frame);
	assert_true(hearing.broken); /* the next start bit where the stop bit should be */
	hearing_init(&hearing, 0);
	one = character(&odd, 0, 0x10, 0);
	hearing_take(&hearing, &one, NULL, false, &frame);
	assert_true(hearing.broken);
	hearing_init(&hearing, 0);
	one = character(&two, 0, 0x10, 0);
	hearing_take(&hearing, &one, NULL, false, &frame);
	assert_false(hearing.broken);
}

static void a_change_of_speed_breaks_a_frame(void **state)
{
	const struct waveform_format fast = { 20000, 8, 'E', 1 };
	(void)state;
	const struct line_character one = character(&even, 0, 0x10, 0);
	const struct line_character two = character(&fast, 11 * BIT, 0x40, 0);
	hearing_take(&hearing, &one, NULL, false, &frame);
	hearing_take(&hearing, &two, NULL, false, &frame);
	assert_true(hearing.broken);
}

static void endless_garbage_is_kept_to_the_longest_frame(void **state)
{
	(void)state;
	for (int i = 0; i < 600; i++) {
		const struct line_character one = character(&even, i * CHARACTER, 0x55, 0);
		assert_int_equal(hearing_take(&hearing, &one, NULL, false, &frame), HEARING_MORE);
	}
	assert_int_equal(hearing.size, MG_FRAME_MAX);
	assert_int_equal(hearing.end, 600 * CHARACTER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_frame_is_whole_with_its_last_character, fresh),
		cmocka_unit_test_setup(every_turned_bit_breaks_it, fresh),
		cmocka_unit_test_setup(
				garbage_ends_with_quiet_and_a_fragment_with_a_longer_pause, fresh),
		cmocka_unit_test_setup(what_lies_over_a_character_spoils_it, fresh),
		cmocka_unit_test_setup(slaves_know_one_format, fresh),
		cmocka_unit_test_setup(a_change_of_speed_breaks_a_frame, fresh),
		cmocka_unit_test_setup(endless_garbage_is_kept_to_the_longest_frame, fresh),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
