/* SPDX-License-Identifier: MIT */
/* How a device is called on the wire, and how people write that. */
#ifndef LINK_BUS_ADDRESS_H
#define LINK_BUS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* How a device is called on the wire. */
struct bus_address {
	bool secondary;
	uint8_t primary;             /* 0 ... 250, or 254 */
	struct mg_identity identity; /* of a secondary address; may be a mask */
};

/* "5" or "12345678.KAM.16.04". `text` has room for MG_IDENTITY_SIZE. */
const char *bus_address_text(const struct bus_address *address, char *text);
/* The same address, letter by letter: masks that overlap are two. */
bool bus_address_equal(const struct bus_address *a, const struct bus_address *b);
/* Reads a primary address (0-250 and 254) or an identity. False with *wrong = offset of
   what does not fit. */
bool bus_address_parse(const char *text, struct bus_address *address, size_t *wrong);

#endif
