/* SPDX-License-Identifier: MIT */
/* What answers a request, and how long it may take: the rules of an exchange. */
#include "link/exchange_private.h"

#define C_RSP_SKE 0x0B
#define SHORT_START 0x10
/* So many pieces of an answer show how large they are. */
#define PIECES_ENOUGH 4
/* There and back over a mobile network, µs. */
#define WAY_PATIENCE 1300000

/* To 253 and 254 a slave answers with its own address, or with 253 when it has none. */
static bool address_fits(const struct exchange *exchange, uint8_t address)
{
	if (exchange->address == MG_A_BROADCAST_REPLY || exchange->address == MG_A_SELECTED ||
			exchange->ask.any_address) {
		return address <= MG_A_PRIMARY_LAST || address == MG_A_SELECTED;
	}
	return address == exchange->address;
}

/* What an answer with this C field is, whatever ACD and DFC say; 0: none. */
static unsigned kind_of(const struct mg_frame *frame)
{
	uint8_t c = (uint8_t)(frame->c & ~(MG_C_ACD | MG_C_DFC));
	if (frame->type == MG_FRAME_LONG) {
		return c == MG_C_RSP_UD ? EXCHANGE_EXPECT_DATA : 0;
	}
	return c == C_RSP_SKE ? EXCHANGE_EXPECT_STATUS : 0;
}

static enum exchange_trouble judge_single(const struct exchange *exchange)
{
	const struct link *link = &exchange->link;
	if (link->frame.type == MG_FRAME_NACK || !(exchange->expects & EXCHANGE_EXPECT_ACK)) {
		return EXCHANGE_TROUBLE_KIND;
	}
	return link->surplus > 0 ? EXCHANGE_TROUBLE_CROWD : EXCHANGE_TROUBLE_NONE;
}

/* An ACK is no answer to REQ_UD2: data may follow behind one. But to a search, which asks
   whoever may answer, it tells of one more slave. */
bool exchange_rules_ack_is_stray(const struct exchange *exchange)
{
	bool asks_data = exchange->link.sent_size > 1 &&
					 exchange->request[0] == SHORT_START &&
					 (exchange->request[1] & ~(MG_C_FCB)) == MG_C_REQ_UD2;
	return exchange->stale_acks > 0 || (asks_data && !exchange->ask.ack_answers);
}

enum exchange_trouble exchange_rules_judge(const struct exchange *exchange)
{
	const struct mg_frame *frame = &exchange->link.frame;
	if (frame->type == MG_FRAME_ACK || frame->type == MG_FRAME_NACK) {
		return judge_single(exchange);
	}
	unsigned kind = kind_of(frame);
	if (kind == 0) {
		return EXCHANGE_TROUBLE_C;
	}
	if (!address_fits(exchange, frame->a)) {
		return EXCHANGE_TROUBLE_ADDRESS;
	}
	return exchange->expects & kind ? EXCHANGE_TROUBLE_NONE : EXCHANGE_TROUBLE_KIND;
}

enum exchange_trouble exchange_rules_garbage(const struct exchange *exchange)
{
	return exchange->link.rx_flags != 0 ? EXCHANGE_TROUBLE_LINE : EXCHANGE_TROUBLE_FRAME;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* On a disturbed line a slave that always answers in time has not heard a request that it
   leaves unanswered. That is believed once in a row: then the window is the full one. */
static int64_t early_window(const struct exchange *exchange)
{
	const struct exchange_ask *ask = &exchange->ask;
	bool may = exchange->noisy > 0 && exchange->silences == 0 && exchange->spoiled == 0 &&
			   ask->slave != NULL && (ask->expects & EXCHANGE_EXPECT_DATA) != 0 &&
			   ask->listen == 0;
	int64_t slowest = may ? latency_steady(ask->slave) : 0;
	if (slowest == 0) {
		return 0;
	}
	int64_t begin = timing_bits(&exchange->pace, EXCHANGE_START_BITS) + slowest;
	return later(
			timing_arrival(&exchange->pace, begin), timing_rest_failed(&exchange->pace));
}

/* How long the last try waits at least. Nobody knows yet how long a way is on which
   nothing has ever been answered. */
static int64_t patience(const struct exchange *exchange)
{
	const struct latency *way = &exchange->latency;
	bool unknown = way->count == 0 && !way->fixed && exchange->tries > 1;
	return later(exchange->ask.patience, unknown ? WAY_PATIENCE : 0);
}

/* Until the first byte of an answer is here that begins `window` behind the request. */
static int64_t arrival(const struct exchange *exchange, int64_t window)
{
	bool data = (exchange->expects & EXCHANGE_EXPECT_DATA) && !exchange->timing->fixed;
	return timing_arrival(&exchange->pace, window) + (data ? exchange->bulk : 0);
}

int64_t exchange_rules_window(const struct exchange *exchange)
{
	const struct exchange_ask *ask = &exchange->ask;
	if (ask->window > 0) {
		return arrival(exchange, ask->window);
	}
	int64_t window = arrival(exchange, timing_window(&exchange->pace));
	if (ask->slave != NULL) {
		window = later(window, arrival(exchange, 0) + latency_slowest(ask->slave));
	}
	if (exchange->spoiled > 0) {
		int64_t begin = exchange->spoiled + exchange->spoiled / 4;
		window = later(window, arrival(exchange, begin));
	}
	int64_t early = early_window(exchange);
	if (early > 0 && early < window) {
		return early;
	}
	bool last = exchange->silences + 1 >= exchange->tries;
	return last && exchange->failure.trouble <= EXCHANGE_TROUBLE_SILENCE
				   ? later(window, patience(exchange))
				   : window;
}

/* A way that may deliver in blocks, for all that is known, gets time for one, until some
   bytes have come. */
int64_t exchange_rules_gap(const struct exchange *exchange)
{
	struct timing pace = exchange->pace;
	if (latency_variation(&exchange->latency) < 0) {
		pace.latency += exchange->pieces < PIECES_ENOUGH ? exchange->timing->latency
														 : exchange->held_most;
	}
	return timing_gap(&pace);
}

int64_t exchange_rules_rest(const struct exchange *exchange)
{
	int64_t rest = timing_rest_failed(&exchange->pace);
	int64_t variation = latency_variation(&exchange->latency);
	int64_t block = variation + LATENCY_LEAST + timing_bytes(&exchange->pace, 1);
	return variation > 0 ? later(rest, block) : rest;
}

int64_t exchange_rules_listen(const struct exchange *exchange)
{
	const struct exchange_ask *ask = &exchange->ask;
	if (ask->listen == 0) {
		return 0;
	}
	int64_t window = ask->listen > 0 ? ask->listen : timing_window(&exchange->pace);
	return exchange->sent_at + timing_arrival(&exchange->pace, window);
}
