/* SPDX-License-Identifier: MIT */
/* Checks formats, and compact frames that become whole by them. */
#include "mbus_bench.h"

/* What the tests know about one format. */
struct sample {
	const char *full;      /* records behind CI 78h */
	const char *format;    /* their DIBs and VIBs */
	uint16_t signature;    /* of the format */
	const char *compact;   /* behind CI 79h */
	const char *values[6]; /* of the records */
};

/* clang-format off */
static const struct sample samples[] = {
	{ "02 02 D204 02 15 2E16 02 2A 3423", "02 02 02 15 02 2A", 0x3B31,
			"313B 42A6 D204 2E16 3423", { "123.4", "567.8", "901.2", NULL } },
	/* DIFE, VIFE, LVAR, and plain text before and without VIFEs */
	{ "8B60 04 371802 04 933B 10270000 0D FD11 05 6F6C6C6548 02 FC0348522574 D411 "
	  "02 7C03485225 D411",
			"8B60 04 04 933B 0D FD11 02 FC0348522574 02 7C03485225", 0x9DDA,
			"DA9D F14B 371802 10270000 05 6F6C6C6548 D411 D411",
			{ "218370", "10.000", "Hello", "45.64", "4564", NULL } },
	/* LVAR that is BCD */
	{ "0D 78 C2 3412", "0D 78", 0xEF0C, "0CEF D393 C2 3412", { "1234", NULL } },
	/* BCD of 12 digits, whose data field is next to the special one */
	{ "0E 04 896745230100", "0E 04", 0x5E8A, "8A5E 3367 896745230100",
			{ "1234567890", NULL } },
	/* the block of a manufacturer, and more telegrams */
	{ "01 13 05 0F AABB", "01 13 0F", 0x77D8, "D877 ADD0 05 AABB",
			{ "0.005", "AABB", NULL } },
	{ "01 13 05 1F", "01 13 1F", 0xE627, "27E6 7941 05", { "0.005", "", NULL } },
	/* fillers that the CRC takes in, and some that it does not */
	{ "01 13 05", "01 13", 0xDD77, "77DD 8AC9 05", { "0.005", NULL } },
	{ "01 13 05", "01 13", 0xDD77, "77DD 5FDB 05 2F2F2F", { "0.005", NULL } },
	{ "04 13 01000000 04 13 02000000 01 13 03", "04 13 04 13 01 13", 0x8130,
			"3081 379A 01000000 02000000 03", { "0.001", "0.002", "0.003", NULL } },
};
/* clang-format on */

static struct mg_bytes bytes_of(const char *hex, uint8_t bytes[MG_FORMAT_MAX])
{
	return (struct mg_bytes){ bytes, bench_bytes(hex, bytes, MG_FORMAT_MAX) };
}

static void take(struct bench *bench, uint8_t ci, const char *hex)
{
	uint8_t data[252];
	bench_user_data(bench, 0x08, ci, data, bench_bytes(hex, data, sizeof(data)));
}

static void formats_are_taken_from_full_telegrams(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(samples); i++) {
		uint8_t format[MG_FORMAT_MAX], expected[MG_FORMAT_MAX];
		struct bench bench;
		struct mg_bytes wanted = bytes_of(samples[i].format, expected);
		print_message("# %s\n", samples[i].full);
		bench_records(&bench, samples[i].full);
		assert_int_equal(mg_format_of(&bench.telegram, format), wanted.size);
		assert_memory_equal(format, expected, wanted.size);
		assert_int_equal(mg_crc(format, wanted.size), samples[i].signature);
		bench_finish(&bench);
	}
}

/* The bytes of the records lie in memory of just the size they need. */
static void check_expanded(const struct sample *sample, size_t whole)
{
	uint8_t format[MG_FORMAT_MAX];
	struct mg_bytes heads = bytes_of(sample->format, format);
	struct mg_data_record record;
	struct bench bench;
	take(&bench, 0x79, sample->compact);
	assert_int_equal(bench.fault, MG_FAULT_FORMAT_UNKNOWN);
	size_t offset = bench.telegram.offset;
	uint8_t *bytes = malloc(whole);
	assert_non_null(bytes);
	assert_int_equal(
			mg_compact_expand(&bench.telegram, &heads, bytes, whole), MG_FAULT_NONE);
	assert_int_equal(bench.telegram.content, MG_CONTENT_RECORDS);
	assert_int_equal(bench.telegram.offset, offset);
	assert_int_equal(bench.telegram.records.size, whole);
	bench.cursor = mg_telegram_records(&bench.telegram);
	for (size_t i = 0; sample->values[i] != NULL; i++) {
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_value(&record, sample->values[i]);
	}
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	free(bytes);
	bench_finish(&bench);
}

static void compact_frames_become_the_records_of_the_full_telegram(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(samples); i++) {
		uint8_t full[MG_FORMAT_MAX];
		print_message("# %s\n", samples[i].compact);
		check_expanded(&samples[i], bytes_of(samples[i].full, full).size);
	}
}

/* Whatever the checksum behind the data is, a filler or not. */
static void what_follows_the_data_does_not_matter(void **state)
{
	uint8_t data[252], format[MG_FORMAT_MAX], bytes[MG_FORMAT_MAX];
	struct mg_bytes heads = bytes_of("01 13", format);
	size_t size = bench_bytes("77DD 5FDB 05", data, sizeof(data));
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		struct bench bench;
		bench_user_data(&bench, (uint8_t)c, 0x79, data, size);
		assert_int_equal(mg_compact_expand(&bench.telegram, &heads, bytes, sizeof(bytes)),
				MG_FAULT_NONE);
		bench_finish(&bench);
	}
}

static void offsets_count_from_where_the_data_began(void **state)
{
	uint8_t format[MG_FORMAT_MAX], bytes[MG_FORMAT_MAX];
	struct mg_bytes heads = bytes_of(samples[0].format, format);
	struct mg_data_record record;
	struct bench bench;
	(void)state;
	take(&bench, 0x7B, "55 04 0000 313B 42A6 D204 2E16 3423");
	assert_int_equal(mg_compact_expand(&bench.telegram, &heads, bytes, sizeof(bytes)),
			MG_FAULT_NONE);
	bench.cursor = mg_telegram_records(&bench.telegram);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.offset, 15);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_int_equal(record.offset, 19);
	assert_int_equal(bench.telegram.header, MG_HEADER_SHORT);
	bench_finish(&bench);
}

/* Expands with this format into so much room, which fails and changes nothing. */
static void expect_refused(struct bench *bench, const char *format_hex, size_t room)
{
	uint8_t format[MG_FORMAT_MAX], bytes[MG_FORMAT_MAX];
	struct mg_bytes heads = bytes_of(format_hex, format);
	struct mg_telegram before;
	memcpy(&before, &bench->telegram, sizeof(before));
	assert_int_equal(mg_compact_expand(&bench->telegram, &heads, bytes, room),
			MG_FAULT_FORMAT_CRC);
	assert_memory_equal(&bench->telegram, &before, sizeof(before));
}

static void what_does_not_fit_is_refused(void **state)
{
	static const struct {
		const char *compact, *format;
	} rows[] = {
		/* a wrong CRC, and data that are not those of the CRC */
		{ "313B 43A6 D204 2E16 3423", "02 02 02 15 02 2A" },
		{ "313B 42A6 D204 2E16 3424", "02 02 02 15 02 2A" },
		/* data missing, and data left over */
		{ "313B 42A6 D204 2E16 34", "02 02 02 15 02 2A" },
		{ "313B 42A6", "02 02 02 15 02 2A" },
		{ "313B 42A6 D204 2E16 3423 00", "02 02 02 15 02 2A" },
		{ "313B 42A6 D204 2E16 3423 2F 00", "02 02 02 15 02 2A" },
		/* another format than the signature says */
		{ "313B 42A6 D204 2E16 3423", "02 02 02 15 02 2B" },
		{ "313B 42A6 D204 2E16 3423", "" },
		/* a length that is reserved */
		{ "0CEF D393 CA 3412", "0D 78" },
		{ "0CEF D393", "0D 78" },
		/* no DIBs and VIBs: cut short, and special DIFs that no record has */
		{ "9AC2 5FDB 05", "01" },
		{ "43FB 5FDB 05", "8F 13" },
		{ "E687 5FDB 05", "2F 01 13" },
		{ "1BA7 5FDB 05", "01 93" },
		{ "A754 5FDB 05", "01 13 81" },
		/* a block of the manufacturer is the last record */
		{ "8080 5FDB 05", "0F 01 13" },
		/* the right length without the right CRC: 16 bytes need no fillers */
		{ "3DA1 8BAD 01000000 02000000 0300", "04 13 04 13 02 13" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		struct bench bench;
		print_message("# %s\n", rows[i].compact);
		take(&bench, 0x79, rows[i].compact);
		expect_refused(&bench, rows[i].format, MG_FORMAT_MAX);
		bench_finish(&bench);
	}
}

static void sixteen_bytes_need_no_fillers(void **state)
{
	uint8_t format[MG_FORMAT_MAX], bytes[16];
	struct mg_bytes heads = bytes_of("04 13 04 13 02 13", format);
	struct bench bench;
	(void)state;
	take(&bench, 0x79, "3DA1 8AAD 01000000 02000000 0300");
	assert_int_equal(mg_compact_expand(&bench.telegram, &heads, bytes, sizeof(bytes)),
			MG_FAULT_NONE);
	assert_int_equal(bench.telegram.records.size, 16);
	bench_finish(&bench);
}

static void room_that_is_too_small_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(samples); i++) {
		uint8_t full[MG_FORMAT_MAX];
		size_t whole = bytes_of(samples[i].full, full).size;
		for (size_t room = 0; room < whole; room++) {
			struct bench bench;
			take(&bench, 0x79, samples[i].compact);
			expect_refused(&bench, samples[i].format, room);
			bench_finish(&bench);
		}
	}
}

static void only_compact_telegrams_are_expanded(void **state)
{
	struct bench bench;
	(void)state;
	bench_records(&bench, "02 02 D204");
	expect_refused(&bench, "02 02", MG_FORMAT_MAX);
	bench_finish(&bench);
	take(&bench, 0x69, "08 313B 02 02 02 15 02 2A");
	expect_refused(&bench, "02 02 02 15 02 2A", MG_FORMAT_MAX);
	bench_finish(&bench);
	take(&bench, 0x79, samples[0].compact);
	bench.telegram.content = MG_CONTENT_MANUFACTURER;
	expect_refused(&bench, samples[0].format, MG_FORMAT_MAX);
	bench_finish(&bench);
}

static void ci_73_has_a_long_header_once_it_fits(void **state)
{
	uint8_t format[MG_FORMAT_MAX], bytes[MG_FORMAT_MAX];
	struct mg_bytes heads = bytes_of(samples[0].format, format);
	struct mg_data_record record;
	struct bench bench;
	(void)state;
	take(&bench, 0x73, "78563412 2440 01 07 55 04 0000 313B 42A6 D204 2E16 3423");
	assert_int_equal(bench.fault, MG_FAULT_FIXED_LENGTH);
	assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
	assert_int_equal(mg_compact_expand(&bench.telegram, &heads, bytes, sizeof(bytes)),
			MG_FAULT_NONE);
	assert_int_equal(bench.telegram.header, MG_HEADER_LONG);
	assert_int_equal(bench.telegram.identity.id, 0x12345678);
	assert_int_equal(bench.telegram.identity.manufacturer, 0x4024);
	assert_int_equal(bench.telegram.access, 0x55);
	assert_int_equal(bench.telegram.status, 4);
	bench.cursor = mg_telegram_records(&bench.telegram);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_value(&record, "123.4");
	assert_int_equal(record.offset, 23);
	bench_finish(&bench);
	take(&bench, 0x73, "78563412 2440 01 07 55 00 0000 313B 42A6 D204");
	expect_refused(&bench, samples[0].format, MG_FORMAT_MAX);
	bench_finish(&bench);
}

static void format_frames_give_their_format(void **state)
{
	static const struct {
		const char *data;
		size_t size;
	} rows[] = {
		{ "08 313B 02 02 02 15 02 2A", 6 },
		{ "05 D877 01 13 0F", 3 },
		{ "02 FFFF", 0 },
		/* no whole DIBs and VIBs */
		{ "03 9AC2 01", 0 },
		{ "04 1BA7 01 93", 0 },
		{ "04 43FB 8F 13", 0 },
		{ "05 8080 0F 01 13", 0 },
		{ "05 E687 2F 01 13", 0 },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		uint8_t format[MG_FORMAT_MAX];
		struct bench bench;
		print_message("# %s\n", rows[i].data);
		take(&bench, 0x69, rows[i].data);
		assert_int_equal(bench.fault, MG_FAULT_NONE);
		assert_int_equal(mg_format_of(&bench.telegram, format), rows[i].size);
		if (rows[i].size > 0) {
			assert_memory_equal(format, bench.bytes + 10, rows[i].size);
		}
		bench_finish(&bench);
	}
}

static void other_telegrams_have_no_format(void **state)
{
	static const struct {
		uint8_t ci;
		const char *data;
	} rows[] = {
		{ 0x78, "" },
		{ 0x78, "2F 2F" },
		{ 0x78, "01 13 05 01 13" },
		{ 0x78, "01 13 05 3F" },
		{ 0x79, "313B 42A6 D204" },
		{ 0x73, "78563412 0A 00 E9 7E 01000000 35010000" },
		{ 0xA0, "01 13 05" },
		{ 0x70, "08" },
		{ 0x7A, "2A 00 1005 00000000000000000000000000000000" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		uint8_t format[MG_FORMAT_MAX];
		struct bench bench;
		take(&bench, rows[i].ci, rows[i].data);
		assert_int_equal(mg_format_of(&bench.telegram, format), 0);
		bench_finish(&bench);
	}
}

/* No frame carries that many records, but a caller may put them together. */
static void a_format_longer_than_any_telegram_is_none(void **state)
{
	uint8_t format[MG_FORMAT_MAX], records[2 * (MG_FORMAT_MAX + 2)];
	struct mg_telegram telegram = { .content = MG_CONTENT_RECORDS };
	(void)state;
	for (size_t i = 0; i < sizeof(records); i += 2) {
		records[i] = 0x00;
		records[i + 1] = 0x13;
	}
	telegram.records = (struct mg_bytes){ records, MG_FORMAT_MAX };
	assert_int_equal(mg_format_of(&telegram, format), MG_FORMAT_MAX);
	telegram.records.size = MG_FORMAT_MAX + 2;
	assert_int_equal(mg_format_of(&telegram, format), 0);
	/* three bytes first, so that of the last record the DIB alone would fit */
	memmove(records + 3, records, MG_FORMAT_MAX - 2);
	records[0] = 0x80;
	records[1] = 0x00;
	records[2] = 0x13;
	telegram.records.size = MG_FORMAT_MAX + 1;
	assert_int_equal(mg_format_of(&telegram, format), 0);
	telegram.records.size = MG_FORMAT_MAX - 1;
	assert_int_equal(mg_format_of(&telegram, format), MG_FORMAT_MAX - 1);
}

static void a_format_frame_longer_than_any_telegram_is_none(void **state)
{
	uint8_t format[MG_FORMAT_MAX], heads[MG_FORMAT_MAX + 1];
	struct mg_telegram telegram = { .content = MG_CONTENT_FORMAT };
	(void)state;
	for (size_t i = 0; i < MG_FORMAT_MAX; i += 2) {
		heads[i] = 0x01;
		heads[i + 1] = 0x13;
	}
	heads[MG_FORMAT_MAX] = 0x0F;
	telegram.records = (struct mg_bytes){ heads, MG_FORMAT_MAX };
	telegram.format_signature = mg_crc(heads, MG_FORMAT_MAX);
	assert_int_equal(mg_format_of(&telegram, format), MG_FORMAT_MAX);
	telegram.records.size = MG_FORMAT_MAX + 1;
	telegram.format_signature = mg_crc(heads, MG_FORMAT_MAX + 1);
	assert_int_equal(mg_format_of(&telegram, format), 0);
}

/* A compact frame may mean more bytes than a full telegram could carry. */
static void what_is_whole_may_be_longer_than_any_telegram(void **state)
{
	uint8_t heads[MG_FORMAT_MAX], data[4 + MG_FORMAT_MAX / 2], whole[3 * 126], bytes[378];
	struct bench bench;
	(void)state;
	for (size_t i = 0; i < 126; i++) {
		heads[2 * i] = whole[3 * i] = 0x01;
		heads[2 * i + 1] = whole[3 * i + 1] = 0x13;
		data[4 + i] = whole[3 * i + 2] = (uint8_t)i;
	}
	struct mg_bytes format = { heads, sizeof(heads) };
	uint16_t signature = mg_crc(heads, sizeof(heads)), crc = mg_crc(whole, sizeof(whole));
	for (unsigned wrong = 0; wrong < 2; wrong++) {
		data[0] = (uint8_t)signature;
		data[1] = (uint8_t)(signature >> 8);
		data[2] = (uint8_t)(crc + wrong);
		data[3] = (uint8_t)(crc >> 8);
		bench_user_data(&bench, 0x08, 0x79, data, sizeof(data));
		assert_int_equal(
				mg_compact_expand(&bench.telegram, &format, bytes, sizeof(bytes)),
				wrong ? MG_FAULT_FORMAT_CRC : MG_FAULT_NONE);
		assert_memory_equal(bytes, whole, sizeof(whole));
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_taken_from_full_telegrams),
		cmocka_unit_test(compact_frames_become_the_records_of_the_full_telegram),
		cmocka_unit_test(what_follows_the_data_does_not_matter),
		cmocka_unit_test(offsets_count_from_where_the_data_began),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(sixteen_bytes_need_no_fillers),
		cmocka_unit_test(room_that_is_too_small_is_refused),
		cmocka_unit_test(only_compact_telegrams_are_expanded),
		cmocka_unit_test(ci_73_has_a_long_header_once_it_fits),
		cmocka_unit_test(format_frames_give_their_format),
		cmocka_unit_test(other_telegrams_have_no_format),
		cmocka_unit_test(a_format_longer_than_any_telegram_is_none),
		cmocka_unit_test(a_format_frame_longer_than_any_telegram_is_none),
		cmocka_unit_test(what_is_whole_may_be_longer_than_any_telegram),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
