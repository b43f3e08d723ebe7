/* SPDX-License-Identifier: MIT */
/* Checks that exchanges are found in captures of either kind, and played in their order.
 */
#include "capture_writer.h"

#include <unistd.h>

#include "tape.h"

#define NKE "\x10\x40\x01\x41\x16"
#define ASK_0 "\x10\x5B\x01\x5C\x16"
#define ASK_1 "\x10\x7B\x01\x7C\x16"
#define FIRST "\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16"
#define SECOND "\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7C\x11\x16"

static struct writer writer;
static struct tape tape;
static char error[TAPE_ERROR_SIZE];

static int fresh(void **state)
{
	(void)state;
	writer.size = 0;
	error[0] = '\0';
	writer_head(&writer);
	return 0;
}

static int done(void **state)
{
	(void)state;
	tape_finish(&tape);
	return 0;
}

static bool parse(void)
{
	return tape_parse(&tape, writer.bytes, writer.size, error);
}

static void expect_piece(const struct tape_exchange *exchange, size_t index,
		int64_t after, const char *bytes, size_t size)
{
	assert_non_null(exchange);
	assert_true(index < exchange->piece_count);
	const struct tape_piece *piece = &tape.pieces[exchange->first_piece + index];
	assert_int_equal(piece->after, after);
	assert_int_equal(piece->bytes.size, size);
	assert_memory_equal(piece->bytes.data, bytes, size);
}

static struct tape_exchange *play(const char *request, bool loop)
{
	bool known;
	return tape_play(&tape, (const uint8_t *)request, 5, loop, &known);
}

static void a_gateways_requests_have_all_that_came_behind_them(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 1000, NKE);
	WRITER_RECEIVED(&writer, 60000, "\xE5");
	WRITER_SENT(&writer, 20000, ASK_1);
	WRITER_RECEIVED(&writer, 70000, "\x68\x06\x06\x68\x08");
	WRITER_RECEIVED(&writer, 30000, "\x01\x78\x01\x13\x7B\x10\x16");
	assert_true(parse());
	assert_int_equal(tape.exchange_count, 2);
	struct tape_exchange *exchange = play(NKE, true);
	assert_int_equal(exchange->piece_count, 1);
	expect_piece(exchange, 0, 60000, "\xE5", 1);
	exchange = play(ASK_1, true);
	assert_int_equal(exchange->piece_count, 2);
	expect_piece(exchange, 0, 70000, "\x68\x06\x06\x68\x08", 5);
	expect_piece(exchange, 1, 100000, "\x01\x78\x01\x13\x7B\x10\x16", 7);
}

static void another_masters_requests_are_found_on_the_wire(void **state)
{
	(void)state;
	WRITER_RECEIVED(&writer, 1000, "\xFF\x10\x40\x01");
	WRITER_RECEIVED(&writer, 5000, "\x41\x16");
	WRITER_RECEIVED(&writer, 50000, "\xE5" ASK_0);
	WRITER_RECEIVED(&writer, 80000, FIRST);
	assert_true(parse());
	assert_int_equal(tape.exchange_count, 2);
	expect_piece(play(NKE, true), 0, 50000, "\xE5", 1);
	struct tape_exchange *exchange = play(ASK_0, true);
	assert_int_equal(exchange->piece_count, 1);
	expect_piece(exchange, 0, 80000, FIRST, 12);
}

static void a_request_inside_a_telegram_is_none(void **state)
{
	/* The data of this telegram are a REQ_UD2. */
	(void)state;
	WRITER_RECEIVED(&writer, 1000, ASK_0);
	WRITER_RECEIVED(
			&writer, 1000, "\x68\x08\x08\x68\x08\x01\x78\x10\x5B\x01\x5C\x16\x5F\x16");
	assert_true(parse());
	assert_int_equal(tape.exchange_count, 1);
}

static void answers_come_in_their_order_and_begin_again(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 0, ASK_1);
	WRITER_RECEIVED(&writer, 1, FIRST);
	WRITER_SENT(&writer, 0, ASK_1);
	WRITER_RECEIVED(&writer, 2, SECOND);
	assert_true(parse());
	expect_piece(play(ASK_1, true), 0, 1, FIRST, 12);
	expect_piece(play(ASK_1, true), 0, 2, SECOND, 12);
	expect_piece(play(ASK_1, true), 0, 1, FIRST, 12);
}

static void without_loop_there_is_silence_in_the_end(void **state)
{
	bool known = false;
	(void)state;
	WRITER_SENT(&writer, 0, ASK_1);
	WRITER_RECEIVED(&writer, 1, FIRST);
	assert_true(parse());
	assert_non_null(play(ASK_1, false));
	assert_null(tape_play(&tape, (const uint8_t *)ASK_1, 5, false, &known));
	assert_true(known);
}

static void the_frame_count_bit_may_differ_when_nothing_fits_better(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 0, ASK_0);
	WRITER_RECEIVED(&writer, 1, FIRST);
	assert_true(parse());
	expect_piece(play(ASK_1, true), 0, 1, FIRST, 12);
	tape_finish(&tape);
	WRITER_SENT(&writer, 0, ASK_1);
	WRITER_RECEIVED(&writer, 2, SECOND);
	assert_true(parse());
	expect_piece(play(ASK_1, true), 0, 2, SECOND, 12);
	expect_piece(play(ASK_1, true), 0, 2, SECOND, 12);
}

static void long_requests_may_differ_in_that_bit_too(void **state)
{
	bool known;
	static const char sent[] = "\x68\x04\x04\x68\x53\x01\x50\x10\xB4\x16";
	static const char asked[] = "\x68\x04\x04\x68\x73\x01\x50\x10\xD4\x16";
	static const char subcode[] = "\x68\x04\x04\x68\x73\x01\x50\x20\xE4\x16";
	(void)state;
	WRITER_SENT(&writer, 0, "\x68\x04\x04\x68\x53\x01\x50\x10\xB4\x16");
	WRITER_RECEIVED(&writer, 1, "\xE5");
	assert_true(parse());
	assert_non_null(tape_play(&tape, (const uint8_t *)sent, 10, true, &known));
	assert_non_null(tape_play(&tape, (const uint8_t *)asked, 10, true, &known));
	assert_null(tape_play(&tape, (const uint8_t *)subcode, 10, true, &known));
	assert_false(known);
}

static void a_recorded_silence_is_a_silence(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 0, ASK_0);
	WRITER_SENT(&writer, 500000, NKE);
	WRITER_RECEIVED(&writer, 50000, "\xE5");
	assert_true(parse());
	assert_int_equal(play(ASK_0, true)->piece_count, 0);
}

static void an_answer_with_a_hole_is_left_out(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 0, ASK_0);
	WRITER_RECEIVED(&writer, 1, "\x68\x06\x06");
	WRITER_LOST(&writer, 1);
	WRITER_RECEIVED(&writer, 1, "\x7B\x10\x16");
	WRITER_SENT(&writer, 0, NKE);
	WRITER_RECEIVED(&writer, 1, "\xE5");
	assert_true(parse());
	assert_int_equal(tape.exchange_count, 1);
	assert_null(play(ASK_0, true));
	expect_piece(play(NKE, true), 0, 1, "\xE5", 1);
}

static void what_comes_long_after_is_no_answer(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 0, NKE);
	WRITER_RECEIVED(&writer, 60000, "\xE5");
	WRITER_RECEIVED(&writer, TAPE_ANSWER_MAX, "\xFF");
	assert_true(parse());
	assert_int_equal(play(NKE, true)->piece_count, 1);
}

static void runs_do_not_mix(void **state)
{
	(void)state;
	WRITER_SENT(&writer, 0, NKE);
	writer_head(&writer);
	WRITER_RECEIVED(&writer, 1000, ASK_0);
	WRITER_RECEIVED(&writer, 1000, FIRST);
	assert_true(parse());
	assert_int_equal(tape.runs, 2);
	assert_int_equal(tape.exchange_count, 2);
	assert_int_equal(play(NKE, true)->piece_count, 0);
	expect_piece(play(ASK_0, true), 0, 1000, FIRST, 12);
}

static void a_capture_without_requests_cannot_be_played(void **state)
{
	(void)state;
	WRITER_RECEIVED(&writer, 1000, FIRST);
	assert_false(parse());
	assert_string_equal(error,
			"there is no request in it: record where the master can be heard, or with "
			"`capture` in the [bus] section");
}

static void files_that_are_no_captures_are_refused(void **state)
{
	char path[] = "/tmp/test_replay_tape.XXXXXX";
	int fd = mkstemp(path);
	(void)state;
	assert_int_equal(write(fd, "hello, world", 12), 12);
	close(fd);
	assert_false(tape_load(&tape, path, error));
	assert_string_equal(error, "it is no capture; metergate record makes one");
	unlink(path);
	assert_false(tape_load(&tape, path, error));
	assert_string_equal(error, "No such file or directory");
	assert_false(tape_load(&tape, "/tmp", error));
	assert_string_equal(error, "a file of at most 64 MiB is wanted");
}

static void a_file_is_loaded(void **state)
{
	char path[] = "/tmp/test_replay_tape.XXXXXX";
	int fd = mkstemp(path);
	(void)state;
	WRITER_SENT(&writer, 0, NKE);
	WRITER_RECEIVED(&writer, 1, "\xE5");
	writer_add(&writer, "\x02\x01\x09", 3);
	assert_int_equal(write(fd, writer.bytes, writer.size), writer.size);
	close(fd);
	assert_true(tape_load(&tape, path, error));
	assert_int_equal(tape.exchange_count, 1);
	assert_int_equal(tape.damaged, 3);
	unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_gateways_requests_have_all_that_came_behind_them),
		TEST(another_masters_requests_are_found_on_the_wire),
		TEST(a_request_inside_a_telegram_is_none),
		TEST(answers_come_in_their_order_and_begin_again),
		TEST(without_loop_there_is_silence_in_the_end),
		TEST(the_frame_count_bit_may_differ_when_nothing_fits_better),
		TEST(long_requests_may_differ_in_that_bit_too),
		TEST(a_recorded_silence_is_a_silence),
		TEST(an_answer_with_a_hole_is_left_out),
		TEST(what_comes_long_after_is_no_answer),
		TEST(runs_do_not_mix),
		TEST(a_capture_without_requests_cannot_be_played),
		TEST(files_that_are_no_captures_are_refused),
		TEST(a_file_is_loaded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
