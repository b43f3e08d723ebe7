/* SPDX-License-Identifier: MIT */
/* What a collision tells of the meters in it: the AND of their identities. */
#include "scan/search_evidence.h"

#include <string.h>

#define START 0x68
#define CI_LONG 0x72
/* Offsets in a long frame. */
#define AT_L 1
#define AT_L_AGAIN 2
#define AT_START_AGAIN 3
#define AT_C 4
#define AT_CI 6
#define AT_IDENTITY 7
#define HEADER_SIZE (AT_IDENTITY + 8)
#define DIGIT_MOST 9
#define PLACES_NORMAL SEARCH_FABRICATION

static bool is_header(const uint8_t *heard, size_t size)
{
	return size >= HEADER_SIZE && heard[0] == START && heard[AT_START_AGAIN] == START &&
		   heard[AT_L] == heard[AT_L_AGAIN] &&
		   (heard[AT_C] & ~(MG_C_ACD | MG_C_DFC)) == MG_C_RSP_UD &&
		   heard[AT_CI] == CI_LONG;
}

/* What all meters of the mask have in common must stand in the AND, too. */
static bool fits(const uint8_t all[8], const struct search_mask *mask)
{
	for (unsigned place = 0; place < PLACES_NORMAL; place++) {
		if (!search_mask_is_wild(mask, place) &&
				search_place_in(all, place) != search_mask_value(mask, place)) {
			return false;
		}
	}
	return true;
}

bool search_evidence_read(struct search_evidence *evidence, const uint8_t *heard,
		size_t size, const struct search_mask *mask, bool *foreign)
{
	*foreign = false;
	*evidence = (struct search_evidence){ .valid = false };
	if (!is_header(heard, size)) {
		return false;
	}
	memcpy(evidence->all, heard + AT_IDENTITY, sizeof(evidence->all));
	evidence->valid = fits(evidence->all, mask);
	*foreign = !evidence->valid;
	return evidence->valid;
}

bool search_evidence_allows(
		const struct search_evidence *evidence, unsigned place, unsigned value)
{
	if (!evidence->valid || place >= SEARCH_FABRICATION) {
		return true;
	}
	unsigned all = search_place_in(evidence->all, place);
	return (value & all) == all;
}

bool search_evidence_is_plausible(const struct search_evidence *evidence)
{
	struct mg_identity identity;
	mg_identity_get(evidence->all, &identity);
	return evidence->valid && mg_manufacturer_name(identity.manufacturer) != NULL;
}

double search_evidence_spread(const struct search_evidence *evidence, unsigned digit)
{
	/* Ordered pairs of decimal digits with this AND; just one of them is of equal ones.
	   Where few are, all meters having the same digit is more likely than chance. */
	static const double pairs[DIGIT_MOST + 1] = { 51, 17, 9, 1, 9, 1, 1, 1, 1, 1 };
	unsigned all = search_place_in(evidence->all, digit);
	return all <= DIGIT_MOST ? pairs[all] : 1;
}
