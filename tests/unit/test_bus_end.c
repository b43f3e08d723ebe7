/* SPDX-License-Identifier: MIT */
/* What a bus says when something is over: events, and the results of jobs. */
#include "bus_fixture.h"

static void test_a_silent_device_is_told_once_and_does_not_stop_others(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	atomic_store(&fake_add(&f->line, 2, 0x22222222)->dead, true);
	add_device(f, "one", 1);
	add_device(f, "two", 2);
	bus_start(f->bus);
	const struct mg_reading *event = wait_for(f, "device_silent", "two", 0);
	assert_non_null(strstr(event->message, "no answer from 2 after 2 tries"));
	assert_string_equal(event->bus, "cellar");
	size_t before = count_of(f, "reading", "one");
	wait_for(f, "reading", "one", before + 50);
	assert_int_equal(count_of(f, "device_silent", "two"), 1);
	atomic_store(&f->line.meters[2].dead, false);
	event = wait_for(f, "device_back", "two", 0);
	assert_non_null(strstr(event->message, "two is back after"));
	wait_for(f, "reading", "two", 0);
	assert_int_equal(count_of(f, "device_silent", "one"), 0);
	assert_true(bus_counters(f->bus)->failed_readouts >= 1);
}

static void test_a_meter_without_data_is_not_silent(void **state)
{
	struct fixture *f = *state;
	struct fake_meter *meter = fake_add(&f->line, 1, 0x11111111);
	atomic_store(&meter->no_data, true);
	fake_add(&f->line, 2, 0x22222222);
	add_device(f, "one", 1);
	add_device(f, "two", 2);
	bus_start(f->bus);
	wait_for(f, "reading", "two", 3);
	assert_int_equal(count_of(f, "device_silent", "one"), 0);
	assert_int_equal(count_of(f, "reading", "one"), 0);
	atomic_store(&meter->no_data, false);
	wait_for(f, "reading", "one", 0);
}

static void test_another_meter_at_the_address(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	add_device(f, "one", 1);
	bus_start(f->bus);
	wait_for(f, "reading", "one", 0);
	atomic_store(&f->line.meters[1].id, 0x99999999);
	const struct mg_reading *event = wait_for(f, "meter_changed", "one", 0);
	assert_non_null(strstr(event->message, "11111111.KAM.16.07"));
	assert_non_null(strstr(event->message, "99999999.KAM.16.07"));
}

static void test_an_unexpected_meter_is_refused(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	struct bus_device_settings settings = { .name = "one",
		.label = "",
		.address = { .primary = 1 },
		.interval = 0,
		.has_expect = true };
	size_t wrong;
	assert_true(mg_identity_parse("99999999.KAM", &settings.expect, &wrong));
	bus_add_device(f->bus, &settings);
	fake_add(&f->line, 2, 0x22222222);
	add_device(f, "two", 2);
	bus_start(f->bus);
	wait_for(f, "identity_refused", "one", 0);
	wait_for(f, "reading", "two", 5);
	assert_int_equal(count_of(f, "identity_refused", "one"), 1);
	assert_int_equal(count_of(f, "reading", "one"), 0);
	assert_true(bus_counters(f->bus)->refused_identities > 1);
	atomic_store(&f->line.meters[1].id, 0x99999999);
	wait_for(f, "reading", "one", 0);
}

static bool keeps_failing(void *data)
{
	const struct fixture *f = data;
	return bus_counters(f->bus)->open_failures >= 3;
}

/* Between two tries; during one the state is another. */
static bool says_why_it_is_closed(void *data)
{
	const struct fixture *f = data;
	char text[200];
	bus_state_text(f->bus, text, sizeof(text));
	return strstr(text, "there is no such port") != NULL;
}

static void test_a_lost_bus_comes_back(void **state)
{
	struct fixture *f = *state;
	char text[200];
	fake_add(&f->line, 1, 0x11111111);
	add_device(f, "one", 1);
	bus_start(f->bus);
	wait_for(f, "reading", "one", 0);
	bus_state_text(f->bus, text, sizeof(text));
	assert_string_equal(text, "open");
	atomic_store(&f->line.open_result, MG_RETRY);
	atomic_store(&f->line.hang_up, true);
	const struct mg_reading *event = wait_for(f, "bus_down", "", 0);
	assert_non_null(strstr(event->message, "closed the connection"));
	assert_true(bench_wait(&f->bench, keeps_failing, f));
	assert_true(bench_wait(&f->bench, says_why_it_is_closed, f));
	atomic_store(&f->line.open_result, MG_OK);
	wait_for(f, "bus_up", "", 0);
	size_t before = count_of(f, "reading", "one");
	wait_for(f, "reading", "one", before + 2);
	assert_int_equal(count_of(f, "bus_down", ""), 1);
	assert_int_equal(count_of(f, "device_silent", "one"), 0);
	assert_int_equal(bus_counters(f->bus)->hangups, 1);
	assert_int_equal(bus_counters(f->bus)->opens, 2);
}

static bool chatter_seen(void *data)
{
	struct fixture *f = data;
	return bus_counters(f->bus)->discarded_bytes == 2;
}

static void test_unasked_bytes_are_counted_and_end_what_was_known(void **state)
{
	struct fixture *f = *state;
	struct bus_settings settings = defaults;
	bus_destroy(f->bus);
	settings.interval = 400;
	make_bus(f, &settings);
	fake_add(&f->line, 1, 0x11111111);
	add_device(f, "one", 1);
	bus_start(f->bus);
	wait_for(f, "reading", "one", 1);
	assert_int_equal(f->line.resets, 1);
	atomic_store(&f->line.chatter, true);
	assert_true(bench_wait(&f->bench, chatter_seen, f));
	wait_for(f, "reading", "one", 2);
	assert_int_equal(f->line.resets, 2);
}

static void test_a_job_reads_without_publishing(void **state)
{
	struct fixture *f = *state;
	atomic_store(&fake_add(&f->line, 1, 0x11111111)->telegrams, 2);
	bus_start(f->bus);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "by hand"), BUS_OK);
	assert_int_equal(f->result_telegrams, 2);
	assert_string_equal(f->result.reason, "");
	assert_true(f->result.duration > 0);
	assert_int_equal(f->count, 0);
	assert_int_equal(do_job(f, BUS_JOB_PING, 1, "by hand"), BUS_OK);
	assert_null(f->result.reading);
}

static void test_a_meter_that_begins_again_was_read_whole(void **state)
{
	struct fixture *f = *state;
	struct fake_meter *meter = fake_add(&f->line, 1, 0x11111111);
	atomic_store(&meter->telegrams, 3);
	atomic_store(&meter->endless, true);
	add_device(f, "one", 1);
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 0);
	assert_int_equal(reading->telegram_count, 3);
	assert_null(reading->error);
	assert_false(reading->flags & MG_READING_MORE);
	atomic_store(&meter->mute_after, 2);
	size_t which = count_of(f, "reading", "one") + 1;
	reading = wait_for(f, "reading", "one", which);
	assert_int_equal(reading->telegram_count, 2);
	assert_non_null(reading->error);
	assert_true(reading->flags & MG_READING_MORE);
}

static uint64_t requests_accounted_for(const struct bus_counters *counters)
{
	return counters->answers + counters->timeouts + counters->bad_frames +
		   counters->wrong_address + counters->aborted;
}

static void test_the_counters_add_up(void **state)
{
	struct fixture *f = *state;
	const struct bus_counters *counters = bus_counters(f->bus);
	atomic_store(&fake_add(&f->line, 1, 0x11111111)->broken, 1);
	atomic_store(&fake_add(&f->line, 2, 0x22222222)->no_data, true);
	bus_start(f->bus);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_OK);
	assert_int_equal(counters->bad_frames, 1);
	assert_int_equal(counters->repeats, 1);
	assert_int_equal(counters->readings, 1);
	assert_int_equal(do_job(f, BUS_JOB_PING, 3, "x"), BUS_NO_ANSWER);
	assert_int_equal(counters->timeouts, 2);
	assert_int_equal(counters->failed_readouts, 0);
	assert_int_equal(do_job(f, BUS_JOB_READ, 2, "x"), BUS_NO_DATA);
	assert_int_equal(counters->failed_readouts, 1);
	assert_int_equal(counters->requests, requests_accounted_for(counters));
	atomic_store(&f->line.meters[1].dead, true);
	atomic_store(&f->line.hang_up, true);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
	assert_int_equal(counters->requests, requests_accounted_for(counters));
	assert_int_equal(counters->failed_readouts, 1);
}

static void test_jobs_that_fail_say_why(void **state)
{
	struct fixture *f = *state;
	struct fake_meter *meter = fake_add(&f->line, 1, 0x11111111);
	bus_start(f->bus);
	assert_int_equal(do_job(f, BUS_JOB_PING, 3, "x"), BUS_NO_ANSWER);
	assert_int_equal(do_job(f, BUS_JOB_READ, 3, "x"), BUS_NO_ANSWER);
	assert_non_null(strstr(f->result.reason, "no answer from 3 after 2 tries"));
	atomic_store(&meter->broken, 100);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_BAD_ANSWER);
	assert_non_null(strstr(f->result.reason, "checksum"));
	atomic_store(&meter->no_data, true);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NO_DATA);
	assert_non_null(strstr(f->result.reason, "no data now"));
}

static void test_a_job_goes_before_the_schedule(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	add_device(f, "one", 1);
	bus_start(f->bus);
	wait_for(f, "reading", "one", 2);
	assert_int_equal(f->line.resets, 1);
	size_t before = f->count;
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_OK);
	assert_true(f->result_count <= before + 1);
	/* The job was for the same meter, and went on with its frame count bit. */
	wait_for(f, "reading", "one", f->count + 1);
	assert_int_equal(f->line.resets, 1);
}

static void test_jobs_of_a_port_that_cannot_be_opened(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->line.open_result, MG_RETRY);
	bus_start(f->bus);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
	assert_string_equal(f->result.reason, "there is no such port");
	assert_int_equal(f->result.error, ENOENT);
	/* Also in the pause behind it. */
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
	atomic_store(&f->line.open_result, MG_REJECT);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
}

static void test_a_job_on_a_line_that_is_lost(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	bus_start(f->bus);
	assert_int_equal(do_job(f, BUS_JOB_PING, 1, "x"), BUS_OK);
	atomic_store(&f->line.slow, true);
	atomic_store(&f->line.meters[1].dead, true);
	atomic_store(&f->line.hang_up, true);
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
	assert_non_null(strstr(f->result.reason, "closed the connection"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_silent_device_is_told_once_and_does_not_stop_others),
		TEST(test_a_meter_without_data_is_not_silent),
		TEST(test_another_meter_at_the_address),
		TEST(test_an_unexpected_meter_is_refused),
		TEST(test_a_lost_bus_comes_back),
		TEST(test_unasked_bytes_are_counted_and_end_what_was_known),
		TEST(test_a_job_reads_without_publishing),
		TEST(test_a_meter_that_begins_again_was_read_whole),
		TEST(test_the_counters_add_up),
		TEST(test_jobs_that_fail_say_why),
		TEST(test_a_job_goes_before_the_schedule),
		TEST(test_jobs_of_a_port_that_cannot_be_opened),
		TEST(test_a_job_on_a_line_that_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
