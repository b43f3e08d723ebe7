/* SPDX-License-Identifier: MIT */
/* Checks what is learned of telegrams, and what compact frames become by it. */
#include "mbus_bench.h"

#include "bus/formats.h"

static void take(struct bench *bench, uint8_t c, uint8_t ci, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, c, ci, data, bench_bytes(hex, data, sizeof(data)));
}

static void learn(struct formats *formats, uint8_t ci, const char *hex)
{
	struct bench bench;
	take(&bench, 0x08, ci, hex);
	formats_learn(formats, &bench.telegram);
	bench_finish(&bench);
}

/* Expands CI 79h; the first value must be this one when it succeeds. */
static enum mg_fault expand(struct formats *formats, const char *hex, const char *value)
{
	uint8_t bytes[MG_FORMAT_MAX];
	struct mg_data_record record;
	struct bench bench;
	take(&bench, 0x08, 0x79, hex);
	enum mg_fault fault = formats_expand(formats, &bench.telegram, bytes);
	if (fault == MG_FAULT_NONE) {
		bench.cursor = mg_telegram_records(&bench.telegram);
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, value);
	}
	bench_finish(&bench);
	return fault;
}

static void expect_counts(const struct formats *formats, struct formats_counts expected)
{
	struct formats_counts counts;
	formats_count(formats, &counts);
	assert_int_equal(counts.learned, expected.learned);
	assert_int_equal(counts.forgotten, expected.forgotten);
	assert_int_equal(counts.expanded, expected.expanded);
	assert_int_equal(counts.unknown, expected.unknown);
	assert_int_equal(counts.refused, expected.refused);
}

static void a_full_telegram_opens_the_compact_ones_behind_it(void **state)
{
	struct formats *formats = formats_create();
	(void)state;
	assert_non_null(formats);
	assert_int_equal(
			expand(formats, "313B 42A6 D204 2E16 3423", NULL), MG_FAULT_FORMAT_UNKNOWN);
	learn(formats, 0x78, "02 02 0000 02 15 0000 02 2A 0000");
	assert_int_equal(expand(formats, "313B 42A6 D204 2E16 3423", "123.4"), MG_FAULT_NONE);
	assert_int_equal(
			expand(formats, "313B 43A6 D204 2E16 3423", NULL), MG_FAULT_FORMAT_CRC);
	assert_int_equal(
			expand(formats, "323B 42A6 D204 2E16 3423", NULL), MG_FAULT_FORMAT_UNKNOWN);
	expect_counts(
			formats, (struct formats_counts){
							 .learned = 1, .expanded = 1, .unknown = 2, .refused = 1 });
	formats_destroy(formats);
}

static void a_format_frame_does_so_too(void **state)
{
	struct formats *formats = formats_create();
	(void)state;
	assert_non_null(formats);
	learn(formats, 0x69, "08 313B 02 02 02 15 02 2A");
	assert_int_equal(expand(formats, "313B 42A6 D204 2E16 3423", "123.4"), MG_FAULT_NONE);
	formats_destroy(formats);
}

static void a_known_format_is_not_learned_again(void **state)
{
	struct formats *formats = formats_create();
	(void)state;
	assert_non_null(formats);
	learn(formats, 0x78, "02 02 0000 02 15 0000 02 2A 0000");
	learn(formats, 0x78, "02 02 0100 02 15 0200 02 2A 0300");
	learn(formats, 0x69, "08 313B 02 02 02 15 02 2A");
	expect_counts(formats, (struct formats_counts){ .learned = 1 });
	formats_destroy(formats);
}

static void what_cannot_be_read_to_its_end_is_not_learned(void **state)
{
	struct formats *formats = formats_create();
	struct bench bench;
	(void)state;
	assert_non_null(formats);
	learn(formats, 0x78, "02 02 0000 02 15 00");
	learn(formats, 0x78, "02 02 0000 3F");
	learn(formats, 0x78, "");
	learn(formats, 0x79, "313B 42A6 D204 2E16 3423");
	learn(formats, 0x69, "08 323B 02 02 02 15 02 2A");
	learn(formats, 0x7A, "2A 00 1005 02020000020200000202000002020000");
	take(&bench, 0x53, 0x51, "02 02 0000");
	formats_learn(formats, &bench.telegram);
	bench_finish(&bench);
	expect_counts(formats, (struct formats_counts){ 0 });
	formats_destroy(formats);
}

/* 01 13 02 14 and 01 08 02 09 have the same signature, 6459h. */
static void formats_with_one_signature_are_kept_apart(void **state)
{
	struct formats *formats = formats_create();
	(void)state;
	assert_non_null(formats);
	learn(formats, 0x78, "01 13 00 02 14 0000");
	learn(formats, 0x78, "01 08 00 02 09 0000");
	expect_counts(formats, (struct formats_counts){ .learned = 2 });
	assert_int_equal(expand(formats, "5964 ECCD 05 0700", "0.005"), MG_FAULT_NONE);
	assert_int_equal(expand(formats, "5964 23A2 05 0700", "5"), MG_FAULT_NONE);
	assert_int_equal(expand(formats, "5964 24A2 05 0700", NULL), MG_FAULT_FORMAT_CRC);
	expect_counts(formats,
			(struct formats_counts){ .learned = 2, .expanded = 2, .refused = 1 });
	/* both DD77h, and of different length */
	learn(formats, 0x78, "04 10 00000000 04 23 00000000");
	learn(formats, 0x78, "01 13 00");
	assert_int_equal(expand(formats, "77DD 5FDB 05", "0.005"), MG_FAULT_NONE);
	expect_counts(formats,
			(struct formats_counts){ .learned = 4, .expanded = 3, .refused = 1 });
	formats_destroy(formats);
}

/* Format `number` of many: one record with this VIF and storage. */
static void learn_number(struct formats *formats, unsigned number)
{
	uint8_t data[] = { number < 64 ? 0x01 : 0x41, (uint8_t)(number % 64), 0x05 };
	struct bench bench;
	bench_user_data(&bench, 0x08, 0x78, data, sizeof(data));
	formats_learn(formats, &bench.telegram);
	bench_finish(&bench);
}

static enum mg_fault expand_number(struct formats *formats, unsigned number)
{
	uint8_t records[] = { number < 64 ? 0x01 : 0x41, (uint8_t)(number % 64), 0x07 };
	uint16_t signature = mg_crc(records, 2), crc = mg_crc(records, 3);
	uint8_t data[] = { (uint8_t)signature, (uint8_t)(signature >> 8), (uint8_t)crc,
		(uint8_t)(crc >> 8), 0x07 };
	uint8_t bytes[MG_FORMAT_MAX];
	struct bench bench;
	bench_user_data(&bench, 0x08, 0x79, data, sizeof(data));
	enum mg_fault fault = formats_expand(formats, &bench.telegram, bytes);
	bench_finish(&bench);
	return fault;
}

static void what_was_not_used_for_longest_goes_first(void **state)
{
	struct formats *formats = formats_create();
	(void)state;
	assert_non_null(formats);
	for (unsigned i = 0; i < FORMATS_MAX; i++) {
		learn_number(formats, i);
	}
	expect_counts(formats, (struct formats_counts){ .learned = 64 });
	assert_int_equal(expand_number(formats, 0), MG_FAULT_NONE); /* used by expanding */
	learn_number(formats, 1);                                   /* used by being seen */
	learn_number(formats, 64);                                  /* in the place of 2 */
	learn_number(formats, 65);                                  /* in the place of 3 */
	expect_counts(formats,
			(struct formats_counts){ .learned = 66, .forgotten = 2, .expanded = 1 });
	assert_int_equal(expand_number(formats, 2), MG_FAULT_FORMAT_UNKNOWN);
	assert_int_equal(expand_number(formats, 3), MG_FAULT_FORMAT_UNKNOWN);
	for (unsigned i = 0; i < 66; i++) {
		if (i != 2 && i != 3) {
			assert_int_equal(expand_number(formats, i), MG_FAULT_NONE);
		}
	}
	expect_counts(formats,
			(struct formats_counts){
					.learned = 66, .forgotten = 2, .expanded = 65, .unknown = 2 });
	formats_destroy(formats);
}

static void nothing_is_destroyed_without_complaint(void **state)
{
	(void)state;
	formats_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_telegram_opens_the_compact_ones_behind_it),
		cmocka_unit_test(a_format_frame_does_so_too),
		cmocka_unit_test(a_known_format_is_not_learned_again),
		cmocka_unit_test(what_cannot_be_read_to_its_end_is_not_learned),
		cmocka_unit_test(formats_with_one_signature_are_kept_apart),
		cmocka_unit_test(what_was_not_used_for_longest_goes_first),
		cmocka_unit_test(nothing_is_destroyed_without_complaint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
