/* SPDX-License-Identifier: MIT */
/* Buses and sinks as a configuration makes them, on plugins that the test is. */
#ifndef TESTS_GATEWAY_BENCH_H
#define TESTS_GATEWAY_BENCH_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/setup.h"

/* A transport whose bus is silent. */
struct mute {
	struct mg_instance instance;
	int far; /* the other end of its descriptor */
	int open_result;
};

static atomic_int mute_opens, mute_closes;

static inline int mute_open(void *self, struct mg_link *link)
{
	struct mute *mute = self;
	int ends[2];
	atomic_fetch_add(&mute_opens, 1);
	if (mute->open_result != MG_OK) {
		mute->instance.gw->reason(mute->instance.host, EACCES, "it is locked away");
		return mute->open_result;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
		return MG_RETRY;
	}
	mute->far = ends[1];
	link->fd = ends[0];
	return MG_OK;
}

static inline void mute_close(void *self, int fd)
{
	struct mute *mute = self;
	atomic_fetch_add(&mute_closes, 1);
	close(mute->far);
	close(fd);
}

static const struct mg_transport mute_transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct mute),
	.open = mute_open,
	.close = mute_close,
};

/* A sink that answers all readings alike. */
struct bin {
	struct mg_instance instance;
	int result;
	const char *trigger; /* the type of message that makes ... */
	void (*fire)(void);  /* ... this happen, on the thread of the sink */
};

static char bin_last[64]; /* the type of the last message that any of them took */
static pthread_mutex_t bin_lock = PTHREAD_MUTEX_INITIALIZER; /* guards it */

static inline int bin_open(void *self)
{
	struct bin *bin = self;
	bin->instance.gw->count(bin->instance.host, "reconnects", 2);
	bin->instance.gw->count(bin->instance.host, "truncated", 0);
	return MG_OK;
}

static inline int bin_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct bin *bin = self;
	(void)taken;
	for (size_t i = 0; i < count; i++) {
		if (bin->trigger != NULL && strcmp(batch[i]->type, bin->trigger) == 0) {
			bin->fire();
		}
		pthread_mutex_lock(&bin_lock);
		snprintf(bin_last, sizeof(bin_last), "%s", batch[i]->type);
		pthread_mutex_unlock(&bin_lock);
	}
	return bin->result;
}

static inline void bin_close(void *self)
{
	(void)self;
}

static const struct mg_sink bin_sink = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct bin),
	.open = bin_open,
	.write = bin_write,
	.close = bin_close,
};

static const struct mg_plugin bench_description = {
	MG_PLUGIN_HEADER,
	.name = "bench",
	.transport = &mute_transport,
	.sink = &bin_sink,
};
static const struct plugin bench_plugin = { &bench_description, "bench", "bench.so" };

/* The caller's, until something takes it over. */
static inline struct setup_bus *bench_bus(const char *name, const char *port)
{
	struct setup_bus *bus = calloc(1, sizeof(*bus));
	struct mute *mute = calloc(1, sizeof(*mute));
	option_memory_init(&bus->memory);
	bus->settings = (struct bus_settings){
		.name = name,
		.line = { sizeof(struct mg_line), 38400, 8, 'E', 1, 0 },
		.latency = 0,
		.tries = 3,
		.telegrams = 4,
		.interval = 60000,
		.open_timeout = 30000,
		.connect_timeout = 10000,
		.reconnect_min = 60000,
		.reconnect_max = 60000,
		.silent_max = 60000,
	};
	bus->plugin = &bench_plugin;
	bus->instance = mute;
	bus->port = port;
	return bus;
}

static inline struct setup_sink *bench_sink(const char *name, int result)
{
	struct setup_sink *sink = calloc(1, sizeof(*sink));
	struct bin *bin = calloc(1, sizeof(*bin));
	option_memory_init(&sink->memory);
	bin->result = result;
	sink->settings = (struct sink_settings){ .name = name };
	sink->plugin = &bench_plugin;
	sink->instance = bin;
	return sink;
}

#endif
