/* SPDX-License-Identifier: MIT */
/* Splits masks that several meters answered to until each meter stands alone. */
#include <stdio.h>
#include <string.h>

#include "scan/search_order.h"
#include "scan/search_private.h"

/* Meters in the first mask, while nothing is known. */
#define EXPECTED_FIRST 20
/* A value with fewer meters on average has most likely one: then the whole window at once
   costs less than a recheck. */
#define MEAN_SINGLE 1.0
/* And with more of them it has several: reading them first would only cost time. */
#define MEAN_SEVERAL 4.0
/* Meters that the statistics of digits look at. */
#define NEAR_MAX 256
#define NEAR_LEAST 4
/* Nodes in a row with one answering value each, before meters that stay selected are
   suspected to answer, too. */
#define CHAIN_ODD 2

static struct search_node *top(struct search *search)
{
	return &search->stack[search->depth - 1];
}

static struct search_choice choice_of(
		const struct search *search, const struct search_node *node)
{
	const struct scan_order *order = &search->scan->order;
	struct search_choice choice = { .hex = order->hex || node->redone };
	uint8_t all[8];
	choice.excluding = order->fast && node->evidence.valid && !node->exact;
	if (choice.excluding && node->place < SEARCH_FABRICATION &&
			search_found_all(search, &node->mask, all)) {
		/* What those found have in common and the collision has not, others lack. */
		choice.clear = search_place_in(all, node->place) &
					   ~search_place_in(node->evidence.all, node->place);
	}
	return choice;
}

/* The meters to learn from: those close to the node, if there are enough of them. */
static size_t near(const struct search *search, struct mg_identity list[NEAR_MAX])
{
	for (size_t i = search->depth; i-- > 1;) {
		const struct search_mask *mask = &search->stack[i].mask;
		if (search_found_in(search, mask) >= NEAR_LEAST) {
			return search_found_list(search, mask, list, NEAR_MAX);
		}
	}
	struct search_mask any = search_mask_any();
	return search_found_list(search, &any, list, NEAR_MAX);
}

/* False when there is no place left to split it. */
static bool choose_place(struct search *search)
{
	struct mg_identity list[NEAR_MAX];
	struct search_node *node = top(search);
	size_t count = near(search, list);
	bool excluding = choice_of(search, node).excluding;
	search_survey_spare(search, node);
	node->place = search_order_place(node, excluding, list, count);
	if (node->place == SEARCH_PLACES && node->banned != 0) {
		node->banned = 0;
		node->place = search_order_place(node, excluding, list, count);
	}
	return node->place < SEARCH_PLACES;
}

void search_tree_begin(struct search *search, const struct search_mask *mask)
{
	search->depth = 1;
	search_node_init(&search->stack[0], mask);
	search->stack[0].expected = EXPECTED_FIRST;
	search->stack[0].evidence = search->visit.evidence;
	search->stack[0].presumed = !search->visit.heard_several;
	search->stack[0].anonymous = search->visit.verdict == SEARCH_ANONYMOUS;
}

/* Meters found in the values that are settled. */
static size_t found_settled(const struct search *search, const struct search_node *node)
{
	struct mg_identity list[NEAR_MAX];
	size_t count = search_found_list(search, &node->mask, list, NEAR_MAX);
	size_t settled = 0;
	for (size_t i = 0; i < count; i++) {
		struct search_mask mask = search_mask_of(&list[i]);
		settled += search_node_was_tried(node, search_mask_value(&mask, node->place));
	}
	return settled;
}

static double values_of(const struct search_node *node)
{
	return search_place_is_digit(node->place) ? SEARCH_DIGIT_VALUES
											  : search_place_values(node->place);
}

/* Meters that one value of the node has on average. */
static double mean_of(const struct search *search, const struct search_node *node)
{
	double found = node->place < SEARCH_FABRICATION ? (double)found_settled(search, node)
													: node->answers;
	double values = values_of(node);
	double spread = node->spread > 0 ? node->spread : values;
	double crowds = search_survey_crowds(node);
	double answers = node->answers + crowds;
	double settled = (node->settled + crowds) * spread / values;
	found += search_survey_meters(node);
	settled = settled > answers ? settled : answers;
	return (node->expected / spread + found) / (1.0 + settled);
}

/* Once some of its meters are known, another place may prove so much better that it pays
   to begin anew; what is closed stays so. */
static void reconsider(struct search *search)
{
	struct mg_identity list[NEAR_MAX];
	struct search_node *node = top(search);
	struct search_choice choice = choice_of(search, node);
	unsigned left = search_node_left(node, &choice);
	size_t count = search_found_list(search, &node->mask, list, NEAR_MAX);
	if (node->survey.crowded != 0 || node->moved || node->place >= SEARCH_DIGITS ||
			node->settled == 0 || node->resumed || count < NEAR_LEAST ||
			search_noise_seen(&search->noise) ||
			search->covered_count + node->settled > SEARCH_COVERED_MAX) {
		return;
	}
	double meters =
			(double)found_settled(search, node) * SEARCH_DIGIT_VALUES / node->settled;
	unsigned place = search_order_better(node, meters, left, list, count);
	if (place == node->place) {
		return;
	}
	for (unsigned value = 0; value < SEARCH_NIBBLES; value++) {
		if (search_node_was_tried(node, value)) {
			struct search_mask mask = search_mask_with(&node->mask, node->place, value);
			search_survey_cover(search, &mask);
		}
	}
	search_node_move(node, place);
}

static void begin_value(struct search *search, unsigned value)
{
	struct search_node *node = top(search);
	struct search_mask mask = search_mask_with(&node->mask, node->place, value);
	double mean = mean_of(search, node);
	bool more = search_mask_has_wild_digit(&mask, SEARCH_DIGIT);
	search->value = value;
	search_begin_visit(search, SEARCH_FOR_VALUE, &mask);
	bool single = mean < MEAN_SINGLE || node->final || search->jittery;
	search->visit.known = node->doubted;
	search->visit.presume = more && (node->anonymous || mean > MEAN_SEVERAL);
	search->visit.whole = single && !search->scan->order.fast;
}

/* Several meters answered to a mask, within the innermost node. */
static void push(struct search *search, const struct search_mask *mask, bool anonymous)
{
	const struct search_visit *visit = &search->visit;
	struct search_node *above = top(search);
	if (search->depth == SEARCH_DEPTH_MAX) {
		/* Damage can make masks nest that are not within each other. */
		search_found_several(search, mask);
		search_node_settle(above, search->value, true);
		return;
	}
	struct search_node *node = &search->stack[search->depth++];
	search_node_init(node, mask);
	node->value = search->value;
	node->expected = search_order_several(mean_of(search, above));
	node->anonymous = anonymous;
	node->presumed = !visit->heard_several;
	node->evidence = visit->evidence;
	node->chain = above->answers > 0 || above->survey.crowded != 0 ? 0 : above->chain + 1;
}

static void pop(struct search *search)
{
	struct search_node *node = top(search);
	if (node->twins) {
		search_found_several(search, &node->mask);
		node->excused = true;
	}
	search_survey_leave(search, &node->mask);
	search->depth--;
	if (search->depth > 0) {
		top(search)->excused = top(search)->excused || node->excused;
		search_node_settle(top(search), node->value, true);
	}
}

/* They were heard to be several, and no value but this one can be theirs. */
static bool is_last(const struct search *search, const struct search_node *node,
		const struct search_choice *choice)
{
	return node->answers == 0 && node->survey.crowded == 0 && !node->presumed &&
		   !node->anonymous && !node->guessed && !search_noise_seen(&search->noise) &&
		   search_place_is_digit(node->place) && search_node_left(node, choice) == 1;
}

static void push_value(
		struct search *search, unsigned value, const struct search_evidence *evidence)
{
	struct search_node *above = top(search);
	struct search_mask mask = search_mask_with(&above->mask, above->place, value);
	search->value = value;
	search->visit.heard_several = true;
	search->visit.evidence = *evidence;
	push(search, &mask, false);
}

/* The first of the values that were put off. */
static void push_crowd(struct search *search)
{
	struct search_survey *survey = &top(search)->survey;
	unsigned value = (unsigned)__builtin_ctz(survey->crowded);
	survey->crowded &= (uint16_t) ~(1u << value);
	push_value(search, value, &survey->crowds[value]);
}

/* As many were found as have to be there at least. Is there one more, with a digit that
   is none? */
static void close_full(struct search *search)
{
	struct search_node *node = top(search);
	if (!node->redone && !node->mask.enhanced && search_place_is_digit(node->place) &&
			search_found_lacks_one(search, node)) {
		node->redone = true;
		node->doubted = true;
		search_node_doubt(node);
	} else {
		pop(search);
	}
}

/* All values are settled. False when there is something odd to be looked into first. */
static bool close_node(struct search *search)
{
	struct search_node *node = top(search);
	bool excluding = choice_of(search, node).excluding;
	if (excluding && !search_found_explains(search, node)) {
		node->exact = true;
		search_node_doubt(node);
		return true;
	}
	if (!search_found_is_short(search, node)) {
		close_full(search);
		return true;
	}
	if (node->rechecked) {
		/* What was not heard again may have been damage. */
		if (!search_noise_seen(&search->noise) ||
				search_found_in(search, &node->mask) == 0) {
			search_found_several(search, &node->mask);
		}
		node->excused = true;
		pop(search);
		return true;
	}
	node->rechecked = true;
	search_begin_visit(search, SEARCH_FOR_CHECK, &node->mask);
	search->visit.whole = true;
	search->visit.known = true;
	return false;
}

/* The mask has no place left: only a fabrication number can tell them apart. */
static void begin_twins(struct search *search)
{
	struct search_mask mask = top(search)->mask;
	mask.enhanced = true;
	search_begin_visit(search, SEARCH_FOR_TWINS, &mask);
	search->visit.presume = true;
}

/* Values were put off; `done`: the others were all tried. False when no visit came of it.
 */
static bool go_across(struct search *search, bool done)
{
	if (done && search_survey_next(search)) {
		return true;
	}
	push_crowd(search);
	return false;
}

/* Goes on in the innermost node. False when no visit came of it. */
static bool go_on(struct search *search)
{
	struct search_node *node = top(search);
	if (node->place == SEARCH_PLACES && !choose_place(search)) {
		begin_twins(search);
		return true;
	}
	reconsider(search);
	struct search_choice choice = choice_of(search, node);
	int value = search_node_next(node, &choice);
	bool done = value == SEARCH_NODE_NONE;
	if (node->survey.crowded != 0 && (done || !search_survey_waits(search, node))) {
		return go_across(search, done);
	}
	if (done) {
		return !close_node(search);
	}
	struct search_mask mask = search_mask_with(&node->mask, node->place, (unsigned)value);
	if (search_survey_covers(search, &mask) && !node->exact && !node->doubted) {
		search_node_settle(node, (unsigned)value, search_found_in(search, &mask) > 0);
		return false;
	}
	if (is_last(search, node, &choice)) {
		push_value(search, (unsigned)value, &node->evidence);
		top(search)->guessed = true;
		return false;
	}
	begin_value(search, (unsigned)value);
	return true;
}

bool search_tree_next(struct search *search)
{
	while (search->depth > 0) {
		if (go_on(search)) {
			return true;
		}
	}
	return false;
}

static void took_several(struct search *search)
{
	const struct search_mask *mask = &search->visit.mask;
	if (mask->enhanced && !search_mask_has_wild_digit(mask, SEARCH_FABRICATION)) {
		search_found_twin(search, mask);
		search_node_settle(top(search), search->value, true);
	} else if (!search_survey_put_off(search)) {
		push(search, mask, false);
	}
}

/* Several meters of the identity that one of them gave. */
static void took_twins_of(struct search *search)
{
	struct search_mask mask = search_mask_of(&search->visit.candidate);
	if (search->visit.mask.enhanced) {
		/* They are being told apart by their fabrication numbers already. */
		took_several(search);
	} else {
		push(search, &mask, false);
	}
}

static void took_anonymous(struct search *search)
{
	const struct search_mask *mask = &search->visit.mask;
	if (search_mask_has_wild_digit(mask, SEARCH_DIGIT)) {
		push(search, mask, true);
		return;
	}
	search_found_anonymous(search);
	search_node_settle(top(search), search->value, true);
}

static void took_value(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	if (top(search)->doubted && visit->verdict != SEARCH_NOBODY) {
		search_noise_note(&search->noise, SEARCH_SELECT_BYTES, true);
	}
	switch (visit->verdict) {
	case SEARCH_NOBODY:
		search_node_settle(top(search), search->value, false);
		return;
	case SEARCH_FOUND:
		if (visit->mask.enhanced) {
			search_found_twin(search, &visit->mask);
		} else {
			search_found_meter(search);
		}
		search_node_settle(top(search), search->value, true);
		return;
	case SEARCH_SEVERAL:
		took_several(search);
		return;
	case SEARCH_TWINS:
		took_twins_of(search);
		return;
	case SEARCH_ANONYMOUS:
		took_anonymous(search);
		return;
	}
}

/* Too few were found in the node: was it damage that made them look like several? */
static void took_check(struct search *search)
{
	struct search_node *node = top(search);
	switch (search->visit.verdict) {
	case SEARCH_FOUND:
		search_found_meter(search);
		pop(search);
		return;
	case SEARCH_NOBODY:
		pop(search);
		return;
	case SEARCH_SEVERAL:
	case SEARCH_TWINS:
	case SEARCH_ANONYMOUS:
		node->exact = true;
		if (!node->doubted) {
			node->doubted = true;
			node->rechecked = false;
			search_node_doubt(node);
			return;
		}
		node->redone = true;
		node->anonymous = search->visit.verdict == SEARCH_ANONYMOUS;
		search_node_again(node);
		return;
	}
}

static void took_twins(struct search *search)
{
	struct search_node *node = top(search);
	if (search->visit.verdict == SEARCH_NOBODY) {
		search_found_several(search, &node->mask);
		node->excused = true;
		pop(search);
		return;
	}
	search->twins = (struct search_twins){ .count = 0 };
	node->mask.enhanced = true;
	node->twins = true;
}

void search_tree_take(struct search *search)
{
	switch (search->reason) {
	case SEARCH_FOR_CHECK:
		took_check(search);
		return;
	case SEARCH_FOR_TWINS:
		took_twins(search);
		return;
	case SEARCH_FOR_ACROSS:
		search_survey_take(search);
		return;
	default:
		took_value(search);
	}
}

bool search_tree_is_odd(const struct search *search)
{
	const struct search_visit *visit = &search->visit;
	if (search->reason != SEARCH_FOR_VALUE || visit->verdict != SEARCH_SEVERAL ||
			search_noise_seen(&search->noise)) {
		return false;
	}
	const struct search_node *node = &search->stack[search->depth - 1];
	return visit->reads > 0 && !visit->let_go && node->answers == 0 &&
		   node->survey.crowded == 0 && node->chain + 1 >= CHAIN_ODD;
}

uint64_t search_tree_left(const struct search *search)
{
	uint64_t left = 0;
	for (size_t i = 0; i < search->depth; i++) {
		const struct search_node *node = &search->stack[i];
		if (node->place < SEARCH_PLACES) {
			struct search_choice choice = choice_of(search, node);
			left += search_node_left(node, &choice) + search_survey_crowds(node);
		}
	}
	return left;
}
