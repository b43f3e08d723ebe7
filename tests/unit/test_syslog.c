/* SPDX-License-Identifier: MIT */
/* The syslog sink: what arrives at a server, and what happens when there is none. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <metergate/testing.h>

/* What syslog(3) was called with. */
static struct {
	int priority, calls;
	char text[512];
} libc;

void __wrap_syslog(int priority, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
void __wrap___syslog_chk(int priority, int flag, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

void __wrap_syslog(int priority, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(libc.text, sizeof(libc.text), format, arguments);
	va_end(arguments);
	libc.priority = priority;
	libc.calls++;
}

/* What a fortified build calls instead. */
void __wrap___syslog_chk(int priority, int flag, const char *format, ...)
{
	(void)flag;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(libc.text, sizeof(libc.text), format, arguments);
	va_end(arguments);
	libc.priority = priority;
	libc.calls++;
}

struct bench {
	struct mg_testing t;
	const struct mg_sink *sink;
	void *self;
	int server, peer;
	char address[64], text[8192];
	struct mg_testing_sample samples[3];
	const struct mg_reading *batch[3];
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	memset(&libc, 0, sizeof(libc));
	mg_testing_init(&b->t);
	b->sink = metergate_plugin.sink;
	b->server = b->peer = -1;
	for (size_t i = 0; i < 3; i++) {
		b->batch[i] = mg_testing_sample_init(&b->samples[i], i + 1);
	}
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	if (b->server >= 0) {
		close(b->server);
	}
	if (b->peer >= 0) {
		close(b->peer);
	}
	mg_testing_finish(&b->t);
	free(b);
	return 0;
}

/* A server on `port`, 0 for any; sets b->address to "address=127.0.0.1:PORT". */
static void serve(struct bench *b, int type, uint16_t *port)
{
	const int on = 1;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(*port) };
	socklen_t size = sizeof(address);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	b->server = socket(AF_INET, type, 0);
	setsockopt(b->server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(b->server, (struct sockaddr *)(void *)&address, size), 0);
	getsockname(b->server, (struct sockaddr *)(void *)&address, &size);
	*port = ntohs(address.sin_port);
	snprintf(b->address, sizeof(b->address), "address=127.0.0.1:%u", *port);
	if (type == SOCK_STREAM) {
		assert_int_equal(listen(b->server, 5), 0);
	}
}

static int start(struct bench *b, const char *one, const char *two, const char *three)
{
	const char *settings[] = { one, two, three, "hostname=h", NULL };
	b->self = mg_testing_instance(
			&b->t, b->sink->instance_size, &b->sink->options, settings);
	assert_non_null(b->self);
	return b->sink->open(b->self);
}

static int put(struct bench *b, size_t from, size_t count, size_t *taken)
{
	*taken = 0;
	mg_testing_clear(&b->t);
	return b->sink->write(b->self, b->batch + from, count, taken);
}

static const char *datagram(struct bench *b)
{
	ssize_t size = recv(b->server, b->text, sizeof(b->text) - 1, 0);
	assert_true(size > 0);
	b->text[size] = '\0';
	return b->text;
}

/* One frame with octet counting. */
static const char *frame(struct bench *b)
{
	size_t length = 0;
	char digit = '\0';
	while (recv(b->peer, &digit, 1, MSG_WAITALL) == 1 && digit != ' ') {
		assert_in_range(digit, '0', '9');
		length = length * 10 + (size_t)(digit - '0');
	}
	assert_in_range(length, 1, sizeof(b->text) - 1);
	assert_int_equal(recv(b->peer, b->text, length, MSG_WAITALL), length);
	b->text[length] = '\0';
	return b->text;
}

static void udp_messages_are_numbered(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	serve(b, SOCK_DGRAM, &port);
	assert_int_equal(start(b, "transport=udp", b->address, "facility=local7"), MG_OK);
	assert_int_equal(put(b, 0, 3, &taken), MG_OK);
	assert_ptr_equal(strstr(datagram(b), "<190>1 2026-"), b->text);
	assert_non_null(strstr(b->text, "sequenceId=\"1\""));
	assert_non_null(strstr(b->text, "energy=\"12345001 Wh\""));
	assert_non_null(strstr(b->text, "cellar/heat-1 energy=12345001Wh"));
	assert_non_null(strstr(datagram(b), "sequenceId=\"2\""));
	b->sink->close(b->self);
}

static void events_have_their_own_severity_and_json_is_possible(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	serve(b, SOCK_DGRAM, &port);
	b->samples[0].reading.type = "bus_down";
	assert_int_equal(start(b, "transport=udp", b->address, "format=json"), MG_OK);
	assert_int_equal(put(b, 0, 1, &taken), MG_OK);
	assert_ptr_equal(strstr(datagram(b), "<29>1 "), b->text);
	assert_non_null(strstr(b->text, " bus_down ["));
	assert_non_null(strstr(b->text, "\xEF\xBB\xBF{\"schema\":1,"));
	b->sink->close(b->self);
}

static void long_messages_are_cut_and_counted(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	char name[3000];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	b->samples[0].reading.device = name;
	serve(b, SOCK_DGRAM, &port);
	assert_int_equal(start(b, "transport=udp", b->address, NULL), MG_OK);
	assert_int_equal(put(b, 0, 1, &taken), MG_OK);
	assert_int_equal(strlen(datagram(b)), 2048);
	assert_int_equal(mg_testing_counter(&b->t, "truncated"), 1);
	b->sink->close(b->self);
}

static void tcp_server_that_restarts_misses_nothing_later(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	serve(b, SOCK_STREAM, &port);
	assert_int_equal(start(b, "transport=tcp", b->address, NULL), MG_OK);
	b->peer = accept(b->server, NULL, NULL);
	assert_int_equal(put(b, 0, 1, &taken), MG_OK);
	assert_non_null(strstr(frame(b), "sequenceId=\"1\""));
	close(b->peer);
	close(b->server);
	b->peer = b->server = -1;
	int result = MG_OK;
	for (int tries = 0; result == MG_OK; tries++) {
		assert_true(tries < 1000);
		result = put(b, 1, 1, &taken);
	}
	assert_int_equal(result, MG_RETRY);
	assert_int_equal(taken, 0);
	assert_int_equal(put(b, 1, 1, &taken), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "tcp 127.0.0.1:"));
	assert_non_null(strstr(b->t.reason, "no syslog server listens"));
	serve(b, SOCK_STREAM, &port);
	assert_int_equal(put(b, 1, 2, &taken), MG_OK);
	b->peer = accept(b->server, NULL, NULL);
	assert_non_null(strstr(frame(b), " seq=\"2\""));
	assert_non_null(strstr(frame(b), " seq=\"3\""));
	assert_int_equal(mg_testing_counter(&b->t, "reconnects"), 1);
	b->sink->close(b->self);
}

static void reopen_connects_anew(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	serve(b, SOCK_STREAM, &port);
	assert_int_equal(start(b, "transport=tcp", b->address, NULL), MG_OK);
	close(accept(b->server, NULL, NULL));
	assert_int_equal(b->sink->reopen(b->self), MG_OK);
	b->peer = accept(b->server, NULL, NULL);
	assert_int_equal(put(b, 0, 1, &taken), MG_OK);
	frame(b);
	b->sink->close(b->self);
}

static void interrupt_ends_a_wait_for_a_stalled_server(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	serve(b, SOCK_STREAM, &port);
	assert_int_equal(start(b, "transport=tcp", b->address, "timeout=10m"), MG_OK);
	int result = MG_OK;
	b->sink->interrupt(b->self);
	while (result == MG_OK) {
		result = put(b, 0, 3, &taken);
	}
	assert_int_equal(result, MG_RETRY);
	assert_int_equal(b->t.error, ECANCELED);
	mg_testing_cancel(&b->t);
	result = MG_OK;
	while (result == MG_OK) {
		result = put(b, 0, 3, &taken);
	}
	assert_int_equal(b->t.error, ECANCELED);
	b->sink->close(b->self);
}

static void largest_message_fits_one_datagram(void **state)
{
	struct bench *b = *state;
	uint16_t port = 0;
	size_t taken;
	char *name = malloc(80000);
	memset(name, 'x', 79999);
	name[79999] = '\0';
	b->samples[0].reading.device = name;
	serve(b, SOCK_DGRAM, &port);
	assert_int_equal(start(b, "transport=udp", b->address, "max_size=65000"), MG_OK);
	assert_int_equal(put(b, 0, 1, &taken), MG_OK);
	assert_int_equal(recv(b->server, NULL, 0, MSG_TRUNC), 65000);
	b->sink->close(b->self);
	free(name);
}

static void local_server_that_is_missing_is_named(void **state)
{
	struct bench *b = *state;
	char long_path[200] = "address=/";
	memset(long_path + 9, 'x', 180);
	assert_int_equal(start(b, "address=/no/such/log", NULL, NULL), MG_RETRY);
	assert_string_equal(b->t.reason,
			"local /no/such/log: there is no such socket; start a syslog server there");
	assert_int_equal(start(b, long_path, NULL, NULL), MG_REJECT);
}

static void wrong_addresses_are_rejected(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "transport=udp", NULL, NULL), MG_REJECT);
	assert_string_equal(b->t.reason, "address: missing; write HOST:PORT, or [IPv6]:PORT");
	assert_int_equal(start(b, "transport=tcp", "address=::1", NULL), MG_REJECT);
	assert_int_equal(start(b, "transport=libc", "address=x", NULL), MG_REJECT);
	assert_int_equal(start(b, "transport=tcp", "address=127.0.0.1:nope", NULL), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "tcp 127.0.0.1:nope: "));
}

static void memory_that_is_short_keeps_the_reading(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(start(b, "transport=libc", NULL, NULL), MG_OK);
	b->t.encode_fails = true;
	assert_int_equal(put(b, 0, 1, &taken), MG_RETRY);
	assert_int_equal(taken, 0);
	assert_int_equal(libc.calls, 0);
	b->sink->close(b->self);
}

static void libc_gets_one_line_with_its_priority(void **state)
{
	struct bench *b = *state;
	size_t taken;
	b->samples[0].reading.device = "a\nb%s";
	assert_int_equal(start(b, "transport=libc", "facility=user", NULL), MG_OK);
	assert_int_equal(b->sink->reopen(b->self), MG_OK);
	assert_int_equal(put(b, 0, 2, &taken), MG_OK);
	assert_int_equal(libc.calls, 2);
	assert_int_equal(libc.priority, 1 << 3 | 6);
	assert_ptr_equal(strstr(libc.text, "cellar/heat-1 energy="), libc.text);
	assert_int_equal(put(b, 0, 1, &taken), MG_OK);
	assert_ptr_equal(strstr(libc.text, "cellar/a b%s energy="), libc.text);
	b->sink->close(b->self);
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(udp_messages_are_numbered),
		ROW(events_have_their_own_severity_and_json_is_possible),
		ROW(long_messages_are_cut_and_counted),
		ROW(tcp_server_that_restarts_misses_nothing_later),
		ROW(reopen_connects_anew),
		ROW(interrupt_ends_a_wait_for_a_stalled_server),
		ROW(largest_message_fits_one_datagram),
		ROW(local_server_that_is_missing_is_named),
		ROW(wrong_addresses_are_rejected),
		ROW(memory_that_is_short_keeps_the_reading),
		ROW(libc_gets_one_line_with_its_priority),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
