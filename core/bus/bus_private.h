/* SPDX-License-Identifier: MIT */
/* The inside of a bus, for bus.c and bus_end.c only. */
#ifndef BUS_BUS_PRIVATE_H
#define BUS_BUS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/bus.h"
#include "bus/device.h"
#include "link/exchange.h"
#include "bus/formats.h"
#include "capture/capture.h"
#include "bus/master.h"
#include "bus/port.h"
#include "link/timing.h"

struct bus {
	struct loop *loop;
	struct mg_host *host;
	struct bus_settings settings;
	struct bus_owner owner;
	struct bus_counters counters;
	struct loop_timer *timer;
	struct port port;
	struct timing timing;
	struct exchange exchange;
	struct master master;
	struct formats *formats;
	struct capture *capture; /* NULL: none */
	int64_t wall;            /* µs since 1970 when the last telegram was complete */

	struct device_outage outage;
	bool started;
	bool down;          /* as the last event said */
	int64_t down_since; /* µs */
	bool stopping, at_once, port_stopping;
	void (*stopped)(void *data);
	void *stopped_data;
};

/* For master_user: the readout, or the task of a job, is over. Hands out what came of it.
 */
void bus_end_readout(void *data, int64_t now);
void bus_end_task(void *data, bool cancelled, int64_t now);
/* The port was opened, or is not to be had: events, and an end for jobs that wait. */
void bus_end_down(struct bus *bus);
void bus_end_up(struct bus *bus);
/* µs since 1970, as the system has it. */
int64_t bus_end_clock(void);
/* No job will be done any more. */
void bus_end_jobs(struct bus *bus);

#endif
