/* SPDX-License-Identifier: MIT */
/* Numbers readings and events, and offers each to every sink that wants it. */
#include "route/router.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "route/sequence.h"

#define MESSAGE_SIZE 512

struct port {
	struct sink *sink;
	uint64_t lost;     /* readings that were reported as lost */
	uint64_t rejected; /* as far as the last report */
	bool trouble;      /* was reported */
};

struct router {
	const char *gateway;
	uint64_t run, seq;
	struct sequence *devices;
	bool (*ask_unsynced)(void *data);
	void *ask_data;
	void (*tap)(void *data, struct reading *reading);
	void *tap_data;
	bool unsynced;
	size_t count;
	struct port ports[ROUTER_SINKS_MAX];
};

static bool kernel_says_unsynced(void *data)
{
	(void)data;
	struct timex clock = { 0 };
	return adjtimex(&clock) == TIME_ERROR || (clock.status & STA_UNSYNC) != 0;
}

struct router *router_create(const char *gateway, uint64_t run)
{
	struct router *router = calloc(1, sizeof(*router));
	if (router == NULL) {
		return NULL;
	}
	router->gateway = gateway;
	router->run = run;
	router->devices = sequence_create(ROUTER_DEVICES_MAX);
	if (router->devices == NULL) {
		router_destroy(router);
		return NULL;
	}
	router_set_unsynced(router, kernel_says_unsynced, NULL);
	return router;
}

void router_destroy(struct router *router)
{
	if (router != NULL) {
		sequence_destroy(router->devices);
		free(router);
	}
}

bool router_add(struct router *router, struct sink *sink)
{
	if (router->count == ROUTER_SINKS_MAX) {
		return false;
	}
	router->ports[router->count++] = (struct port){ .sink = sink };
	return true;
}

void router_set_tap(struct router *router,
		void (*tap)(void *data, struct reading *reading), void *data)
{
	router->tap = tap;
	router->tap_data = data;
}

void router_remove(struct router *router, const struct sink *sink)
{
	for (size_t i = 0; i < router->count; i++) {
		if (router->ports[i].sink == sink) {
			size_t behind = router->count - i - 1;
			memmove(&router->ports[i], &router->ports[i + 1],
					behind * sizeof(router->ports[0]));
			router->count--;
			return;
		}
	}
}

static void stamp(struct router *router, struct reading *reading)
{
	const struct mg_reading *view = reading_view(reading);
	uint64_t device_seq = 0;
	if (strcmp(view->type, "reading") == 0) {
		device_seq = sequence_next(router->devices, view->bus, view->device);
	}
	reading_stamp(reading, router->gateway, router->run, ++router->seq, device_seq,
			router->unsynced);
}

/* `except` is the sink that the message is about, or NULL. */
static void publish(
		struct router *router, struct reading *reading, const struct sink *except)
{
	stamp(router, reading);
	if (router->tap != NULL) {
		router->tap(router->tap_data, reading);
	}
	for (size_t i = 0; i < router->count; i++) {
		struct sink *sink = router->ports[i].sink;
		if (sink != except && sink_wants(sink, reading_view(reading))) {
			sink_put(sink, reading);
		}
	}
	reading_unref(reading);
}

void router_publish(struct router *router, struct reading *reading)
{
	publish(router, reading, NULL);
}

static int64_t wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool router_event(struct router *router, const char *type, const char *bus,
		const char *device, const char *message)
{
	struct reading *event =
			reading_create_event(type, bus, device, wall_clock(), message);
	if (event != NULL) {
		publish(router, event, NULL);
	}
	return event != NULL;
}

/* An event of the gateway about one sink, for the others. */
__attribute__((format(printf, 4, 5))) static void tell(struct router *router,
		const struct sink *sink, const char *type, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	struct reading *event = reading_create_event(type, "", "", wall_clock(), message);
	if (event != NULL) {
		publish(router, event, sink);
	}
}

static const char *loss_cause(const struct port *port, uint64_t lost, uint64_t rejected)
{
	if (rejected >= lost) {
		return "rejected by its plugin";
	}
	if (sink_state(port->sink) == SINK_OFF) {
		return "the sink is off";
	}
	return rejected > 0 ? "queue full, or rejected by its plugin" : "queue full";
}

static void report_loss(struct router *router, struct port *port)
{
	uint64_t lost = sink_lost_readings(port->sink) - port->lost;
	struct sink_account account;
	sink_account(port->sink, &account);
	uint64_t rejected = account.rejected - port->rejected;
	port->lost += lost;
	port->rejected = account.rejected;
	if (lost > 0) {
		tell(router, port->sink, "sink_lost", "sink %s lost %" PRIu64 " reading%s: %s",
				sink_name(port->sink), lost, lost == 1 ? "" : "s",
				loss_cause(port, lost, rejected));
	}
}

static void report_trouble(struct router *router, struct port *port)
{
	bool trouble = sink_in_trouble(port->sink);
	if (trouble == port->trouble) {
		return;
	}
	port->trouble = trouble;
	if (trouble) {
		char state[SINK_STATE_SIZE];
		sink_state_text(port->sink, state, sizeof(state));
		tell(router, port->sink, "sink_off", "sink %s does not deliver: %s",
				sink_name(port->sink), state);
	} else {
		tell(router, port->sink, "sink_back", "sink %s delivers again",
				sink_name(port->sink));
	}
}

void router_tick(struct router *router)
{
	router->unsynced = router->ask_unsynced(router->ask_data);
	for (size_t i = 0; i < router->count; i++) {
		sink_watch(router->ports[i].sink);
		report_trouble(router, &router->ports[i]);
		report_loss(router, &router->ports[i]);
	}
}

void router_set_unsynced(struct router *router, bool (*unsynced)(void *data), void *data)
{
	router->ask_unsynced = unsynced;
	router->ask_data = data;
	router->unsynced = unsynced(data);
}

uint64_t router_seq(const struct router *router)
{
	return router->seq;
}
