/* SPDX-License-Identifier: MIT */
/* Learns what the way to the bus and back adds to each answer, from answers alone. */
#include "link/latency.h"

#include <stddef.h>

/* So many misses in a row are no accident. */
#define MISSES_MAX 3
/* With fewer answers each one counts; with more, the most extreme one does not. */
#define ENOUGH 4
/* One in so many spreads may be that of an odd slave. */
#define ODD 4
/* Of an answer that tells nothing of it. */
#define SPREAD_HIDDEN (-1)
/* Answers from which on a slave is known well enough to call it steady. */
#define STEADY 8
/* One miss may be a lost request. */
#define STEADY_MISSES 1
/* What nobody has measured counts half with each answer, and nothing after these. */
#define DOUBTFUL 6

void latency_init(struct latency *latency, int64_t start, bool fixed)
{
	*latency = (struct latency){ .start = start, .fixed = fixed };
}

static int32_t bounded(int64_t time)
{
	if (time < 0) {
		return 0;
	}
	return (int32_t)(time < LATENCY_MOST ? time : LATENCY_MOST);
}

static void add(struct latency *latency, int64_t delay)
{
	latency->delays[latency->at] = bounded(delay);
	latency->spreads[latency->at] = SPREAD_HIDDEN;
	latency->at = (uint8_t)((latency->at + 1) % LATENCY_WINDOW);
	if (latency->count < LATENCY_WINDOW) {
		latency->count++;
	}
}

void latency_heard(struct latency *latency)
{
	latency->misses = 0;
	latency->late = 0;
}

void latency_note(struct latency *latency, int64_t delay, int64_t least)
{
	add(latency, delay - least);
	latency_heard(latency);
}

void latency_vary(struct latency *latency, int64_t spread)
{
	if (latency->count > 0) {
		size_t last = (latency->at + LATENCY_WINDOW - 1u) % LATENCY_WINDOW;
		int32_t value = bounded(spread);
		if (value > latency->spreads[last]) {
			latency->spreads[last] = value;
		}
	}
}

/* What was learned is not true any more; what came late since then is. */
static void start_again(struct latency *latency)
{
	int32_t late = latency->late;
	latency_init(latency, latency->start, latency->fixed);
	if (late > 0) {
		add(latency, late);
	}
}

void latency_missed(struct latency *latency)
{
	if (++latency->misses >= MISSES_MAX) {
		start_again(latency);
	}
}

void latency_prove(struct latency *latency, int64_t delay, int64_t least)
{
	latency->late = bounded(delay - least);
	start_again(latency);
}

void latency_late(struct latency *latency, int64_t delay, int64_t least)
{
	int32_t late = bounded(delay - least);
	if (latency->late == 0 || late < latency->late) {
		latency->late = late;
	}
	latency_missed(latency);
}

/* The largest value and the one below it. */
static void find_largest(const int32_t *values, size_t count, int32_t largest[2])
{
	largest[0] = largest[1] = INT32_MIN;
	for (size_t i = 0; i < count; i++) {
		if (values[i] >= largest[0]) {
			largest[1] = largest[0];
			largest[0] = values[i];
		} else if (values[i] > largest[1]) {
			largest[1] = values[i];
		}
	}
}

static int32_t largest_of(const int32_t *values, size_t count)
{
	int32_t largest[2];
	if (count == 0) {
		return 0;
	}
	find_largest(values, count, largest);
	return largest[count < ENOUGH ? 0 : 1];
}

static int32_t smallest_of(const int32_t *values, size_t count)
{
	int32_t turned[LATENCY_WINDOW];
	for (size_t i = 0; i < count; i++) {
		turned[i] = -values[i];
	}
	return -largest_of(turned, count);
}

/* The way is the same for all slaves: what only few of them show is their own. */
int64_t latency_variation(const struct latency *latency)
{
	int32_t sorted[LATENCY_WINDOW];
	size_t count = 0;
	for (size_t i = 0; i < latency->count; i++) {
		size_t at = count;
		if (latency->spreads[i] == SPREAD_HIDDEN) {
			continue;
		}
		while (at > 0 && sorted[at - 1] < latency->spreads[i]) {
			sorted[at] = sorted[at - 1];
			at--;
		}
		sorted[at] = latency->spreads[i];
		count++;
	}
	if (latency->fixed) {
		return 0;
	}
	return count > 0 ? sorted[count / ODD] : -1;
}

int64_t latency_allowance(const struct latency *latency)
{
	if (latency->fixed || latency->count == 0) {
		return latency->start > LATENCY_LEAST ? latency->start : LATENCY_LEAST;
	}
	int64_t base = smallest_of(latency->delays, latency->count);
	int64_t variation = latency_variation(latency);
	int64_t allowance = base + base / 4 + LATENCY_LEAST + (variation > 0 ? variation : 0);
	if (latency->count < DOUBTFUL) {
		allowance += latency->start >> latency->count;
	}
	return bounded(allowance);
}

int64_t latency_patience(const struct latency *latency)
{
	int64_t allowance = latency_allowance(latency);
	return allowance > latency->start ? allowance : latency->start;
}

int64_t latency_spread(const struct latency *latency)
{
	if (latency->count < 2) {
		return 0;
	}
	return largest_of(latency->delays, latency->count) -
		   smallest_of(latency->delays, latency->count);
}

int64_t latency_slowest(const struct latency *latency)
{
	if (latency->count == 0) {
		return 0;
	}
	int64_t slowest = largest_of(latency->delays, latency->count);
	return slowest + slowest / 4 + LATENCY_LEAST;
}

int64_t latency_steady(const struct latency *latency)
{
	int32_t least = INT32_MAX, most = 0, held = 0;
	if (latency->count < STEADY || latency->misses > STEADY_MISSES) {
		return 0;
	}
	for (size_t i = 0; i < latency->count; i++) {
		least = latency->delays[i] < least ? latency->delays[i] : least;
		most = latency->delays[i] > most ? latency->delays[i] : most;
		held = latency->spreads[i] > held ? latency->spreads[i] : held;
	}
	return (int64_t)most + most / 4 + (most - least) + held + LATENCY_LEAST;
}
