/* SPDX-License-Identifier: MIT */
/* Checks that captures are read whole, in any pieces, and up to where they are damaged.
 */
#include "capture_bench.h"

#include <metergate/mbus.h>

#include "capture/capture_read.h"

#define WHOLE                                                                            \
	BENCH_HEAD BENCH_SENT BENCH_ACK BENCH_NOISE BENCH_LINE BENCH_OPENED BENCH_LOST       \
			BENCH_CLOSED
#define SEEN_MAX 16

static struct {
	struct capture_read_event events[SEEN_MAX];
	char bytes[SEEN_MAX][64]; /* as hex */
	size_t count;
} seen;

static void take(void *data, const struct capture_read_event *event)
{
	(void)data;
	assert_true(seen.count < SEEN_MAX);
	for (size_t i = 0; i < event->size && i < 8; i++) {
		sprintf(&seen.bytes[seen.count][2 * i], "%02X", event->bytes[i]);
	}
	seen.events[seen.count++] = *event;
}

static struct capture_read reader;

static void feed(const uint8_t *bytes, size_t size, size_t piece)
{
	memset(&seen, 0, sizeof(seen));
	capture_read_init(&reader, take, NULL);
	for (size_t at = 0; at < size; at += piece) {
		capture_read_feed(&reader, bytes + at, size - at < piece ? size - at : piece);
	}
	capture_read_end(&reader);
}

static void check_whole(void)
{
	static const struct {
		enum capture_read_kind kind;
		int64_t after;
		const char *bytes;
	} wanted[] = {
		{ CAPTURE_READ_RUN, 0, "" },
		{ CAPTURE_READ_SENT, 1500, "105B015C16" },
		{ CAPTURE_READ_RECEIVED, 75200, "E5" },
		{ CAPTURE_READ_RECEIVED, 75210, "00FF" },
		{ CAPTURE_READ_LINE, 75210, "" },
		{ CAPTURE_READ_OPENED, 75210, "" },
		{ CAPTURE_READ_LOST, 75338, "" },
		{ CAPTURE_READ_CLOSED, 75638, "" },
	};
	assert_int_equal(seen.count, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(seen.events[i].kind, wanted[i].kind);
		assert_int_equal(seen.events[i].time - BENCH_START, wanted[i].after);
		assert_string_equal(seen.bytes[i], wanted[i].bytes);
		assert_string_equal(seen.events[i].bus, "cellar");
	}
}

static void everything_in_a_run_is_read(void **state)
{
	(void)state;
	feed(BENCH_BYTES(WHOLE), 4096);
	check_whole();
	assert_int_equal(seen.events[0].line.baud, 2400);
	assert_int_equal(seen.events[0].line.parity, 'E');
	assert_int_equal(seen.events[2].rx_flags, 0);
	assert_int_equal(seen.events[3].rx_flags, MG_RX_PARITY);
	assert_int_equal(seen.events[4].line.baud, 9600);
	assert_int_equal(seen.events[6].count, 12);
	assert_int_equal(seen.events[1].offset, sizeof(BENCH_HEAD) - 1);
}

static void it_does_not_matter_in_which_pieces_it_comes(void **state)
{
	(void)state;
	feed(BENCH_BYTES(WHOLE), 1);
	check_whole();
	feed(BENCH_BYTES(WHOLE), 7);
	check_whole();
}

static void a_cut_tail_is_said_and_what_is_before_it_stands(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < sizeof(BENCH_ACK) - 1; cut++) {
		feed((const uint8_t *)BENCH_HEAD BENCH_SENT BENCH_ACK,
				sizeof(BENCH_HEAD BENCH_SENT) - 1 + cut, 5);
		assert_int_equal(seen.count, 3);
		assert_int_equal(seen.events[1].kind, CAPTURE_READ_SENT);
		assert_int_equal(seen.events[2].kind, CAPTURE_READ_DAMAGE);
		assert_int_equal(seen.events[2].count, cut);
		assert_int_equal(seen.events[2].offset, sizeof(BENCH_HEAD BENCH_SENT) - 1);
		assert_string_equal(seen.events[2].why, "cut off in the middle of an entry");
	}
}

static void a_run_behind_a_cut_one_is_found(void **state)
{
	(void)state;
	feed(BENCH_BYTES(BENCH_HEAD "\x01\xDC\x0B\x7F\x10" BENCH_HEAD BENCH_ACK), 4096);
	assert_int_equal(seen.count, 4);
	assert_int_equal(seen.events[1].kind, CAPTURE_READ_DAMAGE);
	assert_int_equal(seen.events[1].count, 5);
	assert_int_equal(seen.events[2].kind, CAPTURE_READ_RUN);
	assert_int_equal(seen.events[3].kind, CAPTURE_READ_RECEIVED);
	assert_int_equal(seen.events[3].time - BENCH_START, 73700);
}

static void a_damaged_entry_costs_the_rest_of_its_run(void **state)
{
	(void)state;
	feed(BENCH_BYTES(BENCH_HEAD
				 "\x01\xDC\x0B\x05\x10\x5C\x01\x5C\x16\x02\xFA" BENCH_ACK BENCH_HEAD
						 BENCH_ACK),
			4096);
	assert_int_equal(seen.count, 4);
	assert_int_equal(seen.events[1].kind, CAPTURE_READ_DAMAGE);
	assert_int_equal(seen.events[1].count, sizeof(BENCH_SENT BENCH_ACK) - 1);
	assert_string_equal(seen.events[1].why, "an entry is damaged");
	assert_int_equal(seen.events[2].kind, CAPTURE_READ_RUN);
}

static void zeros_of_a_power_cut_are_no_entries(void **state)
{
	(void)state;
	feed(BENCH_BYTES(BENCH_HEAD BENCH_SENT "\0\0\0\0\0\0\0\0\0"), 3);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.events[2].kind, CAPTURE_READ_DAMAGE);
	assert_int_equal(seen.events[2].count, 9);
}

static void entries_of_an_unknown_kind_are_passed_over(void **state)
{
	/* Kind 9, 16 µs later, with two bytes; CRC by the definition of EN 13757. */
	static const char unknown[] = "\x09\x10\x02\xAA\xBB";
	uint8_t bytes[200];
	size_t size = sizeof(BENCH_HEAD) - 1;
	(void)state;
	memcpy(bytes, BENCH_HEAD, size);
	memcpy(bytes + size, unknown, 5);
	capture_format_put(
			bytes + size + 5, 2, mg_crc((const uint8_t *)unknown, sizeof(unknown) - 1));
	memcpy(bytes + size + 7, BENCH_ACK, sizeof(BENCH_ACK) - 1);
	feed(bytes, size + 7 + sizeof(BENCH_ACK) - 1, 4096);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.events[1].kind, CAPTURE_READ_RECEIVED);
	assert_int_equal(seen.events[1].time - BENCH_START, 73716);
}

static void a_later_version_is_refused_by_its_name(void **state)
{
	uint8_t bytes[] = BENCH_HEAD;
	(void)state;
	bytes[8] = 2;
	feed(bytes, sizeof(bytes) - 1, 4096);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.events[0].kind, CAPTURE_READ_DAMAGE);
	assert_string_equal(seen.events[0].why, "a run of another version of the format");
	assert_string_equal(seen.events[0].bus, "");
}

/* Writes the CRC of a head again. */
static void mend(uint8_t *head, size_t size)
{
	capture_format_put(head + size - 2, 2, mg_crc(head + 8, size - 10));
}

static void heads_that_cannot_be_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
		const char *why;
	} wrong[] = {
		{ 9, 0x03, "the head of a run is damaged" },  /* shorter than any */
		{ 18, 0xF0, "the head of a run is damaged" }, /* a time in the far future */
		{ 24, 'X', "the head of a run is damaged" },  /* no parity */
		{ 25, 3, "the head of a run is damaged" },    /* stop bits */
		{ 26, 7, "the head of a run is damaged" },    /* the name is longer than that */
		{ 27, 0x1B, "the head of a run has no name of a bus" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint8_t bytes[] = BENCH_HEAD;
		bytes[wrong[i].at] = wrong[i].byte;
		mend(bytes, sizeof(bytes) - 1);
		feed(bytes, sizeof(bytes) - 1, 4096);
		assert_int_equal(seen.count, 1);
		assert_int_equal(seen.events[0].kind, CAPTURE_READ_DAMAGE);
		assert_string_equal(seen.events[0].why, wrong[i].why);
	}
}

static void what_is_no_capture_is_seen_at_once(void **state)
{
	(void)state;
	assert_true(capture_read_is(BENCH_BYTES(BENCH_HEAD)));
	assert_false(capture_read_is(BENCH_BYTES("\x89MGC")));
	assert_false(capture_read_is(BENCH_BYTES("680606680801")));
	feed(BENCH_BYTES("no capture at all"), 4);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.events[0].count, 17);
	assert_string_equal(seen.events[0].why, "no run begins there");
	feed(NULL, 0, 1);
	assert_int_equal(seen.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_in_a_run_is_read),
		cmocka_unit_test(it_does_not_matter_in_which_pieces_it_comes),
		cmocka_unit_test(a_cut_tail_is_said_and_what_is_before_it_stands),
		cmocka_unit_test(a_run_behind_a_cut_one_is_found),
		cmocka_unit_test(a_damaged_entry_costs_the_rest_of_its_run),
		cmocka_unit_test(zeros_of_a_power_cut_are_no_entries),
		cmocka_unit_test(entries_of_an_unknown_kind_are_passed_over),
		cmocka_unit_test(a_later_version_is_refused_by_its_name),
		cmocka_unit_test(heads_that_cannot_be_are_refused),
		cmocka_unit_test(what_is_no_capture_is_seen_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
