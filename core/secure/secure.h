/* SPDX-License-Identifier: MIT */
/*
 * Undoes the encryption of telegrams (EN 13757-7): security modes 5 (AES-CBC), 7 (AES-CBC
 * with a derived key, MAC in the AFL) and 10 (AES-CCM). Keeps nothing, not even keys; any
 * thread may call it.
 */
#ifndef SECURE_SECURE_H
#define SECURE_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#define SECURE_KEY_SIZE 16
#define SECURE_PLAIN_MAX 252 /* more than any telegram can carry */

struct secure_key {
	uint8_t bytes[SECURE_KEY_SIZE];
};

/* Reads 32 hex digits, nothing before or behind them. */
bool secure_key_parse(const char *text, struct secure_key *key);

/* True when no part of an identity is a wildcard. */
bool secure_identity_whole(const struct mg_identity *identity);

/*
 * Decrypts a telegram for which mg_telegram_parse() said MG_FAULT_ENCRYPTED. `plain`
 * takes what its records become and is kept as long as the telegram. `identity` is that
 * of the meter for telegrams whose header has none (CI 7Ah); NULL or with wildcards in
 * what the mode needs: not known. Mode 7 needs the number alone. Be sure of it: mode 5
 * has nothing that would show a wrong number, version or medium, and gives wrong values.
 *
 * KEY_WRONG (check bytes, MAC or tag do not fit), IDENTITY_NEEDED, SECURITY_UNSUPPORTED:
 * the telegram is as it was, still marked as encrypted and without a record. Otherwise it
 * is decrypted and the answer is that of mg_telegram_decrypted(). Offsets of records are
 * those in the frame: what the tag of mode 10 took is missing at the end only.
 */
enum mg_fault secure_open(struct mg_telegram *telegram, const struct secure_key *key,
		const struct mg_identity *identity, uint8_t plain[SECURE_PLAIN_MAX]);

#endif
