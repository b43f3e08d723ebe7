/* SPDX-License-Identifier: MIT */
/* A bus on a real loop with fake meters, and what it handed out. */
#ifndef TESTS_BUS_FIXTURE_H
#define TESTS_BUS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "bus_bench.h"
#include "fake_line.h"

#define MESSAGES 20000

static const struct mg_transport transport = { .size = sizeof(transport),
	.instance_size = sizeof(struct fake_line),
	.open = fake_open,
	.close = fake_close };

struct fixture {
	struct bench bench;
	struct opener *opener;
	struct mg_host *host;
	struct fake_line line;
	struct bus *bus;
	struct reading *messages[MESSAGES];
	size_t count;
	/* What bench_wait() looks for. */
	const char *type, *device;
	size_t want;
	int stopped;
	int jobs_done;
	struct bus_result result;
	char result_error[200];
	size_t result_telegrams;
	/* The messages there were when the job was done. */
	size_t result_count;
	const char *result_device;
};

static inline void on_publish(void *data, struct reading *reading)
{
	struct fixture *f = data;
	assert_true(f->count < MESSAGES);
	f->messages[f->count++] = reading;
}

static const struct bus_settings defaults = { .name = "cellar",
	.line = { .size = sizeof(struct mg_line),
			.baud = 38400,
			.data_bits = 8,
			.parity = 'E',
			.stop_bits = 1 },
	.latency = 100,
	.tries = 2,
	.telegrams = 16,
	.interval = 0,
	.open_timeout = 200,
	.connect_timeout = 500,
	.reconnect_min = 20,
	.reconnect_max = 100,
	.silent_max = 300 };

static inline void make_bus(struct fixture *f, const struct bus_settings *settings)
{
	const struct bus_owner owner = { .data = f, .publish = on_publish };
	f->bus = bus_create(
			f->bench.loop, f->opener, f->host, &transport, &f->line, settings, &owner);
	assert_non_null(f->bus);
}

static inline int set_up(void **state)
{
	static struct fixture fixture;
	struct fixture *f = &fixture;
	memset(f, 0, sizeof(*f));
	bench_init(&f->bench);
	f->opener = opener_create(f->bench.loop);
	f->host = host_create("bus", "cellar", NULL, "test", "");
	f->line.instance.host = f->host;
	f->line.instance.gw = host_services();
	make_bus(f, &defaults);
	*state = f;
	return 0;
}

static inline void on_stopped(void *data)
{
	struct fixture *f = data;
	f->stopped++;
}

static inline bool is_stopped(void *data)
{
	return ((struct fixture *)data)->stopped == 1;
}

static inline void stop(struct fixture *f, bool at_once)
{
	f->stopped = 0;
	bus_stop(f->bus, at_once, on_stopped, f);
	assert_int_equal(f->stopped, 0);
	assert_true(bench_wait(&f->bench, is_stopped, f));
}

static inline bool is_left(void *data)
{
	const struct fixture *f = data;
	return !opener_inside(f->opener, &f->line);
}

/* A thread that is late on a busy machine still uses the host. */
static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	if (f->stopped == 0) {
		stop(f, false);
	}
	assert_true(bench_wait(&f->bench, is_left, f));
	bus_destroy(f->bus);
	opener_destroy(f->opener);
	bench_finish(&f->bench);
	host_destroy(f->host);
	for (size_t i = 0; i < f->count; i++) {
		reading_unref(f->messages[i]);
	}
	return 0;
}

static inline struct bus_device *add_device(
		struct fixture *f, const char *name, uint8_t primary)
{
	const struct bus_device_settings settings = {
		.name = name, .label = "", .address = { .primary = primary }, .interval = -1
	};
	return bus_add_device(f->bus, &settings);
}

static inline const struct mg_reading *find(struct fixture *f, size_t which)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct mg_reading *view = reading_view(f->messages[i]);
		if (strcmp(view->type, f->type) == 0 && strcmp(view->device, f->device) == 0 &&
				which-- == 0) {
			return view;
		}
	}
	return NULL;
}

static inline bool is_there(void *data)
{
	struct fixture *f = data;
	return find(f, f->want) != NULL;
}

/* The `which`-th message of that type from that device. */
static inline const struct mg_reading *wait_for(
		struct fixture *f, const char *type, const char *device, size_t which)
{
	f->type = type;
	f->device = device;
	f->want = which;
	assert_true(bench_wait(&f->bench, is_there, f));
	return find(f, which);
}

static inline size_t count_of(struct fixture *f, const char *type, const char *device)
{
	size_t count = 0;
	f->type = type;
	f->device = device;
	while (find(f, count) != NULL) {
		count++;
	}
	return count;
}

static inline int64_t volume_of(const struct mg_reading *reading)
{
	return mg_reading_record(reading, 0)->mantissa;
}

static inline void on_job(void *data, const struct bus_result *result)
{
	struct fixture *f = data;
	f->jobs_done++;
	f->result = *result;
	f->result_telegrams = 0;
	f->result_count = f->count;
	if (result->reading != NULL) {
		const struct mg_reading *view = reading_view(result->reading);
		f->result_telegrams = view->telegram_count;
		assert_string_equal(view->device, f->result_device);
	}
}

static inline bool job_done(void *data)
{
	return ((struct fixture *)data)->jobs_done == 1;
}

static inline uint64_t submit(
		struct fixture *f, enum bus_job_kind kind, uint8_t primary, const char *label)
{
	const struct bus_job job = { .kind = kind,
		.address = { .primary = primary },
		.label = label,
		.done = on_job,
		.data = f };
	return bus_submit(f->bus, &job);
}

static inline enum bus_outcome do_job(
		struct fixture *f, enum bus_job_kind kind, uint8_t primary, const char *label)
{
	f->jobs_done = 0;
	f->result_device = label;
	assert_int_not_equal(submit(f, kind, primary, label), 0);
	assert_int_equal(f->jobs_done, 0);
	assert_true(bench_wait(&f->bench, job_done, f));
	return f->result.outcome;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
