/* SPDX-License-Identifier: MIT */
/* What a selection asks for: an identity with wildcards, place by place. */
#include "scan/search_mask.h"

#include <string.h>

#define WILD_NIBBLE 0xFu
#define WILD_BYTE 0xFFu
/* Record of a fabrication number: 8-digit BCD. */
#define FABRICATION_DIF 0x0C
#define FABRICATION_VIF 0x78

struct search_mask search_mask_any(void)
{
	return (struct search_mask){
		.identity = { .id = UINT32_MAX,
				.manufacturer = UINT16_MAX,
				.version = UINT8_MAX,
				.medium = UINT8_MAX },
		.fabrication = UINT32_MAX,
	};
}

struct search_mask search_mask_of(const struct mg_identity *identity)
{
	struct search_mask mask = search_mask_any();
	mask.identity = *identity;
	return mask;
}

bool search_place_is_digit(unsigned place)
{
	return place < SEARCH_MEDIUM || place >= SEARCH_FABRICATION;
}

unsigned search_place_values(unsigned place)
{
	return search_place_is_digit(place) ? SEARCH_NIBBLES : SEARCH_BYTES;
}

/* How far the digit of a place lies to the left. */
static unsigned shift_of(unsigned place)
{
	return 4 * (SEARCH_DIGITS - 1 - place % SEARCH_FABRICATION);
}

unsigned search_mask_value(const struct search_mask *mask, unsigned place)
{
	const struct mg_identity *identity = &mask->identity;
	switch (place) {
	case SEARCH_MEDIUM:
		return identity->medium;
	case SEARCH_VERSION:
		return identity->version;
	case SEARCH_MAKER_HIGH:
		return identity->manufacturer >> 8;
	case SEARCH_MAKER_LOW:
		return identity->manufacturer & WILD_BYTE;
	default:
		break;
	}
	uint32_t digits = place < SEARCH_MEDIUM ? identity->id : mask->fabrication;
	return digits >> shift_of(place) & WILD_NIBBLE;
}

bool search_mask_is_wild(const struct search_mask *mask, unsigned place)
{
	unsigned wild = search_place_is_digit(place) ? WILD_NIBBLE : WILD_BYTE;
	return search_mask_value(mask, place) == wild;
}

bool search_mask_has_wild_digit(const struct search_mask *mask, unsigned first)
{
	for (unsigned i = 0; i < SEARCH_DIGITS; i++) {
		if (search_mask_is_wild(mask, first + i)) {
			return true;
		}
	}
	return false;
}

static uint32_t with_digit(uint32_t digits, unsigned place, unsigned value)
{
	unsigned shift = shift_of(place);
	return (digits & ~(WILD_NIBBLE << shift)) | (uint32_t)value << shift;
}

struct search_mask search_mask_with(
		const struct search_mask *mask, unsigned place, unsigned value)
{
	struct search_mask result = *mask;
	struct mg_identity *identity = &result.identity;
	unsigned maker = identity->manufacturer;
	switch (place) {
	case SEARCH_MEDIUM:
		identity->medium = (uint8_t)value;
		break;
	case SEARCH_VERSION:
		identity->version = (uint8_t)value;
		break;
	case SEARCH_MAKER_HIGH:
		identity->manufacturer = (uint16_t)((maker & WILD_BYTE) | value << 8);
		break;
	case SEARCH_MAKER_LOW:
		identity->manufacturer = (uint16_t)((maker & WILD_BYTE << 8) | value);
		break;
	default:
		if (place < SEARCH_MEDIUM) {
			identity->id = with_digit(identity->id, place, value);
		} else {
			result.fabrication = with_digit(result.fabrication, place, value);
		}
	}
	return result;
}

bool search_mask_within(const struct search_mask *mask, const struct search_mask *whole)
{
	for (unsigned place = 0; place < SEARCH_PLACES; place++) {
		if (!search_mask_is_wild(whole, place) &&
				search_mask_value(mask, place) != search_mask_value(whole, place)) {
			return false;
		}
	}
	return true;
}

unsigned search_place_in(const uint8_t bytes[8], unsigned place)
{
	struct search_mask mask = search_mask_any();
	mg_identity_get(bytes, &mask.identity);
	return search_mask_value(&mask, place);
}

size_t search_mask_put(const struct search_mask *mask, uint8_t bytes[SEARCH_MASK_BYTES])
{
	mg_identity_put(&mask->identity, bytes);
	if (!mask->enhanced) {
		return 8;
	}
	bytes[8] = FABRICATION_DIF;
	bytes[9] = FABRICATION_VIF;
	for (unsigned i = 0; i < 4; i++) {
		bytes[10 + i] = (uint8_t)(mask->fabrication >> 8 * i);
	}
	return SEARCH_MASK_BYTES;
}
