/* SPDX-License-Identifier: MIT */
/* The simulator's log: one JSON object a line, with the numbers behind an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <errno.h>
#include <cmocka.h>

#include "log.h"

static char path[] = "/tmp/test_simulator_log_XXXXXX";
static char text[65536];

static const uint8_t request_bytes[] = { 0x10, 0x7B, 0x05, 0x80, 0x16 };
static const struct mg_bytes request = { request_bytes, sizeof(request_bytes) };

static const struct meter meter_5 = { .address = 5, .identity = { .id = 0x00345678 } };

static struct segment_event an_answer(const struct telegram *answer, bool alone)
{
	return (struct segment_event){ .kind = SEGMENT_ANSWER,
		.begin = 1234567890,
		.end = 1240000999,
		.bytes = { answer->bytes, answer->length },
		.meter = &meter_5,
		.telegram = answer,
		.request = request,
		.alone = alone };
}

static const struct segment_event a_request = {
	.kind = SEGMENT_REQUEST, .begin = 0, .end = 22916667, .bytes = { request_bytes, 5 }
};

static int make_file(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	close(fd);
	return fd < 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void read_back(void)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
}

static void writes_requests_and_answers(void **state)
{
	struct log log;
	struct telegram answer = { .bytes = { 0x68, 0xAB }, .length = 2, .value_count = 2 };
	(void)state;
	answer.values[0] = (struct telegram_value){ .quantity = "energy",
		.unit = "Wh",
		.name = "energy_storage_1",
		.storage = 1,
		.function = MG_FUNCTION_MAXIMUM,
		.text = "12345000" };
	answer.values[1] = (struct telegram_value){ .quantity = "customer",
		.unit = "",
		.name = "customer",
		.tariff = 2,
		.subunit = 3,
		.text = "\"a\\b\n" };
	assert_int_equal(log_init(&log, path, "tcp:\"1\""), 0);
	log_event(&log, &a_request);
	const struct segment_event event = an_answer(&answer, true);
	log_event(&log, &event);
	log_finish(&log);
	assert_int_equal(log.lost, 0);
	read_back();
	assert_non_null(strstr(text, "Z\",\"t\":"));
	assert_non_null(strstr(text,
			",\"port\":\"tcp:\\u00221\\u0022\",\"event\":\"request\","
			"\"at\":0,\"end\":22916,\"request\":\"107B058016\"}\n{\"time\":\"2"));
	assert_non_null(strstr(text,
			",\"event\":\"answer\",\"at\":1234567,\"end\":1240000,"
			"\"request\":\"107B058016\",\"address\":5,"
			"\"id\":\"00345678\",\"collision\":false,\"telegram\":\"68AB\",\"values\":["
			"{\"name\":\"energy_storage_1\",\"quantity\":\"energy\",\"unit\":\"Wh\","
			"\"function\":\"maximum\",\"storage\":1,\"tariff\":0,\"subunit\":0,"
			"\"value\":\"12345000\"},"
			"{\"name\":\"customer\",\"quantity\":\"customer\",\"unit\":\"\","
			"\"function\":\"instantaneous\",\"storage\":0,\"tariff\":2,\"subunit\":3,"
			"\"value\":\"\\u0022a\\u005cb\\u000a\"}]}\n"));
}

static void garbage_is_logged_too(void **state)
{
	struct log log;
	const struct segment_event event = {
		.kind = SEGMENT_GARBAGE, .begin = 5000, .end = 9000, .bytes = { request_bytes, 2 }
	};
	(void)state;
	assert_int_equal(log_init(&log, path, "p"), 0);
	log_event(&log, &event);
	log_finish(&log);
	read_back();
	assert_non_null(strstr(text, "\"event\":\"garbage\",\"at\":5,\"end\":9,"
								 "\"request\":\"107B\"}\n"));
}

static void appends_to_what_is_there(void **state)
{
	struct log log;
	(void)state;
	assert_int_equal(log_init(&log, path, "one"), 0);
	log_event(&log, &a_request);
	log_finish(&log);
	log_init(&log, path, "two");
	log_event(&log, &a_request);
	log_finish(&log);
	read_back();
	assert_non_null(strstr(text, "\"port\":\"one\""));
	assert_non_null(strstr(text, "\"port\":\"two\""));
}

static void a_full_telegram_with_all_values_fits(void **state)
{
	struct log log;
	struct telegram answer = { .length = MG_FRAME_MAX,
		.value_count = TELEGRAM_VALUES_MAX };
	(void)state;
	for (size_t i = 0; i < TELEGRAM_VALUES_MAX; i++) {
		answer.values[i] = (struct telegram_value){ .quantity = "temperature-difference",
			.unit = "°C",
			.storage = 1000,
			.tariff = 1000,
			.subunit = 1000 };
		memset(answer.values[i].name, 'n', sizeof(answer.values[i].name) - 1);
		memset(answer.values[i].text, '9', sizeof(answer.values[i].text) - 1);
	}
	assert_int_equal(log_init(&log, path, "p"), 0);
	const struct segment_event event = an_answer(&answer, false);
	log_event(&log, &event);
	log_finish(&log);
	assert_int_equal(log.lost, 0);
	read_back();
	assert_non_null(strstr(text, "\"collision\":true"));
}

static void without_a_path_nothing_is_logged(void **state)
{
	struct log log;
	struct telegram answer = { .length = 1 };
	(void)state;
	assert_int_equal(log_init(&log, NULL, "p"), 0);
	log_event(&log, &a_request);
	const struct segment_event event = an_answer(&answer, true);
	log_event(&log, &event);
	log_finish(&log);
	assert_int_equal(log.lost, 0);
}

static void lines_that_cannot_be_written_are_counted(void **state)
{
	struct log log;
	(void)state;
	assert_int_equal(log_init(&log, "/nonexistent/log", "p"), -ENOENT);
	assert_int_equal(log_init(&log, "/dev/full", "p"), 0);
	log_event(&log, &a_request);
	log_event(&log, &a_request);
	assert_int_equal(log.lost, 2);
	log_finish(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_requests_and_answers),
		cmocka_unit_test(garbage_is_logged_too),
		cmocka_unit_test(appends_to_what_is_there),
		cmocka_unit_test(a_full_telegram_with_all_values_fits),
		cmocka_unit_test(without_a_path_nothing_is_logged),
		cmocka_unit_test(lines_that_cannot_be_written_are_counted),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
