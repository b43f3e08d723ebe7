/* SPDX-License-Identifier: MIT */
/* The loop thread's side of a sink: filters, accounts, states, and the stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "fake_sink.h"

#define QUICK .retry_first = 10, .retry_last = 40

static struct mg_reading about(const char *type, const char *bus, const char *device)
{
	return (struct mg_reading){ .type = type, .bus = bus, .device = device };
}

static bool wants(
		const struct rig *rig, const char *type, const char *bus, const char *device)
{
	struct mg_reading reading = about(type, bus, device);
	return sink_wants(rig->sink, &reading);
}

static void filters_by_device_and_type(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops,
			(struct sink_settings){
					.match = "cellar/* roof/heat-1", .types = "reading" });
	assert_true(wants(&rig, "reading", "cellar", "water-1"));
	assert_true(wants(&rig, "reading", "roof", "heat-1"));
	assert_false(wants(&rig, "reading", "roof", "heat-2"));
	assert_false(wants(&rig, "bus_down", "cellar", ""));
	rig_finish(&rig);
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .name = "all" });
	assert_true(wants(&rig, "bus_down", "", ""));
	assert_string_equal(sink_name(rig.sink), "all");
	rig_finish(&rig);
}

static void delivers_in_order_and_in_batches(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .batch = 10 });
	rig_put(&rig, 100);
	assert_int_equal(rig_account(&rig).queued, 100);
	sink_start(rig.sink);
	FAKE_WAIT(rig_account(&rig).delivered == 100);
	rig_put(&rig, 5);
	rig_stop(&rig, 5000);
	assert_int_equal(rig.fake->seen_count, 105);
	for (size_t i = 0; i < 105; i++) {
		assert_int_equal(rig.fake->seen[i], i + 1);
	}
	assert_int_equal(rig.fake->largest_batch, 10);
	assert_true(rig_account(&rig).batches >= 11);
	assert_int_equal(rig.fake->closes, 1);
	assert_int_equal(sink_state(rig.sink), SINK_CLOSED);
	rig_finish(&rig);
}

static void a_sleeping_plugin_never_blocks_put(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ .queue = 20, .batch = 5 });
	atomic_store(&rig.fake->hold_write, true);
	rig_put(&rig, 5);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->held);
	rig_put(&rig, 120);
	struct sink_account account = rig_account(&rig);
	assert_int_equal(account.queued, 25);
	assert_int_equal(account.dropped, 100);
	assert_int_equal(sink_lost_readings(rig.sink), 100);
	atomic_store(&rig.fake->hold_write, false);
	rig_stop(&rig, 5000);
	assert_int_equal(rig.fake->seen_count, 25);
	assert_int_equal(rig.fake->seen[4], 5);
	assert_int_equal(rig.fake->seen[5], 106);
	rig_finish(&rig);
}

static void drop_newest_keeps_the_old_ones(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .queue = 20, .overflow = 1 });
	rig_put(&rig, 120);
	sink_start(rig.sink);
	rig_stop(&rig, 5000);
	assert_int_equal(rig.fake->seen_count, 20);
	assert_int_equal(rig.fake->seen[19], 20);
	assert_int_equal(rig_account(&rig).dropped, 100);
	rig_finish(&rig);
}

static void a_queue_is_bounded_by_bytes(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .queue_bytes = 1 });
	rig_put(&rig, 3);
	assert_int_equal(rig_account(&rig).dropped, 3);
	sink_start(rig.sink);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void stop_without_start(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	char text[SINK_STATE_SIZE];
	sink_state_text(rig.sink, text, sizeof(text));
	assert_string_equal(text, "not started");
	assert_false(sink_poll_stopped(rig.sink));
	rig_put(&rig, 3);
	rig_stop(&rig, 0);
	assert_int_equal(rig_account(&rig).dropped, 3);
	sink_state_text(rig.sink, text, sizeof(text));
	assert_string_equal(text, "closed");
	rig_finish(&rig);
	sink_destroy(NULL);
}

static void nothing_enters_after_the_stop(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ 0 });
	sink_start(rig.sink);
	rig_stop(&rig, 5000);
	rig_put(&rig, 4);
	assert_int_equal(rig_account(&rig).dropped, 4);
	assert_int_equal(sink_lost_readings(rig.sink), 4);
	rig_finish(&rig);
}

static void what_cannot_drain_in_time_is_dropped(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 60000 });
	fake_set(rig.fake, &rig.fake->write, (struct fake_answer){ .result = MG_RETRY });
	rig_put(&rig, 10);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_WAITING);
	rig_stop(&rig, 30);
	assert_int_equal(rig_account(&rig).dropped, 10);
	assert_int_equal(rig.fake->closes, 1);
	assert_false(sink_hangs(rig.sink));
	rig_finish(&rig);
}

static void an_interrupted_write_ends_in_time(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	atomic_store(&rig.fake->hold_write, true);
	rig_put(&rig, 10);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->held);
	assert_false(host_services()->cancelled(rig.host));
	rig_stop(&rig, 20);
	assert_true(host_services()->cancelled(rig.host));
	assert_int_equal(rig.fake->interrupts, 1);
	assert_int_equal(rig.fake->closes, 1);
	assert_int_equal(rig_account(&rig).dropped, 10);
	assert_false(sink_hangs(rig.sink));
	rig_finish(&rig);
}

static void an_open_in_vain_is_interrupted_at_once(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	atomic_store(&rig.fake->hold_open, true);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->held);
	char text[SINK_STATE_SIZE];
	sink_state_text(rig.sink, text, sizeof(text));
	assert_int_equal(strncmp(text, "opening for ", 12), 0);
	int64_t before = fake_clock();
	rig_stop(&rig, 60000);
	assert_true(fake_clock() - before < 30000);
	assert_int_equal(rig.fake->interrupts, 1);
	assert_int_equal(rig.fake->closes, 0);
	rig_finish(&rig);
}

/* What hangs is never freed, so this rig stays until the process ends; the test lets the
   thread go so that nothing of it outlives the test. */
static void a_hung_write_is_given_up(void **state)
{
	(void)state;
	static struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ .batch = 4 });
	atomic_store(&rig.fake->hold_write, true);
	atomic_store(&rig.fake->deaf, true);
	rig_put(&rig, 10);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->held);
	int64_t before = fake_clock();
	rig_stop(&rig, 20);
	assert_true(fake_clock() - before >= 20 + SINK_GRACE_MS);
	assert_true(sink_hangs(rig.sink));
	assert_true(sink_in_trouble(rig.sink));
	assert_true(sink_poll_stopped(rig.sink));
	struct sink_account account = rig_account(&rig);
	assert_int_equal(account.dropped, 10);
	assert_int_equal(account.delivered, 0);
	assert_int_equal(sink_lost_readings(rig.sink), 10);
	char text[SINK_STATE_SIZE];
	sink_state_text(rig.sink, text, sizeof(text));
	assert_int_equal(strncmp(text, "hangs in write for ", 19), 0);
	rig_put(&rig, 1);
	assert_int_equal(rig_account(&rig).dropped, 11);
	atomic_store(&rig.fake->hold_write, false);
	FAKE_WAIT(!rig.fake->held);
	assert_int_equal(rig_account(&rig).delivered, 0);
}

static void a_hung_close_is_given_up(void **state)
{
	(void)state;
	static struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	atomic_store(&rig.fake->hold_close, true);
	rig_put(&rig, 3);
	sink_start(rig.sink);
	rig_stop(&rig, 100);
	assert_true(sink_hangs(rig.sink));
	assert_int_equal(rig.fake->interrupts, 0);
	assert_int_equal(rig_account(&rig).delivered, 3);
	atomic_store(&rig.fake->hold_close, false);
	FAKE_WAIT(!rig.fake->held);
}

static void the_state_names_the_reason(void **state)
{
	(void)state;
	struct rig rig;
	char text[SINK_STATE_SIZE];
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 30000 });
	fake_set(rig.fake, &rig.fake->open,
			(struct fake_answer){ .result = MG_RETRY, .error = ECONNREFUSED });
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_WAITING);
	sink_state_text(rig.sink, text, sizeof(text));
	assert_int_equal(strncmp(text, "next try in ", 12), 0);
	assert_non_null(strstr(text, " s: Connection refused"));
	assert_true(sink_in_trouble(rig.sink));
	fake_set(rig.fake, &rig.fake->open, (struct fake_answer){ .result = MG_OK });
	host_services()->retry_now(rig.host);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OPEN);
	sink_state_text(rig.sink, text, sizeof(text));
	assert_string_equal(text, "open");
	assert_false(sink_in_trouble(rig.sink));
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void plugins_encode_with_the_options_of_the_sink(void **state)
{
	(void)state;
	struct rig rig;
	size_t length;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .raw = true, .units = 1 });
	const uint8_t byte = 0xE5;
	const struct mg_bytes telegram = { &byte, 1 };
	struct mg_reading reading = {
		.record_size = sizeof(struct mg_record),
		.type = "reading",
		.gateway = "",
		.bus = "",
		.device = "",
		.telegrams = &telegram,
		.telegram_count = 1,
		.app_error = -1,
		.alarm = -1,
	};
	const char *text =
			host_services()->encode(rig.host, MG_FORMAT_JSON, &reading, &length);
	assert_string_equal(text, "{\"schema\":1,\"type\":\"reading\",\"records\":[],"
							  "\"more_records_follow\":false,\"telegrams\":[\"E5\"]}");
	rig_finish(&rig);
}

/* What the log says of a sink that loses readings. */
static void losses_are_logged_now_and_then(void **state)
{
	(void)state;
	struct fake fake = { 0 };
	char text[2048] = "";
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct log *log = log_create(ends[1], MG_LOG_INFO);
	struct mg_host *host = host_create("sink", "slow", log, "cellar-pi", "");
	const struct sink_settings settings = { .name = "slow", .queue = 2 };
	struct rig rig = { .fake = &fake, .host = host };
	rig.sink = sink_create(host, &fake_small_ops, &fake, &settings);
	sink_watch(rig.sink);
	rig_put(&rig, 5);
	sink_watch(rig.sink);
	rig_put(&rig, 5);
	sink_watch(rig.sink);
	rig_stop(&rig, 0);
	sink_destroy(rig.sink);
	host_destroy(host);
	log_destroy(log);
	close(ends[1]);
	assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
	close(ends[0]);
	const char *line =
			strstr(text, "sink slow: readings lost: 3, in all 3; 2 of at most 2 wait");
	assert_non_null(line);
	assert_null(strstr(strchr(line, '\n'), "lost"));
}

struct feeder {
	struct rig *rig;
	unsigned count;
};

static void *feed(void *data)
{
	struct feeder *feeder = data;
	for (unsigned i = 0; i < feeder->count; i++) {
		struct reading *reading =
				reading_create_event("reading", "cellar", "heat-1", 1, "");
		sink_put(feeder->rig->sink, reading);
		reading_unref(reading);
	}
	return NULL;
}

/* Snapshots are consistent while readings come, go, fail and come back. */
static void accounts_add_up_at_every_moment(void **state)
{
	(void)state;
	struct rig rig;
	pthread_t threads[2];
	rig_init(&rig, &fake_full_ops,
			(struct sink_settings){ .queue = 50, .batch = 7, QUICK });
	fake_set(rig.fake, &rig.fake->write,
			(struct fake_answer){ .result = MG_REJECT, .taken = 3 });
	sink_start(rig.sink);
	struct feeder feeder = { &rig, 2000 };
	for (size_t i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, feed, &feeder);
	}
	for (unsigned i = 0; i < 200; i++) {
		rig_account(&rig);
	}
	fake_set(rig.fake, &rig.fake->write,
			(struct fake_answer){ .result = MG_RETRY, .taken = 2, .retry_after = 10 });
	for (unsigned i = 0; i < 200; i++) {
		rig_account(&rig);
	}
	for (size_t i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
	}
	fake_set(rig.fake, &rig.fake->write, (struct fake_answer){ .result = MG_OK });
	rig_stop(&rig, 5000);
	assert_int_equal(rig_account(&rig).routed, 4000);
	rig_finish(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_by_device_and_type),
		cmocka_unit_test(delivers_in_order_and_in_batches),
		cmocka_unit_test(a_sleeping_plugin_never_blocks_put),
		cmocka_unit_test(drop_newest_keeps_the_old_ones),
		cmocka_unit_test(a_queue_is_bounded_by_bytes),
		cmocka_unit_test(stop_without_start),
		cmocka_unit_test(nothing_enters_after_the_stop),
		cmocka_unit_test(what_cannot_drain_in_time_is_dropped),
		cmocka_unit_test(an_interrupted_write_ends_in_time),
		cmocka_unit_test(an_open_in_vain_is_interrupted_at_once),
		cmocka_unit_test(a_hung_write_is_given_up),
		cmocka_unit_test(a_hung_close_is_given_up),
		cmocka_unit_test(the_state_names_the_reason),
		cmocka_unit_test(plugins_encode_with_the_options_of_the_sink),
		cmocka_unit_test(losses_are_logged_now_and_then),
		cmocka_unit_test(accounts_add_up_at_every_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
