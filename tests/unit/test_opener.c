/* SPDX-License-Identifier: MIT */
/* Threads that open and close transports, also those that do not come back. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus/opener.h"
#include "bus_bench.h"

#define MANY (OPENER_THREADS + 4)

/* A transport whose open and close wait for a gate, when it is shut. */
struct gated {
	struct mg_instance instance;
	struct gate *gate;
	int result;
	atomic_int opened, closed, inside;
};

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool shut;
};

static struct gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };

static void gate_set(bool shut)
{
	pthread_mutex_lock(&gate.lock);
	gate.shut = shut;
	pthread_cond_broadcast(&gate.moved);
	pthread_mutex_unlock(&gate.lock);
}

static void gate_pass(void)
{
	pthread_mutex_lock(&gate.lock);
	while (gate.shut) {
		pthread_cond_wait(&gate.moved, &gate.lock);
	}
	pthread_mutex_unlock(&gate.lock);
}

static int gated_open(void *self, struct mg_link *link)
{
	struct gated *gated = self;
	atomic_fetch_add(&gated->inside, 1);
	gate_pass();
	atomic_fetch_sub(&gated->inside, 1);
	if (gated->result != MG_OK) {
		gated->instance.gw->reason(gated->instance.host, ENOENT, "no such port");
		link->fd = 7; /* must not be believed */
		return gated->result;
	}
	link->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	atomic_fetch_add(&gated->opened, 1);
	return MG_OK;
}

static void gated_close(void *self, int fd)
{
	struct gated *gated = self;
	atomic_fetch_add(&gated->inside, 1);
	gate_pass();
	atomic_fetch_sub(&gated->inside, 1);
	close(fd);
	atomic_fetch_add(&gated->closed, 1);
}

static const struct mg_transport transport = { .size = sizeof(transport),
	.instance_size = sizeof(struct gated),
	.open = gated_open,
	.close = gated_close };

struct fixture {
	struct bench bench;
	struct opener *opener;
	struct mg_host *host;
	struct gated gated[OPENER_STUCK_MAX + 1];
	int done;
	struct opener_outcome outcome;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct fixture *f = &fixture;
	memset(f, 0, sizeof(*f));
	gate_set(false);
	bench_init(&f->bench);
	f->opener = opener_create(f->bench.loop);
	f->host = host_create("bus", "cellar", NULL, "test", "");
	for (size_t i = 0; i < sizeof(f->gated) / sizeof(f->gated[0]); i++) {
		f->gated[i].instance.host = f->host;
		f->gated[i].instance.gw = host_services();
	}
	*state = f;
	return f->opener == NULL || f->host == NULL;
}

static bool nobody_inside(void *data)
{
	struct fixture *f = data;
	for (size_t i = 0; i < sizeof(f->gated) / sizeof(f->gated[0]); i++) {
		if (atomic_load(&f->gated[i].inside) > 0 ||
				atomic_load(&f->gated[i].opened) > atomic_load(&f->gated[i].closed)) {
			return false;
		}
	}
	return true;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	gate_set(false);
	opener_destroy(f->opener);
	assert_true(bench_wait(&f->bench, nobody_inside, f));
	bench_finish(&f->bench);
	host_destroy(f->host);
	return 0;
}

static void on_done(void *data, const struct opener_outcome *outcome)
{
	struct fixture *f = data;
	f->done++;
	f->outcome = *outcome;
}

static struct opener_task *begin_open(struct fixture *f, size_t which, int64_t timeout)
{
	return opener_open(
			f->opener, f->host, &transport, &f->gated[which], timeout, on_done, f);
}

static bool is_done(void *data)
{
	return ((struct fixture *)data)->done == 1;
}

static bool many_done(void *data)
{
	return ((struct fixture *)data)->done == MANY;
}

static bool one_inside(void *data)
{
	return atomic_load(&((struct fixture *)data)->gated[0].inside) == 1;
}

static bool one_closed(void *data)
{
	return atomic_load(&((struct fixture *)data)->gated[0].closed) == 1;
}

static void close_it(struct fixture *f, size_t which, int fd)
{
	f->done = 0;
	assert_non_null(opener_close(
			f->opener, f->host, &transport, &f->gated[which], fd, 10000, on_done, f));
	assert_true(bench_wait(&f->bench, is_done, f));
	assert_int_equal(f->outcome.result, MG_OK);
	assert_int_equal(f->outcome.link.fd, -1);
}

static void test_open_and_close(void **state)
{
	struct fixture *f = *state;
	assert_non_null(begin_open(f, 0, 10000));
	assert_int_equal(f->done, 0);
	assert_true(bench_wait(&f->bench, is_done, f));
	assert_int_equal(f->outcome.result, MG_OK);
	assert_true(f->outcome.link.fd >= 0);
	assert_false(f->outcome.link.connecting);
	close_it(f, 0, f->outcome.link.fd);
	assert_int_equal(f->gated[0].closed, 1);
	assert_false(opener_inside(f->opener, &f->gated[0]));
}

static void test_a_failure_says_why(void **state)
{
	struct fixture *f = *state;
	f->gated[0].result = MG_REJECT;
	assert_non_null(begin_open(f, 0, 10000));
	assert_true(bench_wait(&f->bench, is_done, f));
	assert_int_equal(f->outcome.result, MG_REJECT);
	assert_int_equal(f->outcome.link.fd, -1);
	assert_string_equal(f->outcome.reason.text, "no such port");
	assert_int_equal(f->outcome.reason.error, ENOENT);
}

static void test_more_than_there_are_threads(void **state)
{
	struct fixture *f = *state;
	gate_set(true);
	for (size_t i = 0; i < MANY; i++) {
		f->gated[i].result = MG_RETRY;
		assert_non_null(begin_open(f, i, 10000));
	}
	gate_set(false);
	assert_true(bench_wait(&f->bench, many_done, f));
}

static void test_one_that_hangs_is_told_and_replaced(void **state)
{
	struct fixture *f = *state;
	gate_set(true);
	begin_open(f, 0, 20);
	assert_true(bench_wait(&f->bench, is_done, f));
	assert_int_equal(f->outcome.result, MG_RETRY);
	assert_int_equal(f->outcome.link.fd, -1);
	assert_non_null(strstr(f->outcome.reason.text, "has not returned for "));
	assert_int_equal(opener_stuck(f->opener), 1);
	assert_true(opener_inside(f->opener, &f->gated[0]));
	/* When it comes back, what it opened is closed. */
	gate_set(false);
	assert_true(bench_wait(&f->bench, one_closed, f));
	assert_int_equal(f->done, 1);
}

static bool none_stuck(void *data)
{
	return opener_stuck(((struct fixture *)data)->opener) == 0;
}

static void test_one_that_comes_back_is_not_stuck_any_more(void **state)
{
	struct fixture *f = *state;
	gate_set(true);
	begin_open(f, 0, 20);
	assert_true(bench_wait(&f->bench, is_done, f));
	gate_set(false);
	assert_true(bench_wait(&f->bench, none_stuck, f));
	assert_false(opener_inside(f->opener, &f->gated[0]));
}

static bool all_stuck(void *data)
{
	return opener_stuck(((struct fixture *)data)->opener) == OPENER_STUCK_MAX;
}

static void test_too_many_that_hang(void **state)
{
	struct fixture *f = *state;
	gate_set(true);
	for (size_t i = 0; i < OPENER_STUCK_MAX; i++) {
		assert_non_null(begin_open(f, i, 1));
	}
	assert_true(bench_wait(&f->bench, all_stuck, f));
	assert_null(begin_open(f, OPENER_STUCK_MAX, 1));
	gate_set(false);
	assert_true(bench_wait(&f->bench, none_stuck, f));
	/* What is open can always be closed. */
	assert_non_null(begin_open(f, OPENER_STUCK_MAX, 10000));
	f->done = 0;
	assert_true(bench_wait(&f->bench, is_done, f));
	close_it(f, OPENER_STUCK_MAX, f->outcome.link.fd);
}

static void test_a_forgotten_open_is_closed_without_a_word(void **state)
{
	struct fixture *f = *state;
	gate_set(true);
	struct opener_task *task = begin_open(f, 0, 10000);
	assert_true(bench_wait(&f->bench, one_inside, f));
	opener_forget(task);
	gate_set(false);
	assert_true(bench_wait(&f->bench, one_closed, f));
	assert_int_equal(f->done, 0);
}

static bool opened_one(void *data)
{
	return atomic_load(&((struct fixture *)data)->gated[0].opened) == 1;
}

static void test_forgotten_between_thread_and_loop(void **state)
{
	struct fixture *f = *state;
	struct opener_task *task = begin_open(f, 0, 10000);
	while (!opened_one(f)) {
		usleep(1000);
	}
	opener_forget(task);
	assert_true(bench_wait(&f->bench, one_closed, f));
	assert_int_equal(f->done, 0);
}

static void test_one_that_waits_for_a_thread_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct opener_task *last = NULL;
	gate_set(true);
	for (size_t i = 0; i < MANY; i++) {
		f->gated[i].result = MG_RETRY;
		last = begin_open(f, i, 10000);
	}
	opener_forget(last);
	gate_set(false);
	f->done++;
	assert_true(bench_wait(&f->bench, many_done, f));
	assert_int_equal(f->gated[MANY - 1].inside, 0);
}

static bool all_threads_inside(void *data)
{
	struct fixture *f = data;
	int inside = 0;
	for (size_t i = 0; i < MANY; i++) {
		inside += atomic_load(&f->gated[i].inside);
	}
	return inside == OPENER_THREADS;
}

/* From then on the threads use nothing of ours. */
static bool all_threads_closed(void *data)
{
	struct fixture *f = data;
	int closed = 0;
	for (size_t i = 0; i < MANY; i++) {
		closed += atomic_load(&f->gated[i].closed);
	}
	return closed == OPENER_THREADS;
}

static void test_an_opener_that_ends_leaves_its_threads_alone(void **state)
{
	struct fixture *f = *state;
	gate_set(true);
	for (size_t i = 0; i < MANY; i++) {
		begin_open(f, i, 10000);
	}
	assert_true(bench_wait(&f->bench, all_threads_inside, f));
	opener_destroy(f->opener);
	f->opener = NULL;
	gate_set(false);
	assert_true(bench_wait(&f->bench, all_threads_closed, f));
	assert_int_equal(f->done, 0);
}

static void test_an_opener_that_ends_closes_what_came_back(void **state)
{
	struct fixture *f = *state;
	begin_open(f, 0, 10000);
	while (!opened_one(f)) {
		usleep(1000);
	}
	opener_destroy(f->opener);
	f->opener = NULL;
	assert_true(bench_wait(&f->bench, one_closed, f));
	assert_int_equal(f->done, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_open_and_close),
		TEST(test_a_failure_says_why),
		TEST(test_more_than_there_are_threads),
		TEST(test_one_that_hangs_is_told_and_replaced),
		TEST(test_one_that_comes_back_is_not_stuck_any_more),
		TEST(test_too_many_that_hang),
		TEST(test_a_forgotten_open_is_closed_without_a_word),
		TEST(test_forgotten_between_thread_and_loop),
		TEST(test_one_that_waits_for_a_thread_is_forgotten),
		TEST(test_an_opener_that_ends_leaves_its_threads_alone),
		TEST(test_an_opener_that_ends_closes_what_came_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
