/* SPDX-License-Identifier: MIT */
/* What lies over each other on the line of the master's receiver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "line.h"

#define BIT 100000 /* ns, at 10000 Bd */

static const struct waveform_format format = { 10000, 8, 'E', 1 };
static struct line *line;

static int fresh(void **state)
{
	(void)state;
	line = calloc(1, sizeof(*line));
	return line == NULL || !line_init(line, 3, false);
}

static int done(void **state)
{
	(void)state;
	line_finish(line);
	free(line);
	return 0;
}

static bool add(int64_t begin, uint8_t byte)
{
	struct waveform wave;
	waveform_init(&wave, begin, 10000, &byte, 1);
	return line_add(line, &wave);
}

static void the_masters_characters_follow_without_pause(void **state)
{
	(void)state;
	assert_null(line_to_hear(line));
	assert_true(line_send(line, 7 * BIT, &format, 0x10, 0, false));
	assert_true(line_send(line, 8 * BIT, &format, 0x20, 1 << 2, false));
	assert_true(line_send(line, 60 * BIT, &format, 0x30, 0, true));
	assert_int_equal(line_sent(line), 71 * BIT);
	assert_int_equal(line_to_hear(line)->begin, 7 * BIT);
	assert_int_equal(line_to_hear(line)->marks, 0x620);
	line_heard(line);
	assert_int_equal(line_to_hear(line)->begin, 18 * BIT);
	assert_int_equal(line_to_hear(line)->end, 29 * BIT);
	assert_int_equal(line_to_hear(line)->marks, 0x644);
	line_heard(line);
	assert_int_equal(line_to_hear(line)->begin, 60 * BIT);
	assert_int_equal(line_to_hear(line)->marks, UINT16_MAX);
	line_heard(line);
	assert_null(line_to_hear(line));
}

static void a_new_speed_begins_behind_the_old_one(void **state)
{
	const struct waveform_format slow = { 1000, 8, 'E', 1 };
	(void)state;
	line_send(line, 0, &format, 0x10, 0, false);
	line_send(line, 0, &slow, 0x10, 0, false);
	line_heard(line);
	assert_int_equal(line_to_hear(line)->begin, 11 * BIT);
	assert_int_equal(line_sent(line), 121 * BIT);
}

static void room_for_waiting_characters_is_limited(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINE_OUT_MAX; i++) {
		assert_true(line_send(line, 0, &format, (uint8_t)i, 0, false));
	}
	assert_false(line_send(line, 0, &format, 0, 0, false));
	for (size_t i = 0; i < LINE_OUT_HEARD; i++) {
		line_heard(line);
		assert_true(line_send(line, 0, &format, 0, 0, false));
	}
	line_heard(line);
	assert_false(line_send(line, 0, &format, 0, 0, false)); /* none may be forgotten */
	line_forget(line, 110 * BIT);
	assert_true(line_send(line, 0, &format, 0, 0, false));
	assert_int_equal(line_to_hear(line)->marks & 0x1FE, (LINE_OUT_HEARD + 1) << 1);
	assert_int_equal(line_to_hear(line)->begin, 17 * 11 * BIT);
}

static void waves_in_step_share_a_place(void **state)
{
	(void)state;
	assert_true(add(0, 0xF0));
	assert_true(add(0, 0x3C));
	assert_int_equal(line->count, 1);
	assert_true(add(BIT, 0x3C));
	assert_true(add(2 * BIT, 0x3C));
	assert_false(add(3 * BIT, 0x3C));
	line_forget(line, 11 * BIT);
	assert_int_equal(line->count, 2);
	line_forget(line, 13 * BIT);
	assert_int_equal(line->count, 0);
}

/* FFh is 0 11111111 0 1. */
static void a_space_of_anyone_wins(void **state)
{
	(void)state;
	add(0, 0xFF);
	add(5 * BIT, 0xFF);
	assert_int_equal(line_next_space(line, 0), 0);
	assert_int_equal(line_next_mark(line, 0), BIT);
	assert_int_equal(line_next_space(line, BIT), 5 * BIT);
	assert_false(line_at(line, 5 * BIT));
	assert_true(line_at(line, 6 * BIT));
	assert_int_equal(line_next_space(line, 6 * BIT), 9 * BIT);
	assert_int_equal(line_next_space(line, 10 * BIT), 14 * BIT);
	assert_int_equal(line_next_space(line, 15 * BIT), WAVEFORM_NEVER);
	add(1 * BIT, 0xFF); /* its start bit follows the other's */
	assert_int_equal(line_next_mark(line, 0), 2 * BIT);
}

static void a_sending_master_hears_mark(void **state)
{
	(void)state;
	add(5 * BIT, 0x00); /* space until bit 15 */
	line_send(line, 0, &format, 0x00, 0, false);
	assert_true(line_at(line, 6 * BIT));
	assert_int_equal(line_next_space(line, 0), 11 * BIT);
	assert_int_equal(line_next_mark(line, 10 * BIT), 10 * BIT);
	assert_int_equal(line_next_mark(line, 11 * BIT), 15 * BIT);
	line_send(line, 0, &format, 0x00, 0, false);
	assert_int_equal(line_next_space(line, 0), WAVEFORM_NEVER);
}

static void an_echo_lies_over_the_rest(void **state)
{
	(void)state;
	line->echo = true;
	line_send(line, 0, &format, 0x0F, 0, false); /* 0 11110000 0 1 */
	add(3 * BIT, 0xFF);
	assert_int_equal(line_next_space(line, 0), 0);
	assert_int_equal(line_next_mark(line, 0), BIT);
	assert_int_equal(line_next_space(line, BIT), 3 * BIT);
	assert_int_equal(line_next_space(line, 4 * BIT), 5 * BIT);
	assert_int_equal(line_next_mark(line, 5 * BIT), 10 * BIT);
	assert_false(line_at(line, 7 * BIT));
	assert_int_equal(line_next_space(line, 10 * BIT), 12 * BIT);
}

static void a_break_is_space(void **state)
{
	(void)state;
	line->break_begin = 4 * BIT;
	line->break_end = 40 * BIT;
	assert_int_equal(line_next_space(line, 0), 4 * BIT);
	assert_int_equal(line_next_space(line, 9 * BIT), 9 * BIT);
	assert_int_equal(line_next_mark(line, 9 * BIT), 40 * BIT);
	assert_false(line_at(line, 39 * BIT));
	assert_true(line_at(line, 40 * BIT));
	line_forget(line, 40 * BIT);
	assert_int_equal(line->break_begin, WAVEFORM_NEVER);
}

static void a_collision_is_space_of_two(void **state)
{
	(void)state;
	assert_int_equal(line_collision(line, 0), WAVEFORM_NEVER);
	add(0, 0xFF); /* spaces at bits 0 and 9 */
	assert_int_equal(line_collision(line, 0), WAVEFORM_NEVER);
	add(5 * BIT, 0xF7); /* spaces at bits 5, 9 and 15 */
	assert_int_equal(line_collision(line, 0), 9 * BIT);
	assert_int_equal(line_collision(line, 10 * BIT), WAVEFORM_NEVER);
	add(0, 0xFF);
	assert_int_equal(line_collision(line, 0), 0);
	assert_int_equal(line_collision(line, BIT), 9 * BIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
				the_masters_characters_follow_without_pause, fresh, done),
		cmocka_unit_test_setup_teardown(
				a_new_speed_begins_behind_the_old_one, fresh, done),
		cmocka_unit_test_setup_teardown(
				room_for_waiting_characters_is_limited, fresh, done),
		cmocka_unit_test_setup_teardown(waves_in_step_share_a_place, fresh, done),
		cmocka_unit_test_setup_teardown(a_space_of_anyone_wins, fresh, done),
		cmocka_unit_test_setup_teardown(a_sending_master_hears_mark, fresh, done),
		cmocka_unit_test_setup_teardown(an_echo_lies_over_the_rest, fresh, done),
		cmocka_unit_test_setup_teardown(a_break_is_space, fresh, done),
		cmocka_unit_test_setup_teardown(a_collision_is_space_of_two, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
