/* SPDX-License-Identifier: MIT */
/* A sink plugin that does what the test tells it to. */
#ifndef TESTS_FAKE_SINK_H
#define TESTS_FAKE_SINK_H

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include <metergate/plugin.h>

#include "base/host.h"
#include "base/reading.h"
#include "route/sink.h"

#define FAKE_SEEN_MAX 8192
#define FAKE_DEADLINE_MS 10000

/* What an operation does when it is called. */
struct fake_answer {
	int result;
	size_t taken;       /* write: goes to *taken */
	int retry_after;    /* ms; 0: not said */
	const char *reason; /* NULL: not said */
	int error;
};

struct fake {
	struct mg_instance instance;
	pthread_mutex_t lock;
	struct fake_answer open, write, reopen, idle;
	atomic_bool hold_open, hold_write, hold_close; /* block until false */
	atomic_bool let_go;    /* by interrupt: blocked operations return MG_RETRY */
	atomic_bool deaf;      /* interrupt does nothing */
	atomic_bool held;      /* an operation blocks at this moment */
	atomic_bool retry_now; /* said from inside each write */
	atomic_uint opens, writes, closes, reopens, idles, interrupts;
	atomic_size_t seen_count, largest_batch;
	uint64_t seen[FAKE_SEEN_MAX]; /* seq of what was taken, in order */
};

static inline int64_t fake_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void fake_breathe(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	nanosleep(&moment, NULL);
}

/* Waits until the condition holds; fails the test when that takes too long. */
#define FAKE_WAIT(condition)                                                             \
	do {                                                                                 \
		int64_t fake_limit = fake_clock() + FAKE_DEADLINE_MS;                            \
		while (!(condition)) {                                                           \
			if (fake_clock() > fake_limit) {                                             \
				fail_msg("waited in vain for: %s", #condition);                          \
			}                                                                            \
			fake_breathe();                                                              \
		}                                                                                \
	} while (0)

static inline void fake_block(struct fake *fake, atomic_bool *hold)
{
	while (atomic_load(hold) && !atomic_load(&fake->let_go)) {
		atomic_store(&fake->held, true);
		fake_breathe();
	}
	atomic_store(&fake->held, false);
}

static inline int fake_answer(struct fake *fake, struct fake_answer answer)
{
	const struct mg_services *gw = fake->instance.gw;
	if (answer.reason != NULL || answer.error != 0) {
		gw->reason(fake->instance.host, answer.error, "%s",
				answer.reason == NULL ? "" : answer.reason);
	}
	if (answer.retry_after > 0) {
		gw->retry_after(fake->instance.host, answer.retry_after);
	}
	return answer.result;
}

/* Answers are read and changed under the lock. */
static inline struct fake_answer fake_get(
		struct fake *fake, const struct fake_answer *answer)
{
	pthread_mutex_lock(&fake->lock);
	struct fake_answer copy = *answer;
	pthread_mutex_unlock(&fake->lock);
	return copy;
}

static inline void fake_set(
		struct fake *fake, struct fake_answer *answer, struct fake_answer value)
{
	pthread_mutex_lock(&fake->lock);
	*answer = value;
	pthread_mutex_unlock(&fake->lock);
}

static inline int fake_open(void *self)
{
	struct fake *fake = self;
	atomic_fetch_add(&fake->opens, 1);
	fake_block(fake, &fake->hold_open);
	if (atomic_load(&fake->let_go)) {
		return MG_RETRY;
	}
	return fake_answer(fake, fake_get(fake, &fake->open));
}

static inline void fake_note(struct fake *fake, const struct mg_reading *reading)
{
	size_t at = atomic_load(&fake->seen_count);
	if (at < FAKE_SEEN_MAX) {
		fake->seen[at] = reading->seq;
		atomic_store(&fake->seen_count, at + 1);
	}
}

static inline int fake_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct fake *fake = self;
	atomic_fetch_add(&fake->writes, 1);
	if (count > atomic_load(&fake->largest_batch)) {
		atomic_store(&fake->largest_batch, count);
	}
	fake_block(fake, &fake->hold_write);
	if (atomic_load(&fake->let_go)) {
		return MG_RETRY;
	}
	if (atomic_load(&fake->retry_now)) {
		fake->instance.gw->retry_now(fake->instance.host);
	}
	struct fake_answer answer = fake_get(fake, &fake->write);
	size_t done = answer.result == MG_OK ? count : answer.taken;
	for (size_t i = 0; i < done && i < count; i++) {
		fake_note(fake, batch[i]);
	}
	*taken = answer.taken;
	return fake_answer(fake, answer);
}

static inline int fake_reopen(void *self)
{
	struct fake *fake = self;
	atomic_fetch_add(&fake->reopens, 1);
	return fake_answer(fake, fake_get(fake, &fake->reopen));
}

static inline int fake_idle(void *self, int wake_fd, int max_ms)
{
	struct fake *fake = self;
	struct pollfd wake = { .fd = wake_fd, .events = POLLIN };
	atomic_fetch_add(&fake->idles, 1);
	poll(&wake, 1, max_ms);
	return fake_answer(fake, fake_get(fake, &fake->idle));
}

static inline void fake_close(void *self)
{
	struct fake *fake = self;
	atomic_fetch_add(&fake->closes, 1);
	fake_block(fake, &fake->hold_close);
}

static inline void fake_interrupt(void *self)
{
	struct fake *fake = self;
	atomic_fetch_add(&fake->interrupts, 1);
	/* Taking the core's lock from here must be possible. */
	fake->instance.gw->retry_now(fake->instance.host);
	if (!atomic_load(&fake->deaf)) {
		atomic_store(&fake->let_go, true);
	}
}

static const struct mg_sink fake_full_ops = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct fake),
	.open = fake_open,
	.write = fake_write,
	.idle = fake_idle,
	.reopen = fake_reopen,
	.close = fake_close,
	.interrupt = fake_interrupt,
};

static const struct mg_sink fake_small_ops = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct fake),
	.open = fake_open,
	.write = fake_write,
	.close = fake_close,
};

/* A sink with its plugin and host. */
struct rig {
	struct fake *fake;
	struct mg_host *host;
	struct sink *sink;
	uint64_t seq;
};

static inline void rig_init(
		struct rig *rig, const struct mg_sink *ops, struct sink_settings settings)
{
	if (settings.name == NULL) {
		settings.name = "live";
	}
	rig->fake = calloc(1, sizeof(*rig->fake));
	rig->host = host_create("sink", settings.name, NULL, "cellar-pi", "");
	rig->fake->instance = (struct mg_instance){ rig->host, host_services() };
	pthread_mutex_init(&rig->fake->lock, NULL);
	rig->sink = sink_create(rig->host, ops, rig->fake, &settings);
	rig->seq = 0;
	assert_non_null(rig->sink);
}

/* Puts readings with the next numbers into the sink. */
static inline void rig_put(struct rig *rig, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reading *reading =
				reading_create_event("reading", "cellar", "heat-1", 1, "");
		reading_stamp(reading, "cellar-pi", 1, ++rig->seq, 0, false);
		sink_put(rig->sink, reading);
		reading_unref(reading);
	}
}

static inline struct sink_account rig_account(const struct rig *rig)
{
	struct sink_account account;
	sink_account(rig->sink, &account);
	assert_int_equal(account.routed,
			account.delivered + account.rejected + account.dropped + account.queued);
	return account;
}

/* Stops within `timeout` ms and waits for it. */
static inline void rig_stop(struct rig *rig, int64_t timeout)
{
	sink_begin_stop(rig->sink, timeout);
	FAKE_WAIT(sink_poll_stopped(rig->sink));
	assert_int_equal(rig_account(rig).queued, 0);
}

static inline void rig_finish(struct rig *rig)
{
	sink_destroy(rig->sink);
	host_destroy(rig->host);
	pthread_mutex_destroy(&rig->fake->lock);
	free(rig->fake);
}

#endif
