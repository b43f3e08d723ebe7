/* SPDX-License-Identifier: MIT */
/* Who has the bus when, on a clock of numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bus/master.h"

#define SECOND 1000000
#define DEVICES_MAX 4

/* A task whose steps are exchanges that nobody answers. */
struct steps {
	struct task task;
	struct exchange *exchange;
	int left;
	uint8_t address;
	bool waits; /* a second, before each step but the first */
	int stops;
};

struct fixture {
	struct exchange exchange;
	struct timing timing;
	struct bus_counters counters;
	struct master master;
	int64_t now;
	char said[600]; /* who was asked: "1 2 1 " */
	int worked, cancelled, done;
	enum bus_outcome outcome;
};

static void step_take(struct task *task, int64_t now)
{
	struct steps *steps = (struct steps *)(void *)task;
	(void)now;
	steps->left--;
}

static enum task_next step_ask(struct task *task, int64_t now)
{
	struct steps *steps = (struct steps *)(void *)task;
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = steps->address
	};
	const struct exchange_ask ask = {
		.frame = &frame, .expects = EXCHANGE_EXPECT_ACK, .latency = -1
	};
	if (steps->left == 0) {
		return TASK_OVER;
	}
	if (steps->waits && task->wake <= now) {
		task->wake = now + SECOND;
		return TASK_WAIT;
	}
	exchange_begin(steps->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static void step_stop(struct task *task, int64_t now)
{
	(void)now;
	((struct steps *)(void *)task)->stops++;
}

static const struct task_ops step_ops = {
	.ask = step_ask, .take = step_take, .stop = step_stop
};

static void on_read(void *data, int64_t now)
{
	struct fixture *f = data;
	struct master *master = &f->master;
	const struct bus_result result = { .outcome = master->readout.outcome };
	if (master->device != NULL) {
		/* Nobody answers here, and yet it is to be asked again at once. */
		schedule_postpone(&master->schedule, &master->device->entry, now);
		master->device = NULL;
		return;
	}
	struct job *job = master->job;
	master->job = NULL;
	jobs_end(job, &result);
}

static void on_worked(void *data, bool cancelled, int64_t now)
{
	struct fixture *f = data;
	const struct bus_result result = { .outcome = cancelled ? BUS_CANCELLED : BUS_OK };
	struct job *job = f->master.job;
	(void)now;
	f->worked++;
	f->cancelled += cancelled;
	f->master.job = NULL;
	jobs_end(job, &result);
}

static void on_done(void *data, const struct bus_result *result)
{
	struct fixture *f = data;
	f->done++;
	f->outcome = result->outcome;
}

static void begin(struct fixture *f)
{
	const struct bus_settings settings = {
		.tries = 1, .telegrams = 4, .silent_max = 60000
	};
	const struct mg_line line = {
		.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
	};
	const struct master_user user = { .data = f, .read = on_read, .worked = on_worked };
	memset(f, 0, sizeof(*f));
	f->now = SECOND;
	timing_init(&f->timing, &line, 0);
	exchange_init(&f->exchange, &f->timing, &f->counters);
	master_init(&f->master, &f->exchange, &settings, &user);
}

static void add_device(struct fixture *f, uint8_t address, int64_t interval)
{
	const struct bus_device_settings settings = {
		.name = "d", .label = "", .address = { .primary = address }
	};
	assert_non_null(master_add_device(&f->master, &settings, interval));
}

static void add_task(struct fixture *f, enum bus_job_kind kind, struct steps *steps)
{
	const struct bus_job order = { .kind = kind, .done = on_done, .data = f };
	struct job *job = jobs_add(&f->master.jobs, &order);
	assert_non_null(job);
	steps->task.ops = &step_ops;
	steps->exchange = &f->exchange;
	job->task = &steps->task;
}

static uint64_t add_ping(struct fixture *f, uint8_t address)
{
	const struct bus_job order = { .kind = BUS_JOB_PING,
		.address = { .primary = address },
		.done = on_done,
		.data = f };
	struct job *job = jobs_add(&f->master.jobs, &order);
	assert_non_null(job);
	return job->number;
}

/* Until `requests` more were sent, or nothing is left to do. Nobody ever answers. */
static void run(struct fixture *f, int requests)
{
	const uint8_t *bytes;
	while (requests > 0) {
		while (master_advance(&f->master, f->now)) {
		}
		if (exchange_output(&f->exchange, &bytes, f->now) > 0) {
			size_t length = strlen(f->said);
			snprintf(f->said + length, sizeof(f->said) - length, "%u ", bytes[2]);
			exchange_sent(&f->exchange, f->now);
			requests--;
			continue;
		}
		int64_t when = exchange_busy(&f->exchange) ? exchange_deadline(&f->exchange)
												   : master_when(&f->master, f->now);
		if (when == SCHEDULE_NEVER) {
			return;
		}
		f->now = when > f->now ? when : f->now;
		exchange_tick(&f->exchange, f->now);
	}
}

/* The last exchange ends, and what it was for. */
static void settle(struct fixture *f)
{
	while (exchange_busy(&f->exchange)) {
		f->now = exchange_deadline(&f->exchange);
		exchange_tick(&f->exchange, f->now);
	}
}

static void test_work_out_of_turn_goes_before_devices(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f);
	add_device(&f, 1, 3600 * (int64_t)SECOND);
	add_ping(&f, 7);
	add_ping(&f, 8);
	run(&f, 3);
	assert_string_equal(f.said, "7 8 1 ");
	assert_int_equal(f.done, 2);
	master_finish(&f.master);
}

static void test_a_scan_lets_a_due_device_in_after_each_probe(void **state)
{
	(void)state;
	struct fixture f;
	struct steps scan = { .left = 100, .address = 200, .task.yields = true };
	begin(&f);
	add_task(&f, BUS_JOB_SCAN, &scan);
	run(&f, 2);
	add_device(&f, 1, 3600 * (int64_t)SECOND);
	uint64_t first = add_ping(&f, 9);
	assert_true(first > 0);
	run(&f, 4);
	/* The ping at once, then the device (SND_NKE, REQ_UD2), then the scan again. */
	assert_string_equal(f.said, "200 200 9 1 1 200 ");
	settle(&f);
	master_finish(&f.master);
}

static void test_a_bus_that_never_rests_still_scans(void **state)
{
	(void)state;
	struct fixture f;
	struct steps scan = { .left = 100, .address = 200, .task.yields = true };
	begin(&f);
	add_device(&f, 1, 0);
	add_task(&f, BUS_JOB_SCAN, &scan);
	run(&f, 6);
	assert_string_equal(f.said, "1 1 200 1 1 200 ");
	settle(&f);
	master_finish(&f.master);
}

static void test_a_task_that_holds_the_bus_is_not_disturbed(void **state)
{
	(void)state;
	struct fixture f;
	struct steps work = { .left = 3, .address = 100 };
	begin(&f);
	add_task(&f, BUS_JOB_PROCEDURE, &work);
	run(&f, 1);
	add_ping(&f, 9);
	run(&f, 3);
	assert_string_equal(f.said, "100 100 100 9 ");
	assert_int_equal(f.worked, 1);
	assert_int_equal(f.cancelled, 0);
	settle(&f);
	master_finish(&f.master);
}

static void test_a_task_that_waits_leaves_the_bus_to_others(void **state)
{
	(void)state;
	struct fixture f;
	struct steps work = { .left = 1, .address = 100, .waits = true };
	begin(&f);
	add_task(&f, BUS_JOB_PROCEDURE, &work);
	assert_true(master_advance(&f.master, f.now));
	assert_false(master_busy(&f.master));
	assert_int_equal(master_when(&f.master, f.now), 2 * SECOND);
	add_ping(&f, 9);
	work.waits = false;
	run(&f, 2);
	assert_string_equal(f.said, "9 100 ");
	assert_true(f.now >= 2 * SECOND);
	settle(&f);
	master_finish(&f.master);
}

static void test_what_is_given_up_ends_after_its_exchange(void **state)
{
	(void)state;
	struct fixture f;
	struct steps work = { .left = 3, .address = 100 };
	begin(&f);
	add_task(&f, BUS_JOB_PROCEDURE, &work);
	uint64_t ping = add_ping(&f, 9);
	run(&f, 1);
	master_cancel(&f.master, ping);
	master_cancel(&f.master, f.master.job->number);
	master_cancel(&f.master, 4711);
	assert_int_equal(f.done, 0);
	run(&f, 1);
	assert_string_equal(f.said, "100 ");
	assert_int_equal(work.stops, 1);
	assert_int_equal(f.done, 2);
	assert_int_equal(f.outcome, BUS_CANCELLED);
	master_finish(&f.master);
}

static enum task_next part(struct task *task, int64_t now)
{
	struct steps *steps = (struct steps *)(void *)task;
	const struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = 253 };
	const struct exchange_ask ask = {
		.frame = &frame, .expects = EXCHANGE_EXPECT_ACK, .latency = -1
	};
	exchange_begin(steps->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static void test_what_is_given_up_says_what_it_has_to_say(void **state)
{
	(void)state;
	static const struct task_ops parting = {
		.ask = step_ask, .take = step_take, .part = part, .stop = step_stop
	};
	struct fixture f;
	struct steps begun = { .left = 3, .address = 100, .task.yields = true };
	struct steps waiting = { .left = 3, .address = 101, .task.yields = true };
	begin(&f);
	add_task(&f, BUS_JOB_SCAN, &begun);
	add_task(&f, BUS_JOB_SCAN, &waiting);
	begun.task.ops = waiting.task.ops = &parting;
	run(&f, 1);
	master_cancel(&f.master, 1);
	/* Who has not asked anybody yet has nothing to say. */
	master_cancel(&f.master, 2);
	run(&f, 2);
	assert_string_equal(f.said, "100 253 ");
	assert_int_equal(begun.left, 2);
	assert_int_equal(begun.stops, 1);
	assert_int_equal(waiting.stops, 1);
	assert_int_equal(f.cancelled, 2);
	master_finish(&f.master);
}

static void test_another_speed_than_that_of_a_fixed_line_is_refused(void **state)
{
	(void)state;
	struct fixture f;
	const struct bus_device_settings settings = {
		.name = "heat", .label = "", .address = { .primary = 1 }, .baud = 9600
	};
	begin(&f);
	f.master.fixed = "cellar";
	struct bus_device *device = master_add_device(&f.master, &settings, 60 * SECOND);
	assert_non_null(device);
	add_ping(&f, 1);
	while (f.done == 0) {
		assert_true(master_advance(&f.master, f.now));
	}
	assert_int_equal(f.outcome, BUS_REFUSED);
	assert_string_equal(f.master.readout.reason,
			"heat is to be asked at 9600 Bd, but the transport of bus cellar cannot "
			"change the speed of its line, 2400 Bd; leave out `baud`, or put the meter "
			"on a serial port");
	add_ping(&f, 2);
	run(&f, 1);
	/* The other meter is asked; this one was not, nor when it was due. */
	assert_string_equal(f.said, "2 ");
	settle(&f);
	master_finish(&f.master);
}

static void test_a_device_for_jobs_only_is_never_due(void **state)
{
	(void)state;
	struct fixture f;
	const struct bus_device_settings settings = {
		.name = "d", .label = "", .address = { .primary = 1 }, .jobs_only = true
	};
	begin(&f);
	assert_non_null(master_add_device(&f.master, &settings, 0));
	run(&f, 1);
	assert_string_equal(f.said, "");
	assert_int_equal(master_when(&f.master, f.now), SCHEDULE_NEVER);
	add_ping(&f, 1);
	run(&f, 1);
	assert_string_equal(f.said, "1 ");
	settle(&f);
	master_finish(&f.master);
}

static void test_a_lost_port_ends_what_has_the_bus(void **state)
{
	(void)state;
	struct fixture f;
	struct steps work = { .left = 3, .address = 100 };
	begin(&f);
	master_abort(&f.master, BUS_NOT_OPEN, "unplugged", f.now);
	add_task(&f, BUS_JOB_PROCEDURE, &work);
	run(&f, 1);
	master_abort(&f.master, BUS_NOT_OPEN, "unplugged", f.now);
	assert_int_equal(f.cancelled, 1);
	assert_int_equal(f.master.readout.outcome, BUS_NOT_OPEN);
	assert_false(exchange_busy(&f.exchange));
	add_ping(&f, 9);
	run(&f, 1);
	master_abort(&f.master, BUS_NOT_OPEN, "unplugged", f.now);
	assert_int_equal(f.outcome, BUS_NOT_OPEN);
	assert_string_equal(f.master.readout.reason, "unplugged");
	assert_false(master_busy(&f.master));
	master_finish(&f.master);
}

static void test_a_passive_master_never_sends(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f);
	f.master.passive = true;
	add_device(&f, 1, 0);
	add_ping(&f, 9);
	run(&f, 1);
	assert_string_equal(f.said, "");
	assert_int_equal(master_when(&f.master, f.now), SCHEDULE_NEVER);
	master_finish(&f.master);
}

static void test_a_job_for_a_device_uses_what_is_known_of_it(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f);
	add_device(&f, 5, 3600 * (int64_t)SECOND);
	schedule_postpone(&f.master.schedule, &f.master.devices[0]->entry, INT64_MAX - 1);
	add_ping(&f, 5);
	assert_true(master_advance(&f.master, f.now));
	assert_ptr_equal(f.master.readout.memory, &f.master.devices[0]->memory);
	master_finish(&f.master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work_out_of_turn_goes_before_devices),
		cmocka_unit_test(test_a_scan_lets_a_due_device_in_after_each_probe),
		cmocka_unit_test(test_a_bus_that_never_rests_still_scans),
		cmocka_unit_test(test_a_task_that_holds_the_bus_is_not_disturbed),
		cmocka_unit_test(test_a_task_that_waits_leaves_the_bus_to_others),
		cmocka_unit_test(test_what_is_given_up_ends_after_its_exchange),
		cmocka_unit_test(test_what_is_given_up_says_what_it_has_to_say),
		cmocka_unit_test(test_another_speed_than_that_of_a_fixed_line_is_refused),
		cmocka_unit_test(test_a_device_for_jobs_only_is_never_due),
		cmocka_unit_test(test_a_lost_port_ends_what_has_the_bus),
		cmocka_unit_test(test_a_passive_master_never_sends),
		cmocka_unit_test(test_a_job_for_a_device_uses_what_is_known_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
