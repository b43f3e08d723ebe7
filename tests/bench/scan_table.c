/* SPDX-License-Identifier: MIT */
/* The scans of bench_wire. */
#include "scan_table.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan_cases.h"
#include "spread.h"

#define SMALL_DELAY 11
#define USUAL_DELAY 40
#define WIDEST_DELAY 330
#define WIDEST_MORE 50000 /* µs */

/* clang-format off */
static const struct scan_case scans[] = {
	{ .name = "primary, 50, addresses", .kind = SCAN_PRIMARY, .meters = 50, .limit = 48 },
	{ .name = "primary, 50 scattered", .kind = SCAN_PRIMARY, .meters = 50, .scattered = true, .limit = 48 },
	{ .name = "primary, 50, identity", .kind = SCAN_PRIMARY, .meters = 50, .identify = true, .limit = 70 },
	{ .name = "20 random, fast", .kind = SCAN_SECONDARY, .meters = 20, .fast = true, .limit = 20 },
	{ .name = "20 random", .kind = SCAN_SECONDARY, .meters = 20, .limit = 36 },
	{ .name = "20 known", .kind = SCAN_SECONDARY, .meters = 20, .known = true, .limit = 4 },
	{ .name = "50 random, fast", .kind = SCAN_SECONDARY, .meters = 50, .fast = true, .limit = 48 },
	{ .name = "50 random", .kind = SCAN_SECONDARY, .meters = 50, .limit = 90 },
	{ .name = "250 random, fast", .kind = SCAN_SECONDARY, .meters = 250, .fast = true, .limit = 260 },
	{ .name = "250 random", .kind = SCAN_SECONDARY, .meters = 250, .limit = 460 },
	{ .name = "250 consecutive, fast", .kind = SCAN_SECONDARY, .meters = 250, .lot = SCAN_LOT_CONSECUTIVE, .fast = true, .limit = 170 },
	{ .name = "250 consecutive", .kind = SCAN_SECONDARY, .meters = 250, .lot = SCAN_LOT_CONSECUTIVE, .limit = 260 },
	{ .name = "20 of one number, fast", .kind = SCAN_SECONDARY, .meters = 20, .lot = SCAN_LOT_ONE_NUMBER, .fast = true },
	{ .name = "20 of one number", .kind = SCAN_SECONDARY, .meters = 20, .lot = SCAN_LOT_ONE_NUMBER },
	{ .name = "20 random, 1 % disturbed", .kind = SCAN_SECONDARY, .meters = 20, .disturbed = 10000, .seldom = 5, .limit = 120 },
	{ .name = "20 random, disturbed, TCP", .kind = SCAN_SECONDARY, .meters = 20, .disturbed = 10000, .seldom = 5, .blind = true },
	{ .name = "20 random, all delays", .kind = SCAN_SECONDARY, .meters = 20, .delay_low = SMALL_DELAY, .delay_high = WIDEST_DELAY, .delay_more = WIDEST_MORE, .limit = 60 },
	{ .name = "20 random, delays to 40 bits", .kind = SCAN_SECONDARY, .meters = 20, .delay_low = SMALL_DELAY, .delay_high = USUAL_DELAY },
	{ .name = "20 random, 40 bits, fast", .kind = SCAN_SECONDARY, .meters = 20, .delay_low = SMALL_DELAY, .delay_high = USUAL_DELAY, .fast = true },
	{ .name = "20 random, TCP, 5 ms each way", .kind = SCAN_SECONDARY, .meters = 20, .way = 5000, .blind = true },
	{ .name = "20 random, USB, 16 ms blocks", .kind = SCAN_SECONDARY, .meters = 20, .way = 500, .block = 16000 },
};
/* clang-format on */

struct runs {
	struct spread time, ideal, probes;
	size_t whole, phantoms;
	struct scan_result last;
};

static void run_all(
		const struct scan_case *what, uint64_t seed, size_t seeds, struct runs *runs)
{
	for (size_t i = 0; i < seeds; i++) {
		if (!scan_case_run(what, seed + i, &runs->last)) {
			abort();
		}
		const struct scan_result *result = &runs->last;
		spread_add(&runs->time, (double)result->time / 1e6);
		spread_add(&runs->ideal, (double)result->ideal / 1e6);
		spread_add(&runs->probes, (double)result->requests);
		runs->whole += result->over && result->missed == 0;
		runs->phantoms += result->phantoms;
	}
}

static bool is_reached(
		const struct scan_case *what, const struct runs *runs, size_t seeds)
{
	size_t may_lose = seeds * (size_t)what->seldom / 100;
	return runs->phantoms == 0 && runs->whole + may_lose >= seeds &&
		   (what->limit == 0 || spread_median(&runs->time) <= (double)what->limit);
}

static bool show(const struct scan_case *what, uint64_t seed, size_t seeds)
{
	struct runs *runs = calloc(1, sizeof(*runs));
	char target[24] = "-";
	if (runs == NULL) {
		abort();
	}
	run_all(what, seed, seeds, runs);
	bool reached = is_reached(what, runs, seeds);
	double ideal = spread_median(&runs->ideal), median = spread_median(&runs->time);
	if (what->limit > 0) {
		snprintf(target, sizeof(target), "%lld", (long long)what->limit);
	}
	printf("%-29s %7.1f %7.1f %7.1f %7s %7.1f %6.2f %7.0f %4zu/%zu %3zu %s\n", what->name,
			spread_low(&runs->time), median, spread_high(&runs->time), target, ideal,
			ideal / median, spread_median(&runs->probes), runs->whole, seeds,
			runs->phantoms, reached ? "" : "MISSED");
	printf("%29s telegrams of %zu to %zu bytes, answers after %.1f to %.1f ms\n", "",
			runs->last.shortest, runs->last.longest, (double)runs->last.delay_low / 1000,
			(double)runs->last.delay_high / 1000);
	fflush(stdout);
	free(runs);
	return reached;
}

static bool is_wanted(const char *name, char *const *names, size_t name_count)
{
	for (size_t i = 0; i < name_count; i++) {
		if (strstr(name, names[i]) != NULL) {
			return true;
		}
	}
	return name_count == 0;
}

size_t scan_table_show(uint64_t seed, size_t seeds, char *const *names, size_t name_count)
{
	size_t missed = 0;
	printf("%-29s %7s %7s %7s %7s %7s %6s %7s %7s %3s\n", "scans, s at 2400 Bd", "best",
			"median", "worst", "target", "limit", "ratio", "asked", "whole", "phantoms");
	for (size_t i = 0; i < sizeof(scans) / sizeof(scans[0]); i++) {
		if (is_wanted(scans[i].name, names, name_count)) {
			missed += !show(&scans[i], seed, seeds);
		}
	}
	printf("\n");
	return missed;
}
