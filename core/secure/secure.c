/* SPDX-License-Identifier: MIT */
/* Hands encrypted telegrams to the mode that they name. */
#include "secure/secure.h"

#include <string.h>

#include "secure/secure_private.h"

static enum mg_fault undo(struct secure_job *job)
{
	const struct mg_telegram *telegram = job->telegram;
	switch (telegram->security_mode) {
	case 5:
		return secure_mode5_open(job);
	case 7:
		return secure_mode7_open(job);
	case 10:
		return secure_mode10_open(job);
	default:
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
}

/* Whether the telegram is one that the modes may look into. Only mode 7 has a rule for
   the MAC of the AFL; without one it would go unchecked. Derived keys are those of
   messages from the meter. */
static bool can_open(const struct mg_telegram *telegram)
{
	bool derived = telegram->security_mode != 5;
	return (telegram->flags & MG_TELEGRAM_ENCRYPTED) != 0 &&
		   telegram->records.size <= SECURE_PLAIN_MAX &&
		   telegram->body.size <= SECURE_PLAIN_MAX &&
		   telegram->records.size <= telegram->body.size &&
		   (telegram->security_mode == 7 || telegram->afl.mac.size == 0) &&
		   !(derived && (telegram->flags & MG_TELEGRAM_REQUEST) != 0);
}

enum mg_fault secure_open(struct mg_telegram *telegram, const struct secure_key *key,
		const struct mg_identity *identity, uint8_t plain[SECURE_PLAIN_MAX])
{
	struct secure_job job = {
		.telegram = telegram,
		.key = key,
		.identity = identity,
		.plain = plain,
	};
	if (!can_open(telegram)) {
		return MG_FAULT_SECURITY_UNSUPPORTED;
	}
	memcpy(plain, telegram->records.data, telegram->records.size);
	enum mg_fault fault = undo(&job);
	if (fault != MG_FAULT_NONE) {
		secure_cipher_wipe(plain, SECURE_PLAIN_MAX);
		return fault;
	}
	const struct mg_bytes content = { .data = plain + job.skip, .size = job.size };
	return mg_telegram_decrypted(telegram, &content);
}
