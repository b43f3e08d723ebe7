/* SPDX-License-Identifier: MIT */
/*
 * The master of one bus: decides what the bus does next, and does it. Readouts of devices
 * when they are due, work out of turn before that, scans in between. Pure, like the
 * exchange it drives: knows no clock, no descriptor, no log.
 */
#ifndef BUS_MASTER_H
#define BUS_MASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/device.h"
#include "link/exchange.h"
#include "bus/jobs.h"
#include "link/readout.h"
#include "bus/schedule.h"

struct master;

/* Told of what is over; `now` as given to the call in which it happened. */
struct master_user {
	void *data;
	/* The readout is over: of master->device, whose next time stands by now, or else of
	   master->job. Sets the one that it was to NULL. */
	void (*read)(void *data, int64_t now);
	/* The time of day at `now`, µs since 1970; NULL: `now` is that. */
	int64_t (*wall)(void *data, int64_t now);
	/* The task of master->job is over, or was stopped: `cancelled`. Sets it to NULL. */
	void (*worked)(void *data, bool cancelled, int64_t now);
};

struct master {
	struct exchange *exchange; /* borrowed */
	const struct bus_key *keys;
	struct master_user user;
	struct readout readout;
	struct schedule schedule;
	struct jobs jobs;
	struct bus_device **devices; /* owned */
	size_t device_count, device_room;

	/* Who has the bus: at most one of them. */
	struct bus_device *device;
	struct job *job;
	bool asked;        /* the task of `job` has begun an exchange */
	bool scans_turn;   /* a device was read last: a scan that waits is next */
	bool passive;      /* never sends */
	const char *fixed; /* name of a bus whose transport cannot change the speed of its
						  line; NULL: it can. The caller's to set behind master_init() */
	bool stopping;     /* nothing new is begun, and nothing goes on */
	int64_t begun_at;  /* first byte of the present readout or task sent, or 0 */
};

/* Everything is borrowed but what is copied from `settings`. */
void master_init(struct master *master, struct exchange *exchange,
		const struct bus_settings *settings, const struct master_user *user);
void master_finish(struct master *master);

/* NULL when memory is short; the settings are copied, strings in them are not. */
struct bus_device *master_add_device(struct master *master,
		const struct bus_device_settings *settings, int64_t interval);

/* Does one thing that can be done now: takes a result, begins the next exchange. False
   when there is nothing to do but send, wait or receive. */
bool master_advance(struct master *master, int64_t now);
/* The first byte of a request leaves. */
void master_sends(struct master *master, int64_t now);
/* When master_advance() may have something to do while the exchange is not busy;
   SCHEDULE_NEVER. */
int64_t master_when(const struct master *master, int64_t now);
/* True while something has the bus. */
bool master_busy(const struct master *master);

/* Ends what has the bus, without waiting for the exchange: `outcome` and `reason` are
   what a readout ends with. Its user is told. */
void master_abort(
		struct master *master, enum bus_outcome outcome, const char *reason, int64_t now);
/* Ends a job soon, in master_advance(). */
void master_cancel(struct master *master, uint64_t number);
/* What is known of the slaves does not count any more. */
void master_forget(struct master *master);

#endif
