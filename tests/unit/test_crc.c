/* SPDX-License-Identifier: MIT */
/* Checks the CRC against its published check value and against its definition. */
#include "mbus_bench.h"

static void the_check_value_is_right(void **state)
{
	(void)state;
	assert_int_equal(mg_crc((const uint8_t *)"123456789", 9), 0xC2B7);
	assert_int_equal(mg_crc(NULL, 0), 0xFFFF);
}

static void formats_and_whole_records_have_these_crcs(void **state)
{
	static const uint8_t format[] = { 0x02, 0x02, 0x02, 0x15, 0x02, 0x2A };
	static const uint8_t records[] = { 0x02, 0x02, 0xD2, 0x04, 0x02, 0x15, 0x2E, 0x16,
		0x02, 0x2A, 0x34, 0x23 };
	(void)state;
	assert_int_equal(mg_crc(format, sizeof(format)), 0x3B31);
	assert_int_equal(mg_crc(records, sizeof(records)), 0xA642);
}

/* Bit by bit, as the polynomial says. */
static uint16_t slow_crc(const uint8_t *bytes, size_t size)
{
	unsigned crc = 0;
	for (size_t i = 0; i < 8 * size; i++) {
		unsigned bit = bytes[i / 8] >> (7 - i % 8) & 1;
		unsigned high = crc >> 15;
		crc = (crc << 1 & 0xFFFF) ^ (high != bit ? 0x3D65u : 0);
	}
	return (uint16_t)~crc;
}

static void every_byte_counts_as_the_polynomial_says(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		uint8_t bytes[] = { (uint8_t)first, (uint8_t)(first * 37 + 11), 0x00, 0xFF };
		for (size_t size = 1; size <= sizeof(bytes); size++) {
			assert_int_equal(mg_crc(bytes, size), slow_crc(bytes, size));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_value_is_right),
		cmocka_unit_test(formats_and_whole_records_have_these_crcs),
		cmocka_unit_test(every_byte_counts_as_the_polynomial_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
