/* SPDX-License-Identifier: MIT */
/* The simulated wire: framing of requests, and the time that bits take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "wire.h"

#define DEADLINE_MS 5000
#define ATTEMPTS 10

static struct wire wire;
static pthread_t thread;
static int master;
static atomic_int requests;
static size_t answer_size;

static const uint8_t request[] = { 0x10, 0x7B, 0x05, 0x80, 0x16 };

static size_t answer_with(void *data, struct mg_bytes bytes, const struct mg_frame *frame,
		uint8_t answer[MG_FRAME_MAX])
{
	(void)data;
	assert_int_equal(bytes.size, sizeof(request));
	assert_int_equal(frame->a, 5);
	memset(answer, 0x55, answer_size);
	atomic_fetch_add(&requests, 1);
	return answer_size;
}

static void *run(void *data)
{
	wire_run(data);
	return NULL;
}

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void start(bool pacing, int64_t delay_us, uint32_t baud, size_t size)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	master = ends[0];
	wire = (struct wire){ .fd = ends[1],
		.stop_fd = eventfd(0, 0),
		.pacing = pacing,
		.delay_us = delay_us,
		.fn = answer_with };
	wire_set_line(&wire, baud, 11);
	answer_size = size;
	atomic_store(&requests, 0);
	assert_int_equal(pthread_create(&thread, NULL, run, &wire), 0);
}

static void stop(void)
{
	eventfd_write(wire.stop_fd, 1);
	pthread_join(thread, NULL);
	close(master);
	close(wire.fd);
	close(wire.stop_fd);
}

static void say(const void *bytes, size_t size)
{
	assert_int_equal(write(master, bytes, size), size);
}

/* Reads `size` bytes and answers how many came before the deadline. */
static size_t listen_for(size_t size, int deadline_ms)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t got = 0;
	struct pollfd fd = { .fd = master, .events = POLLIN };
	while (got < size && poll(&fd, 1, deadline_ms) > 0) {
		ssize_t count = read(master, bytes, size - got);
		if (count <= 0) {
			break;
		}
		got += (size_t)count;
	}
	return got;
}

static void bits_take_their_time(void **state)
{
	struct wire line = { .fd = -1 };
	(void)state;
	wire_set_line(&line, 300, 11);
	assert_int_equal(wire_bits_us(&line, 11), 36666);
	wire_set_line(&line, 38400, 10);
	assert_int_equal(wire_bits_us(&line, 330), 8593);
}

static void an_answer_takes_as_long_as_on_the_wire(void **state)
{
	(void)state;
	start(true, 0, 2400, 40);
	int64_t begin = now_us();
	say(request, sizeof(request));
	assert_int_equal(listen_for(40, DEADLINE_MS), 40);
	int64_t took = now_us() - begin;
	/* 5 characters asked, 11 bits of pause, 40 characters answered */
	assert_true(took >= (5 + 1 + 40) * 11 * 1000000LL / 2400 - 100);
	stop();
}

static void a_delay_comes_on_top(void **state)
{
	(void)state;
	start(true, 60000, 38400, 1);
	int64_t begin = now_us();
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, DEADLINE_MS), 1);
	assert_true(now_us() - begin >= 60000);
	stop();
}

static void without_pacing_the_answer_comes_whole(void **state)
{
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	start(false, 0, 300, 200);
	say(request, sizeof(request));
	struct pollfd fd = { .fd = master, .events = POLLIN };
	assert_int_equal(poll(&fd, 1, DEADLINE_MS), 1);
	assert_int_equal(read(master, bytes, sizeof(bytes)), 200);
	stop();
}

static void requests_may_come_in_pieces_and_together(void **state)
{
	(void)state;
	start(false, 0, 2400, 7);
	say(request, 1);
	say(request + 1, 3);
	say(request + 4, 1);
	assert_int_equal(listen_for(7, DEADLINE_MS), 7);
	uint8_t both[2 * sizeof(request)];
	memcpy(both, request, sizeof(request));
	memcpy(both + sizeof(request), request, sizeof(request));
	say(both, sizeof(both));
	assert_int_equal(listen_for(14, DEADLINE_MS), 14);
	assert_int_equal(atomic_load(&requests), 3);
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
	start(false, 0, 38400, 7);
	say(broken, sizeof(broken));
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, 2 * WIRE_IDLE_MIN_US / 1000), 0);
	assert_int_equal(ask(7), 7);
	assert_int_equal(atomic_load(&requests), 1);
	stop();
}

static void a_request_that_breaks_off_is_forgotten(void **state)
{
	(void)state;
	start(false, 0, 38400, 7);
	say(request, 3);
	assert_int_equal(listen_for(1, 2 * WIRE_IDLE_MIN_US / 1000), 0);
	assert_int_equal(ask(7), 7);
	stop();
}

static void who_answers_does_not_hear(void **state)
{
	(void)state;
	start(true, 0, 9600, 100);
	say(request, sizeof(request));
	assert_int_equal(listen_for(10, DEADLINE_MS), 10);
	say(request, sizeof(request)); /* into the answer */
	assert_int_equal(listen_for(90, DEADLINE_MS), 90);
	assert_int_equal(listen_for(1, 100), 0);
	assert_int_equal(atomic_load(&requests), 1);
	stop();
}

static void silence_is_an_answer_too(void **state)
{
	(void)state;
	start(true, 0, 38400, 0);
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, 100), 0);
	assert_int_equal(atomic_load(&requests), 1);
	stop();
}

static void ends_in_the_middle_of_an_answer(void **state)
{
	(void)state;
	start(true, 0, 300, 250); /* nine seconds long */
	say(request, sizeof(request));
	assert_int_equal(listen_for(1, DEADLINE_MS), 1);
	int64_t begin = now_us();
	stop();
	assert_true(now_us() - begin < 3000000);
}

static void ends_in_the_middle_of_a_request(void **state)
{
	(void)state;
	start(true, 30000000, 300, 1);
	say(request, sizeof(request));
	stop();
	assert_int_equal(atomic_load(&requests), 0);
}

static void ends_when_the_other_end_is_gone(void **state)
{
	(void)state;
	start(false, 0, 2400, 1);
	shutdown(master, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(master);
	close(wire.fd);
	close(wire.stop_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_take_their_time),
		cmocka_unit_test(an_answer_takes_as_long_as_on_the_wire),
		cmocka_unit_test(a_delay_comes_on_top),
		cmocka_unit_test(without_pacing_the_answer_comes_whole),
		cmocka_unit_test(requests_may_come_in_pieces_and_together),
		cmocka_unit_test(broken_requests_are_ignored_until_silence),
		cmocka_unit_test(a_request_that_breaks_off_is_forgotten),
		cmocka_unit_test(who_answers_does_not_hear),
		cmocka_unit_test(silence_is_an_answer_too),
		cmocka_unit_test(ends_in_the_middle_of_an_answer),
		cmocka_unit_test(ends_in_the_middle_of_a_request),
		cmocka_unit_test(ends_when_the_other_end_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
