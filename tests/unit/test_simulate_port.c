/* SPDX-License-Identifier: MIT */
/* One bus of "metergate simulate", with a plugin made here instead of the simulator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "cli/simulate_port.h"

#define DEADLINE_US 5000000

/* A transport whose other end the test holds. */
struct fake {
	struct mg_instance instance;
	int64_t meters;
	bool pacing;
};

static struct {
	int far_end;
	int opened, closed;
	int open_result, line_result;
	uint32_t baud;
	int lines; /* how often it was set */
	int64_t meters;
	char name[64];
} fake;

static const struct mg_option options[] = {
	MG_INT(struct fake, meters, "meters", "3", 1, 250, "how many"),
	MG_BOOL(struct fake, pacing, "pacing", "yes", "like a wire"),
};

static int fake_open(void *data, struct mg_link *link)
{
	struct fake *self = data;
	int ends[2];
	fake.meters = self->meters;
	snprintf(fake.name, sizeof(fake.name), "%s",
			self->instance.gw->instance_name(self->instance.host));
	if (fake.open_result != MG_OK) {
		self->instance.gw->reason(self->instance.host, EIO, "no meters today");
		return fake.open_result;
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	link->fd = ends[0];
	fake.far_end = ends[1];
	fake.opened++;
	return MG_OK;
}

static void fake_close(void *data, int fd)
{
	(void)data;
	close(fd);
	close(fake.far_end);
	fake.closed++;
}

static int fake_set_line(void *data, int fd, const struct mg_line *line)
{
	struct fake *self = data;
	(void)fd;
	fake.baud = line->baud;
	fake.lines++;
	if (fake.line_result != MG_OK) {
		self->instance.gw->reason(self->instance.host, EINVAL, "too fast");
	}
	return fake.line_result;
}

static const struct mg_transport transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct fake),
	.options = MG_OPTIONS(options),
	.open = fake_open,
	.close = fake_close,
	.set_line = fake_set_line,
};

static const struct mg_plugin description = {
	MG_PLUGIN_HEADER,
	.name = "simulator",
	.version = "1",
	.summary = "a fake",
	.transport = &transport,
};

static const struct plugin plugin = { &description, "simulator", "simulator.so" };
static const struct simulate_option given[] = { { "meters", "7" }, { "pacing", "no" } };
static struct simulate_settings settings;
static struct loop_timer *deadline;
static char why[SIMULATE_WHY_SIZE];
static int error;

static void on_deadline(void *data)
{
	loop_stop(data);
}

static int fresh(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	settings = (struct simulate_settings){ .loop = loop_create(),
		.plugin = &plugin,
		.options = given,
		.option_count = 2,
		.baud = 300 };
	deadline = loop_timer_create(settings.loop, on_deadline, settings.loop);
	why[0] = '\0';
	error = 0;
	return 0;
}

static int done(void **state)
{
	(void)state;
	loop_timer_destroy(deadline);
	loop_destroy(settings.loop);
	assert_int_equal(fake.opened, fake.closed);
	return 0;
}

/* Serves the bus until `fd` has something to read; false when it never has. */
static bool serve_until_readable(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	for (int64_t end = loop_clock() + DEADLINE_US; loop_clock() < end;) {
		loop_timer_set(deadline, loop_clock() + 10000);
		loop_run(settings.loop);
		if (poll(&ready, 1, 0) == 1) {
			return true;
		}
	}
	return false;
}

static int connect_to(const struct simulate_port *port)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(strrchr(simulate_port_url(port), ':') + 1)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	return fd;
}

static void pumps_bytes_between_client_and_meters(void **state)
{
	char bytes[16];
	(void)state;
	struct simulate_port *port =
			simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why);
	assert_non_null(port);
	assert_int_equal(fake.baud, 300);
	assert_int_equal(fake.meters, 7);
	assert_string_equal(fake.name, simulate_port_url(port));
	int client = connect_to(port);
	assert_int_equal(write(client, "ask", 3), 3);
	assert_true(serve_until_readable(fake.far_end));
	assert_int_equal(read(fake.far_end, bytes, sizeof(bytes)), 3);
	assert_int_equal(write(fake.far_end, "told", 4), 4);
	assert_true(serve_until_readable(client));
	assert_int_equal(read(client, bytes, sizeof(bytes)), 4);
	shutdown(fake.far_end, SHUT_RDWR); /* the meters end: the door stays */
	loop_timer_set(deadline, loop_clock() + 20000);
	loop_run(settings.loop);
	close(client);
	simulate_port_destroy(port);
}

static void a_pty_is_named_like_its_link(void **state)
{
	char path[64];
	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_simulate_port_%d", (int)getpid());
	struct simulate_port *port = simulate_port_pty(&settings, path, &error, why);
	assert_non_null(port);
	assert_string_equal(simulate_port_url(port), path);
	simulate_port_destroy(port);
	assert_int_equal(access(path, F_OK), -1);
}

static void set_speed(int client, speed_t speed)
{
	struct termios terminal;
	assert_int_equal(tcgetattr(client, &terminal), 0);
	cfsetspeed(&terminal, speed);
	assert_int_equal(tcsetattr(client, TCSANOW, &terminal), 0);
}

static void ask(int client)
{
	char bytes[16];
	assert_int_equal(write(client, "ask", 3), 3);
	assert_true(serve_until_readable(fake.far_end));
	assert_int_equal(read(fake.far_end, bytes, sizeof(bytes)), 3);
}

static void the_line_follows_the_client_of_a_pty(void **state)
{
	char path[64];
	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_simulate_port_%d", (int)getpid());
	struct simulate_port *port = simulate_port_pty(&settings, path, &error, why);
	int client = open(path, O_RDWR | O_NOCTTY);
	assert_true(client >= 0);
	ask(client);
	assert_int_equal(fake.baud, 300); /* as the bus */
	set_speed(client, B9600);
	ask(client);
	assert_int_equal(fake.baud, 9600);
	set_speed(client, B57600); /* is left alone */
	ask(client);
	assert_int_equal(fake.baud, 9600);
	set_speed(client, B300);
	ask(client);
	assert_int_equal(fake.baud, 300);
	assert_int_equal(fake.lines, 3);
	close(client);
	simulate_port_destroy(port);
}

/* A transport that shows each byte as the next letter. */
static long fake_read(void *data, int fd, void *buffer, size_t size, uint32_t *rx_flags)
{
	uint8_t *bytes = buffer;
	(void)data;
	assert_int_equal(*rx_flags, 0);
	long count = read(fd, bytes, size);
	for (long i = 0; i < count; i++) {
		bytes[i]++;
	}
	return count;
}

static void what_the_transport_reads_is_passed_on(void **state)
{
	char bytes[16];
	struct mg_transport reading = transport;
	struct mg_plugin with_read = description;
	const struct plugin reader = { &with_read, "simulator", "simulator.so" };
	(void)state;
	reading.read = fake_read;
	with_read.transport = &reading;
	settings.plugin = &reader;
	struct simulate_port *port =
			simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why);
	int client = connect_to(port);
	ask(client);
	assert_int_equal(write(fake.far_end, "HAL", 3), 3);
	assert_true(serve_until_readable(client));
	assert_int_equal(read(client, bytes, sizeof(bytes)), 3);
	assert_memory_equal(bytes, "IBM", 3);
	close(client);
	simulate_port_destroy(port);
}

static void mistakes_are_said_in_words(void **state)
{
	static const struct simulate_option wrong[] = { { "meters", "many" } };
	static const struct simulate_option unknown[] = { { "colour", "red" } };
	(void)state;
	settings.options = wrong;
	settings.option_count = 1;
	assert_null(simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why));
	assert_int_equal(error, -EINVAL);
	assert_int_equal(strncmp(why, "meters: ", 8), 0);
	settings.options = unknown;
	assert_null(simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why));
	assert_non_null(strstr(why, "no option colour"));
	simulate_port_destroy(NULL);
}

static void what_the_plugin_says_is_passed_on(void **state)
{
	(void)state;
	fake.open_result = MG_REJECT;
	assert_null(simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why));
	assert_string_equal(why, "no meters today: Input/output error");
	fake.open_result = MG_OK;
	fake.line_result = MG_REJECT;
	assert_null(simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why));
	assert_string_equal(why, "too fast");
}

static void a_door_that_stays_shut_is_explained(void **state)
{
	(void)state;
	struct simulate_port *port =
			simulate_port_tcp(&settings, "127.0.0.1", 0, &error, why);
	uint16_t taken = (uint16_t)atoi(strrchr(simulate_port_url(port), ':') + 1);
	assert_null(simulate_port_tcp(&settings, "127.0.0.1", taken, &error, why));
	assert_int_equal(error, -EADDRINUSE);
	assert_non_null(strstr(why, "another program listens there"));
	simulate_port_destroy(port);
	assert_null(simulate_port_tcp(&settings, "192.0.2.1", 0, &error, why));
	assert_non_null(strstr(why, "--listen wants an address of this machine"));
	assert_null(simulate_port_pty(&settings, "/dev/null", &error, why));
	assert_non_null(strstr(why, "/dev/null: something else is there"));
	assert_null(simulate_port_pty(&settings, "/nonexistent/link", &error, why));
	assert_non_null(strstr(why, "No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
				pumps_bytes_between_client_and_meters, fresh, done),
		cmocka_unit_test_setup_teardown(a_pty_is_named_like_its_link, fresh, done),
		cmocka_unit_test_setup_teardown(
				the_line_follows_the_client_of_a_pty, fresh, done),
		cmocka_unit_test_setup_teardown(
				what_the_transport_reads_is_passed_on, fresh, done),
		cmocka_unit_test_setup_teardown(mistakes_are_said_in_words, fresh, done),
		cmocka_unit_test_setup_teardown(what_the_plugin_says_is_passed_on, fresh, done),
		cmocka_unit_test_setup_teardown(a_door_that_stays_shut_is_explained, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
