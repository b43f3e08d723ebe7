/* SPDX-License-Identifier: MIT */
/* A key of the command line is for the address that it was given with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/target.h"

static struct bus_address address_of(const char *text)
{
	struct bus_address address;
	size_t wrong;
	assert_true(bus_address_parse(text, &address, &wrong));
	return address;
}

static void add(struct setup_bus *bus, const char *address, uint8_t first)
{
	const struct cli cli = { .err = stderr };
	const struct cli_args args = { .operand_count = 0 };
	const struct bus_address parsed = address_of(address);
	const struct secure_key key = { { first } };
	assert_true(target_add_key(&cli, &args, bus, &parsed, &key));
}

static const struct bus_key *find(const struct setup_bus *bus, const char *address)
{
	const struct bus_address parsed = address_of(address);
	return bus_key_find(bus->settings.keys, &parsed);
}

static void a_key_is_for_one_address(void **state)
{
	(void)state;
	struct setup_bus bus = { .device_count = 0 };
	option_memory_init(&bus.memory);
	add(&bus, "5", 0xA5);
	add(&bus, "12345678.KAM.10.04", 0xA6);
	const struct bus_key *primary = find(&bus, "5");
	const struct bus_key *secondary = find(&bus, "12345678.KAM.10.04");
	assert_non_null(primary);
	assert_int_equal(primary->key.bytes[0], 0xA5);
	assert_int_equal(primary->identity.id, 0xFFFFFFFF);
	assert_int_equal(primary->identity.manufacturer, 0xFFFF);
	assert_int_equal(primary->identity.version, 0xFF);
	assert_int_equal(primary->identity.medium, 0xFF);
	assert_non_null(secondary);
	assert_int_equal(secondary->key.bytes[0], 0xA6);
	assert_int_equal(secondary->identity.id, 0x12345678);
	assert_int_equal(secondary->identity.version, 0x10);
	assert_null(find(&bus, "6"));
	option_memory_finish(&bus.memory);
}

static void it_goes_before_that_of_the_configuration(void **state)
{
	(void)state;
	const struct bus_key configured = {
		.address = address_of("5"),
		.identity = { 0x12345678, 0x2C2D, 0x10, 0x04 },
		.key = { { 0x11 } },
	};
	struct setup_bus bus = { .settings = { .keys = &configured } };
	option_memory_init(&bus.memory);
	add(&bus, "5", 0xA5);
	const struct bus_key *key = find(&bus, "5");
	assert_int_equal(key->key.bytes[0], 0xA5);
	assert_int_equal(key->identity.id, 0x12345678);
	assert_ptr_equal(key->next, &configured);
	option_memory_finish(&bus.memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_for_one_address),
		cmocka_unit_test(it_goes_before_that_of_the_configuration),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
