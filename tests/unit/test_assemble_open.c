/* SPDX-License-Identifier: MIT */
/* What becomes of telegrams that are encrypted, or compact, or should be encrypted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "bus/assemble.h"

#include "made_telegrams.h"

#define LONG "\x78\x56\x34\x12\x93\x15\x33\x03\x2A\x00"
#define SHORT "\x2A\x00"
/* Volume 28504.27 m3, a date, error flags; mode 5, two blocks. */
#define BLOCKS                                                                           \
	"\x20\x05\x46\xF8\x24\x6C\x36\x36\xD2\x6D\x1A\x7A\xD7\x70\xE1\xF8\xDB\xBB"           \
	"\xFE\x76\x8C\xBE\x8C\x12\xF1\x6C\xD5\x17\xA2\x54\xB5\x80\x6A\x95"
/* Three records that have the format 3B31h. */
#define FULL "\x02\x02\xD2\x04\x02\x15\x2E\x16\x02\x2A\x34\x23"
#define COMPACT "\x31\x3B\x42\xA6\xD2\x04\x2E\x16\x34\x23"
/* The same, encrypted in one block. */
#define FULL_BLOCK                                                                       \
	"\x10\x05\x0F\xC9\x75\xE8\x2A\x72\x9C\x66\x08\x43\xF5\x72\xE4\x12\xBC\xFA"
#define COMPACT_BLOCK                                                                    \
	"\x10\x05\x6C\x9A\xB6\xD7\x0A\x9E\x02\x40\xF7\xC2\x99\xAD\x1E\xA8\xB9\x28"

static const struct secure_key key = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
		15 } };
static const struct secure_key other_key = { { 1 } };
static const struct mg_identity meter = { 0x12345678, 0x1593, 0x33, 0x03 };

/* The reading of one telegram; the caller gives the reference back. */
static struct reading *read_one(
		const struct assemble_context *context, uint8_t ci, const void *data, size_t size)
{
	struct telegrams telegrams = { .count = 0 };
	add(&telegrams, ci, data, size);
	struct reading *reading = assemble_reading(telegrams.frames, 1, context);
	assert_non_null(reading);
	return reading;
}

#define READ(context, ci, text) read_one(context, ci, text, sizeof(text) - 1)

static void expect_fault(struct reading *reading, enum mg_fault fault, uint64_t offset)
{
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->record_count, 0);
	if (fault == MG_FAULT_NONE) {
		assert_null(view->error);
	} else {
		assert_non_null(view->error);
		assert_string_equal(view->error, mg_fault_text(fault));
		assert_int_equal(view->error_offset, offset);
	}
	reading_unref(reading);
}

static void expect_volume(struct reading *reading, uint64_t security_mode)
{
	const struct mg_reading *view = reading_view(reading);
	assert_null(view->error);
	assert_int_equal(view->record_count, 3);
	assert_number(record_at(reading, 0), "volume", "m3", "28504.27");
	assert_int_equal(view->meter.has & MG_METER_SECURITY, MG_METER_SECURITY);
	assert_int_equal(view->meter.security_mode, security_mode);
	reading_unref(reading);
}

static void expect_three(struct reading *reading)
{
	const struct mg_reading *view = reading_view(reading);
	assert_null(view->error);
	assert_int_equal(view->record_count, 3);
	assert_number(record_at(reading, 0), "energy", "Wh", "123.4");
	assert_number(record_at(reading, 1), "volume", "m3", "567.8");
	assert_number(record_at(reading, 2), "power", "W", "901.2");
	reading_unref(reading);
}

static void the_key_opens_a_telegram(void **state)
{
	(void)state;
	const struct assemble_context context = { .key = &key };
	expect_volume(READ(&context, 0x72, LONG BLOCKS), 5);
}

static void a_short_header_takes_the_identity_of_the_context(void **state)
{
	(void)state;
	struct assemble_context context = { .key = &key, .identity = &meter };
	expect_volume(READ(&context, 0x7A, SHORT BLOCKS), 5);
	context.identity = NULL;
	expect_fault(READ(&context, 0x7A, SHORT BLOCKS), MG_FAULT_IDENTITY_NEEDED, 11);
}

static void without_the_right_key_the_header_is_left(void **state)
{
	(void)state;
	struct assemble_context context = { .key = NULL };
	expect_fault(READ(&context, 0x72, LONG BLOCKS), MG_FAULT_ENCRYPTED, 19);
	context.key = &other_key;
	expect_fault(READ(&context, 0x72, LONG BLOCKS), MG_FAULT_KEY_WRONG, 19);
	struct reading *reading = READ(&context, 0x72, LONG BLOCKS);
	const struct mg_meter *seen = &reading_view(reading)->meter;
	assert_string_equal(seen->id, "12345678");
	assert_string_equal(seen->manufacturer, "ELS");
	assert_int_equal(seen->access, 0x2A);
	assert_int_equal(seen->signature, 0x0520);
	reading_unref(reading);
}

static void values_in_plain_are_refused_where_a_key_is_set(void **state)
{
	(void)state;
	const struct assemble_context context = { .key = &key };
	expect_fault(READ(&context, 0x78, "\x01\x06\x07"), MG_FAULT_PLAIN, 7);
	expect_fault(READ(&context, 0x72, LONG "\x00\x00\x01\x06\x07"), MG_FAULT_PLAIN, 19);
	/* A configuration field that announces no block, and one that announces too many. */
	expect_fault(READ(&context, 0x72, LONG "\x00\x05\x01\x06\x07"), MG_FAULT_PLAIN, 19);
	expect_fault(READ(&context, 0x72, LONG "\x10\x05\x01\x06\x07"), MG_FAULT_PLAIN, 19);
	expect_fault(READ(&context, 0x73,
						 "\x78\x56\x34\x12\x0A\x00\x29\x69\x01\x00\x00\x00\x35\x01"
						 "\x00\x00"),
			MG_FAULT_PLAIN, 13);
	expect_fault(READ(&context, 0x79, COMPACT), MG_FAULT_PLAIN, 11);
	expect_fault(READ(&context, 0x79, "\x31\x3B\x42\xA6"), MG_FAULT_PLAIN, 11);
	expect_fault(READ(&context, 0x69, "\x08\x31\x3B\x02\x02\x02\x15\x02\x2A"),
			MG_FAULT_PLAIN, 10);
	expect_fault(READ(&context, 0xA2, "\x01"), MG_FAULT_PLAIN, 7);
	expect_fault(READ(&context, 0x78, "\x0F"), MG_FAULT_PLAIN, 7);
	/* Of the header all is told. */
	struct reading *reading = READ(&context, 0x72, LONG "\x00\x00\x01\x06\x07");
	assert_string_equal(reading_view(reading)->meter.id, "12345678");
	assert_int_equal(reading_view(reading)->meter.has & MG_METER_SECURITY, 0);
	reading_unref(reading);
}

static void what_tells_no_value_is_not_refused(void **state)
{
	(void)state;
	const struct assemble_context context = { .key = &key };
	expect_fault(READ(&context, 0x78, ""), MG_FAULT_NONE, 0);
	expect_fault(READ(&context, 0x72, LONG "\x00\x00"), MG_FAULT_NONE, 0);
	expect_fault(READ(&context, 0x78, "\x2F\x2F"), MG_FAULT_NONE, 0);
	struct reading *reading = READ(&context, 0x70, "\x08");
	assert_int_equal(reading_view(reading)->app_error, 8);
	expect_fault(reading, MG_FAULT_NONE, 0);
	reading = READ(&context, 0x71, "\x21");
	assert_int_equal(reading_view(reading)->alarm, 0x21);
	expect_fault(reading, MG_FAULT_NONE, 0);
}

static void an_encrypted_alarm_is_told(void **state)
{
	(void)state;
	const struct assemble_context context = { .key = &key };
	struct reading *reading = READ(&context, 0x75,
			LONG "\x10\x05\x29\xEA\x42\x9F\x62\xE1\xCF\x10\x48\x3F\x5A\x27\xE9\x95\xA0"
				 "\x3A");
	assert_int_equal(reading_view(reading)->alarm, 0x21);
	expect_fault(reading, MG_FAULT_NONE, 0);
}

static void all_telegrams_of_a_readout_are_opened(void **state)
{
	(void)state;
	const struct assemble_context context = { .key = &key, .identity = &meter };
	struct telegrams telegrams = { .count = 0 };
	ADD(&telegrams, 0x72, LONG BLOCKS);
	ADD(&telegrams, 0x7A, SHORT FULL_BLOCK);
	ADD(&telegrams, 0x78, "\x01\x06\x07");
	struct reading *reading =
			assemble_reading(telegrams.frames, telegrams.count, &context);
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->record_count, 6);
	assert_number(record_at(reading, 0), "volume", "m3", "28504.27");
	assert_number(record_at(reading, 4), "volume_2", "m3", "567.8");
	char expected[128];
	snprintf(expected, sizeof(expected), "telegram 3: %s", mg_fault_text(MG_FAULT_PLAIN));
	assert_string_equal(view->error, expected);
	assert_int_equal(view->flags, MG_READING_PARTIAL);
	reading_unref(reading);
}

static void a_full_telegram_teaches_its_format(void **state)
{
	(void)state;
	struct formats *formats = formats_create();
	const struct assemble_context context = { .formats = formats };
	const struct assemble_context without = { .formats = NULL };
	assert_non_null(formats);
	expect_fault(READ(&context, 0x79, COMPACT), MG_FAULT_FORMAT_UNKNOWN, 11);
	expect_three(READ(&context, 0x78, FULL));
	expect_three(READ(&context, 0x79, COMPACT));
	expect_fault(READ(&context, 0x79, "\x31\x3B\x42\xA6\xD2\x04\x2E\x16\x34\x24"),
			MG_FAULT_FORMAT_CRC, 11);
	expect_fault(READ(&without, 0x79, COMPACT), MG_FAULT_FORMAT_UNKNOWN, 11);
	formats_destroy(formats);
}

static void a_format_frame_teaches_its_format(void **state)
{
	(void)state;
	struct formats *formats = formats_create();
	const struct assemble_context context = { .formats = formats };
	expect_fault(READ(&context, 0x69, "\x08\x31\x3B\x02\x02\x02\x15\x02\x2A"),
			MG_FAULT_NONE, 0);
	expect_three(READ(&context, 0x79, COMPACT));
	formats_destroy(formats);
}

/* CI 73h: a compact frame if it fits, and otherwise a fixed structure that does not. */
static void a_long_compact_frame_fits_or_has_a_wrong_length(void **state)
{
	(void)state;
	struct formats *formats = formats_create();
	const struct assemble_context context = { .formats = formats };
	expect_fault(
			READ(&context, 0x73, LONG "\x00\x00" COMPACT), MG_FAULT_FIXED_LENGTH, 23);
	expect_three(READ(&context, 0x78, FULL));
	expect_fault(
			READ(&context, 0x73, LONG "\x00\x00\x31\x3B\x42\xA6\xD2\x04\x2E\x16\x34\x24"),
			MG_FAULT_FIXED_LENGTH, 23);
	expect_three(READ(&context, 0x73, LONG "\x00\x00" COMPACT));
	formats_destroy(formats);
}

static void formats_are_learned_and_used_behind_encryption(void **state)
{
	(void)state;
	struct formats *formats = formats_create();
	const struct assemble_context context = {
		.key = &key, .identity = &meter, .formats = formats
	};
	expect_fault(READ(&context, 0x7B, SHORT COMPACT_BLOCK), MG_FAULT_FORMAT_UNKNOWN, 17);
	/* What is refused teaches nothing. */
	expect_fault(READ(&context, 0x78, FULL), MG_FAULT_PLAIN, 7);
	expect_fault(READ(&context, 0x7B, SHORT COMPACT_BLOCK), MG_FAULT_FORMAT_UNKNOWN, 17);
	expect_three(READ(&context, 0x7A, SHORT FULL_BLOCK));
	expect_three(READ(&context, 0x7B, SHORT COMPACT_BLOCK));
	formats_destroy(formats);
}

static void the_fault_of_a_ci_points_behind_the_afl(void **state)
{
	(void)state;
	const struct assemble_context context = { .key = NULL };
	expect_fault(READ(&context, 0x90, "\x03\x00\x20\x20\x01\x00"),
			MG_FAULT_CI_UNSUPPORTED, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_opens_a_telegram),
		cmocka_unit_test(a_short_header_takes_the_identity_of_the_context),
		cmocka_unit_test(without_the_right_key_the_header_is_left),
		cmocka_unit_test(values_in_plain_are_refused_where_a_key_is_set),
		cmocka_unit_test(what_tells_no_value_is_not_refused),
		cmocka_unit_test(an_encrypted_alarm_is_told),
		cmocka_unit_test(all_telegrams_of_a_readout_are_opened),
		cmocka_unit_test(a_full_telegram_teaches_its_format),
		cmocka_unit_test(a_format_frame_teaches_its_format),
		cmocka_unit_test(a_long_compact_frame_fits_or_has_a_wrong_length),
		cmocka_unit_test(formats_are_learned_and_used_behind_encryption),
		cmocka_unit_test(the_fault_of_a_ci_points_behind_the_afl),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
