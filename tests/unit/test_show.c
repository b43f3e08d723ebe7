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

static void people_get_a_table(void **state)
{
	(void)state;
	struct mg_record records[] = { sample_record(), sample_record(), sample_record(),
		sample_record() };
	static const char *const flags[] = { "power-low", "temporary-error" };
	records[1].name = "text";
	records[1].type = MG_TYPE_TEXT;
	records[1].text = "Flat 3";
	records[1].unit = "";
	records[2].name = "bytes";
	records[2].type = MG_TYPE_BYTES;
	records[2].unit = "";
	records[3].name = "volume";
	records[3].type = MG_TYPE_NONE;
	records[3].quality = MG_QUALITY_INVALID;
	records[3].reason = "no digits";
	struct mg_reading reading = sample_reading(records, 4);
	reading.bus = "cellar";
	reading.device = "heat-1";
	reading.meter.status = 0x0C;
	reading.meter.status_flags = flags;
	reading.meter.status_flag_count = 2;
	reading.app_error = -1;
	reading.error = NULL;
	char *text = shown(&reading, false, false);
	assert_string_equal(text,
			"cellar/heat-1  meter 12345678.KAM.10.04  heat  access 17  status 0C "
			"power-low, temporary-error\n"
			"  energy                                 12345000 Wh\n"
			"  text                                   Flat 3\n"
			"  bytes                                  45230100\n"
			"  volume                                 - (no digits)\n");
	free(text);
}

static void what_is_wrong_stands_below(void **state)
{
	(void)state;
	struct mg_reading reading = sample_reading(NULL, 0);
	reading.bus = "";
	reading.device = "5";
	reading.meter = (struct mg_meter){ .has = 0 };
	reading.app_error = 8;
	reading.error = "the checksum is wrong";
	reading.error_offset = 19;
	char *text = shown(&reading, false, false);
	assert_ptr_equal(strstr(text, "5\n  application error: "), text);
	assert_non_null(
			strstr(text, "\n  error: the checksum is wrong (byte 19 of the telegram)\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_get_one_line_of_json),
		cmocka_unit_test(people_get_a_table),
		cmocka_unit_test(what_is_wrong_stands_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
