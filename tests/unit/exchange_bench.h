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

#include <metergate/plugin.h>

#include "bus/bus.h"
#include "link/exchange.h"

#define BAUD 2400
#define REQUEST_TIME 22917 /* five bytes at 2400 baud */
#define CHARACTER 4584     /* 11 bits */
#define WINDOW 192084      /* 330 bits + 50 ms until it begins, and the first byte */
#define LATENCY 20000
#define GAP 24584  /* a byte and the latency */
#define REST 13750 /* 33 bits */

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

/* `latency` in ms; negative: learned. */
static inline void setup_way(struct fixture *f, int64_t latency)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = BAUD, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	memset(f, 0, sizeof(*f));
	timing_init(&f->timing, &line, latency);
	exchange_init(&f->exchange, &f->timing, &f->counters);
	f->now = 1000000;
}

static inline void setup(struct fixture *f)
{
	setup_way(f, LATENCY / 1000);
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

static inline void begin(struct fixture *f, const struct exchange_ask *request)
{
	exchange_begin(&f->exchange, request, f->now);
	send_out(f);
}

/* A short frame; the rest of how to ask stands in `request`. */
static inline void ask_so(
		struct fixture *f, uint8_t c, uint8_t a, struct exchange_ask request)
{
	const struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = c, .a = a };
	request.frame = &frame;
	begin(f, &request);
}

static inline void ask(
		struct fixture *f, uint8_t c, uint8_t a, unsigned expects, unsigned tries)
{
	ask_so(f, c, a, (struct exchange_ask){ .expects = expects, .tries = tries });
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

/* Bytes with what the transport says of them. */
static inline void come_so(
		struct fixture *f, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	exchange_input(&f->exchange, bytes, size, rx_flags, f->now);
	send_out(f);
}

/* Each request that was sent has one outcome. */
static inline void assert_counted(const struct fixture *f)
{
	const struct bus_counters *c = &f->counters;
	assert_int_equal(c->requests, c->answers + c->timeouts + c->bad_frames +
										  c->wrong_address + c->broadcasts + c->aborted);
}

static inline const char *text(struct fixture *f)
{
	static char buffer[EXCHANGE_TEXT_SIZE];
	return exchange_text(&f->exchange, "5", buffer);
}

#endif
