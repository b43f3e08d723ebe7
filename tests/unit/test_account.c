/* SPDX-License-Identifier: MIT */
/* What the accounts say at the end of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "gateway/account.h"
#include "gateway_bench.h"

#define DEADLINE_MS 10000

static const struct running_context context = { .gateway = "g", .state_dir = "" };

static struct sink_account account_of(const struct running_sink *running)
{
	struct sink_account account;
	sink_account(running->sink, &account);
	return account;
}

static void breathe(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	nanosleep(&moment, NULL);
}

static void put(struct running_sink *running, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct reading *reading = reading_create_event("reading", "b", "d", 1, "");
		sink_put(running->sink, reading);
		reading_unref(reading);
	}
}

static void stop(struct running_sink *running)
{
	sink_begin_stop(running->sink, 0);
	for (int left = DEADLINE_MS; left > 0 && !sink_poll_stopped(running->sink); left--) {
		breathe();
	}
}

static void a_sink_is_accounted_for_to_the_last_reading(void **state)
{
	(void)state;
	struct running_sink running;
	char text[ACCOUNT_SIZE];
	assert_int_equal(running_sink_init(&running, bench_sink("live", MG_OK), &context), 0);
	account_sink(&running, text, sizeof(text));
	assert_string_equal(text,
			"sink live: routed 0 = delivered 0 + rejected 0 + dropped 0 + queued 0; "
			"0 batches, 0 retries; not started");
	put(&running, 3);
	sink_start(running.sink);
	for (int left = DEADLINE_MS; left > 0 && account_of(&running).queued > 0; left--) {
		breathe();
	}
	stop(&running);
	put(&running, 1);
	account_sink(&running, text, sizeof(text));
	/* What the plugin never counted is left out. */
	assert_string_equal(text,
			"sink live: routed 4 = delivered 3 + rejected 0 + dropped 1 + queued 0; "
			"1 batches, 0 retries, 2 reconnects; closed");
	running_sink_finish(&running);
}

static void what_a_plugin_counts_is_never_cut_in_the_middle(void **state)
{
	(void)state;
	struct running_sink running;
	char text[ACCOUNT_SIZE];
	assert_int_equal(running_sink_init(&running, bench_sink("live", MG_OK), &context), 0);
	for (char letter = 'a'; letter < 'a' + HOST_COUNTERS; letter++) {
		const char name[] = { letter, letter, letter, letter, letter, letter, letter,
			letter, letter, letter, '\0' };
		host_services()->count(running.host, name, 1000000000000u);
	}
	account_sink(&running, text, sizeof(text));
	assert_non_null(strstr(text, ", 1000000000000 aaaaaaaaaa,"));
	assert_non_null(strstr(text, ", 1000000000000 ffffffffff; not started"));
	running_sink_finish(&running);
}

static void a_bus_says_what_it_asked_and_how_it_is(void **state)
{
	(void)state;
	const struct bus_owner owner = { .data = NULL };
	struct running_context with_loop = context;
	struct running_bus running;
	char text[ACCOUNT_SIZE], why[HOST_REASON_SIZE];
	with_loop.loop = loop_create();
	with_loop.opener = opener_create(with_loop.loop);
	assert_int_equal(running_bus_init(&running, bench_bus("cellar", NULL), &with_loop,
							 &owner, why, sizeof(why)),
			0);
	account_bus(&running, text, sizeof(text));
	assert_ptr_equal(strstr(text, "bus cellar: requests 0 = answers 0 + "), text);
	assert_string_equal(strrchr(text, ';'), "; closed");
	running_bus_finish(&running);
	opener_destroy(with_loop.opener);
	loop_destroy(with_loop.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sink_is_accounted_for_to_the_last_reading),
		cmocka_unit_test(what_a_plugin_counts_is_never_cut_in_the_middle),
		cmocka_unit_test(a_bus_says_what_it_asked_and_how_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
