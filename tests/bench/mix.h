/* SPDX-License-Identifier: MIT */
/* Telegrams to measure with: many different ones, whose values change with every pass. */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* A place in a telegram that holds a value, and what kind of value. */
struct mix_place {
	uint16_t offset;
	uint8_t size;
	uint8_t kind;
};

struct mix_telegram {
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
	struct mix_place *places;
	size_t place_count;
};

struct mix {
	struct mix_telegram *telegrams;
	size_t count, slots;
	size_t bytes, records; /* of all telegrams together */
	uint64_t random;
};

/* `count` telegrams of meters as there are: heat, water, gas, electricity, heat cost
   allocators. The process ends when memory is short. */
void mix_init(struct mix *mix, size_t count, uint64_t seed);
/* The long frames of a file of JSON lines with "hex" and "kind":"wired-long", as often as
   it takes to have `count`. False when the file cannot be read or has none. */
bool mix_init_file(struct mix *mix, const char *path, size_t count, uint64_t seed);
void mix_finish(struct mix *mix);

/* Gives every value of every telegram another one of its kind; the frames stay valid. */
void mix_change(struct mix *mix);

#endif
