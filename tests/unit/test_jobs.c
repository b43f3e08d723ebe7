/* SPDX-License-Identifier: MIT */
/* Work that waits for a bus: order, limit, ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bus/jobs.h"

struct ended {
	struct jobs *jobs;
	int count;
	enum bus_outcome outcome;
	bool add_another;
};

static struct job *add(struct jobs *jobs, enum bus_job_kind kind, const char *label,
		struct ended *ended);

static void on_done(void *data, const struct bus_result *result)
{
	struct ended *ended = data;
	ended->count++;
	ended->outcome = result->outcome;
	if (ended->add_another) {
		assert_non_null(add(ended->jobs, BUS_JOB_READ, NULL, ended));
	}
}

static struct job *add(
		struct jobs *jobs, enum bus_job_kind kind, const char *label, struct ended *ended)
{
	const struct bus_job order = { .kind = kind,
		.address = { .primary = 5 },
		.label = label,
		.done = on_done,
		.data = ended };
	return jobs_add(jobs, &order);
}

static void test_first_come_first_served(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	const struct bus_result result = { .outcome = BUS_NO_DATA };
	assert_null(jobs_take(&jobs, true, 0));
	assert_non_null(add(&jobs, BUS_JOB_READ, "one", &ended));
	assert_non_null(add(&jobs, BUS_JOB_PING, NULL, &ended));
	struct job *job = jobs_take(&jobs, true, 0);
	assert_string_equal(job->label, "one");
	assert_int_equal(job->kind, BUS_JOB_READ);
	assert_int_equal(job->address.primary, 5);
	jobs_end(job, &result);
	assert_int_equal(ended.count, 1);
	assert_int_equal(ended.outcome, BUS_NO_DATA);
	job = jobs_take(&jobs, true, 0);
	assert_string_equal(job->label, "");
	assert_int_equal(job->kind, BUS_JOB_PING);
	jobs_end(job, &result);
	assert_int_equal(jobs.count, 0);
}

static void test_a_scan_lets_others_go_first(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	struct job *scan = add(&jobs, BUS_JOB_SCAN, "scan", &ended);
	struct job *read = add(&jobs, BUS_JOB_READ, "read", &ended);
	assert_ptr_equal(jobs_take(&jobs, true, 0), read);
	assert_null(jobs_take(&jobs, false, 0));
	assert_false(jobs_ready(&jobs, false, 0));
	assert_true(jobs_ready(&jobs, true, 0));
	assert_ptr_equal(jobs_take(&jobs, true, 0), scan);
	jobs_return(&jobs, read);
	jobs_return(&jobs, scan);
	jobs_finish(&jobs);
}

static void test_what_was_begun_waits_for_its_time(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	add(&jobs, BUS_JOB_PROCEDURE, "first", &ended);
	struct job *job = jobs_take(&jobs, false, 0);
	job->begun = true;
	job->wake = 5000;
	jobs_return(&jobs, job);
	assert_false(jobs_ready(&jobs, true, 4999));
	assert_int_equal(jobs_wake(&jobs), 5000);
	assert_true(jobs_ready(&jobs, true, 5000));
	struct job *later = add(&jobs, BUS_JOB_PROCEDURE, "second", &ended);
	/* What came first goes first, once it is ready. */
	assert_ptr_equal(jobs_take(&jobs, true, 4000), later);
	jobs_return(&jobs, later);
	assert_ptr_equal(jobs_take(&jobs, true, 5000), job);
	jobs_return(&jobs, job);
	jobs_finish(&jobs);
}

static void test_a_job_that_is_given_up_is_ready_at_once(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	struct job *job = add(&jobs, BUS_JOB_SCAN, "scan", &ended);
	job->begun = true;
	job->wake = INT64_MAX;
	assert_false(jobs_ready(&jobs, true, 0));
	assert_ptr_equal(jobs_find(&jobs, job->number), job);
	assert_null(jobs_find(&jobs, job->number + 1));
	job->cancelled = true;
	assert_ptr_equal(jobs_take(&jobs, false, 0), job);
	jobs_return(&jobs, job);
	jobs_drop(&jobs, job);
	assert_int_equal(jobs.count, 0);
	assert_int_equal(ended.count, 0);
}

static void test_only_so_many_wait(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	for (int i = 0; i < JOBS_MAX; i++) {
		assert_non_null(add(&jobs, BUS_JOB_READ, "x", &ended));
	}
	assert_null(add(&jobs, BUS_JOB_READ, "x", &ended));
	jobs_finish(&jobs);
	assert_int_equal(ended.count, 0);
	assert_int_equal(jobs.count, 0);
}

static void test_jobs_added_by_those_that_end_stay(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { .jobs = &jobs, .add_another = true };
	const struct bus_result result = { .outcome = BUS_NOT_OPEN };
	add(&jobs, BUS_JOB_READ, "a", &ended);
	add(&jobs, BUS_JOB_READ, "b", &ended);
	jobs_end_all(&jobs, &result);
	assert_int_equal(ended.count, 2);
	assert_int_equal(jobs.count, 2);
	jobs_finish(&jobs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_come_first_served),
		cmocka_unit_test(test_a_scan_lets_others_go_first),
		cmocka_unit_test(test_what_was_begun_waits_for_its_time),
		cmocka_unit_test(test_a_job_that_is_given_up_is_ready_at_once),
		cmocka_unit_test(test_only_so_many_wait),
		cmocka_unit_test(test_jobs_added_by_those_that_end_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
