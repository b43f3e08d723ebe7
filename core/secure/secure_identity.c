/* SPDX-License-Identifier: MIT */
/* Whose telegram it is, in the bytes that keys and nonces are made of. */
#include <string.h>

#include "secure/secure_private.h"

enum {
	/* As mg_identity_put() has it: number, manufacturer, version, medium. */
	AT_MANUFACTURER = SECURE_ID,
	MANUFACTURER_SIZE = 2,
	AT_REST = AT_MANUFACTURER + MANUFACTURER_SIZE,
	REST_SIZE = 2,
};

static bool id_is_whole(uint32_t id)
{
	for (unsigned shift = 0; shift < 32; shift += 4) {
		if ((id >> shift & 0xF) == 0xF) {
			return false;
		}
	}
	return true;
}

bool secure_identity_whole(const struct mg_identity *identity)
{
	return id_is_whole(identity->id) && (identity->manufacturer & 0xFF) != 0xFF &&
		   identity->manufacturer >> 8 != 0xFF && identity->version != 0xFF &&
		   identity->medium != 0xFF;
}

/* The identity of the header counts as it is: nothing in it is a wildcard. */
static const struct mg_identity *header_identity(const struct secure_job *job)
{
	return job->telegram->header == MG_HEADER_LONG ? &job->telegram->identity : NULL;
}

bool secure_identity_id(const struct secure_job *job, uint8_t id[SECURE_ID])
{
	const struct mg_identity *identity = header_identity(job);
	if (identity == NULL) {
		identity = job->identity;
		if (identity == NULL || !id_is_whole(identity->id)) {
			return false;
		}
	}
	uint8_t bytes[SECURE_ADDRESS];
	mg_identity_put(identity, bytes);
	memcpy(id, bytes, SECURE_ID);
	return true;
}

bool secure_identity_address(
		const struct secure_job *job, uint8_t address[SECURE_ADDRESS])
{
	const struct mg_identity *identity = header_identity(job);
	if (identity == NULL) {
		identity = job->identity;
		if (identity == NULL || !secure_identity_whole(identity)) {
			return false;
		}
	}
	uint8_t bytes[SECURE_ADDRESS];
	mg_identity_put(identity, bytes);
	memcpy(address, bytes + AT_MANUFACTURER, MANUFACTURER_SIZE);
	memcpy(address + MANUFACTURER_SIZE, bytes, SECURE_ID);
	memcpy(address + AT_REST, bytes + AT_REST, REST_SIZE);
	return true;
}
