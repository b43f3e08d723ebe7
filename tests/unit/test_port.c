/* SPDX-License-Identifier: MIT */
/* The life of a port: open, connect, lost, again, stopped. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>

#include "port_fixture.h"

static const char *state_text(struct fixture *f)
{
	static char text[HOST_REASON_SIZE + 80];
	port_state_text(&f->port, text, sizeof(text));
	return text;
}

static bool down_three_times(void *data)
{
	return ((struct fixture *)data)->down >= 3;
}

static bool open_twice(void *data)
{
	return ((struct fixture *)data)->opened == 2;
}

static bool is_opening(void *data)
{
	return atomic_load(&((struct fixture *)data)->scripted.opens) == 1;
}

static void test_opening_sets_the_line_and_the_power(void **state)
{
	struct fixture *f = *state;
	make_line(f);
	use_transport(f, &full);
	assert_string_equal(state_text(f), "closed");
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_open, f));
	assert_int_equal(f->scripted.baud, 9600);
	assert_int_equal(f->scripted.power, 1);
	assert_true(f->port.powered);
	assert_string_equal(state_text(f), "open");
	stop_port(f);
	assert_string_equal(state_text(f), "closed");
	assert_int_equal(f->scripted.power, 0);
	assert_int_equal(f->scripted.closes, 1);
	assert_int_equal(f->down, 0);
}

static void test_a_transport_without_power(void **state)
{
	struct fixture *f = *state;
	f->scripted.power_result = MG_REJECT;
	open_port(f, &full);
	assert_false(f->port.powered);
}

static void test_a_line_that_cannot_be_set(void **state)
{
	struct fixture *f = *state;
	f->scripted.line_result = MG_RETRY;
	make_line(f);
	use_transport(f, &full);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_string_equal(f->port.reason, "no such baud rate");
	assert_int_equal(f->port.error, EINVAL);
	assert_int_equal(f->opened, 0);
	assert_int_equal(f->counters.open_failures, 1);
}

static void test_failures_are_tried_again_later_and_later(void **state)
{
	struct fixture *f = *state;
	f->scripted.open_result = MG_RETRY;
	use_transport(f, &plain);
	int64_t begun = loop_clock();
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, down_three_times, f));
	assert_true(loop_clock() - begun >= (20 + 40) * 1000);
	assert_string_equal(
			f->port.reason, "cannot be opened, and the transport gave no reason");
	assert_non_null(strstr(state_text(f), "closed, next try in "));
	assert_int_equal(f->port.pause, 50);
	f->scripted.open_result = MG_OK;
	make_line(f);
	assert_true(bench_wait(&f->bench, is_open, f));
}

static void test_who_asks_in_between_makes_nobody_wait_longer(void **state)
{
	struct fixture *f = *state;
	f->scripted.open_result = MG_RETRY;
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, down_three_times, f));
	assert_int_equal(f->port.pause, 50);
	port_open(&f->port);
	assert_int_equal(f->port.pause, 20);
}

static void test_a_plugin_may_say_when_to_try_again(void **state)
{
	struct fixture *f = *state;
	f->scripted.open_result = MG_RETRY;
	f->scripted.retry_after = 300;
	use_transport(f, &plain);
	int64_t begun = loop_clock();
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_true(f->port.retry_at - begun >= 300000);
}

static void test_a_wrong_configuration_is_not_tried_again(void **state)
{
	struct fixture *f = *state;
	f->scripted.open_result = MG_REJECT;
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_string_equal(state_text(f), "closed, the configuration is wrong: cannot be "
									   "opened, and the transport gave no reason");
	port_open(&f->port);
	assert_true(f->port.retry_at == LOOP_NEVER);
	assert_int_equal(f->scripted.opens, 1);
}

static void test_a_lost_port_is_closed_and_opened_again(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	port_lost(&f->port, EIO, "test");
	assert_int_equal(f->down, 1);
	assert_int_equal(f->port.state, PORT_CLOSING);
	assert_string_equal(f->port.reason, "test");
	assert_non_null(strstr(state_text(f), "closing for "));
	port_lost(&f->port, EIO, "twice");
	assert_int_equal(f->down, 1);
	make_line(f);
	assert_true(bench_wait(&f->bench, open_twice, f));
	assert_int_equal(f->counters.opens, 2);
}

static void test_what_is_said_before_the_first_try(void **state)
{
	struct fixture *f = *state;
	make_line(f);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_string_equal(state_text(f), "about to open");
	assert_true(bench_wait(&f->bench, is_open, f));
}

static bool is_closed(void *data)
{
	return ((struct fixture *)data)->port.state == PORT_CLOSED;
}

static void test_who_cannot_wait_opens_a_port_that_still_closes(void **state)
{
	struct fixture *f = *state;
	f->settings.reconnect_min = 3600000;
	f->settings.reconnect_max = 3600000;
	open_port(f, &plain);
	port_lost(&f->port, EIO, "test");
	assert_int_equal(f->port.state, PORT_CLOSING);
	make_line(f);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, open_twice, f));
}

static void *say_retry_now(void *data)
{
	struct mg_instance *instance = data;
	instance->gw->retry_now(instance->host);
	return NULL;
}

/* As a plugin does it, on a thread of its own. */
static void retry_now(struct fixture *f)
{
	pthread_t thread;
	pthread_create(&thread, NULL, say_retry_now, &f->scripted.instance);
	pthread_join(thread, NULL);
}

static void test_a_plugin_may_end_the_pause(void **state)
{
	struct fixture *f = *state;
	f->settings.reconnect_min = 3600000;
	f->settings.reconnect_max = 3600000;
	f->scripted.open_result = MG_RETRY;
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	f->scripted.open_result = MG_OK;
	make_line(f);
	retry_now(f);
	assert_true(bench_wait(&f->bench, is_open, f));
	stop_port(f);
	retry_now(f);
	f->stopped = 0;
	assert_true(bench_wait(&f->bench, is_closed, f));
	assert_int_equal(f->scripted.opens, 2);
	f->stopped = 1;
}

static bool is_back(void *data)
{
	return ((struct fixture *)data)->down == 2;
}

static void test_a_plugin_may_end_the_pause_before_it_begins(void **state)
{
	struct fixture *f = *state;
	f->settings.reconnect_min = 3600000;
	f->settings.reconnect_max = 3600000;
	f->scripted.open_result = MG_RETRY;
	atomic_store(&f->scripted.slow, true);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_opening, f));
	retry_now(f);
	atomic_store(&f->scripted.slow, false);
	assert_true(bench_wait(&f->bench, is_back, f));
	assert_int_equal(f->scripted.opens, 2);
}

static bool is_hanging(void *data)
{
	return port_hangs(&((struct fixture *)data)->port);
}

static void test_a_close_that_hangs_is_named(void **state)
{
	struct fixture *f = *state;
	f->settings.open_timeout = 30;
	open_port(f, &plain);
	atomic_store(&f->scripted.slow_close, true);
	port_lost(&f->port, EIO, "test");
	assert_true(bench_wait(&f->bench, is_hanging, f));
	assert_string_equal(
			state_text(f), "hangs: close() of the transport has not returned for 30 ms");
	atomic_store(&f->scripted.slow_close, false);
	assert_true(bench_wait(&f->bench, hangs_no_more, f));
}

/* A socket that connects to a port of this machine on which nobody, or we, listen. */
static int connecting_to(int *listener, bool listening)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(*listener, (struct sockaddr *)&address, &size), 0);
	if (listening) {
		assert_int_equal(listen(*listener, 1), 0);
	}
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	(void)!connect(fd, (struct sockaddr *)&address, size);
	return fd;
}

static void test_a_connect_that_succeeds(void **state)
{
	struct fixture *f = *state;
	int listener;
	f->scripted.connecting = true;
	f->scripted.fd = connecting_to(&listener, true);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_open, f));
	close(listener);
}

static void test_a_connect_that_is_refused(void **state)
{
	struct fixture *f = *state;
	int listener;
	f->scripted.connecting = true;
	f->scripted.fd = connecting_to(&listener, false);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_int_equal(f->port.error, ECONNREFUSED);
	assert_string_equal(f->port.reason, "cannot connect: Connection refused; is the "
										"converter on, and is the port right?");
	assert_int_equal(f->counters.open_failures, 1);
	close(listener);
}

/* A descriptor that is not writable: the connect goes on. */
static void make_busy_line(struct fixture *f)
{
	char bytes[4096] = { 0 };
	make_line(f);
	while (write(f->scripted.fd, bytes, sizeof(bytes)) > 0) {
	}
	f->scripted.connecting = true;
}

static void test_a_connect_that_takes_too_long(void **state)
{
	struct fixture *f = *state;
	f->settings.connect_timeout = 30;
	make_busy_line(f);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_int_equal(f->port.error, ETIMEDOUT);
	assert_non_null(strstr(f->port.reason, "cannot connect: Connection timed out"));
}

static bool is_connecting(void *data)
{
	return ((struct fixture *)data)->port.state == PORT_CONNECTING;
}

static void test_a_stop_in_the_middle_of_a_connect(void **state)
{
	struct fixture *f = *state;
	make_busy_line(f);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_connecting, f));
	assert_non_null(strstr(state_text(f), "connecting for "));
	stop_port(f);
	assert_int_equal(f->scripted.closes, 1);
	assert_int_equal(f->down, 0);
}

static void test_a_descriptor_that_cannot_be_watched(void **state)
{
	struct fixture *f = *state;
	f->scripted.fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC); /* epoll takes no files */
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_non_null(strstr(f->port.reason, "cannot be watched"));
	assert_int_equal(f->counters.open_failures, 1);
}

static void test_an_open_without_a_descriptor(void **state)
{
	struct fixture *f = *state;
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_string_equal(f->port.reason, "open() of the transport gave no descriptor");
	assert_int_equal(f->counters.opens, 0);
}

static void test_a_stop_waits_a_little_for_an_open(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->scripted.slow, true);
	make_line(f);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_opening, f));
	assert_non_null(strstr(state_text(f), "opening for "));
	port_stop(&f->port, false);
	atomic_store(&f->scripted.slow, false);
	assert_true(bench_wait(&f->bench, is_stopped, f));
	assert_int_equal(f->scripted.closes, 1);
	assert_int_equal(f->opened, 0);
	assert_false(port_hangs(&f->port));
}

static void test_a_stop_becomes_one_at_once(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->scripted.slow, true);
	make_line(f);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_opening, f));
	int64_t begun = loop_clock();
	port_stop(&f->port, false);
	port_stop(&f->port, true);
	assert_true(bench_wait(&f->bench, is_stopped, f));
	assert_true(loop_clock() - begun < PORT_STOP_GRACE);
	atomic_store(&f->scripted.slow, false);
	assert_true(bench_wait(&f->bench, hangs_no_more, f));
}

static void test_a_stop_while_an_open_fails(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->scripted.slow, true);
	f->scripted.open_result = MG_RETRY;
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_opening, f));
	port_stop(&f->port, false);
	atomic_store(&f->scripted.slow, false);
	assert_true(bench_wait(&f->bench, is_stopped, f));
	assert_int_equal(f->down, 0);
}

static void test_a_stop_does_not_wait_for_ever(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->scripted.slow, true);
	make_line(f);
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_opening, f));
	stop_port(f);
	assert_true(port_hangs(&f->port));
	assert_string_equal(state_text(f), "hangs: open() of the transport does not return");
	atomic_store(&f->scripted.slow, false);
	assert_true(bench_wait(&f->bench, hangs_no_more, f));
	assert_int_equal(f->scripted.closes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_opening_sets_the_line_and_the_power),
		TEST(test_a_transport_without_power),
		TEST(test_a_line_that_cannot_be_set),
		TEST(test_failures_are_tried_again_later_and_later),
		TEST(test_a_plugin_may_say_when_to_try_again),
		TEST(test_a_wrong_configuration_is_not_tried_again),
		TEST(test_a_lost_port_is_closed_and_opened_again),
		TEST(test_what_is_said_before_the_first_try),
		TEST(test_who_cannot_wait_opens_a_port_that_still_closes),
		TEST(test_who_asks_in_between_makes_nobody_wait_longer),
		TEST(test_a_plugin_may_end_the_pause),
		TEST(test_a_plugin_may_end_the_pause_before_it_begins),
		TEST(test_a_close_that_hangs_is_named),
		TEST(test_a_connect_that_succeeds),
		TEST(test_a_connect_that_is_refused),
		TEST(test_a_connect_that_takes_too_long),
		TEST(test_a_stop_in_the_middle_of_a_connect),
		TEST(test_a_descriptor_that_cannot_be_watched),
		TEST(test_an_open_without_a_descriptor),
		TEST(test_a_stop_waits_a_little_for_an_open),
		TEST(test_a_stop_becomes_one_at_once),
		TEST(test_a_stop_while_an_open_fails),
		TEST(test_a_stop_does_not_wait_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
