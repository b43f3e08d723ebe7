/* SPDX-License-Identifier: MIT */
/* Cuts and damages 200 telegrams in every way that one bit or one length can: nothing is
   read beyond the end, nothing goes on for ever, and no value comes out that was not
   sent. */
#include "seeded_telegrams.h"

enum {
	TELEGRAMS = 200,
	RECORDS_MAX = 252, /* a record takes at least one byte */
	FIRST_DATA = 7,    /* offset of the byte behind CI */
};

/* Bytes alone in memory of exactly their size. */
static uint8_t *alone(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	assert_non_null(copy);
	if (size > 0) {
		memcpy(copy, bytes, size);
	}
	return copy;
}

/* The notes cover the bytes one behind the other. */
struct covered {
	size_t until;
	size_t notes;
};

static void cover(void *context, const struct mg_note *note)
{
	struct covered *covered = context;
	assert_int_equal(note->offset, covered->until);
	assert_non_null(note->part);
	assert_non_null(memchr(note->meaning, '\0', sizeof(note->meaning)));
	covered->until += note->size;
	covered->notes++;
}

static void explain(const uint8_t *bytes, size_t size)
{
	struct covered covered = { 0, 0 };
	mg_explain(bytes, size, cover, &covered);
	assert_int_equal(covered.until, size);
	assert_true(covered.notes <= 4 * size + 8);
}

/* Whether borrowed bytes lie inside those that they were borrowed from. */
static bool inside(const struct mg_bytes *part, const uint8_t *bytes, size_t size)
{
	return part->size == 0 ||
		   (part->data >= bytes && part->size <= size &&
				   part->data - bytes <= (ptrdiff_t)(size - part->size));
}

/* All that is said of a record as text. */
struct texts {
	char value[MG_TEXT_SIZE], shown[MG_TEXT_SIZE], unit[MG_TEXT_SIZE], name[MG_NAME_SIZE];
};

static void write_texts(const struct mg_data_record *record, struct texts *texts)
{
	mg_value_text(record, texts->value, sizeof(texts->value));
	mg_shown_text(record, texts->shown, sizeof(texts->shown));
	mg_unit_text(record, texts->unit, sizeof(texts->unit));
	assert_true(mg_record_name(record, texts->name, sizeof(texts->name)) > 0);
	assert_true(strlen(texts->value) < MG_TEXT_SIZE);
	assert_true(strlen(texts->shown) < MG_TEXT_SIZE);
	assert_true(strlen(texts->unit) < MG_TEXT_SIZE);
	assert_true(
			(record->value.quality == MG_QUALITY_GOOD) == (record->value.reason == NULL));
	if (record->value.quality != MG_QUALITY_GOOD) {
		assert_string_equal(texts->value, "");
		assert_int_equal(record->value.type, MG_TYPE_NONE);
	}
}

/* Reads bytes to the end in every way there is. */
static void read_all(const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	struct mg_telegram telegram;
	struct mg_data_record record;
	struct texts texts;
	size_t length, count = 0;
	uint8_t format[MG_FORMAT_MAX];
	if (mg_frame_parse(bytes, size, &frame, &length) != MG_FAULT_NONE) {
		return;
	}
	mg_telegram_parse(&frame, &telegram);
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		write_texts(&record, &texts);
		assert_true(inside(&record.dib, bytes, size));
		assert_true(inside(&record.vib, bytes, size));
		assert_true(inside(&record.data, bytes, size));
		assert_true(++count <= RECORDS_MAX);
	}
	assert_true(cursor.offset <= size);
	assert_int_equal(mg_record_next(&cursor, &record), MG_FAULT_END);
	assert_true(mg_format_of(&telegram, format) <= sizeof(format));
}

static void put_right(uint8_t *bytes, size_t size)
{
	struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = bytes[4],
		.a = bytes[5],
		.ci = bytes[6],
		.data = { bytes + FIRST_DATA, size - FIRST_DATA - 2 } };
	uint8_t built[MG_FRAME_MAX];
	assert_int_equal(mg_frame_build(&frame, built, sizeof(built)), size);
	memcpy(bytes, built, size);
}

static void all_telegrams_are_different_and_of_all_kinds(void **state)
{
	static uint8_t all[TELEGRAMS][MG_FRAME_MAX];
	size_t records = 0, kinds[256] = { 0 };
	(void)state;
	memset(all, 0, sizeof(all));
	for (uint32_t i = 0; i < TELEGRAMS; i++) {
		struct bench bench;
		struct mg_data_record record;
		size_t size = seeded_telegram(i, all[i]);
		bench_take(&bench, all[i], size);
		while (bench_next(&bench, &record) == MG_FAULT_NONE) {
			records++;
		}
		kinds[bench.fault == MG_FAULT_ENCRYPTED ? 0 : bench.telegram.ci]++;
		bench_finish(&bench);
		for (uint32_t j = 0; j < i; j++) {
			assert_memory_not_equal(all[i], all[j], MG_FRAME_MAX);
		}
	}
	assert_true(records > 800);
	assert_true(kinds[0x72] > 30 && kinds[0x78] > 10 && kinds[0x7A] > 5);
	assert_true(kinds[0x76] > 10 && kinds[0x73] > 3 && kinds[0x77] > 3);
	assert_true(kinds[0xA5] > 3 && kinds[0] > 10);
}

static void every_frame_that_is_cut_is_incomplete(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TELEGRAMS; i++) {
		uint8_t whole[MG_FRAME_MAX];
		size_t size = seeded_telegram(i, whole);
		for (size_t cut = 0; cut < size; cut++) {
			uint8_t *bytes = alone(whole, cut);
			struct mg_frame frame;
			size_t needed;
			assert_int_equal(
					mg_frame_parse(bytes, cut, &frame, &needed), MG_FAULT_INCOMPLETE);
			assert_true(needed > cut && needed <= size);
			explain(bytes, cut);
			free(bytes);
		}
	}
}

/* What a flipped bit in this byte of a long frame must be called. */
static enum mg_fault fault_of(size_t at, size_t size)
{
	static const enum mg_fault head[] = { MG_FAULT_START, MG_FAULT_LENGTH_DIFFERS,
		MG_FAULT_LENGTH_DIFFERS, MG_FAULT_SECOND_START };
	if (at < BENCH_COUNT(head)) {
		return head[at];
	}
	return at == size - 1 ? MG_FAULT_STOP : MG_FAULT_CHECKSUM;
}

static void every_flipped_bit_is_found(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TELEGRAMS; i++) {
		uint8_t whole[MG_FRAME_MAX];
		size_t size = seeded_telegram(i, whole);
		uint8_t *bytes = alone(whole, size);
		for (size_t bit = 0; bit < 8 * size; bit++) {
			struct mg_frame frame;
			size_t length;
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(mg_frame_parse(bytes, size, &frame, &length),
					fault_of(bit / 8, size));
			assert_true(length < size);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		free(bytes);
	}
}

/* The checksum does not protect from meters that err. */
static void every_flipped_bit_with_a_right_checksum_is_survived(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TELEGRAMS; i++) {
		uint8_t whole[MG_FRAME_MAX];
		size_t size = seeded_telegram(i, whole);
		for (size_t bit = 8 * 4; bit < 8 * (size - 2); bit++) {
			uint8_t changed[MG_FRAME_MAX];
			memcpy(changed, whole, size);
			changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
			put_right(changed, size);
			uint8_t *bytes = alone(changed, size);
			read_all(bytes, size);
			if (bit % 8 == i % 8) {
				explain(bytes, size);
			}
			free(bytes);
		}
	}
}

static void expect_same_value(const struct mg_value *cut, const struct mg_value *whole)
{
	assert_int_equal(cut->type, whole->type);
	assert_int_equal(cut->quality, whole->quality);
	assert_ptr_equal(cut->reason, whole->reason);
	if (whole->type == MG_TYPE_NUMBER) {
		assert_true(cut->mantissa == whole->mantissa);
		assert_int_equal(cut->exponent, whole->exponent);
	}
}

static void expect_same_bytes(const struct mg_bytes *cut, const struct mg_bytes *whole)
{
	assert_int_equal(cut->size, whole->size);
	if (whole->size > 0) {
		assert_memory_equal(cut->data, whole->data, whole->size);
	}
}

static void expect_same(
		const struct mg_data_record *cut, const struct mg_data_record *whole)
{
	struct texts one, other;
	assert_int_equal(cut->function, whole->function);
	assert_int_equal(cut->data_field, whole->data_field);
	assert_int_equal(cut->subunit, whole->subunit);
	assert_int_equal(cut->tariff, whole->tariff);
	assert_true(cut->storage == whole->storage);
	assert_int_equal(cut->flags, whole->flags);
	assert_int_equal(cut->offset, whole->offset);
	assert_string_equal(cut->quantity, whole->quantity);
	assert_string_equal(cut->coding, whole->coding);
	assert_int_equal(cut->modifier_count, whole->modifier_count);
	expect_same_value(&cut->value, &whole->value);
	expect_same_bytes(&cut->dib, &whole->dib);
	expect_same_bytes(&cut->vib, &whole->vib);
	expect_same_bytes(&cut->data, &whole->data);
	write_texts(cut, &one);
	write_texts(whole, &other);
	assert_string_equal(one.value, other.value);
	assert_string_equal(one.shown, other.shown);
	assert_string_equal(one.unit, other.unit);
	assert_string_equal(one.name, other.name);
}

/* Only the block of the manufacturer may be shorter than it was, since nothing says how
   long it is; what is left of it is what was sent. */
static void expect_same_start(
		const struct mg_data_record *cut, const struct mg_data_record *whole)
{
	assert_int_equal(cut->flags, whole->flags);
	assert_int_equal(cut->offset, whole->offset);
	assert_int_equal(cut->value.type, MG_TYPE_BYTES);
	assert_true(cut->data.size < whole->data.size);
	if (cut->data.size > 0) {
		assert_memory_equal(cut->data.data, whole->data.data, cut->data.size);
	}
}

/* Walks over a telegram and the same one cut, side by side. Returns how many records of
   it are in the cut one. */
static size_t compare(struct bench *cut, struct bench *whole)
{
	size_t end = FIRST_DATA + cut->frame.data.size, count = 0;
	enum mg_fault fault = MG_FAULT_NONE;
	while (fault == MG_FAULT_NONE) {
		struct mg_data_record expected, record;
		fault = bench_next(whole, &expected);
		size_t reached = whole->cursor.offset;
		enum mg_fault of_cut = bench_next(cut, &record);
		bool block =
				fault == MG_FAULT_NONE && (expected.flags & MG_DATA_MANUFACTURER) != 0;
		if (fault == MG_FAULT_NONE && reached <= end && expected.offset < end) {
			assert_int_equal(of_cut, MG_FAULT_NONE);
			expect_same(&record, &expected);
			count++;
		} else if (block && expected.offset < end) {
			assert_int_equal(of_cut, MG_FAULT_NONE);
			expect_same_start(&record, &expected);
		} else {
			assert_int_not_equal(of_cut, MG_FAULT_NONE);
			return count;
		}
	}
	return count;
}

static void check_cut(const uint8_t *whole, size_t size, size_t cut)
{
	uint8_t shorter[MG_FRAME_MAX];
	struct bench of_cut, of_whole;
	memcpy(shorter, whole, cut);
	put_right(shorter, cut + 2);
	bench_take(&of_whole, whole, size);
	bench_take(&of_cut, shorter, cut + 2);
	bool fixed = of_whole.telegram.content == MG_CONTENT_FIXED;
	if (of_whole.fault == MG_FAULT_NONE && !fixed) {
		size_t header = of_whole.telegram.offset;
		if (cut < header) {
			assert_int_equal(of_cut.fault, MG_FAULT_HEADER_SHORT);
		} else {
			assert_int_equal(of_cut.fault, MG_FAULT_NONE);
		}
		compare(&of_cut, &of_whole);
	} else if (fixed) {
		struct mg_data_record record;
		assert_int_equal(of_cut.fault, MG_FAULT_FIXED_LENGTH);
		assert_int_equal(bench_next(&of_cut, &record), MG_FAULT_END);
	} else {
		assert_int_equal(of_whole.fault, MG_FAULT_ENCRYPTED);
		read_all(of_cut.bytes, of_cut.size);
	}
	explain(of_cut.bytes, of_cut.size);
	bench_finish(&of_cut);
	bench_finish(&of_whole);
}

static void every_telegram_that_is_cut_gives_only_what_was_sent(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TELEGRAMS; i++) {
		uint8_t whole[MG_FRAME_MAX];
		size_t size = seeded_telegram(i, whole);
		for (size_t cut = FIRST_DATA; cut < size - 2; cut++) {
			check_cut(whole, size, cut);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_telegrams_are_different_and_of_all_kinds),
		cmocka_unit_test(every_frame_that_is_cut_is_incomplete),
		cmocka_unit_test(every_flipped_bit_is_found),
		cmocka_unit_test(every_flipped_bit_with_a_right_checksum_is_survived),
		cmocka_unit_test(every_telegram_that_is_cut_gives_only_what_was_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
