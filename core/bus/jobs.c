/* SPDX-License-Identifier: MIT */
/* Work for a bus out of turn: what waits, what was begun, in the order in which it came.
 */
#include "bus/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "procedure/procedure.h"
#include "scan/scan.h"

static void job_destroy(struct job *job)
{
	if (job != NULL) {
		procedure_destroy(job->procedure);
		scan_destroy(job->scan);
		free(job->label);
		free(job);
	}
}

static void insert(struct jobs *jobs, struct job *job)
{
	struct job **place = &jobs->first;
	while (*place != NULL && (*place)->number < job->number) {
		place = &(*place)->next;
	}
	job->next = *place;
	*place = job;
	jobs->count++;
}

struct job *jobs_add(struct jobs *jobs, const struct bus_job *order)
{
	struct job *job = jobs->count < JOBS_MAX ? malloc(sizeof(*job)) : NULL;
	if (job == NULL) {
		return NULL;
	}
	*job = (struct job){ .kind = order->kind,
		.address = order->address,
		.baud = order->baud,
		.label = strdup(order->label != NULL ? order->label : ""),
		.publish = order->publish,
		.done = order->done,
		.data = order->data };
	if (job->label == NULL) {
		job_destroy(job);
		return NULL;
	}
	job->number = ++jobs->last_number;
	insert(jobs, job);
	return job;
}

static bool is_ready(const struct job *job, bool scans, int64_t now)
{
	if (job->cancelled) {
		return true;
	}
	return (scans || job->kind != BUS_JOB_SCAN) && (!job->begun || job->wake <= now);
}

static struct job **find_ready(struct jobs *jobs, bool scans, int64_t now)
{
	struct job **place = &jobs->first;
	while (*place != NULL && !is_ready(*place, scans, now)) {
		place = &(*place)->next;
	}
	return place;
}

struct job *jobs_take(struct jobs *jobs, bool scans, int64_t now)
{
	struct job **place = find_ready(jobs, false, now);
	if (*place == NULL && scans) {
		place = find_ready(jobs, true, now);
	}
	struct job *job = *place;
	if (job != NULL) {
		*place = job->next;
		jobs->count--;
	}
	return job;
}

bool jobs_ready(const struct jobs *jobs, bool scans, int64_t now)
{
	for (const struct job *job = jobs->first; job != NULL; job = job->next) {
		if (is_ready(job, scans, now)) {
			return true;
		}
	}
	return false;
}

int64_t jobs_wake(const struct jobs *jobs)
{
	int64_t wake = INT64_MAX;
	for (const struct job *job = jobs->first; job != NULL; job = job->next) {
		int64_t own = job->begun && !job->cancelled ? job->wake : 0;
		wake = own < wake ? own : wake;
	}
	return wake;
}

void jobs_return(struct jobs *jobs, struct job *job)
{
	insert(jobs, job);
}

struct job *jobs_find(const struct jobs *jobs, uint64_t number)
{
	struct job *job = jobs->first;
	while (job != NULL && job->number != number) {
		job = job->next;
	}
	return job;
}

void jobs_drop(struct jobs *jobs, struct job *job)
{
	struct job **place = &jobs->first;
	while (*place != NULL && *place != job) {
		place = &(*place)->next;
	}
	if (*place == job) {
		*place = job->next;
		jobs->count--;
		job_destroy(job);
	}
}

void jobs_end(struct job *job, const struct bus_result *result)
{
	struct bus_result own = *result;
	own.procedure = job->procedure;
	own.scan = job->scan;
	job->done(job->data, &own);
	job_destroy(job);
}

static struct job *take_first(struct jobs *jobs)
{
	struct job *job = jobs->first;
	if (job != NULL) {
		jobs->first = job->next;
		jobs->count--;
	}
	return job;
}

void jobs_end_all(struct jobs *jobs, const struct bus_result *result)
{
	for (size_t left = jobs->count; left > 0; left--) {
		struct job *job = take_first(jobs);
		if (job != NULL && job->begun && job->task != NULL) {
			job->task->ops->stop(job->task, job->wake);
		}
		if (job != NULL) {
			jobs_end(job, result);
		}
	}
}

void jobs_finish(struct jobs *jobs)
{
	struct job *job;
	while ((job = take_first(jobs)) != NULL) {
		job_destroy(job);
	}
}
