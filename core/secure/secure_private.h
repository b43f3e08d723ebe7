/* SPDX-License-Identifier: MIT */
/* What the files of this room share: one telegram on its way to plain text. */
#ifndef SECURE_SECURE_PRIVATE_H
#define SECURE_SECURE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "secure/secure.h"

#define SECURE_BLOCK 16  /* bytes of a block of AES, and of a whole MAC */
#define SECURE_ADDRESS 8 /* bytes of an identity as the link layer has it */
#define SECURE_ID 4      /* bytes of the identification number */
#define SECURE_COUNTER 4 /* bytes of a message counter */

struct secure_job {
	const struct mg_telegram *telegram; /* its record area is at most SECURE_PLAIN_MAX */
	const struct secure_key *key;
	const struct mg_identity *identity; /* for telegrams without one; may be NULL */
	/* The record area, which a mode decrypts in place. The application begins `skip`
	   bytes behind its start and has `size` bytes. */
	uint8_t *plain;
	size_t skip, size;
};

/* How the key of a message follows from that of the meter. */
struct secure_message {
	uint8_t kdf;      /* key derivation function: 0 none, 1 KDF-A */
	bool has_counter; /* `counter` is known */
	uint32_t counter;
};

/* The first byte that KDF-A derives from: what the key is for. */
enum secure_use {
	SECURE_USE_ENCRYPT = 0x00, /* messages of the meter */
	SECURE_USE_MAC = 0x01,
};

/* Each undoes one security mode: sets `plain`, `skip` and `size` of the job. */
enum mg_fault secure_mode5_open(struct secure_job *job);
enum mg_fault secure_mode7_open(struct secure_job *job);
enum mg_fault secure_mode10_open(struct secure_job *job);

/* Bytes that modes 5 and 7 announce as encrypted. */
size_t secure_mode5_encrypted(const struct mg_telegram *telegram);
/* Whether two bytes are those that every plain text of modes 5 and 7 begins with. */
bool secure_mode5_checks(const uint8_t *bytes);

/* The number of the meter, low byte first. False when neither the telegram nor the job
   knows all of it. */
bool secure_identity_id(const struct secure_job *job, uint8_t id[SECURE_ID]);

/* Eight bytes as the link layer sends them: manufacturer, number, version, medium. False
   when neither the telegram nor the job knows all of them. */
bool secure_identity_address(
		const struct secure_job *job, uint8_t address[SECURE_ADDRESS]);

/* The key of one message. NONE, IDENTITY_NEEDED, or SECURITY_UNSUPPORTED for another
   function or without a counter. */
enum mg_fault secure_derive_key(const struct secure_job *job,
		const struct secure_message *message, enum secure_use use,
		struct secure_key *key);

/* Bits 5 and 4 of the first byte of a configuration field extension. */
uint8_t secure_derive_kdf(uint8_t extension);
/* Takes the counter from `bytes`, low byte first; NULL: from the AFL when it has one. */
void secure_derive_counter(const struct secure_job *job, const uint8_t *bytes,
		struct secure_message *message);

/* AES-128-CBC in place; `size` is a multiple of SECURE_BLOCK. */
void secure_cipher_cbc(const struct secure_key *key, const uint8_t iv[SECURE_BLOCK],
		uint8_t *bytes, size_t size);

/* AES-128-CMAC over several runs of bytes. */
void secure_cipher_mac(const struct secure_key *key, const struct mg_bytes *parts,
		size_t count, uint8_t mac[SECURE_BLOCK]);

/* AES-128-CCM with a nonce of 13 bytes: `size` bytes at `bytes`, the tag last, become
   plain text in place. False when the tag does not fit; then they are not to be used. */
#define SECURE_NONCE 13
bool secure_cipher_ccm(const struct secure_key *key, const uint8_t nonce[SECURE_NONCE],
		const struct mg_bytes *associated, uint8_t *bytes, size_t size, size_t tag_size);

/* Takes the same time wherever the first difference is. */
bool secure_cipher_equal(const uint8_t *a, const uint8_t *b, size_t size);

/* Overwrites what nobody reads again; the compiler keeps the writes. */
void secure_cipher_wipe(void *bytes, size_t size);

#endif
