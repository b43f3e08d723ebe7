/* SPDX-License-Identifier: MIT */
/* Decides which configuration fields announce encryption (EN 13757-7): old meters put
   arbitrary values there, so that one counts only when the length fits, too. */
#include "mbus/encryption.h"

#include <stdbool.h>

enum {
	MODE_CBC = 5,
	MODE_CBC_DERIVED = 7,
	MODE_CCM = 10,
	BLOCK = 16,
	WORD_COUNTER = 0x2000,    /* modes 7 and 10: a message counter follows */
	EXTENSION_VERSION = 0x40, /* a key version follows */
	COUNTER_SIZE = 4,
	ALL_BYTES = 0xFF, /* mode 10: everything up to the tag */
};

static unsigned mode_of(uint16_t word)
{
	return word >> 8 & 31;
}

/* True when `encrypted` bytes, which is not 0, fit behind the extension and before the
   tag. */
static bool fits(size_t payload, size_t extension, size_t encrypted, size_t tag)
{
	return encrypted > 0 && extension + encrypted + tag <= payload;
}

static size_t blocks_of(uint16_t word)
{
	return (size_t)BLOCK * (word >> 4 & 15);
}

/* Extension bytes of a fixed number, then the counter and the key version, in an order
   that differs between the modes. */
static size_t extension_of(uint16_t word, size_t fixed, uint8_t first)
{
	size_t counter = (word & WORD_COUNTER) != 0 ? COUNTER_SIZE : 0;
	return fixed + counter + ((first & EXTENSION_VERSION) != 0 ? 1u : 0u);
}

size_t encryption_extension(uint16_t word, const struct mg_bytes *payload)
{
	if (payload->size == 0) {
		return 0;
	}
	switch (mode_of(word)) {
	case MODE_CBC_DERIVED:
		return extension_of(word, 1, payload->data[0]);
	case MODE_CCM:
		return extension_of(word, 2, payload->data[0]);
	default:
		return 0;
	}
}

static bool ccm_fits(uint16_t word, const struct mg_bytes *payload)
{
	if (payload->size < 2) {
		return false;
	}
	size_t tag = 4 + 4 * (size_t)(payload->data[1] & 3);
	size_t announced = word & 0xFF;
	return fits(payload->size, encryption_extension(word, payload),
			announced == ALL_BYTES ? 1 : announced, tag);
}

uint8_t encryption_mode(uint16_t word, const struct mg_bytes *payload)
{
	unsigned mode = mode_of(word);
	bool announced = false;
	if (mode == MODE_CBC) {
		announced = fits(payload->size, 0, blocks_of(word), 0);
	} else if (mode == MODE_CBC_DERIVED) {
		announced = fits(
				payload->size, encryption_extension(word, payload), blocks_of(word), 0);
	} else if (mode == MODE_CCM) {
		announced = ccm_fits(word, payload);
	}
	return announced ? (uint8_t)mode : 0;
}
