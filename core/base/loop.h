/* SPDX-License-Identifier: MIT */
/* The event loop: timers, descriptors, signals and wake-ups on one thread. */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Everything here runs on the thread that calls loop_run(), except loop_clock() and
 * loop_wake_send(). A callback may destroy its own handle or any other one.
 */
struct loop;
struct loop_timer;
struct loop_io;
struct loop_signal;
struct loop_wake;

/* A timer set to this is not set. */
#define LOOP_NEVER INT64_MAX

/* NULL when the system refuses a loop. */
struct loop *loop_create(void);
/* Every handle must have been destroyed before; NULL is accepted, here and below. */
void loop_destroy(struct loop *loop);
/* Serves callbacks until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* µs of a clock that never jumps, as it is at this moment. Any thread. */
int64_t loop_clock(void);

/* What a loop has done since loop_measure(). */
struct loop_measures {
	uint64_t turns; /* how often it went round */
	int64_t idle;   /* µs it slept */
};
/* From now on the loop counts, at the cost of two looks at the clock each turn. To be
   called before loop_run(). False when it cannot. */
bool loop_measure(struct loop *loop);
void loop_measures(const struct loop *loop, struct loop_measures *measures);

/* A timer that is not set. NULL when memory is short, as all creators below. */
struct loop_timer *loop_timer_create(
		struct loop *loop, void (*fn)(void *data), void *data);
/* Fires once, not before `when` (µs, loop_clock()), soon when that has passed; LOOP_NEVER
   clears. */
void loop_timer_set(struct loop_timer *timer, int64_t when);
void loop_timer_clear(struct loop_timer *timer);
void loop_timer_destroy(struct loop_timer *timer);

enum loop_events {
	LOOP_READABLE = 1 << 0, /* also at the end of the stream, and on errors */
	LOOP_WRITABLE = 1 << 1, /* also when a connect failed: ask SO_ERROR */
};

/*
 * A descriptor that is not watched yet; it stays the caller's. Destroy the handle before
 * closing the descriptor. One handle for each descriptor.
 */
struct loop_io *loop_io_create(
		struct loop *loop, int fd, void (*fn)(void *data, int events), void *data);
/* Watches for `events`, none with 0. 0, or -errno when it cannot be watched. */
int loop_io_watch(struct loop_io *io, int events);
void loop_io_destroy(struct loop_io *io);

struct loop_signal *loop_signal_create(
		struct loop *loop, int number, void (*fn)(void *data, int number), void *data);
void loop_signal_destroy(struct loop_signal *signal);

/* A door for other threads: several sends may become one callback. */
struct loop_wake *loop_wake_create(struct loop *loop, void (*fn)(void *data), void *data);
/* Any thread, as long as the handle lives. */
void loop_wake_send(struct loop_wake *wake);
void loop_wake_destroy(struct loop_wake *wake);

#endif
