/* SPDX-License-Identifier: MIT */
/* Addresses between text and structure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/bus_address.h"

static void test_primary_addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "0", "5", "250", "254" };
	static const char *const bad[] = { "251", "252", "253", "255", "999" };
	struct bus_address address;
	char text[MG_IDENTITY_SIZE];
	size_t wrong = 99;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(bus_address_parse(good[i], &address, &wrong));
		assert_false(address.secondary);
		assert_string_equal(bus_address_text(&address, text), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(bus_address_parse(bad[i], &address, &wrong));
		assert_int_equal(wrong, 0);
	}
}

static void test_secondary_addresses(void **state)
{
	(void)state;
	struct bus_address address;
	char text[MG_IDENTITY_SIZE];
	size_t wrong;
	assert_true(bus_address_parse("12345678.KAM.16.04", &address, &wrong));
	assert_true(address.secondary);
	assert_int_equal(address.identity.id, 0x12345678);
	assert_int_equal(address.identity.version, 0x16);
	assert_int_equal(address.identity.medium, 4);
	assert_string_equal(bus_address_text(&address, text), "12345678.KAM.16.04");
	assert_true(bus_address_parse("1234FFFF", &address, &wrong));
	assert_int_equal(address.identity.id, 0x1234FFFF);
	assert_int_equal(address.identity.manufacturer, 0xFFFF);
	assert_string_equal(bus_address_text(&address, text), "1234FFFF");
}

static void test_what_is_neither(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "x", "-1", "12345", "1234567G", "5 ",
		"12345678.K" };
	struct bus_address address = { .primary = 77 };
	size_t wrong;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(bus_address_parse(bad[i], &address, &wrong));
	}
	assert_int_equal(address.primary, 77);
	assert_false(bus_address_parse("1234567G", &address, &wrong));
	assert_int_equal(wrong, 7);
}

static void test_equal_addresses(void **state)
{
	(void)state;
	static const char *const texts[] = { "5", "6", "12345678", "12345678.KAM",
		"12345678.KAM.16.04", "12345678.KAM.16.06", "1234FFFF" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
			struct bus_address a, b;
			size_t wrong;
			assert_true(bus_address_parse(texts[i], &a, &wrong));
			assert_true(bus_address_parse(texts[k], &b, &wrong));
			assert_int_equal(bus_address_equal(&a, &b), i == k);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_primary_addresses),
		cmocka_unit_test(test_secondary_addresses),
		cmocka_unit_test(test_what_is_neither),
		cmocka_unit_test(test_equal_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
