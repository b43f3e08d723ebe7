/* SPDX-License-Identifier: MIT */
/* Work for a bus out of turn: what waits, what was begun, in the order in which it came.
 */
#ifndef BUS_JOBS_H
#define BUS_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/bus.h"
#include "link/readout.h"
#include "link/task.h"

/* Jobs that wait for one bus at most; further ones are refused. */
#define JOBS_MAX 256

struct job {
	struct job *next;
	uint64_t number;
	enum bus_job_kind kind;
	struct bus_address address;
	uint32_t baud;
	char *label;
	bool publish;
	/* SCAN and PROCEDURE: the machine, made when the job is added. */
	struct procedure *procedure;
	struct scan *scan;
	struct task *task;
	bool begun;       /* the task has asked before, and has not the bus now */
	int64_t wake;     /* µs: when a begun task wants to go on */
	int64_t begun_at; /* µs: its first byte was sent, or 0 */
	bool cancelled;
	bool talked;                  /* the task has asked a slave */
	bool parting;                 /* and was told to end */
	struct readout_memory memory; /* of a slave that is no device: nothing is known */
	void (*done)(void *data, const struct bus_result *result);
	void *data;
};

struct jobs {
	struct job *first;
	size_t count;
	uint64_t last_number;
};

/* NULL when memory is short or JOBS_MAX wait. Its machine, if it has one, is the caller's
   to make and set. */
struct job *jobs_add(struct jobs *jobs, const struct bus_job *order);
/*
 * The job that goes next at `now`, taken out of the list, or NULL: the first of those
 * that are no scan, or, with `scans`, the first that is ready at all. Jobs that were
 * cancelled are always ready.
 */
struct job *jobs_take(struct jobs *jobs, bool scans, int64_t now);
/* True when jobs_take() would give one. */
bool jobs_ready(const struct jobs *jobs, bool scans, int64_t now);
/* When the first job that waits for a time is ready, or INT64_MAX. */
int64_t jobs_wake(const struct jobs *jobs);
/* Back into the list, in the order in which it came. */
void jobs_return(struct jobs *jobs, struct job *job);
/* NULL when there is none of that number in the list. */
struct job *jobs_find(const struct jobs *jobs, uint64_t number);

/* Takes it out of the list and frees it without a word. */
void jobs_drop(struct jobs *jobs, struct job *job);

/* Tells how it ended and frees it. */
void jobs_end(struct job *job, const struct bus_result *result);
/* Ends those that wait now, not those that their callbacks add. */
void jobs_end_all(struct jobs *jobs, const struct bus_result *result);
/* Frees all without a word. */
void jobs_finish(struct jobs *jobs);

#endif
