/* SPDX-License-Identifier: MIT */
/* What is news about a device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static void test_how_a_device_is_doing(void **state)
{
	(void)state;
	struct bus_device device = device_at(5);
	struct readout readout = seen(&kamstrup);
	struct bus_device_state now;
	char message[DEVICE_MESSAGE_SIZE];
	device_state(&device, 0, &now);
	assert_string_equal(now.name, "heat-1");
	assert_int_equal(now.address.primary, 5);
	assert_int_equal(now.last_seen, 0);
	assert_int_equal(now.delay, -1);
	assert_int_equal(now.reads_left, -1);
	assert_string_equal(now.reason, "");
	readout.outcome = BUS_OK;
	readout.repeats = 2;
	readout.delay = 40000;
	device_note(&device, &readout, 7 * SECOND);
	device_meets(&device, &readout, message);
	readout.outcome = BUS_NO_ANSWER;
	readout.repeats = 1;
	readout.delay = -1;
	snprintf(readout.reason, sizeof(readout.reason), "no answer from 5 after 2 tries");
	device_note(&device, &readout, 9 * SECOND);
	device_fails(&device, readout.reason, SECOND, 9 * SECOND, message);
	device_state(&device, 0, &now);
	assert_int_equal(now.reads, 1);
	assert_int_equal(now.failures, 1);
	assert_int_equal(now.repeats, 3);
	assert_int_equal(now.last_seen, 7 * SECOND);
	assert_int_equal(now.delay, 40000);
	assert_true(now.silent);
	assert_int_equal(now.silent_since, 9 * SECOND);
	assert_true(now.has_identity);
	assert_int_equal(now.identity.id, 0x12345678);
	assert_string_equal(now.reason, "no answer from 5 after 2 tries");
}

static void test_a_battery_meter_is_read_so_often_a_day(void **state)
{
	(void)state;
	const int64_t day = 86400 * (int64_t)SECOND;
	const int64_t noon = 20000 * day + day / 2;
	struct bus_device device = device_at(5);
	struct bus_device_state now;
	int64_t wait;
	assert_true(device_may_read(&device, noon, &wait)); /* no limit */
	device.settings.max_reads_per_day = 2;
	device_spend(&device, noon);
	assert_true(device_may_read(&device, noon, &wait));
	device_spend(&device, noon + SECOND);
	assert_false(device_may_read(&device, noon + SECOND, &wait));
	assert_int_equal(wait, day / 2 - SECOND);
	device_state(&device, noon + SECOND, &now);
	assert_int_equal(now.reads_today, 2);
	assert_int_equal(now.reads_left, 0);
	assert_true(device_may_read(&device, noon + day / 2, &wait));
	device_state(&device, noon + day / 2, &now);
	assert_int_equal(now.reads_today, 0);
	assert_int_equal(now.reads_left, 2);
	device_spend(&device, noon + day / 2);
	device_state(&device, noon + day / 2, &now);
	assert_int_equal(now.reads_today, 1);
	assert_int_equal(now.reads_left, 1);
}

static void test_how_it_is_asked(void **state)
{
	(void)state;
	const struct bus_init init = { .count = 1 };
	struct bus_device device = device_at(5);
	struct readout readout = seen(NULL);
	char message[DEVICE_MESSAGE_SIZE];
	device.settings.baud = 300;
	device.settings.response = 1200;
	device.settings.any_address = true;
	device.settings.init = &init;
	device_prepare(&device, &readout);
	assert_int_equal(readout.manner.baud, 300);
	assert_int_equal(readout.manner.window, 1200000);
	assert_true(readout.manner.any_address);
	assert_true(readout.manner.alarms);
	assert_ptr_equal(readout.manner.init, &init);
	assert_false(readout.manner.once);
	device_fails(&device, "no answer", SECOND, SECOND, message);
	device.entry.failures = 1;
	device_prepare(&device, &readout);
	assert_true(readout.manner.once);
	device.entry.failures = 8; /* now and then a full attempt */
	device_prepare(&device, &readout);
	assert_false(readout.manner.once);
}

static void test_many_that_fall_silent_at_once_are_one_trouble(void **state)
{
	(void)state;
	struct bus_device devices[6];
	struct bus_device *all[6];
	struct device_outage outage = { .told = false };
	char message[DEVICE_MESSAGE_SIZE];
	for (size_t i = 0; i < 6; i++) {
		devices[i] = device_at((uint8_t)i);
		devices[i].last_seen = i < 5 ? SECOND : 0; /* the last one was never there */
		all[i] = &devices[i];
	}
	devices[5].silent = true;
	devices[0].silent = devices[1].silent = true;
	assert_false(device_outage(&outage, all, 6, message));
	devices[2].silent = true;
	assert_true(device_outage(&outage, all, 6, message));
	assert_string_equal(message,
			"3 of 6 meters that used to answer are silent: the converter may be "
			"overloaded or without power, or the bus shorted or cut; measure the bus "
			"voltage (21 to 42 V)");
	assert_false(device_outage(&outage, all, 6, message)); /* told once */
	devices[2].silent = false;
	assert_false(device_outage(&outage, all, 6, message));
	devices[2].silent = true;
	assert_true(device_outage(&outage, all, 6, message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence_is_told_once),
		cmocka_unit_test(test_another_meter_at_the_address),
		cmocka_unit_test(test_a_mask_may_meet_several),
		cmocka_unit_test(test_only_the_expected_meter_counts),
		cmocka_unit_test(test_how_a_device_is_doing),
		cmocka_unit_test(test_a_battery_meter_is_read_so_often_a_day),
		cmocka_unit_test(test_how_it_is_asked),
		cmocka_unit_test(test_many_that_fall_silent_at_once_are_one_trouble),
		cmocka_unit_test(test_a_key_stands_for_the_identity_that_is_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
