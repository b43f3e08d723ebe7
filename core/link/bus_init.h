/* SPDX-License-Identifier: MIT */
/* What a meter needs to be told before each readout, as the configuration has it. */
#ifndef LINK_BUS_INIT_H
#define LINK_BUS_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#define BUS_INIT_STEPS_MAX 8
#define BUS_INIT_DATA_MAX 64

/* One request that the meter has to acknowledge. */
struct bus_init_step {
	bool nke;   /* SND_NKE; otherwise SND_UD with the rest */
	uint8_t ci; /* 50h: application reset, 51h: data, ... */
	uint8_t size;
	uint8_t data[BUS_INIT_DATA_MAX];
};

struct bus_init {
	size_t count;
	struct bus_init_step steps[BUS_INIT_STEPS_MAX];
};

/* Words with blanks in between: "nke", "reset", "reset=10" (application reset with this
   sub-code, hex), "send=510813" (CI and data, hex). False: *wrong is where. */
bool bus_init_parse(const char *text, struct bus_init *init, size_t *wrong);

/* The SND_UD of a step that is no SND_NKE, to an address, with this frame count bit. Its
   data are those of the step. */
struct mg_frame bus_init_frame(
		const struct bus_init_step *step, uint8_t address, bool fcb);

#endif
