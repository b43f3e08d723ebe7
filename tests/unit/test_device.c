/* SPDX-License-Identifier: MIT */
/* What is news about a device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bus/device.h"

#define SECOND 1000000

static const struct mg_identity kamstrup = {
	.id = 0x12345678, .manufacturer = 0x2C2D, .version = 0x16, .medium = 4
};
static const struct mg_identity other = {
	.id = 0x87654321, .manufacturer = 0x2C2D, .version = 0x16, .medium = 4
};

static struct readout seen(const struct mg_identity *identity)
{
	struct readout readout;
	memset(&readout, 0, sizeof(readout));
	if (identity != NULL) {
		readout.has_identity = true;
		readout.header = MG_HEADER_LONG;
		readout.identity = *identity;
	}
	return readout;
}

static struct bus_device device_at(uint8_t primary)
{
	const struct bus_device_settings settings = {
		.name = "heat-1", .address = { .primary = primary }, .interval = -1
	};
	struct bus_device device;
	device_init(&device, &settings);
	return device;
}

static void test_silence_is_told_once(void **state)
{
	(void)state;
	struct bus_device device = device_at(5);
	char message[DEVICE_MESSAGE_SIZE];
	assert_false(device_answers(&device, 0, message));
	assert_true(device_fails(&device, "no answer from 5 after 3 tries", 30 * SECOND,
			10 * SECOND, message));
	assert_string_equal(message, "heat-1 is silent: no answer from 5 after 3 tries; "
								 "asked again in 30 s");
	assert_false(device_fails(&device, "no answer", 60 * SECOND, 40 * SECOND, message));
	assert_true(device_answers(&device, 3610 * (int64_t)SECOND, message));
	assert_string_equal(message, "heat-1 is back after 1 h");
	assert_false(device_answers(&device, 3620 * (int64_t)SECOND, message));
}

static void test_another_meter_at_the_address(void **state)
{
	(void)state;
	struct bus_device device = device_at(5);
	struct readout first = seen(&kamstrup), second = seen(&other), none = seen(NULL);
	char message[DEVICE_MESSAGE_SIZE];
	assert_false(device_meets(&device, &first, message));
	assert_false(device_meets(&device, &none, message));
	assert_false(device_meets(&device, &first, message));
	assert_true(device_meets(&device, &second, message));
	assert_string_equal(message, "heat-1: the meter at address 5 was 12345678.KAM.16.04, "
								 "now it is 87654321.KAM.16.04");
	assert_false(device_meets(&device, &second, message));
}

static void test_a_mask_may_meet_several(void **state)
{
	(void)state;
	struct bus_device device = device_at(0);
	struct readout first = seen(&kamstrup), second = seen(&other);
	char message[DEVICE_MESSAGE_SIZE];
	device.settings.address.secondary = true;
	assert_false(device_meets(&device, &first, message));
	assert_false(device_meets(&device, &second, message));
}

static void test_only_the_expected_meter_counts(void **state)
{
	(void)state;
	struct bus_device device = device_at(5);
	struct readout first = seen(&kamstrup), second = seen(&other), none = seen(NULL);
	char message[DEVICE_MESSAGE_SIZE];
	bool news;
	assert_false(device_refuses(&device, &second, &news, message));
	device.settings.has_expect = true;
	device.settings.expect = kamstrup;
	device.settings.expect.version = 0xFF;
	device.settings.expect.medium = 0xFF;
	assert_false(device_refuses(&device, &first, &news, message));
	assert_false(news);
	assert_true(device_refuses(&device, &second, &news, message));
	assert_true(news);
	assert_string_equal(message,
			"heat-1: 87654321.KAM.16.04 answered, but 12345678.KAM is expected; its "
			"readings are refused until `expect` or the address is changed");
	assert_true(device_refuses(&device, &none, &news, message));
	assert_false(news);
	assert_false(device_refuses(&device, &first, &news, message));
	assert_true(device_refuses(&device, &none, &news, message));
	assert_true(news);
	assert_non_null(strstr(message, "a meter without identity answered"));
}

/* Whoever has the key is the meter. */
static void test_a_key_stands_for_the_identity_that_is_not_sent(void **state)
{
	(void)state;
	struct bus_device device = device_at(5);
	struct readout second = seen(&other), none = seen(NULL);
	char message[DEVICE_MESSAGE_SIZE];
	bool news;
	device.settings.has_expect = true;
	device.settings.expect = kamstrup;
	device.settings.has_key = true;
	assert_false(device_refuses(&device, &none, &news, message));
	assert_true(device_refuses(&device, &second, &news, message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence_is_told_once),
		cmocka_unit_test(test_another_meter_at_the_address),
		cmocka_unit_test(test_a_mask_may_meet_several),
		cmocka_unit_test(test_only_the_expected_meter_counts),
		cmocka_unit_test(test_a_key_stands_for_the_identity_that_is_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
