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
#include "bus/bus_address.h"
#include "bus/bus_key.h"
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
	int64_t telegrams;       /* of one readout at most */
	int64_t interval;        /* of devices that set none; 0: as soon as the bus is free */
	int64_t open_timeout;    /* of transport->open() before it counts as stuck */
	int64_t connect_timeout; /* of a connect that goes on after open() */
	int64_t reconnect_min;   /* pause after the first failure to open ... */
	int64_t reconnect_max;   /* ... doubling up to this */
	int64_t silent_max; /* of a silent device: its interval ×2, ×4 ... up to this */
	/* Of meters that encrypt, whether they are devices of the bus or asked by jobs. */
	const struct bus_key *keys;
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
};

/* Where a bus hands things to. All are called on the loop thread. */
struct bus_owner {
	void *data;
	/* Takes over the reference: readings of devices, and events. */
	void (*publish)(void *data, struct reading *reading);
};

/*
 * Since the start. Each request that was sent has one outcome: requests = answers +
 * timeouts + bad_frames + wrong_address + aborted, but for the one on the wire.
 */
struct bus_counters {
	uint64_t requests; /* repeats included */
	uint64_t repeats;
	uint64_t answers; /* ACK, or a valid frame of the slave that was asked */
	uint64_t timeouts;
	uint64_t bad_frames;
	uint64_t wrong_address;
	uint64_t aborted; /* cut off by a stop, or because the port was lost */
	/* Readouts that went to their end. */
	uint64_t readings;
	uint64_t failed_readouts;    /* no answer, bad answers, or no data now */
	uint64_t refused_identities; /* another meter than expected */
	/* The line. */
	uint64_t echoes; /* requests that the converter returned */
	uint64_t bytes_sent, bytes_received, discarded_bytes;
	/* The port. */
	uint64_t opens, open_failures, hangups;
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

/* How a job ended. */
enum bus_outcome {
	BUS_OK,
	BUS_NO_ANSWER,  /* nothing came, after all tries */
	BUS_BAD_ANSWER, /* something came, but never a valid frame, or from another address */
	BUS_NO_DATA,    /* the meter acknowledged only: no data now */
	BUS_NOT_OPEN,   /* the transport could not be opened; `reason` says why */
	BUS_CANCELLED,
};

struct bus_result {
	enum bus_outcome outcome;
	struct reading *reading;       /* of a read that gave one; take a reference to keep */
	char reason[HOST_REASON_SIZE]; /* in words, "" for BUS_OK */
	int error;                     /* errno of a port that could not be opened, or 0 */
	int64_t duration;              /* µs from the first byte sent to the end */
};

enum bus_job_kind {
	BUS_JOB_READ,
	BUS_JOB_PING, /* SND_NKE, or a selection for a secondary address; expects ACK */
};

/*
 * Work out of turn, before what is scheduled, in the order of submission. `done` is
 * called once, on the loop thread, never from inside bus_submit(). `label` names the
 * device in readings. A job that finds the port unopenable is done with BUS_NOT_OPEN.
 * False when memory is short, or when JOBS_MAX (256) wait.
 */
bool bus_submit(struct bus *bus, enum bus_job_kind kind,
		const struct bus_address *address, const char *label,
		void (*done)(void *data, const struct bus_result *result), void *data);

/*
 * No new requests; the exchange on the wire ends, the transport is closed, then `stopped`
 * is called once on the loop thread. At once: the exchange is not awaited. A second call
 * only makes a stop that is under way one at once; the first `stopped` holds.
 */
void bus_stop(struct bus *bus, bool at_once, void (*stopped)(void *data), void *data);
/* Frees a bus that has stopped or was never started. */
void bus_destroy(struct bus *bus);

const char *bus_name(const struct bus *bus);
const struct bus_counters *bus_counters(const struct bus *bus);
/* In words: "open", "opening for 12 s", "closed, next try in 30 s: connection refused";
   "closed" before the start and after a stop. */
void bus_state_text(const struct bus *bus, char *text, size_t size);
/* True while the opener has been inside the plugin for longer than open_timeout. */
bool bus_hangs(const struct bus *bus);

#endif
