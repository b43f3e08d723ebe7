/* SPDX-License-Identifier: MIT */
/* The transport "simulator" as the core sees it: options, open, bytes, close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <metergate/mbus.h>

#include "transport_services.h"

#define DEADLINE_MS 5000

static struct mg_host host;
static void *self;
static const struct mg_transport *transport;

static int fresh(void **state)
{
	(void)state;
	transport = metergate_plugin.transport;
	self = malloc(transport->instance_size);
	fake_connect(self, transport->instance_size, &host);
	fake_set_int(transport, self, "first_address", 1);
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(self);
	return 0;
}

static int open_bus(void)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	assert_int_equal(transport->open(self, &link), MG_OK);
	assert_true(link.fd >= 0);
	assert_false(link.connecting);
	return link.fd;
}

static size_t ask(int fd, uint8_t c, uint8_t a, uint8_t *answer)
{
	uint8_t frame[] = { 0x10, c, a, (uint8_t)(c + a), 0x16 };
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	struct mg_frame parsed;
	size_t got = 0, length;
	assert_int_equal(write(fd, frame, sizeof(frame)), sizeof(frame));
	while (poll(&ready, 1, DEADLINE_MS) > 0) {
		uint32_t flags = 0;
		long count = transport->read(self, fd, answer + got, MG_FRAME_MAX - got, &flags);
		assert_int_equal(flags, 0);
		assert_true(count > 0);
		got += (size_t)count;
		if (mg_frame_parse(answer, got, &parsed, &length) == MG_FAULT_NONE) {
			return got;
		}
	}
	return 0;
}

static void describes_itself(void **state)
{
	(void)state;
	assert_int_equal(metergate_plugin.abi, MG_ABI);
	assert_string_equal(metergate_plugin.name, "simulator");
	for (uint32_t i = 0; i < transport->options.count; i++) {
		assert_non_null(transport->options.list[i].help);
	}
}

static void answers_like_a_bus(void **state)
{
	uint8_t answer[MG_FRAME_MAX];
	(void)state;
	int fd = open_bus();
	assert_int_equal(ask(fd, 0x40, 1, answer), 1);
	assert_int_equal(answer[0], 0xE5);
	assert_true(ask(fd, 0x7B, 3, answer) > 20);
	assert_int_equal(answer[5], 3);
	transport->close(self, fd);
	fd = open_bus(); /* once more */
	assert_true(ask(fd, 0x7B, 3, answer) > 20);
	transport->close(self, fd);
}

static void follows_the_speed_of_the_line(void **state)
{
	struct mg_line line = {
		.size = sizeof(line), .baud = 38400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	uint8_t answer[MG_FRAME_MAX];
	(void)state;
	fake_set_bool(transport, self, "pacing", true);
	int fd = open_bus();
	assert_int_equal(transport->set_line(self, fd, &line), MG_OK);
	assert_true(ask(fd, 0x7B, 1, answer) > 20);
	line.baud = 110;
	assert_int_equal(transport->set_line(self, fd, &line), MG_REJECT);
	assert_non_null(strstr(host.reason, "110 baud"));
	transport->close(self, fd);
}

/* How many bytes come behind the echo of a request. With it all of them come at once. */
static long answered_at(int fd, uint32_t baud, const char *request, size_t size)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = baud, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	uint8_t bytes[MG_FRAME_MAX];
	uint32_t flags = 0;
	assert_int_equal(transport->set_line(self, fd, &line), MG_OK);
	assert_int_equal(write(fd, request, size), (ssize_t)size);
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	return transport->read(self, fd, bytes, sizeof(bytes), &flags) - (long)size;
}

static void meters_have_the_speed_of_their_bus(void **state)
{
	(void)state;
	fake_set_bool(transport, self, "echo", true);
	int fd = open_bus();
	assert_int_equal(answered_at(fd, 2400, "\x10\x40\x01\x41\x16", 5), 1);
	assert_int_equal(answered_at(fd, 9600, "\x10\x40\x01\x41\x16", 5), 0);
	assert_int_equal(answered_at(fd, 2400, "\x10\x40\x01\x41\x16", 5), 1);
	transport->close(self, fd);
	fake_set_string(transport, self, "meter_baud", "any");
	fd = open_bus();
	assert_int_equal(answered_at(fd, 2400, "\x10\x40\x01\x41\x16", 5), 1);
	assert_int_equal(answered_at(fd, 9600, "\x10\x40\x01\x41\x16", 5), 1);
	transport->close(self, fd);
}

/* Meter 2 says that it has changed its speed, too. */
static void a_stubborn_meter_keeps_its_speed(void **state)
{
	static const char *const quirks[] = { "2:stubborn" };
	static const char *const bauds[] = { "2400", "9600" };
	(void)state;
	fake_set_bool(transport, self, "echo", true);
	fake_set_list(transport, self, "quirks", (struct mg_list){ quirks, 1 });
	fake_set_list(transport, self, "meter_bauds", (struct mg_list){ bauds, 2 });
	int fd = open_bus();
	assert_int_equal(answered_at(fd, 2400, "\x68\x03\x03\x68\x53\x01\xBD\x11\x16", 9), 1);
	assert_int_equal(answered_at(fd, 2400, "\x68\x03\x03\x68\x53\x02\xBD\x12\x16", 9), 1);
	assert_int_equal(answered_at(fd, 9600, "\x10\x40\x01\x41\x16", 5), 1);
	assert_int_equal(answered_at(fd, 9600, "\x10\x40\x02\x42\x16", 5), 0);
	assert_int_equal(answered_at(fd, 2400, "\x10\x40\x02\x42\x16", 5), 1);
	transport->close(self, fd);
}

static void dead_meters_are_named_by_address(void **state)
{
	const char *const good[] = { "2" };
	const char *const bad[] = { "2", "two" };
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	uint8_t answer[MG_FRAME_MAX];
	(void)state;
	fake_set_list(transport, self, "dead", (struct mg_list){ good, 1 });
	int fd = open_bus();
	assert_int_equal(ask(fd, 0x40, 1, answer), 1);
	transport->close(self, fd);
	fake_set_list(transport, self, "dead", (struct mg_list){ bad, 2 });
	assert_int_equal(transport->open(self, &link), MG_REJECT);
	assert_non_null(strstr(host.reason, "\"two\" is no primary address"));
}

static void meters_and_line_are_as_asked_for(void **state)
{
	const char *const quirks[] = { "1:late-ack", "*:stubborn" };
	uint32_t flags = 0;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	fake_set_list(transport, self, "quirks", (struct mg_list){ quirks, 2 });
	fake_set_bool(transport, self, "echo", true);
	int fd = open_bus();
	assert_int_equal(write(fd, "\x10\x40\x02\x42\x16", 5), 5);
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_int_equal(transport->read(self, fd, bytes, sizeof(bytes), &flags), 6);
	assert_memory_equal(bytes, "\x10\x40\x02\x42\x16\xE5", 6);
	transport->close(self, fd);
}

static void errors_on_the_line_are_told(void **state)
{
	uint32_t flags = 0;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	fake_set_string(transport, self, "disturbed", "100%");
	fake_set_bool(transport, self, "echo", true);
	int fd = open_bus();
	assert_int_equal(write(fd, "\x10\x40\x02\x42\x16", 5), 5);
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_true(transport->read(self, fd, bytes, sizeof(bytes), &flags) > 0);
	assert_true((flags & MG_RX_PARITY) != 0);
	transport->close(self, fd);
}

static void logs_what_was_sent(void **state)
{
	char path[] = "/tmp/test_simulator_plugin_XXXXXX";
	char text[8192];
	uint8_t answer[MG_FRAME_MAX];
	(void)state;
	close(mkstemp(path));
	fake_set_string(transport, self, "log", path);
	int fd = open_bus();
	ask(fd, 0x7B, 1, answer);
	FILE *file = fopen(path, "r");
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_non_null(strstr(text, "\"port\":\"cellar\",\"event\":\"request\""));
	assert_non_null(strstr(text, "\"event\":\"answer\""));
	assert_non_null(strstr(text, "\"name\":\"energy\""));
	transport->close(self, fd);
	unlink(path);
}

static void a_log_that_cannot_be_written_is_a_mistake(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	uint8_t answer[MG_FRAME_MAX];
	(void)state;
	fake_set_string(transport, self, "log", "/nonexistent/log");
	assert_int_equal(transport->open(self, &link), MG_REJECT);
	assert_non_null(strstr(host.reason, "log: /nonexistent/log"));
	fake_set_string(transport, self, "log", "/dev/full");
	int fd = open_bus();
	ask(fd, 0x40, 1, answer);
	transport->close(self, fd);
	assert_string_equal(host.counted, "log_lines_lost");
	assert_int_equal(host.amount, 2);
}

static void takes_telegrams_from_a_file(void **state)
{
	char path[] = "/tmp/test_simulator_plugin_XXXXXX";
	static const char lines[] =
			"68 04 04 68 08 05 71 05 83 16\n68 04 04 68 08 05 71 05 83 16\n";
	uint8_t answer[MG_FRAME_MAX];
	(void)state;
	int file = mkstemp(path);
	assert_int_equal(write(file, lines, sizeof(lines) - 1), sizeof(lines) - 1);
	close(file);
	fake_set_string(transport, self, "telegrams", path);
	int fd = open_bus();
	assert_int_equal(ask(fd, 0x7B, 5, answer), 10);
	assert_non_null(strstr(host.logged, "telegram 2: its address is none or taken"));
	transport->close(self, fd);
	fake_set_int(transport, self, "meters", 1);
	fd = open_bus();
	assert_non_null(strstr(host.logged, "the last 1 lines"));
	transport->close(self, fd);
	unlink(path);
}

static void mistakes_are_refused_in_words(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	(void)state;
	fake_set_string(transport, self, "telegrams", "/nonexistent/t");
	assert_int_equal(transport->open(self, &link), MG_REJECT);
	assert_non_null(strstr(host.reason, "telegrams: /nonexistent/t: cannot be opened"));
	fake_set_string(transport, self, "telegrams", NULL);
	fake_set_int(transport, self, "meters", 250);
	fake_set_int(transport, self, "first_address", 2);
	assert_int_equal(transport->open(self, &link), MG_REJECT);
	assert_non_null(strstr(host.reason, "addresses run out"));
	fake_set_string(transport, self, "lost", "much");
	assert_int_equal(transport->open(self, &link), MG_REJECT);
	assert_non_null(strstr(host.reason, "lost: \"much\" is no rate"));
	assert_int_equal(link.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(describes_itself, fresh, done),
		cmocka_unit_test_setup_teardown(answers_like_a_bus, fresh, done),
		cmocka_unit_test_setup_teardown(follows_the_speed_of_the_line, fresh, done),
		cmocka_unit_test_setup_teardown(meters_have_the_speed_of_their_bus, fresh, done),
		cmocka_unit_test_setup_teardown(a_stubborn_meter_keeps_its_speed, fresh, done),
		cmocka_unit_test_setup_teardown(dead_meters_are_named_by_address, fresh, done),
		cmocka_unit_test_setup_teardown(meters_and_line_are_as_asked_for, fresh, done),
		cmocka_unit_test_setup_teardown(errors_on_the_line_are_told, fresh, done),
		cmocka_unit_test_setup_teardown(logs_what_was_sent, fresh, done),
		cmocka_unit_test_setup_teardown(
				a_log_that_cannot_be_written_is_a_mistake, fresh, done),
		cmocka_unit_test_setup_teardown(takes_telegrams_from_a_file, fresh, done),
		cmocka_unit_test_setup_teardown(mistakes_are_refused_in_words, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
