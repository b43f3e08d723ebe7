/* SPDX-License-Identifier: MIT */
/* What an exchange makes of the bytes that come: from an answer's first byte to its end.
 */
#include <string.h>

#include "link/bus_counters.h"
#include "link/exchange_private.h"

/* Sleeping for less than this (µs) is not worth a timer. */
#define HUSH_LEAST 3000
#define PRINT_PRIME 1099511628211u

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How late a piece of the answer is, as far as the line and our own sleep do not explain
   it: its last byte, and its first one, which a converter may have held back. */
static void note_lag(struct exchange *exchange, size_t size, size_t fresh, int64_t now)
{
	int64_t begun = now - timing_bytes(&exchange->pace, size);
	int64_t byte = timing_bytes(&exchange->pace, 1);
	bool slept = exchange->hush_until > exchange->came_at;
	/* What came while nobody looked may have waited for nearly a byte. */
	int64_t held = slept ? -byte : timing_bytes(&exchange->pace, fresh - 1);
	int64_t gap = now - later(exchange->came_at, exchange->hush_until) - byte;
	/* Who was woken by the last byte has not seen a pause, but what all of them took. */
	int64_t took = timing_bytes(&exchange->pace, fresh);
	gap = slept ? sooner(gap, now - exchange->came_at - took) : gap;
	exchange->came_at = now;
	exchange->gap_most = later(exchange->gap_most, gap);
	exchange->held_most = later(exchange->held_most, held);
	exchange->lag_least = sooner(exchange->lag_least, begun);
	exchange->lag_most = later(exchange->lag_most, begun + held);
}

/* Notes when the answer began, and how unevenly its bytes come. */
static void clock_in(struct exchange *exchange, size_t before, int64_t now)
{
	const struct link *link = &exchange->link;
	size_t size = link->size + link->skipped;
	if (size == 0 || link_echo_open(link)) {
		return;
	}
	if (exchange->first_at < 0) {
		exchange->held = timing_bytes(&exchange->pace, size - 1);
		exchange->first_at = now - timing_bytes(&exchange->pace, size);
		exchange->lag_least = exchange->first_at;
		exchange->lag_most = exchange->first_at + exchange->held;
		exchange->held_most = exchange->held;
		exchange->came_at = now;
		exchange->gap_most = 0;
		exchange->pieces = 1;
	} else if (size > before) {
		exchange->pieces++;
		note_lag(exchange, size, size - before, now);
	}
}

static void settle(struct exchange *exchange, int64_t now)
{
	int64_t until = now + timing_settle(&exchange->pace);
	if (exchange_rules_ack_is_stray(exchange)) {
		until = later(until, exchange->window_end);
	}
	exchange_end_enter(
			exchange, EXCHANGE_STATE_SETTLE, later(until, exchange->listen_end));
}

/* The ACK belongs to an earlier request, and may show how slow the slave is. */
static void drop_stray_ack(struct exchange *exchange)
{
	bool known = exchange->stale_acks > 0;
	exchange->strays++;
	exchange->stale_acks -= known;
	if (known && exchange->ask.slave != NULL && exchange->first_at >= 0) {
		latency_note(exchange->ask.slave, exchange->first_at - exchange->stale_since,
				timing_bits(&exchange->pace, EXCHANGE_START_BITS));
	}
	exchange->first_at = -1;
}

void exchange_input_settled(struct exchange *exchange, int64_t now)
{
	if (exchange->stale_acks == 0) {
		exchange_end_good(exchange, EXCHANGE_ACK, now);
		return;
	}
	drop_stray_ack(exchange);
	exchange_end_silent(exchange, EXCHANGE_TROUBLE_SILENCE, now);
}

static void judge_frame(struct exchange *exchange, int64_t now)
{
	enum exchange_trouble trouble = exchange_rules_judge(exchange);
	if (trouble == EXCHANGE_TROUBLE_CROWD && exchange_rules_ack_is_stray(exchange)) {
		drop_stray_ack(exchange);
		enum link_verdict verdict = link_next(&exchange->link);
		clock_in(exchange, 0, now);
		exchange_input_judge(exchange, verdict, now);
	} else if (trouble != EXCHANGE_TROUBLE_NONE) {
		exchange_end_bad(exchange, trouble, now);
	} else if (exchange->link.frame.type == MG_FRAME_ACK) {
		settle(exchange, now);
	} else {
		exchange_end_good(exchange, EXCHANGE_DATA, now);
	}
}

/*
 * The rest of a frame cannot be there before the line has carried it, so the loop may
 * sleep until then; unless bytes came faster than that, and the speed is not what the
 * configuration says.
 */
static int64_t hush(struct exchange *exchange, int64_t now)
{
	const struct timing *pace = &exchange->pace;
	size_t size = exchange->link.size + exchange->link.skipped;
	int64_t start = exchange->sent_at + timing_bits(pace, EXCHANGE_START_BITS);
	if (start + timing_bytes(pace, size) > now) {
		exchange->faster = true;
	}
	/* The first byte may have been under way for as long as is allowed for the way. */
	start = later(start, exchange->lag_least - pace->latency);
	int64_t whole = start + timing_bytes(pace, size + exchange->link.missing);
	return !exchange->faster && whole - now >= HUSH_LEAST ? whole : 0;
}

static void receive(struct exchange *exchange, int64_t now)
{
	int64_t until = hush(exchange, now);
	exchange_end_enter(exchange, EXCHANGE_STATE_RECEIVE,
			later(now, until) + exchange_rules_gap(exchange));
	exchange->hush_until = until;
}

void exchange_input_judge(
		struct exchange *exchange, enum link_verdict verdict, int64_t now)
{
	switch (verdict) {
	case LINK_NOTHING:
		return;
	case LINK_PARTIAL:
		receive(exchange, now);
		return;
	case LINK_FRAME:
		judge_frame(exchange, now);
		return;
	case LINK_FAULT:
		exchange_end_bad(exchange, exchange_rules_garbage(exchange), now);
		return;
	}
}

void exchange_input_over(struct exchange *exchange, int64_t now)
{
	bool begun = exchange->link.skipped == 0;
	bool echo = link_echo_open(&exchange->link);
	switch (link_quiet(&exchange->link)) {
	case LINK_FRAME:
		judge_frame(exchange, now);
		break;
	case LINK_NOTHING:
		exchange_end_silent(exchange, EXCHANGE_TROUBLE_SILENCE, now);
		break;
	default:
		exchange_end_bad(exchange,
				begun ? EXCHANGE_TROUBLE_CUT : exchange_rules_garbage(exchange), now);
		exchange->failure.echo = echo;
		break;
	}
}

static void hear(struct exchange *exchange, const uint8_t *bytes, size_t size)
{
	size_t room = EXCHANGE_HEARD_MAX - exchange->heard_size;
	size_t taken = size < room ? size : room;
	if (taken > 0) {
		memcpy(exchange->heard + exchange->heard_size, bytes, taken);
		exchange->heard_size += taken;
	}
	for (size_t i = 0; i < size; i++) {
		exchange->print = (exchange->print ^ bytes[i]) * PRINT_PRIME + 1;
	}
}

static size_t take(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now)
{
	struct link *link = &exchange->link;
	unsigned echoes = link->echoes;
	size_t before = link->size + link->skipped;
	size_t useless = link->surplus + link->noise;
	hear(exchange, bytes, size);
	enum link_verdict verdict = link_feed(link, bytes, size, rx_flags);
	exchange->counters->echoes += link->echoes - echoes;
	if (link->echoes != echoes) {
		exchange->heard_size = 0;
		hear(exchange, link->bytes, link->size);
	}
	clock_in(exchange, before, now);
	if (exchange->state != EXCHANGE_STATE_SENDING) {
		exchange_input_judge(exchange, verdict, now);
	}
	size_t useless_now = link->surplus + link->noise;
	return useless_now > useless ? useless_now - useless : 0;
}

/* Bytes that nobody asked for put off what waits for a quiet line, but not for ever. */
static void put_off(struct exchange *exchange, int64_t time, int64_t now)
{
	int64_t deadline = sooner(now + time, exchange->drain_end);
	exchange->deadline = later(exchange->deadline, deadline);
}

/* Something else came before; the answer may still come behind it. */
static size_t drain(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now)
{
	struct link *link = &exchange->link;
	hear(exchange, bytes, size);
	put_off(exchange, exchange_end_quiet(exchange, rx_flags), now);
	exchange->came_at = now;
	exchange->pieces++;
	exchange->held_most =
			later(exchange->held_most, timing_bytes(&exchange->pace, size - 1));
	exchange->failure.received += size;
	if (!link->hunting) {
		return size;
	}
	if (link->length > 0) {
		link_next(link);
	}
	if (link_feed(link, bytes, size, rx_flags) != LINK_FRAME) {
		return size;
	}
	if (exchange_rules_judge(exchange) == EXCHANGE_TROUBLE_NONE &&
			link->frame.type == MG_FRAME_LONG) {
		judge_frame(exchange, now);
		return 0;
	}
	return size;
}

/* An ACK came, but not alone; when it may be that of an earlier request, this is the
   answer. */
static size_t interrupt(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now)
{
	if (!exchange_rules_ack_is_stray(exchange)) {
		exchange_end_bad(exchange, EXCHANGE_TROUBLE_CROWD, now);
		return drain(exchange, bytes, size, rx_flags, now);
	}
	drop_stray_ack(exchange);
	link_next(&exchange->link);
	exchange_end_enter(exchange, EXCHANGE_STATE_WAIT, exchange->window_end);
	return take(exchange, bytes, size, rx_flags, now);
}

/* Between two requests nobody answers but late; the next one waits for that, too. */
static void collect(
		struct exchange *exchange, const uint8_t *bytes, size_t size, int64_t now)
{
	const uint8_t ack = 0xE5;
	exchange_end_forget_late(exchange, now);
	if (exchange->owed == 0 || bytes[0] != ack) {
		exchange_end_learn_pause(exchange, now);
	}
	for (size_t i = 0; i < size && bytes[i] == ack && exchange->owed > 0; i++) {
		exchange_end_late_ack(exchange, now);
	}
}

size_t exchange_input(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now)
{
	int64_t rest = exchange_rules_rest(exchange);
	exchange->last_at = later(exchange->last_at, now);
	switch (exchange->state) {
	case EXCHANGE_STATE_IDLE:
	case EXCHANGE_STATE_SEND:
		collect(exchange, bytes, size, now);
		exchange->rest_until = later(exchange->rest_until, now + rest);
		return size;
	case EXCHANGE_STATE_HOLD:
		hear(exchange, bytes, size);
		put_off(exchange, rest, now);
		return size;
	case EXCHANGE_STATE_REST:
		collect(exchange, bytes, size, now);
		put_off(exchange, rest, now);
		return size;
	case EXCHANGE_STATE_DRAIN:
		return drain(exchange, bytes, size, rx_flags, now);
	case EXCHANGE_STATE_SETTLE:
		return interrupt(exchange, bytes, size, rx_flags, now);
	case EXCHANGE_STATE_SENDING:
	case EXCHANGE_STATE_WAIT:
	case EXCHANGE_STATE_RECEIVE:
		break;
	}
	return take(exchange, bytes, size, rx_flags, now);
}
