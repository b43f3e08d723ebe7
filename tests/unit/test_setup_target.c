/* SPDX-License-Identifier: MIT */
/* One word of the command line becomes a bus, or an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/setup.h"

/* The start of the instances of the plugins that these tests use. */
struct probe {
	struct mg_instance instance;
	const char *path;
	int64_t count;
};

struct remote {
	struct mg_instance instance;
	const char *host;
	int64_t port;
};

struct bench {
	struct plugins *plugins;
	struct setup_bus *bus;
	struct config_errors errors;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	char path[2048];
	assert_non_null(b);
	assert_non_null(getenv("METERGATE_TEST_ABI"));
	snprintf(path, sizeof(path), "%s/fitting", getenv("METERGATE_TEST_ABI"));
	assert_int_equal(setenv("METERGATE_PLUGIN_PATH", path, 1), 0);
	b->plugins = plugins_create(NULL);
	config_errors_init(&b->errors);
	*state = b;
	return b->plugins == NULL;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	setup_bus_destroy(b->bus);
	plugins_destroy(b->plugins);
	config_errors_finish(&b->errors);
	free(b);
	return 0;
}

static struct setup_bus *take(struct bench *b, const char *target)
{
	setup_bus_destroy(b->bus);
	if (!setup_bus_from_target(target, b->plugins, &b->bus, &b->errors)) {
		fail_msg("%s", b->errors.items[0].text);
	}
	assert_int_equal(b->errors.count, 0);
	return b->bus;
}

static void refuse(struct bench *b, const char *target, const char *words)
{
	setup_bus_destroy(b->bus);
	assert_false(setup_bus_from_target(target, b->plugins, &b->bus, &b->errors));
	assert_null(b->bus);
	assert_int_equal(b->errors.errors, 1);
	if (strstr(b->errors.items[0].text, words) == NULL) {
		fail_msg("\"%s\" lacks \"%s\"", b->errors.items[0].text, words);
	}
	config_errors_finish(&b->errors);
}

static void paths_are_for_transports_with_a_path(void **state)
{
	struct bench *b = *state;
	struct setup_bus *bus = take(b, "probe:///dev/null?baud=300&latency=50ms&count=4");
	const struct probe *probe = bus->instance;
	assert_string_equal(probe->path, "/dev/null");
	assert_int_equal(probe->count, 4);
	assert_int_equal(bus->settings.line.baud, 300);
	assert_int_equal(bus->settings.latency, 50);
	assert_string_equal(bus->settings.name, "null");
	assert_string_equal(bus->port, "/dev/null");
	assert_int_equal(bus->device_count, 0);
}

static void hosts_are_for_transports_with_a_host(void **state)
{
	struct bench *b = *state;
	const struct remote *remote = take(b, "remote://host.example:10001")->instance;
	assert_string_equal(remote->host, "host.example");
	assert_int_equal(remote->port, 10001);
	assert_string_equal(b->bus->settings.name, "host.example-10001");
	assert_string_equal(b->bus->port, "host.example:10001");
	remote = take(b, "remote://[fe80::1]:502/")->instance;
	assert_string_equal(remote->host, "fe80::1");
	assert_int_equal(remote->port, 502);
	assert_string_equal(b->bus->port, "[fe80::1]:502");
	remote = take(b, "remote://?host=x&port=7")->instance;
	assert_string_equal(remote->host, "x");
	remote = take(b, "remote://[::1]?port=7")->instance;
	assert_string_equal(remote->host, "::1");
}

static void one_host_has_one_port_text(void **state)
{
	struct bench *b = *state;
	static const char *const same[] = { "remote://127.0.0.1:7", "remote://localhost:7",
		"remote://LocalHost:7", "remote://[::ffff:127.0.0.1]:7" };
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_string_equal(take(b, same[i])->port, "127.0.0.1:7");
	}
	assert_string_equal(take(b, "remote://[FE80:0::1]:7")->port, "[fe80::1]:7");
	assert_string_equal(take(b, "remote://Host.Example:7")->port, "host.example:7");
}

static void others_take_keys_alone(void **state)
{
	struct bench *b = *state;
	assert_int_equal(take(b, "bare://?tries=2&")->settings.tries, 2);
	assert_string_equal(b->bus->settings.name, "bare");
	take(b, "bare://");
	refuse(b, "bare://x", "wants nothing between");
}

static void percent_stands_for_bytes(void **state)
{
	struct bench *b = *state;
	const struct probe *probe = take(b, "probe:///dev/a%3Fb%25%c3%BC")->instance;
	assert_string_equal(probe->path, "/dev/a?b%\xC3\xBC");
	refuse(b, "probe:///dev/%", "%25 for % itself");
	refuse(b, "probe:///dev/%4", "%25 for % itself");
	refuse(b, "probe:///dev/%zz", "%25 for % itself");
	refuse(b, "probe:///dev/x%00y", "%25 for % itself");
}

static void wrong_targets_are_refused(void **state)
{
	struct bench *b = *state;
	refuse(b, "probe:///x?baud", "\"baud\": expected key=value");
	refuse(b, "probe:///x?=1", "expected key=value");
	refuse(b, "probe:///x?baud=1", "baud: \"1\" is not allowed");
	refuse(b, "probe:///x?buad=300", "did you mean \"baud\"?");
	refuse(b, "probe:///x?baud=300&baud=600", "baud: is there twice");
	refuse(b, "probe:///x?path=/y", "path: is there twice");
	refuse(b, "probe:///x?transport=bare", "transport: is there twice");
	refuse(b, "remote://[::1", "IPv6 address in brackets");
	refuse(b, "remote://[::1]x", "IPv6 address in brackets");
	refuse(b, "remote://::1:502", "two colons");
	refuse(b, "remote://host", "port: is missing");
	refuse(b, "remote://:502", "host: is missing");
	refuse(b, "prope:///x", "did you mean \"probe\"?");
}

static void a_path_alone_is_serial(void **state)
{
	struct bench *b = *state;
	refuse(b, "/dev/ttyUSB0?baud=2400", "there is no plugin \"serial\"");
	refuse(b, "./x://y", "there is no plugin \"serial\"");
	refuse(b, "://y", "there is no plugin \"serial\"");
}

static void sizes_are_limited(void **state)
{
	struct bench *b = *state;
	char *target = malloc(8192);
	assert_non_null(target);
	memset(target, 'a', 8191);
	target[8191] = '\0';
	refuse(b, target, "more than 4096 bytes");
	size_t size = (size_t)sprintf(target, "probe:///x?");
	for (int i = 0; i < 70; i++) {
		size += (size_t)sprintf(target + size, "k%d=1&", i);
	}
	refuse(b, target, "at most 64");
	free(target);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_are_for_transports_with_a_path),
		TEST(hosts_are_for_transports_with_a_host),
		TEST(one_host_has_one_port_text),
		TEST(others_take_keys_alone),
		TEST(percent_stands_for_bytes),
		TEST(wrong_targets_are_refused),
		TEST(a_path_alone_is_serial),
		TEST(sizes_are_limited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
