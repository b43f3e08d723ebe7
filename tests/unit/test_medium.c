/* SPDX-License-Identifier: MIT */
/* Checks the names of device types. */
#include "mbus_bench.h"

struct medium_case {
	uint8_t code;
	const char *name;
};

static const struct medium_case device_types[] = {
	{ 0x00, "other" },
	{ 0x01, "oil" },
	{ 0x02, "electricity" },
	{ 0x03, "gas" },
	{ 0x04, "heat" },
	{ 0x05, "steam" },
	{ 0x06, "warm-water" },
	{ 0x07, "water" },
	{ 0x08, "heat-cost-allocator" },
	{ 0x09, "compressed-air" },
	{ 0x0A, "cooling" },
	{ 0x0B, "cooling-inlet" },
	{ 0x0C, "heat-inlet" },
	{ 0x0D, "heat-cooling" },
	{ 0x0E, "system" },
	{ 0x0F, "unknown" },
	{ 0x10, "irrigation-water" },
	{ 0x11, "water-logger" },
	{ 0x12, "gas-logger" },
	{ 0x13, "gas-converter" },
	{ 0x14, "calorific-value" },
	{ 0x15, "hot-water" },
	{ 0x16, "cold-water" },
	{ 0x17, "dual-water" },
	{ 0x18, "pressure" },
	{ 0x19, "ad-converter" },
	{ 0x1A, "smoke-detector" },
	{ 0x1B, "room-sensor" },
	{ 0x1C, "gas-detector" },
	{ 0x1D, "reserved" },
	{ 0x1F, "reserved" },
	{ 0x20, "breaker" },
	{ 0x21, "valve" },
	{ 0x22, "reserved" },
	{ 0x24, "reserved" },
	{ 0x25, "customer-unit" },
	{ 0x26, "reserved" },
	{ 0x27, "reserved" },
	{ 0x28, "waste-water" },
	{ 0x29, "garbage" },
	{ 0x2A, "reserved" },
	{ 0x2F, "reserved" },
	{ 0x30, "service-tool" },
	{ 0x31, "communication-controller" },
	{ 0x32, "unidirectional-repeater" },
	{ 0x33, "bidirectional-repeater" },
	{ 0x34, "reserved" },
	{ 0x35, "reserved" },
	{ 0x36, "radio-converter-system" },
	{ 0x37, "radio-converter-meter" },
	{ 0x38, "bus-converter" },
	{ 0x39, "reserved" },
	{ 0xFE, "reserved" },
	{ 0xFF, "any" },
};

static void device_types_have_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(device_types); i++) {
		assert_string_equal(mg_medium_text(device_types[i].code), device_types[i].name);
	}
	for (unsigned code = 0; code < 256; code++) {
		assert_non_null(mg_medium_text((uint8_t)code));
	}
}

static void fixed_headers_have_codes_of_their_own(void **state)
{
	static const struct medium_case rows[] = {
		{ 0x0, "other" },
		{ 0x1, "oil" },
		{ 0x2, "electricity" },
		{ 0x3, "gas" },
		{ 0x4, "heat" },
		{ 0x5, "steam" },
		{ 0x6, "hot-water" },
		{ 0x7, "water" },
		{ 0x8, "heat-cost-allocator" },
		{ 0x9, "reserved" },
		{ 0xA, "gas" },
		{ 0xB, "heat" },
		{ 0xC, "hot-water" },
		{ 0xD, "water" },
		{ 0xE, "heat-cost-allocator" },
		{ 0xF, "reserved" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct mg_telegram telegram = { .header = MG_HEADER_FIXED,
			.identity = { .medium = rows[i].code } };
		assert_string_equal(mg_telegram_medium_text(&telegram), rows[i].name);
	}
}

static void long_headers_have_device_types(void **state)
{
	struct mg_telegram telegram = { .header = MG_HEADER_LONG,
		.identity = { .medium = 0x0A } };
	(void)state;
	assert_string_equal(mg_telegram_medium_text(&telegram), "cooling");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_types_have_names),
		cmocka_unit_test(fixed_headers_have_codes_of_their_own),
		cmocka_unit_test(long_headers_have_device_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
