/* SPDX-License-Identifier: MIT */
/* A bus on a real loop with fake meters: readings, and stops. */
#include "bus/bus_private.h"
#include "bus_fixture.h"

static void test_devices_are_read_again_and_again(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	fake_add(&f->line, 2, 0x22222222);
	add_device(f, "one", 1);
	add_device(f, "two", 2);
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 0);
	assert_string_equal(reading->bus, "cellar");
	assert_string_equal(reading->meter.id, "11111111");
	assert_int_equal(reading->record_count, 1);
	assert_int_equal(volume_of(reading), 1000);
	assert_true(reading->time > 1700000000000000);
	assert_null(reading->error);
	reading = wait_for(f, "reading", "two", 3);
	assert_int_equal(volume_of(reading), 2000);
	assert_true(count_of(f, "reading", "one") >= 3);
	/* Their frame count bits are known, so each was reset once. */
	assert_int_equal(f->line.resets, 2);
	assert_true(bus_counters(f->bus)->readings >= 7);
	assert_int_equal(bus_counters(f->bus)->timeouts, 0);
}

static void test_several_telegrams_are_one_reading(void **state)
{
	struct fixture *f = *state;
	atomic_store(&fake_add(&f->line, 1, 0x11111111)->telegrams, 3);
	add_device(f, "one", 1);
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 2);
	assert_int_equal(reading->telegram_count, 3);
	const struct mg_record *last = mg_reading_record(reading, reading->record_count - 1);
	assert_int_equal(last->storage, 2);
	assert_int_equal(last->mantissa, 1002);
}

static void test_a_device_is_read_by_its_secondary_address(void **state)
{
	struct fixture *f = *state;
	fake_add(&f->line, 1, 0x11111111);
	fake_add(&f->line, 2, 0x22222222);
	struct bus_device_settings settings = {
		.name = "two", .label = "Flat 3", .interval = 0
	};
	size_t wrong;
	assert_true(bus_address_parse("22222222.KAM.16.07", &settings.address, &wrong));
	assert_non_null(bus_add_device(f->bus, &settings));
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "two", 1);
	assert_string_equal(reading->meter.id, "22222222");
	assert_string_equal(reading->label, "Flat 3");
	assert_int_equal(f->line.meters[1].requests, 0);
}

static void test_broken_answers_are_asked_for_again(void **state)
{
	struct fixture *f = *state;
	atomic_store(&fake_add(&f->line, 1, 0x11111111)->broken, 1);
	add_device(f, "one", 1);
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 0);
	assert_int_equal(volume_of(reading), 1000);
	assert_int_equal(bus_counters(f->bus)->bad_frames, 1);
	assert_int_equal(bus_counters(f->bus)->repeats, 1);
}

static void test_a_reading_that_was_cut_says_so(void **state)
{
	struct fixture *f = *state;
	struct fake_meter *meter = fake_add(&f->line, 1, 0x11111111);
	atomic_store(&meter->telegrams, 3);
	atomic_store(&meter->mute_after, 1);
	add_device(f, "one", 1);
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 0);
	assert_int_equal(reading->telegram_count, 1);
	assert_true(reading->flags & MG_READING_PARTIAL);
	assert_string_equal(reading->error,
			"telegram 2: no answer from 1 after 2 tries; this reading lacks it and what "
			"follows, the next one asks for all of them");
}

/* The answer is longer than the line can carry by the time its first bytes are there. */
static void test_a_slow_line_is_left_alone_until_a_frame_can_be_whole(void **state)
{
	struct fixture *f = *state;
	struct bus_settings settings = defaults;
	bus_destroy(f->bus);
	settings.line.baud = 4800;
	make_bus(f, &settings);
	fake_add(&f->line, 1, 0x11111111);
	atomic_store(&f->line.slow, true);
	add_device(f, "one", 1);
	bus_start(f->bus);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 2);
	assert_int_equal(volume_of(reading), 1000);
	assert_int_equal(bus_counters(f->bus)->timeouts, 0);
	assert_int_equal(bus_counters(f->bus)->bad_frames, 0);
}

static bool all_is_awaited(void *data)
{
	/* A frame that has begun with five bytes has four more at least. */
	return ((struct fixture *)data)->bus->port.mark > 4;
}

static void test_behind_tcp_the_system_waits_for_what_is_missing(void **state)
{
	struct fixture *f = *state;
	struct bus_settings settings = defaults;
	bus_destroy(f->bus);
	settings.line.baud = 4800;
	make_bus(f, &settings);
	f->line.tcp = true;
	fake_add(&f->line, 1, 0x11111111);
	atomic_store(&f->line.slow, true);
	atomic_store(&f->line.cut, true);
	add_device(f, "one", 1);
	bus_start(f->bus);
	assert_true(bench_wait(&f->bench, all_is_awaited, f));
	assert_true(f->bus->port.listening);
	/* What never came is given up, and the rest of the next one is taken. */
	atomic_store(&f->line.cut, false);
	const struct mg_reading *reading = wait_for(f, "reading", "one", 2);
	assert_int_equal(volume_of(reading), 1000);
	assert_true(bus_counters(f->bus)->bad_frames >= 1);
}

static void test_a_stop_lets_the_exchange_end(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->line.slow, true);
	fake_add(&f->line, 1, 0x11111111);
	add_device(f, "one", 1);
	bus_start(f->bus);
	wait_for(f, "reading", "one", 0);
	stop(f, false);
	assert_int_equal(f->line.closes, 1);
	assert_false(bus_hangs(f->bus));
	assert_int_equal(bus_counters(f->bus)->timeouts, 0);
	assert_int_equal(count_of(f, "device_silent", "one"), 0);
}

static void test_a_stop_cancels_jobs(void **state)
{
	struct fixture *f = *state;
	const struct bus_address address = { .primary = 1 };
	submit(f, BUS_JOB_READ, address.primary, "x");
	stop(f, false);
	assert_int_equal(f->jobs_done, 1);
	assert_int_equal(f->result.outcome, BUS_CANCELLED);
	assert_int_equal(f->line.open_calls, 0);
}

static bool has_asked(void *data)
{
	const struct fixture *f = data;
	return bus_counters(f->bus)->requests > 0;
}

static void test_a_stop_at_once_does_not_wait_for_answers(void **state)
{
	struct fixture *f = *state;
	struct bus_settings settings = defaults;
	bus_destroy(f->bus);
	settings.latency = 15000;
	make_bus(f, &settings);
	const struct bus_address address = { .primary = 3 };
	bus_start(f->bus);
	submit(f, BUS_JOB_READ, address.primary, "x");
	assert_true(bench_wait(&f->bench, has_asked, f));
	int64_t begun = loop_clock();
	bus_stop(f->bus, false, on_stopped, f);
	stop(f, true);
	assert_true(loop_clock() - begun < 5000000);
	assert_int_equal(f->result.outcome, BUS_CANCELLED);
}

static bool inside(void *data)
{
	return atomic_load(&((struct fixture *)data)->line.hung);
}

static bool outside(void *data)
{
	struct fixture *f = data;
	return atomic_load(&f->line.closes) == 1;
}

static void test_a_stop_does_not_wait_for_a_hanging_open(void **state)
{
	struct fixture *f = *state;
	atomic_store(&f->line.hang, true);
	bus_start(f->bus);
	assert_true(bench_wait(&f->bench, inside, f));
	stop(f, true);
	assert_true(bus_hangs(f->bus));
	atomic_store(&f->line.hang, false);
	f->opener = (opener_destroy(f->opener), opener_create(f->bench.loop));
	assert_true(bench_wait(&f->bench, outside, f));
}

static bool bus_is_hanging(void *data)
{
	return bus_hangs(((struct fixture *)data)->bus);
}

static void test_a_hanging_open_is_told_and_not_entered_again(void **state)
{
	struct fixture *f = *state;
	char text[HOST_REASON_SIZE + 40];
	fake_add(&f->line, 1, 0x11111111);
	add_device(f, "one", 1);
	atomic_store(&f->line.hang, true);
	bus_start(f->bus);
	const struct mg_reading *event = wait_for(f, "bus_down", "", 0);
	assert_string_equal(event->message,
			"bus cellar is down: open() of the transport has not returned for 200 ms");
	assert_true(bench_wait(&f->bench, bus_is_hanging, f));
	bus_state_text(f->bus, text, sizeof(text));
	assert_string_equal(
			text, "hangs: open() of the transport has not returned for 200 ms");
	assert_int_equal(do_job(f, BUS_JOB_READ, 1, "x"), BUS_NOT_OPEN);
	assert_int_equal(f->line.open_calls, 1);
	atomic_store(&f->line.hang, false);
	wait_for(f, "bus_up", "", 0);
	wait_for(f, "reading", "one", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_devices_are_read_again_and_again),
		TEST(test_several_telegrams_are_one_reading),
		TEST(test_a_device_is_read_by_its_secondary_address),
		TEST(test_broken_answers_are_asked_for_again),
		TEST(test_a_reading_that_was_cut_says_so),
		TEST(test_a_slow_line_is_left_alone_until_a_frame_can_be_whole),
		TEST(test_behind_tcp_the_system_waits_for_what_is_missing),
		TEST(test_a_stop_lets_the_exchange_end),
		TEST(test_a_stop_cancels_jobs),
		TEST(test_a_stop_at_once_does_not_wait_for_answers),
		TEST(test_a_stop_does_not_wait_for_a_hanging_open),
		TEST(test_a_hanging_open_is_told_and_not_entered_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
