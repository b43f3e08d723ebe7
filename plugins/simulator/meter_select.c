/* SPDX-License-Identifier: MIT */
/* Secondary addressing (EN 13757-3): masks with wildcards, digit by digit in numbers and
 * byte by byte in the rest. */
#include "meter_select.h"

#include <string.h>

#define MASK_SIZE 8
#define WILD 0xFF
#define NUMBER_SIZE 4
#define FABRICATION_SIZE 6 /* 0Ch 78h and eight digits */

static bool digits_fit(const uint8_t mask[NUMBER_SIZE], uint32_t number)
{
	for (int i = 0; i < NUMBER_SIZE; i++) {
		uint8_t byte = (uint8_t)(number >> 8 * i);
		bool low = (mask[i] & 0xF) == 0xF || (mask[i] & 0xF) == (byte & 0xF);
		bool high = mask[i] >> 4 == 0xF || mask[i] >> 4 == byte >> 4;
		if (!low || !high) {
			return false;
		}
	}
	return true;
}

static bool byte_fits(uint8_t mask, unsigned byte)
{
	return mask == WILD || mask == (byte & 0xFF);
}

static bool identity_fits(const struct mg_identity *identity, const uint8_t *mask)
{
	return digits_fit(mask, identity->id) && byte_fits(mask[4], identity->manufacturer) &&
		   byte_fits(mask[5], (unsigned)identity->manufacturer >> 8) &&
		   byte_fits(mask[6], identity->version) && byte_fits(mask[7], identity->medium);
}

/* A meter without the number, or asked for another record, does not confirm. */
static bool records_fit(const struct meter *meter, const uint8_t *records, size_t size)
{
	for (; size > 0; records += FABRICATION_SIZE, size -= FABRICATION_SIZE) {
		if (size < FABRICATION_SIZE || memcmp(records, "\x0C\x78", 2) != 0 ||
				!meter->has_fabrication || !digits_fit(records + 2, meter->fabrication)) {
			return false;
		}
	}
	return true;
}

bool meter_select_is(const struct mg_frame *frame)
{
	return frame->type == MG_FRAME_LONG &&
		   (frame->ci == METER_CI_SELECT || frame->ci == METER_CI_SELECT_MODE2);
}

bool meter_select_fits(const struct meter *meter, const struct mg_frame *frame)
{
	const uint8_t *mask = frame->data.data;
	size_t size = frame->data.size;
	if (frame->ci != METER_CI_SELECT || !meter->selectable) {
		return false;
	}
	if (size < MASK_SIZE) {
		return size == 0;
	}
	return identity_fits(&meter->identity, mask) &&
		   records_fit(meter, mask + MASK_SIZE, size - MASK_SIZE);
}
