/* SPDX-License-Identifier: MIT */
/* How fast, and how completely, a scan finds the meters of a simulated bus. */
#include "scan_cases.h"

#include <stdlib.h>
#include <string.h>

#include "virtual.h"

#define SECOND 1000000
#define BITS_LEAST 11
#define CHARACTER 11 /* bits */
#define SELECT_BYTES 17
#define WINDOW_BITS 330
#define WINDOW_MORE 50000 /* µs */
#define PRIMARY_ALL 251
#define SHORT_BYTES 5
/* No scan takes longer, s. */
#define TIME_MAX 20000
#define FIELDS 3

static void watch(void *data, const struct segment_event *event)
{
	struct scan_result *result = data;
	if (event->kind != SEGMENT_ANSWER || event->bytes.size < 2) {
		return;
	}
	size_t size = event->bytes.size;
	if (result->shortest == 0 || size < result->shortest) {
		result->shortest = size;
	}
	result->longest = size > result->longest ? size : result->longest;
}

/* Each differs from the first in one field. */
static void give_one_number(struct slaves *slaves)
{
	for (size_t i = 0; i < slaves->count; i++) {
		struct mg_identity identity = slaves->meters[0].identity;
		if (i % FIELDS == 0) {
			identity.version = (uint8_t)(identity.version + i);
		} else if (i % FIELDS == 1) {
			identity.medium = (uint8_t)(identity.medium + i);
		} else {
			identity.manufacturer =
					(uint16_t)(identity.manufacturer + (i % 2 ? i : i << 5));
		}
		slaves->meters[i].identity = identity;
		slaves->meters[i].source.identity = identity;
	}
}

static void set_delays(const struct scan_case *what, struct slaves *slaves, uint64_t seed)
{
	uint64_t random = ~seed;
	for (size_t i = 0; i < slaves->count; i++) {
		struct meter *meter = &slaves->meters[i];
		if (what->delay_more > 0) {
			meter->delay +=
					1000 * (int64_t)virtual_random(&random, (uint64_t)what->delay_more);
		}
		meter->jitter = 1000 * what->jitter;
		/* Without it the telegrams have 84 bytes on average. */
		meter->has_fabrication = false;
	}
}

/* Each address once. */
static void scatter(struct slaves *slaves, uint64_t seed)
{
	bool taken[PRIMARY_ALL] = { false };
	uint64_t random = seed * 77;
	for (size_t i = 0; i < slaves->count; i++) {
		uint64_t address;
		do {
			address = virtual_random(&random, PRIMARY_ALL);
		} while (taken[address]);
		taken[address] = true;
		slaves->meters[i].address = (int)address;
	}
}

static bool make(const struct scan_case *what, uint64_t seed, struct slaves *slaves)
{
	int64_t low = what->delay_low > 0 ? what->delay_low : BITS_LEAST;
	int64_t high = what->delay_high > low ? what->delay_high : low;
	if (!virtual_meters(slaves, what->meters, seed, what->lot == SCAN_LOT_CONSECUTIVE,
				low, high)) {
		return false;
	}
	if (what->lot == SCAN_LOT_ONE_NUMBER) {
		give_one_number(slaves);
	}
	if (what->scattered) {
		scatter(slaves, seed);
	}
	set_delays(what, slaves, seed);
	if (what->prepare != NULL) {
		what->prepare(slaves->meters, slaves->count, seed);
	}
	return true;
}

static bool same(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

static bool is_meter(const struct scan_found *found, const struct meter *meter)
{
	if (!found->secondary) {
		return found->address == meter->address;
	}
	return found->has_identity && same(&found->identity, &meter->identity);
}

static void judge_found(const struct scan_found *found, const struct slaves *slaves,
		struct scan_result *result)
{
	bool real = false;
	for (size_t i = 0; i < slaves->count; i++) {
		real = real || is_meter(found, &slaves->meters[i]);
	}
	result->found += real && found->state == SCAN_CONFIRMED;
	result->phantoms += !real && found->state == SCAN_CONFIRMED;
	result->mute += found->state == SCAN_MUTE;
	result->collisions += found->state == SCAN_COLLISION;
}

static void judge(
		const struct scan *scan, const struct slaves *slaves, struct scan_result *result)
{
	for (size_t i = 0; i < scan->count; i++) {
		judge_found(&scan->found[i], slaves, result);
	}
	for (size_t i = 0; i < slaves->count; i++) {
		bool there = false;
		for (size_t k = 0; k < scan->count; k++) {
			there = there || is_meter(&scan->found[k], &slaves->meters[i]);
		}
		result->missed += !there;
	}
}

static int64_t bits_of(const struct virtual_bus *bus, int64_t bits)
{
	return bits * SECOND / bus->timing.baud;
}

static size_t telegram_size(const struct meter *meter)
{
	const struct telegram_moment moment = { .time = TELEGRAM_EPOCH };
	struct telegram telegram;
	telegram_build(&meter->source, &moment, &telegram);
	return telegram.length;
}

/* What one meter takes at least when its address is known: select it or reset it, read
   it if that is wanted, with its own delay before and 11 bits of rest behind each. */
static int64_t needed(const struct scan_case *what, const struct virtual_bus *bus,
		const struct meter *meter, int64_t delay)
{
	bool reads = what->kind == SCAN_PRIMARY ? what->identify : !what->known;
	int64_t turn = delay + bits_of(bus, BITS_LEAST);
	int64_t first = what->kind == SCAN_PRIMARY ? SHORT_BYTES : SELECT_BYTES;
	int64_t time = bits_of(bus, (first + 1) * CHARACTER) + turn;
	if (reads) {
		int64_t bytes = SHORT_BYTES + (int64_t)telegram_size(meter);
		time += bits_of(bus, bytes * CHARACTER) + turn;
	}
	return time;
}

/* An address without a meter: the request, and the window that the standard gives. */
static int64_t silent(const struct virtual_bus *bus)
{
	return bits_of(bus, SHORT_BYTES * CHARACTER + WINDOW_BITS) + WINDOW_MORE;
}

static void measure(const struct scan_case *what, const struct virtual_bus *bus,
		struct scan_result *result)
{
	for (size_t i = 0; i < bus->slaves.count; i++) {
		const struct meter *meter = &bus->slaves.meters[i];
		int64_t delay = bits_of(bus, BITS_LEAST) + meter->delay / 1000;
		if (i == 0 || delay < result->delay_low) {
			result->delay_low = delay;
		}
		result->delay_high = delay > result->delay_high ? delay : result->delay_high;
		result->ideal += needed(what, bus, meter, delay);
	}
	if (what->kind == SCAN_PRIMARY) {
		result->ideal += (PRIMARY_ALL - (int64_t)bus->slaves.count) * silent(bus);
	}
}

static bool run(const struct scan_case *what, struct virtual_bus *bus,
		const struct mg_identity *known, struct scan_result *result)
{
	struct scan_order order = { .kind = what->kind,
		.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX },
		.identify = what->identify,
		.fast = what->fast,
		.known = known,
		.known_count = known != NULL ? bus->slaves.count : 0,
		.known_only = known != NULL };
	struct scan *scan = scan_create(&bus->exchange, &order, NULL);
	if (scan == NULL) {
		return false;
	}
	result->over = virtual_run(bus, &scan->task, (int64_t)TIME_MAX * SECOND);
	result->progress = scan->progress;
	result->time = bus->now - bus->log.first / 1000;
	result->requests = bus->log.requests;
	judge(scan, &bus->slaves, result);
	measure(what, bus, result);
	scan_destroy(scan);
	return true;
}

static struct mg_identity *list_of(const struct slaves *slaves)
{
	struct mg_identity *known = calloc(slaves->count, sizeof(*known));
	for (size_t i = 0; known != NULL && i < slaves->count; i++) {
		known[i] = slaves->meters[i].identity;
	}
	return known;
}

bool scan_case_run(
		const struct scan_case *what, uint64_t seed, struct scan_result *result)
{
	struct virtual_bus bus = { .watch = watch, .watch_data = result };
	struct virtual_settings settings = {
		.segment = { .seed = seed, .disturbed = what->disturbed },
		.baud = what->baud,
		.way = what->way,
		.block = what->block,
		.latency = BUS_LATENCY_AUTO,
		.blind = what->blind,
	};
	memset(result, 0, sizeof(*result));
	if (!make(what, seed, &bus.slaves) || !virtual_init(&bus, &settings)) {
		return false;
	}
	struct mg_identity *known = what->known ? list_of(&bus.slaves) : NULL;
	bool done = (known != NULL || !what->known) && run(what, &bus, known, result);
	free(known);
	virtual_finish(&bus);
	return done;
}
