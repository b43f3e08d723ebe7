/* SPDX-License-Identifier: MIT */
/* The core's side of a plugin instance: what its services know and what it told them. */
#include "base/host.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_SIZE 80
#define STATE_SIZE 128

struct mg_host {
	char title[TITLE_SIZE];
	const char *name; /* in title, behind the kind */
	struct log *log;
	char *gateway, *state_dir;
	host_encode_fn encode;
	void (*free_buffer)(void *buffer);
	void *buffer;
	atomic_bool cancelled;
	pthread_mutex_t retry_lock; /* of the two below, and held while `retry_now` runs */
	void (*retry_now)(void *data);
	void *retry_data;
	pthread_mutex_t lock; /* of all that follows */
	struct host_reason reason;
	char state[STATE_SIZE];
	struct host_counter counters[HOST_COUNTERS];
	size_t counter_count;
};

struct mg_host *host_create(const char *kind, const char *name, struct log *log,
		const char *gateway, const char *state_dir)
{
	struct mg_host *host = calloc(1, sizeof(*host));
	if (host == NULL) {
		return NULL;
	}
	pthread_mutex_init(&host->lock, NULL);
	pthread_mutex_init(&host->retry_lock, NULL);
	snprintf(host->title, sizeof(host->title), "%s %s", kind, name);
	size_t before = strlen(kind) + 1;
	host->name = before < sizeof(host->title) ? host->title + before : "";
	host->log = log;
	host->gateway = strdup(gateway);
	host->state_dir = strdup(state_dir);
	host->reason.retry_ms = -1;
	if (host->gateway == NULL || host->state_dir == NULL) {
		host_destroy(host);
		return NULL;
	}
	return host;
}

void host_destroy(struct mg_host *host)
{
	if (host == NULL) {
		return;
	}
	if (host->buffer != NULL) {
		host->free_buffer(host->buffer);
	}
	free(host->gateway);
	free(host->state_dir);
	pthread_mutex_destroy(&host->lock);
	pthread_mutex_destroy(&host->retry_lock);
	free(host);
}

void host_set_encoder(
		struct mg_host *host, host_encode_fn encode, void (*free_buffer)(void *buffer))
{
	host->encode = encode;
	host->free_buffer = free_buffer;
}

void host_set_retry_now(struct mg_host *host, void (*fn)(void *data), void *data)
{
	pthread_mutex_lock(&host->retry_lock);
	host->retry_now = fn;
	host->retry_data = data;
	pthread_mutex_unlock(&host->retry_lock);
}

const char *host_title(const struct mg_host *host)
{
	return host->title;
}

const char *host_name(const struct mg_host *host)
{
	return host->name;
}

struct log *host_log(const struct mg_host *host)
{
	return host->log;
}

void host_clear_reason(struct mg_host *host)
{
	pthread_mutex_lock(&host->lock);
	host->reason = (struct host_reason){ .retry_ms = -1 };
	pthread_mutex_unlock(&host->lock);
}

void host_take_reason(struct mg_host *host, struct host_reason *reason)
{
	pthread_mutex_lock(&host->lock);
	*reason = host->reason;
	pthread_mutex_unlock(&host->lock);
}

void host_cancel(struct mg_host *host)
{
	atomic_store(&host->cancelled, true);
}

size_t host_counters(struct mg_host *host, struct host_counter *counters, size_t count)
{
	pthread_mutex_lock(&host->lock);
	if (count > host->counter_count) {
		count = host->counter_count;
	}
	memcpy(counters, host->counters, count * sizeof(*counters));
	pthread_mutex_unlock(&host->lock);
	return count;
}

size_t host_state(struct mg_host *host, char *text, size_t size)
{
	pthread_mutex_lock(&host->lock);
	int length = snprintf(text, size, "%s", host->state);
	pthread_mutex_unlock(&host->lock);
	return length < 0 ? 0 : (size_t)length;
}

__attribute__((format(printf, 3, 4))) static void serve_log(
		struct mg_host *host, enum mg_log_level level, const char *format, ...)
{
	va_list arguments;
	if (level > MG_LOG_DEBUG) {
		level = MG_LOG_DEBUG;
	}
	va_start(arguments, format);
	log_vwrite(host->log, level, host->title, format, arguments);
	va_end(arguments);
}

__attribute__((format(printf, 3, 4))) static void serve_reason(
		struct mg_host *host, int error, const char *format, ...)
{
	va_list arguments;
	pthread_mutex_lock(&host->lock);
	host->reason.error = error;
	va_start(arguments, format);
	vsnprintf(host->reason.text, sizeof(host->reason.text), format, arguments);
	va_end(arguments);
	pthread_mutex_unlock(&host->lock);
}

static const void *serve_encode(struct mg_host *host, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	if (host->encode == NULL) {
		return NULL;
	}
	return host->encode(&host->buffer, format, reading, length);
}

static struct host_counter *find_counter(struct mg_host *host, const char *name)
{
	for (size_t i = 0; i < host->counter_count; i++) {
		/* Kept names may be cut. */
		if (strncmp(host->counters[i].name, name, sizeof(host->counters[i].name) - 1) ==
				0) {
			return &host->counters[i];
		}
	}
	/* The last one takes in what finds no place of its own. */
	if (host->counter_count == HOST_COUNTERS) {
		return &host->counters[HOST_COUNTERS - 1];
	}
	struct host_counter *counter = &host->counters[host->counter_count++];
	const char *shown = host->counter_count == HOST_COUNTERS ? "other" : name;
	snprintf(counter->name, sizeof(counter->name), "%s", shown);
	return counter;
}

static void serve_count(struct mg_host *host, const char *name, uint64_t amount)
{
	pthread_mutex_lock(&host->lock);
	find_counter(host, name)->value += amount;
	pthread_mutex_unlock(&host->lock);
}

static void serve_report(struct mg_host *host, const char *state)
{
	const char *now = state == NULL ? "" : state;
	char shown[STATE_SIZE];
	snprintf(shown, sizeof(shown), "%s", now);
	pthread_mutex_lock(&host->lock);
	bool changed = strcmp(host->state, shown) != 0;
	memcpy(host->state, shown, sizeof(shown));
	pthread_mutex_unlock(&host->lock);
	if (changed) {
		log_write(host->log, *now == '\0' ? MG_LOG_INFO : MG_LOG_WARNING, host->title,
				"%s", *now == '\0' ? "all is well again" : shown);
	}
}

static void serve_retry_after(struct mg_host *host, int milliseconds)
{
	pthread_mutex_lock(&host->lock);
	host->reason.retry_ms = milliseconds < 0 ? 0 : milliseconds;
	pthread_mutex_unlock(&host->lock);
}

static void serve_retry_now(struct mg_host *host)
{
	pthread_mutex_lock(&host->retry_lock);
	if (host->retry_now != NULL) {
		host->retry_now(host->retry_data);
	}
	pthread_mutex_unlock(&host->retry_lock);
}

static bool serve_cancelled(struct mg_host *host)
{
	return atomic_load(&host->cancelled);
}

static const char *serve_gateway_name(struct mg_host *host)
{
	return host->gateway;
}

static const char *serve_instance_name(struct mg_host *host)
{
	return host->name;
}

static const char *serve_state_dir(struct mg_host *host)
{
	return host->state_dir;
}

const struct mg_services *host_services(void)
{
	static const struct mg_services services = {
		.size = sizeof(services),
		.log = serve_log,
		.reason = serve_reason,
		.encode = serve_encode,
		.count = serve_count,
		.report = serve_report,
		.retry_after = serve_retry_after,
		.retry_now = serve_retry_now,
		.cancelled = serve_cancelled,
		.gateway_name = serve_gateway_name,
		.instance_name = serve_instance_name,
		.state_dir = serve_state_dir,
	};
	return &services;
}
