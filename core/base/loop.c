/* SPDX-License-Identifier: MIT */
/* The event loop, on libuv; no other file knows that. */
#include "base/loop.h"

#include <stdlib.h>
#include <time.h>

#include <uv.h>

#define NANOSECONDS 1000
/* From one turn to the next, µs: with thousands of descriptors every turn finds some
   work, and the fewer of them there are, the less each piece of it costs. */
#define TURN_LEAST 1000
/* So many may follow at once: a loop that has little to do never waits. */
#define TURNS_AT_ONCE 8

struct loop {
	uv_loop_t uv;
	uv_prepare_t *pace;
	int64_t next_turn; /* not before */
	uint64_t turns;
};

struct loop_timer {
	uv_timer_t uv;
	int64_t when;
	void (*fn)(void *data);
	void *data;
};

struct loop_io {
	uv_poll_t uv;
	void (*fn)(void *data, int events);
	void *data;
};

struct loop_signal {
	uv_signal_t uv;
	void (*fn)(void *data, int number);
	void *data;
};

struct loop_wake {
	uv_async_t uv;
	void (*fn)(void *data);
	void *data;
};

/* Every handle is the first member of its structure, so freeing it frees all. */
static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

/* Before the loop waits. */
static void keep_pace(uv_prepare_t *uv)
{
	struct loop *loop = uv->data;
	int64_t now = loop_clock();
	int64_t wait = loop->next_turn - now;
	loop->turns++;
	if (wait > 0) {
		const struct timespec pause = { .tv_nsec = (long)wait * NANOSECONDS };
		nanosleep(&pause, NULL);
		uv_update_time(&loop->uv);
	}
	int64_t oldest = now - (TURNS_AT_ONCE - 1) * TURN_LEAST;
	loop->next_turn = (loop->next_turn > oldest ? loop->next_turn : oldest) + TURN_LEAST;
}

struct loop *loop_create(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	uv_prepare_t *pace = calloc(1, sizeof(*pace));
	if (loop == NULL || pace == NULL || uv_loop_init(&loop->uv) != 0) {
		free(loop);
		free(pace);
		return NULL;
	}
	loop->pace = pace;
	uv_prepare_init(&loop->uv, pace);
	pace->data = loop;
	uv_prepare_start(pace, keep_pace);
	/* It alone does not keep the loop going. */
	uv_unref((uv_handle_t *)pace);
	return loop;
}

void loop_destroy(struct loop *loop)
{
	if (loop == NULL) {
		return;
	}
	uv_close((uv_handle_t *)loop->pace, free_handle);
	/* Handles close one turn after they were destroyed. */
	uv_run(&loop->uv, UV_RUN_NOWAIT);
	if (uv_loop_close(&loop->uv) == 0) {
		free(loop);
	}
}

void loop_run(struct loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

int64_t loop_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool loop_measure(struct loop *loop)
{
	return uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME) == 0;
}

void loop_measures(const struct loop *loop, struct loop_measures *measures)
{
	measures->turns = loop->turns;
	measures->idle =
			(int64_t)(uv_metrics_idle_time((uv_loop_t *)&loop->uv) / NANOSECONDS);
}

/* libuv counts whole milliseconds and may be up to one too early. */
static void timer_fired(uv_timer_t *uv)
{
	struct loop_timer *timer = uv->data;
	if (loop_clock() < timer->when) {
		loop_timer_set(timer, timer->when);
		return;
	}
	timer->fn(timer->data);
}

struct loop_timer *loop_timer_create(
		struct loop *loop, void (*fn)(void *data), void *data)
{
	struct loop_timer *timer = calloc(1, sizeof(*timer));
	if (timer == NULL) {
		return NULL;
	}
	timer->fn = fn;
	timer->data = data;
	uv_timer_init(&loop->uv, &timer->uv);
	timer->uv.data = timer;
	return timer;
}

void loop_timer_set(struct loop_timer *timer, int64_t when)
{
	if (when == LOOP_NEVER) {
		loop_timer_clear(timer);
		return;
	}
	if (timer->when == when && uv_is_active((uv_handle_t *)&timer->uv)) {
		return;
	}
	timer->when = when;
	int64_t wait = when - loop_clock();
	uint64_t milliseconds = wait > 0 ? ((uint64_t)wait + 999) / 1000 : 0;
	uv_update_time(timer->uv.loop);
	uv_timer_start(&timer->uv, timer_fired, milliseconds, 0);
}

void loop_timer_clear(struct loop_timer *timer)
{
	uv_timer_stop(&timer->uv);
}

void loop_timer_destroy(struct loop_timer *timer)
{
	if (timer != NULL) {
		uv_close((uv_handle_t *)&timer->uv, free_handle);
	}
}

/* libuv turns both a refused connect and a hang-up into an error of its own, so the
   status says nothing: the owner finds out by read() or SO_ERROR. */
static void io_ready(uv_poll_t *uv, int status, int events)
{
	struct loop_io *io = uv->data;
	int seen = 0;
	if (status != 0 || (events & (UV_READABLE | UV_DISCONNECT)) != 0) {
		seen |= LOOP_READABLE;
	}
	if (status != 0 || (events & UV_WRITABLE) != 0) {
		seen |= LOOP_WRITABLE;
	}
	io->fn(io->data, seen);
}

struct loop_io *loop_io_create(
		struct loop *loop, int fd, void (*fn)(void *data, int events), void *data)
{
	struct loop_io *io = calloc(1, sizeof(*io));
	if (io == NULL) {
		return NULL;
	}
	io->fn = fn;
	io->data = data;
	if (uv_poll_init(&loop->uv, &io->uv, fd) != 0) {
		free(io);
		return NULL;
	}
	io->uv.data = io;
	return io;
}

int loop_io_watch(struct loop_io *io, int events)
{
	if (events == 0) {
		return uv_poll_stop(&io->uv);
	}
	int wanted = UV_DISCONNECT;
	if ((events & LOOP_READABLE) != 0) {
		wanted |= UV_READABLE;
	}
	if ((events & LOOP_WRITABLE) != 0) {
		wanted |= UV_WRITABLE;
	}
	return uv_poll_start(&io->uv, wanted, io_ready);
}

void loop_io_destroy(struct loop_io *io)
{
	if (io != NULL) {
		uv_poll_stop(&io->uv);
		uv_close((uv_handle_t *)&io->uv, free_handle);
	}
}

static void signal_came(uv_signal_t *uv, int number)
{
	struct loop_signal *signal = uv->data;
	signal->fn(signal->data, number);
}

struct loop_signal *loop_signal_create(
		struct loop *loop, int number, void (*fn)(void *data, int number), void *data)
{
	struct loop_signal *signal = calloc(1, sizeof(*signal));
	if (signal == NULL) {
		return NULL;
	}
	signal->fn = fn;
	signal->data = data;
	if (uv_signal_init(&loop->uv, &signal->uv) != 0) {
		free(signal);
		return NULL;
	}
	signal->uv.data = signal;
	if (uv_signal_start(&signal->uv, signal_came, number) != 0) {
		loop_signal_destroy(signal);
		return NULL;
	}
	return signal;
}

void loop_signal_destroy(struct loop_signal *signal)
{
	if (signal != NULL) {
		uv_close((uv_handle_t *)&signal->uv, free_handle);
	}
}

static void wake_came(uv_async_t *uv)
{
	struct loop_wake *wake = uv->data;
	wake->fn(wake->data);
}

struct loop_wake *loop_wake_create(struct loop *loop, void (*fn)(void *data), void *data)
{
	struct loop_wake *wake = calloc(1, sizeof(*wake));
	if (wake == NULL) {
		return NULL;
	}
	wake->fn = fn;
	wake->data = data;
	if (uv_async_init(&loop->uv, &wake->uv, wake_came) != 0) {
		free(wake);
		return NULL;
	}
	wake->uv.data = wake;
	return wake;
}

void loop_wake_send(struct loop_wake *wake)
{
	uv_async_send(&wake->uv);
}

void loop_wake_destroy(struct loop_wake *wake)
{
	if (wake != NULL) {
		uv_close((uv_handle_t *)&wake->uv, free_handle);
	}
}
