/* SPDX-License-Identifier: MIT */
/* Checks what the builders write, and what they refuse. */
#include "mbus_bench.h"

struct built {
	uint8_t bytes[64];
	struct mg_builder builder;
};

static struct mg_builder *start(struct built *built, size_t size)
{
	memset(built->bytes, 0xAA, sizeof(built->bytes));
	built->builder = (struct mg_builder){ .bytes = built->bytes, .size = size };
	return &built->builder;
}

static void expect(const struct built *built, const char *hex)
{
	uint8_t bytes[64];
	size_t size = bench_bytes(hex, bytes, sizeof(bytes));
	assert_false(built->builder.failed);
	assert_int_equal(built->builder.length, size);
	assert_memory_equal(built->bytes, bytes, size);
	assert_int_equal(built->bytes[size], 0xAA);
}

static void headers_are_short_long_or_none(void **state)
{
	struct mg_telegram telegram = { .header = MG_HEADER_LONG,
		.identity = { 0x12345678, 0x4024, 1, 7 },
		.access = 0x55,
		.status = 4,
		.signature = 0x1234 };
	struct built built;
	(void)state;
	mg_build_header(start(&built, 12), &telegram);
	expect(&built, "78 56 34 12 24 40 01 07 55 04 34 12");
	telegram.header = MG_HEADER_SHORT;
	mg_build_header(start(&built, 4), &telegram);
	expect(&built, "55 04 34 12");
	telegram.header = MG_HEADER_NONE;
	mg_build_header(start(&built, 0), &telegram);
	expect(&built, "");
	telegram.header = MG_HEADER_FIXED;
	mg_build_header(start(&built, 60), &telegram);
	assert_true(built.builder.failed);
}

static void headers_of_mode_2_have_high_bytes_first(void **state)
{
	struct mg_telegram telegram = { .header = MG_HEADER_LONG,
		.flags = MG_TELEGRAM_MODE2,
		.identity = { 0x12345678, 0x4024, 1, 7 },
		.access = 0x55,
		.status = 4,
		.signature = 0x1234 };
	struct built built;
	(void)state;
	mg_build_header(start(&built, 12), &telegram);
	expect(&built, "12 34 56 78 40 24 01 07 55 04 12 34");
	telegram.header = MG_HEADER_SHORT;
	mg_build_header(start(&built, 4), &telegram);
	expect(&built, "55 04 12 34");
}

static void dibs_have_as_many_difes_as_needed(void **state)
{
	static const struct {
		uint8_t field;
		enum mg_function function;
		uint64_t storage;
		uint32_t tariff;
		uint16_t subunit;
		const char *hex;
	} rows[] = {
		{ 4, MG_FUNCTION_INSTANTANEOUS, 0, 0, 0, "04" },
		{ 12, MG_FUNCTION_ERROR, 1, 0, 0, "7C" },
		{ 10, MG_FUNCTION_MAXIMUM, 5, 0, 0, "DA 02" },
		{ 11, MG_FUNCTION_INSTANTANEOUS, 0, 2, 1, "8B 60" },
		{ 4, MG_FUNCTION_MINIMUM, 510, 15, 3, "A4 FF 7F" },
		{ 4, MG_FUNCTION_INSTANTANEOUS, ((uint64_t)1 << 41) - 1, 0xFFFFF, 0x3FF,
				"C4 FF FF FF FF FF FF FF FF FF 7F" },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		mg_build_dib(start(&built, 60), rows[i].field, rows[i].function, rows[i].storage,
				rows[i].tariff, rows[i].subunit);
		expect(&built, rows[i].hex);
	}
}

static void dibs_beyond_ten_difes_are_refused(void **state)
{
	struct built built;
	(void)state;
	mg_build_dib(start(&built, 60), 16, MG_FUNCTION_INSTANTANEOUS, 0, 0, 0);
	assert_true(built.builder.failed);
	mg_build_dib(start(&built, 60), 4, MG_FUNCTION_NONE, 0, 0, 0);
	assert_true(built.builder.failed);
	mg_build_dib(
			start(&built, 60), 4, MG_FUNCTION_INSTANTANEOUS, (uint64_t)1 << 41, 0, 0);
	assert_true(built.builder.failed);
	mg_build_dib(start(&built, 60), 4, MG_FUNCTION_INSTANTANEOUS, 0, 1 << 20, 0);
	assert_true(built.builder.failed);
	mg_build_dib(start(&built, 60), 4, MG_FUNCTION_INSTANTANEOUS, 0, 0, 1 << 10);
	assert_true(built.builder.failed);
}

static void integers_fit_or_fail(void **state)
{
	static const struct {
		uint8_t field;
		int64_t value;
		const char *hex; /* NULL: refused */
	} rows[] = {
		{ 1, 127, "7F" },
		{ 1, -128, "80" },
		{ 1, 128, NULL },
		{ 1, -129, NULL },
		{ 2, 12345, "39 30" },
		{ 2, -2, "FE FF" },
		{ 3, 12565, "15 31 00" },
		{ 3, 0x7FFFFF, "FF FF 7F" },
		{ 3, 0x800000, NULL },
		{ 4, INT32_MIN, "00 00 00 80" },
		{ 4, (int64_t)INT32_MAX + 1, NULL },
		{ 6, 0x123456789ABC, "BC 9A 78 56 34 12" },
		{ 6, (int64_t)1 << 47, NULL },
		{ 7, INT64_MIN, "00 00 00 00 00 00 00 80" },
		{ 7, INT64_MAX, "FF FF FF FF FF FF FF 7F" },
		{ 9, 99, "99" },
		{ 9, 100, NULL },
		{ 9, -9, "F9" },
		{ 9, -10, NULL },
		{ 10, 1234, "34 12" },
		{ 10, -321, "21 F3" },
		{ 11, 21837, "37 18 02" },
		{ 12, 12345678, "78 56 34 12" },
		{ 12, 99999999, "99 99 99 99" },
		{ 12, 100000000, NULL },
		{ 14, 123456789012, "12 90 78 56 34 12" },
		{ 14, INT64_MIN, NULL },
		{ 0, 0, NULL },
		{ 5, 0, NULL },
		{ 8, 0, NULL },
		{ 13, 0, NULL },
		{ 15, 0, NULL },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		mg_build_integer(start(&built, 8), rows[i].field, rows[i].value);
		if (rows[i].hex != NULL) {
			expect(&built, rows[i].hex);
		} else {
			assert_true(built.builder.failed);
			assert_int_equal(built.builder.length, 0);
		}
	}
}

static void a_full_buffer_stays_failed(void **state)
{
	struct built built;
	struct mg_builder *builder = start(&built, 3);
	(void)state;
	mg_build_bytes(builder, "\x01\x02", 2);
	mg_build_integer(builder, 2, 5);
	assert_true(builder->failed);
	mg_build_bytes(builder, "\x03", 1);
	assert_int_equal(builder->length, 2);
	assert_int_equal(built.bytes[2], 0xAA);
}

static void what_is_built_is_read_again(void **state)
{
	static const struct mg_date when = { 2026, 11, 22, 5, 59, -1 };
	struct built built;
	struct bench bench;
	struct mg_data_record record;
	struct mg_builder *builder = start(&built, 60);
	(void)state;
	mg_build_dib(builder, 12, MG_FUNCTION_MAXIMUM, 32, 3, 1);
	mg_build_bytes(builder, "\x06", 1);
	mg_build_integer(builder, 12, 4711);
	mg_build_dib(builder, 4, MG_FUNCTION_INSTANTANEOUS, 32, 0, 0);
	mg_build_bytes(builder, "\x6D", 1);
	mg_build_date(builder, 4, &when);
	bench_user_data(&bench, 0x08, 0x78, built.bytes, builder->length);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.storage, 32);
	assert_int_equal(record.tariff, 3);
	assert_int_equal(record.subunit, 1);
	assert_int_equal(record.function, MG_FUNCTION_MAXIMUM);
	bench_expect_value(&record, "4711000");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "2026-11-22T05:59");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_short_long_or_none),
		cmocka_unit_test(headers_of_mode_2_have_high_bytes_first),
		cmocka_unit_test(dibs_have_as_many_difes_as_needed),
		cmocka_unit_test(dibs_beyond_ten_difes_are_refused),
		cmocka_unit_test(integers_fit_or_fail),
		cmocka_unit_test(a_full_buffer_stays_failed),
		cmocka_unit_test(what_is_built_is_read_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
