/* SPDX-License-Identifier: MIT */
/* The transport "serial" on pseudo-terminals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <termios.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "transport_services.h"

#define DEADLINE_MS 5000

static struct mg_host host;
static void *self;
static const struct mg_transport *transport;
static int master;
static char path[64];

static const struct mg_line mbus = { .size = sizeof(struct mg_line),
	.baud = 2400,
	.data_bits = 8,
	.parity = 'E',
	.stop_bits = 1 };

static int fresh(void **state)
{
	(void)state;
	transport = metergate_plugin.transport;
	self = malloc(transport->instance_size);
	fake_connect(self, transport->instance_size, &host);
	fake_set_bool(transport, self, "exclusive", true);
	fake_set_bool(transport, self, "dtr", true);
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		return -1;
	}
	ptsname_r(master, path, sizeof(path));
	fake_set_string(transport, self, "path", path);
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(self);
	if (master >= 0) {
		close(master);
	}
	return 0;
}

static int open_port(void)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	assert_int_equal(transport->open(self, &link), MG_OK);
	assert_true(fcntl(link.fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(link.fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(transport->set_line(self, link.fd, &mbus), MG_OK);
	return link.fd;
}

static int open_fails(const char *name)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	fake_set_string(transport, self, "path", name);
	int result = transport->open(self, &link);
	assert_int_equal(link.fd, -1);
	assert_true(strlen(host.reason) > strlen(name));
	return result;
}

static long read_soon(int fd, void *bytes, size_t size, uint32_t *flags)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	return transport->read(self, fd, bytes, size, flags);
}

static void carries_all_bytes_both_ways(void **state)
{
	uint8_t sent[256], got[256];
	uint32_t flags = 0;
	(void)state;
	int fd = open_port();
	for (size_t i = 0; i < sizeof(sent); i++) {
		sent[i] = (uint8_t)i;
	}
	assert_int_equal(write(master, sent, sizeof(sent)), sizeof(sent));
	for (size_t count = 0; count < sizeof(got);) {
		long more = read_soon(fd, got + count, sizeof(got) - count, &flags);
		assert_true(more > 0 || errno == EAGAIN);
		count += more > 0 ? (size_t)more : 0;
	}
	assert_memory_equal(got, sent, sizeof(sent)); /* FFh too, and no flow control */
	assert_int_equal(flags, 0);
	assert_int_equal(write(fd, sent, sizeof(sent)), sizeof(sent));
	for (size_t count = 0; count < sizeof(got);) {
		ssize_t more = read(master, got + count, sizeof(got) - count);
		assert_true(more > 0);
		count += (size_t)more;
	}
	assert_memory_equal(got, sent, sizeof(sent));
	assert_true(transport->unsent(self, fd) >= 0);
	transport->close(self, fd);
}

static void half_a_mark_is_no_hang_up(void **state)
{
	uint8_t byte;
	uint32_t flags = 0;
	(void)state;
	int fd = open_port();
	assert_int_equal(write(master, "\xFF", 1), 1);
	assert_int_equal(read_soon(fd, &byte, 1, &flags), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(read_soon(fd, &byte, 1, &flags), 1);
	assert_int_equal(byte, 0xFF);
	assert_int_equal(transport->read(self, fd, &byte, 1, &flags), -1);
	assert_int_equal(errno, EAGAIN);
	transport->close(self, fd);
}

static void a_pty_without_parity_is_said_once(void **state)
{
	(void)state;
	int fd = open_port();
	int said = host.log_count;
	assert_true(said <= 1);
	assert_int_equal(transport->set_line(self, fd, &mbus), MG_OK);
	assert_int_equal(host.log_count, said);
	if (said == 1) {
		assert_non_null(strstr(host.logged, "no parity"));
	}
	transport->close(self, fd);
}

static void a_line_that_does_not_exist_is_refused(void **state)
{
	struct mg_line line = mbus;
	(void)state;
	int fd = open_port();
	line.baud = 1234;
	assert_int_equal(transport->set_line(self, fd, &line), MG_REJECT);
	assert_non_null(strstr(host.reason, "1234 baud"));
	transport->close(self, fd);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(transport->set_line(self, null, &mbus), MG_REJECT);
	assert_non_null(strstr(host.reason, "is no serial port"));
	assert_int_equal(transport->unsent(self, null), -1);
	close(null);
}

static void a_hang_up_is_seen(void **state)
{
	uint8_t byte;
	uint32_t flags = 0;
	(void)state;
	int fd = open_port();
	close(master);
	master = -1;
	assert_int_equal(read_soon(fd, &byte, 1, &flags), -1);
	assert_int_equal(errno, EIO);
	transport->close(self, fd);
}

/* A child that holds the port, as another program would. */
static pid_t hold_port(int *release)
{
	int ready[2], go[2];
	char byte;
	assert_int_equal(pipe(ready) | pipe(go), 0);
	pid_t child = fork();
	if (child == 0) {
		close(go[1]);
		int fd = open(path, O_RDWR | O_NOCTTY);
		int locked = flock(fd, LOCK_EX | LOCK_NB);
		if (write(ready[1], locked == 0 ? "+" : "-", 1) == 1) {
			_exit(read(go[0], &byte, 1) < 0);
		}
		_exit(1);
	}
	close(go[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, '+');
	close(ready[0]);
	close(ready[1]);
	*release = go[1];
	return child;
}

static void a_port_in_use_names_who_holds_it(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	char pid[32];
	int release;
	(void)state;
	pid_t child = hold_port(&release);
	assert_int_equal(transport->open(self, &link), MG_RETRY);
	assert_int_equal(host.error, EBUSY);
	snprintf(pid, sizeof(pid), "process %d (", (int)child);
	assert_non_null(strstr(host.reason, pid));
	fake_set_bool(transport, self, "exclusive", false);
	assert_int_equal(transport->open(self, &link), MG_OK);
	transport->close(self, link.fd);
	close(release);
	waitpid(child, NULL, 0);
	fake_set_bool(transport, self, "exclusive", true);
	assert_int_equal(transport->open(self, &link), MG_OK);
	transport->close(self, link.fd);
}

static void closing_gives_the_port_back(void **state)
{
	struct termios before, after;
	(void)state;
	int other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	tcgetattr(other, &before);
	int fd = open_port();
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
	transport->close(self, fd);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
	tcgetattr(other, &after);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
	close(other);
}

static void what_is_no_port_is_named(void **state)
{
	(void)state;
	assert_int_equal(open_fails("/dev/null"), MG_REJECT);
	assert_non_null(strstr(host.reason, "/dev/null is no serial port"));
	assert_int_equal(open_fails("/tmp"), MG_REJECT);
	assert_non_null(strstr(host.reason, "folder"));
	assert_int_equal(open_fails("/nonexistent/ttyUSB0"), MG_RETRY);
	assert_int_equal(host.error, ENOENT);
}

static void rs485_needs_a_driver_that_can(void **state)
{
	(void)state;
	fake_set_enum(transport, self, "rs485", 1);
	assert_int_equal(open_fails(path), MG_REJECT);
	assert_non_null(strstr(host.reason, "rs485: the driver of"));
	fake_set_enum(transport, self, "rs485", 0);
	int fd = open_port(); /* nothing was left locked */
	transport->close(self, fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(carries_all_bytes_both_ways, fresh, done),
		cmocka_unit_test_setup_teardown(half_a_mark_is_no_hang_up, fresh, done),
		cmocka_unit_test_setup_teardown(a_pty_without_parity_is_said_once, fresh, done),
		cmocka_unit_test_setup_teardown(
				a_line_that_does_not_exist_is_refused, fresh, done),
		cmocka_unit_test_setup_teardown(a_hang_up_is_seen, fresh, done),
		cmocka_unit_test_setup_teardown(a_port_in_use_names_who_holds_it, fresh, done),
		cmocka_unit_test_setup_teardown(closing_gives_the_port_back, fresh, done),
		cmocka_unit_test_setup_teardown(what_is_no_port_is_named, fresh, done),
		cmocka_unit_test_setup_teardown(rs485_needs_a_driver_that_can, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
