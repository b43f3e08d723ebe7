/* SPDX-License-Identifier: MIT */
/* The search for secondary addresses with wildcards, at one speed. */
#include <stdlib.h>
#ifdef TRACE
#include <stdio.h>
#endif
#include <string.h>

#include "bus/latency.h"
#include "bus/search_private.h"
#include "bus/search_token.h"

/* Standard windows that the first selection waits: meters that answer later than they
   may show then. */
#define ROOT_WINDOWS 2
/* Sends of the first selection before the bus is believed to be empty. */
#define ROOT_SENDS 6
/* And how many of them wait so long. */
#define ROOT_LONG_SENDS 2
/* The same of a mask that was answered before. */
#define CHECK_SENDS 4
/* What is added to the slowest answer to come to a window for all: a quarter, and at
   least so many bits. */
#define MARGIN_PART 4
#define MARGIN_BITS 22
/* What is allowed for a transport that nobody measured yet, µs. */
#define HASTY_ALLOWANCE 20000
#define JITTER_BITS 2
/* Sums of telegrams with parity errors, until the transport is believed to tell them. */
#define PARITY_SURE 2
#define START_BITS 11 /* between a request and its answer, at least */

struct search *search_create(struct scan *scan, const char *resume)
{
	struct search *search = calloc(1, sizeof(*search));
	if (search == NULL) {
		return NULL;
	}
	search->scan = scan;
	search->way = -1;
	search->begun = -1;
	if (resume != NULL && !search_token_read(search, resume)) {
		search_destroy(search);
		return NULL;
	}
	return search;
}

void search_destroy(struct search *search)
{
	if (search != NULL) {
		free(search->silent);
		free(search);
	}
}

void search_begin_visit(
		struct search *search, enum search_reason reason, const struct search_mask *mask)
{
	search->visiting = true;
	search->reason = reason;
	search_visit_begin(&search->visit, mask);
	if (search->clinging && search->selected) {
		search->visit.step = SEARCH_STEP_DESELECT;
		search->visit.calm = true;
	}
}

static const struct timing *timing_of(const struct search *search)
{
	return search->scan->exchange->timing;
}

static int64_t with_margin(const struct search *search, int64_t longest)
{
	int64_t least = timing_bits(timing_of(search), MARGIN_BITS);
	int64_t part = longest / MARGIN_PART;
	return longest + (part > least ? part : least);
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

static unsigned sends_of(const struct search *search)
{
	unsigned sends = 1 + search->scan->order.repeats;
	unsigned needed = search_noise_sends(&search->noise, search->scan->count);
	sends = sends > needed ? sends : needed;
	unsigned least = search->phase == SEARCH_ROOT ? ROOT_SENDS : 1;
	least = checks(search) ? CHECK_SENDS : least;
	return sends > least ? sends : least;
}

static struct search_plan plan_of(const struct search *search)
{
	struct search_plan plan = {
		.fast = is_fast(search),
		.noisy = search_noise_seen(&search->noise) || checks(search),
		.sends = sends_of(search),
		.window = search->late,
	};
	if (search->phase == SEARCH_ROOT) {
		unsigned windows = search->visit.sent < ROOT_LONG_SENDS ? ROOT_WINDOWS : 1;
		plan.window = plan.listen = windows * timing_window(timing_of(search));
	} else if (plan.fast) {
		plan.window = plan.listen = with_margin(search, search->longest);
	} else if (plan.noisy && search->longest > 0) {
		plan.hurry = with_margin(search, search->longest);
	}
	return plan;
}

/* What to allow for the transport. While the exchange learns that is much; the fastest
   answer shows that less will do, since it contains the delay of its slave. */
static int64_t allowance(const struct search *search)
{
	const struct exchange *exchange = search->scan->exchange;
	if (timing_of(search)->fixed || search->way < 0) {
		return 0;
	}
	int64_t learned = LATENCY_LEAST + search->way;
	int64_t usual = timing_of(search)->latency;
	(void)exchange;
	return learned < usual ? learned : usual;
}

/* The same where an answer does not matter. */
static int64_t hasty(const struct search *search)
{
	bool learns = !timing_of(search)->fixed && search->way < 0;
	return learns ? HASTY_ALLOWANCE : allowance(search);
}

static enum task_next ask_reset(struct search *search, uint8_t address, int64_t now)
{
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = address
	};
	const struct exchange_ask ask = {
		.frame = &frame,
		.expects = address == MG_A_BROADCAST ? 0 : EXCHANGE_EXPECT_ACK,
		.latency = hasty(search),
	};
	exchange_begin(search->scan->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static enum task_next ask_visit(struct search *search, int64_t now)
{
	struct mg_frame frame;
	struct exchange_ask ask;
	uint8_t data[SEARCH_MASK_BYTES];
	struct search_plan plan = plan_of(search);
	int64_t wake = search->visit.wake > search->quiet_until ? search->visit.wake
															: search->quiet_until;
	if (now < wake) {
		search->scan->task.wake = wake;
		return TASK_WAIT;
	}
	search_visit_ask(&search->visit, &plan, &frame, data, &ask);
	ask.latency = allowance(search);
	exchange_begin(search->scan->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static bool is_in_order(const struct search *search, const struct mg_identity *known)
{
	return mg_identity_match(&search->scan->order.mask, known);
}

/* The next known meter; false when all were asked. */
static bool next_known(struct search *search)
{
	const struct scan_order *order = &search->scan->order;
	for (; search->at < order->known_count; search->at++) {
		const struct mg_identity *known = &order->known[search->at];
		if (is_in_order(search, known)) {
			struct search_mask mask = search_mask_of(known);
			search_begin_visit(search, SEARCH_FOR_KNOWN, &mask);
			search->visit.step = SEARCH_STEP_EXACT;
			search->visit.candidate = *known;
			search->visit.whole = true;
			return true;
		}
	}
	return false;
}

/* The next silent mask that was asked too seldom for the line as it proved to be. */
static bool next_silent(struct search *search)
{
	unsigned sends = sends_of(search);
	for (; search->at < search->silent_count; search->at++) {
		const struct search_silent *silent = &search->silent[search->at];
		if (silent->sends < sends) {
			search_begin_visit(search, SEARCH_FOR_SILENT, &silent->mask);
			search->visit.sent = silent->sends;
			search->visit.whole = true;
			return true;
		}
	}
	return false;
}

/* Begins the next visit. False when the phase has no more of them. */
static bool next_in_phase(struct search *search)
{
	switch (search->phase) {
	case SEARCH_KNOWN:
		return next_known(search);
	case SEARCH_ROOT: {
		struct search_mask mask = search_mask_of(&search->scan->order.mask);
		search_begin_visit(search, SEARCH_FOR_ROOT, &mask);
		search->visit.whole = true;
		/* A bus has more than one meter; what they answer all at once is no help. */
		search->visit.presume = mask.identity.id == UINT32_MAX;
		return true;
	}
	case SEARCH_TREE:
		return search_tree_next(search);
	case SEARCH_AGAIN:
		return search_tree_next(search) || next_silent(search);
	default:
		return false;
	}
}

static void enter(struct search *search, enum search_phase phase)
{
	search->phase = phase;
	search->at = 0;
	if (phase == SEARCH_ROOT && search->scan->order.known_only) {
		search->phase = SEARCH_OVER;
	} else if (phase == SEARCH_ROOT && search->depth > 0) {
		search->phase = SEARCH_TREE;
	}
}

enum task_next search_ask(struct search *search, int64_t now)
{
	search->begun = search->begun < 0 ? now : search->begun;
	for (;;) {
		if (search->visiting) {
			return ask_visit(search, now);
		}
		switch (search->phase) {
		case SEARCH_RESET_SELECTED:
			return ask_reset(search, MG_A_SELECTED, now);
		case SEARCH_RESET_ALL:
			return ask_reset(search, MG_A_BROADCAST, now);
		case SEARCH_OVER:
			return TASK_OVER;
		default:
			if (!next_in_phase(search)) {
				enter(search, search->phase + 1);
			}
		}
	}
}

static bool is_selection(enum search_step step)
{
	return step == SEARCH_STEP_SELECT || step == SEARCH_STEP_EXACT ||
		   step == SEARCH_STEP_RECHECK;
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
		int64_t way = delay - timing_bits(timing_of(search), START_BITS);
		way = way > 0 ? way : 0;
		search->way = search->way < 0 || way < search->way ? way : search->way;
	}
	if (is_selection(step)) {
		int64_t last = exchange->last_at - exchange->sent_at -
					   timing_bytes(timing_of(search), 1);
		delay = last > delay ? last : delay;
		search->longest = delay > search->longest ? delay : search->longest;
	}
	int64_t standard = timing_window(timing_of(search)) + allowance(search);
	if (search->phase == SEARCH_ROOT && search->longest > standard) {
		search->late = with_margin(search, search->longest);
	}
}

/* Bytes that may be those of a switching converter count as silence; but ACKs of several
   meters may add up to zeros, too, where the converter makes no bytes of its own. */
static enum exchange_outcome outcome_of(const struct search *search)
{
	const struct exchange *exchange = search->scan->exchange;
	size_t usual = exchange->outcome == EXCHANGE_ACK ? 1 : 0;
	bool more = (exchange->outcome == EXCHANGE_ACK ||
						exchange->outcome == EXCHANGE_SILENT) &&
				exchange->heard_size > usual;
	return more && search->hushed ? EXCHANGE_BAD : exchange->outcome;
}

/* Whether silence is without a byte here. */
static void learn_hush(struct search *search)
{
	const struct exchange *exchange = search->scan->exchange;
	search->hushed = search->hushed || (exchange->outcome == EXCHANGE_SILENT &&
											   exchange->heard_size == 0);
}

/* A meter that takes now more, now less time may hide behind another one by chance: then
   all have to be heard out before anybody is read. */
static void learn_jitter(struct search *search, enum search_step step)
{
	const struct search_visit *visit = &search->visit;
	int64_t change = exchange_delay(search->scan->exchange) - visit->delay;
	bool same = step == SEARCH_STEP_EXACT || step == SEARCH_STEP_RECHECK;
	if (!same || visit->delay < 0 ||
			search->scan->exchange->outcome != EXCHANGE_ACK) {
		return;
	}
	change = change < 0 ? -change : change;
	search->jittery = search->jittery ||
					  change > timing_bits(timing_of(search), JITTER_BITS);
}

static void count(
		struct search *search, enum search_step step, enum exchange_outcome outcome)
{
	struct scan_progress *progress = &search->scan->progress;
	if (!is_selection(step)) {
		progress->damaged += outcome == EXCHANGE_BAD;
		return;
	}
	progress->probes++;
	progress->silent += outcome == EXCHANGE_SILENT;
	progress->collisions += outcome == EXCHANGE_BAD;
	progress->repeats += search->visit.silences + search->visit.damaged > 0;
}

/* Slower meters that were selected, too, may still answer, and a meter is deaf while it
   does: what comes next must not be missed by them. */
static void be_quiet(
		struct search *search, enum search_step step, enum exchange_outcome outcome)
{
	const struct exchange *exchange = search->scan->exchange;
	int64_t window = plan_of(search).window;
	window = window > 0 ? window : timing_window(timing_of(search));
	if (outcome == EXCHANGE_BAD || step == SEARCH_STEP_READ ||
			step == SEARCH_STEP_PROVE) {
		search->quiet_until = exchange->sent_at + window + allowance(search) +
							  timing_bits(timing_of(search), START_BITS);
	}
}

static void keep_silent(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	if (search->silent_count == search->silent_room) {
		size_t room = search->silent_room > 0 ? 2 * search->silent_room : 256;
		struct search_silent *silent =
				room > SEARCH_SILENT_MAX
						? NULL
						: realloc(search->silent, room * sizeof(*silent));
		if (silent == NULL) {
			return;
		}
		search->silent = silent;
		search->silent_room = room;
	}
	search->silent[search->silent_count++] =
			(struct search_silent){ .mask = visit->mask, .sends = (uint8_t)visit->sent };
}

static void took_known(struct search *search)
{
	if (search->visit.verdict == SEARCH_FOUND) {
		search->visit.header = MG_HEADER_LONG;
		search_found_meter(search);
	}
	search->at++;
}

static void took_root(struct search *search)
{
	switch (search->visit.verdict) {
	case SEARCH_NOBODY:
		break;
	case SEARCH_FOUND:
		search_found_meter(search);
		break;
	case SEARCH_SEVERAL:
	case SEARCH_ANONYMOUS:
		search_tree_begin(search, &search->visit.mask);
	}
	enter(search, search->phase + 1);
}

static void took_silent(struct search *search)
{
	struct search_silent *silent = &search->silent[search->at];
	if (search->visit.verdict == SEARCH_NOBODY) {
		silent->sends = (uint8_t)search->visit.sent;
		return;
	}
	for (unsigned i = 0; i < silent->sends; i++) {
		search_noise_note(&search->noise, SEARCH_SELECT_BYTES, true);
	}
	silent->sends = UINT8_MAX;
	if (search->visit.verdict == SEARCH_FOUND) {
		search_found_meter(search);
	} else {
		search_tree_begin(search, &search->visit.mask);
	}
}

static void took_visit(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	search->visiting = false;
	search->clinging = search->clinging || visit->foreign ||
					   (visit->let_go && visit->verdict == SEARCH_FOUND &&
							   !search_noise_seen(&search->noise));
	switch (search->reason) {
	case SEARCH_FOR_KNOWN:
		took_known(search);
		return;
	case SEARCH_FOR_ROOT:
		took_root(search);
		return;
	case SEARCH_FOR_SILENT:
		took_silent(search);
		return;
	case SEARCH_FOR_VALUE:
		if (visit->verdict == SEARCH_NOBODY) {
			keep_silent(search);
		}
		search_tree_take(search);
		return;
	case SEARCH_FOR_CHECK:
		if (visit->verdict == SEARCH_NOBODY) {
			keep_silent(search);
		}
		search_tree_take(search);
		return;
	case SEARCH_FOR_TWINS:
		search_tree_take(search);
		return;
	}
}

/* True when it was selected by its identity before; and, to be fast, where the transport
   tells parity errors: no sum of several telegrams is free of them. */
static bool is_beyond_doubt(const struct search *search, const struct search_plan *plan)
{
	const struct search_visit *visit = &search->visit;
	if (visit->mask.enhanced || visit->likely) {
		return false;
	}
	return (plan->fast && !plan->noisy && search->parity >= PARITY_SURE) ||
		   search_found_confirmed(search, &visit->candidate);
}

static void learn_parity(struct search *search, enum search_step step)
{
	const struct exchange *exchange = search->scan->exchange;
	if (step == SEARCH_STEP_READ && exchange->outcome == EXCHANGE_BAD) {
		bool told = (exchange->failure.rx_flags & MG_RX_PARITY) != 0;
		search->parity += told;
	}
}

static void take_visit(struct search *search, int64_t now)
{
	struct search_visit *visit = &search->visit;
	struct search_plan plan = plan_of(search);
	enum search_step step = visit->step;
	const struct exchange *exchange = search->scan->exchange;
#ifdef TRACE
	{char t[32];struct search_mask m=visit->mask;if(step==SEARCH_STEP_EXACT)m.identity=visit->candidate;
	static const char*const st[]={"SELECT","READ","PROVE","EXACT","RECHECK","DESEL","CLOSED"};static const char*const oc[]={"RUN","ACK","DATA","SILENT","BAD","SENT"};
	static int64_t last;
	fprintf(stderr,"%9.3f +%5.3f d%zu %-7s %-6s %s r%d whole%d pres%d noisy%d sends%u", now/1e6,(now-last)/1e6,search->depth,st[step],oc[exchange->outcome],mg_identity_text(&m.identity,t),search->reason,visit->whole,visit->presume,plan.noisy,plan.sends);
	if(exchange->outcome==EXCHANGE_BAD){fprintf(stderr," trouble %d heard",exchange->failure.trouble);for(size_t i=0;i<exchange->heard_size&&i<16;i++)fprintf(stderr," %02X",exchange->heard[i]);}
	fprintf(stderr,"\n");last=now;}
#endif
	enum exchange_outcome outcome = outcome_of(search);
	count(search, step, outcome);
	learn_delay(search, step);
	learn_jitter(search, step);
	learn_parity(search, step);
	be_quiet(search, step, outcome);
	search->selected = step != SEARCH_STEP_DESELECT &&
					   (search->selected || outcome != EXCHANGE_SILENT);
	search_visit_take(visit, &plan, exchange, outcome, &search->noise, now);
	if (visit->step == SEARCH_STEP_EXACT && step != SEARCH_STEP_EXACT &&
			is_beyond_doubt(search, &plan)) {
		search_visit_confirmed(visit);
	}
	if (visit->step != SEARCH_STEP_CLOSED) {
		return;
	}
	if (search_tree_is_odd(search)) {
		visit->step = SEARCH_STEP_DESELECT;
	} else {
		took_visit(search);
	}
}

static void tell(struct search *search, int64_t now)
{
	struct scan_progress *progress = &search->scan->progress;
	progress->left = search_tree_left(search);
	if (progress->probes > 0 && search->phase >= SEARCH_TREE) {
		progress->time_left = (now - search->begun) / (int64_t)progress->probes *
							  (int64_t)progress->left;
	}
	scan_tell(search->scan);
}

void search_take(struct search *search, bool *yields, int64_t now)
{
	learn_hush(search);
	if (search->visiting) {
		take_visit(search, now);
	} else {
		enter(search, search->phase + 1);
	}
	tell(search, now);
	*yields = (!search->visiting || !search_visit_holds(&search->visit)) &&
			  now >= search->quiet_until;
}

void search_token(const struct search *search, char *token, size_t size)
{
	search_token_write(search, token, size);
}
