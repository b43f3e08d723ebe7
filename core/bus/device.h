/* SPDX-License-Identifier: MIT */
/* What a bus knows of one of its devices, and what is worth telling about it. */
#ifndef BUS_DEVICE_H
#define BUS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "bus/bus.h"
#include "bus/readout.h"
#include "bus/schedule.h"

/* Room for the message of an event. */
#define DEVICE_MESSAGE_SIZE 512

struct bus_device {
	struct schedule_entry entry; /* first: the schedule hands these out */
	struct bus_device_settings settings;
	struct readout_memory memory;
	bool silent;
	int64_t silent_since; /* µs, loop_clock() */
	bool has_identity;    /* of the meter that answered last */
	struct mg_identity identity;
	bool refused; /* the last one was not the expected one */
};

void device_init(struct bus_device *device, const struct bus_device_settings *settings);

/*
 * Each takes note of what happened and says whether that is news; then `message` is one
 * sentence for an event. `now` in µs.
 */
/* "device_silent": `reason` says what failed, `wait` µs until it is asked again. */
bool device_fails(struct bus_device *device, const char *reason, int64_t wait,
		int64_t now, char message[DEVICE_MESSAGE_SIZE]);
/* "device_back". */
bool device_answers(
		struct bus_device *device, int64_t now, char message[DEVICE_MESSAGE_SIZE]);
/* "meter_changed": of a primary address only, since a secondary one names the meter. */
bool device_meets(struct bus_device *device, const struct readout *readout,
		char message[DEVICE_MESSAGE_SIZE]);

/* True when the meter is not the expected one; *news as above, for "identity_refused". */
bool device_refuses(struct bus_device *device, const struct readout *readout, bool *news,
		char message[DEVICE_MESSAGE_SIZE]);

#endif
