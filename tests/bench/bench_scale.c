/* SPDX-License-Identifier: MIT */
/*
 * Many TCP buses in one process, each with a meter that is read again as soon as it has
 * answered: what that costs in processor time, memory, wake-ups and punctuality.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/loop.h"
#include "converters.h"
#include "gateway/plugins.h"
#include "gateway/running.h"
#include "gateway/setup.h"

#define BUSES_DEFAULT 1000
#define SETTLE_US 6000000
#define MEASURE_US 20000000
#define LAG_EVERY_US 5000
#define LAGS_MAX (MEASURE_US / LAG_EVERY_US + 1000)
#define BAUD 2400
/* What a reading takes on the line: 5 + 81 characters, and 11 bits of rest before each.
 */
#define READING_BITS ((5 + 81) * 11 + 2 * 11)

struct bench {
	struct running_context context;
	struct running_bus *buses;
	size_t count;
	struct loop_timer *end, *probe;
	uint64_t readings;
	int64_t due;
	int64_t lags[LAGS_MAX];
	size_t lag_count;
	bool measuring;
};

static int64_t cpu_us(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
		   usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static long resident_kib(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file != NULL && fscanf(file, "%*d %ld", &pages) != 1) {
		pages = 0;
	}
	if (file != NULL) {
		fclose(file);
	}
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static size_t open_descriptors(void)
{
	size_t count = 0;
	DIR *folder = opendir("/proc/self/fd");
	while (folder != NULL && readdir(folder) != NULL) {
		count++;
	}
	if (folder != NULL) {
		closedir(folder);
	}
	return count - 3; /* ".", ".." and the folder itself */
}

static void publish(void *data, struct reading *reading)
{
	struct bench *bench = data;
	bench->readings += strcmp(reading_view(reading)->type, "reading") == 0;
	reading_unref(reading);
}

static void probe_lag(void *data)
{
	struct bench *bench = data;
	int64_t now = loop_clock();
	if (bench->measuring && bench->lag_count < LAGS_MAX) {
		bench->lags[bench->lag_count++] = now - bench->due;
	}
	bench->due = now + LAG_EVERY_US;
	loop_timer_set(bench->probe, bench->due);
}

static void time_is_over(void *data)
{
	loop_stop(data);
}

static void run_for(struct bench *bench, int64_t time)
{
	loop_timer_set(bench->end, loop_clock() + time);
	loop_run(bench->context.loop);
}

static bool add_bus(struct bench *bench, struct plugins *plugins, uint16_t port)
{
	const struct bus_owner owner = { .data = bench, .publish = publish };
	struct config_errors errors = { 0 };
	struct setup_bus *setup;
	char target[96], why[256];
	snprintf(target, sizeof(target), "tcp://127.0.0.1:%u?baud=%u&interval=0", port, BAUD);
	if (!setup_bus_from_target(target, plugins, &setup, &errors)) {
		return false;
	}
	/* All converters are one address here, so nobody can claim it. */
	setup->port = NULL;
	struct running_bus *running = &bench->buses[bench->count];
	if (running_bus_init(running, setup, &bench->context, &owner, why, sizeof(why)) !=
			0) {
		return false;
	}
	const struct bus_device_settings device = {
		.name = "meter", .label = "", .address = { .primary = 1 }, .interval = 0
	};
	bench->count++;
	return bus_add_device(running->bus, &device) != NULL;
}

static bool set_up(struct bench *bench, struct plugins *plugins, size_t count)
{
	bench->context.gateway = "bench";
	bench->context.state_dir = "";
	bench->context.loop = loop_create();
	bench->context.opener = opener_create(bench->context.loop);
	bench->buses = calloc(count, sizeof(*bench->buses));
	bench->end =
			loop_timer_create(bench->context.loop, time_is_over, bench->context.loop);
	bench->probe = loop_timer_create(bench->context.loop, probe_lag, bench);
	return plugins != NULL && bench->buses != NULL && loop_measure(bench->context.loop);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static uint64_t requests(const struct bench *bench)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < bench->count; i++) {
		sum += bus_counters(bench->buses[i].bus)->requests;
	}
	return sum;
}

static void report(struct bench *bench, const char *name, long memory)
{
	struct loop_measures before, after;
	loop_measures(bench->context.loop, &before);
	int64_t cpu = cpu_us(), begun = loop_clock();
	uint64_t sent = requests(bench);
	bench->readings = 0;
	bench->measuring = true;
	run_for(bench, MEASURE_US);
	int64_t time = loop_clock() - begun;
	cpu = cpu_us() - cpu;
	sent = requests(bench) - sent;
	loop_measures(bench->context.loop, &after);
	uint64_t turns = after.turns - before.turns;
	qsort(bench->lags, bench->lag_count, sizeof(*bench->lags), by_size);
	double each = (double)(bench->readings > 0 ? bench->readings : 1);
	printf("%-11s %6zu %9.0f %7.1f %7.2f %8.2f %8.1f %8.1f %8.2f %8.0f %8.2f %6zu\n",
			name, bench->count, (double)bench->readings * 1e6 / (double)time,
			100.0 * each * READING_BITS * 1e6 / BAUD / (double)bench->count /
					(double)time,
			(double)sent / each, 100.0 * (double)cpu / (double)time, (double)cpu / each,
			(double)memory / (double)bench->count, (double)turns / each,
			(double)(time - (after.idle - before.idle)) / (double)(turns > 0 ? turns : 1),
			(double)bench->lags[bench->lag_count * 99 / 100] / 1000.0,
			open_descriptors());
	fflush(stdout);
}

/* In a process of its own, so that memory is that of these buses. */
static int run_case(const char *name, size_t count, unsigned block)
{
	static struct bench bench;
	struct converters converters;
	struct plugins *plugins = plugins_create(NULL);
	if (!converters_start(&converters, BAUD, block)) {
		fprintf(stderr, "no converters\n");
		return 1;
	}
	bool fine = set_up(&bench, plugins, count);
	long before = resident_kib();
	for (size_t i = 0; fine && i < count; i++) {
		fine = add_bus(&bench, plugins, converters.port);
	}
	if (fine) {
		for (size_t i = 0; i < bench.count; i++) {
			bus_start(bench.buses[i].bus);
		}
		bench.due = loop_clock();
		probe_lag(&bench);
		run_for(&bench, SETTLE_US);
		report(&bench, name, resident_kib() - before);
	}
	converters_stop(&converters);
	return fine && bench.readings > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned block;
	} cases[] = { { "bytes", 1 }, { "blocks", 16 }, { "frames", 300 } };
	if (argc > 2) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			if (strcmp(argv[1], cases[i].name) == 0) {
				_exit(run_case(cases[i].name, (size_t)atol(argv[2]), cases[i].block));
			}
		}
		return 2;
	}
	const char *count = argc > 1 ? argv[1] : "1000";
	printf("saturated TCP buses at %d Bd, one meter of 81 bytes each, one process\n\n"
		   "converters   buses readings/s  %% line  req ea    %% CPU  us each  KiB/bus "
		   "wakes ea  us/turn   p99 ms    fds\n",
			BAUD);
	fflush(stdout);
	int failed = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char command[4096];
		snprintf(command, sizeof(command), "%s %s %s", argv[0], cases[i].name, count);
		failed += system(command) != 0;
	}
	return failed;
}
