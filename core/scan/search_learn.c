/* SPDX-License-Identifier: MIT */
/* What a search learns of the line and its meters, and what it asks for that. */
#include "link/latency.h"
#include "scan/search_private.h"

/* What the first selection waits beyond the standard's window, µs: meters that answer
   later than they may show then. What is allowed for a transport that nobody measured
   yet is as much. */
#define ROOT_BEYOND 150000
/* Sends of the first selection before the bus is believed to be empty. */
#define ROOT_SENDS 6
/* The same of a mask that was answered before. */
#define CHECK_SENDS 4
/* What is added to the slowest answer to come to a window for all: a quarter, and at
   least so many bits. */
#define MARGIN_PART 4
#define MARGIN_BITS 22
/* What is allowed for a transport that nobody measured yet, µs. */
#define HASTY_ALLOWANCE 20000
#define JITTER_BITS 2
#define START_BITS 11 /* between a request and its answer, at least */

static bool knows_way(const struct search *search)
{
	return search->scan->exchange->timing->fixed || search->way >= 0;
}

int64_t search_learn_allowance(const struct search *search)
{
	if (search->scan->exchange->timing->fixed || search->way < 0) {
		return 0;
	}
	int64_t learned = LATENCY_LEAST + search->way;
	int64_t usual = search->scan->exchange->timing->latency;
	return learned < usual ? learned : usual;
}

int64_t search_learn_hasty(const struct search *search)
{
	return !knows_way(search) ? HASTY_ALLOWANCE : search_learn_allowance(search);
}

static int64_t with_margin(const struct search *search, int64_t longest)
{
	int64_t least = timing_bits(search->scan->exchange->timing, MARGIN_BITS);
	int64_t part = longest / MARGIN_PART;
	return longest + (part > least ? part : least);
}

/* As long as the slowest meter takes; 0 when that saves nothing. */
static int64_t hurry_of(const struct search *search)
{
	int64_t hurry = with_margin(search, search->longest);
	return hurry < timing_window(search->scan->exchange->timing) ? hurry : 0;
}

static bool is_fast(const struct search *search)
{
	bool exact = search->depth > 0 && search->stack[search->depth - 1].exact;
	return search->scan->order.fast && !exact && search->longest > 0 &&
		   search->phase != SEARCH_ROOT;
}

/* What is odd is either damage or a meter that is hard to find: ask well. */
static bool checks(const struct search *search)
{
	return search->visiting &&
		   (search->reason == SEARCH_FOR_CHECK || search->visit.let_go);
}

unsigned search_learn_sends(const struct search *search)
{
	unsigned sends = 1 + search->scan->order.repeats;
	unsigned needed = search_noise_sends(&search->noise, search->scan->count);
	sends = sends > needed ? sends : needed;
	unsigned least = search->phase == SEARCH_ROOT ? ROOT_SENDS : 1;
	least = checks(search) ? CHECK_SENDS : least;
	return sends > least ? sends : least;
}

struct search_plan search_learn_plan(const struct search *search)
{
	struct search_plan plan = {
		.fast = is_fast(search),
		.noisy = search_noise_seen(&search->noise) || checks(search),
		.damages = search_noise_seen(&search->noise),
		.sends = search_learn_sends(search),
		.window = search->late,
		.late = search->late,
	};
	if (search->phase == SEARCH_ROOT) {
		plan.window = plan.listen = timing_window(search->scan->exchange->timing) +
									(knows_way(search) ? ROOT_BEYOND : 0);
	} else if (plan.fast) {
		plan.window = plan.listen = with_margin(search, search->longest);
	} else if (plan.noisy && search->heard_out && search->depth > 1) {
		/* A slow meter may have missed the whole mask; by now it had a second chance. */
		plan.hurry = hurry_of(search);
	}
	return plan;
}

enum exchange_outcome search_learn_outcome(const struct search *search)
{
	const struct exchange *exchange = search->scan->exchange;
	size_t usual = exchange->outcome == EXCHANGE_ACK ? 1 : 0;
	bool more =
			(exchange->outcome == EXCHANGE_ACK || exchange->outcome == EXCHANGE_SILENT) &&
			exchange->heard_size > usual;
	return more && search->hushed ? EXCHANGE_BAD : exchange->outcome;
}

static bool selects(enum search_step step)
{
	return step == SEARCH_STEP_SELECT || step == SEARCH_STEP_EXACT ||
		   step == SEARCH_STEP_RECHECK;
}

/* What the way to the line and back may add to an answer. */
static int64_t way_of(const struct search *search)
{
	int64_t learned = search_learn_allowance(search);
	return learned > 0 ? learned : search->scan->exchange->timing->latency;
}

/* Answers that come later than they may, as far as the way to the line is known. */
static void learn_late(struct search *search)
{
	const struct timing *timing = search->scan->exchange->timing;
	if (knows_way(search) && search->longest > timing_window(timing) + way_of(search)) {
		search->late = with_margin(search, search->longest);
	}
}

/* How fast, and how slowly, the meters of this bus answer. */
static void learn_delay(struct search *search, enum search_step step)
{
	const struct exchange *exchange = search->scan->exchange;
	int64_t delay = exchange_delay(exchange);
	if (exchange->heard_size == 0) {
		return;
	}
	if (delay >= 0 && exchange->outcome != EXCHANGE_BAD) {
		int64_t way = delay - timing_bits(search->scan->exchange->timing, START_BITS);
		way = way > 0 ? way : 0;
		search->way = search->way < 0 || way < search->way ? way : search->way;
	}
	if (selects(step)) {
		int64_t last = exchange->last_at - exchange->sent_at -
					   timing_bytes(search->scan->exchange->timing, 1);
		delay = last > delay ? last : delay;
		search->longest = delay > search->longest ? delay : search->longest;
	}
	learn_late(search);
}

bool search_learn_in_step(const struct search *search)
{
	const struct timing *timing = search->scan->exchange->timing;
	int64_t least = search->way + timing_bits(timing, START_BITS);
	return search->way >= 0 && !search->jittery &&
		   search->longest - least < timing_bits(timing, JITTER_BITS);
}

void search_learn_hush(struct search *search)
{
	const struct exchange *exchange = search->scan->exchange;
	search->hushed = search->hushed ||
					 (exchange->outcome == EXCHANGE_SILENT && exchange->heard_size == 0);
}

/* A meter that takes now more, now less time may hide behind another one by chance: then
   all have to be heard out before anybody is read. */
static void learn_jitter(struct search *search, enum search_step step)
{
	const struct search_visit *visit = &search->visit;
	int64_t change = exchange_delay(search->scan->exchange) - visit->delay;
	bool same = step == SEARCH_STEP_EXACT || step == SEARCH_STEP_RECHECK;
	if (!same || visit->delay < 0 || search->scan->exchange->outcome != EXCHANGE_ACK) {
		return;
	}
	change = change < 0 ? -change : change;
	search->jittery = search->jittery ||
					  change > timing_bits(search->scan->exchange->timing, JITTER_BITS);
}

static void learn_parity(struct search *search, enum search_step step)
{
	const struct exchange *exchange = search->scan->exchange;
	if (step == SEARCH_STEP_READ && exchange->outcome == EXCHANGE_BAD) {
		search->parity =
				search->parity || (exchange->failure.rx_flags & MG_RX_PARITY) != 0;
	}
}

/* Slower meters that were selected, too, may still answer, and a meter is deaf while it
   does: what comes next must not be missed by them. */
static void be_quiet(
		struct search *search, enum search_step step, enum exchange_outcome outcome)
{
	const struct exchange *exchange = search->scan->exchange;
	int64_t window = search_learn_plan(search).window;
	window = window > 0 ? window : timing_window(search->scan->exchange->timing);
	if (outcome == EXCHANGE_BAD || step == SEARCH_STEP_READ ||
			step == SEARCH_STEP_PROVE) {
		search->quiet_until = exchange->sent_at + window + way_of(search) +
							  timing_bits(search->scan->exchange->timing, START_BITS);
	}
}

void search_learn(
		struct search *search, enum search_step step, enum exchange_outcome outcome)
{
	learn_delay(search, step);
	learn_jitter(search, step);
	learn_parity(search, step);
	be_quiet(search, step, outcome);
	search->selected = step != SEARCH_STEP_DESELECT &&
					   (search->selected || outcome != EXCHANGE_SILENT);
}
