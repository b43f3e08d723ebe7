/* SPDX-License-Identifier: MIT */
/* All simulated meters of one bus, and what becomes of it when several answer at once. */
#ifndef SIMULATOR_SLAVES_H
#define SIMULATOR_SLAVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "literals.h"
#include "meter.h"

#define SLAVES_MAX 250
#define SLAVES_DEFAULT 3
#define SLAVES_ERROR_SIZE 200

struct slaves {
	struct meter *meters;
	size_t count;
};

struct slaves_plan {
	size_t count;              /* meters; 0: those of `literals`, or SLAVES_DEFAULT */
	int first_address;         /* of the made-up meters; each gets the next free one */
	size_t multi;              /* how many made-up meters answer in several telegrams */
	uint32_t seed;             /* other numbers, other identities */
	struct literals *literals; /* their telegrams must outlive the slaves; or NULL */
	const uint8_t *dead;       /* addresses that never answer */
	size_t dead_count;
};

/* False with the reason in `error`; then *slaves is empty. */
bool slaves_init(struct slaves *slaves, const struct slaves_plan *plan,
		char error[SLAVES_ERROR_SIZE]);
void slaves_finish(struct slaves *slaves);

/* Told of each answer before it is sent; `alone` is false when others answer too. */
typedef void (*slaves_answer_fn)(
		void *data, const struct meter *meter, const struct telegram *answer, bool alone);

/*
 * Gives the frame to every meter and writes what is seen on the wire to `bytes`: answers
 * that begin at the same time lie over each other, and a space (0) of any meter wins.
 * Returns the length, 0 for silence.
 */
size_t slaves_take(struct slaves *slaves, const struct mg_frame *frame, int64_t now,
		uint8_t bytes[MG_FRAME_MAX], slaves_answer_fn fn, void *data);

#endif
