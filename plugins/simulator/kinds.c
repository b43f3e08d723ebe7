/* SPDX-License-Identifier: MIT */
/* The records of each kind of made-up meter, in the order of its telegram. */
#include "kinds.h"

#define END                                                                              \
	{                                                                                    \
		.quantity = NULL                                                                 \
	}

/* clang-format off */
static const struct row heat[] = {
	{ "energy", "Wh", COUNTER, 4, 0, 0, 0, 0, "\x03", 0, 1, 40000000, 4, 1, 0 },
	{ "volume", "m3", COUNTER, 0xC, 0, 0, 0, 0, "\x14", -2, 1, 200000, 1, 50, 0 },
	{ "power", "W", GAUGE, 0xB, 0, 0, 0, 0, "\x2B", 0, 1, 9000, 0, 1, 6000 },
	{ "volume-flow", "m3/h", GAUGE, 0xB, 0, 0, 0, 0, "\x3B", -3, 1, 400, 0, 1, 350 },
	{ "flow-temperature", "°C", GAUGE, 0xA, 0, 0, 0, 0, "\x5A", -1, 1, 640, 0, 1, 80 },
	{ "return-temperature", "°C", GAUGE, 0xA, 0, 0, 0, 0, "\x5E", -1, 1, 380, 0, 1, 50 },
	{ "temperature-difference", "K", GAUGE, 3, 0, 0, 0, 0, "\x61", -2, 1, 1500, 0, 1, 1800 },
	{ "operating-time", "s", COUNTER, 2, 0, 0, 0, 0, "\x27", 0, 86400, 400, 1, 86400, 0 },
	{ "energy", "Wh", STORED, 4, 0, 1, 0, 0, "\x03", 0, 1, 40000000, 4, 1, 0 },
	{ "volume", "m3", STORED, 0xC, 0, 1, 0, 0, "\x14", -2, 1, 200000, 1, 50, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "power", "W", GAUGE, 0xB, 1, 0, 0, 0, "\x2D", 2, 1, 180, 0, 1, 40 },
	{ "datetime", "", CLOCK, 4, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row cold_water[] = {
	{ "volume", "m3", COUNTER, 4, 0, 0, 0, 0, "\x13", -3, 1, 900000, 1, 1, 0 },
	{ "volume-flow", "m3/h", GAUGE, 0xA, 0, 0, 0, 0, "\x3B", -3, 1, 0, 0, 1, 2500 },
	{ "external-temperature", "°C", GAUGE, 1, 0, 0, 0, 0, "\x67", 0, 1, -12, 0, 1, 40 },
	{ "volume", "m3", STORED, 4, 0, 1, 0, 0, "\x13", -3, 1, 900000, 1, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "datetime", "", CLOCK, 4, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row electricity[] = {
	{ "energy", "Wh", COUNTER, 0xE, 0, 0, 0, 0, "\x03", 0, 1, 90000000, 3, 1, 0 },
	{ "energy", "Wh", COUNTER, 0xE, 0, 0, 1, 0, "\x03", 0, 1, 60000000, 2, 1, 0 },
	{ "energy", "Wh", COUNTER, 0xE, 0, 0, 2, 0, "\x03", 0, 1, 30000000, 1, 1, 0 },
	{ "reactive-energy", "varh", COUNTER, 6, 0, 0, 0, 0, "\xFB\x02", 3, 1, 70000, 1, 900, 0 },
	{ "power", "W", GAUGE, 4, 0, 0, 0, 0, "\x2A", -1, 1, -15000, 0, 1, 60000 },
	{ "voltage", "V", GAUGE, 2, 0, 0, 0, 1, "\xFD\x48", -1, 1, 2270, 0, 1, 80 },
	{ "voltage", "V", GAUGE, 2, 0, 0, 0, 2, "\xFD\x48", -1, 1, 2270, 0, 1, 80 },
	{ "voltage", "V", GAUGE, 2, 0, 0, 0, 3, "\xFD\x48", -1, 1, 2270, 0, 1, 80 },
	{ "current", "A", GAUGE, 3, 0, 0, 0, 1, "\xFD\x59", -3, 1, 100, 0, 1, 15900 },
	{ "current", "A", GAUGE, 3, 0, 0, 0, 2, "\xFD\x59", -3, 1, 100, 0, 1, 15900 },
	{ "current", "A", GAUGE, 3, 0, 0, 0, 3, "\xFD\x59", -3, 1, 100, 0, 1, 15900 },
	{ "frequency", "Hz", GAUGE, 2, 0, 0, 0, 0, "\xFB\x2D", -2, 1, 4990, 0, 1, 20 },
	{ "customer-location", "", PLACE, 0xD, 0, 0, 0, 0, "\xFD\x10", 0, 1, 0, 0, 1, 0 },
	{ "power", "W", GAUGE, 4, 1, 1, 0, 0, "\x2B", 0, 1, 7000, 0, 1, 4000 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "datetime", "", CLOCK, 6, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row warm_water[] = {
	{ "volume", "m3", COUNTER, 6, 0, 0, 0, 0, "\x12", -4, 1, 4000000, 9, 1, 0 },
	{ "flow-temperature", "°C", GAUGE, 0xA, 0, 0, 0, 0, "\x5A", -1, 1, 480, 0, 1, 120 },
	{ "volume", "m3", STORED, 6, 0, 1, 0, 0, "\x12", -4, 1, 4000000, 9, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "flow-temperature", "°C", GAUGE, 0xA, 2, 0, 0, 0, "\x5A", -1, 1, 90, 0, 1, 60 },
	END,
};

static const struct row gas[] = {
	{ "volume", "m3", COUNTER, 0xE, 0, 0, 0, 0, "\x13", -3, 1, 7000000, 2, 1, 0 },
	{ "pressure", "bar", GAUGE, 2, 0, 0, 0, 0, "\x68", -3, 1, 1008, 0, 1, 30 },
	{ "external-temperature", "°C", GAUGE, 2, 0, 0, 0, 0, "\x65", -2, 1, -950, 0, 1, 3900 },
	{ "volume", "m3", STORED, 0xE, 0, 1, 0, 0, "\x13", -3, 1, 7000000, 2, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "datetime", "", CLOCK, 6, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row cost_allocator[] = {
	{ "hca", "hca", COUNTER, 0xC, 0, 0, 0, 0, "\x6E", 0, 1, 800, 1, 1, 0 },
	{ "hca", "hca", STORED, 0xC, 0, 1, 0, 0, "\x6E", 0, 1, 800, 1, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "flow-temperature", "°C", GAUGE, 9, 0, 0, 0, 0, "\x5B", 0, 1, 22, 0, 1, 40 },
	END,
};

const struct kind kinds[TELEGRAM_KINDS] = {
	{ heat, 0x04, 0, true, false },
	{ cold_water, 0x16, 0, true, false },
	{ electricity, 0x02, 0, false, true },
	{ warm_water, 0x06, 0, true, false },
	{ gas, 0x03, 0, false, true },
	{ cost_allocator, 0x08, 0, false, false },
};
/* clang-format on */
