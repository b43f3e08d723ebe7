/* SPDX-License-Identifier: MIT */
/* What answers a request, and how long it may take: the rules of an exchange. */
#include "bus/exchange_private.h"

#define C_RSP_SKE 0x0B

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

int64_t exchange_rules_window(const struct exchange *exchange)
{
	const struct exchange_ask *ask = &exchange->ask;
	if (ask->window > 0) {
		return timing_arrival(&exchange->pace, ask->window);
	}
	int64_t window = timing_answer(&exchange->pace);
	if (ask->slave != NULL) {
		window = later(
				window, timing_arrival(&exchange->pace, 0) + latency_slowest(ask->slave));
	}
	if (exchange->spoiled > 0) {
		int64_t begin = exchange->spoiled + exchange->spoiled / 4;
		window = later(window, timing_arrival(&exchange->pace, begin));
	}
	int64_t early = early_window(exchange);
	if (early > 0 && early < window) {
		return early;
	}
	bool last = exchange->silences + 1 >= exchange->tries;
	return last && exchange->failure.trouble <= EXCHANGE_TROUBLE_SILENCE
				   ? later(window, ask->patience)
				   : window;
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
