/* SPDX-License-Identifier: MIT */
/* Checks which configuration fields mean encryption. */
#include "mbus_bench.h"

/* The bytes behind a short header that has this configuration field. */
static enum mg_fault with_word(
		uint16_t word, size_t payload, uint8_t first, uint8_t second)
{
	uint8_t data[252] = { 0x2A, 0, (uint8_t)word, (uint8_t)(word >> 8), first, second };
	struct mg_data_record record;
	struct bench bench;
	bench_user_data(&bench, 0x08, 0x7A, data, 4 + payload);
	enum mg_fault fault = bench.fault;
	assert_int_equal(bench.telegram.signature, word);
	assert_int_equal(bench.telegram.security_mode,
			fault == MG_FAULT_ENCRYPTED ? word >> 8 & 31 : 0);
	assert_int_equal((bench.telegram.flags & MG_TELEGRAM_ENCRYPTED) != 0,
			fault == MG_FAULT_ENCRYPTED);
	if (fault == MG_FAULT_ENCRYPTED) {
		assert_int_equal(bench.telegram.records.size, payload);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	}
	bench_finish(&bench);
	return fault;
}

static void mode_5_is_encrypted_when_its_blocks_fit(void **state)
{
	(void)state;
	assert_int_equal(with_word(0x0510, 16, 0, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0510, 40, 0, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0510, 15, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x05F0, 240, 0, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x05F0, 239, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0500, 16, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x8510, 16, 0, 0), MG_FAULT_ENCRYPTED);
}

static void mode_7_has_extension_bytes(void **state)
{
	(void)state;
	assert_int_equal(with_word(0x0720, 33, 0x10, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0720, 32, 0x10, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0720, 34, 0x50, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0720, 33, 0x50, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x2720, 37, 0x10, 0), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x2720, 36, 0x10, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0700, 33, 0x10, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0720, 0, 0, 0), MG_FAULT_NONE);
}

static void mode_10_has_a_counter_and_a_tag(void **state)
{
	(void)state;
	/* extension 2, counter 4, then the bytes, then a tag of 8 */
	assert_int_equal(with_word(0x2A11, 31, 0x10, 0x01), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x2A11, 30, 0x10, 0x01), MG_FAULT_NONE);
	assert_int_equal(with_word(0x2AFF, 15, 0x10, 0x01), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x2AFF, 14, 0x10, 0x01), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0A01, 7, 0x10, 0x00), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0A01, 8, 0x50, 0x00), MG_FAULT_ENCRYPTED);
	assert_int_equal(with_word(0x0A01, 7, 0x50, 0x00), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0A00, 40, 0x10, 0x00), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0A01, 1, 0x10, 0x00), MG_FAULT_NONE);
}

static void other_configuration_fields_are_not_encryption(void **state)
{
	(void)state;
	assert_int_equal(with_word(0x1234, 40, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0xFFFF, 40, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0210, 40, 0, 0), MG_FAULT_NONE);
	assert_int_equal(with_word(0x0810, 40, 0, 0), MG_FAULT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mode_5_is_encrypted_when_its_blocks_fit),
		cmocka_unit_test(mode_7_has_extension_bytes),
		cmocka_unit_test(mode_10_has_a_counter_and_a_tag),
		cmocka_unit_test(other_configuration_fields_are_not_encryption),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
