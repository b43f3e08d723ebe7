/* SPDX-License-Identifier: MIT */
/* The names of what meters do wrong, and which meter does what. */
#ifndef SIMULATOR_QUIRKS_H
#define SIMULATOR_QUIRKS_H

#include <stdbool.h>

#include "target.h"

struct quirks_item {
	struct target target;
	unsigned quirks; /* enum meter_quirk */
};

/*
 * Reads TARGET:NAME, several names with + between them: "5:needs-reset+late",
 * "*:late-ack", "12345678:no-select". The names are dead, ignores-fcb, stuck-fcb,
 * needs-reset, mute-reset, once-at-254, wrong-address, keeps-selected, drops-selected,
 * late-ack, late, stubborn, dfc-more, busy, mute-data, no-select and needs-init. False
 * with the reason in `error`.
 */
bool quirks_parse(
		const char *text, struct quirks_item *item, char error[TARGET_ERROR_SIZE]);

#endif
