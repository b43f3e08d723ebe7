/* SPDX-License-Identifier: MIT */
/* One request and its answer: sends, waits, repeats, judges. */
#include <string.h>

#include "link/bus_counters.h"
#include "link/exchange_private.h"

void exchange_init(struct exchange *exchange, const struct timing *timing,
		struct bus_counters *counters)
{
	memset(exchange, 0, sizeof(*exchange));
	exchange->timing = timing;
	exchange->counters = counters;
	exchange->pace = *timing;
	exchange->deadline = EXCHANGE_NEVER;
	exchange->first_at = -1;
	exchange_reopened(exchange);
}

void exchange_reopened(struct exchange *exchange)
{
	latency_init(&exchange->latency, exchange->timing->latency, exchange->timing->fixed);
	exchange->bulk = 0;
	exchange->stale_acks = exchange->owed = 0;
	exchange->broken_at = 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Slaves of the old speed must not take the request for the rest of something. */
static void change_speed(struct exchange *exchange, uint32_t baud)
{
	if (baud != exchange->pace.baud) {
		struct timing slower = exchange->pace;
		slower.baud = baud < slower.baud ? baud : slower.baud;
		exchange->rest_until = later(
				exchange->rest_until, exchange->last_at + timing_rest_failed(&slower));
		exchange->bulk = 0; /* counts bytes of the old speed */
	}
	exchange->pace.baud = baud;
}

static void build(struct exchange *exchange, const struct exchange_ask *ask)
{
	if (ask->frame != NULL) {
		exchange->address = ask->frame->a;
		exchange->request_size =
				mg_frame_build(ask->frame, exchange->request, sizeof(exchange->request));
		return;
	}
	exchange->address = ask->address;
	exchange->request_size =
			ask->raw.size <= sizeof(exchange->request) ? ask->raw.size : 0;
	memcpy(exchange->request, ask->raw.data, exchange->request_size);
}

static void start(struct exchange *exchange, const struct exchange_ask *ask)
{
	exchange->outcome = EXCHANGE_RUNNING;
	exchange->ask = *ask;
	exchange->ask.frame = NULL;
	exchange->ask.raw = (struct mg_bytes){ 0 };
	exchange->expects = ask->expects;
	exchange->tries = ask->tries > 0 ? ask->tries : 1;
	exchange->most = ask->tries_bad > exchange->tries ? ask->tries_bad : exchange->tries;
	exchange->sends = 0;
	exchange->silences = 0;
	exchange->same = 0;
	exchange->shapeless = 0;
	exchange->print_before = 0;
	exchange->any_silent = false;
	exchange->patient = false;
	exchange->spoiled = 0;
	exchange->faster = false;
	exchange->first_at = -1;
	exchange->heard_size = 0;
	exchange->failure = (struct exchange_failure){ 0 };
}

void exchange_begin(
		struct exchange *exchange, const struct exchange_ask *ask, int64_t now)
{
	uint8_t before = exchange->address;
	start(exchange, ask);
	build(exchange, ask);
	exchange_end_forget_late(exchange, now);
	if (before != exchange->address || !(ask->expects & EXCHANGE_EXPECT_DATA)) {
		exchange->stale_acks = 0;
	}
	if (exchange->request_size == 0) {
		exchange->failure.trouble = EXCHANGE_TROUBLE_REQUEST;
		exchange_end_finish(exchange, EXCHANGE_BAD, exchange->rest_until);
		return;
	}
	change_speed(exchange, ask->baud > 0 ? ask->baud : exchange->timing->baud);
	int64_t rest = later(now, exchange->rest_until);
	exchange->drain_end = rest + timing_drain(&exchange->pace);
	exchange_end_enter(exchange, EXCHANGE_STATE_REST, rest);
	exchange_tick(exchange, now);
}

uint32_t exchange_baud(const struct exchange *exchange)
{
	return exchange->pace.baud;
}

int64_t exchange_delay(const struct exchange *exchange)
{
	return exchange->first_at < 0 ? -1 : later(0, exchange->first_at - exchange->sent_at);
}

int64_t exchange_latency(const struct exchange *exchange)
{
	return latency_allowance(&exchange->latency);
}

/* A slave that may only be slow gets all the time that nothing learned would give it. */
static int64_t allowance(const struct exchange *exchange)
{
	if (exchange->ask.latency > 0) {
		return exchange->ask.latency + later(0, latency_variation(&exchange->latency));
	}
	return exchange->patient ? latency_patience(&exchange->latency)
							 : latency_allowance(&exchange->latency);
}

size_t exchange_output(struct exchange *exchange, const uint8_t **bytes, int64_t now)
{
	if (exchange->state != EXCHANGE_STATE_SEND) {
		return 0;
	}
	exchange->sends++;
	exchange->counters->requests++;
	exchange->counters->repeats += exchange->sends > 1;
	exchange->pace.latency = allowance(exchange);
	exchange->first_at = -1;
	exchange->heard_size = 0;
	exchange->owed = 0;
	exchange->pieces = 0;
	exchange->held_most = 0;
	exchange->print = 0;
	link_begin(&exchange->link, exchange->request, exchange->request_size);
	exchange->link.hunting =
			(exchange->expects & EXCHANGE_EXPECT_DATA) != 0 && exchange->ask.listen == 0;
	exchange_end_enter(exchange, EXCHANGE_STATE_SENDING, now + EXCHANGE_STALL_MAX);
	*bytes = exchange->request;
	return exchange->request_size;
}

/* The request has left the line: all waits for the answer begin. */
static void await(struct exchange *exchange, int64_t sent_at)
{
	exchange->sent_at = sent_at;
	exchange->last_at = later(exchange->last_at, sent_at);
	exchange->window_end = sent_at + exchange_rules_window(exchange);
	exchange->listen_end = exchange_rules_listen(exchange);
	exchange->deadline = exchange->window_end;
}

void exchange_sent(struct exchange *exchange, int64_t now)
{
	if (exchange->state != EXCHANGE_STATE_SENDING) {
		return;
	}
	int64_t sent_at = now + timing_bytes(&exchange->pace, exchange->request_size);
	exchange->drain_end = sent_at + EXCHANGE_STALL_MAX;
	exchange_end_enter(exchange,
			exchange->expects == 0 ? EXCHANGE_STATE_HOLD : EXCHANGE_STATE_WAIT,
			EXCHANGE_NEVER);
	await(exchange, sent_at);
	/* A fast line may have answered while the last bytes were still being handed over. */
	if (exchange->expects != 0) {
		exchange_input_judge(exchange, link_feed(&exchange->link, NULL, 0, 0), now);
	}
}

void exchange_unsent(struct exchange *exchange, size_t bytes, int64_t now)
{
	bool waits = exchange->state == EXCHANGE_STATE_WAIT ||
				 exchange->state == EXCHANGE_STATE_HOLD;
	if (!waits || bytes == 0) {
		return;
	}
	if (now >= exchange->drain_end) {
		exchange_end_silent(exchange, EXCHANGE_TROUBLE_STALL, now);
		return;
	}
	await(exchange, now + timing_bytes(&exchange->pace, bytes));
}

void exchange_tick(struct exchange *exchange, int64_t now)
{
	if (now < exchange->deadline) {
		return;
	}
	switch (exchange->state) {
	case EXCHANGE_STATE_REST:
		exchange_end_enter(exchange, EXCHANGE_STATE_SEND, EXCHANGE_NEVER);
		break;
	case EXCHANGE_STATE_WAIT:
	case EXCHANGE_STATE_RECEIVE:
		exchange_input_over(exchange, now);
		break;
	case EXCHANGE_STATE_SETTLE:
		exchange_input_settled(exchange, now);
		break;
	case EXCHANGE_STATE_DRAIN:
		exchange_end_drained(exchange, now);
		break;
	case EXCHANGE_STATE_HOLD:
		exchange->counters->broadcasts++;
		exchange_end_finish(exchange, EXCHANGE_SENT, now);
		break;
	case EXCHANGE_STATE_SENDING:
		exchange_end_silent(exchange, EXCHANGE_TROUBLE_STALL, now);
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

size_t exchange_awaited(const struct exchange *exchange)
{
	return exchange->hush_until > 0 ? exchange->link.missing : 1;
}

bool exchange_busy(const struct exchange *exchange)
{
	return exchange->state != EXCHANGE_STATE_IDLE;
}

/* True while a request has been sent of which no counter has the outcome yet. */
static bool is_uncounted(const struct exchange *exchange)
{
	return exchange->state >= EXCHANGE_STATE_SENDING;
}

void exchange_abort(struct exchange *exchange, int64_t now)
{
	exchange->counters->aborted += is_uncounted(exchange);
	/* The request may still be leaving. */
	int64_t quiet = later(now, exchange->last_at);
	exchange_end_finish(exchange, EXCHANGE_BAD, quiet + timing_answer(&exchange->pace));
}
