/* SPDX-License-Identifier: MIT */
/* How fast a master reads many meters on a simulated bus, from the second cycle on. */
#include "read_cases.h"

#include <stdlib.h>
#include <string.h>

#include "bus/master.h"
#include "virtual.h"

#define CYCLES 40      /* that are measured, unless the case says how many */
#define FIRST_CYCLES 1 /* that are not */
#define DELAY_LOW 11   /* bits of 2400 Bd */
#define DELAY_HIGH 40
#define REST_BITS 11
#define SECOND 1000000
#define LONGEST (36000 * (int64_t)SECOND)
#define METERS_MAX 250
#define C_FUNCTION 0x0F
#define FUNCTION_RESET 0x00
#define ADDRESS_AT 1 /* behind the C field */

struct run {
	struct virtual_bus bus;
	struct master master;
	const struct read_case *what;
	size_t alive;
	size_t turns;            /* readouts that went well or not, of meters that live */
	size_t read[METERS_MAX]; /* good readouts of each */
	/* What the log of the segment gives. */
	bool counts;
	uint64_t requests;
	int64_t needed; /* ns */
	int64_t request_end, request_time;
	bool request_counts;
	struct read_result *result;
};

static bool is_reset(struct mg_bytes request)
{
	const uint8_t short_start = 0x10;
	return request.size > 1 && request.data[0] == short_start &&
		   (request.data[1] & C_FUNCTION) == FUNCTION_RESET;
}

/* What the wire needs for an exchange: the request, the delay of the slave, the answer,
   the rest after it. SND_NKE is no part of the limit. */
static void watch(void *data, const struct segment_event *event)
{
	struct run *run = data;
	struct read_result *result = run->result;
	if (!run->counts) {
		return;
	}
	if (event->kind != SEGMENT_ANSWER) {
		run->requests++;
		run->request_time = event->end - event->begin;
		run->request_end = event->end;
		run->request_counts = !is_reset(event->bytes);
		return;
	}
	int64_t delay = event->begin - run->request_end;
	int64_t rest = timing_bits(&run->bus.timing, REST_BITS) * 1000;
	if (run->request_counts) {
		run->needed += run->request_time + delay + (event->end - event->begin) + rest;
	}
	if (event->bytes.size > 1) {
		size_t size = event->bytes.size;
		result->shortest = size < result->shortest ? size : result->shortest;
		result->longest = size > result->longest ? size : result->longest;
	}
	result->delay_low =
			delay / 1000 < result->delay_low ? delay / 1000 : result->delay_low;
	result->delay_high =
			delay / 1000 > result->delay_high ? delay / 1000 : result->delay_high;
}

static size_t index_of(const struct run *run, const struct bus_device *device)
{
	size_t index = 0;
	while (index < run->master.device_count && run->master.devices[index] != device) {
		index++;
	}
	return index;
}

static void on_read(void *data, int64_t now)
{
	struct run *run = data;
	const struct readout *readout = &run->master.readout;
	size_t index = index_of(run, run->master.device);
	(void)now;
	run->read[index] += readout->outcome == BUS_OK && readout->error == NULL;
	run->turns += index >= run->what->dead;
	run->master.device = NULL;
}

/* Until the meters that live were asked so many times more, or the time is over. */
static void turn(struct run *run, size_t turns, int64_t limit)
{
	struct master *master = &run->master;
	struct virtual_bus *bus = &run->bus;
	size_t wanted = run->turns + turns;
	while (run->turns < wanted && bus->now < limit) {
		if (master_advance(master, bus->now)) {
			continue;
		}
		int64_t until = limit;
		if (!exchange_busy(&bus->exchange)) {
			int64_t when = master_when(master, bus->now);
			until = when < limit ? when : limit;
		}
		virtual_turn(bus, until);
	}
}

static bool add_devices(struct run *run)
{
	for (size_t i = 0; i < run->what->meters; i++) {
		const struct meter *meter = &run->bus.slaves.meters[i];
		struct bus_device_settings settings = { .name = "meter", .label = "" };
		settings.address.secondary = run->what->secondary;
		settings.address.primary = (uint8_t)meter->address;
		settings.address.identity = meter->identity;
		if (master_add_device(&run->master, &settings, 0) == NULL) {
			return false;
		}
	}
	return true;
}

/* The first ones are dead, so that they are asked before the cycles that count. */
static bool make_meters(struct run *run, uint64_t seed)
{
	struct slaves *slaves = &run->bus.slaves;
	const struct read_case *what = run->what;
	if (what->plan != NULL) {
		char error[SLAVES_ERROR_SIZE];
		return slaves_init(slaves, what->plan, error);
	}
	if (!virtual_meters(slaves, what->meters, seed, false, DELAY_LOW, DELAY_HIGH)) {
		return false;
	}
	for (size_t i = 0; i < what->meters; i++) {
		struct meter *meter = &slaves->meters[i];
		meter->source.count = what->several ? TELEGRAM_LONG_READOUT : 1;
		if (i < what->dead) {
			meter->quirks |= METER_DEAD;
		}
	}
	return true;
}

static bool begin(struct run *run, uint64_t seed, uint32_t disturbed)
{
	const struct virtual_settings settings = {
		.segment = { .seed = seed, .disturbed = disturbed },
		.baud = run->what->baud,
		.way = run->what->way,
		.block = run->what->block,
		.latency = BUS_LATENCY_AUTO,
	};
	const struct bus_settings bus = {
		.tries = 3, .tries_bad = 64, .telegrams = 16, .silent_max = 3600000
	};
	const struct master_user user = { .data = run, .read = on_read };
	if (!make_meters(run, seed) || !virtual_init(&run->bus, &settings)) {
		return false;
	}
	run->bus.watch = watch;
	run->bus.watch_data = run;
	master_init(&run->master, &run->bus.exchange, &bus, &user);
	return add_devices(run);
}

static void end(struct run *run)
{
	master_finish(&run->master);
	virtual_finish(&run->bus);
	free(run);
}

/* The meters that were read in each of `cycles` cycles. */
static size_t read_in_all(const struct run *run, size_t cycles)
{
	size_t count = 0;
	for (size_t i = run->what->dead; i < run->what->meters; i++) {
		count += run->read[i] >= cycles;
	}
	return count;
}

static struct run *run_create(const struct read_case *what, struct read_result *result)
{
	struct run *run = calloc(1, sizeof(*run));
	if (run != NULL) {
		run->what = what;
		run->alive = what->meters - what->dead;
		run->result = result;
	}
	return run;
}

/* Runs the cycles that are left out, then those that count. */
static int64_t measure(struct run *run, size_t cycles)
{
	turn(run, FIRST_CYCLES * run->alive, LONGEST);
	memset(run->read, 0, sizeof(run->read));
	run->counts = true;
	int64_t begun = run->bus.now;
	turn(run, cycles * run->alive, LONGEST);
	return (run->bus.now - begun) / (int64_t)cycles;
}

/* The limit is what the same meters need on a line without disturbance. */
static bool find_limit(
		const struct read_case *what, uint64_t seed, struct read_result *result)
{
	const size_t cycles = 4;
	struct read_case clean = *what;
	clean.way = clean.block = 0;
	struct run *run = run_create(&clean, result);
	if (run == NULL || !begin(run, seed, 0)) {
		free(run);
		return false;
	}
	measure(run, cycles);
	result->limit = run->needed / 1000 / (int64_t)cycles;
	end(run);
	return true;
}

bool read_case_run(
		const struct read_case *what, uint64_t seed, struct read_result *result)
{
	*result = (struct read_result){ .shortest = SIZE_MAX, .delay_low = INT64_MAX };
	if (!find_limit(what, seed, result)) {
		return false;
	}
	struct run *run = run_create(what, result);
	if (run == NULL || !begin(run, seed, what->disturbed)) {
		free(run);
		return false;
	}
	size_t cycles = what->cycles > 0 ? what->cycles : CYCLES;
	result->time = measure(run, cycles);
	result->requests = (double)run->requests / (double)cycles;
	result->read = read_in_all(run, cycles);
	result->expected = run->alive;
	end(run);
	return true;
}
