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

static const struct bus_address address = { .primary = 5 };

static void on_done(void *data, const struct bus_result *result)
{
	struct ended *ended = data;
	ended->count++;
	ended->outcome = result->outcome;
	if (ended->add_another) {
		assert_true(jobs_add(ended->jobs, BUS_JOB_READ, &address, NULL, on_done, ended));
	}
}

static void test_first_come_first_served(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	const struct bus_result result = { .outcome = BUS_NO_DATA };
	assert_null(jobs_take(&jobs));
	assert_true(jobs_add(&jobs, BUS_JOB_READ, &address, "one", on_done, &ended));
	assert_true(jobs_add(&jobs, BUS_JOB_PING, &address, NULL, on_done, &ended));
	struct job *job = jobs_take(&jobs);
	assert_string_equal(job->label, "one");
	assert_int_equal(job->kind, READOUT_READ);
	assert_int_equal(job->address.primary, 5);
	jobs_end(job, &result);
	assert_int_equal(ended.count, 1);
	assert_int_equal(ended.outcome, BUS_NO_DATA);
	job = jobs_take(&jobs);
	assert_string_equal(job->label, "");
	assert_int_equal(job->kind, READOUT_PING);
	jobs_end(job, &result);
	assert_int_equal(jobs.count, 0);
}

static void test_only_so_many_wait(void **state)
{
	(void)state;
	struct jobs jobs = { 0 };
	struct ended ended = { 0 };
	for (int i = 0; i < JOBS_MAX; i++) {
		assert_true(jobs_add(&jobs, BUS_JOB_READ, &address, "x", on_done, &ended));
	}
	assert_false(jobs_add(&jobs, BUS_JOB_READ, &address, "x", on_done, &ended));
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
	jobs_add(&jobs, BUS_JOB_READ, &address, "a", on_done, &ended);
	jobs_add(&jobs, BUS_JOB_READ, &address, "b", on_done, &ended);
	jobs_end_all(&jobs, &result);
	assert_int_equal(ended.count, 2);
	assert_int_equal(jobs.count, 2);
	jobs_finish(&jobs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_come_first_served),
		cmocka_unit_test(test_only_so_many_wait),
		cmocka_unit_test(test_jobs_added_by_those_that_end_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
