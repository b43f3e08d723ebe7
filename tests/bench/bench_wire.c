/* SPDX-License-Identifier: MIT */
/*
 * How near the master comes to what the wire allows, on a simulated bus and computed
 * time. Each case runs with seeds drawn at the start; the log of the simulated segment is
 * the judge.
 *
 *     bench_wire [--seeds N] [--seed FIRST] [CASE...]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "read_cases.h"
#include "scan_table.h"
#include "spread.h"

#define SEEDS_DEFAULT 20
#define SEEDS_MAX 1000

struct bench {
	uint64_t seed; /* of the first run; the next ones follow */
	size_t seeds;
	char **names; /* of the cases that are wanted; none: all */
	int name_count;
	size_t missed; /* targets */
};

static bool is_wanted(const struct bench *bench, const char *name)
{
	for (int i = 0; i < bench->name_count; i++) {
		if (strstr(name, bench->names[i]) != NULL) {
			return true;
		}
	}
	return bench->name_count == 0;
}

static const struct read_case reads[] = {
	{ .name = "read 20, one telegram", .meters = 20, .least = 98 },
	{ .name = "read 20, three telegrams", .meters = 20, .several = true, .least = 95 },
	{ .name = "read 20, three, 9600 Bd",
			.meters = 20,
			.several = true,
			.baud = 9600,
			.least = 93 },
	{ .name = "read 20, two of them dead", .meters = 20, .dead = 2, .least = 95 },
	{ .name = "read 20, 1 % disturbed",
			.meters = 20,
			.disturbed = 10000,
			.cycles = 400,
			.least = 35 },
	{ .name = "read 20, secondary", .meters = 20, .secondary = true, .least = 95 },
	{ .name = "read 20, TCP, 5 ms each way", .meters = 20, .way = 5000 },
	{ .name = "read 20, USB, 16 ms blocks", .meters = 20, .way = 500, .block = 16000 },
};

/* One line: the median time of a cycle and of its limit, and the ratios. */
static void show_read(struct bench *bench, const struct read_case *what)
{
	struct spread ratio = { 0 }, time = { 0 }, limit = { 0 }, requests = { 0 };
	struct read_result result = { 0 };
	size_t all = 0;
	for (size_t i = 0; i < bench->seeds; i++) {
		if (!read_case_run(what, bench->seed + i, &result)) {
			abort();
		}
		spread_add(&ratio, 100.0 * (double)result.limit / (double)result.time);
		spread_add(&time, (double)result.time / 1e6);
		spread_add(&limit, (double)result.limit / 1e6);
		spread_add(&requests, result.requests);
		all += result.read == result.expected;
	}
	bool reached = spread_low(&ratio) >= (double)what->least && all == bench->seeds;
	bench->missed += !reached;
	printf("%-29s %8.2f %8.2f %8.1f %6.1f %6.1f %6.1f %6u%%  %3zu/%zu %s\n", what->name,
			spread_median(&time), spread_median(&limit), spread_median(&requests),
			spread_low(&ratio), spread_median(&ratio), spread_high(&ratio), what->least,
			all, bench->seeds, reached ? "" : "MISSED");
	printf("%29s telegrams of %zu to %zu bytes, answers after %.1f to %.1f ms\n", "",
			result.shortest, result.longest, (double)result.delay_low / 1000,
			(double)result.delay_high / 1000);
	fflush(stdout);
}

static void show_reads(struct bench *bench)
{
	printf("%-29s %8s %8s %8s %6s %6s %6s %7s  all read\n",
			"steady state, from cycle 2 on", "cycle s", "limit s", "requests", "worst",
			"median", "best", "target");
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		if (is_wanted(bench, reads[i].name)) {
			show_read(bench, &reads[i]);
		}
	}
	printf("\n");
}

static uint64_t draw_seed(void)
{
	uint32_t seed = 0;
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed)) {
		seed = (uint32_t)time(NULL);
	}
	return seed;
}

int main(int argc, char **argv)
{
	struct bench bench = { .seed = draw_seed(), .seeds = SEEDS_DEFAULT };
	int at = 1;
	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		uint64_t number = strtoull(argv[at + 1], NULL, 10);
		if (strcmp(argv[at], "--seeds") == 0 && number > 0 && number <= SEEDS_MAX) {
			bench.seeds = (size_t)number;
		} else if (strcmp(argv[at], "--seed") == 0) {
			bench.seed = number;
		} else {
			fprintf(stderr, "bench_wire [--seeds N] [--seed FIRST] [CASE...]\n");
			return 2;
		}
	}
	bench.names = argv + at;
	bench.name_count = argc - at;
	printf("%zu seeds from %llu on\n\n", bench.seeds, (unsigned long long)bench.seed);
	show_reads(&bench);
	bench.missed += scan_table_show(
			bench.seed, bench.seeds, bench.names, (size_t)bench.name_count);
	printf("%zu target%s missed\n", bench.missed, bench.missed == 1 ? "" : "s");
	return 0;
}
