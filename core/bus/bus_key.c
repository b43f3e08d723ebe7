/* SPDX-License-Identifier: MIT */
/* The keys of the meters on a bus. */
#include "bus/bus_key.h"

const struct bus_key *bus_key_find(
		const struct bus_key *keys, const struct bus_address *address)
{
	while (keys != NULL && !bus_address_equal(&keys->address, address)) {
		keys = keys->next;
	}
	return keys;
}

const struct mg_identity *bus_key_identity(
		const struct bus_key *key, const struct mg_identity *seen)
{
	return seen != NULL && !secure_identity_whole(&key->identity) ? seen : &key->identity;
}
