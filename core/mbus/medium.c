/* SPDX-License-Identifier: MIT */
/* Names of device types (EN 13757-3, and the 4-bit codes of the fixed structure). */
#include <metergate/mbus.h>

#define MEDIUM_ANY 0xFF

static const char *const media[] = {
	[0x00] = "other",
	[0x01] = "oil",
	[0x02] = "electricity",
	[0x03] = "gas",
	[0x04] = "heat",
	[0x05] = "steam",
	[0x06] = "warm-water",
	[0x07] = "water",
	[0x08] = "heat-cost-allocator",
	[0x09] = "compressed-air",
	[0x0A] = "cooling",
	[0x0B] = "cooling-inlet",
	[0x0C] = "heat-inlet",
	[0x0D] = "heat-cooling",
	[0x0E] = "system",
	[0x0F] = "unknown",
	[0x10] = "irrigation-water",
	[0x11] = "water-logger",
	[0x12] = "gas-logger",
	[0x13] = "gas-converter",
	[0x14] = "calorific-value",
	[0x15] = "hot-water",
	[0x16] = "cold-water",
	[0x17] = "dual-water",
	[0x18] = "pressure",
	[0x19] = "ad-converter",
	[0x1A] = "smoke-detector",
	[0x1B] = "room-sensor",
	[0x1C] = "gas-detector",
	[0x20] = "breaker",
	[0x21] = "valve",
	[0x25] = "customer-unit",
	[0x28] = "waste-water",
	[0x29] = "garbage",
	[0x30] = "service-tool",
	[0x31] = "communication-controller",
	[0x32] = "unidirectional-repeater",
	[0x33] = "bidirectional-repeater",
	[0x36] = "radio-converter-system",
	[0x37] = "radio-converter-meter",
	[0x38] = "bus-converter",
};

/* The codes from Ah on mean old meters that send high bytes first. */
static const char *const fixed_media[16] = {
	[0x0] = "other",
	[0x1] = "oil",
	[0x2] = "electricity",
	[0x3] = "gas",
	[0x4] = "heat",
	[0x5] = "steam",
	[0x6] = "hot-water",
	[0x7] = "water",
	[0x8] = "heat-cost-allocator",
	[0xA] = "gas",
	[0xB] = "heat",
	[0xC] = "hot-water",
	[0xD] = "water",
	[0xE] = "heat-cost-allocator",
};

static const char *or_reserved(const char *name)
{
	return name != NULL ? name : "reserved";
}

const char *mg_medium_text(uint8_t medium)
{
	if (medium == MEDIUM_ANY) {
		return "any";
	}
	bool listed = medium < sizeof(media) / sizeof(media[0]);
	return or_reserved(listed ? media[medium] : NULL);
}

const char *mg_telegram_medium_text(const struct mg_telegram *telegram)
{
	if (telegram->header == MG_HEADER_FIXED) {
		return or_reserved(fixed_media[telegram->identity.medium & 15]);
	}
	return mg_medium_text(telegram->identity.medium);
}
