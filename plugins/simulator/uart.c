/* SPDX-License-Identifier: MIT */
/* Samples the line. */
#include "uart.h"

#include <metergate/plugin.h>

#define SECOND INT64_C(1000000000)

/* The middle of a bit of a character that begins with `edge`. */
static int64_t middle(const struct uart *uart, int64_t edge, unsigned bit)
{
	return edge + (2 * (int64_t)bit + 1) * SECOND / (2 * (int64_t)uart->format.baud);
}

/* Short spaces are passed over. */
static bool find_edge(const struct uart *uart, const struct line *line, int64_t *edge)
{
	int64_t from = uart->position;
	if (uart->state == UART_HAS) {
		*edge = from - (middle(uart, from, 0) - from);
		return true;
	}
	if (uart->state == UART_WAITS) {
		from = line_next_mark(line, from);
	}
	for (;;) {
		*edge = line_next_space(line, from);
		if (*edge == WAVEFORM_NEVER) {
			return false;
		}
		from = middle(uart, *edge, 0);
		if (!line_at(line, from)) {
			return true;
		}
	}
}

/* The bits behind the start bit as sampled, the first stop bit last. */
static unsigned sample(
		const struct uart *uart, const struct line *line, int64_t edge, unsigned count)
{
	unsigned bits = 0;
	for (unsigned i = 0; i < count; i++) {
		bits |= (unsigned)line_at(line, middle(uart, edge, i + 1)) << i;
	}
	return bits;
}

bool uart_next(const struct uart *uart, const struct line *line,
		struct uart_character *character)
{
	unsigned data = uart->format.data_bits;
	unsigned stop = data + (uart->format.parity != 'N');
	if (!find_edge(uart, line, &character->edge)) {
		return false;
	}
	unsigned bits = sample(uart, line, character->edge, stop + 1);
	character->at = middle(uart, character->edge, stop + 1);
	character->byte = (uint8_t)(bits & ((1u << data) - 1));
	character->framed = (bits >> stop & 1) != 0;
	unsigned ones = (unsigned)__builtin_popcount(bits & ((1u << stop) - 1));
	bool uneven = uart->format.parity != 'N' &&
				  ones % 2 != (uart->format.parity == 'O' ? 1u : 0u);
	character->flags = uneven || !character->framed ? MG_RX_PARITY : 0;
	if (bits == 0) {
		character->flags = MG_RX_BREAK;
	}
	return true;
}

void uart_take(struct uart *uart, const struct uart_character *character)
{
	uart->position = character->at;
	uart->state = (character->flags & MG_RX_BREAK) != 0 ? UART_WAITS
				  : character->framed                   ? UART_SEEKS
														: UART_HAS;
}

void uart_pass(struct uart *uart, const struct line *line, int64_t time)
{
	if (uart->state == UART_WAITS) {
		int64_t mark = line_next_mark(line, uart->position);
		if (mark > time) {
			return;
		}
		uart->state = UART_SEEKS;
	}
	uart->position = time > uart->position ? time : uart->position;
}
