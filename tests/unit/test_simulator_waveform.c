/* SPDX-License-Identifier: MIT */
/* Characters as bits in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "waveform.h"

#define BIT 100000 /* ns, at 10000 Bd */

static struct waveform wave;

static void characters_have_their_bits(void **state)
{
	const struct waveform_format even = { 2400, 8, 'E', 1 }, odd = { 2400, 8, 'O', 2 },
								 none = { 2400, 8, 'N', 1 }, seven = { 2400, 7, 'E', 1 };
	(void)state;
	assert_int_equal(waveform_character(&even, 0xE5), 0x7CA);
	assert_int_equal(waveform_character(&even, 0x00), 0x400);
	assert_int_equal(waveform_character(&odd, 0xE5), 0xDCA);
	assert_int_equal(waveform_character(&none, 0xE5), 0x3CA);
	assert_int_equal(waveform_character(&seven, 0xE5), 0x2CA);
	assert_int_equal(waveform_bits(&even), 11);
	assert_int_equal(waveform_bits(&odd), 12);
	assert_int_equal(waveform_bits(&none), 10);
	assert_int_equal(waveform_bits(&seven), 10);
	assert_int_equal(waveform_ns(2400, 1), 416667);
	assert_int_equal(waveform_ns(2400, 12), 5000000);
}

/* E5h: 0 10100111 1 1 */
static void each_bit_is_at_its_time(void **state)
{
	static const char bits[] = "01010011111";
	(void)state;
	waveform_init(&wave, 5 * BIT, 10000, (const uint8_t *)"\xE5", 1);
	assert_int_equal(wave.end, 16 * BIT);
	assert_true(waveform_at(&wave, 5 * BIT - 1));
	for (int i = 0; i < 11; i++) {
		assert_int_equal(waveform_at(&wave, (5 + i) * BIT), bits[i] == '1');
		assert_int_equal(waveform_at(&wave, (6 + i) * BIT - 1), bits[i] == '1');
	}
	assert_true(waveform_at(&wave, 16 * BIT));
}

static void finds_the_next_mark_and_space(void **state)
{
	(void)state;
	waveform_init(&wave, 5 * BIT, 10000, (const uint8_t *)"\xE5\x00", 2);
	assert_int_equal(waveform_next(&wave, 0, WAVEFORM_SPACE), 5 * BIT);
	assert_int_equal(waveform_next(&wave, 0, WAVEFORM_MARK), 0);
	assert_int_equal(waveform_next(&wave, 5 * BIT, WAVEFORM_MARK), 6 * BIT);
	assert_int_equal(waveform_next(&wave, 6 * BIT, WAVEFORM_SPACE), 7 * BIT);
	assert_int_equal(waveform_next(&wave, 7 * BIT + 5, WAVEFORM_SPACE), 7 * BIT + 5);
	assert_int_equal(waveform_next(&wave, 11 * BIT, WAVEFORM_SPACE), 16 * BIT);
	assert_int_equal(waveform_next(&wave, 16 * BIT, WAVEFORM_MARK), 26 * BIT);
	assert_int_equal(waveform_next(&wave, 26 * BIT, WAVEFORM_SPACE), WAVEFORM_NEVER);
	assert_int_equal(waveform_next(&wave, 99 * BIT, WAVEFORM_SPACE), WAVEFORM_NEVER);
	assert_int_equal(waveform_next(&wave, 99 * BIT, WAVEFORM_MARK), 99 * BIT);
}

static void a_wave_that_ends_in_space_is_followed_by_mark(void **state)
{
	(void)state;
	waveform_init(&wave, 0, 10000, (const uint8_t *)"\x00", 1);
	wave.marks[0] = 0;
	assert_int_equal(waveform_next(&wave, 0, WAVEFORM_MARK), 11 * BIT);
}

static void spaces_win_and_are_counted(void **state)
{
	struct waveform other;
	(void)state;
	waveform_init(&wave, 0, 10000, (const uint8_t *)"\xF0", 1);
	waveform_init(&other, 0, 10000, (const uint8_t *)"\x3C\x55", 2);
	waveform_merge(&wave, &other);
	assert_int_equal(wave.count, 2);
	assert_int_equal(wave.end, 22 * BIT);
	assert_int_equal(wave.marks[0], 0x460);   /* 30h, and both parity bits are 0 */
	assert_int_equal(wave.marks[1], 0x4AA);   /* 55h is there alone */
	assert_int_equal(wave.doubled[0], 0x207); /* start, bits 0 and 1, parity */
	assert_int_equal(wave.doubled[1], 0);
	assert_int_equal(waveform_next(&wave, 5 * BIT, WAVEFORM_DOUBLED), 9 * BIT);
	assert_int_equal(waveform_next(&wave, 10 * BIT, WAVEFORM_DOUBLED), WAVEFORM_NEVER);
	waveform_merge(&other, &wave); /* the shorter way round */
	assert_int_equal(other.count, 2);
	assert_int_equal(other.doubled[1], 0x355);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_have_their_bits),
		cmocka_unit_test(each_bit_is_at_its_time),
		cmocka_unit_test(finds_the_next_mark_and_space),
		cmocka_unit_test(a_wave_that_ends_in_space_is_followed_by_mark),
		cmocka_unit_test(spaces_win_and_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
