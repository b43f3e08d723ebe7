/* SPDX-License-Identifier: MIT */
/* What telegrams of a readout become when they are put together to a reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "bus/assemble.h"

#include "made_telegrams.h"

static void names_are_unique_over_all_telegrams(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78, "\x01\x06\x01\x01\x13\x02\x01\x06\x03\x1F");
	ADD(&telegrams, 0x78, "\x01\x06\x04\x01\x13\x05");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->flags, 0);
	static const char *const names[] = { "energy", "volume", "energy_2", NULL, "energy_3",
		"volume_2" };
	assert_int_equal(view->record_count, 6);
	for (uint32_t i = 0; i < 6; i++) {
		if (names[i] != NULL) {
			assert_string_equal(record_at(reading, i)->name, names[i]);
		}
	}
	reading_unref(reading);
}

static void many_equal_names_stay_unique(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	uint8_t data[240];
	telegrams.count = 0;
	for (size_t i = 0; i < sizeof(data); i += 3) {
		memcpy(data + i, "\x01\x06\x07", 3);
	}
	add(&telegrams, 0x78, data, sizeof(data));
	struct reading *reading = assemble(&telegrams);
	assert_int_equal(reading_view(reading)->record_count, 80);
	for (uint32_t i = 1; i < 80; i++) {
		char expected[32];
		snprintf(expected, sizeof(expected), "energy_%u", i + 1);
		assert_string_equal(record_at(reading, i)->name, expected);
	}
	reading_unref(reading);
}

/* A unit in plain text may look like the number that tells equal names apart. */
static void a_number_that_is_taken_is_skipped(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78,
			"\x01\x7C\x01x\x01\x01\x7C\x03"
			"2_x\x02\x01\x7C\x01x\x03\x01\x7C\x01x\x04");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->record_count, 4);
	for (uint32_t i = 0; i < 4; i++) {
		for (uint32_t j = 0; j < i; j++) {
			assert_string_not_equal(
					record_at(reading, i)->name, record_at(reading, j)->name);
		}
	}
	assert_string_equal(record_at(reading, 1)->unit, "x_2");
	assert_string_equal(record_at(reading, 3)->unit, "x");
	reading_unref(reading);
}

static void more_telegrams_are_announced(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78, "\x01\x06\x01\x1F");
	struct reading *reading = assemble(&telegrams);
	assert_int_equal(reading_view(reading)->flags, MG_READING_MORE);
	reading_unref(reading);
}

/* As of a meter that goes round its telegrams and never says which is the last. */
static void a_whole_readout_has_no_more(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	const struct assemble_context context = { .whole = true };
	telegrams.count = 0;
	ADD(&telegrams, 0x78, "\x01\x06\x01\x1F");
	struct reading *reading =
			assemble_reading(telegrams.frames, telegrams.count, &context);
	assert_int_equal(reading_view(reading)->flags, 0);
	reading_unref(reading);
}

static void assert_refused(
		const void *bytes, size_t size, enum mg_fault fault, uint64_t offset)
{
	struct reading *reading = assemble_bytes(bytes, size);
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->error, mg_fault_text(fault));
	assert_int_equal(view->error_offset, offset);
	assert_int_equal(view->record_count, 0);
	assert_int_equal(view->flags, 0);
	assert_int_equal(view->telegram_count, 1);
	reading_unref(reading);
}

static void frames_that_are_wrong_are_refused(void **state)
{
	(void)state;
	uint8_t bytes[sizeof(water) + 1];
	memcpy(bytes, water, sizeof(water));
	assert_refused(bytes, 20, MG_FAULT_INCOMPLETE, 20);
	assert_refused(bytes, 0, MG_FAULT_INCOMPLETE, 0);
	bytes[sizeof(water)] = 0xE5;
	assert_refused(bytes, sizeof(bytes), MG_FAULT_SURPLUS, sizeof(water));
	bytes[10] ^= 1;
	assert_refused(bytes, sizeof(water), MG_FAULT_CHECKSUM, sizeof(water) - 2);
	bytes[0] = 0x67;
	assert_refused(bytes, sizeof(water), MG_FAULT_START, 0);
}

static void assert_empty(const void *bytes, size_t size)
{
	struct reading *reading = assemble_bytes(bytes, size);
	const struct mg_reading *view = reading_view(reading);
	assert_null(view->error);
	assert_int_equal(view->record_count, 0);
	assert_int_equal(view->meter.has, 0);
	assert_int_equal(view->telegram_count, 1);
	reading_unref(reading);
}

static void frames_without_data_give_empty_readings(void **state)
{
	(void)state;
	assert_empty("\xE5", 1);
	assert_empty("\x10\x5B\x05\x60\x16", 5);
}

static void assert_telegram_refused(
		uint8_t ci, const void *data, size_t size, enum mg_fault fault, uint64_t offset)
{
	static struct telegrams telegrams;
	telegrams.count = 0;
	add(&telegrams, ci, data, size);
	assert_refused(telegrams.frames[0].data, telegrams.frames[0].size, fault, offset);
}

static void telegrams_that_are_wrong_are_refused(void **state)
{
	(void)state;
	assert_telegram_refused(0x01, "\x01\x06\x01", 3, MG_FAULT_CI_UNSUPPORTED, 6);
	assert_telegram_refused(0x72, "\x78\x56\x34", 3, MG_FAULT_HEADER_SHORT, 10);
	assert_telegram_refused(0x73, "\x78\x56\x34", 3, MG_FAULT_FIXED_LENGTH, 10);
}

static void an_encrypted_telegram_gives_the_header_alone(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x72,
			"\x78\x56\x34\x12\x24\x40\x01\x07\x55\x00\x10\x05"
			"0123456789abcdef");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->error, mg_fault_text(MG_FAULT_ENCRYPTED));
	assert_int_equal(view->error_offset, 19);
	assert_int_equal(view->record_count, 0);
	assert_string_equal(view->meter.id, "12345678");
	assert_int_equal(view->meter.signature, 0x0510);
	reading_unref(reading);
}

static void records_before_a_fault_stand(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78, "\x01\x06\x01\x01\x13\x02\x04\x06\x03");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	char expected[128];
	snprintf(expected, sizeof(expected), "record 3: %s",
			mg_fault_text(MG_FAULT_PREMATURE_END));
	assert_string_equal(view->error, expected);
	assert_true(view->error_offset >= 13 && view->error_offset <= 16);
	assert_int_equal(view->record_count, 2);
	assert_int_equal(view->flags, MG_READING_PARTIAL);
	reading_unref(reading);
}

static void a_faulty_telegram_does_not_take_the_others_with_it(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78, "\x01\x06\x01\x1F");
	ADD(&telegrams, 0x78, "\x01\x06\x01\x3F\x1F");
	ADD(&telegrams, 0x78, "\x01\x06\x02");
	telegrams.bytes[2][8] ^= 1;
	ADD(&telegrams, 0x7A, "\x01\x04\x00\x00\x01\x13\x03");
	const struct assemble_context context = { .error = "telegram 5: no answer" };
	struct reading *reading =
			assemble_reading(telegrams.frames, telegrams.count, &context);
	const struct mg_reading *view = reading_view(reading);
	char expected[256];
	snprintf(expected, sizeof(expected),
			"telegram 2, record 2: %s; telegram 5: no answer",
			mg_fault_text(MG_FAULT_DIF_RESERVED));
	assert_string_equal(view->error, expected);
	assert_int_equal(view->error_offset, 10);
	assert_int_equal(view->flags, MG_READING_PARTIAL);
	assert_int_equal(view->telegram_count, 4);
	assert_int_equal(view->meter.has, MG_METER_ADDRESS);
	assert_string_equal(record_at(reading, view->record_count - 1)->quantity, "volume");
	reading_unref(reading);
}

static void a_faulty_link_frame_is_named_by_its_number(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78, "\x01\x06\x01");
	ADD(&telegrams, 0x78, "\x01\x06\x02");
	telegrams.bytes[1][8] ^= 1;
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	char expected[128];
	snprintf(expected, sizeof(expected), "telegram 2: %s",
			mg_fault_text(MG_FAULT_CHECKSUM));
	assert_string_equal(view->error, expected);
	assert_int_equal(view->record_count, 1);
	assert_int_equal(view->flags, MG_READING_PARTIAL);
	reading_unref(reading);
}

static void a_readout_that_breaks_off_is_partial(void **state)
{
	(void)state;
	const struct mg_bytes frame = { water, sizeof(water) };
	const struct assemble_context context = { .error = "second telegram: no answer" };
	struct reading *reading = assemble_reading(&frame, 1, &context);
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->error, "second telegram: no answer");
	assert_int_equal(view->error_offset, 0);
	assert_int_equal(view->flags, MG_READING_PARTIAL);
	assert_int_equal(view->record_count, 3);
	reading_unref(reading);
}

static void application_errors_and_alarms_are_answers(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x70, "\x08");
	ADD(&telegrams, 0x71, "\x21");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_null(view->error);
	assert_int_equal(view->app_error, 8);
	assert_int_equal(view->alarm, 0x21);
	assert_int_equal(view->record_count, 0);
	assert_int_equal(view->meter.has, MG_METER_ADDRESS);
	assert_int_equal(view->meter.address, 5);
	reading_unref(reading);
	reading = assemble_bytes(water, sizeof(water));
	assert_int_equal(reading_view(reading)->app_error, -1);
	assert_int_equal(reading_view(reading)->alarm, -1);
	reading_unref(reading);
}

static void a_refusal_has_nothing_but_the_error(void **state)
{
	(void)state;
	const struct assemble_context context = { .bus = "cellar" };
	struct reading *reading = assemble_refusal("not hexadecimal", 7, &context);
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->error, "not hexadecimal");
	assert_int_equal(view->error_offset, 7);
	assert_string_equal(view->bus, "cellar");
	assert_int_equal(view->record_count, 0);
	assert_int_equal(view->telegram_count, 0);
	assert_int_equal(view->meter.has, 0);
	reading_unref(reading);
	reading = assemble_reading(NULL, 0, &context);
	assert_int_equal(reading_view(reading)->record_count, 0);
	reading_unref(reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique_over_all_telegrams),
		cmocka_unit_test(many_equal_names_stay_unique),
		cmocka_unit_test(a_number_that_is_taken_is_skipped),
		cmocka_unit_test(more_telegrams_are_announced),
		cmocka_unit_test(a_whole_readout_has_no_more),
		cmocka_unit_test(frames_that_are_wrong_are_refused),
		cmocka_unit_test(frames_without_data_give_empty_readings),
		cmocka_unit_test(telegrams_that_are_wrong_are_refused),
		cmocka_unit_test(an_encrypted_telegram_gives_the_header_alone),
		cmocka_unit_test(records_before_a_fault_stand),
		cmocka_unit_test(a_faulty_telegram_does_not_take_the_others_with_it),
		cmocka_unit_test(a_faulty_link_frame_is_named_by_its_number),
		cmocka_unit_test(a_readout_that_breaks_off_is_partial),
		cmocka_unit_test(application_errors_and_alarms_are_answers),
		cmocka_unit_test(a_refusal_has_nothing_but_the_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
