/* SPDX-License-Identifier: MIT */
/* What a search says of the meters that it found, and what it knows of them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scan/search_answer.h"
#include "scan/search_private.h"

/* Fabrication numbers that a note has room for. */
#define TWINS_NAMED 4

static bool fits(const struct scan_found *found, const struct search_mask *mask)
{
	return found->secondary && found->has_identity && found->state != SCAN_COLLISION &&
		   mg_identity_match(&mask->identity, &found->identity);
}

size_t search_found_in(const struct search *search, const struct search_mask *mask)
{
	size_t count = 0;
	for (size_t i = 0; i < search->scan->count; i++) {
		count += fits(&search->scan->found[i], mask);
	}
	return count;
}

size_t search_found_list(const struct search *search, const struct search_mask *mask,
		struct mg_identity *list, size_t room)
{
	size_t count = 0;
	for (size_t i = 0; i < search->scan->count && count < room; i++) {
		if (fits(&search->scan->found[i], mask)) {
			list[count++] = search->scan->found[i].identity;
		}
	}
	return count;
}

bool search_found_all(
		const struct search *search, const struct search_mask *mask, uint8_t all[8])
{
	bool any = false;
	memset(all, UINT8_MAX, 8);
	for (size_t i = 0; i < search->scan->count; i++) {
		uint8_t bytes[8];
		if (!fits(&search->scan->found[i], mask)) {
			continue;
		}
		mg_identity_put(&search->scan->found[i].identity, bytes);
		for (size_t k = 0; k < sizeof(bytes); k++) {
			all[k] &= bytes[k];
		}
		any = true;
	}
	return any;
}

bool search_found_explains(const struct search *search, const struct search_node *node)
{
	uint8_t all[8];
	return node->evidence.valid && search_found_in(search, &node->mask) >= 2 &&
		   search_found_all(search, &node->mask, all) &&
		   memcmp(all, node->evidence.all, sizeof(all)) == 0;
}

bool search_found_lacks_one(const struct search *search, const struct search_node *node)
{
	uint8_t all[8];
	bool lacks = false;
	if (!node->evidence.valid || !search_learn_in_step(search) ||
			search_noise_seen(&search->noise) ||
			!search_found_all(search, &node->mask, all)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(all); i++) {
		lacks = lacks || (all[i] & ~node->evidence.all[i]) != 0;
	}
	return lacks;
}

bool search_found_is_short(const struct search *search, const struct search_node *node)
{
	size_t needed = node->presumed || node->anonymous ? 1 : 2;
	return !node->resumed && !node->excused && !node->mask.enhanced &&
		   search_found_in(search, &node->mask) < needed;
}

static struct scan_found *confirmed(
		const struct search *search, const struct mg_identity *identity)
{
	for (size_t i = 0; i < search->scan->count; i++) {
		struct scan_found *found = &search->scan->found[i];
		if (found->secondary && found->has_identity && found->state == SCAN_CONFIRMED &&
				search_answer_same(&found->identity, identity)) {
			return found;
		}
	}
	return NULL;
}

bool search_found_confirmed(
		const struct search *search, const struct mg_identity *identity)
{
	return confirmed(search, identity) != NULL;
}

static struct scan_found result(const struct search *search, enum scan_state state)
{
	const struct search_visit *visit = &search->visit;
	return (struct scan_found){ .state = state,
		.secondary = true,
		.address = visit->address,
		.has_identity = true,
		.identity = visit->candidate,
		.header = visit->header,
		.baud = search->scan->progress.baud,
		.known = search->reason == SEARCH_FOR_KNOWN,
		.delay = visit->delay };
}

static void note_meter(const struct search *search, struct scan_found *found)
{
	const struct search_visit *visit = &search->visit;
	if (search->late > 0 && visit->delay > search->late / 2) {
		snprintf(found->note, sizeof(found->note),
				"answers after %" PRId64 " ms, later than the standard allows: give its "
				"bus a longer latency",
				visit->delay / 1000);
	} else if (visit->foreign || (visit->let_go && search->clinging)) {
		snprintf(found->note, sizeof(found->note),
				"there are meters here that stay selected when others are: send SND_NKE "
				"to 253 before each selection");
	} else if (visit->header == MG_HEADER_FIXED) {
		snprintf(found->note, sizeof(found->note),
				"sends the fixed structure: can be selected by its number only");
	}
}

/* A known meter that was asked for by its identity alone before. */
static void took_address(struct search *search, struct scan_found *before)
{
	before->header = search->visit.header;
	if (before->address < 0 && search->visit.address >= 0) {
		before->address = search->visit.address;
		scan_changed(search->scan, before);
	}
}

void search_found_meter(struct search *search)
{
	struct scan_found *before = confirmed(search, &search->visit.candidate);
	struct scan_found found = result(search, SCAN_CONFIRMED);
	if (before != NULL) {
		took_address(search, before);
		return;
	}
	note_meter(search, &found);
	scan_add(search->scan, &found);
}

static uint32_t number_of(const struct search_mask *mask)
{
	return mask->identity.id;
}

void search_found_anonymous(struct search *search)
{
	const struct search_visit *visit = &search->visit;
	struct scan_found found = result(search, visit->mute ? SCAN_MUTE : SCAN_CONFIRMED);
	found.identity = visit->mask.identity;
	found.has_identity = number_of(&visit->mask) != UINT32_MAX;
	if (visit->mute) {
		snprintf(found.note, sizeof(found.note),
				"acknowledges its selection, but gives no data");
	} else {
		snprintf(found.note, sizeof(found.note),
				"answers without an identity (CI %02X): can be selected by its number "
				"only",
				visit->ci);
	}
	scan_add(search->scan, &found);
}

void search_found_twin(struct search *search, const struct search_mask *mask)
{
	struct search_twins *twins = &search->twins;
	size_t used = strlen(twins->numbers);
	/* Digits that it did not take to tell them apart are not known. */
	char number[9];
	snprintf(number, sizeof(number), "%08" PRIX32, mask->fabrication);
	for (char *wild = number; (wild = strchr(wild, 'F')) != NULL;) {
		*wild = 'x';
	}
	if (twins->count++ < TWINS_NAMED) {
		snprintf(twins->numbers + used, sizeof(twins->numbers) - used, "%s%s",
				used > 0 ? ", " : "", number);
	}
}

void search_found_several(struct search *search, const struct search_mask *mask)
{
	struct scan_found found = result(search, SCAN_COLLISION);
	const struct search_twins *twins = &search->twins;
	found.identity = mask->identity;
	found.address = -1;
	found.header = MG_HEADER_NONE;
	if (mask->enhanced && twins->count > 0) {
		snprintf(found.note, sizeof(found.note),
				"%u meters with this identity; fabrication numbers: %s%s", twins->count,
				twins->numbers, twins->count > TWINS_NAMED ? ", ..." : "");
	} else {
		snprintf(found.note, sizeof(found.note),
				"several meters with this identity answer at once: connect one at a time "
				"and give them other numbers");
	}
	scan_add(search->scan, &found);
}
