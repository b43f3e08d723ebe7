/* SPDX-License-Identifier: MIT */
/* Checks that recorded answers come to who asks, as late as they came, or faster. */
#include "capture_writer.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "player.h"

#define NKE "\x10\x40\x01\x41\x16"
#define ASK "\x10\x5B\x01\x5C\x16"
#define DEADLINE_MS 5000

static struct writer writer;
static struct tape tape;
static struct player player;
static pthread_t thread;
static int fd, missed_fd;

static void missed(void *data, enum player_miss miss)
{
	(void)data;
	eventfd_write(missed_fd, miss == PLAYER_UNKNOWN ? 1 : 1000);
}

static void *serve(void *data)
{
	player_run(data);
	return NULL;
}

static void start(int64_t speed, bool loop)
{
	char error[TAPE_ERROR_SIZE];
	int ends[2];
	assert_true(tape_parse(&tape, writer.bytes, writer.size, error));
	assert_int_equal(
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
	fd = ends[0];
	missed_fd = eventfd(0, EFD_CLOEXEC);
	player = (struct player){
		.tape = &tape,
		.loop = loop,
		.speed = speed,
		.fd = ends[1],
		.stop_fd = eventfd(0, EFD_CLOEXEC),
		.missed = missed,
	};
	assert_int_equal(pthread_create(&thread, NULL, serve, &player), 0);
}

static int fresh(void **state)
{
	(void)state;
	writer.size = 0;
	writer_head(&writer);
	WRITER_SENT(&writer, 1000, NKE);
	WRITER_RECEIVED(&writer, 40000, "\xE5");
	WRITER_SENT(&writer, 1000, ASK);
	WRITER_RECEIVED(&writer, 30000, "\x68\x06");
	WRITER_RECEIVED(&writer, 30000, "\x06\x68");
	return 0;
}

static int done(void **state)
{
	(void)state;
	eventfd_write(player.stop_fd, 1);
	pthread_join(thread, NULL);
	close(player.stop_fd);
	close(player.fd);
	close(missed_fd);
	if (fd >= 0) {
		close(fd);
	}
	tape_finish(&tape);
	return 0;
}

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void ask(const char *bytes, size_t size)
{
	assert_int_equal(write(fd, bytes, size), size);
}

static void expect(const char *bytes, size_t size)
{
	uint8_t got[64];
	size_t count = 0;
	while (count < size) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		ssize_t more = read(fd, got + count, sizeof(got) - count);
		assert_true(more > 0);
		count += (size_t)more;
	}
	assert_int_equal(count, size);
	assert_memory_equal(got, bytes, size);
}

static uint64_t misses(void)
{
	eventfd_t count = 0;
	eventfd_read(missed_fd, &count);
	return count;
}

static void answers_take_the_time_that_they_took(void **state)
{
	(void)state;
	start(1000, true);
	int64_t begun = clock_ms();
	ask(NKE, 5);
	expect("\xE5", 1);
	assert_true(clock_ms() - begun >= 39);
	begun = clock_ms();
	ask(ASK, 5);
	expect("\x68\x06\x06\x68", 4);
	assert_true(clock_ms() - begun >= 59);
}

static void a_speed_divides_the_time(void **state)
{
	(void)state;
	start(500, true);
	int64_t begun = clock_ms();
	ask(NKE, 5);
	expect("\xE5", 1);
	assert_true(clock_ms() - begun >= 79);
}

static void at_once_means_that_nothing_is_waited_for(void **state)
{
	(void)state;
	/* A minute and more is recorded between these. */
	for (int i = 0; i < 100; i++) {
		WRITER_SENT(&writer, 1000000, NKE);
		WRITER_RECEIVED(&writer, 900000, "\xE5");
	}
	start(0, true);
	int64_t begun = clock_ms();
	for (int i = 0; i < 101; i++) {
		ask(NKE, 5);
		expect("\xE5", 1);
	}
	assert_true(clock_ms() - begun < 60000);
}

static void a_request_may_come_in_pieces_and_behind_garbage(void **state)
{
	(void)state;
	start(0, true);
	ask("\xFF\x00\x10\x40", 4);
	ask("\x01\x41\x16", 3);
	expect("\xE5", 1);
}

static void unknown_requests_are_counted(void **state)
{
	(void)state;
	start(0, true);
	ask("\x10\x40\x02\x42\x16", 5);
	assert_int_equal(misses(), 1);
	ask(NKE, 5);
	expect("\xE5", 1);
}

static void exhausted_requests_are_counted_as_such(void **state)
{
	(void)state;
	start(0, false);
	ask(NKE, 5);
	expect("\xE5", 1);
	ask(NKE, 5);
	assert_int_equal(misses(), 1000);
}

static void it_ends_when_the_other_end_has_gone(void **state)
{
	(void)state;
	start(1000, true);
	close(fd);
	fd = -1;
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += DEADLINE_MS / 1000;
	assert_int_equal(pthread_timedjoin_np(thread, NULL, &until), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, &player), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_take_the_time_that_they_took),
		TEST(a_speed_divides_the_time),
		TEST(at_once_means_that_nothing_is_waited_for),
		TEST(a_request_may_come_in_pieces_and_behind_garbage),
		TEST(unknown_requests_are_counted),
		TEST(exhausted_requests_are_counted_as_such),
		TEST(it_ends_when_the_other_end_has_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
