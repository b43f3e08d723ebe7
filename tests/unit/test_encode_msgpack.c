/* SPDX-License-Identifier: MIT */
/* msgpack of readings, read back by msgpack-c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <msgpack.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "route/encode.h"

#include "sample_reading.h"

struct unpacked {
	struct encode_buffer buffer;
	msgpack_unpacked message;
};

static void unpack(struct unpacked *unpacked, const struct mg_reading *reading,
		const struct encode_options *options)
{
	size_t offset = 0;
	*unpacked = (struct unpacked){ 0 };
	assert_true(encode_reading(&unpacked->buffer, MG_FORMAT_MSGPACK, reading, options));
	msgpack_unpacked_init(&unpacked->message);
	assert_int_equal(msgpack_unpack_next(&unpacked->message, unpacked->buffer.data,
							 unpacked->buffer.length, &offset),
			MSGPACK_UNPACK_SUCCESS);
	assert_int_equal(offset, unpacked->buffer.length);
}

static void release(struct unpacked *unpacked)
{
	msgpack_unpacked_destroy(&unpacked->message);
	encode_finish(&unpacked->buffer);
}

static const msgpack_object *look(const msgpack_object *map, const char *key)
{
	assert_int_equal(map->type, MSGPACK_OBJECT_MAP);
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object *name = &map->via.map.ptr[i].key;
		if (name->via.str.size == strlen(key) &&
				memcmp(name->via.str.ptr, key, strlen(key)) == 0) {
			return &map->via.map.ptr[i].val;
		}
	}
	return NULL;
}

static void assert_text(const msgpack_object *object, const char *expected)
{
	assert_non_null(object);
	assert_int_equal(object->type, MSGPACK_OBJECT_STR);
	assert_int_equal(object->via.str.size, strlen(expected));
	assert_memory_equal(object->via.str.ptr, expected, strlen(expected));
}

static void assert_number(const msgpack_object *object, uint64_t expected)
{
	assert_non_null(object);
	assert_int_equal(object->type, MSGPACK_OBJECT_POSITIVE_INTEGER);
	assert_int_equal(object->via.u64, expected);
}

static const msgpack_object *record_at(const struct unpacked *unpacked, uint32_t index)
{
	const msgpack_object *records = look(&unpacked->message.data, "records");
	assert_int_equal(records->type, MSGPACK_OBJECT_ARRAY);
	assert_true(index < records->via.array.size);
	return &records->via.array.ptr[index];
}

static void the_keys_of_json(void **state)
{
	(void)state;
	struct unpacked unpacked;
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	unpack(&unpacked, &reading, NULL);
	const msgpack_object *map = &unpacked.message.data;
	assert_int_equal(map->via.map.size, 14);
	assert_number(look(map, "schema"), 1);
	assert_text(look(map, "type"), "reading");
	assert_text(look(map, "gateway"), "cellar-pi");
	assert_number(look(map, "run"), 1795327200123456);
	assert_number(look(map, "seq"), 4711);
	assert_number(look(map, "device_seq"), 12);
	assert_text(look(map, "time"), "2026-11-22T05:59:00.123Z");
	assert_text(look(map, "bus"), "cellar");
	assert_text(look(map, "device"), "heat-1");
	assert_text(look(map, "label"), "Flat 3 left");
	assert_text(look(look(map, "tags"), "area"), "north");
	assert_int_equal(look(map, "more_records_follow")->type, MSGPACK_OBJECT_BOOLEAN);
	assert_false(look(map, "more_records_follow")->via.boolean);
	const msgpack_object *meter = look(map, "meter");
	assert_int_equal(meter->via.map.size, 11);
	assert_text(look(meter, "id"), "12345678");
	assert_number(look(meter, "medium_code"), 4);
	assert_int_equal(look(meter, "status_flags")->via.array.size, 0);
	release(&unpacked);
}

static void a_record(void **state)
{
	(void)state;
	struct unpacked unpacked;
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	unpack(&unpacked, &reading, NULL);
	const msgpack_object *map = record_at(&unpacked, 0);
	assert_int_equal(map->via.map.size, 12);
	assert_text(look(map, "name"), "energy");
	assert_text(look(map, "function"), "instantaneous");
	assert_number(look(map, "storage"), 0);
	assert_text(look(map, "unit"), "Wh");
	assert_number(look(map, "value"), 12345000);
	assert_text(look(map, "dib"), "0C");
	assert_text(look(map, "vib"), "06");
	assert_text(look(map, "coding"), "bcd8");
	assert_null(look(map, "mantissa"));
	release(&unpacked);
}

/* Packs one number; the caller releases. */
static const msgpack_object *number(
		struct unpacked *unpacked, int64_t mantissa, int32_t exponent)
{
	static struct mg_record record;
	static struct mg_reading reading;
	record = sample_record();
	record.mantissa = mantissa;
	record.exponent = exponent;
	reading = sample_reading(&record, 1);
	unpack(unpacked, &reading, NULL);
	return record_at(unpacked, 0);
}

static void assert_unsigned(int64_t mantissa, int32_t exponent, uint64_t expected)
{
	struct unpacked unpacked;
	const msgpack_object *map = number(&unpacked, mantissa, exponent);
	assert_number(look(map, "value"), expected);
	assert_null(look(map, "mantissa"));
	assert_int_equal(map->via.map.size, 12);
	release(&unpacked);
}

static void assert_negative(int64_t mantissa, int32_t exponent, int64_t expected)
{
	struct unpacked unpacked;
	const msgpack_object *map = number(&unpacked, mantissa, exponent);
	assert_int_equal(look(map, "value")->type, MSGPACK_OBJECT_NEGATIVE_INTEGER);
	assert_true(look(map, "value")->via.i64 == expected);
	assert_null(look(map, "mantissa"));
	release(&unpacked);
}

static void assert_float(int64_t mantissa, int32_t exponent, double expected)
{
	struct unpacked unpacked;
	const msgpack_object *map = number(&unpacked, mantissa, exponent);
	assert_int_equal(look(map, "value")->type, MSGPACK_OBJECT_FLOAT64);
	double value = look(map, "value")->via.f64;
	assert_memory_equal(&value, &expected, sizeof(value));
	assert_true(look(map, "mantissa")->via.i64 == mantissa);
	assert_true(look(map, "exponent")->via.i64 == exponent);
	assert_int_equal(map->via.map.size, 14);
	release(&unpacked);
}

static void integers_stay_integers(void **state)
{
	(void)state;
	assert_unsigned(0, 0, 0);
	assert_unsigned(0, 100, 0);
	assert_unsigned(INT64_MAX, 0, INT64_MAX);
	assert_unsigned(18446744073709551, 3, 18446744073709551000u);
	assert_negative(-5, 2, -500);
	assert_negative(INT64_MIN, 0, INT64_MIN);
	assert_negative(-9223372036854775, 3, -9223372036854775000);
}

static void the_rest_is_float_with_its_exact_parts(void **state)
{
	(void)state;
	assert_float(123, -1, 12.3);
	assert_float(-125, -5, -0.00125);
	assert_float(1230, -1, 123.0);
	assert_float(0, -3, 0.0);
	assert_float(18446744073709552, 3, 18446744073709552e3);
	assert_float(-9223372036854776, 3, -9223372036854776e3);
	assert_float(1, 128, 1e128);
}

static void other_values(void **state)
{
	(void)state;
	struct unpacked unpacked;
	struct mg_record records[5];
	for (size_t i = 0; i < 5; i++) {
		records[i] = sample_record();
	}
	records[0].type = MG_TYPE_WIDE;
	records[0].text = "-123456789012345678901";
	records[1].type = MG_TYPE_TEXT;
	records[1].text = "\xC2\xB0\xFF!";
	records[2].type = MG_TYPE_BYTES;
	records[2].flags = MG_RECORD_VENDOR;
	records[3].type = MG_TYPE_NONE;
	records[3].quality = MG_QUALITY_ERROR;
	records[3].reason = "no data";
	records[4].exponent = -200;
	struct mg_reading reading = sample_reading(records, 5);
	unpack(&unpacked, &reading, NULL);
	assert_text(look(record_at(&unpacked, 0), "value"), "-123456789012345678901");
	assert_text(look(record_at(&unpacked, 1), "value"), "\xC2\xB0\xEF\xBF\xBD!");
	assert_text(look(record_at(&unpacked, 2), "value"), "45230100");
	assert_true(look(record_at(&unpacked, 2), "vendor")->via.boolean);
	assert_int_equal(look(record_at(&unpacked, 3), "value")->type, MSGPACK_OBJECT_NIL);
	assert_text(look(record_at(&unpacked, 3), "quality"), "error");
	assert_text(look(record_at(&unpacked, 3), "reason"), "no data");
	assert_text(look(record_at(&unpacked, 3), "data"), "45230100");
	assert_int_equal(look(record_at(&unpacked, 4), "value")->type, MSGPACK_OBJECT_NIL);
	assert_null(look(record_at(&unpacked, 4), "mantissa"));
	release(&unpacked);
}

static void what_was_sent_instead_of_a_value_is_shown(void **state)
{
	(void)state;
	struct unpacked unpacked;
	struct mg_record records[2] = { sample_record(), sample_record() };
	for (size_t i = 0; i < 2; i++) {
		records[i].type = MG_TYPE_NONE;
		records[i].quality = MG_QUALITY_INVALID;
		records[i].reason = "no BCD digit";
	}
	records[0].text = "EEEEEEEE";
	struct mg_reading reading = sample_reading(records, 2);
	unpack(&unpacked, &reading, NULL);
	const msgpack_object *map = record_at(&unpacked, 0);
	assert_int_equal(look(map, "value")->type, MSGPACK_OBJECT_NIL);
	assert_text(look(map, "reason"), "no BCD digit");
	assert_text(look(map, "shown"), "EEEEEEEE");
	assert_int_equal(map->via.map.size, 16);
	assert_null(look(record_at(&unpacked, 1), "shown"));
	assert_int_equal(record_at(&unpacked, 1)->via.map.size, 15);
	release(&unpacked);
}

static void the_meter_of_an_encrypted_telegram(void **state)
{
	(void)state;
	struct unpacked unpacked;
	struct mg_reading reading = sample_reading(NULL, 0);
	reading.meter.manufacturer_name = "Kamstrup A/S";
	reading.meter.security_mode = 7;
	reading.meter.has |= MG_METER_SECURITY;
	unpack(&unpacked, &reading, NULL);
	const msgpack_object *meter = look(&unpacked.message.data, "meter");
	assert_text(look(meter, "manufacturer"), "KAM");
	assert_text(look(meter, "manufacturer_name"), "Kamstrup A/S");
	assert_number(look(meter, "security_mode"), 7);
	assert_int_equal(meter->via.map.size, 13);
	release(&unpacked);
}

static void an_event(void **state)
{
	(void)state;
	struct unpacked unpacked;
	struct mg_reading event = sample_event();
	unpack(&unpacked, &event, NULL);
	assert_int_equal(unpacked.message.data.via.map.size, 8);
	assert_text(look(&unpacked.message.data, "type"), "bus_down");
	assert_text(look(&unpacked.message.data, "message"), "cannot open: \"no such file\"");
	assert_null(look(&unpacked.message.data, "records"));
	release(&unpacked);
}

static void many_records_and_tags(void **state)
{
	(void)state;
	static struct mg_record records[300];
	static char names[300][8];
	static struct mg_tag tags[300];
	struct unpacked unpacked;
	for (size_t i = 0; i < 300; i++) {
		records[i] = sample_record();
		snprintf(names[i], sizeof(names[i]), "k%zu", i);
		tags[i] = (struct mg_tag){ names[i], "v" };
	}
	struct mg_reading reading = sample_reading(records, 300);
	const struct encode_options raw = { .raw = true };
	reading.tags = tags;
	reading.tag_count = 300;
	unpack(&unpacked, &reading, &raw);
	assert_int_equal(look(&unpacked.message.data, "tags")->via.map.size, 300);
	assert_int_equal(look(&unpacked.message.data, "records")->via.array.size, 300);
	assert_text(look(record_at(&unpacked, 299), "data"), "45230100");
	assert_text(&look(&unpacked.message.data, "telegrams")->via.array.ptr[1], "6803");
	release(&unpacked);
}

static void too_many_tags_are_refused(void **state)
{
	(void)state;
	static struct mg_tag tags[65536];
	struct encode_buffer buffer = { 0 };
	struct mg_reading reading = sample_reading(NULL, 0);
	for (size_t i = 0; i < 65536; i++) {
		tags[i] = (struct mg_tag){ "k", "v" };
	}
	reading.tags = tags;
	reading.tag_count = 65536;
	assert_false(encode_reading(&buffer, MG_FORMAT_MSGPACK, &reading, NULL));
	reading.tag_count = 65535;
	assert_true(encode_reading(&buffer, MG_FORMAT_MSGPACK, &reading, NULL));
	encode_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_keys_of_json),
		cmocka_unit_test(a_record),
		cmocka_unit_test(integers_stay_integers),
		cmocka_unit_test(the_rest_is_float_with_its_exact_parts),
		cmocka_unit_test(other_values),
		cmocka_unit_test(what_was_sent_instead_of_a_value_is_shown),
		cmocka_unit_test(the_meter_of_an_encrypted_telegram),
		cmocka_unit_test(an_event),
		cmocka_unit_test(many_records_and_tags),
		cmocka_unit_test(too_many_tags_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
