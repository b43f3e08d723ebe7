/* SPDX-License-Identifier: MIT */
/* Security mode 10: AES-CCM, whose tag at the end of the telegram authenticates it. */
#include <string.h>

#include "secure/secure_private.h"

#define WORD_COUNTER 0x2000 /* of the configuration field: a counter is sent */
#define WORD_SIZE 0x00FF    /* of it: bytes that are encrypted ... */
#define SIZE_ALL 0x00FF     /* ... and that is all of them */
#define CFE_SIZE 2          /* bytes of its extension */
#define CFE_VERSION 0x40    /* of the first: the version of the key is sent */
#define CFE_TAG 0x03        /* of the second: size of the tag */

struct layout {
	size_t authenticated; /* bytes in front of the counter */
	size_t encrypted, tag;
};

/* Reads the extension in front of the cipher text, sets `skip` behind it. */
static bool read_extension(
		struct secure_job *job, struct secure_message *message, struct layout *layout)
{
	const struct mg_bytes *area = &job->telegram->records;
	bool counted = (job->telegram->signature & WORD_COUNTER) != 0;
	if (area->size < CFE_SIZE) {
		return false;
	}
	const uint8_t *extension = area->data;
	layout->authenticated = CFE_SIZE + (extension[0] & CFE_VERSION ? 1u : 0u);
	layout->tag = 4 + 4 * (size_t)(extension[1] & CFE_TAG);
	job->skip = layout->authenticated + (counted ? SECURE_COUNTER : 0u);
	if (job->skip + layout->tag >= area->size) {
		return false;
	}
	layout->encrypted = area->size - job->skip - layout->tag;
	message->kdf = secure_derive_kdf(extension[0]);
	secure_derive_counter(
			job, counted ? extension + layout->authenticated : NULL, message);
	return true;
}

/* How a tag covers a telegram of which only a part is encrypted is not settled: nothing
   would tell whether the rest is genuine. */
static bool all_is_encrypted(
		const struct mg_telegram *telegram, const struct layout *layout)
{
	size_t announced = telegram->signature & WORD_SIZE;
	return announced == SIZE_ALL || announced == layout->encrypted;
}

static bool make_nonce(const struct secure_job *job, const struct secure_message *message,
		uint8_t nonce[SECURE_NONCE])
{
	uint32_t counter = message->counter;
	const uint8_t tail[] = { 0, (uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
		(uint8_t)(counter >> 8), (uint8_t)counter };
	_Static_assert(SECURE_ADDRESS + sizeof(tail) == SECURE_NONCE, "a nonce is full");
	memcpy(nonce + SECURE_ADDRESS, tail, sizeof(tail));
	return secure_identity_address(job, nonce);
}

/* From CI to the last byte in front of the counter. */
static struct mg_bytes authenticated(
		const struct mg_telegram *telegram, const struct layout *layout, uint8_t *bytes)
{
	size_t header = telegram->body.size - telegram->records.size;
	bytes[0] = telegram->ci;
	memcpy(bytes + 1, telegram->body.data, header + layout->authenticated);
	return (struct mg_bytes){ .data = bytes, .size = 1 + header + layout->authenticated };
}

static enum mg_fault decrypt(struct secure_job *job, const struct secure_message *message,
		const struct layout *layout, const uint8_t nonce[SECURE_NONCE])
{
	struct secure_key key;
	uint8_t bytes[1 + SECURE_PLAIN_MAX];
	const struct mg_bytes associated = authenticated(job->telegram, layout, bytes);
	enum mg_fault fault = secure_derive_key(job, message, SECURE_USE_ENCRYPT, &key);
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	bool genuine = secure_cipher_ccm(&key, nonce, &associated, job->plain + job->skip,
			layout->encrypted + layout->tag, layout->tag);
	secure_cipher_wipe(&key, sizeof(key));
	return genuine ? MG_FAULT_NONE : MG_FAULT_KEY_WRONG;
}

enum mg_fault secure_mode10_open(struct secure_job *job)
{
	struct secure_message message;
	struct layout layout;
	uint8_t nonce[SECURE_NONCE];
	if (!read_extension(job, &message, &layout) || !message.has_counter ||
			!all_is_encrypted(job->telegram, &layout)) {
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
	if (!make_nonce(job, &message, nonce)) {
		return MG_FAULT_IDENTITY_NEEDED;
	}
	job->size = layout.encrypted;
	return decrypt(job, &message, &layout, nonce);
}
