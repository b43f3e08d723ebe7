/* SPDX-License-Identifier: MIT */
/* The loop thread's side of a sink: what goes in, what became of it, and the stop. */
#include "route/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "route/encode.h"
#include "route/sink_worker.h"

static int64_t or_default(int64_t value, int64_t fallback, int64_t most)
{
	int64_t chosen = value <= 0 ? fallback : value;
	return chosen > most ? most : chosen;
}

static void init_sync(struct sink *sink)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&sink->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&sink->lock, NULL);
}

static void take_settings(struct sink *sink, const struct sink_settings *settings)
{
	size_t readings = (size_t)or_default(settings->queue, QUEUE_DEFAULT, QUEUE_MAX);
	size_t bytes =
			(size_t)or_default(settings->queue_bytes, QUEUE_BYTES_DEFAULT, INTPTR_MAX);
	queue_init(&sink->queue, readings, bytes, (enum queue_overflow)settings->overflow);
	sink->batch = (size_t)or_default(settings->batch, SINK_BATCH_DEFAULT, SINK_BATCH_MAX);
	sink->retry_first =
			or_default(settings->retry_first, SINK_RETRY_FIRST, SINK_RETRY_LAST);
	sink->retry_last = or_default(settings->retry_last, SINK_RETRY_LAST, SINK_RETRY_LAST);
	sink->pause = sink->retry_first;
	sink->name = strdup(settings->name);
	sink->match = filter_create(settings->match);
	sink->types = filter_create(settings->types);
	sink->hands = calloc(sink->batch, sizeof(*sink->hands));
	sink->views = calloc(sink->batch, sizeof(*sink->views));
}

static bool complete(const struct sink *sink)
{
	return sink->name != NULL && sink->match != NULL && sink->types != NULL &&
		   sink->hands != NULL && sink->views != NULL &&
		   (sink->ops->idle == NULL || sink->wake_fd >= 0);
}

/* Any thread of the plugin. */
static void retry_now(void *data)
{
	struct sink *sink = data;
	pthread_mutex_lock(&sink->lock);
	sink->retry_now = true;
	sink_worker_wake(sink);
	pthread_mutex_unlock(&sink->lock);
}

struct sink *sink_create(struct mg_host *host, const struct mg_sink *ops, void *instance,
		const struct sink_settings *settings)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	if (sink == NULL) {
		return NULL;
	}
	sink->host = host;
	sink->ops = ops;
	sink->instance = instance;
	sink->wake_fd = ops->idle == NULL ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sink->reject_said = -1;
	sink->loss_said = -1;
	sink->reason.retry_ms = -1;
	sink->since = sink_worker_clock();
	init_sync(sink);
	take_settings(sink, settings);
	if (!complete(sink)) {
		sink_destroy(sink);
		return NULL;
	}
	const struct encode_options options = { settings->raw, settings->units == 1 };
	host_set_encoder(host, encode_for_options(&options), encode_free);
	host_set_retry_now(host, retry_now, sink);
	return sink;
}

/* Signals belong to the loop thread. */
static int start_thread(struct sink *sink)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&sink->thread, NULL, sink_worker_run, sink);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

void sink_start(struct sink *sink)
{
	pthread_mutex_lock(&sink->lock);
	sink->state = SINK_OPENING;
	int error = start_thread(sink);
	sink->has_thread = error == 0;
	if (error != 0) {
		sink->state = SINK_OFF;
		char words[128];
		snprintf(sink->reason.text, sizeof(sink->reason.text), "no thread for it: %s",
				strerror_r(error, words, sizeof(words)));
		log_write(host_log(sink->host), MG_LOG_ERROR, host_title(sink->host), "off: %s",
				sink->reason.text);
		sink->trouble = true;
	}
	pthread_mutex_unlock(&sink->lock);
}

void sink_destroy(struct sink *sink)
{
	if (sink == NULL) {
		return;
	}
	if (sink->has_thread) {
		pthread_join(sink->thread, NULL);
	}
	host_set_retry_now(sink->host, NULL, NULL);
	queue_finish(&sink->queue);
	pthread_mutex_destroy(&sink->lock);
	pthread_cond_destroy(&sink->changed);
	if (sink->wake_fd >= 0) {
		close(sink->wake_fd);
	}
	filter_destroy(sink->match);
	filter_destroy(sink->types);
	free(sink->name);
	free(sink->hands);
	free(sink->views);
	free(sink);
}

bool sink_wants(const struct sink *sink, const struct mg_reading *reading)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", reading->bus, reading->device);
	return filter_match(sink->types, reading->type) && filter_match(sink->match, path);
}

void sink_put(struct sink *sink, struct reading *reading)
{
	pthread_mutex_lock(&sink->lock);
	sink->routed++;
	if (sink->stopping || sink->state >= SINK_OFF) {
		sink->refused++;
		sink_worker_count_lost(sink, reading);
	} else {
		queue_put(&sink->queue, reading_ref(reading));
		sink_worker_wake(sink);
	}
	pthread_mutex_unlock(&sink->lock);
}

void sink_reopen(struct sink *sink)
{
	pthread_mutex_lock(&sink->lock);
	sink->reopen = true;
	sink_worker_wake(sink);
	pthread_mutex_unlock(&sink->lock);
}

void sink_begin_stop(struct sink *sink, int64_t timeout)
{
	pthread_mutex_lock(&sink->lock);
	sink->stopping = true;
	sink->retry_now = true;
	sink->deadline = sink_worker_clock() + timeout;
	if (!sink->has_thread) {
		queue_drop_all(&sink->queue);
		sink->state = SINK_CLOSED;
		sink->ended = true;
	}
	sink_worker_wake(sink);
	pthread_mutex_unlock(&sink->lock);
}

static bool can_interrupt(const struct sink *sink)
{
	return sink->ops->interrupt != NULL && sink->operation != NULL &&
		   strcmp(sink->operation, "close") != 0;
}

/* The lock is let go while the plugin runs, which may call services that take it; the
   worker does not leave its operation meanwhile. */
static void cut_short(struct sink *sink)
{
	bool interrupt = can_interrupt(sink);
	sink->cut = true;
	sink->interrupting = interrupt;
	sink_worker_wake(sink);
	pthread_mutex_unlock(&sink->lock);
	host_cancel(sink->host);
	if (interrupt) {
		sink->ops->interrupt(sink->instance);
	}
	pthread_mutex_lock(&sink->lock);
	sink->interrupting = false;
	pthread_cond_broadcast(&sink->changed);
}

/* Counts everything as dropped and leaves the thread alone. The references in its hands
   stay: the plugin may still look at them. */
static void give_up(struct sink *sink)
{
	size_t dropped = sink->in_hand + queue_drop_all(&sink->queue);
	for (size_t i = 0; i < sink->in_hand; i++) {
		sink_worker_count_lost(sink, sink->hands[i]);
	}
	sink->refused += sink->in_hand;
	sink->in_hand = 0;
	sink->state = SINK_HUNG;
	sink->has_thread = false;
	pthread_detach(sink->thread);
	log_write(host_log(sink->host), MG_LOG_ERROR, host_title(sink->host),
			"hangs in %s for %" PRId64 " s and was given up; readings dropped: %zu",
			sink->operation, (sink_worker_clock() - sink->since) / 1000, dropped);
}

/* Whether the plugin opens something for which there is nothing to deliver any more. */
static bool opens_in_vain(const struct sink *sink)
{
	return sink->queue.count == 0 && sink->in_hand == 0 && sink->operation != NULL &&
		   strstr(sink->operation, "open") != NULL;
}

bool sink_poll_stopped(struct sink *sink)
{
	pthread_mutex_lock(&sink->lock);
	int64_t late = sink->stopping ? sink_worker_clock() - sink->deadline : INT64_MIN;
	bool over = sink->ended || sink->state == SINK_HUNG;
	if (!over && sink->stopping && !sink->cut && (late >= 0 || opens_in_vain(sink))) {
		cut_short(sink);
	}
	if (!over && late >= SINK_GRACE_MS && sink->operation != NULL) {
		give_up(sink);
		over = true;
	}
	pthread_mutex_unlock(&sink->lock);
	return over;
}

/* Asking changes nothing that anybody could see, so the sink may be const. */
static struct sink *locked(const struct sink *sink)
{
	struct sink *same = (struct sink *)(uintptr_t)sink;
	pthread_mutex_lock(&same->lock);
	return same;
}

enum sink_state sink_state(const struct sink *sink)
{
	struct sink *same = locked(sink);
	enum sink_state state = same->state;
	pthread_mutex_unlock(&same->lock);
	return state;
}

bool sink_hangs(const struct sink *sink)
{
	return sink_state(sink) == SINK_HUNG;
}

void sink_account(const struct sink *sink, struct sink_account *account)
{
	struct sink *same = locked(sink);
	*account = (struct sink_account){
		.routed = same->routed,
		.delivered = same->delivered,
		.rejected = same->rejected,
		.dropped = same->queue.counters.dropped + same->refused,
		.queued = same->queue.count + same->in_hand,
		.retries = same->retries,
		.batches = same->batches,
	};
	pthread_mutex_unlock(&same->lock);
}

static uint64_t lost_so_far(const struct sink *sink)
{
	return sink->lost + sink->queue.counters.dropped_readings;
}

uint64_t sink_lost_readings(const struct sink *sink)
{
	struct sink *same = locked(sink);
	uint64_t lost = lost_so_far(same);
	pthread_mutex_unlock(&same->lock);
	return lost;
}

static bool hangs_long(const struct sink *sink)
{
	return sink->operation != NULL && strcmp(sink->operation, "idle") != 0 &&
		   sink_worker_clock() - sink->since >= SINK_HANG_MS;
}

static void watch_hang(struct sink *sink)
{
	bool hangs = hangs_long(sink);
	if (hangs && !sink->hang_said) {
		log_write(host_log(sink->host), MG_LOG_WARNING, host_title(sink->host),
				"hangs in %s; what is routed to it waits in its queue", sink->operation);
	} else if (!hangs && sink->hang_said) {
		log_write(host_log(sink->host), MG_LOG_INFO, host_title(sink->host),
				"does not hang any more");
	}
	sink->hang_said = hangs;
}

static void watch_losses(struct sink *sink)
{
	int64_t now = sink_worker_clock();
	uint64_t lost = lost_so_far(sink);
	if (lost == sink->losses_said ||
			(sink->loss_said >= 0 && now - sink->loss_said < SINK_LOSS_LOG_MS)) {
		return;
	}
	log_write(host_log(sink->host), MG_LOG_WARNING, host_title(sink->host),
			"readings lost: %" PRIu64 ", in all %" PRIu64 "; %zu of at most %zu wait",
			lost - sink->losses_said, lost, sink->queue.count, sink->queue.capacity);
	sink->loss_said = now;
	sink->losses_said = lost;
}

void sink_watch(struct sink *sink)
{
	pthread_mutex_lock(&sink->lock);
	watch_hang(sink);
	watch_losses(sink);
	pthread_mutex_unlock(&sink->lock);
}

bool sink_in_trouble(const struct sink *sink)
{
	struct sink *same = locked(sink);
	bool trouble = same->trouble || same->state == SINK_HUNG || hangs_long(same);
	pthread_mutex_unlock(&same->lock);
	return trouble;
}

const char *sink_name(const struct sink *sink)
{
	return sink->name;
}

static void write_state(const struct sink *sink, char *text, size_t size)
{
	int64_t now = sink_worker_clock(), lasts = (now - sink->since) / 1000;
	int64_t left = (sink->retry_at - now + 999) / 1000;
	switch (sink->state) {
	case SINK_OPENING:
		snprintf(text, size, "opening for %" PRId64 " s", lasts);
		break;
	case SINK_WAITING:
		snprintf(text, size, "next try in %" PRId64 " s: %s", left > 0 ? left : 0,
				sink->reason.text);
		break;
	case SINK_OFF:
		snprintf(text, size, "off: %s", sink->reason.text);
		break;
	case SINK_OPEN:
		snprintf(text, size, "open");
		break;
	case SINK_CLOSED:
		snprintf(text, size, "closed%s%s", sink->trouble ? "; last trouble: " : "",
				sink->trouble ? sink->reason.text : "");
		break;
	default:
		snprintf(text, size, "not started");
	}
}

void sink_state_text(const struct sink *sink, char *text, size_t size)
{
	struct sink *same = locked(sink);
	if (same->state == SINK_HUNG || hangs_long(same)) {
		snprintf(text, size, "hangs in %s for %" PRId64 " s", same->operation,
				(sink_worker_clock() - same->since) / 1000);
	} else {
		write_state(same, text, size);
	}
	pthread_mutex_unlock(&same->lock);
}
