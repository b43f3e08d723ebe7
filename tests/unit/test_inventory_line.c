/* SPDX-License-Identifier: MIT */
/* A line of the inventory, written and read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/inventory.h"

static const char whole[] =
		"{\"bus\":\"cellar\",\"secondary\":\"12345678.KAM.10.04\",\"medium\":\"heat\","
		"\"address\":5,\"baud\":2400,\"how\":\"primary\","
		"\"first_seen\":\"2026-11-22T05:59:00Z\",\"last_seen\":\"2026-11-23T06:00:01Z\"}";

static void a_line_is_read_and_written_the_same(void **state)
{
	(void)state;
	struct inventory_meter meter;
	const char *why = NULL;
	char line[INVENTORY_LINE_MAX];
	assert_true(inventory_line_read(whole, &meter, &why));
	assert_string_equal(meter.bus, "cellar");
	assert_int_equal(meter.identity.id, 0x12345678);
	assert_int_equal(meter.identity.version, 0x10);
	assert_int_equal(meter.identity.medium, 4);
	assert_int_equal(meter.address, 5);
	assert_int_equal(meter.baud, 2400);
	assert_false(meter.secondary);
	assert_string_equal(meter.first_seen, "2026-11-22T05:59:00Z");
	assert_string_equal(meter.last_seen, "2026-11-23T06:00:01Z");
	assert_true(inventory_line_write(&meter, line, sizeof(line)));
	assert_string_equal(line, whole);
}

static void odd_identities_survive(void **state)
{
	(void)state;
	static const struct mg_identity identities[] = {
		{ 0x1234ABCD, 0x0001, 0x00, 0x00 },
		{ 0x00000000, 0xFFFF, 0xFF, 0x04 },
		{ 0x12345678, 0xFFFF, 0xFF, 0xFF },
	};
	for (size_t i = 0; i < 3; i++) {
		struct inventory_meter meter = { .bus = "b",
			.identity = identities[i],
			.address = -1,
			.secondary = true,
			.first_seen = "2026-11-22T05:59:00Z",
			.last_seen = "2026-11-22T05:59:00Z" };
		struct inventory_meter again;
		const char *why = NULL;
		char line[INVENTORY_LINE_MAX];
		assert_true(inventory_line_write(&meter, line, sizeof(line)));
		assert_true(inventory_line_read(line, &again, &why));
		assert_memory_equal(&again.identity, &identities[i], sizeof(identities[i]));
		assert_int_equal(again.address, -1);
		assert_true(again.secondary);
	}
}

static void refused(const char *from, const char *to, const char *key)
{
	char line[sizeof(whole) + 40];
	const char *at = strstr(whole, from), *why = "";
	struct inventory_meter meter;
	assert_non_null(at);
	snprintf(line, sizeof(line), "%.*s%s%s", (int)(at - whole), whole, to,
			at + strlen(from));
	assert_false(inventory_line_read(line, &meter, &why));
	assert_string_equal(why, key);
}

static void anything_else_is_refused_by_name(void **state)
{
	(void)state;
	refused("{\"bus\"", "{\"buses\"", "bus");
	refused("cellar", "", "bus");
	refused("cellar", "cel\\u0020lar", "bus");
	refused("12345678.KAM", "1234567.KAM", "secondary");
	refused("12345678.KAM", "12345678.kam", "secondary");
	refused("\"medium\":\"heat\"", "\"medium\":4", "medium");
	refused(":5,", ":251,", "address");
	refused(":5,", ":-2,", "address");
	refused(":5,", ":five,", "address");
	refused(":2400", ":24000000", "baud");
	refused("\"how\":\"primary\"", "\"how\":\"by hand\"", "how");
	refused("2026-11-22T05:59:00Z", "2026-11-22 05:59:00Z", "first_seen");
	refused("2026-11-23T06:00:01Z", "yesterday", "last_seen");
	refused("01Z\"}", "01Z\"} ", "the end");
	refused("01Z\"}", "01Z\"", "the end");
}

static void what_fits_no_line_is_not_written(void **state)
{
	(void)state;
	char line[INVENTORY_LINE_MAX];
	struct inventory_meter meter = { .bus = "a\"b" };
	assert_false(inventory_line_write(&meter, line, sizeof(line)));
	meter.bus[0] = '\0';
	assert_false(inventory_line_write(&meter, line, sizeof(line)));
	strcpy(meter.bus, "cellar");
	assert_true(inventory_line_write(&meter, line, sizeof(line)));
	assert_false(inventory_line_write(&meter, line, 40));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_and_written_the_same),
		cmocka_unit_test(odd_identities_survive),
		cmocka_unit_test(anything_else_is_refused_by_name),
		cmocka_unit_test(what_fits_no_line_is_not_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
