/* SPDX-License-Identifier: MIT */
/*
 * What a selection asks for: an identity with wildcards, and perhaps a fabrication number
 * (EN 13757-3, secondary addressing). Its places are split one by one in a search.
 */
#ifndef SCAN_SEARCH_MASK_H
#define SCAN_SEARCH_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* Where a mask can be split: the digits of the number, highest first, then bytes, then
   the digits of the fabrication number. */
enum search_place {
	SEARCH_DIGIT = 0,
	SEARCH_MEDIUM = 8,
	SEARCH_VERSION,
	SEARCH_MAKER_HIGH,
	SEARCH_MAKER_LOW,
	SEARCH_FABRICATION,
	SEARCH_PLACES = SEARCH_FABRICATION + 8,
};

#define SEARCH_DIGITS 8
/* Values of a digit, and of a byte; the last one of each is the wildcard. */
#define SEARCH_NIBBLES 15
/* Those of a digit that meters of the standard have. */
#define SEARCH_DIGIT_VALUES 10
#define SEARCH_BYTES 255
/* Bytes behind CI 52h. */
#define SEARCH_MASK_BYTES 14

struct search_mask {
	struct mg_identity identity;
	bool enhanced; /* with the fabrication number: nibble F is any digit */
	uint32_t fabrication;
};

/* Any meter at all. */
struct search_mask search_mask_any(void);
struct search_mask search_mask_of(const struct mg_identity *identity);

bool search_place_is_digit(unsigned place);
/* How many values a place has besides the wildcard. */
unsigned search_place_values(unsigned place);

bool search_mask_is_wild(const struct search_mask *mask, unsigned place);
/* True when a place of the number, or of the fabrication number, is wild. */
bool search_mask_has_wild_digit(const struct search_mask *mask, unsigned first);
unsigned search_mask_value(const struct search_mask *mask, unsigned place);
struct search_mask search_mask_with(
		const struct search_mask *mask, unsigned place, unsigned value);

/* True when whoever fits the mask fits `whole`, too. */
bool search_mask_within(const struct search_mask *mask, const struct search_mask *whole);

/* The place in eight bytes of an identity as they stand in a header. */
unsigned search_place_in(const uint8_t bytes[8], unsigned place);

/* Writes what stands behind CI 52h; returns how many bytes. */
size_t search_mask_put(const struct search_mask *mask, uint8_t bytes[SEARCH_MASK_BYTES]);

#endif
