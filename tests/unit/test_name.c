/* SPDX-License-Identifier: MIT */
/* Checks that records get stable, speaking names. */
#include "mbus_bench.h"

struct name_case {
	const char *hex;
	const char *name;
};

static void names_say_what_a_record_is(void **state)
{
	static const struct name_case rows[] = {
		{ "0C 06 78 56 34 12", "energy" },
		{ "8C 10 06 78 56 34 12", "energy_tariff_1" },
		{ "4C 13 78 56 34 12", "volume_storage_1" },
		{ "5C 13 78 56 34 12", "volume_storage_1_max" },
		{ "DA 02 3B 13 01", "volume_flow_storage_5_max" },
		{ "62 5B 05 00", "flow_temperature_storage_1_min" },
		{ "3A 5A 34 12", "flow_temperature_error" },
		{ "8B 60 04 37 18 02", "energy_subunit_1_tariff_2" },
		{ "84 FF 7F 13 01 00 00 00", "volume_subunit_3_tariff_15_storage_510" },
		{ "02 FD C8 FC 01 FC 08", "voltage_phase_l1" },
		{ "04 93 3B 10 27 00 00", "volume_forward_only" },
		{ "02 DA 7A D7 00", "flow_temperature_additive_10_minus_1" },
		{ "02 DA 7B D7 00", "flow_temperature_additive_10_0" },
		{ "02 93 37 D7 00", "volume_times_s_v" },
		{ "02 FC 03 48 52 25 74 D4 11", "plain_text_rh" },
		{ "02 7C 02 25 25 D4 11", "plain_text" },
		{ "02 7C 00 D4 11", "plain_text" },
		{ "02 7C 05 7A 7B 60 39 61 D4 11", "plain_text_a9_z" },
		{ "0F 01 02", "manufacturer_data" },
		{ "04 FB 6D 39 30 00 00", "hca_rating_kt" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		char name[MG_NAME_SIZE];
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		size_t length = mg_record_name(&record, name, sizeof(name));
		assert_int_equal(length, strlen(name));
		assert_string_equal(name, rows[i].name);
		bench_finish(&bench);
	}
}

static void the_longest_name_keeps_its_numbers(void **state)
{
	static const char modifier[] = "date-of-begin-of-first-lower-limit-exceed";
	struct mg_data_record record = { .quantity = "temperature-difference",
		.unit = "K",
		.function = MG_FUNCTION_MAXIMUM,
		.storage = ((uint64_t)1 << 41) - 1,
		.tariff = 0xFFFFF,
		.subunit = 0x3FF,
		.modifier_count = MG_MODIFIERS_MAX };
	char name[MG_NAME_SIZE];
	(void)state;
	for (size_t i = 0; i < MG_MODIFIERS_MAX; i++) {
		record.modifiers[i] = modifier;
	}
	assert_true(mg_record_name(&record, name, sizeof(name)) > 0);
	assert_memory_equal(name, "temperature_difference_date_of_begin_of_first", 45);
	const char *tail = "_subunit_1023_tariff_1048575_storage_2199023255551_max";
	assert_string_equal(name + strlen(name) - strlen(tail), tail);
}

static void names_have_letters_digits_and_single_underscores_only(void **state)
{
	struct mg_data_record record = { .quantity = "plain-text",
		.plain_unit = { (const uint8_t *)"--\xE4 m/h--", 8 } };
	char name[MG_NAME_SIZE];
	(void)state;
	mg_record_name(&record, name, sizeof(name));
	assert_string_equal(name, "plain_text_h_m");
}

static void a_buffer_that_is_too_small_stays_empty(void **state)
{
	struct mg_data_record record = { .quantity = "energy", .unit = "Wh", .tariff = 1 };
	char name[MG_NAME_SIZE] = "x";
	(void)state;
	assert_int_equal(mg_record_name(&record, name, 16), 15);
	assert_int_equal(mg_record_name(&record, name, 15), 0);
	assert_string_equal(name, "");
	assert_int_equal(mg_record_name(&record, name, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_say_what_a_record_is),
		cmocka_unit_test(the_longest_name_keeps_its_numbers),
		cmocka_unit_test(names_have_letters_digits_and_single_underscores_only),
		cmocka_unit_test(a_buffer_that_is_too_small_stays_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
