/* SPDX-License-Identifier: MIT */
/* Notes about what protects a telegram: configuration field, extension bytes, cipher
   text, authentication layer (EN 13757-7). */
#include "mbus/explain_security.h"

#include "mbus/encryption.h"

enum {
	MODE_CBC = 5,
	MODE_CBC_DERIVED = 7,
	MODE_CCM = 10,
	MODE_MASK = 0x1F00,
	WORD_COUNTER = 0x2000,
	BLOCK = 16,
	ALL_BYTES = 0xFF,
	COUNTER_SIZE = 4,
	EXTENSION_VERSION = 0x40,
	FCL_CONTROL = 0x2000, /* of the AFL: the message control byte is there */
};

struct word_bit {
	uint16_t bit;
	const char *text;
};

static void add_bits(
		struct explain *explain, uint16_t word, const struct word_bit *bits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if ((word & bits[i].bit) != 0) {
			explain_note_add(explain, ", %s", bits[i].text);
		}
	}
}

/* Modes 0 and 5 have these bits; wired meters have no use for them. */
static void add_radio_bits(struct explain *explain, uint16_t word)
{
	static const struct word_bit bits[] = {
		{ 0x8000, "bidirectional" },
		{ 0x4000, "accessible" },
		{ 0x2000, "synchronous" },
		{ 0x0008, "static content" },
		{ 0x0002, "repeated access" },
		{ 0x0001, "repeated by a hop" },
	};
	add_bits(explain, word, bits, sizeof(bits) / sizeof(bits[0]));
}

static void add_counter_bit(struct explain *explain, uint16_t word)
{
	static const struct word_bit bits[] = { { WORD_COUNTER,
			"a message counter follows" } };
	add_bits(explain, word, bits, 1);
}

static void add_blocks(struct explain *explain, uint16_t word, const char *cipher)
{
	unsigned blocks = word >> 4 & 15u;
	explain_note_add(explain, "%04Xh: mode %u, %s, %u block%s of 16 bytes", word,
			word >> 8 & 31u, cipher, blocks, blocks == 1 ? "" : "s");
}

static void add_ccm(struct explain *explain, uint16_t word)
{
	explain_note_add(explain, "%04Xh: mode 10, AES-CCM, ", word);
	if ((word & ALL_BYTES) == ALL_BYTES) {
		explain_note_add(explain, "all bytes up to the tag");
	} else {
		explain_note_add(explain, "%u bytes", word & 0xFFu);
	}
}

void explain_security_word(struct explain *explain, uint16_t word, uint8_t mode)
{
	switch (mode) {
	case MODE_CBC:
		add_blocks(explain, word, "AES-CBC");
		add_radio_bits(explain, word);
		break;
	case MODE_CBC_DERIVED:
		add_blocks(explain, word, "AES-CBC with a derived key");
		add_counter_bit(explain, word);
		break;
	case MODE_CCM:
		add_ccm(explain, word);
		add_counter_bit(explain, word);
		break;
	default:
		explain_note_add(explain, "%04Xh: %s", word,
				(word & MODE_MASK) == 0 ? "not encrypted"
										: "announces no encryption that fits, old meters "
										  "send anything here");
		if ((word & MODE_MASK) == 0) {
			add_radio_bits(explain, word);
		}
		break;
	}
}

/* Bytes of the tag; the encryption was announced, so the extension is there. */
static size_t tag_size(const struct mg_telegram *telegram)
{
	bool ccm = telegram->security_mode == MODE_CCM;
	return ccm ? 4 + 4 * (size_t)(telegram->records.data[1] & 3) : 0;
}

/* The first byte, or two of them in mode 10. */
static void explain_key(struct explain *explain, const struct mg_telegram *telegram)
{
	static const char *const derivations[] = {
		"as it is",
		"derived by KDF-A",
		"derived in a reserved way",
		"derived in a reserved way",
	};
	uint8_t first = explain_note_byte(explain);
	bool ccm = telegram->security_mode == MODE_CCM;
	size_t size = ccm ? 2 : 1;
	if (explain_note_whole(explain, "extension", size)) {
		explain_note_begin(explain, "extension");
		explain_note_add(explain, "key %u, %s", first & 15u, derivations[first >> 4 & 3]);
		if (ccm) {
			explain_note_add(explain, ", tag of %u bytes", (unsigned)tag_size(telegram));
		}
		explain_note_end(explain, size);
	}
}

static void explain_counter(struct explain *explain, uint16_t word)
{
	size_t size = (word & WORD_COUNTER) != 0 ? COUNTER_SIZE : 0;
	if (explain_note_whole(explain, "extension", size)) {
		explain_note(explain, "extension", size, "message counter %u",
				(unsigned)explain_note_peek(explain, size, false));
	}
}

static void explain_version(struct explain *explain, uint8_t first)
{
	size_t size = (first & EXTENSION_VERSION) != 0 ? 1 : 0;
	if (explain_note_whole(explain, "extension", size)) {
		explain_note(explain, "extension", size, "version %u of the key",
				explain_note_byte(explain));
	}
}

/* Counter and version of the key have an order of their own in each mode. */
static void explain_extension(struct explain *explain, const struct mg_telegram *telegram)
{
	uint8_t first = explain_note_byte(explain);
	explain_key(explain, telegram);
	if (telegram->security_mode == MODE_CCM) {
		explain_version(explain, first);
		explain_counter(explain, telegram->signature);
	} else {
		explain_counter(explain, telegram->signature);
		explain_version(explain, first);
	}
}

/* Bytes of cipher text in front of `left` bytes without the tag. */
static size_t cipher_size(const struct mg_telegram *telegram, size_t left)
{
	unsigned word = telegram->signature;
	if (telegram->security_mode != MODE_CCM) {
		return BLOCK * (word >> 4 & 15);
	}
	return (word & ALL_BYTES) == ALL_BYTES ? left : word & ALL_BYTES;
}

void explain_security_payload(struct explain *explain, const struct mg_telegram *telegram)
{
	const struct mg_bytes *payload = &telegram->records;
	size_t extension = encryption_extension(telegram->signature, payload);
	size_t tag = tag_size(telegram);
	size_t cipher = cipher_size(telegram, payload->size - extension - tag);
	size_t plain = payload->size - extension - tag - cipher;
	if (extension > 0) {
		explain_extension(explain, telegram);
	}
	if (explain_note_whole(explain, "encrypted", cipher)) {
		explain_note(explain, "encrypted", cipher, "cipher text, %u byte%s",
				(unsigned)cipher, cipher > 1 ? "s" : "");
	}
	if (explain_note_whole(explain, "plain", plain)) {
		explain_note(explain, "plain", plain,
				"not encrypted: goes on behind what was decrypted");
	}
	if (explain_note_whole(explain, "tag", tag)) {
		explain_note(explain, "tag", tag,
				"tag of the encryption: shows whether the key is right");
	}
}

static void explain_fcl(struct explain *explain, uint16_t fcl)
{
	static const struct word_bit bits[] = {
		{ 0x4000, "more fragments follow" },
		{ FCL_CONTROL, "message control" },
		{ 0x0200, "key information" },
		{ 0x0800, "counter" },
		{ 0x0400, "MAC" },
		{ 0x1000, "length" },
	};
	if (explain_note_whole(explain, "AFL", 2)) {
		explain_note_begin(explain, "AFL");
		explain_note_add(explain, "%04Xh: fragment %u", fcl, fcl & 0xFFu);
		add_bits(explain, fcl, bits, sizeof(bits) / sizeof(bits[0]));
		explain_note_end(explain, 2);
	}
}

static void explain_afl_fields(
		struct explain *explain, const struct mg_afl *afl, bool control)
{
	if (explain_note_whole(explain, "AFL", control ? 1 : 0)) {
		explain_note(
				explain, "AFL", 1, "message control: MAC of type %u", afl->mcl & 15u);
	}
	if (explain_note_whole(explain, "AFL", afl->key.size)) {
		explain_note(explain, "AFL", afl->key.size, "key information %04Xh",
				(unsigned)explain_note_peek(explain, afl->key.size, false));
	}
	if (explain_note_whole(explain, "AFL", afl->has_counter ? COUNTER_SIZE : 0)) {
		explain_note(explain, "AFL", COUNTER_SIZE, "message counter %u",
				(unsigned)afl->counter);
	}
	if (explain_note_whole(explain, "AFL", afl->mac.size)) {
		explain_note(explain, "AFL", afl->mac.size,
				"MAC: shows with the key whether the telegram is genuine");
	}
	if (explain_note_whole(explain, "AFL", afl->size_field.size)) {
		explain_note(explain, "AFL", afl->size_field.size, "message of %u bytes",
				(unsigned)explain_note_peek(explain, afl->size_field.size, false));
	}
}

void explain_security_afl(struct explain *explain, const struct mg_afl *afl)
{
	size_t size = explain->reader.size, left = reader_left(&explain->reader);
	if (afl->size == 0) {
		explain_note_rest(explain, "rest", "not read, the layer is not whole");
		return;
	}
	explain->reader.size = explain->reader.at + (afl->size < left ? afl->size : left);
	explain_note(explain, "AFL", 1, "%u bytes follow in this layer",
			explain_note_byte(explain));
	uint16_t fcl = (uint16_t)explain_note_peek(explain, 2, false);
	explain_fcl(explain, fcl);
	explain_afl_fields(explain, afl, (fcl & FCL_CONTROL) != 0);
	explain_note_rest(explain, "AFL", "meaning not known");
	explain->reader.size = size;
}
