/* SPDX-License-Identifier: MIT */
/* Checks the layer of CI 90h: all its fields, every truncation, and fragments. */
#include "mbus_bench.h"

static void take(struct bench *bench, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, 0x08, 0x90, data, bench_bytes(hex, data, sizeof(data)));
}

static void expect_bytes(const struct mg_bytes *bytes, const char *hex)
{
	uint8_t expected[32];
	size_t size = bench_bytes(hex, expected, sizeof(expected));
	assert_int_equal(bytes->size, size);
	if (size > 0) {
		assert_memory_equal(bytes->data, expected, size);
	}
}

static void the_next_ci_field_is_that_of_the_application(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	take(&bench, "0F 002C 25 B30A0000 AF5D74DF73A600D9 7A 2A 00 0000 01 13 05");
	const struct mg_telegram *telegram = &bench.telegram;
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(telegram->ci, 0x7A);
	assert_int_equal(telegram->header, MG_HEADER_SHORT);
	assert_int_equal(telegram->access, 0x2A);
	assert_int_equal(telegram->afl.size, 16);
	assert_int_equal(telegram->afl.mcl, 0x25);
	assert_true(telegram->afl.has_counter);
	assert_int_equal(telegram->afl.counter, 2739);
	expect_bytes(&telegram->afl.key, "");
	expect_bytes(&telegram->afl.mac, "AF5D74DF73A600D9");
	expect_bytes(&telegram->afl.size_field, "");
	assert_int_equal(telegram->body.size, 7);
	assert_ptr_equal(telegram->body.data, bench.bytes + 24);
	assert_int_equal(telegram->offset, 28);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.005");
	assert_int_equal(record.offset, 28);
	bench_finish(&bench);
}

static void a_telegram_without_it_has_no_layer(void **state)
{
	struct bench bench;
	(void)state;
	bench_records(&bench, "01 13 05");
	assert_int_equal(bench.telegram.afl.size, 0);
	assert_false(bench.telegram.afl.has_counter);
	bench_finish(&bench);
}

struct field_case {
	const char *hex; /* of the layer */
	uint8_t mcl;
	bool has_counter;
	uint32_t counter;
	const char *key, *mac, *size_field;
};

static void check_case(const struct field_case *row)
{
	uint8_t data[252];
	struct bench bench;
	size_t size = bench_bytes(row->hex, data, sizeof(data));
	data[size] = 0x78;
	bench_user_data(&bench, 0x08, 0x90, data, size + 1);
	const struct mg_afl *afl = &bench.telegram.afl;
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.ci, 0x78);
	assert_int_equal(afl->size, size);
	assert_int_equal(afl->mcl, row->mcl);
	assert_int_equal(afl->has_counter, row->has_counter);
	assert_int_equal(afl->counter, row->counter);
	expect_bytes(&afl->key, row->key);
	expect_bytes(&afl->mac, row->mac);
	expect_bytes(&afl->size_field, row->size_field);
	bench_finish(&bench);
}

static void every_field_is_optional(void **state)
{
	static const struct field_case rows[] = {
		{ "02 0000", 0, false, 0, "", "", "" },
		{ "03 0020 40", 0x40, false, 0, "", "", "" },
		{ "04 0002 1234", 0, false, 0, "1234", "", "" },
		{ "06 0008 04030201", 0, true, 0x01020304, "", "", "" },
		{ "06 0008 00000000", 0, true, 0, "", "", "" },
		{ "04 0010 3412", 0, false, 0, "", "", "3412" },
		{ "0D 002E 74 1234 04030201 AABBCCDD", 0x74, true, 0x01020304, "1234", "AABBCCDD",
				"" },
		{ "0B 003A 70 1234 04030201 5600", 0x70, true, 0x01020304, "1234", "", "5600" },
		{ "0F 003E 74 1234 04030201 AABBCCDD 5600", 0x74, true, 0x01020304, "1234",
				"AABBCCDD", "5600" },
		/* reserved bits, and bytes that no field takes */
		{ "0F 00BF 74 1234 04030201 AABBCCDD 5600", 0x74, true, 0x01020304, "1234",
				"AABBCCDD", "5600" },
		{ "08 0008 04030201 EEEE", 0, true, 0x01020304, "", "", "" },
		/* a MAC whose length is not known: nothing behind it can be found */
		{ "09 0034 21 AABBCCDD5600", 0x21, false, 0, "", "", "" },
		{ "06 0014 AABBCCDD", 0, false, 0, "", "", "" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		print_message("# %s\n", rows[i].hex);
		check_case(&rows[i]);
	}
}

static void the_type_of_a_mac_gives_its_length(void **state)
{
	static const uint8_t sizes[16] = { 0, 0, 0, 2, 4, 8, 12, 16, 12, 16, 0, 0, 0, 0, 0,
		0 };
	(void)state;
	for (unsigned type = 0; type < 16; type++) {
		uint8_t data[252] = { 19, 0x00, 0x24, (uint8_t)(0x20 | type), 0xA1 };
		struct bench bench;
		data[20] = 0x78;
		bench_user_data(&bench, 0x08, 0x90, data, 21);
		const struct mg_afl *afl = &bench.telegram.afl;
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(bench.telegram.ci, 0x78);
		assert_int_equal(afl->mac.size, sizes[type]);
		if (sizes[type] > 0) {
			assert_ptr_equal(afl->mac.data, bench.bytes + 11);
			assert_int_equal(afl->mac.data[0], 0xA1);
		}
		bench_finish(&bench);
	}
}

static void a_layer_that_is_too_short_for_its_fields_is_refused(void **state)
{
	/* FCL, MCL, KI, MCR, MAC and ML: 15 bytes */
	uint8_t data[17];
	(void)state;
	bench_bytes("0F 003E 74 1234 04030201 AABBCCDD 5600 78", data, sizeof(data));
	for (uint8_t length = 0; length < 15; length++) {
		struct bench bench;
		data[0] = length;
		bench_user_data(&bench, 0x08, 0x90, data, sizeof(data));
		assert_int_equal(bench.fault, MG_FAULT_HEADER_SHORT);
		assert_int_equal(bench.telegram.ci, 0x90);
		assert_int_equal(bench.telegram.afl.size, 0);
		assert_false(bench.telegram.afl.has_counter);
		assert_int_equal(bench.telegram.records.size, 0);
		bench_finish(&bench);
	}
}

static void a_telegram_that_ends_inside_the_layer_is_refused(void **state)
{
	uint8_t data[18];
	(void)state;
	bench_bytes("0F 003E 74 1234 04030201 AABBCCDD 5600 78", data, sizeof(data));
	for (size_t size = 0; size <= 17; size++) {
		struct bench bench;
		bench_user_data(&bench, 0x08, 0x90, data, size);
		assert_int_equal(bench.fault, size == 17 ? MG_FAULT_NONE : MG_FAULT_HEADER_SHORT);
		assert_int_equal(bench.telegram.ci, size == 17 ? 0x78 : 0x90);
		bench_finish(&bench);
	}
}

static void fragments_are_not_put_together(void **state)
{
	static const char *const fragments[] = {
		"02 0040 78 01 13 05",       /* more follow */
		"02 0140 78 01 13 05",       /* the first of several */
		"02 0200 78 01 13 05",       /* the last one */
		"06 0148 04030201 78 01 13", /* with a counter */
		"03 0160 25 78 01 13",       /* how the MAC was made, which comes later */
	};
	struct mg_data_record record;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(fragments); i++) {
		struct bench bench;
		take(&bench, fragments[i]);
		assert_int_equal(bench.fault, MG_FAULT_FRAGMENT);
		assert_int_equal(bench.telegram.ci, 0x90);
		assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
		assert_int_equal(bench.telegram.body.size, bench.size - 9);
		assert_int_equal(bench.telegram.afl.size, 1u + bench.bytes[7]);
		assert_int_equal(bench.telegram.afl.counter, i == 3 ? 0x01020304 : 0);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void any_number_of_a_fragment_makes_it_one(void **state)
{
	(void)state;
	for (unsigned number = 1; number < 256; number++) {
		uint8_t data[] = { 2, (uint8_t)number, 0x00, 0x78, 0x01, 0x13, 0x05 };
		struct bench bench;
		bench_user_data(&bench, 0x08, 0x90, data, sizeof(data));
		assert_int_equal(bench.fault, MG_FAULT_FRAGMENT);
		bench_finish(&bench);
	}
}

static void the_layer_does_not_stand_inside_itself(void **state)
{
	struct bench bench;
	(void)state;
	take(&bench, "02 0000 90 02 0000 78 01 13 05");
	assert_int_equal(bench.fault, MG_FAULT_CI_UNSUPPORTED);
	assert_int_equal(bench.telegram.ci, 0x90);
	assert_int_equal(bench.telegram.records.size, 0);
	assert_int_equal(bench.telegram.body.size, 7);
	bench_finish(&bench);
}

static void a_header_behind_it_is_checked_like_any_other(void **state)
{
	struct bench bench;
	(void)state;
	take(&bench, "02 0000 72 78563412 2440 01 07 55 00 00");
	assert_int_equal(bench.fault, MG_FAULT_HEADER_SHORT);
	assert_int_equal(bench.telegram.ci, 0x72);
	bench_finish(&bench);
	take(&bench, "02 0000 73 78563412 0A 00 E9 7E 01000000 35010000");
	assert_int_equal(bench.fault, MG_FAULT_NONE);
	assert_int_equal(bench.telegram.content, MG_CONTENT_FIXED);
	assert_int_equal(bench.telegram.offset, 17);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_ci_field_is_that_of_the_application),
		cmocka_unit_test(a_telegram_without_it_has_no_layer),
		cmocka_unit_test(every_field_is_optional),
		cmocka_unit_test(the_type_of_a_mac_gives_its_length),
		cmocka_unit_test(a_layer_that_is_too_short_for_its_fields_is_refused),
		cmocka_unit_test(a_telegram_that_ends_inside_the_layer_is_refused),
		cmocka_unit_test(fragments_are_not_put_together),
		cmocka_unit_test(any_number_of_a_fragment_makes_it_one),
		cmocka_unit_test(the_layer_does_not_stand_inside_itself),
		cmocka_unit_test(a_header_behind_it_is_checked_like_any_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
