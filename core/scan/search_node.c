/* SPDX-License-Identifier: MIT */
/* A mask that several meters answered to, on its way to be split value by value. */
#include "scan/search_node.h"

#include <string.h>

/* High bytes of manufacturers of three letters, A to Z. */
#define MAKER_FIRST 0x04
#define MAKER_LAST 0x6B
#define MAKER_SOFT 0x80 /* bit 15 of the manufacturer */

void search_node_init(struct search_node *node, const struct search_mask *mask)
{
	*node = (struct search_node){
		.mask = *mask, .place = SEARCH_PLACES, .survey = { .across = SEARCH_PLACES }
	};
}

bool search_node_was_tried(const struct search_node *node, unsigned value)
{
	return node->tried[value / 8] >> value % 8 & 1;
}

void search_node_settle(struct search_node *node, unsigned value, bool answered)
{
	uint8_t bit = (uint8_t)(1u << value % 8);
	node->tried[value / 8] |= bit;
	node->settled++;
	if (answered) {
		node->answered[value / 8] |= bit;
		node->answers++;
	}
}

void search_node_doubt(struct search_node *node)
{
	memcpy(node->tried, node->answered, sizeof(node->tried));
	node->settled = node->answers;
}

void search_node_move(struct search_node *node, unsigned place)
{
	memset(node->tried, 0, sizeof(node->tried));
	memset(node->answered, 0, sizeof(node->answered));
	node->place = place;
	node->settled = 0;
	node->answers = 0;
	node->moved = true;
}

void search_node_again(struct search_node *node)
{
	node->banned |= 1u << node->place;
	search_node_move(node, SEARCH_PLACES);
}

static bool is_maker(unsigned value, bool soft)
{
	unsigned letters = soft ? value & ~(unsigned)MAKER_SOFT : value;
	return letters >= MAKER_FIRST && letters <= MAKER_LAST;
}

static bool is_candidate(const struct search_node *node,
		const struct search_choice *choice, unsigned value)
{
	bool crowd = value < SEARCH_NIBBLES && (node->survey.crowded >> value & 1) != 0;
	if (crowd || search_node_was_tried(node, value)) {
		return false;
	}
	if (search_place_is_digit(node->place) && value >= SEARCH_DIGIT_VALUES &&
			!choice->hex) {
		return false;
	}
	if (node->place == SEARCH_MAKER_HIGH && !is_maker(value, choice->hex)) {
		return false;
	}
	return !choice->excluding ||
		   search_evidence_allows(&node->evidence, node->place, value);
}

/* Media that meters are made for come first. */
static unsigned in_order(unsigned place, unsigned index)
{
	static const uint8_t media[] = { 0x07, 0x04, 0x06, 0x02, 0x16, 0x03, 0x08, 0x0D };
	unsigned usual = sizeof(media);
	if (place != SEARCH_MEDIUM) {
		return index;
	}
	if (index < usual) {
		return media[index];
	}
	unsigned value = 0;
	for (unsigned left = index - usual;; value++) {
		if (memchr(media, (int)value, usual) != NULL) {
			continue;
		}
		if (left-- == 0) {
			return value;
		}
	}
}

int search_node_next(const struct search_node *node, const struct search_choice *choice)
{
	int second = SEARCH_NODE_NONE;
	for (unsigned i = 0; i < search_place_values(node->place); i++) {
		unsigned value = in_order(node->place, i);
		if (!is_candidate(node, choice, value)) {
			continue;
		}
		if ((value & choice->clear) == 0) {
			return (int)value;
		}
		second = second < 0 ? (int)value : second;
	}
	return second;
}

unsigned search_node_left(
		const struct search_node *node, const struct search_choice *choice)
{
	unsigned left = 0;
	for (unsigned i = 0; i < search_place_values(node->place); i++) {
		left += is_candidate(node, choice, i);
	}
	return left;
}
