/* SPDX-License-Identifier: MIT */
/* What of a telegram stands in the reading, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "bus/assemble_fill.h"

#include "made_telegrams.h"

static void a_water_meter(void **state)
{
	(void)state;
	struct reading *reading = assemble_bytes(water, sizeof(water));
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->type, "reading");
	assert_null(view->error);
	assert_int_equal(view->flags, 0);
	assert_int_equal(view->meter.has, MG_METER_ID | MG_METER_MANUFACTURER |
											  MG_METER_MEDIUM | MG_METER_STATUS |
											  MG_METER_SIGNATURE | MG_METER_ADDRESS);
	assert_string_equal(view->meter.id, "12345678");
	assert_string_equal(view->meter.manufacturer, "PAD");
	assert_string_equal(view->meter.manufacturer_name, "PadMess GmbH");
	assert_int_equal(view->meter.version, 1);
	assert_string_equal(view->meter.medium, "water");
	assert_int_equal(view->meter.medium_code, 7);
	assert_int_equal(view->meter.address, 2);
	assert_int_equal(view->meter.ci, 0x72);
	assert_int_equal(view->meter.access, 0x55);
	assert_int_equal(view->meter.status_flag_count, 0);
	assert_int_equal(view->record_count, 3);
	assert_number(record_at(reading, 0), "volume", "m3", "12.565");
	assert_number(record_at(reading, 1), "volume_flow_storage_5_max", "m3/h", "0.113");
	assert_number(record_at(reading, 2), "energy_subunit_1_tariff_2", "Wh", "218370");
	const struct mg_record *flow = record_at(reading, 1);
	assert_int_equal(flow->function, MG_FUNCTION_MAXIMUM);
	assert_int_equal(flow->storage, 5);
	assert_int_equal(flow->dib.size, 2);
	assert_memory_equal(flow->dib.data, "\xDA\x02", 2);
	assert_int_equal(flow->vib.size, 1);
	assert_memory_equal(flow->data.data, "\x13\x01", 2);
	assert_int_equal(view->telegram_count, 1);
	assert_int_equal(view->telegrams[0].size, sizeof(water));
	assert_memory_equal(view->telegrams[0].data, water, sizeof(water));
	assert_ptr_not_equal(view->telegrams[0].data, water);
	reading_unref(reading);
}

static void the_context_is_copied(void **state)
{
	(void)state;
	char bus[] = "cellar", device[] = "heat-1", label[] = "left", key[] = "area";
	const struct mg_tag tags[] = { { key, "north" }, { "floor", "" } };
	const struct assemble_context context = {
		.bus = bus,
		.device = device,
		.label = label,
		.tags = tags,
		.tag_count = 2,
		.time = 1795327140123000,
	};
	const struct mg_bytes frame = { water, sizeof(water) };
	struct reading *reading = assemble_reading(&frame, 1, &context);
	bus[0] = device[0] = label[0] = key[0] = 'x';
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->bus, "cellar");
	assert_string_equal(view->device, "heat-1");
	assert_string_equal(view->label, "left");
	assert_int_equal(view->tag_count, 2);
	assert_string_equal(view->tags[0].key, "area");
	assert_string_equal(view->tags[0].value, "north");
	assert_string_equal(view->tags[1].value, "");
	assert_int_equal(view->time, 1795327140123000);
	reading_unref(reading);
}

static void a_short_header_has_no_identity(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x7A, "\x11\x0C\x00\x00\x01\x06\x01");
	struct reading *reading = assemble(&telegrams);
	const struct mg_meter *meter = &reading_view(reading)->meter;
	assert_int_equal(meter->has, MG_METER_ADDRESS | MG_METER_STATUS | MG_METER_SIGNATURE);
	assert_null(meter->id);
	assert_null(meter->manufacturer_name);
	assert_int_equal(meter->access, 0x11);
	assert_int_equal(meter->status_flag_count, 2);
	assert_string_equal(meter->status_flags[0], "power-low");
	assert_string_equal(meter->status_flags[1], "permanent-error");
	reading_unref(reading);
}

/* The example of EN 1434-3 for the fixed data structure. */
static void a_fixed_structure_has_id_and_medium(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x73,
			"\x78\x56\x34\x12\x0A\x00\xE9\x7E\x01\x00\x00\x00\x35\x01\x00\x00");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->meter.has,
			MG_METER_ADDRESS | MG_METER_STATUS | MG_METER_ID | MG_METER_MEDIUM);
	assert_string_equal(view->meter.id, "12345678");
	assert_int_equal(view->meter.medium_code, 7);
	assert_int_equal(view->record_count, 2);
	assert_number(record_at(reading, 0), "volume", "m3", "0.001");
	assert_number(record_at(reading, 1), "volume_storage_1", "m3", "0.135");
	reading_unref(reading);
}

/* The four bits of its medium have a list of their own. */
static void the_medium_of_a_fixed_structure(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x73,
			"\x78\x56\x34\x12\x0A\x00\xA9\x7E\x01\x00\x00\x00\x35\x01\x00\x00");
	struct reading *reading = assemble(&telegrams);
	assert_int_equal(reading_view(reading)->meter.medium_code, 6);
	assert_string_equal(reading_view(reading)->meter.medium, "hot-water");
	reading_unref(reading);
}

static void high_byte_first_is_flagged(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x76,
			"\x12\x34\x56\x78\x40\x24\x01\x07\x55\x00\x00\x00\x02\x06\x01\x02");
	struct reading *reading = assemble(&telegrams);
	assert_int_equal(reading_view(reading)->flags, MG_READING_MODE2);
	assert_string_equal(reading_view(reading)->meter.id, "12345678");
	assert_number(record_at(reading, 0), "energy", "Wh", "258000");
	reading_unref(reading);
}

static void values_of_every_type(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78,
			"\x0A\x06\xEE\xEE" /* BCD without a meaning */
			"\x02\x6C\x56\x3B" /* a date, in the sense of type G */
			"\x0D\xFD\x11\x03" /* customer, sent last letter first */
			"cba"
			"\x01\x7C\x02" /* unit in plain text */
			"yx\x07"
			"\x01\x86\x41\x09"   /* exceed count: a modifier */
			"\x0F\x01\x02\xAB"); /* manufacturer data */
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_null(view->error);
	assert_int_equal(view->record_count, 6);
	const struct mg_record *invalid = record_at(reading, 0);
	assert_int_equal(invalid->quality, MG_QUALITY_INVALID);
	assert_int_equal(invalid->type, MG_TYPE_NONE);
	assert_non_null(invalid->reason);
	assert_string_equal(invalid->text, "EEEE");
	assert_memory_equal(invalid->data.data, "\xEE\xEE", 2);
	const struct mg_record *date = record_at(reading, 1);
	assert_int_equal(date->type, MG_TYPE_DATE);
	assert_string_equal(date->text, "2026-11-22");
	const struct mg_record *text = record_at(reading, 2);
	assert_int_equal(text->type, MG_TYPE_TEXT);
	assert_string_equal(text->text, "abc");
	assert_string_equal(text->quantity, "customer");
	assert_string_equal(record_at(reading, 3)->unit, "xy");
	const struct mg_record *count = record_at(reading, 4);
	assert_int_equal(count->modifier_count, 1);
	assert_string_equal(count->modifiers[0], "exceeds-of-lower-limit");
	const struct mg_record *own = record_at(reading, 5);
	assert_int_equal(own->function, MG_FUNCTION_NONE);
	assert_int_equal(own->flags, MG_RECORD_VENDOR);
	assert_int_equal(own->type, MG_TYPE_BYTES);
	assert_memory_equal(own->data.data, "\x01\x02\xAB", 3);
	reading_unref(reading);
}

static void a_company_that_nobody_knows_has_no_name(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x72, "\x78\x56\x34\x12\x38\x62\x01\x07\x55\x00\x00\x00");
	struct reading *reading = assemble(&telegrams);
	const struct mg_meter *meter = &reading_view(reading)->meter;
	assert_string_equal(meter->manufacturer, "XQX");
	assert_null(meter->manufacturer_name);
	reading_unref(reading);
}

/* Bit 15 says that the address is not unique; the company is the same. */
static void a_code_that_is_no_letters_may_have_a_company(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x72, "\x78\x56\x34\x12\x2D\xAC\x01\x07\x55\x00\x00\x00");
	struct reading *reading = assemble(&telegrams);
	const struct mg_meter *meter = &reading_view(reading)->meter;
	assert_string_equal(meter->manufacturer, "AC2D");
	assert_string_equal(meter->manufacturer_name, "Kamstrup A/S");
	reading_unref(reading);
}

static void an_encrypted_telegram_tells_its_mode(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x72,
			"\x78\x56\x34\x12\x2D\x2C\x01\x04\x55\x00\x10\x05"
			"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->meter.has,
			MG_METER_ID | MG_METER_MANUFACTURER | MG_METER_MEDIUM | MG_METER_STATUS |
					MG_METER_SIGNATURE | MG_METER_ADDRESS | MG_METER_SECURITY);
	assert_int_equal(view->meter.security_mode, 5);
	assert_int_equal(view->meter.signature, 0x0510);
	assert_int_equal(view->record_count, 0);
	assert_string_equal(view->error, "encrypted, key needed");
	reading_unref(reading);
}

/* Old meters put anything into the configuration field. */
static void what_announces_no_fitting_length_has_no_mode(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x72, "\x78\x56\x34\x12\x2D\x2C\x01\x04\x55\x00\x10\x05\x01\x06\x09");
	struct reading *reading = assemble(&telegrams);
	const struct mg_reading *view = reading_view(reading);
	assert_int_equal(view->meter.has & MG_METER_SECURITY, 0);
	assert_int_equal(view->meter.security_mode, 0);
	assert_null(view->error);
	assert_number(record_at(reading, 0), "energy", "Wh", "9000");
	reading_unref(reading);
}

static void what_was_sent_instead_of_a_value_is_shown(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78,
			"\x0C\x06\xEE\xEE\xEE\xEE"
			"\x02\x6C\xEF\xFF"               /* day 15 of every month of every year */
			"\x04\x6D\x00\x18\xB6\x1D"       /* day 22 of month 13, hour 24 */
			"\x02\x6C\x00\x00"               /* not set */
			"\x04\x03\x00\x00\x00\x80"       /* the marker of type B */
			"\x04\x83\x18\x05\x00\x00\x00"); /* a record error */
	struct reading *reading = assemble(&telegrams);
	static const char *const texts[] = { "EEEEEEEE", "*-*-15", "2013-13-22T24:00", NULL,
		NULL, NULL };
	assert_int_equal(reading_view(reading)->record_count, 6);
	for (uint32_t i = 0; i < 6; i++) {
		const struct mg_record *record = record_at(reading, i);
		assert_int_equal(record->type, MG_TYPE_NONE);
		assert_int_not_equal(record->quality, MG_QUALITY_GOOD);
		assert_non_null(record->reason);
		if (texts[i] == NULL) {
			assert_null(record->text);
		} else {
			assert_string_equal(record->text, texts[i]);
		}
	}
	reading_unref(reading);
}

static void identities_are_texts(void **state)
{
	(void)state;
	static struct telegrams telegrams;
	telegrams.count = 0;
	ADD(&telegrams, 0x78,
			"\x07\x79\x78\x56\x34\x12\x2D\x2C\x10\x04"
			"\x02\xFD\x0A\x2D\x2C");
	struct reading *reading = assemble(&telegrams);
	assert_int_equal(record_at(reading, 0)->type, MG_TYPE_TEXT);
	assert_string_equal(record_at(reading, 0)->quantity, "identification");
	assert_string_equal(record_at(reading, 0)->text, "12345678.KAM.10.04");
	assert_int_equal(record_at(reading, 1)->type, MG_TYPE_TEXT);
	assert_string_equal(record_at(reading, 1)->quantity, "manufacturer");
	assert_string_equal(record_at(reading, 1)->text, "KAM");
	reading_unref(reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_water_meter),
		cmocka_unit_test(the_context_is_copied),
		cmocka_unit_test(a_short_header_has_no_identity),
		cmocka_unit_test(a_fixed_structure_has_id_and_medium),
		cmocka_unit_test(the_medium_of_a_fixed_structure),
		cmocka_unit_test(high_byte_first_is_flagged),
		cmocka_unit_test(values_of_every_type),
		cmocka_unit_test(a_company_that_nobody_knows_has_no_name),
		cmocka_unit_test(a_code_that_is_no_letters_may_have_a_company),
		cmocka_unit_test(an_encrypted_telegram_tells_its_mode),
		cmocka_unit_test(what_announces_no_fitting_length_has_no_mode),
		cmocka_unit_test(what_was_sent_instead_of_a_value_is_shown),
		cmocka_unit_test(identities_are_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
