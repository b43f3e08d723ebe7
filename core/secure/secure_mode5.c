/* SPDX-License-Identifier: MIT */
/* Security mode 5: AES-CBC, begun with the identity and the access number. What follows
   the encrypted blocks was sent in plain and belongs to the application as well. */
#include <string.h>

#include "secure/secure_private.h"

#define FILLER 0x2F

bool secure_mode5_checks(const uint8_t *bytes)
{
	return bytes[0] == FILLER && bytes[1] == FILLER;
}

size_t secure_mode5_encrypted(const struct mg_telegram *telegram)
{
	return SECURE_BLOCK * (size_t)(telegram->signature >> 4 & 0xF);
}

enum mg_fault secure_mode5_open(struct secure_job *job)
{
	const struct mg_telegram *telegram = job->telegram;
	size_t encrypted = secure_mode5_encrypted(telegram);
	uint8_t iv[SECURE_BLOCK];
	if (encrypted == 0 || encrypted > telegram->records.size) {
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
	if (!secure_identity_address(job, iv)) {
		return MG_FAULT_IDENTITY_NEEDED;
	}
	memset(iv + SECURE_ADDRESS, telegram->access, sizeof(iv) - SECURE_ADDRESS);
	secure_cipher_cbc(job->key, iv, job->plain, encrypted);
	job->size = telegram->records.size;
	return secure_mode5_checks(job->plain) ? MG_FAULT_NONE : MG_FAULT_KEY_WRONG;
}
