/* SPDX-License-Identifier: MIT */
/* Keys between text and bytes. */
#include "secure/secure_private.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool secure_key_parse(const char *text, struct secure_key *key)
{
	struct secure_key parsed;
	for (size_t i = 0; i < SECURE_KEY_SIZE; i++) {
		int high = digit(text[2 * i]);
		int low = high < 0 ? -1 : digit(text[2 * i + 1]);
		if (low < 0) {
			return false;
		}
		parsed.bytes[i] = (uint8_t)(high << 4 | low);
	}
	if (text[2 * SECURE_KEY_SIZE] != '\0') {
		return false;
	}
	*key = parsed;
	secure_cipher_wipe(&parsed, sizeof(parsed));
	return true;
}
