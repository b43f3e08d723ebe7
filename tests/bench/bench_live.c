/* SPDX-License-Identifier: MIT */
/*
 * The cases of bench_wire once in real time, all at once in one process: the real bus on
 * the real loop, against simulated meters that take their time. Beside each stands what
 * the computed clock gives for the very same meters.
 *
 *     bench_live [CASE...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/loop.h"
#include "gateway/plugins.h"
#include "gateway/running.h"
#include "gateway/setup.h"
#include "read_cases.h"
#include "scan/scan.h"
#include "virtual.h"

#define LIVE_MAX 24
#define CYCLES 4
#define LONGEST 20000000000 /* µs of computed time */
#define METERS_MAX 250
#define TARGET_SIZE 256

struct live_case {
	const char *name;
	size_t meters;
	bool scan;
	struct read_case read;
	struct scan_order order;
	const char *options; /* further ones of the simulator */
	struct slaves_plan plan;
};

struct live {
	const struct live_case *what;
	struct bench *bench;
	struct running_bus bus;
	struct slaves slaves; /* twins of those behind the transport */
	struct slaves_plan plan;
	bool over;
	/* Reads. */
	size_t turns, alive, failed;
	int64_t begun;
	/* Results. */
	int64_t time, computed, limit; /* µs */
	size_t found;
};

struct bench {
	struct running_context context;
	struct live *lives;
	size_t count, left;
	uint32_t seed;
};

#define EVERYTHING .mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX }
static const uint8_t two_dead[] = { 1, 2 };

/* clang-format off */
static const struct live_case cases[] = {
	{ "read 20, one telegram", 20, .options = "" },
	{ "read 20, three telegrams", 20, .options = "&multi=20", .plan = { .multi = 20 } },
	{ "read 20, three, 9600 Bd", 20, .read = { .baud = 9600 }, .options = "&multi=20", .plan = { .multi = 20 } },
	{ "read 20, two of them dead", 20, .read = { .dead = 2 }, .options = "&dead=1%202", .plan = { .dead = two_dead, .dead_count = 2 } },
	{ "read 20, 1 % disturbed", 20, .read = { .disturbed = 10000 }, .options = "&disturbed=10000" },
	{ "read 20, secondary", 20, .read = { .secondary = true }, .options = "" },
	{ "primary, 50, addresses", 50, true, .order = { .kind = SCAN_PRIMARY }, .options = "" },
	{ "primary, 50, identity", 50, true, .order = { .kind = SCAN_PRIMARY, .identify = true }, .options = "" },
	{ "20 random, fast", 20, true, .order = { .kind = SCAN_SECONDARY, .fast = true, EVERYTHING }, .options = "" },
	{ "20 random", 20, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "" },
	{ "20 known", 20, true, .order = { .kind = SCAN_SECONDARY, .known_only = true, EVERYTHING }, .options = "" },
	{ "50 random, fast", 50, true, .order = { .kind = SCAN_SECONDARY, .fast = true, EVERYTHING }, .options = "" },
	{ "50 random", 50, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "" },
	{ "250 random, fast", 250, true, .order = { .kind = SCAN_SECONDARY, .fast = true, EVERYTHING }, .options = "" },
	{ "250 random", 250, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "" },
	{ "250 consecutive, fast", 250, true, .order = { .kind = SCAN_SECONDARY, .fast = true, EVERYTHING }, .options = "", .plan = { .numbers = SLAVES_CONSECUTIVE } },
	{ "250 consecutive", 250, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "", .plan = { .numbers = SLAVES_CONSECUTIVE } },
	{ "20 of one number", 20, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "", .plan = { .numbers = SLAVES_SAME } },
	{ "20 random, 1 % disturbed", 20, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "&disturbed=10000" },
	{ "20 random, all delays", 20, true, .order = { .kind = SCAN_SECONDARY, EVERYTHING }, .options = "&delay=0ms&delay_max=182ms", .plan = { .delay_high = 182000000 } },
};
/* clang-format on */

static const char *const numbers[] = { [SLAVES_SPREAD] = "random",
	[SLAVES_RANDOM] = "random",
	[SLAVES_CONSECUTIVE] = "consecutive",
	[SLAVES_SAME] = "same" };

static void end(struct live *live)
{
	live->over = true;
	if (--live->bench->left == 0) {
		loop_stop(live->bench->context.loop);
	}
}

/* Counts readouts; the first cycle is left out. */
static void count_turn(struct live *live, bool good)
{
	live->turns++;
	if (live->turns == live->alive) {
		live->begun = loop_clock();
	}
	live->failed += !good && live->turns > live->alive;
	if (live->turns == (CYCLES + 1) * live->alive && !live->over) {
		live->time = (loop_clock() - live->begun) / CYCLES;
		live->found = live->alive - live->failed;
		end(live);
	}
}

static void publish(void *data, struct reading *reading)
{
	struct live *live = data;
	const struct mg_reading *view = reading_view(reading);
	if (strcmp(view->type, "reading") == 0 && !live->over) {
		count_turn(live, view->error == NULL);
	}
	reading_unref(reading);
}

static void scan_done(void *data, const struct bus_result *result)
{
	struct live *live = data;
	live->time = result->duration;
	for (size_t i = 0; result->scan != NULL && i < result->scan->count; i++) {
		live->found += result->scan->found[i].state == SCAN_CONFIRMED;
	}
	end(live);
}

static bool make_bus(struct live *live, struct plugins *plugins)
{
	const struct live_case *what = live->what;
	const struct bus_owner owner = { .data = live, .publish = publish };
	struct config_errors errors = { 0 };
	struct setup_bus *setup;
	char target[TARGET_SIZE], why[256];
	snprintf(target, sizeof(target),
			"simulator://?meters=%zu&seed=%u&numbers=%s&block=0ms&baud=%u&interval=0%s",
			what->meters, live->bench->seed, numbers[what->plan.numbers],
			what->read.baud != 0 ? what->read.baud : 2400u, what->options);
	if (!setup_bus_from_target(target, plugins, &setup, &errors)) {
		fprintf(stderr, "%s is refused\n", target);
		return false;
	}
	return running_bus_init(&live->bus, setup, &live->bench->context, &owner, why,
				   sizeof(why)) == 0;
}

static bool add_devices(struct live *live)
{
	live->alive = live->what->meters - live->what->read.dead;
	for (size_t i = 0; i < live->slaves.count; i++) {
		const struct meter *meter = &live->slaves.meters[i];
		struct bus_device_settings settings = {
			.name = "meter", .label = "", .interval = 0
		};
		settings.address.secondary = live->what->read.secondary;
		settings.address.primary = (uint8_t)meter->address;
		settings.address.identity = meter->identity;
		if (bus_add_device(live->bus.bus, &settings) == NULL) {
			return false;
		}
	}
	return true;
}

static void list_known(
		const struct slaves *slaves, struct scan_order *order, struct mg_identity *known)
{
	for (size_t i = 0; i < slaves->count; i++) {
		known[i] = slaves->meters[i].identity;
	}
	order->known = known;
	order->known_count = order->known_only ? slaves->count : 0;
}

static bool submit_scan(struct live *live)
{
	struct mg_identity *known = calloc(METERS_MAX, sizeof(*known));
	struct scan_order order = live->what->order;
	const struct scan_user user = { .data = live };
	const struct bus_job job = { .kind = BUS_JOB_SCAN,
		.scan = &order,
		.scan_user = &user,
		.done = scan_done,
		.data = live };
	if (known == NULL) {
		return false;
	}
	/* Borrowed until the scan is over, which is when the process ends. */
	list_known(&live->slaves, &order, known);
	return bus_submit(live->bus.bus, &job) != 0;
}

static bool start(struct live *live, struct plugins *plugins)
{
	char error[SLAVES_ERROR_SIZE];
	live->plan = live->what->plan;
	live->plan.count = live->what->meters;
	live->plan.first_address = 1;
	live->plan.seed = live->bench->seed;
	if (live->plan.numbers == SLAVES_SPREAD) {
		live->plan.numbers = SLAVES_RANDOM;
	}
	if (!slaves_init(&live->slaves, &live->plan, error)) {
		fprintf(stderr, "%s: %s\n", live->what->name, error);
		return false;
	}
	bool fine = make_bus(live, plugins) &&
				(live->what->scan ? submit_scan(live) : add_devices(live));
	if (fine) {
		bus_start(live->bus.bus);
	}
	return fine;
}

/* The same meters on the computed clock. */
static void compute_scan(struct live *live)
{
	struct virtual_bus bus = { 0 };
	char error[SLAVES_ERROR_SIZE];
	struct mg_identity known[METERS_MAX];
	const struct virtual_settings settings = {
		.segment = { .seed = live->bench->seed,
				.disturbed =
						strstr(live->what->options, "disturbed") != NULL ? 10000 : 0 },
		.latency = BUS_LATENCY_AUTO
	};
	struct scan_order order = live->what->order;
	if (!slaves_init(&bus.slaves, &live->plan, error) || !virtual_init(&bus, &settings)) {
		abort();
	}
	list_known(&bus.slaves, &order, known);
	struct scan *scan = scan_create(&bus.exchange, &order, &(struct scan_user){ 0 });
	if (scan == NULL) {
		abort();
	}
	virtual_run(&bus, &scan->task, LONGEST);
	live->computed = bus.now - bus.log.first / 1000;
	scan_destroy(scan);
	virtual_finish(&bus);
}

static void compute_read(struct live *live)
{
	struct read_case what = live->what->read;
	struct read_result result;
	what.meters = live->what->meters;
	what.several = live->what->plan.multi > 0;
	what.plan = &live->plan;
	if (!read_case_run(&what, live->bench->seed, &result)) {
		abort();
	}
	live->computed = result.time;
	live->limit = result.limit;
}

static void show(struct live *live)
{
	if (live->what->scan) {
		compute_scan(live);
	} else {
		compute_read(live);
	}
	printf("%-29s %8.2f %9.2f %6.2f", live->what->name, (double)live->time / 1e6,
			(double)live->computed / 1e6, (double)live->computed / (double)live->time);
	if (live->limit > 0) {
		printf(" %7.1f%%", 100.0 * (double)live->limit / (double)live->time);
	} else {
		printf(" %8s", "");
	}
	printf(" %4zu/%zu\n", live->found,
			live->what->scan ? live->what->meters : live->alive);
}

static bool is_wanted(const char *name, char **names, int count)
{
	for (int i = 0; i < count; i++) {
		if (strstr(name, names[i]) != NULL) {
			return true;
		}
	}
	return count == 0;
}

int main(int argc, char **argv)
{
	struct bench bench = { .context = { .gateway = "bench", .state_dir = "" } };
	struct plugins *plugins = plugins_create(NULL);
	bench.lives = calloc(LIVE_MAX, sizeof(*bench.lives));
	bench.context.loop = loop_create();
	bench.context.opener = opener_create(bench.context.loop);
	if (bench.lives == NULL || plugins == NULL ||
			getrandom(&bench.seed, sizeof(bench.seed), 0) != sizeof(bench.seed)) {
		return 1;
	}
	bench.seed &= 0x7FFFFFFF;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (is_wanted(cases[i].name, argv + 1, argc - 1)) {
			struct live *live = &bench.lives[bench.count++];
			*live = (struct live){ .what = &cases[i], .bench = &bench };
			bench.left++;
			if (!start(live, plugins)) {
				return 1;
			}
		}
	}
	printf("in real time, seed %u, %zu buses at once\n\n%-29s %8s %9s %6s %8s %s\n",
			bench.seed, bench.count, "", "real s", "computed", "ratio", "of limit",
			"found");
	fflush(stdout);
	loop_run(bench.context.loop);
	for (size_t i = 0; i < bench.count; i++) {
		show(&bench.lives[i]);
	}
	fflush(stdout);
	_Exit(0); /* the transports still run */
}
