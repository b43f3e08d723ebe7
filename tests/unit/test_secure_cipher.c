/* SPDX-License-Identifier: MIT */
/* Checks the algorithms by published examples: NIST SP 800-38A, RFC 4493, RFC 3610. */
#include "secure_bench.h"

#include "secure/secure_private.h"

#define NIST_KEY "2B7E151628AED2A6ABF7158809CF4F3C"
#define NIST_TEXT                                                                        \
	"6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51 "                 \
	"30C81C46A35CE411"

static void cbc_decrypts_the_example_of_nist(void **state)
{
	(void)state;
	uint8_t iv[SECURE_BLOCK], bytes[32], expected[32];
	const struct secure_key key = secure_bench_key(NIST_KEY);
	bench_bytes("000102030405060708090A0B0C0D0E0F", iv, sizeof(iv));
	bench_bytes("7649ABAC8119B246CEE98E9B12E9197D 5086CB9B507219EE95DB113A917678B2",
			bytes, sizeof(bytes));
	bench_bytes("6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51",
			expected, sizeof(expected));
	secure_cipher_cbc(&key, iv, bytes, sizeof(bytes));
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void assert_mac(size_t size, const char *expected_hex)
{
	uint8_t text[40], mac[SECURE_BLOCK], expected[SECURE_BLOCK];
	const struct secure_key key = secure_bench_key(NIST_KEY);
	bench_bytes(NIST_TEXT, text, sizeof(text));
	bench_bytes(expected_hex, expected, sizeof(expected));
	const struct mg_bytes whole = { .data = text, .size = size };
	secure_cipher_mac(&key, &whole, 1, mac);
	assert_memory_equal(mac, expected, sizeof(mac));
	for (size_t cut = 0; cut <= size; cut++) {
		const struct mg_bytes parts[] = {
			{ .data = text, .size = cut },
			{ .data = NULL, .size = 0 },
			{ .data = text + cut, .size = size - cut },
		};
		secure_cipher_mac(&key, parts, 3, mac);
		assert_memory_equal(mac, expected, sizeof(mac));
	}
}

static void cmac_makes_the_examples_of_its_rfc(void **state)
{
	(void)state;
	assert_mac(0, "BB1D6929E95937287FA37D129B756746");
	assert_mac(16, "070A16B46B4D4144F79BDD9DD04A287C");
	assert_mac(40, "DFA66747DE9AE63030CA32611497C827");
}

#define CCM_SIZE 31
#define CCM_CIPHER "588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384 17E8D12CFDF926E0"

/* The first packet of the RFC, one byte of it changed by `change` at `where`: first the
   associated data, then cipher text and tag. */
static bool open_packet(size_t where, uint8_t change, uint8_t bytes[CCM_SIZE])
{
	uint8_t nonce[SECURE_NONCE], header[8];
	const struct secure_key key = secure_bench_key("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
	bench_bytes("00000003020100A0A1A2A3A4A5", nonce, sizeof(nonce));
	bench_bytes("0001020304050607", header, sizeof(header));
	bench_bytes(CCM_CIPHER, bytes, CCM_SIZE);
	if (where < sizeof(header)) {
		header[where] ^= change;
	} else {
		bytes[where - sizeof(header)] ^= change;
	}
	const struct mg_bytes associated = { .data = header, .size = sizeof(header) };
	return secure_cipher_ccm(&key, nonce, &associated, bytes, CCM_SIZE, 8);
}

static void ccm_opens_the_first_packet_of_its_rfc(void **state)
{
	(void)state;
	uint8_t bytes[CCM_SIZE];
	assert_true(open_packet(0, 0, bytes));
	for (size_t i = 0; i < 23; i++) {
		assert_int_equal(bytes[i], 8 + i);
	}
	for (size_t where = 0; where < 8 + CCM_SIZE; where++) {
		assert_false(open_packet(where, 0x10, bytes));
	}
}

static void macs_are_compared_to_the_last_byte(void **state)
{
	(void)state;
	assert_true(secure_cipher_equal((const uint8_t *)"abcd", (const uint8_t *)"abcd", 4));
	assert_true(secure_cipher_equal((const uint8_t *)"abcd", (const uint8_t *)"abce", 3));
	assert_false(
			secure_cipher_equal((const uint8_t *)"abcd", (const uint8_t *)"abce", 4));
	assert_false(
			secure_cipher_equal((const uint8_t *)"abcd", (const uint8_t *)"bbcd", 4));
}

static void wiping_leaves_zeros(void **state)
{
	(void)state;
	uint8_t bytes[6] = { 1, 2, 3, 4, 5, 6 };
	static const uint8_t expected[6] = { 1, 0, 0, 0, 0, 6 };
	secure_cipher_wipe(bytes + 1, 4);
	assert_memory_equal(bytes, expected, sizeof(bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cbc_decrypts_the_example_of_nist),
		cmocka_unit_test(cmac_makes_the_examples_of_its_rfc),
		cmocka_unit_test(ccm_opens_the_first_packet_of_its_rfc),
		cmocka_unit_test(macs_are_compared_to_the_last_byte),
		cmocka_unit_test(wiping_leaves_zeros),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
