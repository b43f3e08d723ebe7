/* SPDX-License-Identifier: MIT */
/* Work that waits for a bus out of turn, first come, first served. */
#include "bus/jobs.h"

#include <stdlib.h>
#include <string.h>

static void job_destroy(struct job *job)
{
	if (job != NULL) {
		free(job->label);
		free(job);
	}
}

bool jobs_add(struct jobs *jobs, enum bus_job_kind kind,
		const struct bus_address *address, const char *label,
		void (*done)(void *data, const struct bus_result *result), void *data)
{
	struct job *job = jobs->count < JOBS_MAX ? malloc(sizeof(*job)) : NULL;
	if (job == NULL) {
		return false;
	}
	*job = (struct job){ .kind = kind == BUS_JOB_PING ? READOUT_PING : READOUT_READ,
		.address = *address,
		.label = strdup(label != NULL ? label : ""),
		.done = done,
		.data = data };
	if (job->label == NULL) {
		job_destroy(job);
		return false;
	}
	struct job **end = &jobs->first;
	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = job;
	jobs->count++;
	return true;
}

struct job *jobs_take(struct jobs *jobs)
{
	struct job *job = jobs->first;
	if (job != NULL) {
		jobs->first = job->next;
		jobs->count--;
	}
	return job;
}

void jobs_end(struct job *job, const struct bus_result *result)
{
	job->done(job->data, result);
	job_destroy(job);
}

void jobs_end_all(struct jobs *jobs, const struct bus_result *result)
{
	for (size_t left = jobs->count; left > 0; left--) {
		struct job *job = jobs_take(jobs);
		if (job != NULL) {
			jobs_end(job, result);
		}
	}
}

void jobs_finish(struct jobs *jobs)
{
	struct job *job;
	while ((job = jobs_take(jobs)) != NULL) {
		job_destroy(job);
	}
}
