/* SPDX-License-Identifier: MIT */
/* One bus: drives exchanges and readouts over its port, as schedule and jobs demand. */
#include "bus/bus.h"

#include <stdlib.h>

#include "bus/bus_private.h"
#include "bus/port_io.h"

#define MILLISECOND 1000
#define FIRST_ROOM 4
#define POWER_SETTLE 2000000 /* µs: meters charge up before they answer */

/*
 * What is needed to look into the telegrams. Who the meter is counts only where it is
 * configured: of telegrams that do not say it themselves, the check bytes of mode 5 show
 * a wrong manufacturer, but not that another meter of the same key has come in between.
 */
static struct telegrams_secret secret_of(
		const struct bus *bus, const struct bus_address *address)
{
	const struct bus_key *key = bus_key_find(bus->settings.keys, address);
	if (key == NULL) {
		return (struct telegrams_secret){ .key = NULL };
	}
	return (struct telegrams_secret){
		.key = &key->key,
		.identity = &key->identity,
	};
}

static void begin_readout(struct bus *bus, enum readout_kind kind,
		const struct bus_address *address, struct readout_memory *memory, int64_t now)
{
	bus->begun_at = 0;
	bus->readout.secret = secret_of(bus, address);
	readout_begin(&bus->readout, kind, address, memory, now);
}

static bool begin_job(struct bus *bus, int64_t now)
{
	bus->job = jobs_take(&bus->jobs);
	if (bus->job != NULL) {
		begin_readout(bus, bus->job->kind, &bus->job->address, &bus->job->memory, now);
	}
	return bus->job != NULL;
}

static bool begin_device(struct bus *bus, int64_t now)
{
	struct schedule_entry *entry = schedule_take(&bus->schedule, now);
	if (entry == NULL) {
		return false;
	}
	bus->device = (struct bus_device *)(void *)entry;
	begin_readout(
			bus, READOUT_READ, &bus->device->settings.address, &bus->device->memory, now);
	return true;
}

static bool begin_next(struct bus *bus, int64_t now)
{
	return !bus->stopping && (begin_job(bus, now) || begin_device(bus, now));
}

/* Stopping: nothing new is asked, not even for the rest of a readout. */
static void end_exchange(struct bus *bus, int64_t now)
{
	if (bus->exchange.outcome == EXCHANGE_DATA) {
		bus->wall = bus_end_clock();
	}
	bool more = readout_step(&bus->readout, now);
	if (more && bus->stopping) {
		readout_abort(&bus->readout, now);
		more = false;
	}
	if (!more) {
		bus_end_readout(bus);
	}
}

static void send_request(struct bus *bus, const uint8_t *bytes, size_t size)
{
	if (bus->begun_at == 0) {
		bus->begun_at = loop_clock();
	}
	if (port_io_send(&bus->port, bytes, size)) {
		exchange_sent(&bus->exchange, loop_clock());
	}
}

/* One thing that can be done now; false when there is nothing to do but wait. */
static bool advance(struct bus *bus, int64_t now)
{
	const uint8_t *bytes;
	if (bus->port.state != PORT_OPEN || bus->port_stopping) {
		return false;
	}
	if (!readout_busy(&bus->readout)) {
		return begin_next(bus, now);
	}
	if (!exchange_busy(&bus->exchange)) {
		end_exchange(bus, now);
		return true;
	}
	size_t size = exchange_output(&bus->exchange, &bytes, now);
	if (size > 0) {
		send_request(bus, bytes, size);
	}
	return size > 0;
}

static int64_t next_wake(const struct bus *bus, int64_t now)
{
	if (bus->port.state != PORT_OPEN) {
		return LOOP_NEVER;
	}
	if (!readout_busy(&bus->readout)) {
		return schedule_when(&bus->schedule);
	}
	int64_t hush = exchange_hush(&bus->exchange);
	return hush > now ? hush : exchange_deadline(&bus->exchange);
}

static bool may_stop_port(const struct bus *bus)
{
	return bus->stopping && !bus->port_stopping && !readout_busy(&bus->readout);
}

static void pump(struct bus *bus)
{
	while (advance(bus, loop_clock())) {
	}
	int64_t now = loop_clock();
	port_io_listen(&bus->port, exchange_hush(&bus->exchange) <= now);
	if (may_stop_port(bus)) {
		bus->port_stopping = true;
		bus_end_jobs(bus);
		port_stop(&bus->port, bus->at_once);
		return;
	}
	loop_timer_set(bus->timer, next_wake(bus, now));
}

/* Jobs cannot wait for the pause after a failure. */
static void serve_closed(struct bus *bus)
{
	enum port_state state = bus->port.state;
	if (bus->jobs.count == 0 || (state != PORT_CLOSED && state != PORT_CLOSING)) {
		return;
	}
	if (bus->port.rejected || port_hangs(&bus->port)) {
		bus_end_down(bus);
		return;
	}
	port_open(&bus->port);
}

static void abort_at_once(struct bus *bus)
{
	if (bus->stopping && bus->at_once && readout_busy(&bus->readout)) {
		readout_abort(&bus->readout, loop_clock());
		bus_end_readout(bus);
	}
}

static void on_timer(void *data)
{
	struct bus *bus = data;
	int64_t now = loop_clock();
	if (bus->port_stopping) {
		bus_end_jobs(bus);
		return;
	}
	abort_at_once(bus);
	if (now >= exchange_deadline(&bus->exchange)) {
		exchange_unsent(&bus->exchange, port_io_unsent(&bus->port), now);
	}
	exchange_tick(&bus->exchange, now);
	if (bus->started) {
		serve_closed(bus);
	}
	pump(bus);
}

static void forget_all(struct bus *bus)
{
	for (size_t i = 0; i < bus->device_count; i++) {
		readout_forget(&bus->devices[i]->memory);
	}
}

static void port_opened(void *data)
{
	struct bus *bus = data;
	if (bus->port.powered) {
		bus->exchange.rest_until = loop_clock() + POWER_SETTLE;
	}
	/* Somebody else may have talked to the slaves meanwhile. */
	forget_all(bus);
	bus_end_up(bus);
	pump(bus);
}

static void port_received(
		void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	struct bus *bus = data;
	bool asked = exchange_busy(&bus->exchange);
	bus->counters.discarded_bytes +=
			exchange_input(&bus->exchange, bytes, size, rx_flags, loop_clock());
	if (!asked) {
		/* Another master, or a slave that is out of step. */
		forget_all(bus);
		return;
	}
	pump(bus);
}

static void port_sent(void *data)
{
	struct bus *bus = data;
	exchange_sent(&bus->exchange, loop_clock());
	pump(bus);
}

static void port_down(void *data)
{
	struct bus *bus = data;
	bus_end_down(bus);
	loop_timer_set(bus->timer, bus->stopping ? loop_clock() : LOOP_NEVER);
}

static void port_stopped(void *data)
{
	struct bus *bus = data;
	loop_timer_clear(bus->timer);
	bus->started = false;
	bus->stopped(bus->stopped_data);
}

static bool init(struct bus *bus, struct opener *opener,
		const struct mg_transport *transport, void *instance)
{
	const struct bus_settings *settings = &bus->settings;
	const struct port_user user = { .data = bus,
		.opened = port_opened,
		.received = port_received,
		.sent = port_sent,
		.down = port_down,
		.stopped = port_stopped };
	timing_init(&bus->timing, &settings->line, settings->latency);
	exchange_init(&bus->exchange, &bus->timing, &bus->counters);
	readout_init(&bus->readout, &bus->exchange, (unsigned)settings->tries,
			(size_t)settings->telegrams);
	schedule_init(&bus->schedule, settings->silent_max * MILLISECOND);
	bus->timer = loop_timer_create(bus->loop, on_timer, bus);
	bus->formats = formats_create();
	return port_init(&bus->port, bus->loop, opener, bus->host, transport, instance,
				   settings, &bus->counters, &user) &&
		   bus->timer != NULL && bus->formats != NULL;
}

struct bus *bus_create(struct loop *loop, struct opener *opener, struct mg_host *host,
		const struct mg_transport *transport, void *instance,
		const struct bus_settings *settings, const struct bus_owner *owner)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	if (bus == NULL) {
		return NULL;
	}
	bus->loop = loop;
	bus->host = host;
	bus->settings = *settings;
	bus->owner = *owner;
	if (!init(bus, opener, transport, instance)) {
		bus_destroy(bus);
		return NULL;
	}
	return bus;
}

void bus_destroy(struct bus *bus)
{
	if (bus == NULL) {
		return;
	}
	port_finish(&bus->port);
	loop_timer_destroy(bus->timer);
	jobs_finish(&bus->jobs);
	schedule_finish(&bus->schedule);
	readout_finish(&bus->readout);
	formats_destroy(bus->formats);
	for (size_t i = 0; i < bus->device_count; i++) {
		free(bus->devices[i]);
	}
	free(bus->devices);
	free(bus);
}

static bool make_room(struct bus *bus)
{
	if (bus->device_count < bus->device_room) {
		return true;
	}
	size_t room = bus->device_room > 0 ? bus->device_room * 2 : FIRST_ROOM;
	struct bus_device **devices =
			realloc(bus->devices, room * sizeof(struct bus_device *));
	if (devices == NULL) {
		return false;
	}
	bus->devices = devices;
	bus->device_room = room;
	return true;
}

struct bus_device *bus_add_device(
		struct bus *bus, const struct bus_device_settings *settings)
{
	struct bus_device *device = make_room(bus) ? malloc(sizeof(*device)) : NULL;
	if (device == NULL) {
		return NULL;
	}
	device_init(device, settings);
	int64_t interval =
			settings->interval >= 0 ? settings->interval : bus->settings.interval;
	if (!schedule_add(&bus->schedule, &device->entry, interval * MILLISECOND)) {
		free(device);
		return NULL;
	}
	bus->devices[bus->device_count++] = device;
	if (bus->started && !readout_busy(&bus->readout)) {
		loop_timer_set(bus->timer, loop_clock());
	}
	return device;
}

void bus_start(struct bus *bus)
{
	bus->started = true;
	schedule_restart(&bus->schedule, loop_clock());
	port_open(&bus->port);
}

bool bus_submit(struct bus *bus, enum bus_job_kind kind,
		const struct bus_address *address, const char *label,
		void (*done)(void *data, const struct bus_result *result), void *data)
{
	if (!jobs_add(&bus->jobs, kind, address, label, done, data)) {
		return false;
	}
	if (!readout_busy(&bus->readout)) {
		loop_timer_set(bus->timer, loop_clock());
	}
	return true;
}

void bus_stop(struct bus *bus, bool at_once, void (*stopped)(void *data), void *data)
{
	if (!bus->stopping) {
		bus->stopped = stopped;
		bus->stopped_data = data;
	}
	bus->stopping = true;
	bus->at_once = bus->at_once || at_once;
	if (bus->port_stopping) {
		if (at_once && bus->port.stopping) {
			port_stop(&bus->port, true);
		}
		return;
	}
	if (at_once || !readout_busy(&bus->readout)) {
		loop_timer_set(bus->timer, loop_clock());
	}
}

const char *bus_name(const struct bus *bus)
{
	return bus->settings.name;
}

const struct bus_counters *bus_counters(const struct bus *bus)
{
	return &bus->counters;
}

void bus_state_text(const struct bus *bus, char *text, size_t size)
{
	port_state_text(&bus->port, text, size);
}

bool bus_hangs(const struct bus *bus)
{
	return port_hangs(&bus->port);
}
