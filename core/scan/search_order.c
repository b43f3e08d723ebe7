/* SPDX-License-Identifier: MIT */
/* Where a mask is split: at the place that needs the fewest further probes. */
#include "scan/search_order.h"

/* Values of a digit in which next to all meters agree. */
#define SPREAD_CONSTANT 1.2
/* A digit with fewer of them does not count as one that can split. */
#define SPREAD_LEAST 1.6
/* From so many meters on, their AND tells only what they all have in common. */
#define FEW_METERS 4.0
/* Pairs of meters with digits drawn at random that are taken for seen at first. */
#define PAIRS_BEFORE 5.0
/* Squarings that a power takes. */
#define POWER_SQUARES 12
/* With more meters on average there are several, for sure. */
#define MEAN_MOST 30.0
/* What a value with several meters costs, in probes of values that are silent. */
#define COST_SEVERAL 9.0
/* A new beginning pays when it takes this part of the probes that bring no meter. */
#define BETTER_PART 1.1
/* How many places are thought ahead. */
#define AHEAD 3

/* e to the power of x, to 1 in 100 for what is met here. */
static double power(double x)
{
	double result = 1 + x / (1 << POWER_SQUARES);
	for (unsigned i = 0; i < POWER_SQUARES; i++) {
		result *= result;
	}
	return result;
}

/* The chance of two or more when there are `mean` on average. */
static double chance_of_several(double mean)
{
	return mean < MEAN_MOST ? 1 - (1 + mean) / power(mean) : 1;
}

double search_order_several(double mean)
{
	return 2 + mean * mean / (3 + mean);
}

/* Among how many values the meters found are spread in a digit. */
static double spread_found(const struct mg_identity *found, size_t count, unsigned digit)
{
	unsigned seen[16] = { 0 };
	double equal = PAIRS_BEFORE / SEARCH_DIGIT_VALUES;
	double values = 0;
	for (size_t i = 0; i < count; i++) {
		struct search_mask mask = search_mask_of(&found[i]);
		unsigned before = seen[search_mask_value(&mask, digit)]++;
		equal += 2 * before;
		values += before == 0;
	}
	double pairs = (double)count * ((double)count - 1) + PAIRS_BEFORE;
	double spread = count > 1 ? pairs / equal : SEARCH_DIGIT_VALUES;
	spread = spread > values ? spread : values;
	return spread < SEARCH_DIGIT_VALUES ? spread : SEARCH_DIGIT_VALUES;
}

static double spread_of(const struct search_node *node, const struct mg_identity *found,
		size_t count, unsigned digit)
{
	double usual = spread_found(found, count, digit);
	if (!node->evidence.valid || usual < SPREAD_LEAST) {
		return usual;
	}
	double common = search_evidence_spread(&node->evidence, digit);
	if (node->expected < FEW_METERS) {
		double spread = common * usual / SEARCH_DIGIT_VALUES;
		return spread > SPREAD_LEAST ? spread : SPREAD_LEAST;
	}
	return search_place_in(node->evidence.all, digit) != 0 ? SPREAD_CONSTANT : usual;
}

struct places {
	double spread[SEARCH_DIGITS];
	double probes[SEARCH_DIGITS]; /* more than another place would take */
	bool open[SEARCH_DIGITS];
};

static bool is_last(const struct places *places, unsigned digit)
{
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (i != digit && places->open[i] && places->spread[i] >= SPREAD_LEAST) {
			return false;
		}
	}
	return true;
}

static double nodes_of(struct places *places, double meters, unsigned ahead);

/* Nodes that it takes to tell the meters apart when this digit is split first. */
static double nodes_with(
		struct places *places, double meters, unsigned digit, unsigned ahead)
{
	if (is_last(places, digit)) {
		return 1;
	}
	double values = places->spread[digit];
	double mean = meters / values;
	double several = values * chance_of_several(mean);
	if (ahead == 0) {
		return 1 + several;
	}
	places->open[digit] = false;
	double below = nodes_of(places, search_order_several(mean), ahead - 1);
	places->open[digit] = true;
	return 1 + several * below;
}

static double nodes_of(struct places *places, double meters, unsigned ahead)
{
	double best = -1;
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (places->open[i] && places->spread[i] >= SPREAD_LEAST) {
			double nodes = nodes_with(places, meters, i, ahead);
			best = best < 0 || nodes < best ? nodes : best;
		}
	}
	return best < 0 ? 1 : best;
}

static unsigned widest(const struct places *places)
{
	unsigned best = SEARCH_PLACES;
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (places->open[i] &&
				(best == SEARCH_PLACES || places->spread[i] >= places->spread[best])) {
			best = i;
		}
	}
	return best;
}

static unsigned best_digit(struct places *places, double meters)
{
	unsigned best = SEARCH_PLACES;
	double least = 0;
	for (unsigned i = SEARCH_DIGITS; i-- > 0;) {
		if (!places->open[i] || places->spread[i] < SPREAD_LEAST) {
			continue;
		}
		double nodes = places->probes[i] / COST_SEVERAL +
					   nodes_with(places, meters, i, AHEAD - 1);
		if (best == SEARCH_PLACES || nodes < least) {
			best = i;
			least = nodes;
		}
	}
	return best < SEARCH_PLACES ? best : widest(places);
}

static bool is_open(const struct search_node *node, unsigned place)
{
	return search_mask_is_wild(&node->mask, place) && !(node->banned >> place & 1);
}

/* The bytes, the ones that are settled with the fewest probes first. */
static unsigned open_byte(const struct search_node *node)
{
	static const uint8_t order[] = { SEARCH_MEDIUM, SEARCH_VERSION, SEARCH_MAKER_HIGH,
		SEARCH_MAKER_LOW };
	for (unsigned i = 0; i < sizeof(order); i++) {
		if (is_open(node, order[i])) {
			return order[i];
		}
	}
	return SEARCH_PLACES;
}

static unsigned open_fabrication(const struct search_node *node)
{
	for (unsigned i = SEARCH_PLACES; i-- > SEARCH_FABRICATION;) {
		if (is_open(node, i)) {
			return i;
		}
	}
	return SEARCH_PLACES;
}

static double probes_of(const struct search_node *node, bool excluding, unsigned digit)
{
	double probes = SEARCH_DIGIT_VALUES - node->spared[digit];
	if (!excluding) {
		return probes;
	}
	probes = 0;
	for (unsigned value = 0; value < SEARCH_DIGIT_VALUES; value++) {
		probes += search_evidence_allows(&node->evidence, digit, value);
	}
	return probes;
}

unsigned search_order_place(struct search_node *node, bool excluding,
		const struct mg_identity *found, size_t count)
{
	node->final = false;
	node->spread = 0;
	struct places places;
	bool any = false;
	if (node->mask.enhanced) {
		return open_fabrication(node);
	}
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		places.open[i] = is_open(node, i);
		places.spread[i] = spread_of(node, found, count, i);
		places.probes[i] = probes_of(node, excluding, i);
		any = any || places.open[i];
	}
	if (!any) {
		return open_byte(node);
	}
	unsigned best = best_digit(&places, node->expected);
	node->spread = spread_found(found, count, best);
	node->final = is_last(&places, best);
	return best;
}

/* Probes that bring no meter, of so many nodes that come down to single ones. */
static double vain_of(double nodes, double meters)
{
	return SEARCH_DIGIT_VALUES * nodes + 1 - meters;
}

unsigned search_order_better(const struct search_node *node, double meters, unsigned left,
		const struct mg_identity *found, size_t count)
{
	struct places places;
	unsigned best = node->place;
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		places.open[i] = is_open(node, i);
		places.probes[i] = 0;
		/* Of its own place those found are no sample. */
		places.spread[i] = i == node->place ? (double)SEARCH_DIGIT_VALUES *
													  node->answers / node->settled
											: spread_found(found, count, i);
	}
	double rest = meters * left / SEARCH_DIGIT_VALUES;
	double own = (nodes_with(&places, meters, node->place, AHEAD - 1) - 1) * left /
				 SEARCH_DIGIT_VALUES;
	double least = vain_of(own, rest) * BETTER_PART;
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (i == node->place || !places.open[i] || places.spread[i] < SPREAD_LEAST) {
			continue;
		}
		double silent = vain_of(nodes_with(&places, meters, i, AHEAD - 1), rest);
		if (silent < least) {
			least = silent;
			best = i;
		}
	}
	return best;
}
