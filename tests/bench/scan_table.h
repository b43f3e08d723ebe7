/* SPDX-License-Identifier: MIT */
/* The scans of bench_wire. */
#ifndef BENCH_SCAN_TABLE_H
#define BENCH_SCAN_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Runs those whose name contains one of `names` (all without), each with `seeds` seeds
   from `seed` on, and prints a line for each. Returns how many missed their target. */
size_t scan_table_show(
		uint64_t seed, size_t seeds, char *const *names, size_t name_count);

#endif
