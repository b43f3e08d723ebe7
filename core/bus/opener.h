/* SPDX-License-Identifier: MIT */
/* Threads on which transports open and close, because both may block. */
#ifndef BUS_OPENER_H
#define BUS_OPENER_H

#include <stdbool.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "base/host.h"
#include "base/loop.h"

#define OPENER_THREADS 16   /* that work at one time */
#define OPENER_STUCK_MAX 64 /* abandoned ones; beyond, nothing more is opened */

/* All functions: loop thread. Only the plugin's open() and close() run elsewhere. */
struct opener;
struct opener_task;

/* How an open or close ended. `link.fd` is -1 unless result is MG_OK. */
struct opener_outcome {
	int result; /* enum mg_result */
	struct mg_link link;
	struct host_reason reason;
};

struct opener *opener_create(struct loop *loop);
/* Threads that hang inside a plugin are left alone: their hosts, transports and instances
   must then stay for ever. */
void opener_destroy(struct opener *opener);

/*
 * Runs transport->open() (or close(fd)) on a thread and calls `done` on the loop thread.
 * When that takes longer than `timeout` ms, `done` is called with MG_RETRY and a reason
 * that says so, the thread is abandoned and counted, and should it ever come back, what
 * it opened is closed. NULL when memory is short or, to open, too many threads hang.
 */
struct opener_task *opener_open(struct opener *opener, struct mg_host *host,
		const struct mg_transport *transport, void *instance, int64_t timeout,
		void (*done)(void *data, const struct opener_outcome *outcome), void *data);
struct opener_task *opener_close(struct opener *opener, struct mg_host *host,
		const struct mg_transport *transport, void *instance, int fd, int64_t timeout,
		void (*done)(void *data, const struct opener_outcome *outcome), void *data);
/* `done` will not be called any more; what the task opens is closed again. */
void opener_forget(struct opener_task *task);

/* Threads that hang in a plugin at this moment. */
unsigned opener_stuck(const struct opener *opener);

/* True while a thread is, or will be, inside this instance, wanted or not. */
bool opener_inside(const struct opener *opener, const void *instance);

#endif
