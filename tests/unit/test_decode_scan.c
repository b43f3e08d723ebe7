/* SPDX-License-Identifier: MIT */
/* Telegrams are found one after another in bytes, and what is between them is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/decode_scan.h"

#define FINDS_MAX 8
#define SHORT "\x10\x40\x01\x41\x16"

struct found {
	uint64_t offset, size;
	bool telegram;
	enum mg_fault fault;
	uint8_t first;
};

struct finds {
	struct found list[FINDS_MAX];
	size_t count;
};

static void take(void *context, const struct decode_scan_find *find)
{
	struct finds *finds = context;
	assert_true(finds->count < FINDS_MAX);
	finds->list[finds->count++] = (struct found){
		.offset = find->offset,
		.size = find->size,
		.telegram = find->telegram.size > 0,
		.fault = find->fault,
		.first = find->telegram.size > 0 ? find->telegram.data[0] : 0,
	};
}

/* Feeds all at once, and then byte by byte, which must give the same. */
static struct finds scan(const char *bytes, size_t size)
{
	struct finds whole = { .count = 0 }, single = { .count = 0 };
	struct decode_scan scan;
	decode_scan_init(&scan, take, &whole);
	decode_scan_feed(&scan, (const uint8_t *)bytes, size);
	decode_scan_end(&scan);
	decode_scan_init(&scan, take, &single);
	for (size_t i = 0; i < size; i++) {
		decode_scan_feed(&scan, (const uint8_t *)bytes + i, 1);
	}
	decode_scan_end(&scan);
	assert_int_equal(whole.count, single.count);
	for (size_t i = 0; i < whole.count; i++) {
		assert_int_equal(whole.list[i].offset, single.list[i].offset);
		assert_int_equal(whole.list[i].size, single.list[i].size);
		assert_int_equal(whole.list[i].fault, single.list[i].fault);
	}
	return whole;
}

#define SCAN(text) scan(text, sizeof(text) - 1)

static void assert_telegram(const struct found *found, uint64_t offset, uint64_t size)
{
	assert_true(found->telegram);
	assert_int_equal(found->offset, offset);
	assert_int_equal(found->size, size);
}

static void assert_lost(
		const struct found *found, uint64_t offset, uint64_t size, enum mg_fault fault)
{
	assert_false(found->telegram);
	assert_int_equal(found->offset, offset);
	assert_int_equal(found->size, size);
	assert_int_equal(found->fault, fault);
}

static void telegrams_follow_each_other(void **state)
{
	(void)state;
	struct finds finds = SCAN(SHORT "\xE5" SHORT);
	assert_int_equal(finds.count, 3);
	assert_telegram(&finds.list[0], 0, 5);
	assert_telegram(&finds.list[1], 5, 1);
	assert_int_equal(finds.list[1].first, 0xE5);
	assert_telegram(&finds.list[2], 6, 5);
	assert_int_equal(SCAN("").count, 0);
}

static void other_bytes_are_one_run(void **state)
{
	(void)state;
	struct finds finds = SCAN("\x01\x02" SHORT "\xFF");
	assert_int_equal(finds.count, 3);
	assert_lost(&finds.list[0], 0, 2, MG_FAULT_START);
	assert_telegram(&finds.list[1], 2, 5);
	assert_lost(&finds.list[2], 7, 1, MG_FAULT_START);
}

static void a_single_byte_is_no_telegram_among_others(void **state)
{
	(void)state;
	struct finds finds = SCAN("\x10\x40\x01\x42\x16\xE5\xA2" SHORT);
	assert_int_equal(finds.count, 2);
	assert_lost(&finds.list[0], 0, 7, MG_FAULT_CHECKSUM);
	assert_telegram(&finds.list[1], 7, 5);
}

static void a_cut_telegram_does_not_take_the_next_with_it(void **state)
{
	(void)state;
	struct finds finds = SCAN("\x68\x40\x40\x68\x08" SHORT);
	assert_int_equal(finds.count, 2);
	assert_lost(&finds.list[0], 0, 5, MG_FAULT_INCOMPLETE);
	assert_telegram(&finds.list[1], 5, 5);
}

static void offsets_begin_again_after_the_end(void **state)
{
	(void)state;
	struct finds finds = { .count = 0 };
	struct decode_scan scan;
	decode_scan_init(&scan, take, &finds);
	for (int i = 0; i < 2; i++) {
		decode_scan_feed(&scan, (const uint8_t *)SHORT, 5);
		decode_scan_end(&scan);
	}
	assert_int_equal(finds.count, 2);
	assert_telegram(&finds.list[1], 0, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(telegrams_follow_each_other),
		cmocka_unit_test(other_bytes_are_one_run),
		cmocka_unit_test(a_single_byte_is_no_telegram_among_others),
		cmocka_unit_test(a_cut_telegram_does_not_take_the_next_with_it),
		cmocka_unit_test(offsets_begin_again_after_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
