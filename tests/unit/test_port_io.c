/* SPDX-License-Identifier: MIT */
/* Bytes through an open port, and what ends it. */
#include <netinet/in.h>

#include "port_fixture.h"

static const uint8_t request[] = { 0x10, 0x40, 0x05, 0x45, 0x16 };

static bool is_sent(void *data)
{
	return ((struct fixture *)data)->sent == 1;
}

static bool five_received(void *data)
{
	return ((struct fixture *)data)->received_size == 5;
}

static void test_a_request_goes_out_at_once(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[16];
	open_port(f, &plain);
	assert_true(port_io_send(&f->port, request, sizeof(request)));
	assert_int_equal(read(f->far, bytes, sizeof(bytes)), sizeof(request));
	assert_memory_equal(bytes, request, sizeof(request));
	assert_int_equal(f->counters.bytes_sent, sizeof(request));
	assert_int_equal(f->sent, 0);
}

static void test_a_request_in_pieces(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[16];
	open_port(f, &full);
	f->scripted.write_max = 2;
	f->scripted.write_blocks = 1;
	assert_false(port_io_send(&f->port, request, sizeof(request)));
	assert_true(bench_wait(&f->bench, is_sent, f));
	assert_int_equal(read(f->far, bytes, sizeof(bytes)), sizeof(request));
	assert_memory_equal(bytes, request, sizeof(request));
}

static void test_what_is_dropped_is_not_sent_later(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[16];
	open_port(f, &full);
	f->scripted.write_max = 2;
	f->scripted.write_blocks = 1;
	assert_false(port_io_send(&f->port, request, sizeof(request)));
	port_io_drop(&f->port);
	f->scripted.write_max = sizeof(request);
	assert_true(port_io_send(&f->port, request, sizeof(request)));
	ssize_t size = read(f->far, bytes, sizeof(bytes));
	assert_true(size >= (ssize_t)sizeof(request));
	assert_memory_equal(bytes + size - sizeof(request), request, sizeof(request));
	assert_int_equal(f->counters.bytes_sent, size);
	assert_int_equal(f->sent, 0);
}

static void test_an_interrupted_write_goes_on(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.write_error = EINTR;
	assert_true(port_io_send(&f->port, request, sizeof(request)));
}

static void test_a_write_that_fails_loses_the_port(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.write_error = EPIPE;
	assert_false(port_io_send(&f->port, request, sizeof(request)));
	assert_int_equal(f->down, 1);
	assert_int_equal(f->port.error, EPIPE);
	assert_int_equal(f->counters.hangups, 1);
	assert_false(port_io_send(&f->port, request, sizeof(request)));
}

static void test_more_than_a_frame_is_not_sent(void **state)
{
	struct fixture *f = *state;
	uint8_t flood[MG_FRAME_MAX + 1] = { 0 };
	open_port(f, &plain);
	assert_false(port_io_send(&f->port, flood, sizeof(flood)));
	assert_int_equal(f->counters.bytes_sent, 0);
}

static void test_a_descriptor_that_is_no_socket(void **state)
{
	struct fixture *f = *state;
	int ends[2];
	uint8_t bytes[16];
	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	f->scripted.fd = ends[1];
	use_transport(f, &full);
	f->port.transport = &plain;
	/* Reading from this end of a pipe fails, so look at the writing alone. */
	f->port.state = PORT_OPEN;
	f->port.fd = ends[1];
	assert_true(port_io_send(&f->port, request, sizeof(request)));
	assert_int_equal(read(ends[0], bytes, sizeof(bytes)), sizeof(request));
	f->port.state = PORT_CLOSED;
	f->port.fd = -1;
	close(ends[0]);
	close(ends[1]);
}

static void test_bytes_come_with_their_flags(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.rx_flags = MG_RX_PARITY;
	assert_int_equal(write(f->far, request, 5), 5);
	assert_true(bench_wait(&f->bench, five_received, f));
	assert_memory_equal(f->received, request, 5);
	assert_int_equal(f->rx_flags, MG_RX_PARITY);
	assert_int_equal(f->counters.bytes_received, 5);
}

static void test_what_came_before_the_open_is_thrown_away(void **state)
{
	struct fixture *f = *state;
	char stale[PORT_FLUSH_MAX / 2] = { 0 };
	make_line(f);
	assert_int_equal(write(f->far, stale, sizeof(stale)), sizeof(stale));
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_open, f));
	assert_int_equal(f->counters.discarded_bytes, sizeof(stale));
	assert_int_equal(f->received_size, 0);
}

static void test_a_line_that_was_closed_before_it_was_used(void **state)
{
	struct fixture *f = *state;
	make_line(f);
	close(f->far);
	f->far = -1;
	use_transport(f, &plain);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_int_equal(f->opened, 0);
}

static bool some_received(void *data)
{
	return ((struct fixture *)data)->received_size > 0;
}

static bool some_turns_later(void *data)
{
	struct fixture *f = data;
	return ++f->sent == 10;
}

static void test_bytes_wait_while_nobody_listens(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	port_io_listen(&f->port, false);
	assert_int_equal(write(f->far, request, 5), 5);
	assert_true(bench_wait(&f->bench, some_turns_later, f));
	assert_int_equal(f->received_size, 0);
	port_io_listen(&f->port, true);
	assert_true(bench_wait(&f->bench, five_received, f));
}

static void test_what_came_meanwhile_can_be_looked_for(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	port_io_listen(&f->port, false);
	port_io_look(&f->port);
	assert_int_equal(f->received_size, 0);
	assert_int_equal(write(f->far, request, 5), 5);
	port_io_look(&f->port);
	assert_int_equal(f->received_size, 5);
	assert_memory_equal(f->received, request, 5);
}

static void test_a_port_that_listens_need_not_look(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	assert_int_equal(write(f->far, request, 5), 5);
	port_io_look(&f->port);
	assert_int_equal(f->received_size, 0);
	assert_true(bench_wait(&f->bench, five_received, f));
}

static void test_a_hang_up_is_found_by_looking(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	port_io_listen(&f->port, false);
	close(f->far);
	f->far = -1;
	port_io_look(&f->port);
	assert_true(f->down);
	assert_string_equal(f->port.reason, "the other side closed the connection");
}

/* An open port on a TCP connection, which the system counts the bytes of. */
static void open_tcp(struct fixture *f, const struct mg_transport *transport)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	f->scripted.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(connect(f->scripted.fd, (struct sockaddr *)&address, size), 0);
	f->far = accept(listener, NULL, NULL);
	close(listener);
	fcntl(f->scripted.fd, F_SETFL, O_NONBLOCK);
	use_transport(f, transport);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_open, f));
}

static void test_bytes_that_are_awaited_come_all_at_once(void **state)
{
	struct fixture *f = *state;
	open_tcp(f, &plain);
	assert_true(port_io_await(&f->port, 5));
	assert_int_equal(write(f->far, request, 4), 4);
	assert_true(bench_wait(&f->bench, some_turns_later, f));
	assert_int_equal(f->received_size, 0);
	assert_int_equal(write(f->far, request + 4, 1), 1);
	assert_true(bench_wait(&f->bench, five_received, f));
	assert_memory_equal(f->received, request, 5);
}

static bool four_found_by_looking(void *data)
{
	struct fixture *f = data;
	port_io_look(&f->port);
	return f->received_size == 4;
}

static void test_fewer_bytes_than_awaited_can_be_looked_for(void **state)
{
	struct fixture *f = *state;
	open_tcp(f, &plain);
	assert_true(port_io_await(&f->port, 6));
	assert_int_equal(write(f->far, request, 4), 4);
	assert_true(bench_wait(&f->bench, four_found_by_looking, f));
	assert_int_equal(write(f->far, request + 4, 1), 1);
	assert_true(port_io_await(&f->port, 1));
	assert_true(bench_wait(&f->bench, five_received, f));
}

static void test_a_hang_up_is_seen_while_bytes_are_awaited(void **state)
{
	struct fixture *f = *state;
	open_tcp(f, &plain);
	assert_true(port_io_await(&f->port, 5));
	assert_int_equal(write(f->far, request, 4), 4);
	close(f->far);
	f->far = -1;
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_int_equal(f->received_size, 4);
	assert_string_equal(f->port.reason, "the other side closed the connection");
}

static void test_only_tcp_without_a_read_of_its_own_can_count(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	assert_false(port_io_await(&f->port, 5));
	assert_int_equal(write(f->far, request, 5), 5);
	assert_true(bench_wait(&f->bench, five_received, f));
	stop_port(f);
	assert_false(port_io_await(&f->port, 5));
}

static void test_a_read_of_its_own_may_give_other_bytes(void **state)
{
	struct fixture *f = *state;
	open_tcp(f, &full);
	assert_false(port_io_await(&f->port, 5));
	assert_int_equal(write(f->far, request, 1), 1);
	assert_true(bench_wait(&f->bench, some_received, f));
}

static void test_a_hang_up_is_seen(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	close(f->far);
	f->far = -1;
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_string_equal(f->port.reason, "the other side closed the connection");
	assert_int_equal(f->port.error, 0);
}

static void test_an_unplugged_adapter_is_named(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.read_error = EIO;
	assert_int_equal(write(f->far, request, 1), 1);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_string_equal(f->port.reason, "the port hung up; was the adapter unplugged?");
	assert_int_equal(f->port.error, EIO);
}

static void test_any_other_error_is_named_too(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.read_error = ECONNRESET;
	assert_int_equal(write(f->far, request, 1), 1);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_string_equal(f->port.reason, "Connection reset by peer");
}

static void test_a_failure_without_errno_is_put_in_words(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.read_error = -1;
	assert_int_equal(write(f->far, request, 1), 1);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_non_null(strstr(f->port.reason, "without an errno"));
}

static void test_more_bytes_than_there_was_room_for_are_not_believed(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.surplus = 100000;
	assert_int_equal(write(f->far, request, 1), 1);
	assert_true(bench_wait(&f->bench, is_down, f));
	assert_non_null(strstr(f->port.reason, "more bytes than it was given"));
	assert_int_equal(f->received_size, 0);
	assert_int_equal(f->counters.bytes_received, 0);
}

static void test_more_bytes_than_there_were_are_not_believed(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.surplus = 1;
	assert_false(port_io_send(&f->port, request, sizeof(request)));
	assert_int_equal(f->down, 1);
	assert_non_null(strstr(f->port.reason, "more bytes than it was given"));
	assert_int_equal(f->counters.bytes_sent, 0);
}

static void test_a_transport_that_does_not_know_what_it_holds(void **state)
{
	struct fixture *f = *state;
	open_port(f, &plain);
	assert_int_equal(port_io_unsent(&f->port), 0);
}

static void test_what_the_transport_still_holds(void **state)
{
	struct fixture *f = *state;
	open_port(f, &full);
	f->scripted.unsent = 3;
	assert_int_equal(port_io_unsent(&f->port), 3);
	f->scripted.unsent = -1;
	assert_int_equal(port_io_unsent(&f->port), 0);
	f->scripted.unsent = INT32_MAX;
	assert_int_equal(port_io_unsent(&f->port), sizeof(f->port.out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_request_goes_out_at_once),
		TEST(test_a_request_in_pieces),
		TEST(test_what_is_dropped_is_not_sent_later),
		TEST(test_an_interrupted_write_goes_on),
		TEST(test_a_write_that_fails_loses_the_port),
		TEST(test_more_than_a_frame_is_not_sent),
		TEST(test_a_descriptor_that_is_no_socket),
		TEST(test_bytes_come_with_their_flags),
		TEST(test_what_came_before_the_open_is_thrown_away),
		TEST(test_a_line_that_was_closed_before_it_was_used),
		TEST(test_bytes_wait_while_nobody_listens),
		TEST(test_what_came_meanwhile_can_be_looked_for),
		TEST(test_a_port_that_listens_need_not_look),
		TEST(test_a_hang_up_is_found_by_looking),
		TEST(test_bytes_that_are_awaited_come_all_at_once),
		TEST(test_fewer_bytes_than_awaited_can_be_looked_for),
		TEST(test_a_hang_up_is_seen_while_bytes_are_awaited),
		TEST(test_only_tcp_without_a_read_of_its_own_can_count),
		TEST(test_a_read_of_its_own_may_give_other_bytes),
		TEST(test_a_hang_up_is_seen),
		TEST(test_an_unplugged_adapter_is_named),
		TEST(test_any_other_error_is_named_too),
		TEST(test_a_failure_without_errno_is_put_in_words),
		TEST(test_more_bytes_than_there_was_room_for_are_not_believed),
		TEST(test_more_bytes_than_there_were_are_not_believed),
		TEST(test_a_transport_that_does_not_know_what_it_holds),
		TEST(test_what_the_transport_still_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
