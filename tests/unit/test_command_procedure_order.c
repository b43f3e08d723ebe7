/* SPDX-License-Identifier: MIT */
/* What the configuration says of a meter reaches the procedure that is for it. */
#include "command_bench.h"

#include "gateway/command_procedure.h"

static const struct bus_init init = { .count = 1, .steps = { { .ci = 0x50 } } };

/* An order for a device of the bench, or with NULL for bytes as they stand. */
static struct procedure_order prepared(struct commands_bench *b,
		const struct setup_device *device, const uint8_t *bytes, size_t size)
{
	struct procedure_order order = { .kind = PROCEDURE_RESET, .data = { bytes, size } };
	struct command_target target = { .bus = &b->buses[0], .device = device };
	if (device == NULL) {
		order.kind = PROCEDURE_SEND;
	} else {
		target.address = device->settings.address;
	}
	command_procedure_prepare(&order, &target);
	return order;
}

static void test_a_device_is_asked_as_its_section_says(void **state)
{
	struct commands_bench *b = *state;
	struct bus_device_settings *m2 = &b->devices[1].settings;
	m2->baud = 300;
	m2->response = 700;
	m2->any_address = true;
	m2->init = &init;
	const struct procedure_order order = prepared(b, &b->devices[1], NULL, 0);
	assert_int_equal(order.address.primary, 2);
	assert_int_equal(order.baud, 300);
	assert_int_equal(order.window, 700000);
	assert_true(order.any_address);
	assert_ptr_equal(order.init, &init);
	const struct procedure_order other = prepared(b, &b->devices[0], NULL, 0);
	assert_int_equal(other.window, 0);
	assert_null(other.init);
}

static void test_bytes_for_a_device_wait_as_long_as_it_needs(void **state)
{
	struct commands_bench *b = *state;
	static const uint8_t to_1[] = { 0x10, 0x5B, 0x01, 0x5C, 0x16 };
	static const uint8_t to_2[] = { 0x10, 0x5B, 0x02, 0x5D, 0x16 };
	static const uint8_t to_9[] = { 0x10, 0x5B, 0x09, 0x64, 0x16 };
	struct bus_device_settings *m2 = &b->devices[1].settings;
	m2->response = 10;
	m2->any_address = true;
	m2->baud = 300;
	const struct procedure_order order = prepared(b, NULL, to_2, sizeof(to_2));
	assert_int_equal(order.window, 10000);
	assert_true(order.any_address);
	assert_int_equal(order.baud, 300);
	assert_int_equal(prepared(b, NULL, to_1, sizeof(to_1)).window, 0);
	assert_int_equal(prepared(b, NULL, to_9, sizeof(to_9)).window, 0);
	assert_int_equal(prepared(b, NULL, to_9, sizeof(to_9)).baud, 0);
}

/* A short `response` of one device does not cut off those that have none. */
static void test_bytes_for_anybody_wait_for_the_slowest_device(void **state)
{
	struct commands_bench *b = *state;
	static const uint8_t to_selected[] = { 0x10, 0x7B, 0xFD, 0x78, 0x16 };
	static const uint8_t to_any[] = { 0x10, 0x7B, 0xFE, 0x79, 0x16 };
	static const uint8_t no_frame[] = { 0x55, 0xAA };
	b->devices[0].settings.response = 10;
	assert_int_equal(prepared(b, NULL, to_any, sizeof(to_any)).window, 0);
	b->devices[1].settings.response = 3000;
	b->devices[2].settings.response = 2000;
	assert_int_equal(prepared(b, NULL, to_any, sizeof(to_any)).window, 3000000);
	assert_int_equal(prepared(b, NULL, to_selected, sizeof(to_selected)).window, 3000000);
	assert_int_equal(prepared(b, NULL, no_frame, sizeof(no_frame)).window, 3000000);
}

static void test_witnesses_are_asked_as_their_sections_say(void **state)
{
	struct commands_bench *b = *state;
	const struct command_target target = { .bus = &b->buses[0],
		.word = "m1",
		.address = { .primary = 1 },
		.device = &b->devices[0] };
	size_t count;
	b->devices[1].settings.init = &init;
	b->devices[1].settings.response = 500;
	struct procedure_witness *witnesses = command_procedure_witnesses(&target, &count);
	assert_non_null(witnesses);
	assert_int_equal(count, 3);
	assert_string_equal(witnesses[0].name, "m1");
	assert_string_equal(witnesses[1].name, "m2");
	assert_int_equal(witnesses[1].window, 500000);
	assert_ptr_equal(witnesses[1].init, &init);
	assert_null(witnesses[2].init);
	free(witnesses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMANDS_TEST(test_a_device_is_asked_as_its_section_says),
		COMMANDS_TEST(test_bytes_for_a_device_wait_as_long_as_it_needs),
		COMMANDS_TEST(test_bytes_for_anybody_wait_for_the_slowest_device),
		COMMANDS_TEST(test_witnesses_are_asked_as_their_sections_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
