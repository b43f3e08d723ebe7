/* SPDX-License-Identifier: MIT */
/* A loop and a bus for commands, made up. */
#include "fake_world.h"

#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "bus/assemble.h"
#include "bus/bus.h"
#include "bus/jobs.h"
#include "procedure/procedure.h"
#include "scan/scan.h"
#include "gateway/setup.h"

#define DEVICES 3
#define SECOND 1000000
/* Exchanges of a job before it is stopped. */
#define STEPS_MAX 300

struct loop_timer {
	struct loop_timer *next;
	void (*fn)(void *data);
	void *data;
	int64_t when;
};

struct loop_io {
	struct loop_io *next;
	int fd, events;
	void (*fn)(void *data, int events);
	void *data;
};

struct bus {
	const char *name;
	struct jobs jobs;
	struct timing timing;
	struct exchange exchange;
	struct bus_counters counters;
	struct bus_device_state devices[DEVICES];
	size_t device_count;
};

/* The functions of the loop and the bus are told nothing of the world that they are of.
 */
static struct {
	struct fuzz_input *input;
	int64_t now;
	struct loop_timer *timers;
	struct loop_io *ios;
	struct bus buses[FAKE_BUSES];
	struct setup_bus setups[FAKE_BUSES];
	struct setup_device devices[DEVICES];
} fake;

int64_t loop_clock(void)
{
	return fake.now;
}

struct loop_timer *loop_timer_create(
		struct loop *loop, void (*fn)(void *data), void *data)
{
	(void)loop;
	struct loop_timer *timer = malloc(sizeof(*timer));
	FUZZ_REQUIRE(timer != NULL);
	*timer = (struct loop_timer){ fake.timers, fn, data, LOOP_NEVER };
	fake.timers = timer;
	return timer;
}

void loop_timer_set(struct loop_timer *timer, int64_t when)
{
	timer->when = when;
}

void loop_timer_clear(struct loop_timer *timer)
{
	timer->when = LOOP_NEVER;
}

void loop_timer_destroy(struct loop_timer *timer)
{
	struct loop_timer **place = &fake.timers;
	while (*place != NULL && *place != timer) {
		place = &(*place)->next;
	}
	if (timer != NULL) {
		FUZZ_REQUIRE(*place == timer);
		*place = timer->next;
		free(timer);
	}
}

struct loop_io *loop_io_create(
		struct loop *loop, int fd, void (*fn)(void *data, int events), void *data)
{
	(void)loop;
	struct loop_io *io = malloc(sizeof(*io));
	FUZZ_REQUIRE(io != NULL);
	*io = (struct loop_io){ fake.ios, fd, 0, fn, data };
	fake.ios = io;
	return io;
}

int loop_io_watch(struct loop_io *io, int events)
{
	io->events = events;
	return 0;
}

void loop_io_destroy(struct loop_io *io)
{
	struct loop_io **place = &fake.ios;
	while (*place != NULL && *place != io) {
		place = &(*place)->next;
	}
	if (io != NULL) {
		FUZZ_REQUIRE(*place == io);
		*place = io->next;
		free(io);
	}
}

bool fake_world_happens(int fd, int events)
{
	for (struct loop_io *io = fake.ios; io != NULL; io = io->next) {
		if (io->fd == fd && (io->events & events) != 0) {
			io->fn(io->data, io->events & events);
			return true;
		}
	}
	return false;
}

const char *bus_name(const struct bus *bus)
{
	return bus->name;
}

const struct bus_counters *bus_counters(const struct bus *bus)
{
	return &bus->counters;
}

void bus_state_text(const struct bus *bus, char *text, size_t size)
{
	(void)bus;
	snprintf(text, size, "open");
}

int64_t bus_latency(const struct bus *bus)
{
	return exchange_latency(&bus->exchange);
}

bool bus_is_fixed(const struct bus *bus)
{
	return bus == &fake.buses[1];
}

size_t bus_device_count(const struct bus *bus)
{
	return bus->device_count;
}

void bus_device_state(const struct bus *bus, size_t index, struct bus_device_state *state)
{
	FUZZ_REQUIRE(index < bus->device_count);
	*state = bus->devices[index];
}

static bool equip(struct bus *bus, struct job *job, const struct bus_job *order)
{
	if (order->kind == BUS_JOB_PROCEDURE) {
		job->procedure =
				procedure_create(&bus->exchange, order->procedure, 2, fake.now, fake.now);
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
	if (fuzz_byte(fake.input) == 0xFF) {
		return 0;
	}
	struct job *job = jobs_add(&bus->jobs, order);
	if (job != NULL && !equip(bus, job, order)) {
		jobs_drop(&bus->jobs, job);
		return 0;
	}
	return job != NULL ? job->number : 0;
}

void bus_cancel(struct bus *bus, uint64_t number)
{
	struct job *job = jobs_find(&bus->jobs, number);
	if (job != NULL) {
		job->cancelled = true;
	}
}

static struct reading *reading_of(const struct bus *bus, const struct job *job)
{
	static const uint8_t frame[] = { 0x68, 0x15, 0x15, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56,
		0x34, 0x12, 0x2D, 0x2C, 0x10, 0x04, 0x01, 0x00, 0x00, 0x00, 0x0C, 0x78, 0x78,
		0x56, 0x34, 0x12, 0x9B, 0x16 };
	const struct assemble_context context = {
		.bus = bus->name, .device = job->label, .time = fake.now
	};
	const struct mg_bytes bytes = { frame, fuzz_byte(fake.input) % sizeof(frame) };
	const struct mg_bytes whole = { frame, sizeof(frame) };
	return assemble_reading((fuzz_byte(fake.input) & 1) ? &bytes : &whole, 1, &context);
}

/* An exchange of a task has ended as the input says. */
static void end_exchange(struct bus *bus)
{
	static const enum exchange_outcome outcomes[] = { EXCHANGE_SILENT, EXCHANGE_ACK,
		EXCHANGE_BAD, EXCHANGE_SILENT };
	uint8_t how = fuzz_byte(fake.input);
	exchange_abort(&bus->exchange, fake.now);
	fake.now += SECOND / 4;
	bus->exchange.failure =
			(struct exchange_failure){ .trouble = how & 2 ? EXCHANGE_TROUBLE_FRAME
														  : EXCHANGE_TROUBLE_SILENCE };
	bus->exchange.first_at = -1;
	bus->exchange.outcome = outcomes[how & 3];
}

static bool run_task(struct bus *bus, struct task *task)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		enum task_next next = task->ops->ask(task, fake.now);
		if (next == TASK_OVER) {
			return true;
		}
		if (next == TASK_WAIT) {
			fake.now = task->wake;
			continue;
		}
		end_exchange(bus);
		task->ops->take(task, fake.now);
	}
	task->ops->stop(task, fake.now);
	return false;
}

static void end_job(struct bus *bus, struct job *job)
{
	uint8_t how = fuzz_byte(fake.input);
	struct bus_result result = { .outcome = (enum bus_outcome)(how % BUS_CANCELLED) };
	if (job->cancelled) {
		result.outcome = BUS_CANCELLED;
	} else if (job->task != NULL && result.outcome != BUS_NOT_OPEN) {
		result.outcome = run_task(bus, job->task) ? BUS_OK : BUS_CANCELLED;
	} else if (job->kind == BUS_JOB_READ && result.outcome == BUS_OK) {
		result.reading = reading_of(bus, job);
	}
	if (result.outcome != BUS_OK) {
		snprintf(result.reason, sizeof(result.reason), "because of \"%u\"", how);
	}
	jobs_end(job, &result);
	reading_unref(result.reading);
}

static struct loop_timer *first_timer(void)
{
	struct loop_timer *first = NULL;
	for (struct loop_timer *timer = fake.timers; timer != NULL; timer = timer->next) {
		if (timer->when != LOOP_NEVER && (first == NULL || timer->when < first->when)) {
			first = timer;
		}
	}
	return first;
}

bool fake_world_turn(struct fake_world *world)
{
	struct loop_timer *timer = first_timer();
	(void)world;
	if (timer != NULL && timer->when <= fake.now) {
		timer->when = LOOP_NEVER;
		timer->fn(timer->data);
		return true;
	}
	for (size_t i = 0; i < FAKE_BUSES; i++) {
		struct job *job = jobs_take(&fake.buses[i].jobs, true, fake.now);
		if (job != NULL) {
			end_job(&fake.buses[i], job);
			return true;
		}
	}
	if (timer != NULL) {
		fake.now = timer->when;
	}
	return timer != NULL;
}

static void init_bus(size_t index, const char *name, size_t devices)
{
	const struct mg_line line = {
		.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	struct bus *bus = &fake.buses[index];
	*bus = (struct bus){ .name = name, .device_count = devices };
	timing_init(&bus->timing, &line, BUS_LATENCY_AUTO);
	exchange_init(&bus->exchange, &bus->timing, &bus->counters);
	fake.setups[index] = (struct setup_bus){
		.settings = { .name = name, .line = line, .latency = BUS_LATENCY_AUTO },
		.devices = fake.devices,
		.device_count = devices,
		.port = "/dev/ttyUSB0",
	};
	for (size_t i = 0; i < devices; i++) {
		const struct bus_device_settings *settings = &fake.devices[i].settings;
		bus->devices[i] = (struct bus_device_state){ .name = settings->name,
			.label = settings->label,
			.address = settings->address,
			.delay = -1,
			.reads_left = -1 };
	}
}

void fake_world_init(struct fake_world *world, struct fuzz_input *input)
{
	static const struct bus_device_settings devices[DEVICES] = {
		{ .name = "m1", .label = "Flat \"1\"", .address = { .primary = 1 } },
		{ .name = "m2", .label = "", .address = { .primary = 2 }, .baud = 300 },
		{ .name = "far",
				.label = "",
				.address = { true, 253, { 0x12345673, 0xFFFF, 0xFF, 0xFF } } },
	};
	fake.input = input;
	fake.now = SECOND;
	for (size_t i = 0; i < DEVICES; i++) {
		fake.devices[i].settings = devices[i];
	}
	init_bus(0, "cellar", DEVICES);
	init_bus(1, "roof", 0);
	*world = (struct fake_world){ .input = input };
	for (size_t i = 0; i < FAKE_BUSES; i++) {
		world->buses[i] = (struct command_bus){ &fake.buses[i], &fake.setups[i] };
	}
	world->world = (struct command_world){ .gateway = "pi",
		.state_dir = "",
		.buses = world->buses,
		.bus_count = FAKE_BUSES,
		.running = &world->running,
		.tap = &world->tap };
}

void fake_world_finish(struct fake_world *world)
{
	FUZZ_REQUIRE(fake.timers == NULL && fake.ios == NULL);
	FUZZ_REQUIRE(world->running == 0 && world->tap.first == NULL);
	for (size_t i = 0; i < FAKE_BUSES; i++) {
		FUZZ_REQUIRE(fake.buses[i].jobs.count == 0);
	}
}
