/* SPDX-License-Identifier: MIT */
/* Security mode 7: AES-CBC with a key of its own for each message; the AFL in front
   carries a MAC over all that follows it. */
#include <string.h>

#include "secure/secure_private.h"

#define WORD_COUNTER 0x2000 /* of the configuration field: a counter is sent */
#define CFE_VERSION 0x40    /* of its extension: the version of the key is sent */
#define MCL_TYPE 0x0F       /* of the message control: how the MAC was made */

/* Bytes of the CMAC for each type; other types are no CMAC. */
static const uint8_t mac_sizes[MCL_TYPE + 1] = {
	[3] = 2, [4] = 4, [5] = 8, [6] = 12, [7] = SECURE_BLOCK
};

/* Reads the extension in front of the cipher text, sets `skip` behind it. */
static bool read_extension(struct secure_job *job, struct secure_message *message)
{
	const struct mg_bytes *area = &job->telegram->records;
	bool counted = (job->telegram->signature & WORD_COUNTER) != 0;
	if (area->size == 0) {
		return false;
	}
	uint8_t extension = area->data[0];
	job->skip =
			1u + (counted ? SECURE_COUNTER : 0u) + (extension & CFE_VERSION ? 1u : 0u);
	if (job->skip > area->size) {
		return false;
	}
	message->kdf = secure_derive_kdf(extension);
	secure_derive_counter(job, counted ? area->data + 1 : NULL, message);
	return true;
}

/* The MAC covers the fields of the AFL but itself, and all that follows the AFL. */
static void make_mac(const struct mg_telegram *telegram, const struct secure_key *key,
		uint8_t mac[SECURE_BLOCK])
{
	const struct mg_afl *afl = &telegram->afl;
	const uint8_t counter[SECURE_COUNTER] = { (uint8_t)afl->counter,
		(uint8_t)(afl->counter >> 8), (uint8_t)(afl->counter >> 16),
		(uint8_t)(afl->counter >> 24) };
	const struct mg_bytes parts[] = {
		{ .data = &afl->mcl, .size = 1 },
		afl->key,
		{ .data = counter, .size = afl->has_counter ? sizeof(counter) : 0 },
		afl->size_field,
		{ .data = &telegram->ci, .size = 1 },
		telegram->body,
	};
	secure_cipher_mac(key, parts, sizeof(parts) / sizeof(parts[0]), mac);
}

static enum mg_fault verify(
		const struct secure_job *job, const struct secure_message *message)
{
	const struct mg_afl *afl = &job->telegram->afl;
	struct secure_key key;
	uint8_t mac[SECURE_BLOCK];
	uint8_t type = afl->mcl & MCL_TYPE;
	if (type == 0 && afl->mac.size == 0) {
		return MG_FAULT_NONE;
	}
	if (afl->mac.size == 0 || afl->mac.size != mac_sizes[type]) {
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
	enum mg_fault fault = secure_derive_key(job, message, SECURE_USE_MAC, &key);
	if (fault == MG_FAULT_NONE) {
		make_mac(job->telegram, &key, mac);
		fault = secure_cipher_equal(mac, afl->mac.data, afl->mac.size)
						? MG_FAULT_NONE
						: MG_FAULT_KEY_WRONG;
		secure_cipher_wipe(mac, sizeof(mac));
		secure_cipher_wipe(&key, sizeof(key));
	}
	return fault;
}

static enum mg_fault decrypt(
		struct secure_job *job, const struct secure_message *message, size_t encrypted)
{
	static const uint8_t iv[SECURE_BLOCK];
	struct secure_key key;
	enum mg_fault fault = secure_derive_key(job, message, SECURE_USE_ENCRYPT, &key);
	if (fault == MG_FAULT_NONE) {
		secure_cipher_cbc(&key, iv, job->plain + job->skip, encrypted);
		secure_cipher_wipe(&key, sizeof(key));
	}
	return fault;
}

enum mg_fault secure_mode7_open(struct secure_job *job)
{
	struct secure_message message;
	size_t encrypted = secure_mode5_encrypted(job->telegram);
	if (!read_extension(job, &message) || encrypted == 0 ||
			encrypted > job->telegram->records.size - job->skip) {
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
	enum mg_fault fault = verify(job, &message);
	if (fault == MG_FAULT_NONE) {
		fault = decrypt(job, &message, encrypted);
	}
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	job->size = job->telegram->records.size - job->skip;
	return secure_mode5_checks(job->plain + job->skip) ? MG_FAULT_NONE
													   : MG_FAULT_KEY_WRONG;
}
