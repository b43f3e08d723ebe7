/* SPDX-License-Identifier: MIT */
/* The search for secondary addresses with wildcards, at one speed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/search_private.h"
#include "scan/search_token.h"

/* Signs of meters that stay selected, on a line that damages, until they are believed. */
#define CLINGING_SURE 2

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

/* To 255 nobody should answer. Who does has the window of the second one for it, which
   is listened to as a whole for that. */
static enum task_next ask_reset(struct search *search, uint8_t address, int64_t now)
{
	bool all = address == MG_A_BROADCAST;
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = address
	};
	const struct exchange_ask ask = {
		.frame = &frame,
		.expects = all ? 0 : EXCHANGE_EXPECT_ACK,
		.window = all ? timing_rest_failed(search->scan->exchange->timing) : 0,
		.listen = all ? 0 : EXCHANGE_LISTEN_ALL,
		.latency = search_learn_hasty(search),
	};
	exchange_begin(search->scan->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static enum task_next ask_visit(struct search *search, int64_t now)
{
	struct mg_frame frame;
	struct exchange_ask ask;
	uint8_t data[SEARCH_MASK_BYTES];
	struct search_plan plan = search_learn_plan(search);
	int64_t wake = search->visit.wake > search->quiet_until ? search->visit.wake
															: search->quiet_until;
	if (now < wake) {
		search->scan->task.wake = wake;
		return TASK_WAIT;
	}
	search_visit_ask(&search->visit, &plan, &frame, data, &ask);
	ask.latency = search_learn_allowance(search);
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
	unsigned sends = search_learn_sends(search);
	if (sends == 1) {
		return false;
	}
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
	} else if (phase == SEARCH_KNOWN && search->depth > 0) {
		/* It goes on: who is known was told before, or lies in what is left. */
		search->phase = SEARCH_TREE;
	}
}

/* Something answers all the time that is no meter, or none that can be found. */
static bool is_vain(struct search *search)
{
	const struct scan_progress *progress = &search->scan->progress;
	if (progress->found != search->found_before) {
		search->found_before = progress->found;
		search->probes_before = progress->probes;
	}
	if (progress->probes - search->probes_before < SEARCH_VAIN_MAX) {
		return false;
	}
	snprintf(search->scan->reason, sizeof(search->scan->reason),
			"%u selections in a row found no further meter, although there were answers: "
			"check the line and the level converter",
			SEARCH_VAIN_MAX);
	return true;
}

enum task_next search_ask(struct search *search, int64_t now)
{
	search->begun = search->begun < 0 ? now : search->begun;
	for (;;) {
		if (search->visiting) {
			return ask_visit(search, now);
		}
		if (is_vain(search)) {
			return TASK_OVER;
		}
		switch (search->phase) {
		case SEARCH_RESET_ALL:
			return ask_reset(search, MG_A_BROADCAST, now);
		case SEARCH_RESET_SELECTED:
			return ask_reset(search, MG_A_SELECTED, now);
		case SEARCH_OVER:
			return TASK_OVER;
		default:
			if (!next_in_phase(search)) {
				enter(search, search->phase + 1);
			}
		}
	}
}

static bool selects(enum search_step step)
{
	return step == SEARCH_STEP_SELECT || step == SEARCH_STEP_EXACT ||
		   step == SEARCH_STEP_RECHECK;
}

static void count(
		struct search *search, enum search_step step, enum exchange_outcome outcome)
{
	struct scan_progress *progress = &search->scan->progress;
	if (!selects(step)) {
		progress->damaged += outcome == EXCHANGE_BAD;
		return;
	}
	progress->probes++;
	progress->silent += outcome == EXCHANGE_SILENT;
	progress->collisions += outcome == EXCHANGE_BAD;
	progress->repeats += search->visit.silences + search->visit.damaged > 0;
}

/* The same mask may be silent again, after it was doubted. */
static bool was_silent(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	for (size_t i = 0; i < search->silent_count; i++) {
		struct search_silent *silent = &search->silent[i];
		if (search_mask_within(&silent->mask, &visit->mask) &&
				search_mask_within(&visit->mask, &silent->mask)) {
			silent->sends = (uint8_t)(silent->sends + visit->sent);
			return true;
		}
	}
	return false;
}

static void keep_silent(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	if (was_silent(search)) {
		return;
	}
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
	search->heard_out = search->visit.verdict != SEARCH_NOBODY;
	switch (search->visit.verdict) {
	case SEARCH_NOBODY:
		break;
	case SEARCH_FOUND:
		search_found_meter(search);
		break;
	case SEARCH_SEVERAL:
	case SEARCH_TWINS:
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

/* Meters that stay selected show in answers that are none of the mask's, or in garbage
   that is none once they were told to let go. Damage can look like that, too. */
static void learn_clinging(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	unsigned enough = search_noise_seen(&search->noise) ? CLINGING_SURE : 1;
	bool sign = visit->foreign || (visit->let_go && visit->verdict == SEARCH_FOUND);
	search->foreigners += sign;
	search->clinging = search->clinging || search->foreigners >= enough;
}

static void took_visit(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	search->visiting = false;
	learn_clinging(search);
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
	case SEARCH_FOR_ACROSS:
		/* Either holds for many values: it is asked again when the line turns out to
		   damage. */
		if (visit->verdict == SEARCH_NOBODY || visit->verdict == SEARCH_FOUND) {
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
	return (plan->fast && !plan->noisy && search->parity) ||
		   search_found_confirmed(search, &visit->candidate);
}

static void take_visit(struct search *search, int64_t now)
{
	struct search_visit *visit = &search->visit;
	struct search_plan plan = search_learn_plan(search);
	enum search_step step = visit->step;
	const struct exchange *exchange = search->scan->exchange;
	enum exchange_outcome outcome = search_learn_outcome(search);
	count(search, step, outcome);
	search_learn(search, step, outcome);
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
	search_learn_hush(search);
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

bool search_is_split(const struct search *search)
{
	return search->phase <= SEARCH_TREE && search->depth > 0;
}

/* Whether a search that goes on comes to this meter again. */
static bool is_left(const struct search *search, const struct scan_found *found)
{
	struct search_mask own = search_mask_of(&found->identity);
	for (size_t i = 0; i < search->depth; i++) {
		const struct search_node *node = &search->stack[i];
		if (!search_mask_within(&own, &node->mask) || node->place == SEARCH_PLACES) {
			return search_mask_within(&own, &node->mask);
		}
		unsigned value = search_mask_value(&own, node->place);
		if (i + 1 == search->depth || search->stack[i + 1].value != value) {
			return !search_node_was_tried(node, value);
		}
	}
	return false;
}

size_t search_settled(const struct search *search)
{
	const struct scan *scan = search->scan;
	size_t settled = 0;
	for (size_t i = 0; search_is_split(search) && i < scan->count; i++) {
		const struct scan_found *found = &scan->found[i];
		bool single = found->state == SCAN_CONFIRMED && found->has_identity;
		settled +=
				found->baud == scan->progress.baud && !(single && is_left(search, found));
	}
	return settled;
}
