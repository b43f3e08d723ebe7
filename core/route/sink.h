/* SPDX-License-Identifier: MIT */
/* One sink: a bounded queue, and the thread that feeds a plugin from it. */
#ifndef ROUTE_SINK_H
#define ROUTE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "base/host.h"
#include "base/reading.h"

/* Loop thread, unless a function says otherwise. */
struct sink;

#define SINK_BATCH_DEFAULT 64 /* readings in one write() */
#define SINK_BATCH_MAX 1024
#define SINK_RETRY_FIRST 1000    /* ms that the first pause after MG_RETRY lasts ... */
#define SINK_RETRY_LAST 60000    /* ... and the longest one */
#define SINK_RETRY_LEAST 10      /* ms; also after retry_now() and retry_after(0) */
#define SINK_IDLE_MS 1000        /* given to idle() at most */
#define SINK_GRACE_MS 500        /* between interrupt() and counting as hung */
#define SINK_HANG_MS 10000       /* in one operation until the state text says so */
#define SINK_REJECT_LOG_MS 60000 /* between two lines about rejected readings */
#define SINK_LOSS_LOG_MS 60000   /* between two lines about lost readings */
#define SINK_STATE_SIZE 320      /* room for any state text */

struct sink_settings {
	const char *name;
	int64_t queue;       /* readings; 0: QUEUE_DEFAULT */
	int64_t queue_bytes; /* 0: QUEUE_BYTES_DEFAULT */
	int overflow;        /* enum queue_overflow */
	const char *match;   /* globs over "bus/device", blank-separated; NULL: "*" */
	const char *types;   /* globs over the type, blank-separated; NULL: "*" */
	int64_t batch;       /* readings in one write(), 0: SINK_BATCH_DEFAULT */
	int64_t retry_first; /* ms; 0: SINK_RETRY_FIRST */
	int64_t retry_last;  /* ms; 0: SINK_RETRY_LAST */
	bool raw;            /* encode with telegrams */
	int units;           /* 0: base, 1: common */
};

/* routed = delivered + rejected + dropped + queued at every moment. */
struct sink_account {
	uint64_t routed;    /* handed to sink_put() */
	uint64_t delivered; /* the plugin said that it is done with them */
	uint64_t rejected;  /* the plugin said that it can never take them */
	uint64_t dropped;   /* no room, the sink is off, or the gateway stopped */
	uint64_t queued;    /* waiting, or in the hands of the plugin */
	uint64_t retries;   /* answers MG_RETRY of open and write */
	uint64_t batches;   /* calls of write */
};

/*
 * `instance` is the plugin's own structure with its options filled in; it and `host` stay
 * the caller's and must live as long as the sink, or for ever when it hangs. Sets the
 * encoder of the host. Settings are copied. NULL: memory or descriptors are short.
 */
struct sink *sink_create(struct mg_host *host, const struct mg_sink *ops, void *instance,
		const struct sink_settings *settings);
/* Starts the thread, which opens the plugin. Without a thread the sink is off. */
void sink_start(struct sink *sink);
/* Only of a sink that was never started, or of which sink_poll_stopped() is true and
 * which does not hang. NULL is accepted. */
void sink_destroy(struct sink *sink);

/* Whether the filters of the sink let the reading pass. Any thread. */
bool sink_wants(const struct sink *sink, const struct mg_reading *reading);
/* Queues the reading with its own reference. Any thread; never waits for a plugin. */
void sink_put(struct sink *sink, struct reading *reading);

/* To be called every second or so: writes to the log that the plugin hangs, or does no
   more, and that readings are being lost. */
void sink_watch(struct sink *sink);

/* Files were rotated or secrets replaced: reopen(), between two batches. A sink that is
 * off or waits opens again. */
void sink_reopen(struct sink *sink);

/*
 * No more input; what is queued may drain for `timeout` ms from now: a sink that waits
 * after MG_RETRY tries once more without delay. After that the plugin is cancelled and
 * interrupted, what is left is dropped.
 */
void sink_begin_stop(struct sink *sink, int64_t timeout);
/* To be asked again and again (every 10 ms or so) until it is true: the thread has ended
 * or was given up, and the account is final. */
bool sink_poll_stopped(struct sink *sink);
/* True once the thread was given up: it was still inside the plugin SINK_GRACE_MS after
 * the time to stop. Then sink, host and instance must never be freed. */
bool sink_hangs(const struct sink *sink);

/* A consistent snapshot. Any thread. */
void sink_account(const struct sink *sink, struct sink_account *account);
/* Readings (no events) that were dropped or rejected so far. Any thread. */
uint64_t sink_lost_readings(const struct sink *sink);

enum sink_state {
	SINK_NEW,
	SINK_OPENING,
	SINK_OPEN,
	SINK_WAITING, /* to ask again after MG_RETRY, of open or of write */
	SINK_OFF,     /* open was rejected: nothing is delivered */
	SINK_CLOSED,
	SINK_HUNG, /* given up */
};
/* Any thread. */
enum sink_state sink_state(const struct sink *sink);
/* True while it delivers nothing: off, waiting after MG_RETRY, or in one operation for
   SINK_HANG_MS. Any thread. */
bool sink_in_trouble(const struct sink *sink);
/* In words: "open", "next try in 30 s: connection refused", "off: no such host", "hangs
 * in write for 12 s", "closed; last trouble: no such host". Any thread. */
void sink_state_text(const struct sink *sink, char *text, size_t size);
const char *sink_name(const struct sink *sink);

#endif
