/* SPDX-License-Identifier: MIT */
/* Reads the items of the option "quirks". */
#include "quirks.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum meter_quirk quirk;
} names[] = {
	{ "dead", METER_DEAD },
	{ "ignores-fcb", METER_IGNORES_FCB },
	{ "stuck-fcb", METER_STUCK_FCB },
	{ "needs-reset", METER_NEEDS_RESET },
	{ "mute-reset", METER_MUTE_RESET },
	{ "once-at-254", METER_ONCE_AT_254 },
	{ "wrong-address", METER_WRONG_ADDRESS },
	{ "keeps-selected", METER_KEEPS_SELECTED },
	{ "drops-selected", METER_DROPS_SELECTED },
	{ "late-ack", METER_LATE_ACK },
	{ "late", METER_LATE },
	{ "stubborn", METER_STUBBORN },
	{ "dfc-more", METER_DFC_MORE },
	{ "busy", METER_BUSY },
	{ "mute-data", METER_MUTE_DATA },
	{ "no-select", METER_NO_SELECT },
	{ "needs-init", METER_NEEDS_INIT },
};

static unsigned find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0) {
			return names[i].quirk;
		}
	}
	return 0;
}

static bool fail_name(const char *name, size_t length, char error[TARGET_ERROR_SIZE])
{
	int written = snprintf(error, TARGET_ERROR_SIZE, "quirks: no \"%.*s\"; there are",
			(int)length, name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (written < 0 || written >= TARGET_ERROR_SIZE) {
			break;
		}
		written += snprintf(error + written, TARGET_ERROR_SIZE - (size_t)written, " %s",
				names[i].name);
	}
	return false;
}

bool quirks_parse(
		const char *text, struct quirks_item *item, char error[TARGET_ERROR_SIZE])
{
	const char *colon = strchrnul(text, ':');
	*item = (struct quirks_item){ .quirks = 0 };
	if (*colon == '\0' || !target_parse(text, (size_t)(colon - text), &item->target)) {
		snprintf(error, TARGET_ERROR_SIZE,
				"quirks: \"%.40s\" is not of the form ADDRESS:QUIRK+QUIRK, ADDRESS being "
				"0 to %d, a number of eight digits or *",
				text, MG_A_PRIMARY_LAST);
		return false;
	}
	for (const char *name = colon; *name != '\0';) {
		size_t length = strcspn(++name, "+");
		unsigned quirk = find(name, length);
		if (quirk == 0) {
			return fail_name(name, length < 20 ? length : 20, error);
		}
		item->quirks |= quirk;
		name += length;
	}
	return true;
}
