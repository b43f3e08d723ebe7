/* SPDX-License-Identifier: MIT */
/* What a meter does when it is told to. */
#include "simulator_meter_bench.h"

#define FCB1 "10 7B 05 80 16"
#define FCB0 "10 5B 05 60 16"
#define MINUTE INT64_C(60000000000)

/* At 2400 Bd, with a choice of 300, 2400 and 9600. */
static int with_speeds(void **state)
{
	made_up(state);
	meter.baud = 2400;
	meter.bauds = 1 << 0 | 1 << 3 | 1 << 5;
	return 0;
}

/* Electricity, with seconds in its clock. */
static int with_seconds(void **state)
{
	made_up(state);
	meter_init(&meter, 2, 5, 0x12345678, 99, 1);
	return 0;
}

static void the_address_changes_behind_the_acknowledge(void **state)
{
	(void)state;
	expect("68 06 06 68 53 05 51 01 7A 08 2C 16", "E5");
	expect("10 40 05 45 16", "");
	expect_data("10 7B 08 83 16", 0x08, 8);
	expect("68 06 06 68 53 08 51 01 7A 00 27 16", "E5");
	expect_data("10 7B 00 7B 16", 0x08, 0);
}

static void an_address_beyond_250_is_not_taken(void **state)
{
	(void)state;
	expect("68 06 06 68 53 05 51 01 7A FB 1F 16", "E5");
	expect("68 06 06 68 73 05 51 01 7A FD 41 16", "E5");
	expect_data(FCB1, 0x08, 5);
	expect("68 06 06 68 53 05 51 01 7A FA 1E 16", "E5");
	expect_data("10 5B FA 55 16", 0x08, 250);
}

static void the_address_is_set_by_254_and_by_selection(void **state)
{
	(void)state;
	expect("68 06 06 68 53 FE 51 01 7A 08 25 16", "E5");
	expect("10 40 08 48 16", "E5");
	expect("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16", "E5");
	expect("68 06 06 68 73 FD 51 01 7A 15 51 16", "E5");
	expect("10 40 15 55 16", "E5");
}

static void the_number_is_set(void **state)
{
	(void)state;
	char fabrication[48];
	expect_data(FCB1, 0x08, 5);
	strcpy(fabrication, value("fabrication_number"));
	expect("68 09 09 68 53 05 51 0C 79 04 03 02 01 38 16", "E5");
	expect_data(FCB0, 0x08, 5);
	assert_memory_equal(answer.bytes + 7, "\x04\x03\x02\x01\x6D\x62\x10\x04", 8);
	assert_string_equal(value("fabrication_number"), fabrication);
	expect("68 0B 0B 68 53 FD 52 04 03 02 01 FF FF FF FF A8 16", "E5");
	expect("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16", "");
}

static void the_whole_identity_is_set(void **state)
{
	(void)state;
	expect("68 0D 0D 68 53 FE 51 07 79 04 03 02 01 24 40 01 04 95 16", "E5");
	expect("68 0B 0B 68 53 FD 52 04 03 02 01 24 40 01 04 15 16", "E5");
	expect_data("10 7B FD 78 16", 0x08, 5);
	assert_memory_equal(answer.bytes + 7, "\x04\x03\x02\x01\x24\x40\x01\x04", 8);
}

static void what_is_no_number_is_not_taken(void **state)
{
	(void)state;
	expect("68 09 09 68 53 05 51 0C 79 0A 03 02 01 3E 16", "E5");
	expect("68 0D 0D 68 73 05 51 07 79 04 03 02 F1 24 40 01 04 AC 16", "E5");
	expect("68 09 09 68 53 05 51 04 79 04 03 02 01 30 16", "E5");
	expect("68 09 09 68 73 05 51 4C 79 04 03 02 01 98 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_memory_equal(answer.bytes + 7, "\x78\x56\x34\x12\x6D\x62\x10\x04", 8);
}

static void records_are_done_up_to_the_first_bad_one(void **state)
{
	(void)state;
	expect("68 0C 0C 68 53 05 51 01 7A 08 0C 79 11 11 11 11 F5 16", "E5");
	expect("68 0B 0B 68 53 FD 52 11 11 11 11 FF FF FF FF E2 16", "E5");
	expect("68 0A 0A 68 73 08 51 01 7A 09 0C 79 22 22 19 16", "E5");
	expect_data("10 7B 09 84 16", 0x08, 9);
	assert_memory_equal(answer.bytes + 7, "\x11\x11\x11\x11", 4);
}

static void a_repeated_command_is_not_done_twice(void **state)
{
	(void)state;
	expect("68 09 09 68 53 05 51 0C 79 11 11 11 11 72 16", "E5");
	expect("68 09 09 68 53 05 51 0C 79 22 22 22 22 B6 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_memory_equal(answer.bytes + 7, "\x11\x11\x11\x11", 4);
	expect("68 09 09 68 43 05 51 0C 79 33 33 33 33 EA 16", "E5");
	expect("68 09 09 68 43 05 51 0C 79 44 44 44 44 2E 16", "E5");
	expect("68 06 06 68 73 05 51 01 7A 08 4C 16", "E5");
	expect_data("10 5B 08 63 16", 0x08, 8);
	assert_memory_equal(answer.bytes + 7, "\x44\x44\x44\x44", 4);
}

static void the_clock_is_set_with_type_f(void **state)
{
	(void)state;
	expect("68 09 09 68 53 05 51 04 6D 32 37 1F 15 B7 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(value("datetime"), "2008-05-31T23:50");
	now.wall += 11 * 60;
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(value("datetime"), "2008-06-01T00:01");
}

static void the_clock_is_set_with_type_i(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 05 51 06 6D 2D 1E 0E 5A 27 20 16 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(value("datetime"), "2018-07-26T14:30:45");
	expect("68 09 09 68 73 05 51 04 6D 32 37 1F 15 D7 16", "E5");
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(value("datetime"), "2008-05-31T23:50:00");
}

static void a_clock_without_seconds_takes_none(void **state)
{
	(void)state;
	expect("68 0B 0B 68 53 05 51 06 6D 2D 1E 0E 5A 27 20 16 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(value("datetime"), "2026-11-22T06:00");
}

static void a_date_alone_leaves_the_time_of_day(void **state)
{
	(void)state;
	expect("68 07 07 68 53 05 51 02 6C BF 1C F2 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(value("datetime"), "2013-12-31T06:00");
}

static void an_invalid_time_is_not_taken(void **state)
{
	(void)state;
	expect("68 09 09 68 53 05 51 04 6D B2 37 1F 15 37 16", "E5");
	expect("68 09 09 68 73 05 51 04 6D 32 37 1F 16 D8 16", "E5");
	expect("68 07 07 68 53 05 51 02 6C 00 00 17 16", "E5");
	assert_int_equal(meter.clock_offset, 0);
}

static void records_are_selected_for_readout(void **state)
{
	(void)state;
	expect("68 05 05 68 53 05 51 08 13 C4 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(names(), "volume");
	expect("68 07 07 68 73 05 51 08 13 08 5A 46 16", "E5");
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(names(), "volume flow_temperature");
	assert_int_not_equal(answer.bytes[answer.length - 3], 0x1F);
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(names(), "volume flow_temperature");
}

static void an_application_reset_ends_the_selection(void **state)
{
	(void)state;
	expect("68 05 05 68 53 05 51 08 13 C4 16", "E5");
	expect("68 03 03 68 73 05 50 C8 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_int_equal(answer.value_count, 14);
}

static void a_long_selection_takes_several_telegrams(void **state)
{
	(void)state;
	expect("68 04 04 68 53 05 51 7F 28 16", "E5");
	expect_data(FCB1, 0x08, 5);
	size_t values = answer.value_count;
	assert_int_equal(answer.bytes[answer.length - 3], 0x1F);
	expect_data(FCB0, 0x08, 5);
	values += answer.value_count;
	assert_int_not_equal(answer.bytes[answer.length - 3], 0x1F);
	assert_int_equal(values, 14 + 12 + 12);
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(answer.values[0].name, "fabrication_number");
}

static void all_storages_of_a_quantity(void **state)
{
	(void)state;
	expect("68 06 06 68 53 05 51 C8 0F 13 93 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(names(), "volume volume_storage_1");
	expect("68 06 06 68 73 05 51 C8 02 03 96 16", "E5");
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(names(), "energy_storage_5");
}

static void records_are_added_to_the_list(void **state)
{
	(void)state;
	expect("68 06 06 68 53 05 51 0C 94 0C 55 16", "E5");
	expect("68 06 06 68 73 05 51 0B AB 0C 8B 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(names(), "volume power");
}

static void what_it_has_not_gives_everything(void **state)
{
	(void)state;
	expect("68 05 05 68 53 05 51 08 6E 1F 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_int_equal(answer.value_count, 14);
}

static void more_than_it_can_keep_is_left_out(void **state)
{
	(void)state;
	expect("68 25 25 68 53 05 51 08 03 08 14 08 2B 08 3B 08 5A 08 5E 08 61 08 27 08 03 "
		   "08 14 08 2B 08 3B 08 5A 08 5E 08 61 08 27 08 6D 18 16",
			"E5");
	expect_data(FCB1, 0x08, 5);
	assert_int_equal(answer.value_count, 8);
	assert_null(strstr(names(), "datetime"));
}

static void an_application_reset_chooses_telegrams(void **state)
{
	(void)state;
	expect("68 04 04 68 53 05 50 50 F8 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(names(), "power volume_flow flow_temperature return_temperature "
								 "temperature_difference power_max");
	expect("68 04 04 68 73 05 50 02 CA 16", "E5");
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(answer.values[0].name, "energy_storage_2");
	assert_int_not_equal(answer.bytes[answer.length - 3], 0x1F);
	expect("68 04 04 68 53 05 50 80 28 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(names(), "fabrication_number datetime");
	expect("68 04 04 68 73 05 50 30 F8 16", "E5");
	expect_data(FCB0, 0x08, 5);
	assert_int_equal(answer.value_count, 3 + 12 + 12);
	expect("68 04 04 68 53 05 50 00 A8 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(answer.values[0].name, "fabrication_number");
	assert_int_equal(answer.bytes[answer.length - 3], 0x1F);
}

static void a_reset_ends_a_readout_in_the_middle(void **state)
{
	(void)state;
	expect_data(FCB1, 0x08, 5);
	expect_data(FCB0, 0x08, 5);
	expect("68 04 04 68 53 05 50 10 B8 16", "E5");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(answer.values[0].name, "fabrication_number");
}

static void a_lost_answer_is_repeated_as_it_was(void **state)
{
	struct telegram before;
	(void)state;
	expect_data(FCB1, 0x08, 5);
	before = answer;
	expect("68 0B 0B 68 53 05 51 08 13 04 6D 32 37 1F 15 D2 16", "E5");
	expect("68 03 03 68 73 05 5C D4 16", "E5");
	now.wall += 1000;
	expect_data(FCB1, 0x08, 5);
	assert_int_equal(answer.length, before.length);
	assert_memory_equal(answer.bytes, before.bytes, before.length);
}

static void a_broadcast_freezes_all_values(void **state)
{
	char energy[48];
	(void)state;
	expect_data(FCB1, 0x08, 5);
	strcpy(energy, value("energy"));
	assert_string_not_equal(value("energy_storage_1"), energy);
	assert_string_equal(value("date_storage_1"), "2026-10-31");
	expect("68 03 03 68 43 FF 5C 9E 16", "");
	now.wall += 86400;
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(value("energy_storage_1"), energy);
	assert_string_equal(value("date_storage_1"), "2026-11-22");
	assert_string_not_equal(value("energy"), energy);
	expect("68 03 03 68 43 FF 54 96 16", "");
	expect_data(FCB1, 0x08, 5);
	assert_string_equal(value("date_storage_1"), "2026-11-23");
}

static void a_single_value_is_frozen(void **state)
{
	char temperature[48];
	(void)state;
	expect_data(FCB1, 0x08, 5);
	strcpy(temperature, value("flow_temperature"));
	expect("68 06 06 68 53 05 51 40 DA 0B CE 16", "E5");
	now.wall += 86400;
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(value("flow_temperature_storage_1"), temperature);
	assert_string_not_equal(value("flow_temperature"), temperature);
	assert_string_equal(value("date_storage_1"), "2026-10-31");
}

static void a_stored_counter_is_frozen_with_its_date(void **state)
{
	char volume[48], energy[48];
	(void)state;
	expect_data(FCB1, 0x08, 5);
	strcpy(volume, value("volume"));
	strcpy(energy, value("energy_storage_1"));
	expect("68 06 06 68 53 05 51 40 94 0B 88 16", "E5");
	now.wall += 86400;
	expect_data(FCB0, 0x08, 5);
	assert_string_equal(value("volume_storage_1"), volume);
	assert_string_equal(value("energy_storage_1"), energy);
	assert_string_equal(value("date_storage_1"), "2026-11-22");
}

static void values_freeze_in_storage_1_only(void **state)
{
	(void)state;
	expect("68 07 07 68 53 05 51 80 01 DA 0B 0F 16", "E5");
	assert_int_equal(meter.frozen_vif, 0);
	expect("68 06 06 68 73 05 51 40 FE 0B 12 16", "E5");
	assert_int_equal(meter.frozen_vif, 0x7E);
}

static void switches_to_a_speed_that_it_has(void **state)
{
	(void)state;
	expect("68 03 03 68 53 05 BD 15 16", "E5");
	assert_int_equal(delay, 11 * BIT);
	assert_int_equal(meter.baud, 9600);
}

static void stays_at_its_speed_when_it_has_not_the_new_one(void **state)
{
	(void)state;
	expect("68 03 03 68 53 05 BC 14 16", "E5");
	assert_int_equal(meter.baud, 2400);
	expect("68 03 03 68 73 05 BB 33 16", "E5");
	assert_int_equal(meter.baud, 2400);
	assert_int_equal(meter.baud_until, 0);
	meter.baud = 0;
	expect("68 03 03 68 53 05 BD 15 16", "E5");
	assert_int_equal(meter.baud, 0);
}

static void falls_back_when_nothing_valid_comes(void **state)
{
	(void)state;
	now.ns = 5 * MINUTE;
	expect("68 03 03 68 53 05 BD 15 16", "E5");
	now.ns = 7 * MINUTE - 1;
	meter_tick(&meter, &now);
	assert_int_equal(meter.baud, 9600);
	now.ns = 15 * MINUTE;
	meter_tick(&meter, &now);
	assert_int_equal(meter.baud, 2400);
	now.ns = 60 * MINUTE;
	meter_tick(&meter, &now);
	assert_int_equal(meter.baud, 2400);
}

static void stays_when_something_valid_came(void **state)
{
	(void)state;
	expect("68 03 03 68 53 05 BD 15 16", "E5");
	now.ns = MINUTE;
	expect("10 40 06 46 16", "");
	now.ns = 60 * MINUTE;
	meter_tick(&meter, &now);
	assert_int_equal(meter.baud, 9600);
}

static void does_not_fall_back_from_300(void **state)
{
	(void)state;
	expect("68 03 03 68 53 05 B8 10 16", "E5");
	now.ns = 60 * MINUTE;
	meter_tick(&meter, &now);
	assert_int_equal(meter.baud, 300);
}

static void goes_back_by_command(void **state)
{
	(void)state;
	expect("68 03 03 68 53 05 BD 15 16", "E5");
	expect("68 03 03 68 73 05 BB 33 16", "E5");
	assert_int_equal(meter.baud, 2400);
}

static void meters_fall_back_at_different_times(void **state)
{
	(void)state;
	int64_t times[2];
	for (int i = 0; i < 2; i++) {
		with_speeds(state);
		meter.random = (uint64_t)i;
		expect("68 03 03 68 53 05 BD 15 16", "E5");
		times[i] = meter.baud_until;
		assert_in_range(times[i], 2 * MINUTE, 10 * MINUTE);
	}
	assert_true(times[0] != times[1]);
}

static void other_commands_are_acknowledged_alone(void **state)
{
	struct meter before;
	(void)state;
	expect("68 0A 0A 68 53 05 51 0C 86 00 07 01 00 00 43 16", "E5");
	before = meter;
	expect("68 0A 0A 68 73 05 5A 00 00 00 00 01 7A 08 55 16", "E5");
	expect("68 06 06 68 53 05 A0 01 7A 08 7B 16", "E5");
	expect("68 03 03 68 73 05 B7 2F 16", "E5");
	expect("68 03 03 68 53 05 C0 18 16", "E5");
	before.own.send_fcb = meter.own.send_fcb;
	assert_memory_equal(&meter, &before, sizeof(meter));
}

static const uint8_t d02[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34,
	0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31, 0x00,
	0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16 };

static void a_literal_meter_takes_an_address_only(void **state)
{
	struct mg_bytes telegrams[1] = { { d02, sizeof(d02) } };
	(void)state;
	meter_init_literal(&meter, telegrams, 1);
	expect("68 09 09 68 53 02 51 0C 79 11 11 11 11 6F 16", "E5");
	expect("68 0D 0D 68 73 02 51 07 79 04 03 02 01 24 40 01 04 B9 16", "E5");
	expect("68 09 09 68 53 02 51 04 6D 32 37 1F 15 B4 16", "E5");
	expect("68 05 05 68 73 02 51 08 13 E1 16", "E5");
	expect("10 7B 02 7D 16",
			"68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 "
			"31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16");
	expect("68 06 06 68 53 02 51 01 7A 08 29 16", "E5");
	expect("10 5B 08 63 16",
			"68 1F 1F 68 08 08 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 "
			"31 00 DA 02 3B 13 01 8B 60 04 37 18 02 1E 16");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_address_changes_behind_the_acknowledge, made_up),
		cmocka_unit_test_setup(an_address_beyond_250_is_not_taken, made_up),
		cmocka_unit_test_setup(the_address_is_set_by_254_and_by_selection, made_up),
		cmocka_unit_test_setup(the_number_is_set, made_up),
		cmocka_unit_test_setup(the_whole_identity_is_set, made_up),
		cmocka_unit_test_setup(what_is_no_number_is_not_taken, made_up),
		cmocka_unit_test_setup(records_are_done_up_to_the_first_bad_one, made_up),
		cmocka_unit_test_setup(a_repeated_command_is_not_done_twice, made_up),
		cmocka_unit_test_setup(the_clock_is_set_with_type_f, made_up),
		cmocka_unit_test_setup(the_clock_is_set_with_type_i, with_seconds),
		cmocka_unit_test_setup(a_clock_without_seconds_takes_none, made_up),
		cmocka_unit_test_setup(a_date_alone_leaves_the_time_of_day, made_up),
		cmocka_unit_test_setup(an_invalid_time_is_not_taken, made_up),
		cmocka_unit_test_setup(records_are_selected_for_readout, made_up_long),
		cmocka_unit_test_setup(an_application_reset_ends_the_selection, made_up),
		cmocka_unit_test_setup(a_long_selection_takes_several_telegrams, made_up_long),
		cmocka_unit_test_setup(all_storages_of_a_quantity, made_up_long),
		cmocka_unit_test_setup(records_are_added_to_the_list, made_up),
		cmocka_unit_test_setup(what_it_has_not_gives_everything, made_up),
		cmocka_unit_test_setup(more_than_it_can_keep_is_left_out, made_up),
		cmocka_unit_test_setup(an_application_reset_chooses_telegrams, made_up_long),
		cmocka_unit_test_setup(a_reset_ends_a_readout_in_the_middle, made_up_long),
		cmocka_unit_test_setup(a_lost_answer_is_repeated_as_it_was, made_up),
		cmocka_unit_test_setup(a_broadcast_freezes_all_values, made_up),
		cmocka_unit_test_setup(a_single_value_is_frozen, made_up),
		cmocka_unit_test_setup(a_stored_counter_is_frozen_with_its_date, made_up),
		cmocka_unit_test_setup(values_freeze_in_storage_1_only, made_up),
		cmocka_unit_test_setup(switches_to_a_speed_that_it_has, with_speeds),
		cmocka_unit_test_setup(
				stays_at_its_speed_when_it_has_not_the_new_one, with_speeds),
		cmocka_unit_test_setup(falls_back_when_nothing_valid_comes, with_speeds),
		cmocka_unit_test_setup(stays_when_something_valid_came, with_speeds),
		cmocka_unit_test_setup(does_not_fall_back_from_300, with_speeds),
		cmocka_unit_test_setup(goes_back_by_command, with_speeds),
		cmocka_unit_test_setup(meters_fall_back_at_different_times, with_speeds),
		cmocka_unit_test_setup(other_commands_are_acknowledged_alone, made_up),
		cmocka_unit_test_setup(a_literal_meter_takes_an_address_only, made_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
