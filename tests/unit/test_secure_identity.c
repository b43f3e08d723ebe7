/* SPDX-License-Identifier: MIT */
/* Checks whose identity goes into keys and nonces. */
#include "secure_bench.h"

#include "secure/secure_private.h"

static const struct mg_identity meter = {
	.id = 0x12345678, .manufacturer = 0x1593, .version = 0x33, .medium = 0x03
};

static void a_wildcard_in_any_part_is_seen(void **state)
{
	(void)state;
	assert_true(secure_identity_whole(&meter));
	for (unsigned nibble = 0; nibble < 8; nibble++) {
		struct mg_identity mask = meter;
		mask.id |= 0xFu << 4 * nibble;
		assert_false(secure_identity_whole(&mask));
	}
	const struct mg_identity others[] = {
		{ 0x12345678, 0x15FF, 0x33, 0x03 },
		{ 0x12345678, 0xFF93, 0x33, 0x03 },
		{ 0x12345678, 0x1593, 0xFF, 0x03 },
		{ 0x12345678, 0x1593, 0x33, 0xFF },
	};
	for (size_t i = 0; i < BENCH_COUNT(others); i++) {
		assert_false(secure_identity_whole(&others[i]));
	}
	const struct mg_identity letters = { 0xABCDE012, 0xEFFE, 0xFE, 0xEF };
	assert_true(secure_identity_whole(&letters));
}

static void assert_address(const struct mg_telegram *telegram,
		const struct mg_identity *known, const char *address_hex)
{
	const struct secure_job job = { .telegram = telegram, .identity = known };
	uint8_t address[SECURE_ADDRESS], expected[SECURE_ADDRESS];
	bench_bytes(address_hex, expected, sizeof(expected));
	assert_true(secure_identity_address(&job, address));
	assert_memory_equal(address, expected, sizeof(expected));
	assert_true(secure_identity_id(&job, address));
	assert_memory_equal(address, expected + 2, SECURE_ID);
}

static void the_manufacturer_stands_first(void **state)
{
	(void)state;
	const struct mg_telegram without = { .header = MG_HEADER_SHORT };
	const struct mg_telegram with = { .header = MG_HEADER_LONG,
		.identity = { 0x11223344, 0x4824, 0x01, 0x37 } };
	assert_address(&without, &meter, "9315 78563412 33 03");
	assert_address(&with, NULL, "2448 44332211 01 37");
	assert_address(&with, &meter, "2448 44332211 01 37");
}

static void a_header_has_no_wildcards(void **state)
{
	(void)state;
	const struct mg_telegram telegram = { .header = MG_HEADER_LONG,
		.identity = { 0xF1223344, 0x48FF, 0xFF, 0xFF } };
	assert_address(&telegram, NULL, "FF48 443322F1 FF FF");
}

static void what_is_not_known_is_not_made_up(void **state)
{
	(void)state;
	const struct mg_telegram telegram = { .header = MG_HEADER_SHORT,
		.identity = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX } };
	const struct mg_identity number_alone = { 0x12345678, 0xFFFF, 0xFF, 0xFF };
	struct secure_job job = { .telegram = &telegram };
	uint8_t bytes[SECURE_ADDRESS];
	assert_false(secure_identity_address(&job, bytes));
	assert_false(secure_identity_id(&job, bytes));
	job.identity = &telegram.identity;
	assert_false(secure_identity_address(&job, bytes));
	assert_false(secure_identity_id(&job, bytes));
	job.identity = &number_alone;
	assert_false(secure_identity_address(&job, bytes));
	assert_true(secure_identity_id(&job, bytes));
	assert_memory_equal(bytes, "\x78\x56\x34\x12", SECURE_ID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wildcard_in_any_part_is_seen),
		cmocka_unit_test(the_manufacturer_stands_first),
		cmocka_unit_test(a_header_has_no_wildcards),
		cmocka_unit_test(what_is_not_known_is_not_made_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
