/* SPDX-License-Identifier: MIT */
/* An exchange on a virtual clock. */
#ifndef TESTS_EXCHANGE_BENCH_H
#define TESTS_EXCHANGE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "bus/exchange.h"

#define BAUD 2400
#define REQUEST_TIME 22917 /* five bytes at 2400 baud */
#define WINDOW 187500      /* 330 bits + 50 ms */
#define LATENCY 20000
#define GAP 50000

static const uint8_t ack[] = { 0xE5 };
static const uint8_t busy[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x05, 0x70, 0x08, 0x85,
	0x16 };

/* An exchange, its clock, and what it sent last. */
struct fixture {
	struct exchange exchange;
	struct bus_counters counters;
	struct timing timing;
	int64_t now;
	uint8_t sent[MG_FRAME_MAX];
	size_t sent_size;
	unsigned sends;
};

static inline void setup(struct fixture *f)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = BAUD, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	memset(f, 0, sizeof(*f));
	timing_init(&f->timing, &line, LATENCY / 1000);
	exchange_init(&f->exchange, &f->timing, &f->counters);
	f->now = 1000000;
}

/* Sends what is to be sent, as a transport does that takes all at once. */
static inline void send_out(struct fixture *f)
{
	const uint8_t *bytes;
	size_t size = exchange_output(&f->exchange, &bytes, f->now);
	if (size > 0) {
		memcpy(f->sent, bytes, size);
		f->sent_size = size;
		f->sends++;
		exchange_sent(&f->exchange, f->now);
	}
}

static inline void ask(
		struct fixture *f, uint8_t c, uint8_t a, unsigned expects, unsigned tries)
{
	const struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = c, .a = a };
	exchange_begin(&f->exchange, &frame, expects, tries, f->now);
	send_out(f);
}

static inline void ask_reset(struct fixture *f)
{
	ask(f, MG_C_SND_NKE, 5, EXCHANGE_EXPECT_ACK, 3);
}

static inline void ask_data(struct fixture *f)
{
	ask(f, MG_C_REQ_UD2 | MG_C_FCB, 5, EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA, 3);
}

/* The clock goes to `when`, with a tick at each deadline on the way. */
static inline void run_until(struct fixture *f, int64_t when)
{
	while (exchange_deadline(&f->exchange) <= when) {
		f->now = exchange_deadline(&f->exchange);
		exchange_tick(&f->exchange, f->now);
		send_out(f);
	}
	f->now = when;
}

static inline void run_on(struct fixture *f, int64_t time)
{
	run_until(f, f->now + time);
}

static inline size_t come(struct fixture *f, const uint8_t *bytes, size_t size)
{
	size_t useless = exchange_input(&f->exchange, bytes, size, 0, f->now);
	send_out(f);
	return useless;
}

static const char *text(struct fixture *f)
{
	static char buffer[EXCHANGE_TEXT_SIZE];
	return exchange_text(&f->exchange, "5", buffer);
}

#endif
