/* SPDX-License-Identifier: MIT */
/* The running gateway: every bus, the router, every sink, from start to stop. */
#ifndef GATEWAY_APP_H
#define GATEWAY_APP_H

#include <stdio.h>

#include "base/log.h"
#include "base/reading.h"
#include "gateway/setup.h"

/* How a run ended. */
enum app_end {
	APP_STOPPED,     /* asked to stop, and all is settled */
	APP_INTERRUPTED, /* a second signal cut the stop short */
	APP_BUSY,        /* another process serves one of the ports */
	APP_FAILED,      /* memory, threads or descriptors are short */
};

struct app;

/* Takes over the setup. The log must outlive the app. NULL when memory is short. */
struct app *app_create(struct setup *setup, struct log *log);

/* How readings are shown to people who ask for text; without it, as one line each. */
void app_set_show(struct app *app, void (*show)(FILE *out, struct reading *reading));

/*
 * Runs until SIGINT or SIGTERM; then the exchanges on the wire end, for at most half of
 * stop_timeout, the queues drain for the rest of it, and the accounts are printed to
 * `accounts`. SIGUSR1 and SIGHUP make the sinks open their files again, SIGUSR2 writes
 * the accounts to the log. To be called once. What went wrong is in the log.
 */
enum app_end app_run(struct app *app, FILE *accounts);

/* After app_run(): true when threads are still inside plugins. Then the app must not be
 * destroyed, and the process must end by _exit(). */
bool app_hangs(const struct app *app);

/* NULL is accepted. */
void app_destroy(struct app *app);

#endif
