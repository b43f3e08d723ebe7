/* SPDX-License-Identifier: MIT */
/* Lines of the command scan, read for a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/scan_line.h"

static void a_meter_is_read(void **state)
{
	(void)state;
	struct scan_line found;
	assert_true(scan_line_read(
			"{\"type\":\"found\",\"bus\":\"cellar\",\"address\":5,"
			"\"secondary\":\"12345678.KAM.10.04\",\"meter\":{\"id\":\"12345678\","
			"\"manufacturer\":\"KAM\",\"manufacturer_name\":\"Kamstrup A/S\","
			"\"version\":16,\"medium\":\"heat\",\"medium_code\":4},\"baud\":2400,"
			"\"state\":\"confirmed\",\"known\":false,\"delay_ms\":4.6,"
			"\"device\":\"heat-1\",\"note\":\"says \\\"no\\\",\\\"baud\\\":9\"}",
			&found));
	assert_int_equal(found.address, 5);
	assert_true(found.has_identity);
	assert_int_equal(found.identity.id, 0x12345678);
	assert_string_equal(found.manufacturer, "KAM");
	assert_string_equal(found.maker, "Kamstrup A/S");
	assert_int_equal(found.version, 16);
	assert_string_equal(found.medium, "heat");
	assert_int_equal(found.baud, 2400);
	assert_string_equal(found.state, "confirmed");
	assert_string_equal(found.device, "heat-1");
	assert_string_equal(found.note, "says \"no\",\"baud\":9");
}

static void what_is_not_said_is_left_empty(void **state)
{
	(void)state;
	struct scan_line found;
	assert_true(scan_line_read("{\"type\":\"found\",\"bus\":\"c\",\"baud\":300,"
							   "\"state\":\"collision\",\"known\":false}",
			&found));
	assert_int_equal(found.address, -1);
	assert_int_equal(found.version, -1);
	assert_false(found.has_identity);
	assert_string_equal(found.secondary, "");
	assert_string_equal(found.note, "");
}

static void a_meter_told_before_says_so(void **state)
{
	(void)state;
	struct scan_line found;
	assert_true(scan_line_read(
			"{\"type\":\"found\",\"bus\":\"c\",\"baud\":300,\"again\":true}", &found));
	assert_true(found.again);
	assert_true(
			scan_line_read("{\"type\":\"found\",\"bus\":\"c\",\"baud\":300}", &found));
	assert_false(found.again);
}

static void other_lines_are_none(void **state)
{
	(void)state;
	struct scan_line found;
	char text[8];
	const char *line =
			"{\"type\":\"summary\",\"found\":3,\"text\":\"3 meters found\\n\"}";
	assert_false(scan_line_read(line, &found));
	scan_line_text(line, "text", text, sizeof(text));
	assert_string_equal(text, "3 meter");
	scan_line_text(line, "found", text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_meter_is_read),
		cmocka_unit_test(what_is_not_said_is_left_empty),
		cmocka_unit_test(a_meter_told_before_says_so),
		cmocka_unit_test(other_lines_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
