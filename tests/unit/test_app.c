/* SPDX-License-Identifier: MIT */
/* The gateway from start to stop: what ends it, in what time, and what it accounts for.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "gateway/app.h"
#include "gateway/owner.h"
#include "gateway_bench.h"

static char state_dir[64];

static struct setup *make_setup(size_t buses, size_t sinks, int64_t stop_timeout)
{
	struct setup *setup = calloc(1, sizeof(*setup));
	setup->gateway = (struct setup_gateway){
		.name = "g",
		.state_dir = state_dir,
		.stop_timeout = stop_timeout,
	};
	option_memory_init(&setup->gateway.memory);
	setup->buses = calloc(buses + 1, sizeof(struct setup_bus *));
	setup->sinks = calloc(sinks + 1, sizeof(struct setup_sink *));
	setup->bus_count = buses;
	setup->sink_count = sinks;
	for (size_t i = 0; i < buses; i++) {
		setup->buses[i] = bench_bus(i == 0 ? "b0" : "b1", NULL);
	}
	for (size_t i = 0; i < sinks; i++) {
		setup->sinks[i] = bench_sink(i == 0 ? "s0" : "s1", MG_OK);
	}
	return setup;
}

static struct bin *bin_of(struct setup *setup, size_t index)
{
	return setup->sinks[index]->instance;
}

static void ask_to_stop(void)
{
	kill(getpid(), SIGTERM);
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What came of a run. */
struct outcome {
	enum app_end end;
	bool hangs;
	int64_t took; /* ms */
	char *accounts, *log;
};

static char *read_all(int fd)
{
	char *text = calloc(1, 65536);
	ssize_t length = read(fd, text, 65535);
	assert_true(length >= 0);
	close(fd);
	return text;
}

static struct outcome run(struct setup *setup)
{
	struct outcome outcome = { .end = APP_FAILED };
	size_t size = 0;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct log *log = log_create(ends[1], MG_LOG_DEBUG);
	FILE *accounts = open_memstream(&outcome.accounts, &size);
	struct app *app = app_create(setup, log);
	assert_non_null(app);
	int64_t begin = now_ms();
	outcome.end = app_run(app, accounts);
	outcome.took = now_ms() - begin;
	outcome.hangs = app_hangs(app);
	if (!outcome.hangs) {
		app_destroy(app);
	}
	log_destroy(log);
	close(ends[1]);
	outcome.log = read_all(ends[0]);
	fclose(accounts);
	return outcome;
}

static void forget(struct outcome *outcome)
{
	free(outcome->accounts);
	free(outcome->log);
}

static void a_signal_stops_it_and_the_accounts_are_printed(void **state)
{
	(void)state;
	struct setup *setup = make_setup(2, 2, 10000);
	bin_of(setup, 0)->trigger = "gateway_up";
	bin_of(setup, 0)->fire = ask_to_stop;
	struct outcome outcome = run(setup);
	assert_int_equal(outcome.end, APP_STOPPED);
	assert_false(outcome.hangs);
	assert_non_null(strstr(outcome.log, "runs: 2 buses, 2 sinks"));
	assert_non_null(strstr(outcome.accounts, "bus b0: requests 0 ="));
	assert_non_null(strstr(outcome.accounts, "bus b1: requests 0 ="));
	/* gateway_up and gateway_down */
	assert_non_null(strstr(outcome.accounts, "sink s0: routed 2 = delivered 2 "));
	assert_non_null(strstr(outcome.accounts, "sink s1: routed 2 = delivered 2 "));
	pthread_mutex_lock(&bin_lock);
	assert_string_equal(bin_last, "gateway_down");
	pthread_mutex_unlock(&bin_lock);
	forget(&outcome);
}

static void it_runs_with_one_sink_and_no_bus(void **state)
{
	(void)state;
	struct setup *setup = make_setup(0, 1, 10000);
	bin_of(setup, 0)->trigger = "gateway_up";
	bin_of(setup, 0)->fire = ask_to_stop;
	struct outcome outcome = run(setup);
	assert_int_equal(outcome.end, APP_STOPPED);
	assert_non_null(strstr(outcome.log, "runs: 0 buses, 1 sink\n"));
	forget(&outcome);
}

/* An exchange that outlasts the stop must not take the time of the sinks. */
static void a_slow_bus_is_cut_short_and_the_sinks_drain(void **state)
{
	(void)state;
	struct setup *setup = make_setup(1, 1, 1000);
	struct setup_bus *bus = setup->buses[0];
	bus->settings.latency = 20000;
	bus->devices = calloc(1, sizeof(*bus->devices));
	bus->device_count = 1;
	bus->devices[0].settings = (struct bus_device_settings){
		.name = "d", .label = "", .address = { .primary = 5 }, .interval = 1
	};
	bin_of(setup, 0)->trigger = "gateway_up";
	bin_of(setup, 0)->fire = ask_to_stop;
	atomic_store(&mute_opens, 0);
	atomic_store(&mute_closes, 0);
	struct outcome outcome = run(setup);
	assert_int_equal(outcome.end, APP_STOPPED);
	assert_false(outcome.hangs);
	assert_true(outcome.took < 5000);
	assert_int_equal(mute_opens, mute_closes);
	assert_non_null(strstr(outcome.accounts, "sink s0: routed 2 = delivered 2 "));
	forget(&outcome);
}

static void without_state_dir_one_warning_says_what_follows(void **state)
{
	(void)state;
	struct setup *setup = make_setup(0, 1, 10000);
	setup->gateway.state_dir = "/nonexistent/folder";
	bin_of(setup, 0)->trigger = "gateway_up";
	bin_of(setup, 0)->fire = ask_to_stop;
	struct outcome outcome = run(setup);
	assert_int_equal(outcome.end, APP_STOPPED);
	const char *line = strstr(outcome.log, "state_dir \"/nonexistent/folder\"");
	assert_non_null(line);
	assert_non_null(strstr(line, "may repeat"));
	assert_null(strstr(strchr(line, '\n'), "/nonexistent"));
	assert_null(strstr(strstr(line, "may repeat") + 1, "may repeat"));
	forget(&outcome);
}

static void a_port_of_another_gateway_ends_it_before_it_begins(void **state)
{
	(void)state;
	struct setup *setup = make_setup(1, 1, 1000);
	struct owner_folders *folders = calloc(1, sizeof(*folders));
	struct owner_holder nobody;
	char port[64];
	snprintf(port, sizeof(port), "app-test-%ld", (long)getpid());
	setup->buses[0]->port = port;
	owner_folders_init(folders, state_dir);
	int claim = owner_claim(folders, port, "other", "east", "", &nobody);
	assert_true(claim >= 0);
	struct outcome outcome = run(setup);
	assert_int_equal(outcome.end, APP_BUSY);
	assert_false(outcome.hangs);
	assert_non_null(strstr(outcome.log, "served by gateway \"other\" as bus \"east\""));
	assert_string_equal(outcome.accounts, "");
	owner_release(claim);
	free(folders);
	forget(&outcome);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(state_dir, sizeof(state_dir), "/tmp/metergate-app-XXXXXX");
	return mkdtemp(state_dir) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	char path[96];
	(void)state;
	snprintf(path, sizeof(path), "%s/run", state_dir);
	unlink(path);
	return rmdir(state_dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_stops_it_and_the_accounts_are_printed),
		cmocka_unit_test(it_runs_with_one_sink_and_no_bus),
		cmocka_unit_test(a_slow_bus_is_cut_short_and_the_sinks_drain),
		cmocka_unit_test(without_state_dir_one_warning_says_what_follows),
		cmocka_unit_test(a_port_of_another_gateway_ends_it_before_it_begins),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
