/* SPDX-License-Identifier: MIT */
/* Checks that the plugin reads captures as they are written, and passes over damage. */
#include "capture_writer.h"

#include "tape_file.h"

static struct tape_file open_file(const uint8_t *bytes, size_t size)
{
	return (struct tape_file){ .bytes = { bytes, size } };
}

static void entries_come_one_after_another(void **state)
{
	struct tape_file file = open_file(
			BENCH_BYTES(BENCH_HEAD BENCH_SENT BENCH_ACK BENCH_NOISE BENCH_LOST));
	struct tape_file_entry entry;
	(void)state;
	assert_true(tape_file_next(&file, &entry));
	assert_int_equal(entry.kind, TAPE_FILE_SENT);
	assert_int_equal(entry.time - BENCH_START, 1500);
	assert_int_equal(entry.content.size, 5);
	assert_memory_equal(entry.content.data, "\x10\x5B\x01\x5C\x16", 5);
	assert_true(tape_file_next(&file, &entry));
	assert_int_equal(entry.kind, TAPE_FILE_RECEIVED);
	assert_int_equal(entry.time - BENCH_START, 75200);
	assert_true(tape_file_next(&file, &entry));
	assert_int_equal(entry.kind, TAPE_FILE_RECEIVED);
	assert_int_equal(entry.content.size, 2);
	assert_true(tape_file_next(&file, &entry));
	assert_int_equal(entry.kind, TAPE_FILE_LOST);
	assert_false(tape_file_next(&file, &entry));
	assert_int_equal(file.runs, 1);
	assert_int_equal(file.damaged, 0);
}

static void damage_costs_the_rest_of_a_run_only(void **state)
{
	struct tape_file file = open_file(BENCH_BYTES(BENCH_HEAD
			"\x02\xE4\xBF\x04\x01\xE6\x48\x75" BENCH_SENT BENCH_HEAD BENCH_ACK));
	struct tape_file_entry entry;
	(void)state;
	assert_true(tape_file_next(&file, &entry));
	assert_int_equal(entry.kind, TAPE_FILE_RECEIVED);
	assert_int_equal(entry.time - BENCH_START, 73700);
	assert_false(tape_file_next(&file, &entry));
	assert_int_equal(file.runs, 2);
	assert_int_equal(file.damaged, 8 + sizeof(BENCH_SENT) - 1);
}

static void a_cut_file_is_read_up_to_the_cut(void **state)
{
	static const char whole[] = BENCH_HEAD BENCH_SENT BENCH_ACK;
	struct tape_file_entry entry;
	(void)state;
	for (size_t cut = 1; cut < sizeof(BENCH_ACK) - 1; cut++) {
		struct tape_file file = open_file(
				(const uint8_t *)whole, sizeof(whole) - 1 - sizeof(BENCH_ACK) + 1 + cut);
		assert_true(tape_file_next(&file, &entry));
		assert_false(tape_file_next(&file, &entry));
		assert_int_equal(file.damaged, cut);
	}
}

static void heads_that_cannot_be_begin_no_run(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} wrong[] = { { 8, 2 }, { 9, 3 }, { 10, 0xFF }, { 18, 0xF0 }, { 30, 'x' } };
	struct tape_file_entry entry;
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint8_t bytes[] = BENCH_HEAD BENCH_ACK;
		bytes[wrong[i].at] = wrong[i].byte;
		struct tape_file file = open_file(bytes, sizeof(bytes) - 1);
		assert_false(tape_file_next(&file, &entry));
		assert_int_equal(file.runs, 0);
	}
}

static void what_is_no_capture_is_seen(void **state)
{
	const struct mg_bytes capture = { BENCH_BYTES(BENCH_HEAD) };
	const struct mg_bytes text = { BENCH_BYTES("68 06 06 68") };
	const struct mg_bytes cut = { BENCH_BYTES("\x89MGC\r\n") };
	(void)state;
	assert_true(tape_file_is(&capture));
	assert_false(tape_file_is(&text));
	assert_false(tape_file_is(&cut));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_one_after_another),
		cmocka_unit_test(damage_costs_the_rest_of_a_run_only),
		cmocka_unit_test(a_cut_file_is_read_up_to_the_cut),
		cmocka_unit_test(heads_that_cannot_be_begin_no_run),
		cmocka_unit_test(what_is_no_capture_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
