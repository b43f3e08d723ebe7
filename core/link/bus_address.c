/* SPDX-License-Identifier: MIT */
/* Addresses between text and structure. */
#include "link/bus_address.h"

#include <stdio.h>
#include <string.h>

/* Longer runs of digits are identities, which have eight digits or sixteen. */
#define PRIMARY_DIGITS 3

const char *bus_address_text(const struct bus_address *address, char *text)
{
	if (address->secondary) {
		return mg_identity_text(&address->identity, text);
	}
	snprintf(text, MG_IDENTITY_SIZE, "%u", (unsigned)address->primary);
	return text;
}

static bool parse_primary(const char *text, struct bus_address *address, size_t *wrong)
{
	unsigned value = 0;
	for (size_t i = 0; text[i] != '\0'; i++) {
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	if (value > MG_A_PRIMARY_LAST && value != MG_A_BROADCAST_REPLY) {
		*wrong = 0;
		return false;
	}
	*address = (struct bus_address){ .primary = (uint8_t)value };
	return true;
}

bool bus_address_parse(const char *text, struct bus_address *address, size_t *wrong)
{
	size_t digits = strspn(text, "0123456789");
	if (digits > 0 && digits <= PRIMARY_DIGITS && text[digits] == '\0') {
		return parse_primary(text, address, wrong);
	}
	struct bus_address parsed = { .secondary = true, .primary = MG_A_SELECTED };
	if (!mg_identity_parse(text, &parsed.identity, wrong)) {
		return false;
	}
	*address = parsed;
	return true;
}

bool bus_address_equal(const struct bus_address *a, const struct bus_address *b)
{
	if (a->secondary != b->secondary) {
		return false;
	}
	if (!a->secondary) {
		return a->primary == b->primary;
	}
	return a->identity.id == b->identity.id &&
		   a->identity.manufacturer == b->identity.manufacturer &&
		   a->identity.version == b->identity.version &&
		   a->identity.medium == b->identity.medium;
}
