/* SPDX-License-Identifier: MIT */
/* The algorithms of nettle, as this room uses them. */
#include <string.h>

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/ccm.h>
#include <nettle/cmac.h>
#include <nettle/memops.h>

#include "secure/secure_private.h"

_Static_assert(SECURE_BLOCK == AES_BLOCK_SIZE && SECURE_BLOCK == CMAC128_DIGEST_SIZE,
		"a block is a block");
_Static_assert(SECURE_KEY_SIZE == AES128_KEY_SIZE, "a key is one of AES-128");

void secure_cipher_wipe(void *bytes, size_t size)
{
	volatile uint8_t *at = bytes;
	while (size > 0) {
		at[--size] = 0;
	}
}

bool secure_cipher_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	return memeql_sec(a, b, size) != 0;
}

void secure_cipher_cbc(const struct secure_key *key, const uint8_t iv[SECURE_BLOCK],
		uint8_t *bytes, size_t size)
{
	struct CBC_CTX(struct aes128_ctx, AES_BLOCK_SIZE) context;
	aes128_set_decrypt_key(&context.ctx, key->bytes);
	CBC_SET_IV(&context, iv);
	CBC_DECRYPT(&context, aes128_decrypt, size, bytes, bytes);
	secure_cipher_wipe(&context, sizeof(context));
}

void secure_cipher_mac(const struct secure_key *key, const struct mg_bytes *parts,
		size_t count, uint8_t mac[SECURE_BLOCK])
{
	struct cmac_aes128_ctx context;
	cmac_aes128_set_key(&context, key->bytes);
	for (size_t i = 0; i < count; i++) {
		cmac_aes128_update(&context, parts[i].size, parts[i].data);
	}
	cmac_aes128_digest(&context, SECURE_BLOCK, mac);
	secure_cipher_wipe(&context, sizeof(context));
}

bool secure_cipher_ccm(const struct secure_key *key, const uint8_t nonce[SECURE_NONCE],
		const struct mg_bytes *associated, uint8_t *bytes, size_t size, size_t tag_size)
{
	struct ccm_aes128_ctx context;
	ccm_aes128_set_key(&context, key->bytes);
	int fits = ccm_aes128_decrypt_message(&context, SECURE_NONCE, nonce, associated->size,
			associated->data, tag_size, size - tag_size, bytes, bytes);
	secure_cipher_wipe(&context, sizeof(context));
	return fits != 0;
}
