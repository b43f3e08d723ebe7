/* SPDX-License-Identifier: MIT */
/* One bus: drives exchanges and readouts over its port, as schedule and jobs demand. */
#include "bus/bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "bus/bus_private.h"
#include "bus/port_io.h"
#include "procedure/procedure.h"
#include "scan/scan.h"

#define MILLISECOND 1000
#define REST_UNHEARD_MAX 50000 /* µs: a line that went dead is noticed after it */
#define POWER_SETTLE 2000000   /* µs: meters charge up before they answer */

static void send_request(struct bus *bus, const uint8_t *bytes, size_t size)
{
	int64_t now = loop_clock();
	if (!port_set_baud(&bus->port, exchange_baud(&bus->exchange))) {
		return;
	}
	master_sends(&bus->master, now);
	capture_note(bus->capture, CAPTURE_SENT, bytes, size, 0, now);
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
	size_t size = exchange_output(&bus->exchange, &bytes, now);
	if (size > 0) {
		send_request(bus, bytes, size);
		return true;
	}
	return master_advance(&bus->master, now);
}

static int64_t next_wake(const struct bus *bus, int64_t now)
{
	if (bus->port.state != PORT_OPEN) {
		return LOOP_NEVER;
	}
	if (!exchange_busy(&bus->exchange)) {
		return master_when(&bus->master, now);
	}
	int64_t hush = exchange_hush(&bus->exchange);
	return hush > now && !bus->port.listening ? hush : exchange_deadline(&bus->exchange);
}

/* The short rest before a request: what comes then is read when it is over, as what comes
   while a frame is on the line, instead of telling the system twice what is awaited. */
static bool is_resting(const struct bus *bus, int64_t now)
{
	return bus->exchange.state == EXCHANGE_STATE_REST &&
		   exchange_deadline(&bus->exchange) - now <= REST_UNHEARD_MAX;
}

/* A port that counts what comes wakes when the frame can be whole. Others are not watched
   until then. */
static void listen_if_worth(struct bus *bus, int64_t now)
{
	if (port_io_await(&bus->port, exchange_awaited(&bus->exchange))) {
		return;
	}
	if (exchange_hush(&bus->exchange) > now) {
		port_io_listen(&bus->port, false);
	} else if (!is_resting(bus, now)) {
		port_io_listen(&bus->port, true);
	}
}

static bool may_stop_port(const struct bus *bus)
{
	return bus->stopping && !bus->port_stopping && !master_busy(&bus->master);
}

static void pump(struct bus *bus)
{
	/* What was given up must not reach a meter later, when nobody expects it. */
	if (bus->exchange.state != EXCHANGE_STATE_SENDING) {
		port_io_drop(&bus->port);
	}
	while (advance(bus, loop_clock())) {
	}
	int64_t now = loop_clock();
	listen_if_worth(bus, now);
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
	if (bus->master.jobs.count == 0 || (state != PORT_CLOSED && state != PORT_CLOSING)) {
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
	if (bus->stopping && bus->at_once) {
		master_abort(&bus->master, BUS_CANCELLED, "stopped", loop_clock());
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
	port_io_look(&bus->port);
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

static void port_opened(void *data)
{
	struct bus *bus = data;
	if (bus->port.powered) {
		bus->exchange.rest_until = loop_clock() + POWER_SETTLE;
	}
	/* Somebody else may have talked to the slaves meanwhile. */
	exchange_reopened(&bus->exchange);
	master_forget(&bus->master);
	capture_note(bus->capture, CAPTURE_OPENED, NULL, 0, 0, loop_clock());
	bus_end_up(bus);
	pump(bus);
}

/* For those who only listen. */
static void hear(struct bus *bus, const uint8_t *bytes, size_t size, uint32_t rx_flags,
		int64_t now)
{
	capture_note(bus->capture, CAPTURE_RECEIVED, bytes, size, rx_flags, now);
	if (bus->settings.heard != NULL) {
		bus->settings.heard(bus->settings.heard_data, bytes, size, rx_flags, now);
	}
}

static void port_received(
		void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	struct bus *bus = data;
	int64_t now = loop_clock();
	bool asked = exchange_busy(&bus->exchange);
	hear(bus, bytes, size, rx_flags, now);
	bus->counters.discarded_bytes +=
			exchange_input(&bus->exchange, bytes, size, rx_flags, now);
	if (asked && bus->exchange.outcome == EXCHANGE_DATA) {
		bus->wall = bus_end_clock();
	}
	if (!asked) {
		/* Another master, or a slave that is out of step. */
		master_forget(&bus->master);
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
	capture_note(bus->capture, CAPTURE_CLOSED, NULL, 0, 0, loop_clock());
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

static int64_t wall(void *data, int64_t now)
{
	(void)data;
	(void)now;
	return bus_end_clock();
}

/* A bus works without its capture, too. */
static void open_capture(struct bus *bus)
{
	int error = 0;
	const char *path = bus->settings.capture;
	if (path == NULL) {
		return;
	}
	bus->capture = capture_create(path, bus->settings.name, &bus->settings.line, &error);
	if (bus->capture == NULL) {
		log_write(host_log(bus->host), MG_LOG_ERROR, host_title(bus->host),
				"capture %s: %s; nothing is recorded", path,
				error == -EEXIST ? "there is another file of this name, which is no "
								   "capture"
								 : strerror(-error));
	}
}

static bool init(struct bus *bus, struct opener *opener,
		const struct mg_transport *transport, void *instance)
{
	const struct bus_settings *settings = &bus->settings;
	const struct port_user port_user = { .data = bus,
		.opened = port_opened,
		.received = port_received,
		.sent = port_sent,
		.down = port_down,
		.stopped = port_stopped };
	const struct master_user master_user = {
		.data = bus, .read = bus_end_readout, .wall = wall, .worked = bus_end_task
	};
	timing_init(&bus->timing, &settings->line, settings->latency);
	exchange_init(&bus->exchange, &bus->timing, &bus->counters);
	master_init(&bus->master, &bus->exchange, settings, &master_user);
	bus->master.fixed = transport->set_line == NULL ? settings->name : NULL;
	open_capture(bus);
	bus->timer = loop_timer_create(bus->loop, on_timer, bus);
	bus->formats = formats_create();
	return port_init(&bus->port, bus->loop, opener, bus->host, transport, instance,
				   settings, &bus->counters, &port_user) &&
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
	master_finish(&bus->master);
	formats_destroy(bus->formats);
	capture_destroy(bus->capture);
	free(bus);
}

/* Somebody has changed what is to be done. */
static void wake(struct bus *bus)
{
	if (!exchange_busy(&bus->exchange)) {
		loop_timer_set(bus->timer, loop_clock());
	}
}

struct bus_device *bus_add_device(
		struct bus *bus, const struct bus_device_settings *settings)
{
	int64_t interval =
			settings->interval >= 0 ? settings->interval : bus->settings.interval;
	struct bus_device *device =
			master_add_device(&bus->master, settings, interval * MILLISECOND);
	if (device != NULL && bus->started) {
		wake(bus);
	}
	return device;
}

void bus_start(struct bus *bus)
{
	bus->started = true;
	schedule_restart(&bus->master.schedule, loop_clock());
	port_open(&bus->port);
}

/* The machine that a job needs. */
static bool equip(struct bus *bus, struct job *job, const struct bus_job *order)
{
	if (order->kind == BUS_JOB_PROCEDURE) {
		job->procedure = procedure_create(&bus->exchange, order->procedure,
				(unsigned)bus->settings.tries, bus_end_clock(), loop_clock());
		job->task = job->procedure != NULL ? procedure_task(job->procedure) : NULL;
	} else if (order->kind == BUS_JOB_SCAN) {
		job->scan = scan_create(&bus->exchange, order->scan, order->scan_user);
		job->task = job->scan != NULL ? &job->scan->task : NULL;
	} else {
		return true;
	}
	return job->task != NULL;
}

uint64_t bus_submit(struct bus *bus, const struct bus_job *order)
{
	struct job *job = jobs_add(&bus->master.jobs, order);
	if (job == NULL) {
		return 0;
	}
	if (!equip(bus, job, order)) {
		jobs_drop(&bus->master.jobs, job);
		return 0;
	}
	uint64_t number = job->number;
	wake(bus);
	return number;
}

void bus_cancel(struct bus *bus, uint64_t number)
{
	master_cancel(&bus->master, number);
	wake(bus);
}

void bus_stop(struct bus *bus, bool at_once, void (*stopped)(void *data), void *data)
{
	if (!bus->stopping) {
		bus->stopped = stopped;
		bus->stopped_data = data;
	}
	bus->stopping = true;
	bus->master.stopping = true;
	bus->at_once = bus->at_once || at_once;
	if (bus->port_stopping) {
		if (at_once && bus->port.stopping) {
			port_stop(&bus->port, true);
		}
		return;
	}
	if (at_once || !exchange_busy(&bus->exchange)) {
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

const char *bus_port_reason(const struct bus *bus, int *error)
{
	*error = bus->port.error;
	return bus->port.reason;
}

void bus_state_text(const struct bus *bus, char *text, size_t size)
{
	port_state_text(&bus->port, text, size);
}

bool bus_hangs(const struct bus *bus)
{
	return port_hangs(&bus->port);
}

int64_t bus_latency(const struct bus *bus)
{
	return exchange_latency(&bus->exchange);
}

bool bus_is_fixed(const struct bus *bus)
{
	return bus->port.transport->set_line == NULL;
}

void bus_reopen(struct bus *bus)
{
	if (bus->capture != NULL) {
		capture_reopen(bus->capture);
	}
}

size_t bus_device_count(const struct bus *bus)
{
	return bus->master.device_count;
}

void bus_device_state(const struct bus *bus, size_t index, struct bus_device_state *state)
{
	device_state(bus->master.devices[index], bus_end_clock(), state);
}
