/* SPDX-License-Identifier: MIT */
/* One request and its answer: sends, waits, repeats, judges. */
#include "bus/exchange.h"

#include <string.h>

#include "bus/bus.h"

/* Sleeping for less than this (µs) is not worth a timer. */
#define HUSH_LEAST 3000
#define START_BITS 11 /* between the end of a request and the answer to it, at least */

void exchange_init(struct exchange *exchange, const struct timing *timing,
		struct bus_counters *counters)
{
	memset(exchange, 0, sizeof(*exchange));
	exchange->timing = timing;
	exchange->counters = counters;
	exchange->deadline = EXCHANGE_NEVER;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void enter(struct exchange *exchange, enum exchange_state state, int64_t deadline)
{
	exchange->state = state;
	exchange->deadline = deadline;
	exchange->hush_until = 0;
}

static void rest(struct exchange *exchange, int64_t now)
{
	exchange->drain_end =
			later(now, exchange->rest_until) + timing_drain(exchange->timing);
	enter(exchange, EXCHANGE_STATE_REST, later(now, exchange->rest_until));
}

void exchange_begin(struct exchange *exchange, const struct mg_frame *frame,
		unsigned expects, unsigned tries, int64_t now)
{
	exchange->outcome = EXCHANGE_RUNNING;
	exchange->request_size =
			mg_frame_build(frame, exchange->request, sizeof(exchange->request));
	exchange->address = frame->a;
	exchange->expects = expects;
	exchange->tries = tries;
	exchange->sends = 0;
	exchange->late_possible = false;
	exchange->faster = false;
	exchange->failure = (struct exchange_failure){ 0 };
	rest(exchange, now);
	exchange_tick(exchange, now);
}

size_t exchange_output(struct exchange *exchange, const uint8_t **bytes, int64_t now)
{
	if (exchange->state != EXCHANGE_STATE_SEND) {
		return 0;
	}
	exchange->sends++;
	exchange->counters->requests++;
	exchange->counters->repeats += exchange->sends > 1;
	link_begin(&exchange->link, exchange->request, exchange->request_size);
	enter(exchange, EXCHANGE_STATE_SENDING, now + EXCHANGE_STALL_MAX);
	*bytes = exchange->request;
	return exchange->request_size;
}

/* How it ended for good; the line rests until `rest_until` before the next request. */
static void finish(
		struct exchange *exchange, enum exchange_outcome outcome, int64_t rest_until)
{
	exchange->outcome = outcome;
	exchange->rest_until = rest_until;
	enter(exchange, EXCHANGE_STATE_IDLE, EXCHANGE_NEVER);
}

static bool all_silent(const struct exchange *exchange)
{
	return exchange->failure.trouble == EXCHANGE_TROUBLE_SILENCE;
}

/* The line is quiet after a failed try. */
static void try_over(struct exchange *exchange, int64_t now)
{
	if (exchange->sends < exchange->tries) {
		enter(exchange, EXCHANGE_STATE_SEND, EXCHANGE_NEVER);
		return;
	}
	finish(exchange, all_silent(exchange) ? EXCHANGE_SILENT : EXCHANGE_BAD, now);
}

/* A silent wait contains the 33 bits that the line has to rest. */
static void silence(struct exchange *exchange, enum exchange_trouble trouble, int64_t now)
{
	exchange->counters->timeouts++;
	exchange->late_possible = true;
	if (exchange->failure.trouble == EXCHANGE_TROUBLE_NONE ||
			trouble != EXCHANGE_TROUBLE_SILENCE) {
		exchange->failure.trouble = trouble;
	}
	try_over(exchange, now);
}

static void fail(struct exchange *exchange, enum exchange_trouble trouble, int64_t now)
{
	const struct link *link = &exchange->link;
	exchange->failure = (struct exchange_failure){
		.trouble = trouble,
		.fault = link->fault,
		.rx_flags = link->rx_flags,
		.received = link->size,
		.missing = link->missing,
		.c = link->frame.c,
		.a = link->frame.a,
	};
	if (trouble == EXCHANGE_TROUBLE_ADDRESS) {
		exchange->counters->wrong_address++;
	} else {
		exchange->counters->bad_frames++;
	}
	exchange->drain_end = now + timing_drain(exchange->timing);
	enter(exchange, EXCHANGE_STATE_DRAIN, now + timing_gap(exchange->timing));
}

/* To 253 and 254 a slave answers with its own address, or with 253 when it has none. */
static bool address_fits(const struct exchange *exchange, uint8_t address)
{
	if (exchange->address == MG_A_BROADCAST_REPLY) {
		return address <= MG_A_PRIMARY_LAST;
	}
	if (exchange->address == MG_A_SELECTED) {
		return address <= MG_A_PRIMARY_LAST || address == MG_A_SELECTED;
	}
	return address == exchange->address;
}

/* RSP_UD with whatever ACD and DFC say. */
static bool answers_with_data(const struct mg_frame *frame)
{
	return (frame->c & ~(MG_C_ACD | MG_C_DFC)) == MG_C_RSP_UD;
}

static void succeed(struct exchange *exchange, enum exchange_outcome outcome,
		int64_t pause, int64_t now)
{
	exchange->counters->answers++;
	/* The answer to an earlier try may be on its way too: do not take it for the next. */
	if (exchange->late_possible) {
		pause = timing_answer(exchange->timing);
	}
	finish(exchange, outcome, now + pause);
}

static void judge_data(struct exchange *exchange, int64_t now)
{
	const struct mg_frame *frame = &exchange->link.frame;
	if (frame->type != MG_FRAME_LONG) {
		fail(exchange, EXCHANGE_TROUBLE_KIND, now);
	} else if (!answers_with_data(frame)) {
		fail(exchange, EXCHANGE_TROUBLE_C, now);
	} else if (!address_fits(exchange, frame->a)) {
		fail(exchange, EXCHANGE_TROUBLE_ADDRESS, now);
	} else if (!(exchange->expects & EXCHANGE_EXPECT_DATA)) {
		fail(exchange, EXCHANGE_TROUBLE_KIND, now);
	} else {
		succeed(exchange, EXCHANGE_DATA, timing_rest(exchange->timing), now);
	}
}

static void judge_frame(struct exchange *exchange, int64_t now)
{
	if (exchange->link.frame.type != MG_FRAME_ACK) {
		judge_data(exchange, now);
	} else if (!(exchange->expects & EXCHANGE_EXPECT_ACK)) {
		fail(exchange, EXCHANGE_TROUBLE_KIND, now);
	} else if (exchange->link.surplus > 0) {
		fail(exchange, EXCHANGE_TROUBLE_CROWD, now);
	} else {
		enter(exchange, EXCHANGE_STATE_SETTLE, now + timing_settle(exchange->timing));
	}
}

/*
 * The rest of a frame cannot be there before the line has carried it, so the loop may
 * sleep until then; unless bytes came faster than that, and the speed is not what the
 * configuration says.
 */
static int64_t hush(struct exchange *exchange, int64_t now)
{
	const struct timing *timing = exchange->timing;
	int64_t start = exchange->sent_at + timing_bits(timing, START_BITS);
	if (start + timing_bytes(timing, exchange->link.size) > now) {
		exchange->faster = true;
	}
	int64_t whole =
			start + timing_bytes(timing, exchange->link.size + exchange->link.missing);
	return !exchange->faster && whole - now >= HUSH_LEAST ? whole : 0;
}

static void receive(struct exchange *exchange, int64_t now)
{
	int64_t until = hush(exchange, now);
	enter(exchange, EXCHANGE_STATE_RECEIVE,
			later(now, until) + timing_gap(exchange->timing));
	exchange->hush_until = until;
}

static void judge(struct exchange *exchange, enum link_verdict verdict, int64_t now)
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
		fail(exchange,
				exchange->link.rx_flags != 0 ? EXCHANGE_TROUBLE_LINE
											 : EXCHANGE_TROUBLE_FRAME,
				now);
		return;
	}
}

static size_t take(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now)
{
	struct link *link = &exchange->link;
	bool echoed = link->echoed;
	size_t useless = link->surplus + link->noise;
	enum link_verdict verdict = link_feed(link, bytes, size, rx_flags);
	exchange->counters->echoes += !echoed && link->echoed;
	if (exchange->state != EXCHANGE_STATE_SENDING) {
		judge(exchange, verdict, now);
	}
	return link->surplus + link->noise - useless;
}

/* Bytes that nobody asked for put off what waits for a quiet line, but not for ever. */
static void put_off(struct exchange *exchange, int64_t quiet, int64_t now)
{
	int64_t deadline = sooner(now + quiet, exchange->drain_end);
	exchange->deadline = later(exchange->deadline, deadline);
}

size_t exchange_input(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now)
{
	switch (exchange->state) {
	case EXCHANGE_STATE_IDLE:
	case EXCHANGE_STATE_SEND:
		exchange->rest_until =
				later(exchange->rest_until, now + timing_rest_failed(exchange->timing));
		return size;
	case EXCHANGE_STATE_REST:
		put_off(exchange, timing_rest_failed(exchange->timing), now);
		return size;
	case EXCHANGE_STATE_DRAIN:
		put_off(exchange, timing_gap(exchange->timing), now);
		return size;
	case EXCHANGE_STATE_SETTLE:
		fail(exchange, EXCHANGE_TROUBLE_CROWD, now);
		return size;
	case EXCHANGE_STATE_SENDING:
	case EXCHANGE_STATE_WAIT:
	case EXCHANGE_STATE_RECEIVE:
		break;
	}
	return take(exchange, bytes, size, rx_flags, now);
}

void exchange_sent(struct exchange *exchange, int64_t now)
{
	if (exchange->state != EXCHANGE_STATE_SENDING) {
		return;
	}
	exchange->sent_at = now + timing_bytes(exchange->timing, exchange->request_size);
	exchange->drain_end = exchange->sent_at + EXCHANGE_STALL_MAX;
	enter(exchange, EXCHANGE_STATE_WAIT,
			exchange->sent_at + timing_answer(exchange->timing));
	/* A fast line may have answered while the last bytes were still being handed over. */
	judge(exchange, link_feed(&exchange->link, NULL, 0, 0), now);
}

void exchange_unsent(struct exchange *exchange, size_t bytes, int64_t now)
{
	if (exchange->state != EXCHANGE_STATE_WAIT || bytes == 0) {
		return;
	}
	if (now >= exchange->drain_end) {
		silence(exchange, EXCHANGE_TROUBLE_STALL, now);
		return;
	}
	exchange->sent_at = now + timing_bytes(exchange->timing, bytes);
	exchange->deadline = exchange->sent_at + timing_answer(exchange->timing);
}

void exchange_tick(struct exchange *exchange, int64_t now)
{
	if (now < exchange->deadline) {
		return;
	}
	switch (exchange->state) {
	case EXCHANGE_STATE_REST:
		enter(exchange, EXCHANGE_STATE_SEND, EXCHANGE_NEVER);
		break;
	case EXCHANGE_STATE_WAIT:
		if (link_echo_open(&exchange->link)) {
			fail(exchange, EXCHANGE_TROUBLE_CUT, now);
		} else {
			silence(exchange, EXCHANGE_TROUBLE_SILENCE, now);
		}
		break;
	case EXCHANGE_STATE_RECEIVE:
		fail(exchange, EXCHANGE_TROUBLE_CUT, now);
		break;
	case EXCHANGE_STATE_SETTLE:
		succeed(exchange, EXCHANGE_ACK, 0, now);
		break;
	case EXCHANGE_STATE_DRAIN:
		try_over(exchange, now);
		break;
	case EXCHANGE_STATE_SENDING:
		silence(exchange, EXCHANGE_TROUBLE_STALL, now);
		break;
	case EXCHANGE_STATE_IDLE:
	case EXCHANGE_STATE_SEND:
		break;
	}
}

int64_t exchange_deadline(const struct exchange *exchange)
{
	return exchange->deadline;
}

int64_t exchange_hush(const struct exchange *exchange)
{
	return exchange->hush_until;
}

bool exchange_busy(const struct exchange *exchange)
{
	return exchange->state != EXCHANGE_STATE_IDLE;
}

/* True while a request has been sent of which no counter has the outcome yet. */
static bool is_uncounted(const struct exchange *exchange)
{
	return exchange->state == EXCHANGE_STATE_SENDING ||
		   exchange->state == EXCHANGE_STATE_WAIT ||
		   exchange->state == EXCHANGE_STATE_RECEIVE ||
		   exchange->state == EXCHANGE_STATE_SETTLE;
}

void exchange_abort(struct exchange *exchange, int64_t now)
{
	exchange->counters->aborted += is_uncounted(exchange);
	finish(exchange, EXCHANGE_BAD, now + timing_answer(exchange->timing));
}
