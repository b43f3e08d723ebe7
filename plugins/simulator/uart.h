/* SPDX-License-Identifier: MIT */
/*
 * The master's receiver: waits for a falling edge, samples in the middle of each bit, and
 * is ready for the next edge from the middle of the first stop bit on. A start bit that
 * is mark in its middle was none. A stop bit at space is taken for the next start bit, as
 * the usual UARTs do; but behind a break, which is space all through, they wait for mark.
 */
#ifndef SIMULATOR_UART_H
#define SIMULATOR_UART_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"

enum uart_state {
	UART_SEEKS, /* a falling edge */
	UART_WAITS, /* for mark */
	UART_HAS,   /* a start bit, whose middle `position` is */
};

struct uart {
	struct waveform_format format;
	int64_t position; /* ns up to which the line is dealt with */
	enum uart_state state;
};

struct uart_character {
	int64_t edge; /* ns, of its start bit */
	int64_t at;   /* ns, when its stop bit was sampled */
	uint8_t byte;
	uint32_t flags; /* enum mg_rx_flags */
	bool framed;    /* the stop bit was mark */
};

/* The next character if nothing is added to the line before it ends. False: none. */
bool uart_next(const struct uart *uart, const struct line *line,
		struct uart_character *character);
/* That character was handed over. */
void uart_take(struct uart *uart, const struct uart_character *character);
/* Nothing began on the line before `time`. */
void uart_pass(struct uart *uart, const struct line *line, int64_t time);

#endif
