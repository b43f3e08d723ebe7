/* SPDX-License-Identifier: MIT */
/* The key of one message, made from that of the meter: KDF-A of EN 13757-7. */
#include <string.h>

#include "secure/secure_private.h"

#define KDF_NONE 0 /* the key of the meter is used as it is */
#define KDF_A 1
#define KDF_FILL 0x07

uint8_t secure_derive_kdf(uint8_t extension)
{
	return extension >> 4 & 3;
}

void secure_derive_counter(const struct secure_job *job, const uint8_t *bytes,
		struct secure_message *message)
{
	const struct mg_afl *afl = &job->telegram->afl;
	message->has_counter = bytes != NULL || afl->has_counter;
	message->counter = afl->counter;
	if (bytes != NULL) {
		message->counter = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
						   (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	}
}

/* CMAC over the use, the counter and the number of the meter, filled to one block. */
static void derive(const struct secure_key *master, enum secure_use use, uint32_t counter,
		const uint8_t id[SECURE_ID], struct secure_key *key)
{
	uint8_t input[SECURE_BLOCK] = { (uint8_t)use, (uint8_t)counter,
		(uint8_t)(counter >> 8), (uint8_t)(counter >> 16), (uint8_t)(counter >> 24) };
	size_t used = 1 + SECURE_COUNTER;
	memcpy(input + used, id, SECURE_ID);
	used += SECURE_ID;
	memset(input + used, KDF_FILL, sizeof(input) - used);
	const struct mg_bytes part = { .data = input, .size = sizeof(input) };
	secure_cipher_mac(master, &part, 1, key->bytes);
}

enum mg_fault secure_derive_key(const struct secure_job *job,
		const struct secure_message *message, enum secure_use use, struct secure_key *key)
{
	uint8_t id[SECURE_ID];
	if (message->kdf == KDF_NONE) {
		*key = *job->key;
		return MG_FAULT_NONE;
	}
	if (message->kdf != KDF_A || !message->has_counter) {
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
	if (!secure_identity_id(job, id)) {
		return MG_FAULT_IDENTITY_NEEDED;
	}
	derive(job->key, use, message->counter, id, key);
	return MG_FAULT_NONE;
}
