/* SPDX-License-Identifier: MIT */
/* Timers fire in time and order, descriptors and signals reach their callbacks. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/loop.h"

struct world {
	struct loop *loop;
	struct loop_timer *limit;
	int calls[3];
	int order[3];
	int called;
	int events;
	int fd;
};

static void give_up(void *data)
{
	(void)data;
	fail_msg("the loop ran into its deadline");
}

static int set_up(void **state)
{
	static struct world world;
	world = (struct world){ .loop = loop_create() };
	world.limit = loop_timer_create(world.loop, give_up, NULL);
	loop_timer_set(world.limit, loop_clock() + 10000000);
	*state = &world;
	return world.loop == NULL;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	loop_timer_destroy(world->limit);
	loop_destroy(world->loop);
	return 0;
}

static void note(struct world *world, int which, int until)
{
	world->order[world->called++] = which;
	if (world->called == until) {
		loop_stop(world->loop);
	}
}

static void first_fired(void *data)
{
	note(data, 1, 2);
}

static void second_fired(void *data)
{
	note(data, 2, 2);
}

struct punctual {
	struct loop *loop;
	struct loop_timer *timer;
	int64_t when;
	int fired, early;
};

static void set_punctual(struct punctual *punctual)
{
	punctual->when = loop_clock() + 400 + 37 * punctual->fired;
	loop_timer_set(punctual->timer, punctual->when);
}

static void punctual_fired(void *data)
{
	struct punctual *punctual = data;
	punctual->early += loop_clock() < punctual->when;
	if (++punctual->fired == 50) {
		loop_stop(punctual->loop);
		return;
	}
	set_punctual(punctual);
}

static void no_timer_fires_before_its_time(void **state)
{
	struct world *world = *state;
	struct punctual punctual = { .loop = world->loop };
	punctual.timer = loop_timer_create(world->loop, punctual_fired, &punctual);
	set_punctual(&punctual);
	loop_run(world->loop);
	assert_int_equal(punctual.fired, 50);
	assert_int_equal(punctual.early, 0);
	loop_timer_destroy(punctual.timer);
}

static void timers_fire_in_the_order_of_their_times(void **state)
{
	struct world *world = *state;
	struct loop_timer *late = loop_timer_create(world->loop, first_fired, world);
	struct loop_timer *early = loop_timer_create(world->loop, second_fired, world);
	int64_t start = loop_clock();
	loop_timer_set(late, start + 30000);
	loop_timer_set(early, start + 10000);
	loop_run(world->loop);
	assert_int_equal(world->order[0], 2);
	assert_int_equal(world->order[1], 1);
	assert_true(loop_clock() >= start + 30000);
	loop_timer_destroy(late);
	loop_timer_destroy(early);
}

static void a_cleared_timer_stays_silent(void **state)
{
	struct world *world = *state;
	struct loop_timer *cleared = loop_timer_create(world->loop, give_up, NULL);
	struct loop_timer *never = loop_timer_create(world->loop, give_up, NULL);
	struct loop_timer *last = loop_timer_create(world->loop, second_fired, world);
	loop_timer_set(cleared, loop_clock());
	loop_timer_clear(cleared);
	loop_timer_set(never, loop_clock());
	loop_timer_set(never, LOOP_NEVER);
	world->called = 1;
	loop_timer_set(last, loop_clock() + 5000);
	loop_run(world->loop);
	loop_timer_destroy(cleared);
	loop_timer_destroy(never);
	loop_timer_destroy(last);
	loop_timer_destroy(NULL);
}

static void ready(void *data, int events)
{
	struct world *world = data;
	world->events |= events;
	loop_stop(world->loop);
}

static void a_descriptor_tells_what_it_is_ready_for(void **state)
{
	struct world *world = *state;
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	struct loop_io *io = loop_io_create(world->loop, pair[0], ready, world);
	assert_int_equal(loop_io_watch(io, LOOP_WRITABLE), 0);
	loop_run(world->loop);
	assert_int_equal(world->events, LOOP_WRITABLE);

	world->events = 0;
	assert_int_equal(loop_io_watch(io, 0), 0);
	assert_int_equal(loop_io_watch(io, LOOP_READABLE), 0);
	assert_int_equal(write(pair[1], "x", 1), 1);
	loop_run(world->loop);
	assert_int_equal(world->events, LOOP_READABLE);
	loop_io_destroy(io);
	close(pair[0]);
	close(pair[1]);
}

static void a_hang_up_makes_the_descriptor_readable(void **state)
{
	struct world *world = *state;
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	struct loop_io *io = loop_io_create(world->loop, pair[0], ready, world);
	assert_int_equal(loop_io_watch(io, LOOP_READABLE), 0);
	close(pair[1]);
	loop_run(world->loop);
	assert_true((world->events & LOOP_READABLE) != 0);
	loop_io_destroy(io);
	close(pair[0]);
}

static void what_cannot_be_watched_is_refused(void **state)
{
	struct world *world = *state;
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_null(loop_io_create(world->loop, fileno(file), ready, world));
	loop_io_destroy(NULL);
	fclose(file);
}

static void signal_came(void *data, int number)
{
	struct world *world = data;
	world->events = number;
	loop_stop(world->loop);
}

static void a_signal_is_served_by_the_loop(void **state)
{
	struct world *world = *state;
	struct loop_signal *signal =
			loop_signal_create(world->loop, SIGUSR2, signal_came, world);
	assert_non_null(signal);
	assert_int_equal(kill(getpid(), SIGUSR2), 0);
	loop_run(world->loop);
	assert_int_equal(world->events, SIGUSR2);
	loop_signal_destroy(signal);
	loop_signal_destroy(NULL);
}

static void no_signal_has_the_number_of_none(void **state)
{
	struct world *world = *state;
	assert_null(loop_signal_create(world->loop, 9999, signal_came, world));
}

static void woken(void *data)
{
	struct world *world = data;
	world->calls[0]++;
	loop_stop(world->loop);
}

static void *wake_from_elsewhere(void *data)
{
	loop_wake_send(data);
	return NULL;
}

static void another_thread_can_wake_the_loop(void **state)
{
	struct world *world = *state;
	struct loop_wake *wake = loop_wake_create(world->loop, woken, world);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, wake_from_elsewhere, wake), 0);
	loop_run(world->loop);
	assert_int_equal(world->calls[0], 1);
	pthread_join(thread, NULL);
	loop_wake_destroy(wake);
	loop_wake_destroy(NULL);
}

static void what_the_loop_does_can_be_measured(void **state)
{
	struct world *world = *state;
	struct loop_measures measures;
	struct loop_timer *timer = loop_timer_create(world->loop, woken, world);
	assert_true(loop_measure(world->loop));
	assert_true(loop_measure(world->loop));
	loop_timer_set(timer, loop_clock() + 30000);
	loop_run(world->loop);
	loop_measures(world->loop, &measures);
	assert_in_range(measures.turns, 1, 1000);
	assert_in_range(measures.idle, 10000, 10000000);
	loop_timer_destroy(timer);
}

/* Wakes the loop once more in every turn. */
struct chain {
	struct loop *loop;
	struct loop_wake *wake;
	unsigned left;
};

static void go_round(void *data)
{
	struct chain *chain = data;
	if (--chain->left == 0) {
		loop_stop(chain->loop);
		return;
	}
	loop_wake_send(chain->wake);
}

/* µs that so many turns take, after a rest in which the loop has not turned. */
static int64_t time_of(struct world *world, unsigned turns)
{
	struct chain chain = { .loop = world->loop, .left = turns };
	chain.wake = loop_wake_create(world->loop, go_round, &chain);
	usleep(20000);
	int64_t begun = loop_clock();
	loop_wake_send(chain.wake);
	loop_run(world->loop);
	int64_t time = loop_clock() - begun;
	loop_wake_destroy(chain.wake);
	return time;
}

static void many_turns_take_a_millisecond_each(void **state)
{
	assert_true(time_of(*state, 58) >= 48000);
}

static void a_few_turns_follow_at_once(void **state)
{
	int64_t fastest = INT64_MAX;
	for (int i = 0; i < 20; i++) {
		int64_t time = time_of(*state, 6);
		fastest = time < fastest ? time : fastest;
	}
	assert_true(fastest < 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
				no_timer_fires_before_its_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				timers_fire_in_the_order_of_their_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cleared_timer_stays_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				a_descriptor_tells_what_it_is_ready_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				a_hang_up_makes_the_descriptor_readable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				what_cannot_be_watched_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				a_signal_is_served_by_the_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				no_signal_has_the_number_of_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				another_thread_can_wake_the_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				what_the_loop_does_can_be_measured, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				many_turns_take_a_millisecond_each, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_few_turns_follow_at_once, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
