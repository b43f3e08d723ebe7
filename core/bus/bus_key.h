/* SPDX-License-Identifier: MIT */
/* The keys of the meters on a bus. */
#ifndef BUS_BUS_KEY_H
#define BUS_BUS_KEY_H

#include <metergate/mbus.h>

#include "link/bus_address.h"
#include "secure/secure.h"

/* The key of whatever meter answers at one address, in a list. */
struct bus_key {
	const struct bus_key *next;
	struct bus_address address; /* as it is written in requests, masks included */
	/* Who it is, as far as that is configured; the rest are wildcards. */
	struct mg_identity identity;
	struct secure_key key;
};

/* NULL when the address has none. */
const struct bus_key *bus_key_find(
		const struct bus_key *keys, const struct bus_address *address);

/* Who the meter is for telegrams that do not say it; `seen` is what others of it said,
   or NULL. */
const struct mg_identity *bus_key_identity(
		const struct bus_key *key, const struct mg_identity *seen);

#endif
