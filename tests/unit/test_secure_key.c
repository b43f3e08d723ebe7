/* SPDX-License-Identifier: MIT */
/* Checks how keys are read. */
#include "secure_bench.h"

static void a_key_is_32_hex_digits(void **state)
{
	(void)state;
	static const uint8_t expected[SECURE_KEY_SIZE] = { 0x00, 0x12, 0x34, 0x56, 0x78, 0x9A,
		0xBC, 0xDE, 0xF0, 0x0F, 0xED, 0xCB, 0xA9, 0x87, 0x65, 0xFF };
	struct secure_key key;
	assert_true(secure_key_parse("00123456789ABCDEF00FEDCBA98765FF", &key));
	assert_memory_equal(key.bytes, expected, sizeof(expected));
	memset(&key, 0, sizeof(key));
	assert_true(secure_key_parse("00123456789abcdef00fedcba98765ff", &key));
	assert_memory_equal(key.bytes, expected, sizeof(expected));
}

static void anything_else_is_none(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"0",
		"0012345678",
		"00123456789ABCDEF00FEDCBA98765F",
		"00123456789ABCDEF00FEDCBA98765",
		"00123456789ABCDEF00FEDCBA98765FF0",
		"00123456789ABCDEF00FEDCBA98765FF ",
		" 00123456789ABCDEF00FEDCBA98765FF",
		"00123456789ABCDEF00FEDCBA98765FG",
		"00123456789ABCDEF00FEDCBA98765/F",
		"00123456789ABCDEF00FEDCBA98765:F",
		"00123456789ABCDEF00FEDCBA98765@F",
		"00123456789ABCDEF00FEDCBA98765`F",
		"00123456789ABCDEF00FEDCBA98765gF",
		"0x123456789ABCDEF00FEDCBA98765FF",
		"00 12 34 56 78 9A BC DE F0 0F ED",
		"00123456789ABCDEF00FEDCBA98765\xC3\xA9",
	};
	for (size_t i = 0; i < BENCH_COUNT(texts); i++) {
		struct secure_key key;
		memset(&key, 0x55, sizeof(key));
		const struct secure_key before = key;
		assert_false(secure_key_parse(texts[i], &key));
		assert_memory_equal(&key, &before, sizeof(key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_32_hex_digits),
		cmocka_unit_test(anything_else_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
