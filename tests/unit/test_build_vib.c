/* SPDX-License-Identifier: MIT */
/* Checks which codes names become, and where plain text stands. */
#include "build_bench.h"

#include "mbus/build_vib.h"

static void factors_take_as_few_vifes_as_can_be(void **state)
{
	static const struct {
		int32_t shift;
		size_t count;
	} rows[] = {
		{ 0, 0 },
		{ 1, 1 },
		{ -1, 1 },
		{ -6, 1 },
		{ 3, 1 },
		{ 2, 2 },
		{ 4, 2 },
		{ 6, 2 },
		{ -7, 2 },
		{ -12, 2 },
		{ 5, 3 },
		{ 7, 3 },
		{ 8, 4 },
		{ 9, 3 },
		{ -13, 3 },
		{ 30, 10 },
		{ 28, 10 },
		{ 29, 11 },
		{ 31, 11 },
		{ -60, 10 },
		{ -61, 11 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_int_equal(build_vib_factors(rows[i].shift), rows[i].count);
	}
}

/* Writes the VIB of a row for a record with these modifiers and this text. */
static bool put(struct built *built, const struct mg_data_record *record, unsigned table,
		unsigned code, int32_t shift)
{
	struct build_chain chain;
	struct build_vib vib;
	if (!build_chain_find(record, &chain) ||
			!build_vib_try(&chain, record->quantity, table, code, &vib)) {
		return false;
	}
	build_vib_put(built_start(built, 290), &vib, shift, &record->plain_unit);
	return true;
}

static void every_table_has_its_prefix(void **state)
{
	static const struct {
		const char *quantity;
		unsigned table, code;
		int32_t shift;
		const char *hex; /* NULL: no such row */
	} rows[] = {
		{ "energy", 0, 0x06, 0, "06" },
		{ "energy", 0, 0x06, 1, "86 77" },
		{ "energy", 0, 0x06, 2, "86 F7 77" },
		{ "energy", 0, 0x06, 6, "86 FD 7D" },
		{ "energy", 0, 0x06, -7, "86 F0 75" },
		{ "energy", 1, 0x01, 0, "FB 01" },
		{ "energy", 1, 0x01, 3, "FB 81 7D" },
		{ "voltage", 2, 0x49, 0, "FD 49" },
		{ "battery-remaining", 3, 0x02, 0, "FD FD 02" },
		{ "battery-remaining", 3, 0x02, -1, "FD FD 82 75" },
		{ "energy", 0, 0x13, 0, NULL },
		{ "reserved", 0, 0x6F, 0, "6F" },
		{ "reserved", 0, 0x7B, 0, NULL },
		{ "reserved", 1, 0x06, 0, "FB 06" },
		{ "reserved", 1, 0x07, 0, NULL },
		{ "reserved", 2, 0x7D, 0, NULL },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const struct mg_data_record record = { .quantity = rows[i].quantity };
		bool done = put(&built, &record, rows[i].table, rows[i].code, rows[i].shift);
		print_message("# row %zu\n", i);
		assert_int_equal(done, rows[i].hex != NULL);
		if (done) {
			built_expect(&built, rows[i].hex);
		}
	}
}

static void more_than_ten_vifes_are_refused(void **state)
{
	const struct mg_data_record record = { .quantity = "energy" };
	struct built built;
	(void)state;
	assert_true(put(&built, &record, 0, 0x06, -60));
	assert_false(built.builder.failed);
	assert_int_equal(built.builder.length, 11);
	assert_true(put(&built, &record, 0, 0x06, -61));
	assert_true(built.builder.failed);
	assert_true(put(&built, &record, 0, 0x06, INT16_MAX));
	assert_true(built.builder.failed);
}

static void vifs_without_a_public_meaning_stand_alone(void **state)
{
	struct mg_data_record record = { .quantity = "manufacturer-specific" };
	struct built built;
	(void)state;
	assert_false(put(&built, &record, 0, 0x7F, 0));
	record.flags = MG_DATA_VENDOR;
	assert_true(put(&built, &record, 0, 0x7F, 0));
	built_expect(&built, "7F");
	record.modifiers[record.modifier_count++] = "average";
	assert_false(put(&built, &record, 0, 0x7F, 0));
	record.quantity = "reserved";
	assert_false(put(&built, &record, 0, 0x6F, 0));
	assert_true(put(&built, &record, 1, 0x06, 0));
	built_expect(&built, "FB 86 92 7F");
}

static void reserved_vifes_take_one_byte_at_the_end(void **state)
{
	struct mg_data_record record = {
		.quantity = "energy", .modifiers = { "reserved", "reserved" }, .modifier_count = 2
	};
	struct built built;
	(void)state;
	assert_true(put(&built, &record, 0, 0x06, 0));
	built_expect(&built, "86 FC 80 7C");
	record.flags = MG_DATA_VENDOR;
	assert_true(put(&built, &record, 0, 0x06, 0));
	built_expect(&built, "86 FC 80 FC 80 7F");
}

#define TEXT(text)                                                                       \
	{                                                                                    \
		(const uint8_t *)(text), sizeof(text) - 1                                        \
	}

#define LETTERS_10 "AAAAAAAAAA"
#define LETTERS_50 LETTERS_10 LETTERS_10 LETTERS_10 LETTERS_10 LETTERS_10

static void plain_text_stands_where_readers_find_it(void **state)
{
	static const struct {
		struct mg_bytes text;
		const char *modifier; /* NULL: none */
		int32_t shift;
		const char *hex;
	} rows[] = {
		{ TEXT("HR%"), NULL, 0, "7C 03 485225" },
		{ TEXT(""), NULL, 0, "7C 00" },
		{ TEXT("\x01"), NULL, 0, "7C 01 01" },
		{ TEXT("HR%"), NULL, -2, "FC 03 485225 74" },
		{ TEXT("HR%"), "per-hour", 0, "FC 03 485225 22" },
		{ TEXT("HR%"), "per-hour", -2, "FC 03 485225 F4 22" },
		{ TEXT("\xB0"
			   "C"),
				"per-hour", 0, "FC 02 B043 22" },
		{ TEXT(""), "per-hour", 0, "FC 22 00" },
		{ TEXT("A\x7F"), "per-hour", 0, "FC 22 02 417F" },
		/* the VIFE 01h would be the length of a text "(" */
		{ TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x01"), "error-too-many-difes", 0,
				"FC F6 01 28 41414141414141414141414141414141414141"
				"4141414141414141414141414141414141414141 01" },
		/* and 00h no text at all */
		{ TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x01"), "error-none", 0,
				"FC 00 28 41414141414141414141414141414141414141"
				"4141414141414141414141414141414141414141 01" },
	};
	struct built built;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const struct mg_data_record record = { .quantity = "plain-text",
			.plain_unit = rows[i].text,
			.modifiers = { rows[i].modifier },
			.modifier_count = rows[i].modifier != NULL ? 1 : 0 };
		print_message("# row %zu\n", i);
		assert_true(put(&built, &record, 0, 0x7C, rows[i].shift));
		built_expect(&built, rows[i].hex);
	}
}

static void long_text_may_need_a_longer_way_round(void **state)
{
	static const char text[] = LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_10
			LETTERS_10 LETTERS_10 LETTERS_10 "AAAAAAA\x01";
	const struct mg_data_record record = { .quantity = "plain-text",
		.plain_unit = TEXT(text),
		.modifiers = { "per-hour" },
		.modifier_count = 1 };
	static const uint8_t head[] = { 0xFC, 0xFD, 0xF3, 0x22, 0xF8, 'A' };
	struct built built;
	(void)state;
	assert_true(put(&built, &record, 0, 0x7C, 0));
	assert_false(built.builder.failed);
	assert_int_equal(built.builder.length, 5 + 248);
	assert_memory_equal(built.bytes, head, sizeof(head));
}

static void text_that_cannot_be_told_from_vifes_is_refused(void **state)
{
	struct mg_data_record record = { .quantity = "plain-text",
		.plain_unit = TEXT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x01"),
		.modifiers = { "error-too-many-difes" } };
	struct built built;
	(void)state;
	for (record.modifier_count = 1; record.modifier_count < 10; record.modifier_count++) {
		record.modifiers[record.modifier_count] = "average";
	}
	/* ten VIFEs, and 81h in front reaches far enough */
	assert_true(put(&built, &record, 0, 0x7C, 0));
	assert_false(built.builder.failed);
	record.modifier_count = 1;
	assert_true(put(&built, &record, 0, 0x7C, -60));
	assert_true(built.builder.failed);
}

static void text_of_more_than_255_bytes_is_refused(void **state)
{
	static const uint8_t bytes[256];
	const struct mg_data_record record = { .quantity = "plain-text",
		.plain_unit = { bytes, sizeof(bytes) } };
	struct built built;
	(void)state;
	assert_true(put(&built, &record, 0, 0x7C, 0));
	assert_true(built.builder.failed);
}

static void vifes_change_what_the_data_are(void **state)
{
	static const struct {
		const char *quantity;
		unsigned code;
		const char *modifier;
		const char *unit;
		uint32_t factor;
		int32_t exponent;
		uint8_t type;
		bool ambiguous;
	} rows[] = {
		{ "energy", 0x06, "average", "Wh", 1, 3, VIF_SIGNED, false },
		{ "energy", 0x06, "start-date-of", "", 1, 0, VIF_DATE_ANY, false },
		{ "energy", 0x06, "end-date-of", "", 1, 0, VIF_DATE_ANY, false },
		{ "energy", 0x06, "duration-of-last", "s", 1, 0, VIF_SIGNED, false },
		{ "energy", 0x06, "exceeds-of-lower-limit", "", 1, 0, VIF_UNSIGNED, false },
		{ "energy", 0x06, "data-type-C", "Wh", 1, 3, VIF_UNSIGNED, false },
		{ "energy", 0x06, "data-type-D", "Wh", 1, 3, VIF_BITS, false },
		{ "energy", 0x06, "reserved-4c", "Wh", 1, 3, VIF_SIGNED, true },
		{ "energy", 0x06, "non-metric", "kBTU", 1, 3, VIF_SIGNED, true },
		{ "energy", 0x0E, "non-metric", "", 1, 6, VIF_SIGNED, true },
		{ "volume", 0x13, "non-metric", "gal", 1, 0, VIF_SIGNED, true },
		{ "volume-flow", 0x43, "non-metric", "gal/min", 1, 0, VIF_SIGNED, true },
		{ "power", 0x2B, "non-metric", "mBTU/s", 1, 0, VIF_SIGNED, true },
		{ "flow-temperature", 0x5B, "non-metric", "°F", 1, 0, VIF_SIGNED, true },
		{ "on-time", 0x23, "average", "s", 86400, 0, VIF_SIGNED, false },
		{ "on-time", 0x23, "non-metric", "", 86400, 0, VIF_SIGNED, true },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const struct mg_data_record record = { .quantity = rows[i].quantity,
			.modifiers = { rows[i].modifier },
			.modifier_count = 1 };
		struct build_chain chain;
		struct build_vib vib;
		print_message("# %s\n", rows[i].modifier);
		assert_true(build_chain_find(&record, &chain));
		assert_true(build_vib_try(&chain, record.quantity, 0, rows[i].code, &vib));
		assert_string_equal(vib.unit, rows[i].unit);
		assert_int_equal(vib.says.factor, rows[i].factor);
		assert_int_equal(vib.says.exponent, rows[i].exponent);
		assert_int_equal(vib.says.type, rows[i].type);
		assert_int_equal(vib.flags, rows[i].ambiguous ? MG_DATA_AMBIGUOUS : 0);
	}
}

static void durations_have_four_units(void **state)
{
	static const uint32_t seconds[BUILD_UNITS] = { 1, 60, 3600, 86400 };
	const struct mg_data_record record = { .quantity = "energy",
		.modifiers = { "duration-of-last", "average" },
		.modifier_count = 2 };
	const struct mg_data_record none = { .quantity = "energy" };
	struct build_chain chain;
	struct build_vib vib;
	(void)state;
	assert_true(build_chain_find(&record, &chain));
	for (unsigned unit = 0; unit < BUILD_UNITS; unit++) {
		assert_true(build_chain_use_unit(&chain, unit));
		assert_true(build_vib_try(&chain, "energy", 0, 0x06, &vib));
		assert_int_equal(vib.says.factor, seconds[unit]);
	}
	assert_true(build_chain_find(&none, &chain));
	assert_true(build_chain_use_unit(&chain, 0));
	assert_false(build_chain_use_unit(&chain, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors_take_as_few_vifes_as_can_be),
		cmocka_unit_test(every_table_has_its_prefix),
		cmocka_unit_test(more_than_ten_vifes_are_refused),
		cmocka_unit_test(vifs_without_a_public_meaning_stand_alone),
		cmocka_unit_test(reserved_vifes_take_one_byte_at_the_end),
		cmocka_unit_test(plain_text_stands_where_readers_find_it),
		cmocka_unit_test(long_text_may_need_a_longer_way_round),
		cmocka_unit_test(text_that_cannot_be_told_from_vifes_is_refused),
		cmocka_unit_test(text_of_more_than_255_bytes_is_refused),
		cmocka_unit_test(vifes_change_what_the_data_are),
		cmocka_unit_test(durations_have_four_units),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
