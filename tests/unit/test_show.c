/* SPDX-License-Identifier: MIT */
/* Readings as people and as programs see them on the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/show.h"
#include "sample_reading.h"

/* What is printed; to be freed. */
static char *shown(const struct mg_reading *reading, bool json, bool raw)
{
	char *text = NULL;
	size_t size = 0;
	struct cli cli = { .out = open_memstream(&text, &size), .err = stderr, .json = json };
	assert_non_null(cli.out);
	show_reading(&cli, reading, raw);
	fclose(cli.out);
	return text;
}

static void programs_get_one_line_of_json(void **state)
{
	(void)state;
	const struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	char *plain = shown(&reading, true, false), *raw = shown(&reading, true, true);
	assert_ptr_equal(strchr(plain, '\n'), plain + strlen(plain) - 1);
	assert_non_null(strstr(plain, "\"value\":12345000"));
	assert_null(strstr(plain, "68030368"));
	assert_non_null(strstr(raw, "68030368"));
	free(plain);
	free(raw);
}

static void people_get_a_table_with_bus_and_device(void **state)
{
	(void)state;
	const struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	reading.meter = (struct mg_meter){ .has = 0 };
	char *text = shown(&reading, false, false);
	assert_string_equal(text, "cellar/heat-1\n  energy  12345 kWh\n\n");
	free(text);
	reading.bus = "";
	reading.device = "5";
	text = shown(&reading, false, false);
	assert_string_equal(text, "5\n  energy  12345 kWh\n\n");
	free(text);
}

static void people_are_told_where_a_key_goes(void **state)
{
	(void)state;
	struct mg_reading reading = sample_reading(NULL, 0);
	reading.meter = (struct mg_meter){ .has = 0 };
	reading.telegram_count = 0;
	reading.bus = "";
	reading.device = "5";
	reading.error = "encrypted, key needed";
	char *text = shown(&reading, false, false);
	assert_string_equal(text, "5\n  error: encrypted, key needed; give it with --key, or "
							  "as `key` in the [device] section\n\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_get_one_line_of_json),
		cmocka_unit_test(people_get_a_table_with_bus_and_device),
		cmocka_unit_test(people_are_told_where_a_key_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
