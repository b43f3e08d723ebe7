/* SPDX-License-Identifier: MIT */
/* Checks which bytes are frames, which are not, and which are not yet. */
#include "mbus_bench.h"

struct frame_case {
	const char *hex;
	enum mg_fault fault;
	size_t length; /* of the frame, needed, or the offset at fault */
};

static enum mg_fault parse(
		const uint8_t *bytes, size_t size, struct mg_frame *frame, size_t *length)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);
	assert_non_null(exact);
	if (size > 0) {
		memcpy(exact, bytes, size);
	}
	enum mg_fault fault = mg_frame_parse(exact, size, frame, length);
	free(exact);
	frame->data.data = NULL;
	return fault;
}

static void check_cases(const struct frame_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t bytes[MG_FRAME_MAX];
		struct mg_frame frame;
		size_t length = 999;
		size_t size = bench_bytes(cases[i].hex, bytes, sizeof(bytes));
		assert_int_equal(parse(bytes, size, &frame, &length), cases[i].fault);
		assert_int_equal(length, cases[i].length);
	}
}

static void whole_frames_are_found_whatever_follows(void **state)
{
	static const struct frame_case cases[] = {
		{ "E5", MG_FAULT_NONE, 1 },
		{ "E5 68", MG_FAULT_NONE, 1 },
		{ "A2", MG_FAULT_NONE, 1 },
		{ "10 40 01 41 16", MG_FAULT_NONE, 5 },
		{ "10 5B FE 59 16 10", MG_FAULT_NONE, 5 },
		{ "68 03 03 68 53 FE 50 A1 16", MG_FAULT_NONE, 9 },
		{ "68 06 06 68 53 FE 51 01 7A 05 22 16 E5", MG_FAULT_NONE, 12 },
	};
	(void)state;
	check_cases(cases, BENCH_COUNT(cases));
}

static void broken_frames_are_refused_at_the_byte_that_shows_it(void **state)
{
	static const struct frame_case cases[] = {
		{ "00", MG_FAULT_START, 0 },
		{ "16 10 40", MG_FAULT_START, 0 },
		{ "10 40 01 42 16", MG_FAULT_CHECKSUM, 3 },
		{ "10 40 01 41 17", MG_FAULT_STOP, 4 },
		{ "68 03 04", MG_FAULT_LENGTH_DIFFERS, 2 },
		{ "68 03 04 68 08 05 70 7D 16", MG_FAULT_LENGTH_DIFFERS, 2 },
		{ "68 02 02 68 08 05 0D 16", MG_FAULT_LENGTH_SHORT, 1 },
		{ "68 00 00", MG_FAULT_LENGTH_SHORT, 1 },
		{ "68 03 03 10 08 05 70 7D 16", MG_FAULT_SECOND_START, 3 },
		{ "68 03 03 68 08 05 70 7D 17", MG_FAULT_STOP, 8 },
		{ "68 03 03 68 08 05 71 7D 16", MG_FAULT_CHECKSUM, 7 },
	};
	(void)state;
	check_cases(cases, BENCH_COUNT(cases));
}

static void incomplete_frames_say_how_much_is_needed(void **state)
{
	static const struct frame_case cases[] = {
		{ "", MG_FAULT_INCOMPLETE, 1 },
		{ "10", MG_FAULT_INCOMPLETE, 5 },
		{ "10 40 01 41", MG_FAULT_INCOMPLETE, 5 },
		{ "68", MG_FAULT_INCOMPLETE, 4 },
		{ "68 02", MG_FAULT_INCOMPLETE, 4 },
		{ "68 03 03", MG_FAULT_INCOMPLETE, 4 },
		{ "68 03 03 68", MG_FAULT_INCOMPLETE, 9 },
		{ "68 FF FF 68 08", MG_FAULT_INCOMPLETE, 261 },
		{ "68 03 03 68 08 05 70 7D", MG_FAULT_INCOMPLETE, 9 },
	};
	(void)state;
	check_cases(cases, BENCH_COUNT(cases));
}

static void fields_of_a_long_frame_are_given(void **state)
{
	struct bench bench;
	(void)state;
	bench_frame(&bench, "68 06 06 68 53 FE 51 01 7A 05 22 16");
	assert_int_equal(bench.frame.type, MG_FRAME_LONG);
	assert_int_equal(bench.frame.c, 0x53);
	assert_int_equal(bench.frame.a, 0xFE);
	assert_int_equal(bench.frame.ci, 0x51);
	assert_int_equal(bench.frame.data.size, 3);
	assert_memory_equal(bench.frame.data.data, "\x01\x7A\x05", 3);
	bench_finish(&bench);
}

static void fields_of_a_short_frame_are_given(void **state)
{
	struct bench bench;
	(void)state;
	bench_frame(&bench, "10 7B FD 78 16");
	assert_int_equal(bench.frame.type, MG_FRAME_SHORT);
	assert_int_equal(bench.frame.c, MG_C_REQ_UD2 | MG_C_FCB);
	assert_int_equal(bench.frame.a, MG_A_SELECTED);
	assert_int_equal(bench.frame.data.size, 0);
	bench_finish(&bench);
}

static void check_built(const struct mg_frame *frame, const char *hex)
{
	uint8_t expected[MG_FRAME_MAX], bytes[MG_FRAME_MAX];
	size_t size = bench_bytes(hex, expected, sizeof(expected));
	assert_int_equal(mg_frame_build(frame, bytes, size), size);
	assert_memory_equal(bytes, expected, size);
	assert_int_equal(mg_frame_build(frame, bytes, size + 1), size);
	assert_int_equal(mg_frame_build(frame, bytes, size - 1), 0);
}

static void frames_are_built_with_length_and_checksum(void **state)
{
	static const uint8_t select[] = { 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07 };
	const struct mg_frame ack = { .type = MG_FRAME_ACK };
	const struct mg_frame nack = { .type = MG_FRAME_NACK };
	const struct mg_frame nke = { .type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = 1 };
	const struct mg_frame reset = {
		.type = MG_FRAME_LONG, .c = MG_C_SND_UD, .a = 0xFE, .ci = 0x50
	};
	const struct mg_frame selection = { .type = MG_FRAME_LONG,
		.c = MG_C_SND_UD,
		.a = MG_A_SELECTED,
		.ci = 0x52,
		.data = { select, sizeof(select) } };
	(void)state;
	check_built(&ack, "E5");
	check_built(&nack, "A2");
	check_built(&nke, "10 40 01 41 16");
	check_built(&reset, "68 03 03 68 53 FE 50 A1 16");
	check_built(&selection, "68 0B 0B 68 53 FD 52 78 56 34 12 24 40 01 07 22 16");
}

static void the_longest_frame_carries_252_bytes(void **state)
{
	uint8_t data[253] = { 0 }, bytes[MG_FRAME_MAX + 8];
	struct mg_frame frame = {
		.type = MG_FRAME_LONG, .c = 8, .a = 1, .ci = 0x78, .data = { data, 252 }
	};
	struct mg_frame parsed;
	size_t length;
	(void)state;
	assert_int_equal(mg_frame_build(&frame, bytes, sizeof(bytes)), MG_FRAME_MAX);
	assert_int_equal(parse(bytes, MG_FRAME_MAX, &parsed, &length), MG_FAULT_NONE);
	assert_int_equal(parsed.data.size, 252);
	frame.data.size = 253;
	assert_int_equal(mg_frame_build(&frame, bytes, sizeof(bytes)), 0);
}

static void a_frame_without_type_is_not_built(void **state)
{
	const struct mg_frame none = { .c = 8 };
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	assert_int_equal(mg_frame_build(&none, bytes, sizeof(bytes)), 0);
}

static void every_beginning_of_a_frame_is_incomplete(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	struct mg_frame frame;
	size_t length;
	size_t size = bench_bytes("68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 "
							  "03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16",
			bytes, sizeof(bytes));
	(void)state;
	for (size_t part = 0; part < size; part++) {
		assert_int_equal(parse(bytes, part, &frame, &length), MG_FAULT_INCOMPLETE);
		assert_true(length > part && length <= size);
	}
}

static void every_single_bit_error_is_refused(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	struct mg_frame frame;
	size_t length;
	size_t size = bench_bytes("68 15 15 68 08 02 72 78 56 34 12 24 40 01 07 13 00 00 00 "
							  "0C 78 04 03 02 01 9D 16",
			bytes, sizeof(bytes));
	(void)state;
	for (size_t bit = 0; bit < 8 * size; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(parse(bytes, size, &frame, &length), MG_FAULT_NONE);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(parse(bytes, size, &frame, &length), MG_FAULT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_frames_are_found_whatever_follows),
		cmocka_unit_test(broken_frames_are_refused_at_the_byte_that_shows_it),
		cmocka_unit_test(incomplete_frames_say_how_much_is_needed),
		cmocka_unit_test(fields_of_a_long_frame_are_given),
		cmocka_unit_test(fields_of_a_short_frame_are_given),
		cmocka_unit_test(frames_are_built_with_length_and_checksum),
		cmocka_unit_test(the_longest_frame_carries_252_bytes),
		cmocka_unit_test(a_frame_without_type_is_not_built),
		cmocka_unit_test(every_beginning_of_a_frame_is_incomplete),
		cmocka_unit_test(every_single_bit_error_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
