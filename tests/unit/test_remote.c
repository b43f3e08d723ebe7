/* SPDX-License-Identifier: MIT */
/* A command that a gateway at the other end of a socket does. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/remote.h"
#include "gateway/control.h"

struct bench {
	int ends[2]; /* the command's, the gateway's */
	char asked[256];
	char lines[1024];
	size_t longest;
	const char *last; /* the line that ends it */
	int raise;        /* signal that the first line raises, 0: none */
	int cancelled;    /* how often it was said that the gateway is asked to stop */
	int64_t patience;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b->ends), 0);
	b->last = "end";
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	close(b->ends[1]);
	free(b);
	return 0;
}

static bool take(void *data, const char *line, size_t size)
{
	struct bench *b = data;
	assert_int_equal(strlen(line), size);
	b->longest = size > b->longest ? size : b->longest;
	if (strlen(b->lines) + size + 2 < sizeof(b->lines)) {
		strcat(b->lines, line);
		strcat(b->lines, "|");
	}
	if (b->raise != 0) {
		raise(b->raise);
		b->raise = 0;
	}
	return strcmp(line, b->last) != 0;
}

static void say_cancelled(void *data)
{
	struct bench *b = data;
	b->cancelled++;
}

static void answers(struct bench *b, const char *text)
{
	assert_int_equal(send(b->ends[1], text, strlen(text), 0), strlen(text));
}

static int run(struct bench *b, const char *line)
{
	const struct remote_user user = { b, take, say_cancelled, b->patience };
	return remote_run(b->ends[0], line, &user);
}

static void asked(struct bench *b)
{
	ssize_t got = recv(b->ends[1], b->asked, sizeof(b->asked) - 1, MSG_DONTWAIT);
	b->asked[got > 0 ? got : 0] = '\0';
}

static void the_line_goes_out_and_lines_come_in(void **state)
{
	struct bench *b = *state;
	answers(b, "one\n\ntwo\nend\nbehind the end\n");
	assert_int_equal(run(b, "read cellar 5"), 0);
	asked(b);
	assert_string_equal(b->asked, "read cellar 5\n");
	assert_string_equal(b->lines, "one||two|end|");
}

static void a_gateway_that_goes_away_is_noticed(void **state)
{
	struct bench *b = *state;
	answers(b, "one\nhalf a li");
	shutdown(b->ends[1], SHUT_WR);
	assert_int_equal(run(b, "status"), -EPIPE);
	assert_string_equal(b->lines, "one|");
}

static void a_gateway_that_has_gone_is_noticed(void **state)
{
	struct bench *b = *state;
	shutdown(b->ends[1], SHUT_RDWR);
	assert_int_equal(run(b, "status"), -EPIPE);
}

/* In the way of a gateway: `cancel` is answered by the end. */
static void *end_when_cancelled(void *data)
{
	struct bench *b = data;
	size_t size = 0;
	while (size + 1 < sizeof(b->asked) && strstr(b->asked, "cancel\n") == NULL) {
		ssize_t got = recv(b->ends[1], b->asked + size, sizeof(b->asked) - 1 - size, 0);
		if (got <= 0) {
			return NULL;
		}
		size += (size_t)got;
		b->asked[size] = '\0';
	}
	if (send(b->ends[1], "found\nend\n", 10, 0) != 10) {
		return NULL;
	}
	return data;
}

static void a_signal_asks_for_an_early_end(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM };
	struct bench *b = *state;
	for (int i = 0; i < 2; i++) {
		pthread_t gateway;
		void *worked;
		b->raise = signals[i];
		b->asked[0] = b->lines[0] = '\0';
		answers(b, "first\n");
		assert_int_equal(pthread_create(&gateway, NULL, end_when_cancelled, b), 0);
		assert_int_equal(run(b, "scan cellar"), 0);
		assert_int_equal(pthread_join(gateway, &worked), 0);
		assert_non_null(worked);
		assert_string_equal(b->asked, "scan cellar\ncancel\n");
		assert_string_equal(b->lines, "first|found|end|");
		assert_int_equal(b->cancelled, i + 1);
		close(b->ends[1]);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b->ends), 0);
	}
	close(b->ends[0]);
}

static void silence_has_a_limit_where_one_is_set(void **state)
{
	struct bench *b = *state;
	b->patience = 20000;
	answers(b, "one\n");
	assert_int_equal(run(b, "status"), -ETIMEDOUT);
	assert_string_equal(b->lines, "one|");
	assert_int_equal(b->cancelled, 0);
}

static void silence_after_a_signal_has_a_limit(void **state)
{
	struct bench *b = *state;
	b->raise = SIGINT;
	answers(b, "first\n");
	assert_int_equal(run(b, "scan cellar"), -ETIMEDOUT);
	assert_int_equal(b->cancelled, 1);
	asked(b);
	assert_string_equal(b->asked, "scan cellar\ncancel\n");
}

/* As a gateway whose bus is slow: it has heard, and takes its time. */
static void *stop_slowly(void *data)
{
	static const char all[] = "scan cellar\ncancel\n", stopping[] = CONTROL_STOPPING "\n";
	struct bench *b = data;
	struct pollfd look = { .fd = b->ends[1], .events = POLLIN };
	ssize_t got = recv(b->ends[1], b->asked, sizeof(all) - 1, MSG_WAITALL);
	b->asked[got > 0 ? got : 0] = '\0';
	if (send(b->ends[1], stopping, sizeof(stopping) - 1, MSG_NOSIGNAL) < 0) {
		return NULL;
	}
	/* Whoever has lost patience hangs up. */
	if (poll(&look, 1, REMOTE_CANCEL_PATIENCE / 1000 * 5 / 4) != 0) {
		return NULL;
	}
	return send(b->ends[1], "end\n", 4, MSG_NOSIGNAL) == 4 ? data : NULL;
}

static void a_gateway_that_has_heard_of_the_signal_is_waited_for(void **state)
{
	struct bench *b = *state;
	pthread_t gateway;
	void *worked;
	b->raise = SIGINT;
	answers(b, "first\n");
	assert_int_equal(pthread_create(&gateway, NULL, stop_slowly, b), 0);
	assert_int_equal(run(b, "scan cellar"), 0);
	assert_int_equal(pthread_join(gateway, &worked), 0);
	assert_non_null(worked);
	assert_string_equal(b->asked, "scan cellar\ncancel\n");
}

/* Longer than any buffer at first; written while it is read. */
static void *write_long_line(void *data)
{
	struct bench *b = data;
	char *line = malloc(300000);
	if (line == NULL) {
		return NULL;
	}
	memset(line, 'x', 300000);
	memcpy(line + 299995, "\nend\n", 5);
	for (size_t sent = 0; sent < 300000;) {
		ssize_t more = send(b->ends[1], line + sent, 300000 - sent, 0);
		if (more <= 0) {
			break;
		}
		sent += (size_t)more;
	}
	free(line);
	return NULL;
}

static void lines_may_be_long(void **state)
{
	struct bench *b = *state;
	pthread_t gateway;
	assert_int_equal(pthread_create(&gateway, NULL, write_long_line, b), 0);
	assert_int_equal(run(b, "read cellar"), 0);
	assert_int_equal(pthread_join(gateway, NULL), 0);
	assert_int_equal(b->longest, 299995);
	assert_string_equal(b->lines, "end|");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_line_goes_out_and_lines_come_in),
		TEST(a_gateway_that_goes_away_is_noticed),
		TEST(a_gateway_that_has_gone_is_noticed),
		TEST(a_signal_asks_for_an_early_end),
		TEST(silence_has_a_limit_where_one_is_set),
		TEST(silence_after_a_signal_has_a_limit),
		TEST(a_gateway_that_has_heard_of_the_signal_is_waited_for),
		TEST(lines_may_be_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
