/* SPDX-License-Identifier: MIT */
/* Checks chains of VIFEs, plain-text units, manufacturer codes and their limits. */
#include "mbus_bench.h"

static void check_modifiers(const char *hex, const char *modifiers, uint32_t flags)
{
	struct bench bench;
	struct mg_data_record record;
	bench_records(&bench, hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_modifiers(&record, modifiers);
	assert_int_equal(record.flags, flags);
	bench_finish(&bench);
}

static void a_whole_chain_is_applied_in_order(void **state)
{
	(void)state;
	check_modifiers("02 FD C8 FC 01 FC 08", "phase-L1", 0);
	check_modifiers(
			"04 93 BB FC 81 7E 10 27 00 00", "forward-only phase-L1 future-value", 0);
	check_modifiers("04 93 C8 12 10 27 00 00", "upper-limit average", 0);
	check_modifiers("04 83 F4 FC 10 10 27 00 00", "absolute-accumulation", 0);
}

static void what_the_data_become_and_factors_go_together(void **state)
{
	static const struct bench_row rows[] = {
		/* a factor before or behind what makes it a duration */
		{ "02 93 F7 59 07 00", "volume", "s", "4200" },
		{ "02 93 D9 77 07 00", "volume", "s", "4200" },
		{ "02 DB 49 07 00", "flow-temperature", "", "7" },
		{ "02 DB 59 07 00", "flow-temperature", "s", "420" },
		{ "04 DB 4A 32 37 1F 15", "flow-temperature", "", "2008-05-31T23:50" },
		{ "02 DB 39 BF 1C", "flow-temperature", "", "2013-12-31" },
		{ "02 93 FF 74 10 27", "volume", "m3", "10.000" },
		/* a duration has no other unit to be given in */
		{ "02 AB D9 3D 07 00", "power", "s", "420" },
		{ "02 AB BD 3D 07 00", "power", "mBTU/s", "7" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

static void plain_text_stands_before_or_behind_the_vifes(void **state)
{
	static const struct bench_row rows[] = {
		{ "02 7C 03 48 52 25 D4 11", "plain-text", "%RH", "4564" },
		{ "02 FC 03 48 52 25 74 D4 11", "plain-text", "%RH", "45.64" },
		{ "02 FC 74 03 48 52 25 D4 11", "plain-text", "%RH", "45.64" },
		{ "02 FC F4 3B 03 48 52 25 D4 11", "plain-text", "%RH", "45.64" },
		{ "02 7C 00 D4 11", "plain-text", "", "4564" },
		{ "02 7C 02 43 B0 D4 11", "plain-text", "°C", "4564" },
		{ "0D 7C 02 42 41 02 44 43", "plain-text", "AB", "CD" },
		{ "02 FC 02 43 B0 49 07 00", "plain-text", "", "7" },
		/* what would be a text is not printable, or empty */
		{ "02 FC 14 03 48 52 25 D4 11 01 13 01 01 13 01 01 13 01 01 13 01", "plain-text",
				"%RH", "4564" },
		{ "02 FC 00 03 48 52 25 D4 11", "plain-text", "%RH", "4564" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		print_message("# %s\n", rows[i].hex);
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_string_equal(record.quantity, rows[i].quantity);
		bench_expect_unit(&record, rows[i].unit);
		bench_expect_value(&record, rows[i].value);
		bench_finish(&bench);
	}
}

/* A text of 33 characters whose second byte is given, behind VIFE 12h: taken for one of
   18 characters when it is printable. */
static size_t size_of_plain_text(uint8_t second)
{
	uint8_t data[64] = { 0x01, 0xFC, 0x12, 0x21, second };
	struct bench bench;
	struct mg_data_record record;
	memset(data + 5, 0x20, 32);
	/* the VIFE behind the shorter text, and the data in either case */
	data[21] = data[37] = 0x20;
	bench_user_data(&bench, 0x08, 0x78, data, 38);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	size_t size = record.plain_unit.size;
	bench_finish(&bench);
	return size;
}

static void only_printable_latin_1_is_a_text_before_vifes(void **state)
{
	static const uint8_t printable[] = { 0x20, 0x7E, 0xA0, 0xFF };
	static const uint8_t other[] = { 0x00, 0x1F, 0x7F, 0x80, 0x9F };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(printable); i++) {
		assert_int_equal(size_of_plain_text(printable[i]), 18);
	}
	for (size_t i = 0; i < BENCH_COUNT(other); i++) {
		assert_int_equal(size_of_plain_text(other[i]), 33);
	}
}

static void plain_text_of_mode_2_is_not_reversed(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records_mode2(&bench, "02 7C 03 25 52 48 11 D4");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_unit(&record, "%RH");
	bench_expect_value(&record, "4564");
	assert_null(record.unit);
	assert_memory_equal(record.plain_unit.data, "%RH", 3);
	bench_finish(&bench);
}

static void a_plain_unit_gives_way_to_what_the_data_become(void **state)
{
	static const char *const rows[] = { "04 FC 03 48 52 25 51 02 00 00 00",
		"04 FC 51 03 48 52 25 02 00 00 00" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, rows[i]);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_unit(&record, "s");
		bench_expect_value(&record, "120");
		assert_null(record.plain_unit.data);
		assert_int_equal(record.plain_unit.size, 0);
		bench_finish(&bench);
	}
}

static void manufacturer_codes_are_not_interpreted(void **state)
{
	static const struct bench_row rows[] = {
		{ "02 FF 20 71 00", "manufacturer-specific", "", "113" },
		{ "02 7F 71 00", "manufacturer-specific", "", "113" },
		{ "04 FF F7 63 FC CA 7D 04", "manufacturer-specific", "", "75352828" },
		{ "04 94 7F 14 00 00 00", "volume", "m3", "0.20" },
		{ "05 AB FF 01 00 36 0B 47", "power", "W", "35638" },
		/* a record error behind FFh is none */
		{ "02 93 FF 15 10 27", "volume", "m3", "10.000" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		check_modifiers(rows[i].hex, "", MG_DATA_VENDOR);
	}
}

static void the_third_table_is_skipped_by_length(void **state)
{
	static const struct bench_row row = { "02 EF 95 15 71 00", "reserved", "", "113" };
	(void)state;
	bench_check_row(&row);
	check_modifiers(row.hex, "", MG_DATA_AMBIGUOUS);
}

static void non_metric_units_replace_the_unit(void **state)
{
	static const struct bench_row rows[] = {
		{ "04 86 3D 39 30 00 00", "energy", "kBTU", "12345000" },
		{ "04 93 3D 39 30 00 00", "volume", "gal", "12345" },
		{ "04 C3 3D 39 30 00 00", "volume-flow", "gal/min", "12345" },
		{ "04 AB 3D 39 30 00 00", "power", "mBTU/s", "12345" },
		{ "04 DB 3D 39 30 00 00", "flow-temperature", "°F", "12345" },
		{ "04 E2 3D 39 30 00 00", "temperature-difference", "°F", "1234.5" },
		{ "04 FB F6 3D 39 30 00 00", "temperature-limit", "°F", "1234.5" },
		/* nothing is defined for these, so the metric unit must not stand */
		{ "04 9B 3D 39 30 00 00", "mass", "", "12345" },
		{ "02 FA 3D 00 01", "bus-address", "", "256" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		check_modifiers(rows[i].hex, "non-metric", MG_DATA_AMBIGUOUS);
	}
}

/* A VIF of `vif` bytes, then `count` VIFEs 3Ah, behind a good record. */
static enum mg_fault with_vifes(const char *vif, size_t count, size_t *offset)
{
	uint8_t data[40] = { 0x01, 0x13, 0x05, 0x02 };
	struct bench bench;
	struct mg_data_record record;
	size_t size = 4 + bench_bytes(vif, data + 4, 8);
	memset(data + size, 0xBA, count);
	size += count;
	data[size - 1] &= 0x7F;
	data[size++] = 0x10;
	data[size++] = 0x27;
	bench_user_data(&bench, 0x08, 0x78, data, size);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	enum mg_fault fault = bench_next(&bench, &record);
	*offset = bench.cursor.offset;
	if (fault == MG_FAULT_NONE) {
		assert_int_equal(record.modifier_count, count);
	}
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	return fault;
}

static void the_eleventh_byte_after_the_vif_is_a_fault(void **state)
{
	size_t offset;
	(void)state;
	assert_int_equal(with_vifes("93", 10, &offset), MG_FAULT_NONE);
	assert_int_equal(with_vifes("93", 11, &offset), MG_FAULT_VIFE_LIMIT);
	assert_int_equal(offset, 7 + 3 + 2 + 10);
	assert_int_equal(with_vifes("FD C8", 9, &offset), MG_FAULT_NONE);
	assert_int_equal(with_vifes("FD C8", 10, &offset), MG_FAULT_VIFE_LIMIT);
	assert_int_equal(with_vifes("FD FD 80", 8, &offset), MG_FAULT_NONE);
	assert_int_equal(with_vifes("FD FD 80", 9, &offset), MG_FAULT_VIFE_LIMIT);
	assert_int_equal(with_vifes("FB 80", 10, &offset), MG_FAULT_VIFE_LIMIT);
}

static void manufacturer_chains_have_the_same_limit(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "01 FF 81 82 83 84 85 86 87 88 89 0A 05");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.vib.size, 11);
	bench_finish(&bench);
	bench_records(&bench, "01 FF 81 82 83 84 85 86 87 88 89 8A 0B 05");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_VIFE_LIMIT);
	bench_finish(&bench);
}

static void a_vib_may_not_end_early(void **state)
{
	static const char *const cut[] = { "02", "02 93", "02 FB", "02 FD", "02 FD FD",
		"02 FD C8", "02 FD C8 FC", "02 7C", "02 7C 03 48 52", "02 FC", "02 FC 74",
		"02 FC 74 03 48", "02 FC 03 48 52 25", "02 FF", "02 FF 81" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(cut); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, cut[i]);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_PREMATURE_END);
		assert_int_equal(bench.cursor.offset, bench.size - 2);
		bench_finish(&bench);
	}
}

static void the_bytes_of_a_vib_are_kept_with_the_text(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "02 FC 03 48 52 25 74 D4 11");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.vib.size, 6);
	assert_memory_equal(record.vib.data, "\xFC\x03HR%\x74", 6);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_chain_is_applied_in_order),
		cmocka_unit_test(what_the_data_become_and_factors_go_together),
		cmocka_unit_test(plain_text_stands_before_or_behind_the_vifes),
		cmocka_unit_test(only_printable_latin_1_is_a_text_before_vifes),
		cmocka_unit_test(plain_text_of_mode_2_is_not_reversed),
		cmocka_unit_test(a_plain_unit_gives_way_to_what_the_data_become),
		cmocka_unit_test(manufacturer_codes_are_not_interpreted),
		cmocka_unit_test(the_third_table_is_skipped_by_length),
		cmocka_unit_test(non_metric_units_replace_the_unit),
		cmocka_unit_test(the_eleventh_byte_after_the_vif_is_a_fault),
		cmocka_unit_test(manufacturer_chains_have_the_same_limit),
		cmocka_unit_test(a_vib_may_not_end_early),
		cmocka_unit_test(the_bytes_of_a_vib_are_kept_with_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
