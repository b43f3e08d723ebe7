/* SPDX-License-Identifier: MIT */
/* One bus, opened for a piece of work from the command line, without router and sinks. */
#include "gateway/session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "gateway/owner.h"
#include "gateway/running.h"

/* timeout(1) and shells signal a process and its group: one request arrives twice. */
#define SAME_SIGNAL_US 200000

struct session {
	struct running_context context;
	struct running_bus running;
	struct loop_signal *interrupt, *terminate;
	struct loop_timer *limit;
	bool interrupted; /* by a signal */
	void (*on_signal)(void *data);
	void *on_signal_data;
	int64_t signal_at; /* µs: the first one, which on_signal was told of; 0: none yet */
	bool stopping;     /* session_destroy() waits for the bus */
	bool stopped;      /* the bus is at rest, or there is none */
};

static void interrupted(void *data, int number)
{
	struct session *session = data;
	(void)number;
	if (session->on_signal != NULL && session->signal_at == 0) {
		session->signal_at = loop_clock();
		session->on_signal(session->on_signal_data);
		return;
	}
	if (session->signal_at != 0 && loop_clock() - session->signal_at < SAME_SIGNAL_US) {
		return;
	}
	session->interrupted = true;
	loop_stop(session->context.loop);
}

static void stop_took_too_long(void *data)
{
	struct session *session = data;
	loop_stop(session->context.loop);
}

static bool make_parts(struct session *session)
{
	session->context.loop = loop_create();
	if (session->context.loop == NULL) {
		return false;
	}
	session->context.opener = opener_create(session->context.loop);
	session->interrupt =
			loop_signal_create(session->context.loop, SIGINT, interrupted, session);
	session->terminate =
			loop_signal_create(session->context.loop, SIGTERM, interrupted, session);
	session->limit =
			loop_timer_create(session->context.loop, stop_took_too_long, session);
	return session->context.opener != NULL && session->interrupt != NULL &&
		   session->terminate != NULL && session->limit != NULL;
}

struct session *session_create(struct setup_bus *setup, const char *state_dir,
		struct log *log, const struct bus_owner *owner, int *error, char *why,
		size_t size)
{
	struct session *session = calloc(1, sizeof(*session));
	*error = -ENOMEM;
	snprintf(why, size, "out of memory");
	if (session == NULL) {
		setup_bus_destroy(setup);
		return NULL;
	}
	session->running = (struct running_bus){ .setup = setup, .claim = -1 };
	session->context.log = log;
	session->context.gateway = OWNER_COMMAND;
	session->context.state_dir = state_dir;
	session->context.jobs_only = true;
	if (make_parts(session)) {
		*error = running_bus_init(
				&session->running, setup, &session->context, owner, why, size);
	}
	if (*error != 0) {
		session->stopped = true;
		session_destroy(session);
		return NULL;
	}
	return session;
}

struct bus *session_bus(struct session *session)
{
	return session->running.bus;
}

const struct setup_bus *session_setup(const struct session *session)
{
	return session->running.setup;
}

struct loop *session_loop(struct session *session)
{
	return session->context.loop;
}

void session_on_signal(struct session *session, void (*fn)(void *data), void *data)
{
	session->on_signal = fn;
	session->on_signal_data = data;
}

bool session_run(struct session *session)
{
	bus_start(session->running.bus);
	loop_run(session->context.loop);
	return !session->interrupted;
}

/* Jobs that are cancelled while the bus stops end like others; then the stop goes on. */
void session_end(struct session *session)
{
	if (!session->stopping) {
		loop_stop(session->context.loop);
	}
}

static void bus_stopped(void *data)
{
	struct session *session = data;
	session->stopped = true;
	loop_stop(session->context.loop);
}

static void stop_bus(struct session *session)
{
	session->stopping = true;
	loop_timer_set(session->limit, loop_clock() + SESSION_STOP_MS * 1000);
	bus_stop(session->running.bus, session->interrupted, bus_stopped, session);
	loop_run(session->context.loop);
}

bool session_destroy(struct session *session)
{
	if (!session->stopped) {
		stop_bus(session);
	}
	if (!session->stopped ||
			(session->running.bus != NULL && bus_hangs(session->running.bus))) {
		return false;
	}
	running_bus_finish(&session->running);
	loop_signal_destroy(session->interrupt);
	loop_signal_destroy(session->terminate);
	loop_timer_destroy(session->limit);
	opener_destroy(session->context.opener);
	loop_destroy(session->context.loop);
	free(session);
	return true;
}
