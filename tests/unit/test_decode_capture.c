/* SPDX-License-Identifier: MIT */
/* Checks which telegrams come out of a capture, and what is said of the rest. */
#include "capture_writer.h"

#include "cli/decode_capture.h"

#define NKE "\x10\x40\x01\x41\x16"
#define ASK "\x10\x5B\x01\x5C\x16"
#define TELEGRAM "\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16"
#define SET "\x68\x04\x04\x68\x53\x01\x50\x10\xB4\x16"
#define ITEMS_MAX 16

static struct writer writer;
static struct {
	char place[ITEMS_MAX][DECODE_INPUT_PLACE_SIZE];
	char wrong[ITEMS_MAX][DECODE_INPUT_WRONG_SIZE];
	char bus[ITEMS_MAX][32], device[ITEMS_MAX][32];
	size_t size[ITEMS_MAX];
	int64_t time[ITEMS_MAX];
	size_t count;
} got;

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text != NULL ? text : "");
}

static void take(void *context, const struct decode_item *item)
{
	size_t at = got.count++;
	(void)context;
	assert_true(at < ITEMS_MAX);
	copy(got.place[at], sizeof(got.place[at]), item->place);
	copy(got.wrong[at], sizeof(got.wrong[at]), item->wrong);
	copy(got.bus[at], sizeof(got.bus[at]), item->bus);
	copy(got.device[at], sizeof(got.device[at]), item->device);
	got.size[at] = item->telegram.size;
	got.time[at] = item->time;
}

static int fresh(void **state)
{
	(void)state;
	memset(&got, 0, sizeof(got));
	writer.size = 0;
	writer_head(&writer);
	return 0;
}

static void decode(bool frames)
{
	const struct decode_input_options options = { .name = "bus.mgc", .frames = frames };
	struct decode_input *input = decode_input_create(&options, take, NULL);
	assert_non_null(input);
	decode_input_feed(input, writer.bytes, writer.size);
	decode_input_end(input);
	decode_input_destroy(input);
}

static void write_readout(void)
{
	WRITER_SENT(&writer, 1000000, NKE);
	WRITER_RECEIVED(&writer, 60000, "\xE5");
	WRITER_SENT(&writer, 40000, ASK);
	WRITER_RECEIVED(&writer, 150000, TELEGRAM);
}

static void telegrams_come_with_their_time_and_who_sent_them(void **state)
{
	(void)state;
	write_readout();
	decode(false);
	assert_int_equal(got.count, 1);
	assert_string_equal(got.place[0], "bus.mgc, 2026-03-01T12:00:01.250Z, answer from 1");
	assert_string_equal(got.bus[0], "cellar");
	assert_string_equal(got.device[0], "1");
	assert_int_equal(got.size[0], 12);
	assert_int_equal(got.time[0] - BENCH_START, 1250000);
	assert_string_equal(got.wrong[0], "");
}

static void all_frames_come_when_they_are_wanted(void **state)
{
	(void)state;
	write_readout();
	decode(true);
	assert_int_equal(got.count, 4);
	assert_non_null(strstr(got.place[0], "SND_NKE to 1"));
	assert_non_null(strstr(got.place[1], "Z, answer from 1"));
	assert_int_equal(got.size[1], 1);
	assert_non_null(strstr(got.place[2], "REQ_UD2 to 1, FCB 0"));
	assert_int_equal(got.size[3], 12);
}

static void data_to_the_meter_are_telegrams_too(void **state)
{
	(void)state;
	WRITER_RECEIVED(&writer, 1000000, SET);
	decode(false);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.size[0], 10);
	assert_non_null(strstr(got.place[0], "SND_UD to 1, FCB 0: "));
	assert_string_equal(got.device[0], "1");
}

static void another_masters_telegrams_are_found(void **state)
{
	(void)state;
	WRITER_RECEIVED(&writer, 1000000, ASK);
	WRITER_RECEIVED(&writer, 100000, "\x68\x06\x06\x68\x08\x01\x78");
	WRITER_RECEIVED(&writer, 300000, "\x01\x13\x7B\x10\x16");
	decode(false);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.time[0] - BENCH_START, 1400000);
}

static void noise_is_said(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 1000000, NKE);
	WRITER_RECEIVED(&writer, 60000, "\xC1\x05");
	WRITER_SENT(&writer, 400000, NKE);
	writer_entry(&writer, 0x12, 60000, "\xE5", 1);
	decode(false);
	assert_int_equal(got.count, 2);
	assert_string_equal(got.wrong[0],
			"bus.mgc, 2026-03-01T12:00:01.050Z: 2 bytes that belong to no telegram: "
			"no frame begins with this byte");
	assert_non_null(strstr(got.wrong[1], ": 1 byte that belongs to no telegram: parity"));
}

static void losses_part_what_is_around_them(void **state)
{
	(void)state;
	WRITER_RECEIVED(&writer, 1000000, "\x68\x06\x06\x68\x08\x01\x78");
	WRITER_LOST(&writer, 1000);
	WRITER_RECEIVED(&writer, 1000, TELEGRAM);
	decode(false);
	assert_int_equal(got.count, 3);
	assert_non_null(strstr(got.wrong[0], "7 bytes that belong to no telegram"));
	assert_string_equal(got.wrong[1],
			"bus.mgc, 2026-03-01T12:00:01.001Z: 5 bytes of the bus could not be written "
			"to the file here");
	assert_int_equal(got.size[2], 12);
}

static void a_cut_tail_is_said(void **state)
{
	(void)state;
	write_readout();
	size_t whole = writer.size;
	writer_add(&writer, BENCH_SENT, 5);
	decode(false);
	assert_int_equal(got.count, 2);
	char wanted[120];
	snprintf(wanted, sizeof(wanted),
			"bus.mgc, offset %zu: 5 bytes of the file cannot be read: cut off in the "
			"middle of an entry",
			whole);
	assert_string_equal(got.wrong[1], wanted);
}

static void each_run_has_its_own_times(void **state)
{
	(void)state;
	WRITER_RECEIVED(&writer, 1000000, TELEGRAM);
	writer_head(&writer);
	writer_entry(&writer, 3, 0, "\x80\x25\0\0\x08\x45\x01", 7);
	writer_entry(&writer, 5, 0, "", 0);
	WRITER_RECEIVED(&writer, 2000000, TELEGRAM);
	decode(false);
	assert_int_equal(got.count, 2);
	assert_int_equal(got.time[0] - BENCH_START, 1000000);
	assert_int_equal(got.time[1] - BENCH_START, 2000000);
}

static void a_file_that_only_begins_like_a_capture_is_said_to_be_cut(void **state)
{
	(void)state;
	writer.size = 3;
	decode(false);
	assert_int_equal(got.count, 1);
	assert_string_equal(got.wrong[0], "bus.mgc, offset 0: 3 bytes of the file cannot be "
									  "read: cut off in the middle of an entry");
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(telegrams_come_with_their_time_and_who_sent_them),
		TEST(all_frames_come_when_they_are_wanted),
		TEST(data_to_the_meter_are_telegrams_too),
		TEST(another_masters_telegrams_are_found),
		TEST(noise_is_said),
		TEST(losses_part_what_is_around_them),
		TEST(a_cut_tail_is_said),
		TEST(each_run_has_its_own_times),
		TEST(a_file_that_only_begins_like_a_capture_is_said_to_be_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
