/* SPDX-License-Identifier: MIT */
/*
 * Looks across the values of a node that several meters answered to. A value of another
 * place that is silent in all of them at once, or has one meter in all, need not be asked
 * for in each.
 */
#include "scan/search_private.h"

/* Fewer values are as quickly gone into one by one. */
#define CROWDS_LEAST 3
/* With more meters in the node all of its values have several, in every place. */
#define METERS_MOST 30.0
/* What it costs to hear several, in probes of values that are silent. */
#define COST_SEVERAL 2.2
/* Meters whose digits agree in more pairs than one in so many are no random ones, and
   another order of the places serves them better. */
#define PAIRS_PER_EQUAL 4
/* Meters that are compared for that. */
#define LOOK_MAX 32
/* A place that splits a value well: see search_evidence_spread(). */
#define SPREAD_GOOD 17.0
#define SHARE_MOST 0.8
/* With fewer meters expected, the whole window at once costs less than a recheck. */
#define MEAN_SINGLE 1.0

static bool is_crowd(const struct search_node *node, unsigned value)
{
	return node->survey.crowded >> value & 1;
}

unsigned search_survey_crowds(const struct search_node *node)
{
	return (unsigned)__builtin_popcount(node->survey.crowded);
}

/* Each meter more leaves half as many digits with a bit in their AND. */
static double meters_of(const struct search_node *node, unsigned value)
{
	const uint8_t *all = node->survey.crowds[value].all;
	unsigned open = 0, common = 0;
	double meters = 1;
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (search_mask_is_wild(&node->mask, i) && i != node->place) {
			open++;
			common += search_place_in(all, i) != 0;
		}
	}
	for (unsigned part = common > 0 ? 2 * common : 1; part <= open; part *= 2) {
		meters++;
	}
	return meters > 2 ? meters : 2;
}

double search_survey_meters(const struct search_node *node)
{
	double meters = 0;
	for (unsigned value = 0; value < SEARCH_NIBBLES; value++) {
		meters += is_crowd(node, value) ? meters_of(node, value) : 0;
	}
	return meters;
}

/* In the digits that are open beside the place of the node. */
static void count_pairs(const struct search_node *node, const struct mg_identity *a,
		const struct mg_identity *b, size_t *pairs, size_t *equal)
{
	struct search_mask one = search_mask_of(a), other = search_mask_of(b);
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (i != node->place && search_mask_is_wild(&node->mask, i)) {
			*pairs += 1;
			*equal += search_mask_value(&one, i) == search_mask_value(&other, i);
		}
	}
}

static bool is_random(const struct search *search, const struct search_node *node)
{
	struct mg_identity list[LOOK_MAX];
	size_t count = search_found_list(search, &node->mask, list, LOOK_MAX);
	size_t pairs = 0, equal = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i; k++) {
			count_pairs(node, &list[i], &list[k], &pairs, &equal);
		}
	}
	return equal * PAIRS_PER_EQUAL < pairs;
}

/* Where silence may be damage it should be that of one value only. */
static bool pays(const struct search *search, const struct search_node *node)
{
	if (search->scan->order.fast || search_noise_seen(&search->noise) ||
			node->survey.over || node->place >= SEARCH_DIGITS || node->resumed ||
			node->doubted || node->redone) {
		return false;
	}
	double tried = node->settled + search_survey_crowds(node);
	double found =
			(double)search_found_in(search, &node->mask) + search_survey_meters(node);
	double expected = (node->expected + SEARCH_DIGIT_VALUES * found) / (1 + tried);
	return expected < METERS_MOST && is_random(search, node);
}

bool search_survey_put_off(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	struct search_node *node = &search->stack[search->depth - 1];
	if (!visit->heard_several || !visit->evidence.valid || !pays(search, node)) {
		return false;
	}
	node->survey.crowded |= (uint16_t)(1u << search->value);
	node->survey.crowds[search->value] = visit->evidence;
	return true;
}

bool search_survey_waits(const struct search *search, const struct search_node *node)
{
	return node->survey.crowded == 0 || pays(search, node);
}

/* What to expect of one value of a place across those put off. */
struct outlook {
	double none, one; /* the chance of that */
	double mean;      /* meters, on average */
	double worth;     /* probes that it may save: values that will be split there */
};

static double share_of(const struct search *search, const struct search_node *node,
		unsigned crowd, unsigned place)
{
	struct search_mask mask = search_mask_with(&node->mask, node->place, crowd);
	double meters = meters_of(node, crowd) - (double)search_found_in(search, &mask);
	unsigned among = 0;
	for (unsigned value = 0; value < SEARCH_DIGIT_VALUES; value++) {
		among += search_evidence_allows(&node->survey.crowds[crowd], place, value);
	}
	double share = among > 0 && meters > 0 ? meters / among : 0;
	return share < SHARE_MOST ? share : SHARE_MOST;
}

static struct outlook look(const struct search *search, const struct search_node *node,
		unsigned place, unsigned value)
{
	struct outlook outlook = { .none = 1 };
	double odds = 0;
	for (unsigned i = 0; i < SEARCH_NIBBLES; i++) {
		if (!is_crowd(node, i)) {
			continue;
		}
		const struct search_evidence *crowd = &node->survey.crowds[i];
		outlook.worth += search_evidence_spread(crowd, place) >= SPREAD_GOOD;
		if (search_evidence_allows(crowd, place, value)) {
			double share = share_of(search, node, i, place);
			outlook.mean += share;
			outlook.none *= 1 - share;
			odds += share / (1 - share);
		}
	}
	outlook.one = outlook.none * odds;
	return outlook;
}

/* Probes that are saved on average. A meter that is known already would answer. */
static double gain(const struct search *search, const struct search_node *node,
		unsigned place, unsigned value)
{
	struct search_mask across = search_mask_with(&node->mask, place, value);
	if (search_found_in(search, &across) > 0) {
		return 0;
	}
	struct outlook outlook = look(search, node, place, value);
	double several = 1 - outlook.none - outlook.one;
	return (outlook.none + outlook.one) * outlook.worth - outlook.none -
		   several * COST_SEVERAL;
}

static void choose_place(const struct search *search, struct search_node *node)
{
	double most = 0;
	for (unsigned place = 0; place < SEARCH_DIGITS; place++) {
		double sum = 0;
		if (place == node->place || !search_mask_is_wild(&node->mask, place)) {
			continue;
		}
		for (unsigned value = 0; value < SEARCH_DIGIT_VALUES; value++) {
			double saved = gain(search, node, place, value);
			sum += saved > 0 ? saved : 0;
		}
		if (sum > most) {
			most = sum;
			node->survey.across = place;
		}
	}
}

/* The most promising value; SEARCH_NODE_NONE when none is left that pays. */
static int choose_value(const struct search *search, const struct search_node *node)
{
	int best = SEARCH_NODE_NONE;
	double most = 0;
	for (unsigned value = 0; value < SEARCH_DIGIT_VALUES; value++) {
		double saved = node->survey.crossed >> value & 1
							   ? 0
							   : gain(search, node, node->survey.across, value);
		if (saved > most) {
			most = saved;
			best = (int)value;
		}
	}
	return best;
}

bool search_survey_next(struct search *search)
{
	struct search_node *node = &search->stack[search->depth - 1];
	struct search_survey *survey = &node->survey;
	int value = SEARCH_NODE_NONE;
	bool begins = survey->across == SEARCH_PLACES;
	if (begins && search_survey_crowds(node) >= CROWDS_LEAST) {
		choose_place(search, node);
	}
	if (survey->across < SEARCH_PLACES && pays(search, node)) {
		value = choose_value(search, node);
	}
	if (value == SEARCH_NODE_NONE) {
		survey->over = true;
		return false;
	}
	struct outlook outlook = look(search, node, survey->across, (unsigned)value);
	struct search_mask mask =
			search_mask_with(&node->mask, survey->across, (unsigned)value);
	survey->crossed |= (uint16_t)(1u << value);
	search_begin_visit(search, SEARCH_FOR_ACROSS, &mask);
	search->visit.whole = outlook.mean < MEAN_SINGLE || search->jittery;
	return true;
}

void search_survey_take(struct search *search)
{
	enum search_verdict verdict = search->visit.verdict;
	if (verdict == SEARCH_FOUND) {
		search_found_meter(search);
	}
	if (verdict == SEARCH_FOUND || verdict == SEARCH_NOBODY) {
		search_survey_cover(search, &search->visit.mask);
	}
}

void search_survey_cover(struct search *search, const struct search_mask *mask)
{
	if (search->covered_count < SEARCH_COVERED_MAX) {
		search->covered[search->covered_count++] = *mask;
	}
}

bool search_survey_covers(const struct search *search, const struct search_mask *mask)
{
	for (size_t i = 0; i < search->covered_count; i++) {
		if (search_mask_within(mask, &search->covered[i])) {
			return true;
		}
	}
	return false;
}

void search_survey_leave(struct search *search, const struct search_mask *mask)
{
	while (search->covered_count > 0 &&
			search_mask_within(&search->covered[search->covered_count - 1], mask)) {
		search->covered_count--;
	}
}

void search_survey_spare(const struct search *search, struct search_node *node)
{
	for (unsigned place = 0; place < SEARCH_DIGITS; place++) {
		node->spared[place] = 0;
		for (unsigned value = 0; value < SEARCH_DIGIT_VALUES; value++) {
			struct search_mask mask = search_mask_with(&node->mask, place, value);
			node->spared[place] =
					(uint8_t)(node->spared[place] + search_survey_covers(search, &mask));
		}
	}
}
