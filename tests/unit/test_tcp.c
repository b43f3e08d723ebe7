/* SPDX-License-Identifier: MIT */
/* The transport "tcp" against listeners on the loopback interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <cmocka.h>

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
	fake_set_int(transport, self, "keepalive", 30000);
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(self);
	return 0;
}

/* Port of a socket at 127.0.0.1 that was bound just now. */
static int bind_loopback(int *port)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(name);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	*port = ntohs(name.sin_port);
	return fd;
}

static void set_target(const char *name, int port)
{
	fake_set_string(transport, self, "host", name);
	fake_set_int(transport, self, "port", port);
}

static int socket_option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);
	assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
	return value;
}

static void wait_connected(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_int_equal(socket_option(fd, SOL_SOCKET, SO_ERROR), 0);
}

static void carries_bytes_both_ways(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	char bytes[8];
	int port, server = bind_loopback(&port);
	(void)state;
	listen(server, 1);
	set_target("127.0.0.1", port);
	assert_int_equal(transport->open(self, &link), MG_OK);
	wait_connected(link.fd);
	int peer = accept(server, NULL, NULL);
	assert_int_equal(transport->write(self, link.fd, "ask", 3), 3);
	assert_int_equal(read(peer, bytes, sizeof(bytes)), 3);
	assert_int_equal(write(peer, "told", 4), 4);
	struct pollfd ready = { .fd = link.fd, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_int_equal(read(link.fd, bytes, sizeof(bytes)), 4);
	close(peer);
	transport->close(self, link.fd);
	close(server);
}

static void sends_at_once_and_probes_a_silent_peer(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	int port, server = bind_loopback(&port);
	(void)state;
	listen(server, 1);
	set_target("127.0.0.1", port);
	assert_int_equal(transport->open(self, &link), MG_OK);
	assert_int_equal(socket_option(link.fd, IPPROTO_TCP, TCP_NODELAY), 1);
	assert_int_equal(socket_option(link.fd, SOL_SOCKET, SO_KEEPALIVE), 1);
	assert_int_equal(socket_option(link.fd, IPPROTO_TCP, TCP_KEEPIDLE), 30);
	assert_int_equal(socket_option(link.fd, IPPROTO_TCP, TCP_KEEPINTVL), 10);
	assert_int_equal(socket_option(link.fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 60000);
	transport->close(self, link.fd);
	fake_set_int(transport, self, "keepalive", 0);
	assert_int_equal(transport->open(self, &link), MG_OK);
	assert_int_equal(socket_option(link.fd, SOL_SOCKET, SO_KEEPALIVE), 0);
	transport->close(self, link.fd);
	close(server);
}

static void says_when_it_is_refused(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	int port, server = bind_loopback(&port); /* bound, but nobody listens */
	(void)state;
	set_target("127.0.0.1", port);
	assert_int_equal(transport->open(self, &link), MG_RETRY);
	assert_int_equal(host.error, ECONNREFUSED);
	assert_non_null(strstr(host.reason, "cannot connect to 127.0.0.1 port"));
	assert_non_null(strstr(host.reason, "nothing listens"));
	assert_int_equal(link.fd, -1);
	close(server);
}

static void says_when_it_cannot_be_reached(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	(void)state;
	set_target("255.255.255.255", 1);
	assert_int_equal(transport->open(self, &link), MG_RETRY);
	assert_true(host.error == ENETUNREACH || host.error == EACCES);
	assert_non_null(strstr(host.reason, "cannot connect to 255.255.255.255 port 1: "));
}

static void says_when_a_name_is_unknown(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	(void)state;
	set_target("no such name", 1);
	assert_int_equal(transport->open(self, &link), MG_RETRY);
	assert_non_null(strstr(host.reason, "cannot resolve no such name: "));
}

static void takes_ipv6_with_and_without_brackets(void **state)
{
	struct sockaddr_in6 name = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	socklen_t size = sizeof(name);
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	int server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)state;
	if (bind(server, (struct sockaddr *)&name, sizeof(name)) == 0) {
		listen(server, 2);
	}
	getsockname(server, (struct sockaddr *)&name, &size);
	int port = ntohs(name.sin6_port);
	set_target("[::1]", port != 0 ? port : 9);
	int bracketed = transport->open(self, &link);
	if (bracketed == MG_OK) {
		transport->close(self, link.fd);
	}
	set_target("::1", port != 0 ? port : 9);
	int bare = transport->open(self, &link);
	if (bare == MG_OK) {
		transport->close(self, link.fd);
	}
	/* without IPv6 both fail, but then neither for the way it is written */
	assert_int_equal(bracketed, bare);
	assert_int_equal(bare, port != 0 ? MG_OK : MG_RETRY);
	assert_null(strstr(host.reason, "resolve"));
	close(server);
}

static int addresses_of(const char *name)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	int count = 0;
	assert_int_equal(getaddrinfo(name, "1", &hints, &list), 0);
	for (struct addrinfo *at = list; at != NULL; at = at->ai_next) {
		count++;
	}
	freeaddrinfo(list);
	return count;
}

/* "localhost" may stand for ::1 and 127.0.0.1; only the latter is served here. */
static void tries_the_other_addresses_of_a_name(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	int port, server = bind_loopback(&port);
	(void)state;
	listen(server, 8);
	set_target("localhost", port);
	for (int i = 0; i < 2 * addresses_of("localhost"); i++) {
		assert_int_equal(transport->open(self, &link), MG_OK);
		wait_connected(link.fd);
		transport->close(self, link.fd); /* nothing was sent: another comes first */
	}
	close(server);
}

static void writing_to_a_dead_peer_is_an_error(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	int port, server = bind_loopback(&port);
	(void)state;
	listen(server, 1);
	set_target("127.0.0.1", port);
	assert_int_equal(transport->open(self, &link), MG_OK);
	wait_connected(link.fd);
	struct linger reset = { .l_onoff = 1 };
	int peer = accept(server, NULL, NULL);
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(peer);
	struct pollfd ready = { .fd = link.fd, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	assert_int_equal(transport->write(self, link.fd, "x", 1), -1);
	assert_true(errno == ECONNRESET || errno == EPIPE);
	assert_int_equal(transport->write(self, link.fd, "x", 1), -1); /* and no signal */
	transport->close(self, link.fd);
	close(server);
}

static void runs_out_of_descriptors_in_words(void **state)
{
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	struct rlimit usual, none;
	(void)state;
	set_target("127.0.0.1", 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	int result = transport->open(self, &link);
	setrlimit(RLIMIT_NOFILE, &usual);
	assert_int_equal(result, MG_RETRY);
	assert_int_equal(host.error, EMFILE);
	assert_non_null(strstr(host.reason, "Too many open files"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(carries_bytes_both_ways, fresh, done),
		cmocka_unit_test_setup_teardown(
				sends_at_once_and_probes_a_silent_peer, fresh, done),
		cmocka_unit_test_setup_teardown(says_when_it_is_refused, fresh, done),
		cmocka_unit_test_setup_teardown(says_when_it_cannot_be_reached, fresh, done),
		cmocka_unit_test_setup_teardown(says_when_a_name_is_unknown, fresh, done),
		cmocka_unit_test_setup_teardown(
				takes_ipv6_with_and_without_brackets, fresh, done),
		cmocka_unit_test_setup_teardown(tries_the_other_addresses_of_a_name, fresh, done),
		cmocka_unit_test_setup_teardown(writing_to_a_dead_peer_is_an_error, fresh, done),
		cmocka_unit_test_setup_teardown(runs_out_of_descriptors_in_words, fresh, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
