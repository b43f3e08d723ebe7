/* SPDX-License-Identifier: MIT */
/* Checks the fixed data structure: units, status bits, historic counters, both modes. */
#include "mbus_bench.h"

struct unit_case {
	uint8_t code;
	const char *quantity;
	const char *unit;
	const char *value; /* of the number 12345 */
};

/* clang-format off */
static const struct unit_case units[] = {
	{ 0x02, "energy", "Wh", "12345" },
	{ 0x03, "energy", "Wh", "123450" },
	{ 0x04, "energy", "Wh", "1234500" },
	{ 0x05, "energy", "Wh", "12345000" },
	{ 0x06, "energy", "Wh", "123450000" },
	{ 0x07, "energy", "Wh", "1234500000" },
	{ 0x08, "energy", "Wh", "12345000000" },
	{ 0x09, "energy", "Wh", "123450000000" },
	{ 0x0A, "energy", "Wh", "1234500000000" },
	{ 0x0B, "energy", "J", "12345000" },
	{ 0x0C, "energy", "J", "123450000" },
	{ 0x0D, "energy", "J", "1234500000" },
	{ 0x0E, "energy", "J", "12345000000" },
	{ 0x0F, "energy", "J", "123450000000" },
	{ 0x10, "energy", "J", "1234500000000" },
	{ 0x11, "energy", "J", "12345000000000" },
	{ 0x12, "energy", "J", "123450000000000" },
	{ 0x13, "energy", "J", "1234500000000000" },
	{ 0x14, "power", "W", "12345" },
	{ 0x15, "power", "W", "123450" },
	{ 0x16, "power", "W", "1234500" },
	{ 0x17, "power", "W", "12345000" },
	{ 0x18, "power", "W", "123450000" },
	{ 0x19, "power", "W", "1234500000" },
	{ 0x1A, "power", "W", "12345000000" },
	{ 0x1B, "power", "W", "123450000000" },
	{ 0x1C, "power", "W", "1234500000000" },
	{ 0x1D, "power", "J/h", "12345000" },
	{ 0x1E, "power", "J/h", "123450000" },
	{ 0x1F, "power", "J/h", "1234500000" },
	{ 0x20, "power", "J/h", "12345000000" },
	{ 0x21, "power", "J/h", "123450000000" },
	{ 0x22, "power", "J/h", "1234500000000" },
	{ 0x23, "power", "J/h", "12345000000000" },
	{ 0x24, "power", "J/h", "123450000000000" },
	{ 0x25, "power", "J/h", "1234500000000000" },
	{ 0x26, "volume", "m3", "0.012345" },
	{ 0x27, "volume", "m3", "0.12345" },
	{ 0x28, "volume", "m3", "1.2345" },
	{ 0x29, "volume", "m3", "12.345" },
	{ 0x2A, "volume", "m3", "123.45" },
	{ 0x2B, "volume", "m3", "1234.5" },
	{ 0x2C, "volume", "m3", "12345" },
	{ 0x2D, "volume", "m3", "123450" },
	{ 0x2E, "volume", "m3", "1234500" },
	{ 0x2F, "volume-flow", "m3/h", "0.012345" },
	{ 0x30, "volume-flow", "m3/h", "0.12345" },
	{ 0x31, "volume-flow", "m3/h", "1.2345" },
	{ 0x32, "volume-flow", "m3/h", "12.345" },
	{ 0x33, "volume-flow", "m3/h", "123.45" },
	{ 0x34, "volume-flow", "m3/h", "1234.5" },
	{ 0x35, "volume-flow", "m3/h", "12345" },
	{ 0x36, "volume-flow", "m3/h", "123450" },
	{ 0x37, "volume-flow", "m3/h", "1234500" },
	{ 0x38, "temperature", "°C", "12.345" },
	{ 0x39, "hca", "hca", "12345" },
	{ 0x3F, "dimensionless", "", "12345" },
	{ 0x3A, "reserved", "", "" },
	{ 0x3B, "reserved", "", "" },
	{ 0x3C, "reserved", "", "" },
	{ 0x3D, "reserved", "", "" },
};
/* clang-format on */

/* Both counters of a telegram whose bytes behind CI are given. */
static void read_both(uint8_t ci, const char *hex, struct bench *bench,
		struct mg_data_record records[2])
{
	uint8_t data[32];
	bench_user_data(bench, 0x08, ci, data, bench_bytes(hex, data, sizeof(data)));
	assert_int_equal(bench->fault, MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, &records[0]), MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, &records[1]), MG_FAULT_NONE);
	struct mg_data_record third;
	assert_int_equal(bench_next(bench, &third), MG_FAULT_END);
	assert_int_equal(bench_next(bench, &third), MG_FAULT_END);
}

static void expect(const struct mg_data_record *record, const char *quantity,
		const char *unit, const char *value, uint64_t storage)
{
	assert_string_equal(record->quantity, quantity);
	bench_expect_unit(record, unit);
	bench_expect_value(record, value);
	assert_int_equal(record->storage, storage);
	assert_int_equal(record->function, MG_FUNCTION_INSTANTANEOUS);
}

static void every_unit_code_has_its_unit_and_factor(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(units); i++) {
		uint8_t data[16] = { 0x78, 0x56, 0x34, 0x12, 1, 1, units[i].code, 0x02, 0x39,
			0x30 };
		struct bench bench;
		struct mg_data_record record;
		print_message("# %02X\n", units[i].code);
		bench_user_data(&bench, 0x08, 0x73, data, sizeof(data));
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		expect(&record, units[i].quantity, units[i].unit, units[i].value, 0);
		assert_string_equal(record.coding, "int32");
		bench_finish(&bench);
	}
}

static void reserved_units_give_no_value(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x73, "78563412 0A 00 FA 3B 56341200 89670000", &bench, records);
	assert_int_equal(records[0].value.type, MG_TYPE_NONE);
	assert_int_equal(records[0].value.quality, MG_QUALITY_INVALID);
	assert_string_equal(records[0].value.reason, "the unit of this counter is not known");
	assert_int_equal(records[0].flags, MG_DATA_AMBIGUOUS);
	bench_finish(&bench);
	read_both(0x73, "78563412 0A 00 FE 3E 56341200 89670000", &bench, records);
	assert_int_equal(records[1].value.quality, MG_QUALITY_INVALID);
	bench_finish(&bench);
}

static void expect_digits(const struct mg_data_record *record, const char *shown)
{
	char text[MG_TEXT_SIZE];
	assert_int_equal(record->value.quality, MG_QUALITY_INVALID);
	mg_shown_text(record, text, sizeof(text));
	assert_string_equal(text, shown);
}

static void counters_are_bcd_or_binary(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x73, "78563412 0A 00 05 69 31650000 69000000", &bench, records);
	expect(&records[0], "energy", "Wh", "6531000", 0);
	expect(&records[1], "volume", "m3", "0.069", 0);
	assert_string_equal(records[0].coding, "bcd8");
	assert_int_equal(records[0].data_field, 12);
	bench_finish(&bench);
	read_both(0x73, "78563412 0A 01 05 69 31650000 FFFFFFFF", &bench, records);
	expect(&records[0], "energy", "Wh", "25905000", 0);
	expect(&records[1], "volume", "m3", "-0.001", 0);
	assert_string_equal(records[1].coding, "int32");
	assert_int_equal(records[1].data_field, 4);
	bench_finish(&bench);
	read_both(0x73, "78563412 0A 00 05 69 EEEEEEEE 69000000", &bench, records);
	expect_digits(&records[0], "EEEEEEEE");
	expect(&records[1], "volume", "m3", "0.069", 0);
	bench_finish(&bench);
}

static void a_historic_counter_borrows_the_unit_of_the_other(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x73, "78563412 0A 00 E9 7E 01000000 35010000", &bench, records);
	expect(&records[0], "volume", "m3", "0.001", 0);
	expect(&records[1], "volume", "m3", "0.135", 1);
	bench_finish(&bench);
	read_both(0x73, "78563412 0A 00 FE 69 35010000 01000000", &bench, records);
	expect(&records[0], "volume", "m3", "0.135", 1);
	expect(&records[1], "volume", "m3", "0.001", 0);
	bench_finish(&bench);
}

static void stored_values_have_storage_1(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x73, "78563412 0A 02 E9 7E 01000000 35010000", &bench, records);
	assert_int_equal(records[0].storage, 1);
	assert_int_equal(records[1].storage, 1);
	bench_finish(&bench);
}

static void high_bytes_may_come_first(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x77, "12345678 0A 00 E9 7E 00000001 00000135", &bench, records);
	expect(&records[0], "volume", "m3", "0.001", 0);
	expect(&records[1], "volume", "m3", "0.135", 1);
	assert_int_equal(records[0].flags, MG_DATA_MODE2);
	bench_finish(&bench);
	read_both(0x73, "12345678 0A 01 C5 AA 00011170 FFFFFFDF", &bench, records);
	expect(&records[0], "energy", "Wh", "70000000", 0);
	expect(&records[1], "volume", "m3", "-0.33", 0);
	bench_finish(&bench);
}

static void times_and_dates_are_six_digits(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x73, "78563412 0A 00 C0 41 30451200 26112200", &bench, records);
	expect(&records[0], "time", "", "12:45:30", 0);
	expect(&records[1], "date", "", "2026-11-22", 0);
	assert_int_equal(records[0].flags, MG_DATA_AMBIGUOUS);
	bench_finish(&bench);
	read_both(0x77, "12345678 0A 01 C0 41 00235959 00310181", &bench, records);
	expect(&records[0], "time", "", "23:59:59", 0);
	expect(&records[1], "date", "", "1981-01-31", 0);
	bench_finish(&bench);
}

static void expect_invalid(
		const struct mg_data_record *record, const char *reason, const char *shown)
{
	char text[MG_TEXT_SIZE];
	assert_int_equal(record->value.type, MG_TYPE_NONE);
	assert_int_equal(record->value.quality, MG_QUALITY_INVALID);
	assert_string_equal(record->value.reason, reason);
	assert_int_equal(mg_shown_text(record, text, sizeof(text)), strlen(shown));
	assert_string_equal(text, shown);
}

static void times_and_dates_that_cannot_be_are_shown(void **state)
{
	static const char impossible[] = "no such date or time";
	static const char digits[] = "not a number: BCD with digits A to F";
	static const struct {
		const char *hex;
		const char *reason, *time, *date;
	} rows[] = {
		{ "78563412 0A 00 C0 41 30602300 26130100", impossible, "23:60:30",
				"2026-13-01" },
		{ "78563412 0A 00 C0 41 00002400 81043100", impossible, "24:00:00",
				"1981-04-31" },
		{ "78563412 0A 00 C0 41 60000000 00000000", impossible, "00:00:60",
				"2000-00-00" },
		{ "78563412 0A 00 C0 41 A0451200 2601AA00", digits, "001245A0", "00AA0126" },
		{ "78563412 0A 00 C0 41 450A1212 26011F34", digits, "12120A45", "341F0126" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record records[2];
		read_both(0x73, rows[i].hex, &bench, records);
		expect_invalid(&records[0], rows[i].reason, rows[i].time);
		expect_invalid(&records[1], rows[i].reason, rows[i].date);
		bench_finish(&bench);
	}
}

static void records_know_where_their_bytes_are(void **state)
{
	struct bench bench;
	struct mg_data_record records[2];
	(void)state;
	read_both(0x73, "78563412 0A 00 E9 7E 01000000 35010000", &bench, records);
	assert_int_equal(records[0].offset, 7 + 8);
	assert_int_equal(records[1].offset, 7 + 12);
	assert_int_equal(records[0].dib.size, 0);
	assert_int_equal(records[0].vib.size, 0);
	assert_memory_equal(records[1].data.data, "\x35\x01\x00\x00", 4);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unit_code_has_its_unit_and_factor),
		cmocka_unit_test(reserved_units_give_no_value),
		cmocka_unit_test(counters_are_bcd_or_binary),
		cmocka_unit_test(a_historic_counter_borrows_the_unit_of_the_other),
		cmocka_unit_test(stored_values_have_storage_1),
		cmocka_unit_test(high_bytes_may_come_first),
		cmocka_unit_test(times_and_dates_are_six_digits),
		cmocka_unit_test(times_and_dates_that_cannot_be_are_shown),
		cmocka_unit_test(records_know_where_their_bytes_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
