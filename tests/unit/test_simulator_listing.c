/* SPDX-License-Identifier: MIT */
/* Which records are sent, and in which telegram. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "listing.h"

#define HEAT 0
#define ELECTRICITY 2

static struct listing listing;
static struct telegram_source source;
static struct telegram_moment moment;

static int begin(void **state)
{
	(void)state;
	source = (struct telegram_source){ .kind = HEAT, .count = 1 };
	moment = (struct telegram_moment){ .time = TELEGRAM_EPOCH };
	return 0;
}

static size_t count_part(size_t part)
{
	size_t count = 0;
	for (size_t i = 0; i < listing.count; i++) {
		count += listing.entries[i].part == part;
	}
	return count;
}

static void select_records(const char *bytes, size_t size)
{
	memcpy(moment.select, bytes, size);
	moment.select_size = size;
}

static void a_short_readout_is_one_telegram(void **state)
{
	(void)state;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.parts, 1);
	assert_int_equal(listing.count, 13);
	assert_string_equal(listing.entries[0].row.quantity, "energy");
	source.has_fabrication = true;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 14);
	assert_string_equal(listing.entries[0].row.quantity, "fabrication-number");
}

static void further_telegrams_hold_six_months(void **state)
{
	(void)state;
	source.count = 3;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.parts, 3);
	assert_int_equal(count_part(0), 13);
	assert_int_equal(count_part(1), 12);
	assert_int_equal(count_part(2), 12);
	assert_int_equal(listing.entries[13].row.storage, 2);
	assert_int_equal(listing.entries[36].row.storage, 13);
	assert_string_equal(listing.entries[36].row.quantity, "date");
}

static void the_longest_readout_has_room(void **state)
{
	(void)state;
	source.count = 1000;
	source.has_fabrication = true;
	moment.frozen_vif = 0x5A;
	for (source.kind = 0; source.kind < TELEGRAM_KINDS; source.kind++) {
		listing_make(&listing, &source, &moment);
		assert_int_equal(listing.parts, TELEGRAM_READOUT_MAX);
		assert_true(listing.count <= LISTING_MAX);
	}
}

static void the_clock_is_as_the_meter_has_it(void **state)
{
	(void)state;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.entries[12].row.field, 4);
	source.clock_type_i = true;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.entries[12].row.field, 6);
}

static void what_is_selected_comes_alone(void **state)
{
	(void)state;
	source.count = 3;
	select_records("\x08\x13\xC8\x05\x03", 5);
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 2);
	assert_int_equal(listing.parts, 1);
	assert_string_equal(listing.entries[0].row.quantity, "volume");
	assert_string_equal(listing.entries[1].row.quantity, "energy");
	assert_int_equal(listing.entries[1].row.storage, 11);
	assert_int_equal(listing.entries[1].part, 0);
}

static void much_that_is_selected_is_divided(void **state)
{
	(void)state;
	source.count = TELEGRAM_READOUT_MAX;
	select_records("\x7F", 1);
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 13 + 8 * 12);
	assert_int_equal(listing.parts, 4);
	for (size_t part = 0; part < listing.parts; part++) {
		assert_in_range(count_part(part), 1, TELEGRAM_VALUES_MAX);
	}
}

static void a_selection_goes_before_the_type(void **state)
{
	(void)state;
	moment.application = 0x50;
	select_records("\x08\x6D", 2);
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 1);
	assert_string_equal(listing.entries[0].row.quantity, "datetime");
}

static void types_choose_records(void **state)
{
	static const struct {
		uint8_t application;
		size_t count;
	} types[] = { { 0x00, 17 + 12 }, { 0x10, 17 + 12 }, { 0x20, 5 + 12 },
		{ 0x30, 1 + 12 }, { 0x50, 9 }, { 0x80, 3 }, { 0x90, 17 + 12 } };
	(void)state;
	source = (struct telegram_source){
		.kind = ELECTRICITY, .count = 2, .has_fabrication = true
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		moment.application = types[i].application;
		listing_make(&listing, &source, &moment);
		if (listing.count != types[i].count) {
			fail_msg("type %02X: %zu records", types[i].application, listing.count);
		}
	}
}

static void a_slot_is_one_telegram(void **state)
{
	(void)state;
	source.count = 3;
	moment.application = 0x03;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.parts, 1);
	assert_int_equal(listing.count, 12);
	assert_int_equal(listing.entries[0].row.storage, 8);
	moment.application = 0x32;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.entries[0].row.storage, 2);
	moment.application = 0x04;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.parts, 3);
}

static void frozen_counters_take_the_place_of_the_due_date(void **state)
{
	(void)state;
	moment.frozen_vif = 0x7E;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 13);
	assert_int_equal(listing.entries[8].row.origin, COUNTER);
	assert_true(listing.entries[8].frozen && listing.entries[9].frozen);
	assert_true(listing.entries[10].frozen);
	assert_false(listing.entries[11].frozen || listing.entries[0].frozen);
	moment.frozen_vif = 0x14;
	listing_make(&listing, &source, &moment);
	assert_false(listing.entries[8].frozen);
	assert_true(listing.entries[9].frozen && listing.entries[10].frozen);
}

static void what_had_no_storage_gets_one(void **state)
{
	(void)state;
	source.count = 2;
	moment.frozen_vif = 0x5A;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 14 + 12);
	assert_true(listing.entries[13].frozen);
	assert_int_equal(listing.entries[13].row.storage, 1);
	assert_string_equal(listing.entries[13].row.quantity, "flow-temperature");
	assert_int_equal(listing.entries[13].part, 0);
	assert_false(listing.entries[10].frozen);
	moment.frozen_vif = 0x6E;
	listing_make(&listing, &source, &moment);
	assert_int_equal(listing.count, 13 + 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_short_readout_is_one_telegram, begin),
		cmocka_unit_test_setup(further_telegrams_hold_six_months, begin),
		cmocka_unit_test_setup(the_longest_readout_has_room, begin),
		cmocka_unit_test_setup(the_clock_is_as_the_meter_has_it, begin),
		cmocka_unit_test_setup(what_is_selected_comes_alone, begin),
		cmocka_unit_test_setup(much_that_is_selected_is_divided, begin),
		cmocka_unit_test_setup(a_selection_goes_before_the_type, begin),
		cmocka_unit_test_setup(types_choose_records, begin),
		cmocka_unit_test_setup(a_slot_is_one_telegram, begin),
		cmocka_unit_test_setup(frozen_counters_take_the_place_of_the_due_date, begin),
		cmocka_unit_test_setup(what_had_no_storage_gets_one, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
