/* SPDX-License-Identifier: MIT */
/* Checks the walk over the records of a telegram: what is one, what ends it, and that no
   bytes make it read too far. */
#include "mbus_bench.h"

static const char heat_meter[] = "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 "
								 "00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 "
								 "16";

static void all_records_of_a_telegram_come_in_order(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_frame(&bench, heat_meter);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "volume");
	bench_expect_value(&record, "12.565");
	assert_int_equal(record.value.mantissa, 12565);
	assert_int_equal(record.value.exponent, -3);
	assert_int_equal(record.flags, 0);
	assert_int_equal(record.offset, 19);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "volume-flow");
	assert_int_equal(record.function, MG_FUNCTION_MAXIMUM);
	assert_int_equal(record.storage, 5);
	bench_expect_value(&record, "0.113");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "energy");
	assert_int_equal(record.tariff, 2);
	assert_int_equal(record.subunit, 1);
	bench_expect_value(&record, "218370");
	assert_int_equal(bench.cursor.index, 3);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void mode_2_says_the_same_with_high_bytes_first(void **state)
{
	static const char *const values[] = { "12.565", "0.113", "218370" };
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_frame(&bench, "68 1F 1F 68 08 02 76 12 34 56 78 40 24 01 07 55 00 00 00 "
						"03 13 00 31 15 DA 02 3B 01 13 8B 60 04 02 18 37 1C 16");
	for (size_t i = 0; i < BENCH_COUNT(values); i++) {
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, values[i]);
		assert_int_equal(record.flags, MG_DATA_MODE2);
	}
	bench_finish(&bench);
}

static void fillers_are_no_records(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "2F 2F 01 13 05 2F 01 13 06 2F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.005");
	assert_int_equal(record.offset, 9);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "0.006");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_records(&bench, "2F 2F 2F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_records(&bench, "");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void manufacturer_data_last_to_the_end(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "01 13 05 0F AA 2F CC");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, "manufacturer-data");
	assert_string_equal(record.coding, "raw");
	assert_int_equal(record.function, MG_FUNCTION_NONE);
	assert_int_equal(record.flags, MG_DATA_VENDOR | MG_DATA_MANUFACTURER);
	assert_int_equal(record.vib.size, 0);
	bench_expect_value(&record, "AA2FCC");
	assert_false(bench.cursor.more);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void a_telegram_of_the_manufacturer_is_one_block(void **state)
{
	static const uint8_t codes[] = { 0xA0, 0xAF, 0xB7 };
	static const uint8_t data[] = { 0x01, 0x13, 0x05, 0x2F };
	(void)state;
	for (size_t i = 0; i < sizeof(codes); i++) {
		struct bench bench;
		struct mg_data_record record;
		char name[MG_NAME_SIZE];
		bench_user_data(&bench, 0x08, codes[i], data, sizeof(data));
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_string_equal(record.quantity, "manufacturer-data");
		assert_string_equal(record.unit, "");
		assert_string_equal(record.coding, "raw");
		assert_int_equal(record.function, MG_FUNCTION_NONE);
		assert_int_equal(record.flags, MG_DATA_VENDOR | MG_DATA_MANUFACTURER);
		assert_int_equal(record.value.type, MG_TYPE_BYTES);
		assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
		assert_int_equal(record.storage, 0);
		assert_int_equal(record.modifier_count, 0);
		assert_int_equal(record.dib.size, 0);
		assert_int_equal(record.vib.size, 0);
		assert_int_equal(record.offset, 7);
		assert_ptr_equal(record.data.data, bench.bytes + 7);
		assert_true(mg_record_name(&record, name, sizeof(name)) > 0);
		bench_expect_value(&record, "0113052F");
		assert_int_equal(bench.cursor.index, 1);
		assert_int_equal(bench.cursor.offset, 11);
		assert_false(bench.cursor.more);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
		bench_user_data(&bench, 0x08, codes[i], NULL, 0);
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		bench_finish(&bench);
	}
}

static void only_records_are_walked_over(void **state)
{
	static const enum mg_content contents[] = { MG_CONTENT_NONE, MG_CONTENT_COMPACT,
		MG_CONTENT_FORMAT };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(contents); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, "01 13 05");
		bench.telegram.content = (uint8_t)contents[i];
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		assert_int_equal(bench.cursor.index, 0);
		bench_finish(&bench);
	}
}

static void more_telegrams_are_announced(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "0C 13 78 56 34 12 1F");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_false(bench.cursor.more);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.data.size, 0);
	assert_true((record.flags & MG_DATA_MORE) != 0);
	assert_true(bench.cursor.more);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void reserved_difs_end_the_telegram(void **state)
{
	static const uint8_t reserved[] = { 0x3F, 0x4F, 0x5F, 0x6F, 0x7F, 0x8F, 0x9F, 0xAF,
		0xFF };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(reserved); i++) {
		uint8_t data[] = { 0x01, 0x13, 0x05, reserved[i], 0x01, 0x13, 0x06 };
		struct bench bench;
		struct mg_data_record record;
		bench_user_data(&bench, 0x08, 0x78, data, sizeof(data));
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, "0.005");
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_DIF_RESERVED);
		assert_int_equal(bench.cursor.offset, 10);
		assert_int_equal(bench.cursor.index, 1);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
		assert_int_equal(bench.cursor.offset, 10);
		bench_finish(&bench);
	}
}

static void a_readout_request_is_right_from_a_master(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_frame(&bench, "68 04 04 68 53 05 51 7F 28 16");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_request(&bench, "7F 7E");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
	bench_request(&bench, "7F 01 7A 05");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "5");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

static void limits_of_chains_keep_the_records_before(void **state)
{
	static const struct {
		const char *hex;
		enum mg_fault fault;
	} rows[] = {
		{ "68 23 23 68 08 01 72 78 56 34 12 24 40 01 07 55 00 00 00 01 13 05 04 93 BA BA "
		  "BA BA BA BA BA BA BA BA 3A 10 27 00 00 B5 16",
				MG_FAULT_VIFE_LIMIT },
		{ "68 21 21 68 08 01 72 78 56 34 12 24 40 01 07 55 00 00 00 01 13 05 02 FD C8 BA "
		  "BA BA BA BA BA BA BA BA 3A FC 08 F8 16",
				MG_FAULT_VIFE_LIMIT },
		{ "68 13 13 68 08 01 72 78 56 34 12 24 40 01 07 55 00 00 00 01 13 05 7F E8 16",
				MG_FAULT_DIF_RESERVED },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_frame(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, "0.005");
		assert_int_equal(bench_next(&bench, &record), rows[i].fault);
		bench_finish(&bench);
	}
}

/* Reads all there is, with names and texts; the sanitizers watch. */
static size_t exhaust(struct bench *bench)
{
	struct mg_data_record record;
	char text[MG_TEXT_SIZE];
	size_t count = 0;
	while (bench_next(bench, &record) == MG_FAULT_NONE) {
		assert_true(mg_record_name(&record, text, sizeof(text)) > 0);
		mg_value_text(&record, text, sizeof(text));
		mg_unit_text(&record, text, sizeof(text));
		assert_true(record.modifier_count <= MG_MODIFIERS_MAX);
		assert_true((record.value.quality == MG_QUALITY_GOOD) ==
					(record.value.reason == NULL));
		count++;
	}
	return count;
}

static const char *const samples[] = {
	"03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02",
	"02 FC 03 48 52 25 74 D4 11 0D FD 11 05 6F 6C 6C 65 48 04 6D 32 37 1F 15",
	"05 5B CD CC 2C 42 06 6D 2D 1E 0E 5A 27 20 0D FD 3A C2 34 12 42 6C BF 1C 1F AA",
	"04 93 BA BB FC 01 10 27 00 00 02 FD C8 FC 01 FC 08 0D 93 1F 04 12 FE 01 02",
	"84 FF 7F 13 01 00 00 00 04 DB 4A 32 37 1F 15 02 FF A0 20 71 00 0F 01 02",
};

static void a_telegram_cut_anywhere_gives_the_records_before_the_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(samples); i++) {
		uint8_t data[252];
		size_t size = bench_bytes(samples[i], data, sizeof(data));
		size_t before = 0;
		for (size_t part = 0; part <= size; part++) {
			struct bench bench;
			bench_user_data(&bench, 0x08, 0x78, data, part);
			size_t count = exhaust(&bench);
			assert_true(count >= before && count <= before + 1);
			before = count;
			bench_finish(&bench);
		}
	}
}

static void wrong_bits_are_never_read_beyond_the_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(samples); i++) {
		uint8_t data[252];
		size_t size = bench_bytes(samples[i], data, sizeof(data));
		for (size_t bit = 0; bit < 8 * size; bit++) {
			static const uint8_t codes[] = { 0x78, 0x51, 0x73, 0x76, 0x7A, 0xA0, 0x90,
				0x69, 0x79 };
			data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			for (size_t ci = 0; ci < sizeof(codes); ci++) {
				struct bench bench;
				bench_user_data(
						&bench, codes[ci] == 0x51 ? 0x53 : 0x08, codes[ci], data, size);
				if (bench.fault == MG_FAULT_NONE) {
					assert_true(exhaust(&bench) <= size);
				}
				bench_finish(&bench);
			}
			data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void every_pair_of_dif_and_vif_is_read(void **state)
{
	(void)state;
	for (unsigned dif = 0; dif < 256; dif++) {
		for (unsigned vif = 0; vif < 256; vif++) {
			uint8_t data[24] = { (uint8_t)dif, (uint8_t)vif, 0x13, 0x22, 0x33 };
			struct bench bench;
			bench_user_data(&bench, 0x08, 0x78, data, sizeof(data));
			exhaust(&bench);
			bench_finish(&bench);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_records_of_a_telegram_come_in_order),
		cmocka_unit_test(mode_2_says_the_same_with_high_bytes_first),
		cmocka_unit_test(fillers_are_no_records),
		cmocka_unit_test(manufacturer_data_last_to_the_end),
		cmocka_unit_test(a_telegram_of_the_manufacturer_is_one_block),
		cmocka_unit_test(only_records_are_walked_over),
		cmocka_unit_test(more_telegrams_are_announced),
		cmocka_unit_test(reserved_difs_end_the_telegram),
		cmocka_unit_test(a_readout_request_is_right_from_a_master),
		cmocka_unit_test(limits_of_chains_keep_the_records_before),
		cmocka_unit_test(a_telegram_cut_anywhere_gives_the_records_before_the_cut),
		cmocka_unit_test(wrong_bits_are_never_read_beyond_the_end),
		cmocka_unit_test(every_pair_of_dif_and_vif_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
