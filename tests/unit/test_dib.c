/* SPDX-License-Identifier: MIT */
/* Checks what DIF and DIFEs say, up to their limits. */
#include "mbus_bench.h"

#include "mbus/dib.h"

struct dib_case {
	const char *hex;
	uint8_t data_field;
	enum mg_function function;
	uint64_t storage;
	uint32_t tariff;
	uint16_t subunit;
};

static void bits_are_put_together_in_their_order(void **state)
{
	static const struct dib_case rows[] = {
		{ "04 13 01 00 00 00", 4, MG_FUNCTION_INSTANTANEOUS, 0, 0, 0 },
		{ "12 13 01 00", 2, MG_FUNCTION_MAXIMUM, 0, 0, 0 },
		{ "22 13 01 00", 2, MG_FUNCTION_MINIMUM, 0, 0, 0 },
		{ "32 13 01 00", 2, MG_FUNCTION_ERROR, 0, 0, 0 },
		{ "42 13 01 00", 2, MG_FUNCTION_INSTANTANEOUS, 1, 0, 0 },
		{ "DA 02 3B 13 01", 10, MG_FUNCTION_MAXIMUM, 5, 0, 0 },
		{ "8B 60 04 37 18 02", 11, MG_FUNCTION_INSTANTANEOUS, 0, 2, 1 },
		{ "84 FF 7F 13 01 00 00 00", 4, MG_FUNCTION_INSTANTANEOUS, 510, 15, 3 },
		{ "82 00 13 01 00", 2, MG_FUNCTION_INSTANTANEOUS, 0, 0, 0 },
		{ "C2 FF FF FF FF FF FF FF FF FF 7F 13 01 00", 2, MG_FUNCTION_INSTANTANEOUS,
				0x1FFFFFFFFFF, 0xFFFFF, 0x3FF },
		{ "82 80 80 80 80 80 80 80 80 80 48 13 01 00", 2, MG_FUNCTION_INSTANTANEOUS,
				(uint64_t)1 << 40, 0, 0x200 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		struct mg_data_record record;
		bench_records(&bench, rows[i].hex);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		assert_int_equal(record.data_field, rows[i].data_field);
		assert_int_equal(record.function, rows[i].function);
		assert_int_equal(record.storage, rows[i].storage);
		assert_int_equal(record.tariff, rows[i].tariff);
		assert_int_equal(record.subunit, rows[i].subunit);
		bench_finish(&bench);
	}
}

static void the_bytes_of_a_dib_are_kept(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records(&bench, "2F 8B 60 04 37 18 02");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.offset, 8);
	assert_int_equal(record.dib.size, 2);
	assert_memory_equal(record.dib.data, "\x8B\x60", 2);
	bench_finish(&bench);
}

/* A DIF with `count` DIFEs and a good record behind it. */
static enum mg_fault with_difes(size_t count, size_t *offset)
{
	uint8_t data[32] = { 0x01, 0x13, 0x05, 0x82 };
	struct bench bench;
	struct mg_data_record record;
	memset(data + 4, 0x80, count);
	data[3 + count] &= (uint8_t)(count > 0 ? 0x7F : 0x02);
	data[4 + count] = 0x13;
	data[5 + count] = 1;
	bench_user_data(&bench, 0x08, 0x78, data, 7 + count);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	enum mg_fault fault = bench_next(&bench, &record);
	*offset = bench.cursor.offset;
	if (fault != MG_FAULT_NONE) {
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	}
	bench_finish(&bench);
	return fault;
}

static void the_eleventh_dife_is_a_fault(void **state)
{
	size_t offset;
	(void)state;
	assert_int_equal(with_difes(9, &offset), MG_FAULT_NONE);
	assert_int_equal(with_difes(10, &offset), MG_FAULT_NONE);
	assert_int_equal(with_difes(11, &offset), MG_FAULT_DIFE_LIMIT);
	assert_int_equal(offset, 7 + 3 + 1 + 10);
}

static void a_dib_may_not_end_early(void **state)
{
	static const char *const cut[] = { "82", "82 80", "82 80 80", "82 00" };
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

static void a_dib_needs_a_byte(void **state)
{
	struct reader reader = { NULL, 0, 0 };
	struct mg_data_record record;
	(void)state;
	assert_int_equal(dib_read(&reader, &record), MG_FAULT_PREMATURE_END);
	assert_int_equal(reader.at, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_are_put_together_in_their_order),
		cmocka_unit_test(the_bytes_of_a_dib_are_kept),
		cmocka_unit_test(the_eleventh_dife_is_a_fault),
		cmocka_unit_test(a_dib_may_not_end_early),
		cmocka_unit_test(a_dib_needs_a_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
