/* SPDX-License-Identifier: MIT */
/* How a try of an exchange ends, and what is learned and kept from it. */
#include <metergate/plugin.h>

#include "link/bus_counters.h"
#include "link/exchange_private.h"

/* A converter that sees too much current makes a break for so long (EN 13757-2), µs. */
#define BREAK_TIME 50000
/* Garbage that comes so often in a row, byte for byte, is no noise. */
#define SAME_MAX 3
/* So many more silent tries in a row are borne of a slave that was heard. */
#define SILENCES_MORE 2
/* Nor is what does not even look like a frame so often, and every other time. */
#define SHAPELESS_MAX 8
/* Garbage that is shorter may be noise before the answer; no frame with data is. */
#define FRAME_LEAST 9

/* A damaged answer makes the line a disturbed one for so many good ones. */
#define NOISY 32

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void exchange_end_enter(
		struct exchange *exchange, enum exchange_state state, int64_t deadline)
{
	exchange->state = state;
	exchange->deadline = deadline;
	exchange->hush_until = 0;
}

void exchange_end_finish(
		struct exchange *exchange, enum exchange_outcome outcome, int64_t rest_until)
{
	exchange->stale_acks = exchange->owed = 0;
	if (exchange->any_silent && (exchange->expects & EXCHANGE_EXPECT_ACK) &&
			!(exchange->expects & EXCHANGE_EXPECT_DATA)) {
		exchange->stale_acks = exchange->sends - (outcome == EXCHANGE_ACK);
		/* Of a single request it may be the slave that is late. */
		exchange->owed = exchange->sends > 1 ? exchange->stale_acks : 0;
		exchange->stale_since = exchange->waited_at;
	}
	exchange->outcome = outcome;
	exchange->rest_until = rest_until;
	exchange_end_enter(exchange, EXCHANGE_STATE_IDLE, EXCHANGE_NEVER);
}

void exchange_end_forget_late(struct exchange *exchange, int64_t now)
{
	if (now - exchange->sent_at > LATENCY_MOST) {
		exchange->stale_acks = exchange->owed = 0;
	}
}

/* When all of them have come, nothing is left to doubt: the last one answers the last
   request. */
void exchange_end_late_ack(struct exchange *exchange, int64_t now)
{
	exchange->owed--;
	exchange->stale_acks -= exchange->stale_acks > 0;
	exchange->strays++;
	if (exchange->owed == 0) {
		latency_prove(&exchange->latency,
				now - timing_bytes(&exchange->pace, 1) - exchange->sent_at,
				timing_bits(&exchange->pace, EXCHANGE_START_BITS));
	}
}

/* Noise spoils this byte and that; when several meters speak at once, or at another
   speed, nothing looks like a frame, or always the same comes. */
static bool is_noise(const struct exchange *exchange)
{
	/* Of a damaged parity bit nothing is seen in the byte. */
	unsigned most = exchange->link.rx_flags != 0 ? 2 * SAME_MAX : SAME_MAX;
	bool shapeless = exchange->shapeless >= SHAPELESS_MAX &&
					 2 * exchange->shapeless >= exchange->sends;
	return exchange->same < most && !shapeless;
}

/* A slave that has answered to a try before this one is there; only requests get lost. On
   a disturbed line that goes for one, too, that has answered to an earlier request. */
static unsigned silences_most(const struct exchange *exchange)
{
	const struct latency *slave = exchange->ask.slave;
	bool known = exchange->noisy > 0 && exchange->tries > 1 && slave != NULL &&
				 slave->count > 0;
	bool heard = known || exchange->sends > exchange->silences;
	return exchange->tries + (heard ? SILENCES_MORE : 0);
}

static void send_again(struct exchange *exchange, int64_t rest, int64_t now)
{
	exchange->drain_end = rest + timing_drain(&exchange->pace);
	if (rest > now) {
		exchange_end_enter(exchange, EXCHANGE_STATE_REST, rest);
	} else {
		exchange_end_enter(exchange, EXCHANGE_STATE_SEND, EXCHANGE_NEVER);
	}
}

/* After a failed try the line is quiet, unless the echo of the request, or noise that is
   nothing, came when the wait for the answer was nearly over. */
static void try_over(struct exchange *exchange, int64_t now)
{
	int64_t rest = later(now, exchange->last_at + timing_rest_failed(&exchange->pace));
	if (exchange->sends < exchange->most &&
			exchange->silences < silences_most(exchange) && is_noise(exchange)) {
		send_again(exchange, rest, now);
		return;
	}
	bool silent = exchange->failure.trouble == EXCHANGE_TROUBLE_SILENCE;
	if (silent && exchange->ask.slave != NULL && exchange->ask.slave->count > 0) {
		latency_missed(&exchange->latency);
	}
	exchange_end_finish(exchange, silent ? EXCHANGE_SILENT : EXCHANGE_BAD, rest);
}

/* A silent wait contains the 33 bits that the line has to rest. */
void exchange_end_silent(
		struct exchange *exchange, enum exchange_trouble trouble, int64_t now)
{
	exchange->counters->timeouts++;
	exchange->broken_at = 0;
	if (!exchange->any_silent) {
		exchange->waited_at = exchange->sent_at;
	}
	exchange->any_silent = true;
	exchange->patient = true;
	exchange->silences++;
	exchange->same = 0;
	if (exchange->failure.trouble == EXCHANGE_TROUBLE_NONE ||
			trouble != EXCHANGE_TROUBLE_SILENCE) {
		exchange->failure.trouble = trouble;
	}
	try_over(exchange, now);
}

int64_t exchange_end_quiet(const struct exchange *exchange, uint32_t rx_flags)
{
	int64_t gap = exchange_rules_gap(exchange);
	if (rx_flags & MG_RX_BREAK) {
		gap = later(gap, BREAK_TIME + timing_rest_failed(&exchange->pace));
	}
	return gap;
}

/* How long (µs) the line must stay quiet before the next try. A frame ends by its length;
   after one that was cut the line has been quiet already. */
static int64_t rest_of(const struct exchange *exchange)
{
	const struct link *link = &exchange->link;
	switch (exchange->failure.trouble) {
	case EXCHANGE_TROUBLE_CUT:
		return 0;
	case EXCHANGE_TROUBLE_FRAME:
	case EXCHANGE_TROUBLE_LINE:
		return link->ended ? exchange_rules_rest(exchange)
						   : exchange_end_quiet(exchange, link->rx_flags);
	default:
		return link->surplus == 0 ? timing_rest_failed(&exchange->pace)
								  : exchange_end_quiet(exchange, link->rx_flags);
	}
}

static int64_t drained_at(const struct exchange *exchange, int64_t now)
{
	const struct link *link = &exchange->link;
	int64_t until = now + rest_of(exchange);
	if (link->hunting && link->size + link->skipped < FRAME_LEAST) {
		until = later(until, exchange->window_end);
	}
	return later(until, exchange->listen_end);
}

void exchange_end_learn_pause(struct exchange *exchange, int64_t now)
{
	if (exchange->broken_at == 0) {
		return;
	}
	int64_t pause = now - exchange->broken_at - timing_bytes(&exchange->pace, 1);
	if (pause >= exchange->timing->latency) {
		exchange->broken_at = 0;
		return;
	}
	exchange->broken_at = now;
	latency_vary(&exchange->latency, pause);
}

void exchange_end_bad(
		struct exchange *exchange, enum exchange_trouble trouble, int64_t now)
{
	const struct link *link = &exchange->link;
	/* What began before anybody can have answered this request. */
	if (exchange->first_at >= 0 && exchange->first_at < exchange->sent_at) {
		exchange_end_learn_pause(exchange, exchange->came_at);
	}
	if (!exchange->any_silent) {
		latency_heard(&exchange->latency);
	}
	/* Either it was not late, and the request before it was lost; or it answers that one,
	   and was spoiled by the repeat, since the master does not hear while it sends. */
	if (exchange->any_silent && exchange->first_at >= 0) {
		exchange->spoiled =
				later(exchange->spoiled, exchange->first_at - exchange->waited_at);
	}
	exchange->silences = 0;
	exchange->any_silent = false;
	exchange->patient = trouble == EXCHANGE_TROUBLE_CUT;
	exchange->failure = (struct exchange_failure){
		.trouble = trouble,
		.fault = link->fault,
		.rx_flags = link->rx_flags,
		.received = link->size + link->skipped,
		.missing = link->missing,
		.first = exchange->heard_size > 0 ? exchange->heard[0] : 0,
		.c = link->frame.c,
		.a = link->frame.a,
	};
	exchange->noisy = NOISY;
	exchange->drain_end = now + timing_drain(&exchange->pace);
	exchange_end_enter(exchange, EXCHANGE_STATE_DRAIN, drained_at(exchange, now));
}

/* A frame that said how long it is, and was as long, or has lost some bytes. */
static bool has_shape(const struct exchange *exchange)
{
	const struct exchange_failure *failure = &exchange->failure;
	return exchange->link.ended || exchange->link.length > 0 ||
		   (failure->trouble == EXCHANGE_TROUBLE_CUT && failure->first == 0x68);
}

void exchange_end_drained(struct exchange *exchange, int64_t now)
{
	exchange->shapeless += !has_shape(exchange);
	exchange->same = exchange->print == exchange->print_before ? exchange->same + 1 : 1;
	exchange->print_before = exchange->print;
	exchange->broken_at = exchange->came_at;
	/* Bytes that come at once show that the way delivers in blocks, also in garbage. */
	if (exchange->pieces > 1) {
		latency_vary(&exchange->latency, exchange->held_most);
	}
	if (exchange->failure.trouble == EXCHANGE_TROUBLE_ADDRESS) {
		exchange->counters->wrong_address++;
	} else {
		exchange->counters->bad_frames++;
	}
	try_over(exchange, now);
}

/* After a silent try nobody knows which of the requests was answered. When the delay is
   counted from the first one it is too long if that was lost on the way; so it is
   believed only when nothing else is known, or when it happens again and again. */
static void learn_late(struct exchange *exchange, int64_t least)
{
	struct latency *slave = exchange->ask.slave;
	int64_t delay = exchange->first_at - exchange->waited_at;
	latency_late(&exchange->latency, delay, least);
	if (slave != NULL && slave->count == 0) {
		latency_note(slave, delay, least);
	} else if (slave != NULL) {
		latency_late(slave, delay, least);
	}
}

/* A converter that hands on whole telegrams holds back the first byte for all others. */
static void learn_bulk(struct exchange *exchange)
{
	exchange->bulk = exchange->pieces == 1 ? later(exchange->bulk, exchange->held) : 0;
}

static void learn(struct exchange *exchange)
{
	struct latency *slave = exchange->ask.slave;
	int64_t least = timing_bits(&exchange->pace, EXCHANGE_START_BITS);
	int64_t delay = exchange_delay(exchange);
	if (exchange->first_at < 0 || exchange->link.skipped > 0) {
		return;
	}
	if (exchange->any_silent) {
		learn_late(exchange, least);
		return;
	}
	/* Later than its first try was ready to wait: the way has changed. */
	if (exchange->spoiled > 0 && 2 * delay > exchange->spoiled) {
		latency_late(&exchange->latency, delay, least);
	} else {
		latency_note(&exchange->latency, delay, least);
	}
	if (exchange->pieces > 1) {
		latency_vary(&exchange->latency, exchange->lag_most - exchange->lag_least);
		latency_vary(&exchange->latency, exchange->gap_most);
	}
	if (slave != NULL) {
		latency_note(slave, delay, least);
		latency_vary(slave, exchange->held);
		latency_vary(&exchange->latency, latency_spread(slave));
	}
}

/* The answer to another try may be on its way: it must not be taken for the next. It is
   as late as this one, when this was the answer to the first try. */
static int64_t stragglers_over(const struct exchange *exchange)
{
	struct timing pace = exchange->pace;
	pace.latency = latency_allowance(&exchange->latency);
	if (!exchange->any_silent) {
		return 0;
	}
	return exchange->sent_at +
		   later(timing_answer(&pace),
				   timing_arrival(&pace, exchange->first_at - exchange->waited_at));
}

void exchange_end_good(
		struct exchange *exchange, enum exchange_outcome outcome, int64_t now)
{
	/* An ACK has had its rest already. */
	int64_t pause = outcome == EXCHANGE_DATA ? timing_rest(&exchange->pace) : 0;
	int64_t until = later(now + pause, stragglers_over(exchange));
	exchange->counters->answers++;
	exchange->broken_at = 0;
	exchange->noisy -= exchange->noisy > 0;
	exchange->failure = (struct exchange_failure){ 0 };
	if (outcome == EXCHANGE_DATA) {
		learn_bulk(exchange);
	}
	learn(exchange);
	exchange_end_finish(exchange, outcome, until);
}
