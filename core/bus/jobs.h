/* SPDX-License-Identifier: MIT */
/* Work that waits for a bus out of turn, first come, first served. */
#ifndef BUS_JOBS_H
#define BUS_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "bus/bus.h"
#include "bus/readout.h"

/* Jobs that wait for one bus at most; further ones are refused. */
#define JOBS_MAX 256

struct job {
	struct job *next;
	enum readout_kind kind;
	struct bus_address address;
	char *label;
	struct readout_memory memory; /* nothing is known of the slave */
	void (*done)(void *data, const struct bus_result *result);
	void *data;
};

struct jobs {
	struct job *first;
	size_t count;
};

/* False when memory is short or JOBS_MAX wait. `label` is copied; NULL is none. */
bool jobs_add(struct jobs *jobs, enum bus_job_kind kind,
		const struct bus_address *address, const char *label,
		void (*done)(void *data, const struct bus_result *result), void *data);
/* The next one, or NULL; give it to jobs_end(). */
struct job *jobs_take(struct jobs *jobs);
/* Tells how it ended and frees it. */
void jobs_end(struct job *job, const struct bus_result *result);
/* Ends those that wait now, not those that their callbacks add. */
void jobs_end_all(struct jobs *jobs, const struct bus_result *result);
/* Frees all without a word. */
void jobs_finish(struct jobs *jobs);

#endif
