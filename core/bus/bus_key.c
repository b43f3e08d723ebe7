/* SPDX-License-Identifier: MIT */
/* The keys of the meters on a bus. */
#include "bus/bus_key.h"

#include "bus/telegrams.h"

static bool same_address(const struct bus_address *a, const struct bus_address *b)
{
	if (a->secondary != b->secondary) {
		return false;
	}
	return a->secondary ? telegrams_same_meter(&a->identity, &b->identity)
						: a->primary == b->primary;
}

const struct bus_key *bus_key_find(
		const struct bus_key *keys, const struct bus_address *address)
{
	while (keys != NULL && !same_address(&keys->address, address)) {
		keys = keys->next;
	}
	return keys;
}

const struct mg_identity *bus_key_identity(
		const struct bus_key *key, const struct mg_identity *seen)
{
	return seen != NULL && !secure_identity_whole(&key->identity) ? seen : &key->identity;
}
