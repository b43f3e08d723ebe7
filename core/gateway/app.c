/* SPDX-License-Identifier: MIT */
/* The running gateway: every bus, the router, every sink, from start to stop. */
#include "gateway/app.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/account.h"
#include "gateway/commands.h"
#include "gateway/running.h"
#include "route/router.h"

#define TICK_US 1000000 /* between two looks at losses */
#define POLL_US 10000   /* between two looks at sinks that stop */
#define GRACE_US 500000 /* for transports to close, when stop_timeout is over */
#define STATE_SIZE 160
#define HANDLED_SIGNALS 5
/* timeout(1) and shells signal a process and its group: one request arrives twice. */
#define SAME_SIGNAL_US 200000

enum phase {
	PHASE_RUNNING,
	PHASE_BUSES_STOP, /* the exchanges on the wire end */
	PHASE_SINKS_STOP, /* the queues drain */
	PHASE_ENDED,
};

struct app_bus {
	struct running_bus running;
	struct app *app;
	bool stopped;
};

struct app {
	struct setup *setup;
	struct log *log;
	struct running_context context;
	struct router *router;
	struct app_bus *buses;
	size_t bus_count, buses_left;
	struct running_sink *sinks;
	size_t sink_count;
	struct commands commands;
	struct status_source source;
	uint64_t run;
	struct loop_signal *signals[HANDLED_SIGNALS];
	struct loop_timer *tick, *poll, *limit;
	enum phase phase;
	enum app_end end;
	int64_t asked_at; /* µs: the first request to stop */
	int64_t stop_at;  /* µs: when draining ends */
};

/* The folder of the configuration, or "" after it was said why it takes no files. */
static const char *usable_state_dir(const struct app *app)
{
	const char *folder = app->setup->gateway.state_dir;
	if ((mkdir(folder, 0750) == 0 || errno == EEXIST) &&
			access(folder, W_OK | X_OK) == 0) {
		return folder;
	}
	log_write(app->log, MG_LOG_WARNING, NULL,
			"state_dir \"%s\" cannot be used: %s. The number of this run is just the "
			"time, so it may repeat after the clock was set back; make the folder, or "
			"set state_dir in [gateway]",
			folder, strerror(errno));
	return "";
}

static bool make_parts(struct app *app)
{
	app->buses = calloc(app->setup->bus_count + 1, sizeof(*app->buses));
	app->sinks = calloc(app->setup->sink_count + 1, sizeof(*app->sinks));
	app->context.log = app->log;
	app->context.gateway = app->setup->gateway.name;
	app->context.state_dir = usable_state_dir(app);
	app->context.loop = loop_create();
	if (app->buses == NULL || app->sinks == NULL || app->context.loop == NULL) {
		return false;
	}
	app->context.opener = opener_create(app->context.loop);
	app->run = router_run_id(app->context.state_dir, app->log);
	app->router = router_create(app->setup->gateway.name, app->run);
	return app->context.opener != NULL && app->router != NULL;
}

struct app *app_create(struct setup *setup, struct log *log)
{
	struct app *app = calloc(1, sizeof(*app));
	if (app == NULL) {
		setup_destroy(setup);
		return NULL;
	}
	app->setup = setup;
	app->log = log;
	if (!make_parts(app)) {
		app_destroy(app);
		return NULL;
	}
	return app;
}

static void publish(void *data, struct reading *reading)
{
	struct app *app = data;
	router_publish(app->router, reading);
}

void app_set_show(struct app *app, void (*show)(FILE *out, struct reading *reading))
{
	app->commands.show = show;
}

static void show_to_tap(void *data, struct reading *reading)
{
	tap_show(data, reading);
}

/* Before the ports are claimed: the claims say where the socket is. */
static bool make_commands(struct app *app)
{
	app->source = (struct status_source){
		.log = app->log,
		.router = app->router,
		.sinks = app->sinks,
		.sink_count = app->sink_count,
		.bus_count = app->setup->bus_count,
		.run = app->run,
		.started = loop_clock(),
	};
	router_set_tap(app->router, show_to_tap, &app->commands.tap);
	bool made = commands_init(&app->commands, &app->context, &app->source,
			app->setup->gateway.control, app->setup->bus_count);
	app->context.control = app->commands.path;
	return made;
}

static bool make_sinks(struct app *app)
{
	for (size_t i = 0; i < app->setup->sink_count; i++) {
		struct running_sink *sink = &app->sinks[app->sink_count++];
		struct setup_sink *setup = app->setup->sinks[i];
		app->setup->sinks[i] = NULL;
		if (running_sink_init(sink, setup, &app->context) != 0 ||
				!router_add(app->router, sink->sink)) {
			log_write(app->log, MG_LOG_ERROR, NULL,
					"out of memory or descriptors while making the sinks (of which there "
					"may be %d)",
					ROUTER_SINKS_MAX);
			return false;
		}
	}
	return true;
}

static enum app_end make_buses(struct app *app)
{
	const struct bus_owner owner = { .data = app, .publish = publish };
	for (size_t i = 0; i < app->setup->bus_count; i++) {
		struct app_bus *bus = &app->buses[app->bus_count++];
		struct setup_bus *setup = app->setup->buses[i];
		char why[HOST_REASON_SIZE];
		app->setup->buses[i] = NULL;
		bus->app = app;
		int failed = running_bus_init(
				&bus->running, setup, &app->context, &owner, why, sizeof(why));
		if (failed != 0) {
			log_write(app->log, MG_LOG_ERROR, NULL, "%s", why);
			return failed == -EBUSY ? APP_BUSY : APP_FAILED;
		}
		commands_add_bus(&app->commands, &bus->running);
	}
	return APP_STOPPED;
}

static void end(struct app *app, enum app_end how)
{
	app->phase = PHASE_ENDED;
	app->end = how;
	loop_stop(app->context.loop);
}

/* True when every bus has stopped, or had time enough to. */
static bool buses_are_over(const struct app *app)
{
	return app->buses_left == 0 || loop_clock() >= app->stop_at + GRACE_US;
}

static void poll_sinks(void *data)
{
	struct app *app = data;
	bool all = true;
	for (size_t i = 0; i < app->sink_count; i++) {
		all = sink_poll_stopped(app->sinks[i].sink) && all;
	}
	if (all && buses_are_over(app)) {
		end(app, APP_STOPPED);
		return;
	}
	loop_timer_set(app->poll, loop_clock() + POLL_US);
}

static void stop_sinks(struct app *app)
{
	if (app->phase != PHASE_BUSES_STOP) {
		return;
	}
	app->phase = PHASE_SINKS_STOP;
	loop_timer_clear(app->limit);
	/* Sinks that are closed already would only lose what a tick has to say. */
	loop_timer_clear(app->tick);
	router_event(app->router, "gateway_down", "", "", "the gateway stops");
	int64_t left = (app->stop_at - loop_clock()) / 1000;
	for (size_t i = 0; i < app->sink_count; i++) {
		sink_begin_stop(app->sinks[i].sink, left > 0 ? left : 0);
	}
	poll_sinks(app);
}

static void bus_stopped(void *data)
{
	struct app_bus *bus = data;
	bus->stopped = true;
	if (--bus->app->buses_left == 0) {
		stop_sinks(bus->app);
	}
}

static void cut_short(struct app_bus *bus)
{
	char state[STATE_SIZE];
	bus_state_text(bus->running.bus, state, sizeof(state));
	log_write(bus->app->log, MG_LOG_WARNING, host_title(bus->running.host),
			"does not stop within half of stop_timeout (%s) and is cut short", state);
	bus_stop(bus->running.bus, true, bus_stopped, bus);
}

/* The sinks need the other half of stop_timeout. */
static void buses_took_too_long(void *data)
{
	struct app *app = data;
	for (size_t i = 0; i < app->bus_count; i++) {
		if (!app->buses[i].stopped) {
			cut_short(&app->buses[i]);
		}
	}
	stop_sinks(app);
}

static void stop(struct app *app)
{
	int64_t timeout = app->setup->gateway.stop_timeout;
	app->phase = PHASE_BUSES_STOP;
	app->asked_at = loop_clock();
	app->stop_at = app->asked_at + timeout * 1000;
	log_write(app->log, MG_LOG_INFO, NULL,
			"stopping: exchanges end, queues may drain for %lld ms; a second signal ends "
			"at once",
			(long long)timeout);
	loop_timer_set(app->limit, app->asked_at + timeout * 1000 / 2);
	commands_stop(&app->commands);
	app->buses_left = app->bus_count;
	for (size_t i = 0; i < app->bus_count; i++) {
		bus_stop(app->buses[i].running.bus, false, bus_stopped, &app->buses[i]);
	}
	if (app->bus_count == 0) {
		stop_sinks(app);
	}
}

static void asked_to_stop(void *data, int number)
{
	struct app *app = data;
	(void)number;
	if (app->phase == PHASE_RUNNING) {
		stop(app);
	} else if (loop_clock() - app->asked_at >= SAME_SIGNAL_US) {
		end(app, APP_INTERRUPTED);
	}
}

static void asked_to_reopen(void *data, int number)
{
	struct app *app = data;
	log_write(app->log, MG_LOG_INFO, NULL, "sinks open their files again%s",
			number == SIGHUP ? "; a changed configuration takes a restart" : "");
	for (size_t i = 0; i < app->sink_count; i++) {
		sink_reopen(app->sinks[i].sink);
	}
	for (size_t i = 0; i < app->bus_count; i++) {
		bus_reopen(app->buses[i].running.bus);
	}
}

static void each_account(
		struct app *app, void (*say)(void *data, const char *line), void *data)
{
	char line[ACCOUNT_SIZE];
	for (size_t i = 0; i < app->bus_count; i++) {
		account_bus(&app->buses[i].running, line, sizeof(line));
		say(data, line);
	}
	for (size_t i = 0; i < app->sink_count; i++) {
		account_sink(&app->sinks[i], line, sizeof(line));
		say(data, line);
	}
}

static void log_line(void *data, const char *line)
{
	log_write(data, MG_LOG_INFO, NULL, "%s", line);
}

static void print_line(void *data, const char *line)
{
	fprintf(data, "%s\n", line);
}

static void asked_for_accounts(void *data, int number)
{
	struct app *app = data;
	(void)number;
	each_account(app, log_line, app->log);
}

static void ticked(void *data)
{
	struct app *app = data;
	router_tick(app->router);
	loop_timer_set(app->tick, loop_clock() + TICK_US);
}

static bool make_handles(struct app *app)
{
	static const struct {
		int number;
		void (*fn)(void *data, int number);
	} handled[HANDLED_SIGNALS] = {
		{ SIGINT, asked_to_stop },
		{ SIGTERM, asked_to_stop },
		{ SIGHUP, asked_to_reopen },
		{ SIGUSR1, asked_to_reopen },
		{ SIGUSR2, asked_for_accounts },
	};
	bool all = true;
	for (size_t i = 0; i < HANDLED_SIGNALS; i++) {
		app->signals[i] = loop_signal_create(
				app->context.loop, handled[i].number, handled[i].fn, app);
		all = all && app->signals[i] != NULL;
	}
	app->tick = loop_timer_create(app->context.loop, ticked, app);
	app->poll = loop_timer_create(app->context.loop, poll_sinks, app);
	app->limit = loop_timer_create(app->context.loop, buses_took_too_long, app);
	return all && app->tick != NULL && app->poll != NULL && app->limit != NULL;
}

static void start(struct app *app)
{
	char message[128];
	snprintf(message, sizeof(message), "metergate %s runs: %zu bus%s, %zu sink%s",
			METERGATE_VERSION, app->bus_count, app->bus_count == 1 ? "" : "es",
			app->sink_count, app->sink_count == 1 ? "" : "s");
	log_write(app->log, MG_LOG_INFO, NULL, "%s", message);
	for (size_t i = 0; i < app->sink_count; i++) {
		sink_start(app->sinks[i].sink);
	}
	router_event(app->router, "gateway_up", "", "", message);
	for (size_t i = 0; i < app->bus_count; i++) {
		bus_start(app->buses[i].running.bus);
	}
	ticked(app);
}

enum app_end app_run(struct app *app, FILE *accounts)
{
	if (!make_sinks(app)) {
		return APP_FAILED;
	}
	if (!make_handles(app)) {
		log_write(app->log, MG_LOG_ERROR, NULL, "out of memory while making timers");
		return APP_FAILED;
	}
	enum app_end made = make_commands(app) ? make_buses(app) : APP_FAILED;
	if (made != APP_STOPPED) {
		return made;
	}
	start(app);
	loop_run(app->context.loop);
	each_account(app, print_line, accounts);
	fflush(accounts);
	return app->end;
}

static bool bus_is_stuck(const struct app *app, const struct app_bus *bus)
{
	return bus->running.bus != NULL &&
		   (bus_hangs(bus->running.bus) || (app->phase == PHASE_ENDED && !bus->stopped));
}

bool app_hangs(const struct app *app)
{
	bool hangs = app->end == APP_INTERRUPTED;
	for (size_t i = 0; i < app->bus_count; i++) {
		hangs = hangs || bus_is_stuck(app, &app->buses[i]);
	}
	for (size_t i = 0; i < app->sink_count; i++) {
		const struct sink *sink = app->sinks[i].sink;
		hangs = hangs || (sink != NULL && sink_hangs(sink));
	}
	return hangs;
}

static void destroy_handles(struct app *app)
{
	for (size_t i = 0; i < HANDLED_SIGNALS; i++) {
		loop_signal_destroy(app->signals[i]);
	}
	loop_timer_destroy(app->tick);
	loop_timer_destroy(app->poll);
	loop_timer_destroy(app->limit);
}

void app_destroy(struct app *app)
{
	if (app == NULL) {
		return;
	}
	commands_finish(&app->commands);
	for (size_t i = 0; i < app->bus_count; i++) {
		running_bus_finish(&app->buses[i].running);
	}
	router_destroy(app->router);
	for (size_t i = 0; i < app->sink_count; i++) {
		running_sink_finish(&app->sinks[i]);
	}
	destroy_handles(app);
	opener_destroy(app->context.opener);
	loop_destroy(app->context.loop);
	free(app->buses);
	free(app->sinks);
	setup_destroy(app->setup);
	free(app);
}
