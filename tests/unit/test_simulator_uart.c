/* SPDX-License-Identifier: MIT */
/* The master's receiver: what each single turned bit makes of a character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <metergate/plugin.h>

#include "uart.h"

#define BIT 100000 /* ns, at 10000 Bd */

static struct line *line;
static struct uart uart;
static struct uart_character seen;

static int fresh(void **state)
{
	(void)state;
	uart = (struct uart){ .format = { 10000, 8, 'E', 1 } };
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

static void send_at(int64_t begin, uint8_t byte, uint16_t flip)
{
	struct waveform wave;
	waveform_init(&wave, begin, 10000, &byte, 1);
	wave.marks[0] ^= flip;
	assert_true(line_add(line, &wave));
}

static bool next(void)
{
	if (!uart_next(&uart, line, &seen)) {
		return false;
	}
	uart_take(&uart, &seen);
	return true;
}

static void samples_in_the_middle_of_bits(void **state)
{
	(void)state;
	send_at(3 * BIT, 0xE5, 0);
	assert_true(next());
	assert_int_equal(seen.edge, 3 * BIT);
	assert_int_equal(seen.at, 13 * BIT + BIT / 2);
	assert_int_equal(seen.byte, 0xE5);
	assert_int_equal(seen.flags, 0);
	assert_false(next());
}

static void a_turned_data_or_parity_bit_is_a_parity_error(void **state)
{
	(void)state;
	for (int bit = 1; bit <= 9; bit++) {
		int64_t begin = bit * 20 * BIT;
		line_forget(line, begin);
		send_at(begin, 0xE5, (uint16_t)(1 << bit));
		assert_true(next());
		assert_int_equal(seen.byte, bit < 9 ? 0xE5 ^ 1 << (bit - 1) : 0xE5);
		assert_int_equal(seen.flags, MG_RX_PARITY);
		assert_true(seen.framed);
	}
}

/* 0 10100111 1 0: the space is the next start bit, behind which there is mark alone. */
static void a_turned_stop_bit_begins_another_character(void **state)
{
	(void)state;
	send_at(0, 0xE5, 1 << 10);
	assert_true(next());
	assert_int_equal(seen.byte, 0xE5);
	assert_int_equal(seen.flags, MG_RX_PARITY);
	assert_int_equal(seen.at, 10 * BIT + BIT / 2);
	assert_true(next());
	assert_int_equal(seen.edge, 10 * BIT);
	assert_int_equal(seen.byte, 0xFF);
	assert_int_equal(seen.flags, MG_RX_PARITY); /* of mark: eight ones and a one */
	assert_false(next());
}

/* 1 10100111 1 1: begins at bit 2, 0 1001111 1 1 and mark. */
static void without_a_start_bit_the_next_space_is_one(void **state)
{
	(void)state;
	send_at(0, 0xE5, 1);
	assert_true(next());
	assert_int_equal(seen.edge, 2 * BIT);
	assert_int_equal(seen.byte, 0xF9);
	assert_int_equal(seen.flags, MG_RX_PARITY);
	assert_false(next());
	uart_pass(&uart, line, 30 * BIT);
	send_at(40 * BIT, 0xFF, 1); /* its parity bit is the one space left */
	assert_true(next());
	assert_int_equal(seen.edge, 49 * BIT);
}

static void short_spaces_are_passed_over(void **state)
{
	(void)state;
	line->break_begin = 5 * BIT;
	line->break_end = 5 * BIT + BIT / 2;
	send_at(6 * BIT, 0x10, 0);
	assert_true(next());
	assert_int_equal(seen.edge, 6 * BIT);
	assert_int_equal(seen.byte, 0x10);
}

static void a_break_is_one_character_and_then_nothing(void **state)
{
	(void)state;
	line->break_begin = 5 * BIT;
	line->break_end = 500 * BIT;
	assert_true(next());
	assert_int_equal(seen.at, 15 * BIT + BIT / 2);
	assert_int_equal(seen.byte, 0);
	assert_int_equal(seen.flags, MG_RX_BREAK);
	assert_false(next());
	uart_pass(&uart, line, 400 * BIT);
	assert_int_equal(uart.position, 15 * BIT + BIT / 2);
	send_at(510 * BIT, 0xE5, 0);
	uart_pass(&uart, line, 505 * BIT);
	assert_int_equal(uart.position, 505 * BIT);
	assert_true(next());
	assert_int_equal(seen.edge, 510 * BIT);
	assert_int_equal(seen.byte, 0xE5);
}

static void other_formats_see_other_things(void **state)
{
	(void)state;
	send_at(0, 0xE5, 0);
	uart.format.parity = 'O';
	assert_true(uart_next(&uart, line, &seen));
	assert_int_equal(seen.flags, MG_RX_PARITY);
	uart.format.parity = 'N'; /* the parity bit is 1, as a stop bit */
	assert_true(uart_next(&uart, line, &seen));
	assert_int_equal(seen.byte, 0xE5);
	assert_int_equal(seen.flags, 0);
	assert_int_equal(seen.at, 9 * BIT + BIT / 2);
	uart.format = (struct waveform_format){ 10000, 7, 'E', 1 };
	assert_true(uart_next(&uart, line, &seen));
	assert_int_equal(seen.byte, 0x65);
	assert_int_equal(seen.flags, MG_RX_PARITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(samples_in_the_middle_of_bits, fresh, done),
		cmocka_unit_test_setup_teardown(
				a_turned_data_or_parity_bit_is_a_parity_error, fresh, done),
		cmocka_unit_test_setup_teardown(
				a_turned_stop_bit_begins_another_character, fresh, done),
		cmocka_unit_test_setup_teardown(
				without_a_start_bit_the_next_space_is_one, fresh, done),
		cmocka_unit_test_setup_teardown(short_spaces_are_passed_over, fresh, done),
		cmocka_unit_test_setup_teardown(
				a_break_is_one_character_and_then_nothing, fresh, done),
		cmocka_unit_test_setup_teardown(other_formats_see_other_things, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
