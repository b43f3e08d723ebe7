/* SPDX-License-Identifier: MIT */
/* What the thread of a sink makes of the answers of its plugin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_sink.h"

#define QUICK .retry_first = 10, .retry_last = 40

static const struct fake_answer ok = { .result = MG_OK };

static void assert_seen(const struct rig *rig, size_t count, const uint64_t *expected)
{
	assert_int_equal(rig->fake->seen_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rig->fake->seen[i], expected[i]);
	}
}

static void a_rejected_reading_is_skipped_alone(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .batch = 5 });
	fake_set(rig.fake, &rig.fake->write,
			(struct fake_answer){ .result = MG_REJECT, .taken = 2, .reason = "too old" });
	rig_put(&rig, 5);
	atomic_store(&rig.fake->hold_write, true);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->writes == 1);
	atomic_store(&rig.fake->hold_write, false);
	/* 1 2 taken, 3 rejected; then 4 5 taken, and nothing is left to reject. */
	FAKE_WAIT(rig_account(&rig).queued == 0);
	rig_stop(&rig, 5000);
	const uint64_t expected[] = { 1, 2, 4, 5 };
	assert_seen(&rig, 4, expected);
	assert_int_equal(rig_account(&rig).rejected, 1);
	assert_int_equal(rig_account(&rig).delivered, 4);
	assert_int_equal(sink_lost_readings(rig.sink), 1);
	rig_finish(&rig);
}

static void what_was_not_taken_comes_again_in_order(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .batch = 4, QUICK });
	fake_set(rig.fake, &rig.fake->write,
			(struct fake_answer){ .result = MG_RETRY, .taken = 1 });
	rig_put(&rig, 6);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->writes >= 2);
	fake_set(rig.fake, &rig.fake->write, ok);
	FAKE_WAIT(rig_account(&rig).delivered == 6);
	rig_stop(&rig, 5000);
	const uint64_t expected[] = { 1, 2, 3, 4, 5, 6 };
	assert_seen(&rig, 6, expected);
	assert_true(rig_account(&rig).retries >= 2);
	assert_int_equal(rig.fake->opens, 1);
	rig_finish(&rig);
}

static void a_plugin_that_took_too_much_took_all(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .batch = 5 });
	fake_set(rig.fake, &rig.fake->write,
			(struct fake_answer){
					.result = MG_REJECT, .taken = 99, .reason = "mistaken" });
	rig_put(&rig, 5);
	sink_start(rig.sink);
	FAKE_WAIT(rig_account(&rig).queued == 0);
	rig_stop(&rig, 5000);
	assert_int_equal(rig_account(&rig).delivered, 5);
	assert_int_equal(rig_account(&rig).rejected, 0);
	rig_finish(&rig);
}

static void unknown_answers_count_as_retry(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ QUICK });
	fake_set(rig.fake, &rig.fake->write,
			(struct fake_answer){ .result = 77, .taken = 1000 });
	rig_put(&rig, 3);
	sink_start(rig.sink);
	FAKE_WAIT(rig_account(&rig).delivered == 3);
	assert_int_equal(rig_account(&rig).retries, 1);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void open_is_asked_again_later_and_later(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ QUICK });
	fake_set(rig.fake, &rig.fake->open, (struct fake_answer){ .result = MG_RETRY });
	rig_put(&rig, 3);
	int64_t before = fake_clock();
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->opens == 5);
	/* 10, 20, 40 and 40 ms lie between the first and the fifth. */
	assert_true(fake_clock() - before >= 110 - 5);
	assert_int_equal(rig.fake->closes, 0);
	fake_set(rig.fake, &rig.fake->open, ok);
	FAKE_WAIT(rig_account(&rig).delivered == 3);
	rig_stop(&rig, 5000);
	assert_int_equal(rig.fake->closes, 1);
	rig_finish(&rig);
}

static void a_plugin_may_say_how_long(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 60000 });
	fake_set(rig.fake, &rig.fake->open,
			(struct fake_answer){ .result = MG_RETRY, .retry_after = 10 });
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->opens >= 3);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void retry_now_ends_the_pause(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 60000 });
	fake_set(rig.fake, &rig.fake->write, (struct fake_answer){ .result = MG_RETRY });
	rig_put(&rig, 3);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_WAITING);
	fake_set(rig.fake, &rig.fake->write, ok);
	host_services()->retry_now(rig.host);
	FAKE_WAIT(rig_account(&rig).delivered == 3);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

/* A plugin that says retry_now each time cannot make the thread spin. */
static void retry_now_has_a_least_pause(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 60000 });
	atomic_store(&rig.fake->retry_now, true);
	fake_set(rig.fake, &rig.fake->write, (struct fake_answer){ .result = MG_RETRY });
	rig_put(&rig, 1);
	int64_t before = fake_clock();
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->writes >= 4);
	assert_true(fake_clock() - before >= 3 * SINK_RETRY_LEAST - 3);
	rig_stop(&rig, 0);
	rig_finish(&rig);
}

static void a_rejected_open_turns_the_sink_off(void **state)
{
	(void)state;
	struct rig rig;
	char text[SINK_STATE_SIZE];
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ 0 });
	fake_set(rig.fake, &rig.fake->open,
			(struct fake_answer){ .result = MG_REJECT, .reason = "no such host" });
	rig_put(&rig, 3);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OFF);
	rig_put(&rig, 2);
	assert_int_equal(rig_account(&rig).dropped, 5);
	sink_state_text(rig.sink, text, sizeof(text));
	assert_string_equal(text, "off: no such host");
	assert_true(sink_in_trouble(rig.sink));
	rig_stop(&rig, 5000);
	assert_int_equal(rig.fake->opens, 1);
	assert_int_equal(rig.fake->closes, 0);
	rig_finish(&rig);
}

static void reopen_turns_it_on_again(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	fake_set(rig.fake, &rig.fake->open, (struct fake_answer){ .result = MG_REJECT });
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OFF);
	fake_set(rig.fake, &rig.fake->open, ok);
	sink_reopen(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OPEN);
	assert_int_equal(rig.fake->reopens, 0);
	assert_false(sink_in_trouble(rig.sink));
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void reopen_while_open(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->idles >= 1);
	sink_reopen(rig.sink);
	FAKE_WAIT(rig.fake->reopens == 1);
	rig_put(&rig, 1);
	FAKE_WAIT(rig_account(&rig).delivered == 1);
	assert_int_equal(rig.fake->opens, 1);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
	/* Without the operation nothing happens. */
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ 0 });
	sink_start(rig.sink);
	sink_reopen(rig.sink);
	rig_put(&rig, 1);
	FAKE_WAIT(rig_account(&rig).delivered == 1);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void a_failed_reopen_closes_and_opens_anew(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ QUICK });
	fake_set(rig.fake, &rig.fake->reopen,
			(struct fake_answer){ .result = MG_RETRY, .reason = "disk full" });
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OPEN);
	sink_reopen(rig.sink);
	FAKE_WAIT(rig.fake->opens == 2);
	assert_int_equal(rig.fake->closes, 1);
	fake_set(rig.fake, &rig.fake->reopen, (struct fake_answer){ .result = MG_REJECT });
	FAKE_WAIT(sink_state(rig.sink) == SINK_OPEN);
	sink_reopen(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OFF);
	assert_int_equal(rig.fake->closes, 2);
	rig_stop(&rig, 5000);
	assert_int_equal(rig.fake->closes, 2);
	rig_finish(&rig);
}

static void idle_is_woken_by_readings(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	sink_start(rig.sink);
	int64_t before = fake_clock();
	for (unsigned i = 1; i <= 20; i++) {
		FAKE_WAIT(rig.fake->idles >= i);
		rig_put(&rig, 1);
		FAKE_WAIT(rig_account(&rig).delivered == i);
	}
	assert_true(fake_clock() - before < 20 * SINK_IDLE_MS / 2);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void an_idle_that_fails_does_not_spin(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ 0 });
	fake_set(rig.fake, &rig.fake->idle, (struct fake_answer){ .result = MG_RETRY });
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->idles >= 1);
	rig_put(&rig, 1);
	FAKE_WAIT(rig_account(&rig).delivered == 1);
	FAKE_WAIT(rig.fake->idles >= 2);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void idle_is_called_while_a_write_waits(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ .retry_first = 60000 });
	fake_set(rig.fake, &rig.fake->write, (struct fake_answer){ .result = MG_RETRY });
	fake_set(rig.fake, &rig.fake->idle, (struct fake_answer){ .result = MG_RETRY });
	rig_put(&rig, 1);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_WAITING && rig.fake->idles >= 1);
	assert_int_equal(rig.fake->writes, 1);
	/* What ends the pause also ends idle(). */
	fake_set(rig.fake, &rig.fake->write, ok);
	int64_t before = fake_clock();
	host_services()->retry_now(rig.host);
	FAKE_WAIT(rig_account(&rig).delivered == 1);
	assert_true(fake_clock() - before < SINK_IDLE_MS);
	rig_stop(&rig, 5000);
	rig_finish(&rig);
}

static void idle_is_not_called_while_an_open_waits(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ QUICK });
	fake_set(rig.fake, &rig.fake->open, (struct fake_answer){ .result = MG_RETRY });
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->opens >= 3);
	assert_int_equal(rig.fake->idles, 0);
	rig_stop(&rig, 0);
	rig_finish(&rig);
}

static void a_stop_does_not_wait_for_the_pause(void **state)
{
	(void)state;
	struct rig rig;
	char text[SINK_STATE_SIZE];
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 60000 });
	const struct fake_answer later = { .result = MG_RETRY, .reason = "disk full" };
	fake_set(rig.fake, &rig.fake->write, later);
	rig_put(&rig, 3);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_WAITING);
	fake_set(rig.fake, &rig.fake->write, ok);
	rig_stop(&rig, 30000);
	assert_int_equal(rig_account(&rig).delivered, 3);
	sink_state_text(rig.sink, text, sizeof(text));
	assert_string_equal(text, "closed");
	rig_finish(&rig);
}

static void a_closed_sink_names_its_last_trouble(void **state)
{
	(void)state;
	struct rig rig;
	char text[SINK_STATE_SIZE];
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .retry_first = 60000 });
	const struct fake_answer later = { .result = MG_RETRY, .reason = "disk full" };
	fake_set(rig.fake, &rig.fake->write, later);
	rig_put(&rig, 3);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_WAITING);
	rig_stop(&rig, 0);
	sink_state_text(rig.sink, text, sizeof(text));
	assert_string_equal(text, "closed; last trouble: disk full");
	assert_int_equal(rig_account(&rig).dropped, 3);
	rig_finish(&rig);
}

static void drains_before_it_stops(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, &fake_full_ops, (struct sink_settings){ .batch = 1, QUICK });
	fake_set(rig.fake, &rig.fake->open, (struct fake_answer){ .result = MG_RETRY });
	rig_put(&rig, 50);
	sink_start(rig.sink);
	FAKE_WAIT(rig.fake->opens >= 1);
	sink_begin_stop(rig.sink, 60000);
	assert_false(sink_poll_stopped(rig.sink));
	fake_set(rig.fake, &rig.fake->open, ok);
	FAKE_WAIT(sink_poll_stopped(rig.sink));
	assert_int_equal(rig_account(&rig).delivered, 50);
	assert_int_equal(rig.fake->interrupts, 0);
	rig_finish(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejected_reading_is_skipped_alone),
		cmocka_unit_test(what_was_not_taken_comes_again_in_order),
		cmocka_unit_test(a_plugin_that_took_too_much_took_all),
		cmocka_unit_test(unknown_answers_count_as_retry),
		cmocka_unit_test(open_is_asked_again_later_and_later),
		cmocka_unit_test(a_plugin_may_say_how_long),
		cmocka_unit_test(retry_now_ends_the_pause),
		cmocka_unit_test(retry_now_has_a_least_pause),
		cmocka_unit_test(a_rejected_open_turns_the_sink_off),
		cmocka_unit_test(reopen_turns_it_on_again),
		cmocka_unit_test(reopen_while_open),
		cmocka_unit_test(a_failed_reopen_closes_and_opens_anew),
		cmocka_unit_test(idle_is_woken_by_readings),
		cmocka_unit_test(an_idle_that_fails_does_not_spin),
		cmocka_unit_test(idle_is_called_while_a_write_waits),
		cmocka_unit_test(idle_is_not_called_while_an_open_waits),
		cmocka_unit_test(a_stop_does_not_wait_for_the_pause),
		cmocka_unit_test(a_closed_sink_names_its_last_trouble),
		cmocka_unit_test(drains_before_it_stops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
