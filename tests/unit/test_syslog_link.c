/* SPDX-License-Identifier: MIT */
/* Sockets to syslog servers: framing, bounded waits, never half a frame. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "link.h"

struct bench {
	struct link link;
	int server, peer, stop_after;
	char folder[32], path[64], port[16], text[4096];
};

static bool stop(void *data)
{
	struct bench *b = data;
	return b->stop_after > 0 && --b->stop_after == 0;
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	strcpy(b->folder, "/tmp/test_syslog_XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/log", b->folder);
	b->server = b->peer = -1;
	b->link = (struct link){ .fd = -1, .timeout_ms = 300, .stop = stop, .data = b };
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	link_close(&b->link);
	if (b->server >= 0) {
		close(b->server);
	}
	if (b->peer >= 0) {
		close(b->peer);
	}
	unlink(b->path);
	rmdir(b->folder);
	free(b);
	return 0;
}

static void listen_local(struct bench *b, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	strcpy(address.sun_path, b->path);
	b->server = socket(AF_UNIX, type, 0);
	assert_int_equal(
			bind(b->server, (struct sockaddr *)(void *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM) {
		assert_int_equal(listen(b->server, 5), 0);
	}
}

static void listen_inet(struct bench *b, int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	b->server = socket(AF_INET, type, 0);
	assert_int_equal(bind(b->server, (struct sockaddr *)(void *)&address, size), 0);
	assert_int_equal(
			getsockname(b->server, (struct sockaddr *)(void *)&address, &size), 0);
	snprintf(b->port, sizeof(b->port), "%d", ntohs(address.sin_port));
	b->link.kind = type == SOCK_STREAM ? LINK_TCP : LINK_UDP;
	if (type == SOCK_STREAM) {
		assert_int_equal(listen(b->server, 5), 0);
	}
}

static void connect_tcp(struct bench *b)
{
	const char *problem;
	listen_inet(b, SOCK_STREAM);
	assert_int_equal(link_open_host(&b->link, "127.0.0.1", b->port, &problem), 0);
	b->peer = accept(b->server, NULL, NULL);
	assert_true(b->peer >= 0);
}

static const char *take(struct bench *b, int fd, size_t want)
{
	size_t used = 0;
	while (used < want) {
		ssize_t got = recv(fd, b->text + used, sizeof(b->text) - 1 - used, 0);
		assert_true(got > 0);
		used += (size_t)got;
	}
	b->text[used] = '\0';
	return b->text;
}

static void addresses_are_split(void **state)
{
	(void)state;
	static const struct {
		const char *text, *host, *port;
	} right[] = {
		{ "host:1", "host", "1" },
		{ "host", "host", "9" },
		{ "[::1]:22", "::1", "22" },
		{ "[::1]", "::1", "9" },
		{ "10.0.0.1:syslog", "10.0.0.1", "syslog" },
	};
	static const char *const wrong[] = { "", ":514", "host:", "::1", "[::1", "[::1]x",
		"[]", "host:12345678901234567" };
	char host[256], port[16];
	for (size_t i = 0; i < 5; i++) {
		strcpy(port, "9");
		assert_true(link_split(right[i].text, host, port));
		assert_string_equal(host, right[i].host);
		assert_string_equal(port, right[i].port);
	}
	for (size_t i = 0; i < 8; i++) {
		assert_false(link_split(wrong[i], host, port));
	}
}

static void local_datagrams_are_one_message_each(void **state)
{
	struct bench *b = *state;
	listen_local(b, SOCK_DGRAM);
	assert_int_equal(link_open_local(&b->link, b->path), 0);
	assert_int_equal(link_send(&b->link, "one", 3), 0);
	assert_int_equal(link_send(&b->link, "two", 3), 0);
	assert_string_equal(take(b, b->server, 3), "one");
	assert_string_equal(take(b, b->server, 3), "two");
	assert_false(link_broken(&b->link));
}

static void local_stream_messages_end_in_nul(void **state)
{
	struct bench *b = *state;
	listen_local(b, SOCK_STREAM);
	assert_int_equal(link_open_local(&b->link, b->path), 0);
	b->peer = accept(b->server, NULL, NULL);
	assert_int_equal(link_send(&b->link, "one", 3), 0);
	assert_int_equal(link_send(&b->link, "two", 3), 0);
	assert_memory_equal(take(b, b->peer, 8), "one\0two", 8);
}

static void missing_local_server_is_an_error(void **state)
{
	struct bench *b = *state;
	char path[200];
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(link_open_local(&b->link, b->path), -ENOENT);
	assert_int_equal(link_open_local(&b->link, path), -ENAMETOOLONG);
	listen_local(b, SOCK_DGRAM);
	close(b->server);
	b->server = -1;
	assert_int_equal(link_open_local(&b->link, b->path), -ECONNREFUSED);
	assert_int_equal(b->link.fd, -1);
}

static void gone_local_server_closes_the_link(void **state)
{
	struct bench *b = *state;
	listen_local(b, SOCK_DGRAM);
	assert_int_equal(link_open_local(&b->link, b->path), 0);
	close(b->server);
	b->server = -1;
	assert_int_equal(link_send(&b->link, "one", 3), -ECONNREFUSED);
	assert_int_equal(b->link.fd, -1);
}

static void full_local_queue_is_waited_for_and_then_told(void **state)
{
	struct bench *b = *state;
	int error = 0, sent = 0;
	listen_local(b, SOCK_DGRAM);
	assert_int_equal(link_open_local(&b->link, b->path), 0);
	while (error == 0) {
		error = link_send(&b->link, "one", 3);
		sent += error == 0;
	}
	assert_int_equal(error, -ETIMEDOUT);
	b->stop_after = 1;
	assert_int_equal(link_send(&b->link, "one", 3), -ECANCELED);
	assert_true(b->link.fd >= 0);
	for (; sent > 0; sent--) {
		take(b, b->server, 3);
	}
	assert_int_equal(link_send(&b->link, "two", 3), 0);
	assert_string_equal(take(b, b->server, 3), "two");
}

static void tcp_frames_count_their_octets(void **state)
{
	struct bench *b = *state;
	connect_tcp(b);
	assert_int_equal(link_send(&b->link, "hello", 5), 0);
	assert_int_equal(link_send(&b->link, "W\xC3\xA4rme", 6), 0);
	assert_string_equal(take(b, b->peer, 15), "5 hello6 W\xC3\xA4rme");
}

static void half_a_frame_is_the_last_thing_on_a_connection(void **state)
{
	struct bench *b = *state;
	size_t size = 32u << 20, got = 0;
	char *large = malloc(size), block[65536];
	memset(large, 'x', size);
	connect_tcp(b);
	assert_int_equal(link_send(&b->link, large, size), -ETIMEDOUT);
	assert_int_equal(b->link.fd, -1);
	ssize_t count = 0;
	while ((count = recv(b->peer, block, sizeof(block), 0)) > 0) {
		got += (size_t)count;
	}
	assert_in_range(got, 1, size);
	free(large);
}

static void closed_connection_is_noticed_before_sending(void **state)
{
	struct bench *b = *state;
	connect_tcp(b);
	assert_false(link_broken(&b->link));
	assert_int_equal(send(b->peer, "noise", 5, 0), 5);
	close(b->peer);
	b->peer = -1;
	int tries = 0;
	while (!link_broken(&b->link)) {
		assert_true(++tries < 1000000);
	}
}

static void datagram_that_is_too_long_keeps_the_link(void **state)
{
	struct bench *b = *state;
	const char *problem;
	char *large = calloc(1, 70000);
	listen_inet(b, SOCK_DGRAM);
	assert_int_equal(link_open_host(&b->link, "localhost", b->port, &problem), 0);
	assert_int_equal(link_send(&b->link, large, 70000), -EMSGSIZE);
	assert_true(b->link.fd >= 0);
	link_close(&b->link);
	assert_int_equal(link_open_host(&b->link, "127.0.0.1", b->port, &problem), 0);
	assert_int_equal(link_send(&b->link, "one", 3), 0);
	assert_string_equal(take(b, b->server, 3), "one");
	free(large);
}

static void unreachable_servers_are_told_apart(void **state)
{
	struct bench *b = *state;
	const char *problem;
	listen_inet(b, SOCK_STREAM);
	close(b->server);
	b->server = -1;
	assert_int_equal(
			link_open_host(&b->link, "127.0.0.1", b->port, &problem), -ECONNREFUSED);
	assert_null(problem);
	assert_int_equal(
			link_open_host(&b->link, "127.0.0.1", "no-port", &problem), -EHOSTUNREACH);
	assert_non_null(problem);
}

/* A full accept queue drops further SYNs, so that connecting hangs. */
static void hanging_connect_ends_in_time(void **state)
{
	struct bench *b = *state;
	const char *problem;
	int error = 0;
	struct link held[64];
	size_t count = 0;
	listen_inet(b, SOCK_STREAM);
	assert_int_equal(listen(b->server, 0), 0);
	while (count < 64 && error == 0) {
		held[count] = b->link;
		error = link_open_host(&held[count], "127.0.0.1", b->port, &problem);
		count += error == 0;
	}
	assert_int_equal(error, -ETIMEDOUT);
	b->stop_after = 1;
	assert_int_equal(
			link_open_host(&b->link, "127.0.0.1", b->port, &problem), -ECANCELED);
	while (count > 0) {
		link_close(&held[--count]);
	}
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(addresses_are_split),
		ROW(local_datagrams_are_one_message_each),
		ROW(local_stream_messages_end_in_nul),
		ROW(missing_local_server_is_an_error),
		ROW(gone_local_server_closes_the_link),
		ROW(full_local_queue_is_waited_for_and_then_told),
		ROW(tcp_frames_count_their_octets),
		ROW(half_a_frame_is_the_last_thing_on_a_connection),
		ROW(closed_connection_is_noticed_before_sending),
		ROW(datagram_that_is_too_long_keeps_the_link),
		ROW(unreachable_servers_are_told_apart),
		ROW(hanging_connect_ends_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
