/* SPDX-License-Identifier: MIT */
/* Feeds a plugin from a queue: open, write in batches, idle, reopen, close. */
#include "route/sink_worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RETRY_AFTER_MAX ((int64_t)3600 * 1000) /* ms that a plugin may ask for */

int64_t sink_worker_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sink_worker_wake(struct sink *sink)
{
	pthread_cond_broadcast(&sink->changed);
	if (sink->wake_fd >= 0 && !sink->woken) {
		const uint64_t one = 1;
		sink->woken = write(sink->wake_fd, &one, sizeof(one)) == (ssize_t)sizeof(one);
	}
}

void sink_worker_count_lost(struct sink *sink, const struct reading *reading)
{
	if (strcmp(reading_view(reading)->type, "reading") == 0) {
		sink->lost++;
	}
}

/* Everything below runs on the sink's thread with the lock held, but for what stands
   between enter() and leave(). */

static void set_state(struct sink *sink, enum sink_state state)
{
	sink->state = state;
	sink->since = sink_worker_clock();
	pthread_cond_broadcast(&sink->changed);
}

static void wait_until(struct sink *sink, int64_t when)
{
	struct timespec limit = {
		.tv_sec = (time_t)(when / 1000),
		.tv_nsec = (long)(when % 1000) * 1000000,
	};
	pthread_cond_timedwait(&sink->changed, &sink->lock, &limit);
}

static void enter(struct sink *sink, const char *operation)
{
	sink->operation = operation;
	sink->since = sink_worker_clock();
	sink->retry_now = false;
	pthread_mutex_unlock(&sink->lock);
	host_clear_reason(sink->host);
}

/* Puts words to a reason that has none. */
static void complete_reason(struct host_reason *reason)
{
	if (reason->text[0] != '\0') {
		return;
	}
	char words[HOST_REASON_SIZE];
	snprintf(reason->text, sizeof(reason->text), "%s",
			reason->error == 0 ? "the plugin gave no reason"
							   : strerror_r(reason->error, words, sizeof(words)));
}

/* False when the sink was given up meanwhile: then nothing of it may be touched. */
static bool leave(struct sink *sink, struct host_reason *reason)
{
	host_take_reason(sink->host, reason);
	complete_reason(reason);
	pthread_mutex_lock(&sink->lock);
	while (sink->interrupting) {
		pthread_cond_wait(&sink->changed, &sink->lock);
	}
	if (sink->state == SINK_HUNG) {
		return false;
	}
	sink->operation = NULL;
	sink->since = sink_worker_clock();
	return true;
}

static int64_t bounded(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static void wait_and_retry(
		struct sink *sink, const char *what, const struct host_reason *reason)
{
	int64_t pause = sink->pause;
	if (reason->retry_ms >= 0) {
		pause = bounded(reason->retry_ms, SINK_RETRY_LEAST, RETRY_AFTER_MAX);
	} else {
		sink->pause = bounded(sink->pause * 2, SINK_RETRY_LEAST, sink->retry_last);
	}
	sink->retries++;
	sink->reason = *reason;
	sink->failed_at = sink_worker_clock();
	sink->retry_at = sink->failed_at + pause;
	set_state(sink, SINK_WAITING);
	if (!sink->trouble) {
		log_write(host_log(sink->host), MG_LOG_WARNING, host_title(sink->host),
				"cannot %s: %s; next try in %" PRId64 " ms, %zu readings can wait", what,
				reason->text, pause, sink->queue.capacity);
		sink->trouble = true;
	}
}

static void all_well(struct sink *sink)
{
	if (sink->trouble) {
		log_write(
				host_log(sink->host), MG_LOG_INFO, host_title(sink->host), "works again");
	}
	sink->trouble = false;
	sink->pause = sink->retry_first;
	sink->reason = (struct host_reason){ .retry_ms = -1 };
}

static void turn_off(struct sink *sink, const struct host_reason *reason)
{
	size_t dropped = queue_drop_all(&sink->queue);
	sink->reason = *reason;
	sink->trouble = true;
	set_state(sink, SINK_OFF);
	log_write(host_log(sink->host), MG_LOG_ERROR, host_title(sink->host),
			"off: %s; readings dropped: %zu. Correct the configuration and restart the "
			"gateway",
			reason->text, dropped);
}

/* What open() and reopen() say decides the same things. */
static void take_open_result(
		struct sink *sink, int result, const struct host_reason *reason)
{
	if (result == MG_OK) {
		sink->opened = true;
		all_well(sink);
		set_state(sink, SINK_OPEN);
	} else if (result == MG_REJECT) {
		turn_off(sink, reason);
	} else {
		wait_and_retry(sink, "open", reason);
	}
}

static bool do_open(struct sink *sink)
{
	struct host_reason reason;
	sink->reopen = false;
	enter(sink, "open");
	int result = sink->ops->open(sink->instance);
	if (!leave(sink, &reason)) {
		return false;
	}
	take_open_result(sink, result, &reason);
	return true;
}

static bool do_close(struct sink *sink)
{
	struct host_reason reason;
	enter(sink, "close");
	sink->ops->close(sink->instance);
	if (!leave(sink, &reason)) {
		return false;
	}
	sink->opened = false;
	return true;
}

static bool do_reopen(struct sink *sink)
{
	struct host_reason reason;
	sink->reopen = false;
	if (sink->ops->reopen == NULL) {
		return true;
	}
	enter(sink, "reopen");
	int result = sink->ops->reopen(sink->instance);
	if (!leave(sink, &reason)) {
		return false;
	}
	if (result == MG_OK) {
		return true;
	}
	if (!do_close(sink)) {
		return false;
	}
	take_open_result(sink, result, &reason);
	return true;
}

static void log_reject(struct sink *sink, const struct mg_reading *reading,
		const struct host_reason *reason)
{
	int64_t now = sink_worker_clock();
	if (sink->reject_said >= 0 && now - sink->reject_said < SINK_REJECT_LOG_MS) {
		sink->rejects_unsaid++;
		return;
	}
	char others[64] = "";
	if (sink->rejects_unsaid > 0) {
		snprintf(others, sizeof(others), ", as %" PRIu64 " others since the last line",
				sink->rejects_unsaid);
	}
	log_write(host_log(sink->host), MG_LOG_WARNING, host_title(sink->host),
			"rejected %s %" PRIu64 " of %s/%s: %s%s", reading->type, reading->seq,
			reading->bus, reading->device, reason->text, others);
	sink->reject_said = now;
	sink->rejects_unsaid = 0;
}

/* What can only be a mistake of the plugin, once: it would look as if all had been
 * delivered. */
static void doubt_taken(struct sink *sink, int result, size_t taken)
{
	bool wrong = taken > sink->in_hand || (result == MG_REJECT && taken == sink->in_hand);
	if (result == MG_OK || !wrong || sink->taken_doubted) {
		return;
	}
	sink->taken_doubted = true;
	log_write(host_log(sink->host), MG_LOG_WARNING, host_title(sink->host),
			"the plugin refuses a reading, but says that it took %zu of %zu: they count "
			"as "
			"delivered, and the plugin is wrong",
			taken, sink->in_hand);
}

/* Books the answer of write() for the readings in hand. What is left goes back. */
static void settle(
		struct sink *sink, int result, size_t taken, const struct host_reason *reason)
{
	size_t count = sink->in_hand;
	doubt_taken(sink, result, taken);
	size_t done = result == MG_OK || taken > count ? count : taken;
	sink->delivered += done;
	if (result == MG_REJECT && done < count) {
		log_reject(sink, sink->views[done], reason);
		sink_worker_count_lost(sink, sink->hands[done]);
		sink->rejected++;
		done++;
	}
	for (size_t i = 0; i < done; i++) {
		reading_unref(sink->hands[i]);
	}
	sink->in_hand = 0;
	queue_put_back(&sink->queue, sink->hands + done, count - done);
}

static bool do_write(struct sink *sink)
{
	struct host_reason reason;
	size_t count = queue_take(&sink->queue, sink->hands, sink->batch), taken = 0;
	for (size_t i = 0; i < count; i++) {
		sink->views[i] = reading_view(sink->hands[i]);
	}
	sink->in_hand = count;
	sink->batches++;
	enter(sink, "write");
	int result = sink->ops->write(sink->instance, sink->views, count, &taken);
	if (!leave(sink, &reason)) {
		return false;
	}
	settle(sink, result, taken, &reason);
	if (result == MG_OK || result == MG_REJECT) {
		all_well(sink);
		return true;
	}
	if (taken > 0) {
		sink->pause = sink->retry_first;
	}
	wait_and_retry(sink, "write", &reason);
	return true;
}

static void drain_wake(struct sink *sink)
{
	uint64_t value;
	if (sink->woken && read(sink->wake_fd, &value, sizeof(value)) > 0) {
		sink->woken = false;
	}
}

/* Lets the plugin serve its own sockets for at most `left` ms. */
static bool do_idle(struct sink *sink, int64_t left)
{
	struct host_reason reason;
	drain_wake(sink);
	enter(sink, "idle");
	int result = sink->ops->idle(
			sink->instance, sink->wake_fd, (int)bounded(left, 0, SINK_IDLE_MS));
	if (!leave(sink, &reason)) {
		return false;
	}
	bool no_work = sink->state == SINK_WAITING || sink->queue.count == 0;
	if (result != MG_OK && no_work && !sink->stopping) {
		wait_until(sink, sink_worker_clock() + SINK_RETRY_LEAST);
	}
	return true;
}

static bool serve(struct sink *sink)
{
	if (sink->reopen) {
		return do_reopen(sink);
	}
	if (sink->queue.count > 0) {
		return do_write(sink);
	}
	if (sink->ops->idle != NULL) {
		return do_idle(sink, SINK_IDLE_MS);
	}
	pthread_cond_wait(&sink->changed, &sink->lock);
	return true;
}

/* When the pause after MG_RETRY ends. */
static int64_t retry_time(const struct sink *sink)
{
	int64_t soon = sink->failed_at + SINK_RETRY_LEAST;
	bool hurry = sink->retry_now || sink->reopen;
	return hurry && soon < sink->retry_at ? soon : sink->retry_at;
}

static bool await_retry(struct sink *sink)
{
	int64_t when = retry_time(sink), left = when - sink_worker_clock();
	if (left <= 0) {
		set_state(sink, sink->opened ? SINK_OPEN : SINK_OPENING);
	} else if (sink->opened && sink->ops->idle != NULL && !sink->retry_now) {
		return do_idle(sink, left);
	} else {
		wait_until(sink, when);
	}
	return true;
}

static bool stay_off(struct sink *sink)
{
	if (sink->reopen) {
		set_state(sink, SINK_OPENING);
	} else {
		pthread_cond_wait(&sink->changed, &sink->lock);
	}
	return true;
}

static bool over(const struct sink *sink)
{
	return sink->stopping && (sink->cut || sink->queue.count == 0);
}

/* One step; false when the sink was given up. */
static bool step(struct sink *sink)
{
	switch (sink->state) {
	case SINK_OPENING:
		return do_open(sink);
	case SINK_OPEN:
		return serve(sink);
	case SINK_WAITING:
		return await_retry(sink);
	default:
		return stay_off(sink);
	}
}

void *sink_worker_run(void *data)
{
	struct sink *sink = data;
	bool alive = true;
	pthread_mutex_lock(&sink->lock);
	while (alive && !over(sink)) {
		alive = step(sink);
	}
	if (alive && sink->opened) {
		alive = do_close(sink);
	}
	if (alive) {
		queue_drop_all(&sink->queue);
		sink->ended = true;
		set_state(sink, SINK_CLOSED);
	}
	pthread_mutex_unlock(&sink->lock);
	return NULL;
}
