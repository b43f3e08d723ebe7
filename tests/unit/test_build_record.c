/* SPDX-License-Identifier: MIT */
/* Checks the bytes that whole records become, and which records cannot be. */
#include "build_bench.h"

#define BYTES(text)                                                                      \
	{                                                                                    \
		(const uint8_t *)(text), sizeof(text) - 1                                        \
	}

/* 4711 × 10^3 Wh in 32 bits. */
static const struct mg_data_record energy = { .data_field = 4,
	.quantity = "energy",
	.unit = "Wh",
	.coding = "int32",
	.value = NUMBER(4711, 3) };

static const struct mg_data_record block = { .data_field = 15,
	.function = MG_FUNCTION_NONE,
	.flags = MG_DATA_MANUFACTURER | MG_DATA_VENDOR,
	.quantity = "manufacturer-data",
	.unit = "",
	.coding = "raw",
	.value = { .type = MG_TYPE_BYTES },
	.data = BYTES("\x01\x02") };

static void check(const struct mg_data_record *record, const char *hex)
{
	const struct built_row row = { *record, hex };
	built_check_rows(&row, 1);
}

/* A copy, called `changed`, with a change must become these bytes. */
#define CHECK_CHANGED(record, change, hex)                                               \
	do {                                                                                 \
		struct mg_data_record changed = record;                                          \
		change;                                                                          \
		check(&changed, hex);                                                            \
	} while (false)

static void the_parts_of_a_dib_are_written(void **state)
{
	(void)state;
	CHECK_CHANGED(energy, changed.function = MG_FUNCTION_INSTANTANEOUS, "04 06 67120000");
	CHECK_CHANGED(energy, changed.function = MG_FUNCTION_ERROR, "34 06 67120000");
	CHECK_CHANGED(energy, changed.storage = 5, "C402 06 67120000");
	CHECK_CHANGED(energy, changed.tariff = 2; changed.subunit = 1, "8460 06 67120000");
	CHECK_CHANGED(energy, changed.flags = MG_DATA_MODE2, "04 06 00001267");
	CHECK_CHANGED(energy, changed.function = MG_FUNCTION_NONE, NULL);
	CHECK_CHANGED(energy, changed.storage = (uint64_t)1 << 41, NULL);
	CHECK_CHANGED(energy, changed.tariff = 1 << 20, NULL);
	CHECK_CHANGED(energy, changed.subunit = 1 << 10, NULL);
	CHECK_CHANGED(energy, changed.data_field = 15, NULL);
}

static void the_exponent_picks_the_vif_and_factors(void **state)
{
#define EXPONENT(exponent)                                                               \
	{                                                                                    \
		.data_field = 1, .quantity = "energy", .unit = "Wh", .coding = "int8",           \
		.value = NUMBER(1, exponent)                                                     \
	}
	static const struct built_row rows[] = {
		{ EXPONENT(-3), "01 00 01" },
		{ EXPONENT(4), "01 07 01" },
		{ EXPONENT(5), "01 FB00 01" },
		{ EXPONENT(6), "01 FB01 01" },
		{ EXPONENT(7), "01 877D 01" },
		{ EXPONENT(-9), "01 8070 01" },
		{ EXPONENT(-10), "01 80F075 01" },
		{ EXPONENT(-63), "01 80F0F0F0F0F0F0F0F0F070 01" },
		{ EXPONENT(-64), NULL },
		{ EXPONENT(34), "01 87FDFDFDFDFDFDFDFDFD7D 01" },
		{ EXPONENT(35), NULL },
		{ EXPONENT(INT32_MAX), NULL },
		{ EXPONENT(INT32_MIN), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void durations_take_a_unit_that_divides_them(void **state)
{
#define ON_TIME(seconds)                                                                 \
	{                                                                                    \
		.data_field = 1, .quantity = "on-time", .unit = "s", .coding = "int8",           \
		.value = NUMBER(seconds, 0)                                                      \
	}
#define LASTING(seconds)                                                                 \
	{                                                                                    \
		.data_field = 1, .quantity = "energy", .unit = "s", .coding = "int8",            \
		.modifiers = { "duration-of-first" }, .modifier_count = 1,                       \
		.value = NUMBER(seconds, 0)                                                      \
	}
	static const struct built_row rows[] = {
		{ ON_TIME(120), "01 20 78" },
		{ ON_TIME(180), "01 21 03" },
		{ ON_TIME(7200), "01 21 78" },
		{ ON_TIME(-86400 * 100), "01 23 9C" },
		{ ON_TIME(181), NULL },
		{ ON_TIME((int64_t)86400 * 128), NULL },
		{ LASTING(59), "01 80 60 3B" },
		{ LASTING(180), "01 80 61 03" },
		{ LASTING(3600 * 5), "01 80 62 05" },
		{ LASTING(86400 * 5), "01 80 62 78" },
		{ LASTING(86400 * 6), "01 80 63 06" },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void real_numbers_are_found_for_their_decimals(void **state)
{
#define REAL(unit_, name, mantissa, exponent)                                            \
	{                                                                                    \
		.data_field = 5, .quantity = name, .unit = unit_, .coding = "real32",            \
		.value = NUMBER(mantissa, exponent)                                              \
	}
	static const struct built_row rows[] = {
		{ REAL("Wh", "energy", 432, -1), "05 02 0000D843" },
		{ REAL("Wh", "energy", -432, -1), "05 02 0000D8C3" },
		{ REAL("K", "temperature-difference", 43200005, -6), "05 61 01008745" },
		{ REAL("Wh", "energy", 0, -3), "05 00 00000000" },
		{ REAL("Wh", "energy", 0, -9), "05 8070 00000000" },
		{ REAL("hca", "hca-rating-K", 244140625, -12), "05 FB68 0000803F" },
		{ REAL("hca", "hca-rating-K", 244140626, -12), NULL },
		{ REAL("m3", "volume", 123456789, 0), NULL },
		{ REAL("m3", "volume", 1, 90), NULL },
		{ REAL("m3", "volume", 1, INT32_MAX), NULL },
		{ REAL("m3", "volume", 1, INT32_MIN), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void modifiers_become_vifes(void **state)
{
#define MODIFIED(...)                                                                    \
	{                                                                                    \
		.data_field = 1, .quantity = "power", .unit = "W", .coding = "int8",             \
		.value = NUMBER(5, 0), .modifiers = { __VA_ARGS__ },                             \
		.modifier_count = sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)       \
	}
	static const struct built_row rows[] = {
		{ MODIFIED("per-hour"), "01 AB22 05" },
		{ MODIFIED("per-hour", "average"), "01 ABA212 05" },
		{ MODIFIED("phase-L1", "leakage"), "01 ABFC8169 05" },
		{ MODIFIED("action-write", "per-hour"), "01 AB8022 05" },
		{ MODIFIED("error-none", "action-write"), NULL },
		{ MODIFIED("action-write", "error-none"), NULL },
		{ MODIFIED("average", "action-write"), "01 AB9200 05" },
		{ MODIFIED("something else"), NULL },
	};
	(void)state;
	built_check_rows(rows, BENCH_COUNT(rows));
}

static void manufacturer_blocks_end_a_telegram(void **state)
{
	(void)state;
	CHECK_CHANGED(block, changed.subunit = 0, "0F 0102");
	CHECK_CHANGED(block, changed.flags |= MG_DATA_MORE, "1F 0102");
	CHECK_CHANGED(block, changed.flags |= MG_DATA_MODE2, "0F 0102");
	CHECK_CHANGED(block, changed.flags |= MG_DATA_MORE; changed.data.size = 0, "1F");
	CHECK_CHANGED(block, changed.flags |= MG_DATA_SUMMER, NULL);
	CHECK_CHANGED(block, changed.function = MG_FUNCTION_MAXIMUM, NULL);
	CHECK_CHANGED(block, changed.data_field = 13, NULL);
	CHECK_CHANGED(block, changed.modifier_count = 1;
				  changed.modifiers[0] = "average", NULL);
	CHECK_CHANGED(block, changed.value.type = MG_TYPE_TEXT, NULL);
	CHECK_CHANGED(block, changed.storage = 1, NULL);
	CHECK_CHANGED(block, changed.tariff = 1, NULL);
	CHECK_CHANGED(block, changed.subunit = 1, NULL);
	CHECK_CHANGED(block, changed.quantity = "energy", NULL);
	CHECK_CHANGED(block, changed.unit = "Wh", NULL);
	CHECK_CHANGED(block, changed.unit = NULL, NULL);
	CHECK_CHANGED(block, changed.coding = "none", NULL);
}

static void names_that_no_table_has_are_refused(void **state)
{
	(void)state;
	CHECK_CHANGED(energy, changed.quantity = "entropy", NULL);
	CHECK_CHANGED(energy, changed.quantity = NULL, NULL);
	CHECK_CHANGED(energy, changed.unit = "kWh", NULL);
	CHECK_CHANGED(energy, changed.unit = NULL, NULL);
	CHECK_CHANGED(energy, changed.coding = "int64", NULL);
	CHECK_CHANGED(energy, changed.coding = NULL, NULL);
	CHECK_CHANGED(energy, changed.modifier_count = MG_MODIFIERS_MAX + 1, NULL);
	CHECK_CHANGED(energy, changed.flags = MG_DATA_AMBIGUOUS, NULL);
	CHECK_CHANGED(energy, changed.flags = MG_DATA_SUMMER, NULL);
	CHECK_CHANGED(energy, changed.flags = MG_DATA_MORE, NULL);
}

static void ten_modifiers_fit_where_the_vif_is_one_byte(void **state)
{
	struct mg_data_record full = energy;
	(void)state;
	while (full.modifier_count < MG_MODIFIERS_MAX) {
		full.modifiers[full.modifier_count++] = "average";
	}
	check(&full, "04 86 92929292929292929212 67120000");
	CHECK_CHANGED(full, changed.value.exponent = 5, NULL);
	CHECK_CHANGED(
			full, changed.value.exponent = 2, "04 85 92929292929292929212 67120000");
	CHECK_CHANGED(full, changed.value.exponent = 8, NULL);
	CHECK_CHANGED(full, changed.flags = MG_DATA_VENDOR, NULL);
	CHECK_CHANGED(full, changed.modifier_count = 9;
				  changed.flags = MG_DATA_VENDOR, "04 86 929292929292929292 7F 67120000");
}

static void too_little_room_is_a_failure(void **state)
{
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_of_a_dib_are_written),
		cmocka_unit_test(the_exponent_picks_the_vif_and_factors),
		cmocka_unit_test(durations_take_a_unit_that_divides_them),
		cmocka_unit_test(real_numbers_are_found_for_their_decimals),
		cmocka_unit_test(modifiers_become_vifes),
		cmocka_unit_test(manufacturer_blocks_end_a_telegram),
		cmocka_unit_test(names_that_no_table_has_are_refused),
		cmocka_unit_test(ten_modifiers_fit_where_the_vif_is_one_byte),
		cmocka_unit_test(too_little_room_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
