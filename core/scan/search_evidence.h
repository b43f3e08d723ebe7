/* SPDX-License-Identifier: MIT */
/*
 * What a collision tells of the meters in it: answers in step lie over each other as
 * their AND, bit by bit, so a garbled header holds the AND of all identities.
 */
#ifndef SCAN_SEARCH_EVIDENCE_H
#define SCAN_SEARCH_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/search_mask.h"

struct search_evidence {
	bool valid;
	uint8_t all[8]; /* AND of the identities, as in a long header */
};

/* Reads the beginning of a garbled answer of whoever fits the mask. False when it is no
   header, or not one of those meters alone: *foreign then tells whether it is a header
   that does not fit the mask. */
bool search_evidence_read(struct search_evidence *evidence, const uint8_t *heard,
		size_t size, const struct search_mask *mask, bool *foreign);

/* True when one of the meters may have this value there. */
bool search_evidence_allows(
		const struct search_evidence *evidence, unsigned place, unsigned value);

/* True when it may be the identity of one meter: the sum of several has hardly the code
   of a manufacturer that exists. */
bool search_evidence_is_plausible(const struct search_evidence *evidence);

/* Among how many values two of these meters differ in a digit, so to say: one of so many
   pairs of digits with this AND is a pair of equal ones. */
double search_evidence_spread(const struct search_evidence *evidence, unsigned digit);

#endif
