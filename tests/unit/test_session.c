/* SPDX-License-Identifier: MIT */
/* One bus for a piece of work: what is asked for, signals, and ports that are taken. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gateway/owner.h"
#include "gateway/session.h"
#include "gateway_bench.h"

struct work {
	struct session *session;
	unsigned done;
	enum bus_outcome outcome;
	int error;
	int raise; /* signal that the first result raises, 0: results end the session */
	char why[HOST_REASON_SIZE];
	uint64_t job;     /* the last one */
	unsigned ends_at; /* so many results end the session, also after a signal; 0: never */
	unsigned signals; /* that were told of */
};

static void drop(void *data, struct reading *reading)
{
	(void)data;
	reading_unref(reading);
}

static const struct bus_owner owner = { .publish = drop };

static void job_done(void *data, const struct bus_result *result)
{
	struct work *work = data;
	work->done++;
	work->outcome = result->outcome;
	work->error = result->error;
	if (work->raise == 0) {
		session_end(work->session);
	} else if (work->done == 1) {
		raise(work->raise);
	}
	if (work->done == work->ends_at) {
		session_end(work->session);
	}
}

static bool begin(struct work *work, struct setup_bus *bus, const char *state_dir)
{
	*work = (struct work){ .done = 0 };
	atomic_store(&mute_opens, 0);
	atomic_store(&mute_closes, 0);
	work->session = session_create(
			bus, state_dir, NULL, &owner, &work->error, work->why, sizeof(work->why));
	return work->session != NULL;
}

static void submit(struct work *work, uint8_t primary)
{
	const struct bus_job job = { .kind = BUS_JOB_PING,
		.address = { .primary = primary },
		.label = "x",
		.done = job_done,
		.data = work };
	work->job = bus_submit(session_bus(work->session), &job);
	assert_int_not_equal(work->job, 0);
}

static void work_that_is_done_ends_it(void **state)
{
	(void)state;
	struct work work;
	assert_true(begin(&work, bench_bus("a", NULL), ""));
	submit(&work, 5);
	assert_true(session_run(work.session));
	assert_int_equal(work.outcome, BUS_NO_ANSWER);
	assert_true(session_destroy(work.session));
	assert_int_equal(mute_closes, 1);
}

static void a_port_that_cannot_be_opened_is_a_result(void **state)
{
	(void)state;
	struct work work;
	struct setup_bus *bus = bench_bus("a", NULL);
	((struct mute *)bus->instance)->open_result = MG_RETRY;
	assert_true(begin(&work, bus, ""));
	submit(&work, 5);
	assert_true(session_run(work.session));
	assert_int_equal(work.outcome, BUS_NOT_OPEN);
	assert_int_equal(work.error, EACCES);
	assert_true(session_destroy(work.session));
	assert_int_equal(mute_closes, 0);
}

/* What is cancelled ends as other work does, and the port is closed nevertheless. */
static void a_signal_cancels_all_and_closes_the_port(void **state)
{
	(void)state;
	static const int signals[] = { SIGINT, SIGTERM };
	for (size_t i = 0; i < 2; i++) {
		struct work work;
		assert_true(begin(&work, bench_bus("a", NULL), ""));
		work.raise = signals[i];
		submit(&work, 5);
		submit(&work, 6);
		submit(&work, 7);
		assert_false(session_run(work.session));
		assert_int_equal(work.done, 1);
		work.raise = 0;
		assert_true(session_destroy(work.session));
		assert_int_equal(work.done, 3);
		assert_int_equal(work.outcome, BUS_CANCELLED);
		assert_int_equal(mute_closes, 1);
	}
}

static void note_signal(void *data)
{
	struct work *work = data;
	work->signals++;
	bus_cancel(session_bus(work->session), work->job);
}

/* What it was told to do ends in order. */
static void a_signal_may_be_heard_of_first(void **state)
{
	(void)state;
	struct work work;
	assert_true(begin(&work, bench_bus("a", NULL), ""));
	session_on_signal(work.session, note_signal, &work);
	submit(&work, 5);
	submit(&work, 6);
	work.raise = SIGINT;
	work.ends_at = 2;
	assert_true(session_run(work.session));
	assert_int_equal(work.signals, 1);
	assert_int_equal(work.done, 2);
	assert_true(session_destroy(work.session));
}

static void its_devices_are_known_but_not_scheduled(void **state)
{
	(void)state;
	struct work work;
	struct setup_bus *bus = bench_bus("a", NULL);
	bus->devices = calloc(1, sizeof(*bus->devices));
	bus->devices[0].settings.name = "m1";
	bus->device_count = 1;
	assert_true(begin(&work, bus, ""));
	assert_string_equal(session_setup(work.session)->devices[0].settings.name, "m1");
	assert_int_equal(bus_device_count(session_bus(work.session)), 1);
	submit(&work, 5);
	assert_true(session_run(work.session));
	struct bus_device_state device;
	bus_device_state(session_bus(work.session), 0, &device);
	assert_int_equal(device.reads + device.failures, 0);
	assert_int_equal(device.due, 0);
	assert_true(session_destroy(work.session));
}

static void it_may_be_given_up_before_it_ran(void **state)
{
	(void)state;
	struct work work;
	assert_true(begin(&work, bench_bus("a", NULL), ""));
	submit(&work, 5);
	assert_true(session_destroy(work.session));
	assert_int_equal(work.outcome, BUS_CANCELLED);
	assert_int_equal(mute_opens, 0);
}

/* The gateway of a configuration may only have found its state_dir writable. */
static void a_port_of_another_one_is_left_alone(void **state)
{
	(void)state;
	struct work work;
	struct owner_holder nobody;
	char port[64];
	struct owner_folders *folders = calloc(1, sizeof(*folders));
	assert_non_null(folders);
	snprintf(folders->path[0], PATH_MAX, "/tmp/metergate-session-XXXXXX");
	assert_non_null(mkdtemp(folders->path[0]));
	folders->count = 1;
	snprintf(port, sizeof(port), "session-test-%ld", (long)getpid());
	int claim = owner_claim(folders, port, "cellar-pi", "east", "", &nobody);
	assert_true(claim >= 0);
	assert_false(begin(&work, bench_bus("a", port), folders->path[0]));
	assert_int_equal(work.error, -EBUSY);
	assert_non_null(strstr(work.why, "\"cellar-pi\""));
	assert_non_null(strstr(work.why, "\"east\""));
	assert_int_equal(mute_opens, 0);
	owner_release(claim);
	assert_true(begin(&work, bench_bus("a", port), folders->path[0]));
	assert_true(session_destroy(work.session));
	assert_int_equal(rmdir(folders->path[0]), 0);
	free(folders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_that_is_done_ends_it),
		cmocka_unit_test(a_port_that_cannot_be_opened_is_a_result),
		cmocka_unit_test(a_signal_cancels_all_and_closes_the_port),
		cmocka_unit_test(a_signal_may_be_heard_of_first),
		cmocka_unit_test(its_devices_are_known_but_not_scheduled),
		cmocka_unit_test(it_may_be_given_up_before_it_ran),
		cmocka_unit_test(a_port_of_another_one_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
