/* SPDX-License-Identifier: MIT */
/* Data records of a master: what is read from them, and which rows they select. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "records.h"

static struct record record;

static size_t read_record(const char *bytes, size_t size)
{
	return records_read((struct mg_bytes){ (const uint8_t *)bytes, size }, &record);
}

#define READ(text) read_record(text, sizeof(text) - 1)

static void reads_what_is_to_be_written(void **state)
{
	(void)state;
	assert_int_equal(READ("\x01\x7A\x08\x0C"), 3);
	assert_int_equal(record.field, 1);
	assert_int_equal(record.vib_size, 1);
	assert_int_equal(record.vib[0], 0x7A);
	assert_int_equal(record.action, RECORDS_NO_ACTION);
	assert_int_equal(record.data.size, 1);
	assert_int_equal(record.data.data[0], 8);
	assert_int_equal(READ("\x0D\xFD\x11\x03"
						  "abc"),
			7);
	assert_int_equal(record.vib_size, 2);
	assert_memory_equal(record.data.data, "abc", 3);
}

static void reads_storage_tariff_and_subunit(void **state)
{
	(void)state;
	assert_int_equal(READ("\xD4\x92\x65\x03\x01\x02\x03\x04"), 8);
	assert_int_equal(record.field, 4);
	assert_int_equal(record.function, 1);
	assert_int_equal(record.storage, 1 + 2 * 2 + 5 * 32);
	assert_int_equal(record.storages, 511);
	assert_int_equal(record.tariff, 1 + 2 * 4);
	assert_int_equal(record.tariffs, 15);
	assert_int_equal(record.subunit, 2);
	assert_int_equal(record.subunits, 3);
	assert_int_equal(record.difes, 2);
}

static void reads_object_actions(void **state)
{
	(void)state;
	assert_int_equal(READ("\x40\xDA\x0B"), 3);
	assert_int_equal(record.action, RECORDS_FREEZE);
	assert_int_equal(record.vib_size, 1);
	assert_int_equal(record.vib[0], 0x5A);
	assert_int_equal(READ("\x0C\x94\x0C\x01"), 3); /* adds to the list: no data */
	assert_int_equal(record.action, RECORDS_ADD);
	assert_int_equal(record.data.size, 0);
	assert_int_equal(READ("\x02\xFD\x8B\x0D"), 4);
	assert_int_equal(record.action, RECORDS_DROP);
	assert_int_equal(record.vib_size, 2);
	assert_int_equal(record.vib[1], 0x0B);
	assert_int_equal(READ("\x02\xFD\x0B\x01\x02"), 5); /* parameter set, no action */
	assert_int_equal(record.action, RECORDS_NO_ACTION);
}

static void refuses_what_is_cut_short_or_unknown(void **state)
{
	(void)state;
	assert_int_equal(READ(""), 0);
	assert_int_equal(READ("\x01"), 0);
	assert_int_equal(READ("\x01\x7A"), 0);
	assert_int_equal(READ("\x81"), 0);
	assert_int_equal(READ("\x01\xFD"), 0);
	assert_int_equal(READ("\x0C\x79\x01\x02\x03"), 0);
	assert_int_equal(READ("\x0D\x79"), 0);
	assert_int_equal(READ("\x0D\x79\x02\x31"), 0);
	assert_int_equal(READ("\x0D\x79\xC1\x31"), 0);     /* BCD in LVAR */
	assert_int_equal(READ("\x01\x7C\x01\x41\x05"), 0); /* unit as text */
	assert_int_equal(READ("\x0F\x01\x02"), 0);
	assert_int_equal(READ("\x7F\xFD"), 0);
	assert_int_equal(READ("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00\x7A\x08"), 0);
	assert_int_equal(READ("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7A\x08"), 0);
}

static bool selects(const char *bytes, size_t size, const char *vif, uint8_t function,
		uint8_t storage, uint8_t tariff, uint8_t subunit)
{
	struct row row = { .vif = vif,
		.function = function,
		.storage = storage,
		.tariff = tariff,
		.subunit = subunit };
	assert_int_equal(read_record(bytes, size), size);
	assert_int_equal(record.field, RECORDS_SELECTION);
	return records_select(&record, &row);
}

static void one_row_is_selected(void **state)
{
	(void)state;
	assert_true(selects("\x08\x13", 2, "\x13", 0, 0, 0, 0));
	assert_false(selects("\x08\x13", 2, "\x5A", 0, 0, 0, 0));
	assert_false(selects("\x08\x13", 2, "\x13", 1, 0, 0, 0));
	assert_false(selects("\x08\x13", 2, "\x13", 0, 1, 0, 0));
	assert_false(selects("\x08\x13", 2, "\x13", 0, 0, 1, 0));
	assert_false(selects("\x08\x13", 2, "\x13", 0, 0, 0, 1));
	assert_true(selects("\x18\x13", 2, "\x13", 1, 0, 0, 0));
	assert_true(selects("\xC8\x02\x13", 3, "\x13", 0, 5, 0, 0));
	assert_false(selects("\xC8\x02\x13", 3, "\x13", 0, 4, 0, 0));
}

static void the_exponent_does_not_count(void **state)
{
	(void)state;
	assert_true(selects("\x08\x10", 2, "\x13", 0, 0, 0, 0));
	assert_true(selects("\x08\x17", 2, "\x13", 0, 0, 0, 0));
	assert_false(selects("\x08\x18", 2, "\x13", 0, 0, 0, 0));
	assert_true(selects("\x08\x5B", 2, "\x5A", 0, 0, 0, 0));
	assert_false(selects("\x08\x5E", 2, "\x5A", 0, 0, 0, 0));
	assert_true(selects("\x08\x24", 2, "\x27", 0, 0, 0, 0));
	assert_false(selects("\x08\x6C", 2, "\x6D", 0, 0, 0, 0));
	assert_true(selects("\x08\xFD\x4F", 3, "\xFD\x48", 0, 0, 0, 0));
	assert_false(selects("\x08\xFD\x50", 3, "\xFD\x48", 0, 0, 0, 0));
	assert_false(selects("\x08\xFB\x48", 3, "\xFD\x48", 0, 0, 0, 0));
	assert_true(selects("\x08\xFB\x03", 3, "\xFB\x02", 0, 0, 0, 0));
	assert_false(selects("\x08\x48", 2, "\xFD\x48", 0, 0, 0, 0));
}

static void the_highest_numbers_mean_all(void **state)
{
	(void)state;
	assert_true(selects("\xC8\x3F\x7E", 3, "\x13", 0, 9, 2, 0));
	assert_false(selects("\xC8\x3F\x7E", 3, "\x13", 0, 9, 2, 1));
	assert_false(selects("\x48\x13", 2, "\x13", 0, 0, 0, 0)); /* storage 1 itself */
	assert_true(selects("\xC8\xFF\x7F\x13", 4, "\x13", 0, 9, 2, 1));
	assert_false(selects("\xC8\x4F\x13", 3, "\x13", 0, 9, 0, 0)); /* subunit 1 itself */
	assert_true(selects("\xC8\x4F\x13", 3, "\x13", 0, 9, 0, 1));
}

static void everything_is_selected(void **state)
{
	(void)state;
	assert_true(selects("\x7F", 1, "\x13", 1, 9, 2, 1));
	assert_true(selects("\x7F\x7E", 2, "\x13", 1, 9, 2, 1));
	assert_true(selects("\x7F\x13", 2, "\x13", 1, 9, 2, 1));
	assert_false(selects("\x7F\x13", 2, "\x03", 0, 0, 0, 0));
	assert_true(selects("\x08\x7E", 2, "\xFD\x48", 0, 0, 0, 0));
	assert_false(selects("\x08\x7E", 2, "\xFD\x48", 0, 1, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_to_be_written),
		cmocka_unit_test(reads_storage_tariff_and_subunit),
		cmocka_unit_test(reads_object_actions),
		cmocka_unit_test(refuses_what_is_cut_short_or_unknown),
		cmocka_unit_test(one_row_is_selected),
		cmocka_unit_test(the_exponent_does_not_count),
		cmocka_unit_test(the_highest_numbers_mean_all),
		cmocka_unit_test(everything_is_selected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
