/* SPDX-License-Identifier: MIT */
/* The thread of a sink, and what it shares with the loop thread. For sink.c alone. */
#ifndef ROUTE_SINK_WORKER_H
#define ROUTE_SINK_WORKER_H

#include <pthread.h>

#include "route/filter.h"
#include "route/queue.h"
#include "route/sink.h"

struct sink {
	/* Fixed after creation. */
	struct mg_host *host;
	const struct mg_sink *ops;
	void *instance;
	char *name;
	struct filter *match, *types;
	size_t batch;
	int64_t retry_first, retry_last; /* ms */
	int wake_fd;                     /* an eventfd for idle(); -1 without idle() */

	/* What write() is working on. The worker's alone, also after it was given up. */
	struct reading **hands;
	const struct mg_reading **views;

	pthread_t thread;
	pthread_mutex_t lock;   /* guards all below; never held inside the plugin */
	pthread_cond_t changed; /* any of it changed */
	enum sink_state state;
	bool has_thread;
	bool opened;                 /* open() said OK, close() is owed */
	const char *operation;       /* of the plugin that runs now, or NULL */
	int64_t since;               /* ms: when `operation`, or else the state, began */
	bool woken;                  /* wake_fd is readable */
	bool reopen, retry_now;      /* were asked for */
	bool stopping;               /* no more input */
	bool cut;                    /* what is left shall not be delivered any more */
	bool interrupting;           /* the loop thread is inside interrupt() */
	bool ended;                  /* the thread is over, or there never was one */
	int64_t deadline;            /* ms: of the stop */
	int64_t pause;               /* ms: the next back-off */
	int64_t failed_at, retry_at; /* ms */
	int64_t reject_said;         /* ms: the last line about a rejection, or -1 */
	uint64_t rejects_unsaid;     /* since then */
	bool taken_doubted;          /* the log says that the plugin counts wrongly */
	bool trouble;                /* the log says that it does not deliver */
	bool hang_said;              /* the log says that it hangs */
	int64_t loss_said;           /* ms: the last line about losses, or -1 */
	uint64_t losses_said;        /* readings, in all lines so far */
	struct host_reason reason; /* of the last MG_RETRY or refused open, while `trouble` */
	struct queue queue;
	size_t in_hand;
	uint64_t routed, delivered, rejected, refused, retries, batches;
	uint64_t lost; /* readings rejected, refused or in hand when it was given up */
};

/* Milliseconds of a clock that never jumps. */
int64_t sink_worker_clock(void);

/* The body of the thread; `data` is the sink. */
void *sink_worker_run(void *data);

/* With the lock held. Lets the thread look again. */
void sink_worker_wake(struct sink *sink);

/* With the lock held. Counts a reading that is lost with this sink, if it is no event. */
void sink_worker_count_lost(struct sink *sink, const struct reading *reading);

#endif
