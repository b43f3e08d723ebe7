/* SPDX-License-Identifier: MIT */
/* A segment in real time: the time that bits take, blocks, and requests in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <cmocka.h>

#include <metergate/plugin.h>

#include "slaves.h"
#include "wire.h"

#define DEADLINE_MS 5000
#define ATTEMPTS 10
#define MS INT64_C(1000000)

static struct {
	struct wire wire;
	struct wire_settings settings;
	struct meter meter;
	struct slaves slaves;
	uint8_t telegram[MG_FRAME_MAX];
	struct mg_bytes literal;
	pthread_t thread;
	int master;
	atomic_int requests, garbage;
	uint32_t flags; /* of what was read last */
} bench;

static const uint8_t request[] = { 0x10, 0x5B, 0x05, 0x60, 0x16 };

static void count_event(void *data, const struct segment_event *event)
{
	(void)data;
	if (event->kind == SEGMENT_REQUEST) {
		assert_memory_equal(event->bytes.data, request, event->bytes.size);
		atomic_fetch_add(&bench.requests, 1);
	} else if (event->kind == SEGMENT_GARBAGE) {
		atomic_fetch_add(&bench.garbage, 1);
	}
}

static void *run(void *data)
{
	wire_run(data);
	return NULL;
}

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A meter at address 5 whose answer is a frame of `size` bytes; 0: it is silent. */
static void make_meter(size_t size)
{
	uint8_t data[252];
	memset(data, 0x55, sizeof(data));
	struct mg_frame frame = {
		.type = MG_FRAME_LONG, .c = 0x08, .a = 5, .ci = 0x78, .data = { data, size - 9 }
	};
	bench.literal.data = bench.telegram;
	bench.literal.size = mg_frame_build(&frame, bench.telegram, sizeof(bench.telegram));
	meter_init_literal(&bench.meter, &bench.literal, 1);
	assert_int_equal(bench.meter.address, 5);
}

static void prepare(size_t size)
{
	memset(&bench, 0, sizeof(bench));
	make_meter(size > 0 ? size : 9);
	bench.meter.quirks = size > 0 ? 0 : METER_DEAD;
	bench.slaves = (struct slaves){ &bench.meter, 1 };
	bench.settings.pacing = true;
}

static void start(uint32_t baud)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	bench.master = ends[0];
	bench.settings.fd = ends[1];
	bench.settings.stop_fd = eventfd(0, 0);
	assert_true(
			wire_init(&bench.wire, &bench.settings, &bench.slaves, count_event, NULL));
	wire_set_line(&bench.wire, baud, 8, 'E', 1);
	assert_int_equal(pthread_create(&bench.thread, NULL, run, &bench.wire), 0);
}

static void join(void)
{
	pthread_join(bench.thread, NULL);
	wire_finish(&bench.wire);
	close(bench.master);
	close(bench.settings.fd);
	close(bench.settings.stop_fd);
}

static void stop(void)
{
	eventfd_write(bench.settings.stop_fd, 1);
	join();
}

static void say(const void *bytes, size_t size)
{
	assert_int_equal(write(bench.master, bytes, size), size);
}

/* Waits for one portion. */
static size_t listen_once(uint8_t *bytes, size_t size, int deadline_ms)
{
	struct pollfd fd = { .fd = bench.master, .events = POLLIN };
	if (poll(&fd, 1, deadline_ms) <= 0) {
		return 0;
	}
	bench.flags = 0;
	long count = wire_receive(bench.master, bytes, size, &bench.flags);
	return count > 0 ? (size_t)count : 0;
}

/* Reads `size` bytes and answers how many came before the deadline. */
static size_t listen_for(size_t size, int deadline_ms)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t got = 0, count;
	while (got < size &&
			(count = listen_once(bytes + got, size - got, deadline_ms)) > 0) {
		got += count;
	}
	return got;
}

static void an_answer_takes_as_long_as_on_the_wire(void **state)
{
	(void)state;
	prepare(40);
	bench.settings.block = 16 * MS;
	start(2400);
	int64_t begin = now_ns();
	say(request, sizeof(request));
	assert_int_equal(listen_for(40, DEADLINE_MS), 40);
	/* 5 characters asked, 11 bits of pause, 40 characters answered, half a stop bit */
	assert_true(now_ns() - begin >= (5 + 1 + 40) * 11 * 1000 * MS / 2400 - MS / 4);
	stop();
}

static void a_delay_comes_on_top(void **state)
{
	(void)state;
	prepare(9);
	bench.meter.delay = 60 * MS;
	start(38400);
	int64_t begin = now_ns();
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, DEADLINE_MS), 1);
	assert_true(now_ns() - begin >= 60 * MS);
	stop();
}

static void bytes_come_one_by_one_or_in_blocks(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t most = 0, count;
	(void)state;
	prepare(60);
	start(2400);
	say(request, sizeof(request));
	assert_int_equal(listen_once(bytes, sizeof(bytes), DEADLINE_MS), 1);
	assert_int_equal(bytes[0], 0x68);
	stop();
	prepare(60);
	bench.settings.block = 100 * MS; /* 21 characters */
	start(2400);
	say(request, sizeof(request));
	for (size_t got = 0; got < 60; got += count) {
		count = listen_once(bytes, sizeof(bytes), DEADLINE_MS);
		assert_true(count > 0);
		most = count > most ? count : most;
	}
	assert_in_range(most, 21, 60);
	stop();
}

static void without_pacing_the_answer_comes_whole(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	prepare(200);
	bench.settings.pacing = false;
	bench.meter.delay = 1000000 * MS;
	start(300);
	say(request, sizeof(request));
	assert_int_equal(listen_once(bytes, sizeof(bytes), DEADLINE_MS), 200);
	assert_memory_equal(bytes, bench.telegram, 200);
	assert_int_equal(bench.flags, 0);
	stop();
}

static void requests_may_come_in_pieces_and_together(void **state)
{
	(void)state;
	prepare(9);
	bench.settings.pacing = false;
	start(2400);
	say(request, 1);
	say(request + 1, 3);
	say(request + 4, 1);
	assert_int_equal(listen_for(9, DEADLINE_MS), 9);
	uint8_t both[2 * sizeof(request)];
	memcpy(both, request, sizeof(request));
	memcpy(both + sizeof(request), request, sizeof(request));
	say(both, sizeof(both));
	assert_int_equal(listen_for(18, DEADLINE_MS), 18);
	assert_int_equal(atomic_load(&bench.requests), 3);
	stop();
}

static void pieces_are_joined_on_the_wire_too(void **state)
{
	(void)state;
	prepare(9);
	start(38400);
	say(request, 2);
	say(request + 2, 3);
	assert_int_equal(listen_for(9, DEADLINE_MS), 9);
	assert_int_equal(atomic_load(&bench.requests), 1);
	stop();
}

/* Asks until there is an answer: on a busy machine the wire may wake up so late that it
   hears what was said before and the request in one go, as one that is broken. */
static size_t ask(size_t size)
{
	size_t got = 0;
	for (int attempt = 0; attempt < ATTEMPTS && got == 0; attempt++) {
		say(request, sizeof(request));
		got = listen_for(size, DEADLINE_MS / ATTEMPTS);
	}
	return got;
}

static void broken_requests_are_ignored_until_silence(void **state)
{
	const uint8_t broken[] = { 0x10, 0x7B, 0x05, 0x81, 0x16 };
	(void)state;
	prepare(9);
	bench.settings.pacing = false;
	start(38400);
	say(broken, sizeof(broken));
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, 2 * WIRE_IDLE_MIN_MS), 0);
	assert_int_equal(ask(9), 9);
	assert_int_equal(atomic_load(&bench.requests), 1);
	assert_true(atomic_load(&bench.garbage) >= 1);
	stop();
}

static void a_request_that_breaks_off_is_forgotten(void **state)
{
	(void)state;
	for (int pacing = 0; pacing < 2; pacing++) {
		prepare(9);
		bench.settings.pacing = pacing == 1;
		start(38400);
		say(request, 3);
		assert_int_equal(listen_for(1, 2 * WIRE_IDLE_MIN_MS), 0);
		assert_int_equal(ask(9), 9);
		assert_true(atomic_load(&bench.garbage) >= 1);
		stop();
	}
}

static void who_answers_does_not_hear(void **state)
{
	(void)state;
	prepare(100);
	start(9600);
	say(request, sizeof(request));
	assert_int_equal(listen_for(10, DEADLINE_MS), 10);
	say(request, sizeof(request)); /* into the answer, of which the master then misses
									  five characters */
	assert_in_range(listen_for(90, 300), 80, 86);
	assert_int_equal(listen_for(1, 100), 0);
	stop();
}

static void silence_is_an_answer_too(void **state)
{
	(void)state;
	prepare(0);
	start(38400);
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, 100), 0);
	assert_int_equal(atomic_load(&bench.requests), 1);
	stop();
}

static void errors_are_told_with_the_byte(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	prepare(9);
	bench.settings.pacing = false;
	bench.settings.segment =
			(struct segment_settings){ .disturbed = 1000000, .echo = true };
	start(2400);
	say(request, sizeof(request));
	assert_true(listen_once(bytes, sizeof(bytes), DEADLINE_MS) > 0);
	assert_true((bench.flags & MG_RX_PARITY) != 0);
	assert_int_equal(atomic_load(&bench.requests), 0);
	stop();
}

static void an_echo_is_handed_on_at_its_end(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	prepare(0);
	bench.settings.segment.echo = true;
	bench.settings.block = 60000 * MS;
	start(9600);
	say(request, sizeof(request));
	assert_int_equal(listen_once(bytes, sizeof(bytes), DEADLINE_MS), 5);
	assert_memory_equal(bytes, request, 5);
	stop();
}

static void the_line_can_be_changed(void **state)
{
	(void)state;
	prepare(9);
	bench.meter.baud = 9600;
	start(2400);
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, 150), 0);
	wire_set_line(&bench.wire, 9600, 8, 'E', 1);
	assert_int_equal(ask(9), 9);
	stop();
}

static void ends_in_the_middle_of_an_answer(void **state)
{
	(void)state;
	prepare(250);
	start(300); /* nine seconds long */
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, DEADLINE_MS), 1);
	int64_t begin = now_ns();
	stop();
	assert_true(now_ns() - begin < 3000 * MS);
}

static void ends_in_the_middle_of_a_request(void **state)
{
	(void)state;
	prepare(9);
	start(300);
	say(request, sizeof(request));
	stop();
	assert_int_equal(atomic_load(&bench.requests), 0);
}

static void ends_when_the_other_end_is_gone(void **state)
{
	(void)state;
	for (int pacing = 0; pacing < 2; pacing++) {
		prepare(9);
		bench.settings.pacing = pacing == 1;
		start(2400);
		shutdown(bench.master, SHUT_RDWR);
		join();
	}
}

static void the_end_is_read_as_an_end(void **state)
{
	uint8_t bytes[4];
	uint32_t flags = 0;
	int ends[2];
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	assert_int_equal(wire_receive(ends[0], bytes, sizeof(bytes), &flags), -1);
	assert_int_equal(write(ends[1], "\x01\x00\x02\x01\x03\x02", 6), 6);
	assert_int_equal(wire_receive(ends[0], bytes, 2, &flags), 2);
	assert_memory_equal(bytes, "\x01\x02", 2);
	assert_int_equal(flags, MG_RX_PARITY);
	assert_int_equal(wire_receive(ends[0], bytes, 2, &flags), 1);
	assert_int_equal(flags, MG_RX_PARITY | MG_RX_BREAK);
	close(ends[1]);
	assert_int_equal(wire_receive(ends[0], bytes, sizeof(bytes), &flags), 0);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_takes_as_long_as_on_the_wire),
		cmocka_unit_test(a_delay_comes_on_top),
		cmocka_unit_test(bytes_come_one_by_one_or_in_blocks),
		cmocka_unit_test(without_pacing_the_answer_comes_whole),
		cmocka_unit_test(requests_may_come_in_pieces_and_together),
		cmocka_unit_test(pieces_are_joined_on_the_wire_too),
		cmocka_unit_test(broken_requests_are_ignored_until_silence),
		cmocka_unit_test(a_request_that_breaks_off_is_forgotten),
		cmocka_unit_test(who_answers_does_not_hear),
		cmocka_unit_test(silence_is_an_answer_too),
		cmocka_unit_test(errors_are_told_with_the_byte),
		cmocka_unit_test(an_echo_is_handed_on_at_its_end),
		cmocka_unit_test(the_line_can_be_changed),
		cmocka_unit_test(ends_in_the_middle_of_an_answer),
		cmocka_unit_test(ends_in_the_middle_of_a_request),
		cmocka_unit_test(ends_when_the_other_end_is_gone),
		cmocka_unit_test(the_end_is_read_as_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
