/* SPDX-License-Identifier: MIT */
/* Checks the bytes of capture files against docs/capture.md. */
#include "capture_bench.h"

#include "capture/capture_format.h"

static const struct mg_line line = {
	.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
};

static void a_run_begins_with_its_head(void **state)
{
	uint8_t bytes[CAPTURE_FORMAT_HEAD_MAX];
	const struct capture_format_head head = { BENCH_START, line, "cellar" };
	(void)state;
	assert_int_equal(capture_format_head(&head, bytes), sizeof(BENCH_HEAD) - 1);
	assert_memory_equal(bytes, BENCH_HEAD, sizeof(BENCH_HEAD) - 1);
}

static void a_name_is_cut_at_255_bytes(void **state)
{
	uint8_t bytes[CAPTURE_FORMAT_HEAD_MAX];
	char name[300] = "";
	const struct capture_format_head head = { BENCH_START, line, name };
	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	assert_int_equal(capture_format_head(&head, bytes), CAPTURE_FORMAT_HEAD_MAX);
	assert_int_equal(bytes[26], 255);
	assert_int_equal(bytes[9] | bytes[10] << 8, 16 + 255);
}

static void entries_are_as_documented(void **state)
{
	static const uint8_t request[] = { 0x10, 0x5B, 0x01, 0x5C, 0x16 };
	static const uint8_t noise[] = { 0x00, 0xFF };
	const struct capture_format_entry sent = { CAPTURE_FORMAT_SENT, 0, 1500, request,
		sizeof(request) };
	const struct capture_format_entry received = { CAPTURE_FORMAT_RECEIVED, MG_RX_PARITY,
		10, noise, sizeof(noise) };
	const struct capture_format_entry closed = { CAPTURE_FORMAT_CLOSED, 0, 300, NULL, 0 };
	uint8_t bytes[CAPTURE_FORMAT_ENTRY_MAX];
	(void)state;
	assert_int_equal(capture_format_entry(&sent, bytes), 11);
	assert_memory_equal(bytes, BENCH_SENT, 11);
	assert_int_equal(capture_format_entry(&received, bytes), 7);
	assert_memory_equal(bytes, BENCH_NOISE, 7);
	assert_int_equal(capture_format_entry(&closed, bytes), 6);
	assert_memory_equal(bytes, BENCH_CLOSED, 6);
}

static void times_stay_within_what_can_be_written(void **state)
{
	struct capture_format_entry entry = { CAPTURE_FORMAT_OPENED, 0, -5, NULL, 0 };
	uint8_t bytes[CAPTURE_FORMAT_ENTRY_MAX];
	(void)state;
	assert_int_equal(capture_format_entry(&entry, bytes), 5);
	assert_memory_equal(bytes, BENCH_OPENED, 5);
	entry.delta = INT64_MAX;
	assert_int_equal(capture_format_entry(&entry, bytes), 12);
	assert_memory_equal(bytes, "\x04\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\x00", 10);
}

static void the_longest_entry_fits_into_its_room(void **state)
{
	static uint8_t content[CAPTURE_FORMAT_CONTENT_MAX];
	static uint8_t bytes[CAPTURE_FORMAT_ENTRY_MAX];
	const struct capture_format_entry entry = { CAPTURE_FORMAT_SENT, 7, INT64_MAX,
		content, sizeof(content) };
	(void)state;
	assert_int_equal(capture_format_entry(&entry, bytes), CAPTURE_FORMAT_ENTRY_MAX);
	assert_int_equal(capture_format_room(sizeof(content)), CAPTURE_FORMAT_ENTRY_MAX);
	assert_int_equal(bytes[0], 0x71);
	assert_memory_equal(bytes + 9, "\x80\x20", 2);
}

static void numbers_are_low_byte_first(void **state)
{
	uint8_t bytes[4];
	uint8_t written[CAPTURE_FORMAT_LINE_SIZE];
	struct mg_line fast = line;
	(void)state;
	capture_format_put(bytes, sizeof(bytes), 0x01020304);
	assert_memory_equal(bytes, "\x04\x03\x02\x01", 4);
	assert_int_equal(capture_format_get(bytes, 3), 0x020304);
	fast.baud = 9600;
	capture_format_line(&fast, written);
	assert_memory_equal(written, "\x80\x25\x00\x00\x08\x45\x01", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_begins_with_its_head),
		cmocka_unit_test(a_name_is_cut_at_255_bytes),
		cmocka_unit_test(entries_are_as_documented),
		cmocka_unit_test(times_stay_within_what_can_be_written),
		cmocka_unit_test(the_longest_entry_fits_into_its_room),
		cmocka_unit_test(numbers_are_low_byte_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
