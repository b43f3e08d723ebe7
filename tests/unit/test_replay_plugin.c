/* SPDX-License-Identifier: MIT */
/* The transport "replay" as the core sees it: options, open, bytes, close. */
#include "capture_writer.h"

#include <poll.h>
#include <unistd.h>

#include "transport_services.h"

#define NKE "\x10\x40\x01\x41\x16"
#define DEADLINE_MS 5000

static struct mg_host host;
static struct writer writer;
static char path[64];
static void *self;
static const struct mg_transport *transport;

static int fresh(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	transport = metergate_plugin.transport;
	self = malloc(transport->instance_size);
	fake_connect(self, transport->instance_size, &host);
	snprintf(path, sizeof(path), "/tmp/test_replay_plugin.XXXXXX");
	int fd = mkstemp(path);
	writer.size = 0;
	writer_head(&writer);
	WRITER_SENT(&writer, 1000, NKE);
	WRITER_RECEIVED(&writer, 40000, "\xE5");
	assert_int_equal(write(fd, writer.bytes, writer.size), writer.size);
	close(fd);
	fake_set_string(transport, self, "file", path);
	fake_set_string(transport, self, "speed", "1.0");
	fake_set_bool(transport, self, "loop", true);
	return 0;
}

static int done(void **state)
{
	(void)state;
	unlink(path);
	free(self);
	return 0;
}

static void describes_itself(void **state)
{
	(void)state;
	assert_int_equal(metergate_plugin.abi, MG_ABI);
	assert_string_equal(metergate_plugin.name, "replay");
	assert_int_equal(transport->options.count, 3);
	for (uint32_t i = 0; i < transport->options.count; i++) {
		assert_non_null(transport->options.list[i].help);
	}
}

static void answers_as_recorded(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	uint8_t answer[8];
	(void)state;
	assert_int_equal(transport->open(self, &link), MG_OK);
	struct pollfd ready = { .fd = link.fd, .events = POLLIN };
	assert_int_equal(write(link.fd, NKE, 5), 5);
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_int_equal(read(link.fd, answer, sizeof(answer)), 1);
	assert_int_equal(answer[0], 0xE5);
	transport->close(self, link.fd);
	/* The next time it begins anew. */
	link.fd = -1;
	assert_int_equal(transport->open(self, &link), MG_OK);
	transport->close(self, link.fd);
	assert_int_equal(host.log_count, 0);
}

static void misses_are_counted(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	uint8_t answer[8];
	(void)state;
	assert_int_equal(transport->open(self, &link), MG_OK);
	struct pollfd ready = { .fd = link.fd, .events = POLLIN };
	assert_int_equal(write(link.fd, "\x10\x40\x02\x42\x16" NKE, 10), 10);
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_int_equal(read(link.fd, answer, sizeof(answer)), 1);
	transport->close(self, link.fd);
	assert_string_equal(host.counted, "unknown_requests");
	assert_int_equal(host.amount, 1);
}

static void speeds_are_numbers(void **state)
{
	static const char *const good[] = { "0", "1", "1.", "0.001", "10", "1000", "2.5" };
	static const char *const bad[] = { "", "fast", ".5", "-1", "1.0001", "1001", "1.2.3",
		"99999999999999999999" };
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		fake_set_string(transport, self, "speed", good[i]);
		assert_int_equal(transport->open(self, &link), MG_OK);
		transport->close(self, link.fd);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fake_set_string(transport, self, "speed", bad[i]);
		assert_int_equal(transport->open(self, &link), MG_REJECT);
		assert_non_null(strstr(host.reason, "0 to 1000 is possible"));
	}
}

static void a_file_that_cannot_be_played_is_named(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	(void)state;
	fake_set_string(transport, self, "file", "/nowhere/bus.mgc");
	assert_int_equal(transport->open(self, &link), MG_REJECT);
	assert_string_equal(host.reason, "file: /nowhere/bus.mgc: No such file or directory");
	assert_int_equal(link.fd, -1);
}

static void damage_is_said(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	(void)state;
	assert_int_equal(truncate(path, (off_t)writer.size + 3), 0);
	assert_int_equal(transport->open(self, &link), MG_OK);
	transport->close(self, link.fd);
	assert_int_equal(host.log_count, 1);
	assert_non_null(strstr(host.logged, "3 bytes of it cannot be read"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(describes_itself),
		TEST(answers_as_recorded),
		TEST(misses_are_counted),
		TEST(speeds_are_numbers),
		TEST(a_file_that_cannot_be_played_is_named),
		TEST(damage_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
