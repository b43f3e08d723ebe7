/* SPDX-License-Identifier: MIT */
/* One bus: opens its transport, asks devices when they are due, hands out readings. */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>

#include "base/host.h"
#include "base/loop.h"
#include "base/reading.h"
#include "link/bus_address.h"
#include "link/bus_counters.h"
#include "link/bus_init.h"
#include "bus/bus_key.h"
#include "link/bus_outcome.h"
#include "bus/opener.h"

/* Loop thread only, all of it. */
struct bus;
struct bus_device;

#define BUS_LATENCY_AUTO (-1)

/* Durations in ms, as in the configuration. Strings and keys must outlive the bus. */
struct bus_settings {
	const char *name;
	struct mg_line line;
	int64_t latency;         /* added to every answer window; BUS_LATENCY_AUTO: 150 ms */
	int64_t tries;           /* sends of one request, 1 ... 10 */
	int64_t tries_bad;       /* the same while answers come damaged; 0: as tries */
	int64_t telegrams;       /* of one readout at most */
	int64_t interval;        /* of devices that set none; 0: as soon as the bus is free */
	int64_t open_timeout;    /* of transport->open() before it counts as stuck */
	int64_t connect_timeout; /* of a connect that goes on after open() */
	int64_t reconnect_min;   /* pause after the first failure to open ... */
	int64_t reconnect_max;   /* ... doubling up to this */
	int64_t silent_max; /* of a silent device: its interval ×2, ×4 ... up to this */
	/* Of meters that encrypt, whether they are devices of the bus or asked by jobs. */
	const struct bus_key *keys;
	const char *capture; /* file that every byte is written to (capture.h), or NULL */
	bool passive;        /* only listens: never sends a byte */
	/* Gets every byte that comes, before anything else is done with it; may be NULL. */
	void (*heard)(void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags,
			int64_t now);
	void *heard_data;
};

struct bus_device_settings {
	const char *name; /* unique on the bus */
	const char *label;
	const struct mg_tag *tags;
	uint32_t tag_count;
	struct bus_address address;
	int64_t interval; /* ms; -1: that of the bus */
	bool has_expect;
	struct mg_identity expect; /* mask that the answering meter must fit */
	/* A key of the bus is for it: it also tells meters that do not say who they are. */
	bool has_key;
	uint32_t baud;               /* 0: that of the bus */
	const struct bus_init *init; /* before each readout; must outlive the bus; or NULL */
	int64_t max_reads_per_day;   /* 0: no limit */
	int64_t response; /* ms until it answers at most; 0: the standard's window */
	bool any_address; /* its answers carry another address */
	bool jobs_only;   /* tells how jobs are to ask it, and is never due itself */
};

/* Where a bus hands things to. All are called on the loop thread. */
struct bus_owner {
	void *data;
	/* Takes over the reference: readings of devices, and events. */
	void (*publish)(void *data, struct reading *reading);
};

/*
 * `instance` is the transport's own structure with its options filled in; it and `host`
 * stay the caller's and must outlive the bus, or for ever when bus_stop() says that it
 * hangs. NULL when memory is short.
 */
struct bus *bus_create(struct loop *loop, struct opener *opener, struct mg_host *host,
		const struct mg_transport *transport, void *instance,
		const struct bus_settings *settings, const struct bus_owner *owner);

/* Copies the settings; strings in them must outlive the bus. NULL: memory. */
struct bus_device *bus_add_device(
		struct bus *bus, const struct bus_device_settings *settings);

/* Begins to open. Devices are read when they are due, first ones staggered. */
void bus_start(struct bus *bus);

struct procedure;
struct procedure_order;
struct scan;
struct scan_order;
struct scan_user;

struct bus_result {
	enum bus_outcome outcome;
	struct reading *reading;      /* of a read that gave one; take a reference to keep */
	char reason[BUS_REASON_SIZE]; /* in words, "" for BUS_OK */
	int error;                    /* errno of a port that could not be opened, or 0 */
	int64_t duration;             /* µs from the first byte sent to the end */
	const struct procedure *procedure; /* of such a job, else NULL; valid in the call */
	const struct scan *scan;           /* the same */
};

enum bus_job_kind {
	BUS_JOB_READ,
	BUS_JOB_PING, /* SND_NKE, or a selection for a secondary address; expects ACK */
	BUS_JOB_PROCEDURE,
	BUS_JOB_SCAN,
};

/* Everything is copied but for what the orders borrow. */
struct bus_job {
	enum bus_job_kind kind;
	struct bus_address address; /* of READ and PING */
	uint32_t baud;              /* of READ and PING; 0: that of the device or bus */
	const char *label;          /* names the device in readings */
	bool publish;               /* READ: the reading also goes to the owner */
	const struct procedure_order *procedure;
	const struct scan_order *scan;
	const struct scan_user *scan_user;
	/* Called once, on the loop thread, never from inside bus_submit(). */
	void (*done)(void *data, const struct bus_result *result);
	void *data;
};

/*
 * Work out of turn, before what is scheduled, in the order of submission; a scan lets
 * others go first between its probes. A job that finds the port unopenable is done with
 * BUS_NOT_OPEN. The number of the job, or 0 when memory is short, or when JOBS_MAX (256)
 * wait.
 */
uint64_t bus_submit(struct bus *bus, const struct bus_job *job);
/* Ends a job that waits or is under way: it is done with BUS_CANCELLED soon, never from
   inside the call, unless it is done otherwise before. A number of none is ignored. */
void bus_cancel(struct bus *bus, uint64_t number);

/*
 * No new requests; the exchange on the wire ends, the transport is closed, then `stopped`
 * is called once on the loop thread. At once: the exchange is not awaited. A second call
 * only makes a stop that is under way one at once; the first `stopped` holds.
 */
void bus_stop(struct bus *bus, bool at_once, void (*stopped)(void *data), void *data);
/* Frees a bus that has stopped or was never started. */
void bus_destroy(struct bus *bus);

const char *bus_name(const struct bus *bus);

/* How a device is doing, for status and info. Times in µs of loop_clock(), 0: never. */
struct bus_device_state {
	const char *name, *label;
	struct bus_address address;
	bool silent;
	int64_t silent_since, last_seen, due;
	bool has_identity;
	struct mg_identity identity;
	uint32_t baud;
	uint64_t reads, failures, repeats; /* readouts that went well, that failed; requests
										  that had to be sent again */
	int64_t delay; /* µs until its last answer began; negative: unknown */
	int64_t reads_today, reads_left; /* of max_reads_per_day; reads_left -1: no limit */
	char reason[BUS_REASON_SIZE];    /* of the last failure, "" */
};
size_t bus_device_count(const struct bus *bus);
/* `index` below the count. */
void bus_device_state(
		const struct bus *bus, size_t index, struct bus_device_state *state);
/* What is allowed for the way to the bus and back at present, µs. */
int64_t bus_latency(const struct bus *bus);
/* True when the transport cannot change the speed of the line: then jobs, devices and
   procedures at another one are refused. */
bool bus_is_fixed(const struct bus *bus);
/* Opens the capture file again, which may have been rotated away. */
void bus_reopen(struct bus *bus);
const struct bus_counters *bus_counters(const struct bus *bus);
/* In words: "open", "opening for 12 s", "closed, next try in 30 s: connection refused";
   "closed" before the start and after a stop. */
void bus_state_text(const struct bus *bus, char *text, size_t size);
/* Why the port could not be opened or was lost the last time, "" when it never was, and
   the errno of that, or 0. As long as the bus does nothing. */
const char *bus_port_reason(const struct bus *bus, int *error);
/* True while the opener has been inside the plugin for longer than open_timeout. */
bool bus_hangs(const struct bus *bus);

#endif
