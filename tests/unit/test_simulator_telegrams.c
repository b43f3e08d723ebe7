/* SPDX-License-Identifier: MIT */
/* The made-up telegrams: valid, growing, and what the codec reads is what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "telegrams.h"

#define NOW 1795327200 /* 2026-11-22 06:00 UTC */

static struct telegram_source source_of(unsigned kind, size_t count)
{
	return (struct telegram_source){ .kind = kind,
		.seed = 7,
		.address = 5,
		.identity = { .id = 0x12345678,
				.manufacturer = 0x626D,
				.version = 16,
				.medium = 4 },
		.count = count,
		.has_fabrication = telegram_has_fabrication(kind),
		.fabrication = 0x78045911,
		.clock_type_i = telegram_clock_type_i(kind) };
}

static void build(unsigned kind, size_t count, const struct telegram_moment *moment,
		struct telegram *telegram)
{
	struct telegram_source source = source_of(kind, count);
	assert_true(telegram_build(&source, moment, telegram));
}

static void parse(const struct telegram *telegram, struct mg_frame *frame,
		struct mg_telegram *parsed)
{
	size_t length;
	assert_int_equal(mg_frame_parse(telegram->bytes, telegram->length, frame, &length),
			MG_FAULT_NONE);
	assert_int_equal(length, telegram->length);
	assert_int_equal(mg_telegram_parse(frame, parsed), MG_FAULT_NONE);
}

static void every_kind_is_a_valid_answer(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < TELEGRAM_KINDS; kind++) {
		struct telegram_moment moment = { .time = NOW, .ticks = 100, .access = 9 };
		struct telegram telegram;
		struct mg_frame frame;
		struct mg_telegram parsed;
		build(kind, 1, &moment, &telegram);
		parse(&telegram, &frame, &parsed);
		assert_int_equal(frame.a, 5);
		assert_int_equal(frame.c, MG_C_RSP_UD);
		assert_int_equal(parsed.identity.id, 0x12345678);
		assert_int_equal(parsed.access, 9);
		assert_true(telegram.value_count >= 4);
	}
}

static void check_record(
		const struct mg_data_record *record, const struct telegram_value *value)
{
	char text[MG_TEXT_SIZE], unit[MG_TEXT_SIZE], name[MG_NAME_SIZE];
	mg_value_text(record, text, sizeof(text));
	mg_unit_text(record, unit, sizeof(unit));
	mg_record_name(record, name, sizeof(name));
	assert_string_equal(text, value->text);
	assert_string_equal(unit, value->unit);
	assert_string_equal(record->quantity, value->quantity);
	assert_string_equal(name, value->name);
	assert_int_equal(record->function, value->function);
	assert_int_equal(record->storage, value->storage);
	assert_int_equal(record->tariff, value->tariff);
	assert_int_equal(record->subunit, value->subunit);
}

static bool check_records(const struct telegram *telegram)
{
	struct mg_frame frame;
	struct mg_telegram parsed;
	struct mg_data_record record;
	parse(telegram, &frame, &parsed);
	struct mg_record_cursor cursor = mg_telegram_records(&parsed);
	for (size_t i = 0; i < telegram->value_count; i++) {
		assert_int_equal(mg_record_next(&cursor, &record), MG_FAULT_NONE);
		check_record(&record, &telegram->values[i]);
	}
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		assert_true(record.flags & MG_DATA_MANUFACTURER); /* the DIF 1Fh alone */
	}
	return cursor.more;
}

static void the_codec_reads_what_was_meant(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < TELEGRAM_KINDS; kind++) {
		for (int64_t ticks = 0; ticks < 40; ticks++) {
			struct telegram_moment moment = { .time = NOW + ticks * 86399,
				.ticks = NOW - TELEGRAM_EPOCH + ticks * 1000003 };
			struct telegram telegram;
			build(kind, 1, &moment, &telegram);
			assert_false(check_records(&telegram));
		}
	}
}

static void a_long_readout_says_that_more_follows(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < TELEGRAM_KINDS; kind++) {
		for (size_t index = 0; index < TELEGRAM_LONG_READOUT; index++) {
			struct telegram_moment moment = { .time = NOW, .ticks = 5, .index = index };
			struct telegram telegram;
			build(kind, TELEGRAM_LONG_READOUT, &moment, &telegram);
			assert_int_equal(check_records(&telegram), index + 1 < TELEGRAM_LONG_READOUT);
		}
	}
}

static void history_reaches_back_month_by_month(void **state)
{
	(void)state;
	struct telegram_moment moment = { .time = NOW, .ticks = 5, .index = 1 };
	struct telegram telegram;
	build(0, TELEGRAM_LONG_READOUT, &moment, &telegram);
	assert_int_equal(telegram.value_count, 12);
	assert_string_equal(telegram.values[0].name, "energy_storage_2");
	assert_string_equal(telegram.values[1].name, "date_storage_2");
	assert_string_equal(telegram.values[1].text, "2026-09-30");
	assert_string_equal(telegram.values[11].text, "2026-04-30");
}

static void counters_grow_with_the_ticks(void **state)
{
	(void)state;
	static const char *const main_counters[] = { "energy", "volume", "energy", "volume",
		"volume", "hca" };
	for (unsigned kind = 0; kind < TELEGRAM_KINDS; kind++) {
		struct telegram_moment early = { .time = NOW, .ticks = 1000 };
		struct telegram_moment late = { .time = NOW, .ticks = 1001 };
		struct telegram before, after;
		build(kind, 1, &early, &before);
		build(kind, 1, &late, &after);
		size_t row = 0;
		while (strcmp(before.values[row].name, main_counters[kind]) != 0) {
			row++;
		}
		assert_true(strcmp(before.values[row].text, after.values[row].text) != 0);
	}
}

static void tariffs_add_up_to_their_total(void **state)
{
	struct telegram_moment moment = { .time = NOW, .ticks = 123456 };
	struct telegram telegram;
	(void)state;
	build(2, 1, &moment, &telegram);
	assert_string_equal(telegram.values[2].name, "energy_tariff_2");
	assert_int_equal(atoll(telegram.values[0].text),
			atoll(telegram.values[1].text) + atoll(telegram.values[2].text));
}

static void the_same_moment_gives_the_same_telegram(void **state)
{
	(void)state;
	struct telegram_moment moment = { .time = NOW, .ticks = 42, .access = 3 };
	struct telegram one, two;
	build(2, 1, &moment, &one);
	build(2, 1, &moment, &two);
	assert_int_equal(one.length, two.length);
	assert_memory_equal(one.bytes, two.bytes, one.length);
}

static void a_clock_before_the_epoch_is_no_trouble(void **state)
{
	(void)state;
	struct telegram_moment moment = { .time = 0, .ticks = 0 };
	struct telegram telegram;
	build(1, TELEGRAM_LONG_READOUT, &moment, &telegram);
	check_records(&telegram);
	assert_string_equal(telegram.values[6].text, "2026-01-01T00:00");
}

static const char *value_of(const struct telegram *telegram, const char *name)
{
	for (size_t i = 0; i < telegram->value_count; i++) {
		if (strcmp(telegram->values[i].name, name) == 0) {
			return telegram->values[i].text;
		}
	}
	fail_msg("no %s in the telegram", name);
	return NULL;
}

static void tells_its_fabrication_number_and_its_clock(void **state)
{
	(void)state;
	struct telegram_moment moment = { .time = NOW, .clock_offset = -90 };
	struct telegram telegram;
	build(0, 1, &moment, &telegram);
	assert_string_equal(value_of(&telegram, "fabrication_number"), "78045911");
	assert_string_equal(value_of(&telegram, "datetime"), "2026-11-22T05:58");
	build(2, 1, &moment, &telegram);
	assert_string_equal(value_of(&telegram, "datetime"), "2026-11-22T05:58:30");
}

static void a_fabrication_number_stays_the_same(void **state)
{
	(void)state;
	uint32_t number = telegram_fabrication(7, 0x12345678);
	assert_int_equal(telegram_fabrication(7, 0x12345678), number);
	assert_int_not_equal(telegram_fabrication(8, 0x12345678), number);
	assert_in_range(number, 0x10000000, 0x89999999);
}

static void a_clock_may_be_years_wrong(void **state)
{
	(void)state;
	struct telegram_moment moment = { .time = NOW, .clock_offset = -500000000 };
	struct telegram telegram;
	build(0, 1, &moment, &telegram);
	check_records(&telegram);
	assert_string_equal(value_of(&telegram, "datetime"), "2011-01-18T05:06");
}

static void chosen_records_are_as_valid_as_all(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < TELEGRAM_KINDS; kind++) {
		struct telegram_source source = source_of(kind, TELEGRAM_READOUT_MAX);
		struct telegram_moment moment = {
			.time = NOW, .ticks = 5, .select = { 0x7F }, .select_size = 1
		};
		size_t parts = telegram_parts(&source, &moment);
		assert_in_range(parts, 2, TELEGRAM_READOUT_MAX);
		for (; moment.index < parts; moment.index++) {
			struct telegram telegram;
			assert_true(telegram_build(&source, &moment, &telegram));
			assert_int_equal(check_records(&telegram), moment.index + 1 < parts);
		}
	}
}

static void frozen_values_stay(void **state)
{
	(void)state;
	struct telegram_moment moment = { .time = NOW,
		.ticks = 1000,
		.frozen_vif = 0x7E,
		.frozen_time = NOW - 86400,
		.frozen_ticks = 500 };
	struct telegram_moment then = { .time = NOW - 86400, .ticks = 500 };
	struct telegram telegram, before;
	build(0, 1, &moment, &telegram);
	build(0, 1, &then, &before);
	check_records(&telegram);
	assert_string_equal(
			value_of(&telegram, "energy_storage_1"), value_of(&before, "energy"));
	assert_string_equal(value_of(&telegram, "date_storage_1"), "2026-11-21");
}

static void whatever_is_frozen_fits_a_telegram(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < TELEGRAM_KINDS; kind++) {
		for (uint8_t vif = 1; vif < 0x80; vif++) {
			struct telegram_moment moment = {
				.time = NOW, .frozen_vif = vif, .frozen_time = NOW
			};
			struct telegram telegram;
			build(kind, 1, &moment, &telegram);
			assert_in_range(telegram.length, 30, 255);
			assert_in_range(telegram.value_count, 4, TELEGRAM_VALUES_MAX);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_a_valid_answer),
		cmocka_unit_test(the_codec_reads_what_was_meant),
		cmocka_unit_test(a_long_readout_says_that_more_follows),
		cmocka_unit_test(history_reaches_back_month_by_month),
		cmocka_unit_test(counters_grow_with_the_ticks),
		cmocka_unit_test(tariffs_add_up_to_their_total),
		cmocka_unit_test(the_same_moment_gives_the_same_telegram),
		cmocka_unit_test(a_clock_before_the_epoch_is_no_trouble),
		cmocka_unit_test(tells_its_fabrication_number_and_its_clock),
		cmocka_unit_test(a_fabrication_number_stays_the_same),
		cmocka_unit_test(a_clock_may_be_years_wrong),
		cmocka_unit_test(chosen_records_are_as_valid_as_all),
		cmocka_unit_test(frozen_values_stay),
		cmocka_unit_test(whatever_is_frozen_fits_a_telegram),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
