/* SPDX-License-Identifier: MIT */
/* Checks how requests and answers that are heard on a bus are shown. */
#include "capture_bench.h"

#include "cli/listen_show.h"

#define ASK "\x10\x7B\x01\x7C\x16"
#define TELEGRAM "\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16"
#define OUTPUT_SIZE 8192

static const struct mg_line line = {
	.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
};
static char output[OUTPUT_SIZE];
static struct cli cli;
static struct listen_show show;
static struct sniff sniff;

static void take(void *data, const struct sniff_find *find)
{
	listen_show_find(data, find, BENCH_START);
}

static int fresh(void **state)
{
	(void)state;
	memset(output, 0, sizeof(output));
	cli = (struct cli){ .out = fmemopen(output, sizeof(output), "w"), .json = true };
	show = (struct listen_show){
		.cli = &cli, .bus = "cellar", .formats = formats_create()
	};
	sniff_init(&sniff, &line, 20, take, &show);
	return 0;
}

static int done(void **state)
{
	(void)state;
	formats_destroy(show.formats);
	return fclose(cli.out);
}

static void hear(const uint8_t *bytes, size_t size, int64_t now)
{
	sniff_feed(&sniff, SNIFF_WIRE, bytes, size, 0, now);
}

/* Who is asked what, and what comes back. */
static void a_readout_is_a_request_and_a_reading(void **state)
{
	(void)state;
	hear(BENCH_BYTES(ASK), 1022920);
	hear(BENCH_BYTES(TELEGRAM), 1200000);
	assert_string_equal(strtok(output, "\n"),
			"{\"schema\":1,\"type\":\"request\",\"time\":\"2026-03-01T12:00:01.000Z\","
			"\"bus\":\"cellar\",\"address\":1,\"request\":\"REQ_UD2\",\"fcb\":1,"
			"\"message\":\"REQ_UD2 to 1, FCB 1\",\"raw\":\"107B017C16\"}");
	const char *reading = strtok(NULL, "\n");
	assert_non_null(strstr(reading, "\"type\":\"reading\""));
	assert_non_null(strstr(reading, "\"time\":\"2026-03-01T12:00:01.200Z\""));
	assert_non_null(strstr(reading, "\"bus\":\"cellar\",\"device\":\"1\""));
	assert_non_null(strstr(reading, "0.123"));
	assert_null(strtok(NULL, "\n"));
	assert_int_equal(show.shown, 1);
}

static void an_ack_says_to_whom_and_how_late(void **state)
{
	(void)state;
	hear(BENCH_BYTES("\x10\x40\x01\x41\x16"), 1000000);
	hear(BENCH_BYTES("\xE5"), 1000000 + 23456 + 4584);
	strtok(output, "\n");
	assert_string_equal(strtok(NULL, "\n"),
			"{\"schema\":1,\"type\":\"ack\",\"time\":\"2026-03-01T12:00:01.023Z\","
			"\"bus\":\"cellar\",\"address\":1,\"request\":\"SND_NKE\","
			"\"delay_ms\":23.456,\"message\":\"ACK from 1 after 23 ms\",\"raw\":\"E5\"}");
}

static void silence_and_noise_are_shown(void **state)
{
	(void)state;
	hear(BENCH_BYTES(ASK), 1000000);
	sniff_tick(&sniff, 2000000);
	hear(BENCH_BYTES("\xC1\x05"), 3000000);
	sniff_end(&sniff);
	strtok(output, "\n");
	assert_string_equal(strtok(NULL, "\n"),
			"{\"schema\":1,\"type\":\"silence\",\"time\":\"2026-03-01T12:00:01.000Z\","
			"\"bus\":\"cellar\",\"address\":1,\"request\":\"REQ_UD2\","
			"\"message\":\"no answer to REQ_UD2 to 1\",\"raw\":\"107B017C16\"}");
	assert_string_equal(strtok(NULL, "\n"),
			"{\"schema\":1,\"type\":\"noise\",\"time\":\"2026-03-01T12:00:02.990Z\","
			"\"bus\":\"cellar\",\"message\":\"2 bytes that belong to no frame: no frame "
			"begins with this byte\",\"raw\":\"C105\"}");
}

static void people_read_lines_and_tables(void **state)
{
	(void)state;
	cli.json = false;
	hear(BENCH_BYTES(ASK), 1022920);
	hear(BENCH_BYTES(TELEGRAM), 1200000);
	sniff_feed(&sniff, SNIFF_WIRE, BENCH_BYTES("\xE5"), MG_RX_BREAK, 2000000);
	sniff_end(&sniff);
	fflush(cli.out);
	assert_true(strstr(output, "12:00:01.000 -> REQ_UD2 to 1, FCB 1\n"
							   "12:00:01.144 <- telegram from 1 after 122 ms\n"
							   "cellar/1") == output);
	assert_non_null(strstr(output, "0.123 m3"));
	assert_non_null(strstr(output, " ! 1 byte that belongs to no frame: a break, as "
								   "level converters report a collision\n"));
}

static void readings_alone_leave_the_rest_out(void **state)
{
	(void)state;
	show.readings = true;
	hear(BENCH_BYTES("\x10\x40\x01\x41\x16\xE5" ASK TELEGRAM), 1022920);
	fflush(cli.out);
	assert_true(strncmp(output, "{\"schema\":1,\"type\":\"reading\"", 28) == 0);
	assert_null(strstr(output, "request"));
}

static void who_answers_has_one_name(void **state)
{
	/* The long header of 12345678.KAM.01.04 behind address 253. */
	static const uint8_t data[] = { 0x78, 0x56, 0x34, 0x12, 0x2D, 0x2C, 0x01, 0x04, 0, 0,
		0, 0 };
	struct sniff_find find = {
		.frame = { .type = MG_FRAME_LONG,
				.c = 8,
				.a = 253,
				.ci = 0x72,
				.data = { data, sizeof(data) } },
	};
	const struct mg_frame asked = { .type = MG_FRAME_SHORT, .c = 0x5B, .a = 253 };
	char text[LISTEN_SHOW_DEVICE_SIZE];
	(void)state;
	assert_string_equal(listen_show_device(&find, text), "12345678.KAM.01.04");
	find.request = &asked;
	assert_string_equal(listen_show_device(&find, text), "12345678.KAM.01.04");
	find.frame.a = 7;
	assert_string_equal(listen_show_device(&find, text), "7");
	find.frame = (struct mg_frame){ .type = MG_FRAME_ACK };
	assert_string_equal(listen_show_device(&find, text), "253");
	find.request = NULL;
	assert_string_equal(listen_show_device(&find, text), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_readout_is_a_request_and_a_reading),
		TEST(an_ack_says_to_whom_and_how_late),
		TEST(silence_and_noise_are_shown),
		TEST(people_read_lines_and_tables),
		TEST(readings_alone_leave_the_rest_out),
		TEST(who_answers_has_one_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
