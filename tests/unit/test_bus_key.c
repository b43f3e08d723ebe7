/* SPDX-License-Identifier: MIT */
/* Which key belongs to which address, and whose it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/bus_key.h"

#define WHOLE                                                                            \
	{                                                                                    \
		0x12345678, 0x2C2D, 0x16, 0x04                                                   \
	}
#define NUMBER                                                                           \
	{                                                                                    \
		0x12345678, 0xFFFF, 0xFF, 0xFF                                                   \
	}

static const struct bus_key by_number = {
	.address = { .secondary = true, .primary = 253, .identity = NUMBER },
	.identity = NUMBER,
};
static const struct bus_key by_identity = {
	.next = &by_number,
	.address = { .secondary = true, .primary = 253, .identity = WHOLE },
	.identity = WHOLE,
};
static const struct bus_key by_primary = {
	.next = &by_identity,
	.address = { .primary = 5 },
	.identity = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX },
};

static void a_key_is_found_by_the_address_as_it_is_written(void **state)
{
	(void)state;
	const struct bus_address six = { .primary = 6 };
	const struct bus_address all = { .secondary = true,
		.primary = 253,
		.identity = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX } };
	struct bus_address identity_at_five = by_identity.address;
	identity_at_five.secondary = false;
	assert_ptr_equal(bus_key_find(&by_primary, &by_primary.address), &by_primary);
	assert_ptr_equal(bus_key_find(&by_primary, &by_identity.address), &by_identity);
	assert_ptr_equal(bus_key_find(&by_primary, &by_number.address), &by_number);
	assert_null(bus_key_find(&by_primary, &six));
	assert_null(bus_key_find(&by_primary, &all));
	assert_null(bus_key_find(&by_primary, &identity_at_five));
	assert_null(bus_key_find(NULL, &by_primary.address));
}

static void what_is_configured_comes_before_what_was_seen(void **state)
{
	(void)state;
	const struct mg_identity seen = { 0x87654321, 0x2C2D, 0x16, 0x04 };
	assert_ptr_equal(bus_key_identity(&by_identity, &seen), &by_identity.identity);
	assert_ptr_equal(bus_key_identity(&by_identity, NULL), &by_identity.identity);
	assert_ptr_equal(bus_key_identity(&by_number, &seen), &seen);
	assert_ptr_equal(bus_key_identity(&by_number, NULL), &by_number.identity);
	assert_ptr_equal(bus_key_identity(&by_primary, &seen), &seen);
	assert_ptr_equal(bus_key_identity(&by_primary, NULL), &by_primary.identity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_found_by_the_address_as_it_is_written),
		cmocka_unit_test(what_is_configured_comes_before_what_was_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
