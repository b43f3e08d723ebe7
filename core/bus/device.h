/* SPDX-License-Identifier: MIT */
/* What a bus knows of one of its devices, and what is worth telling about it. */
#ifndef BUS_DEVICE_H
#define BUS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "bus/bus.h"
#include "link/readout.h"
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
	bool refused;                      /* the last one was not the expected one */
	int64_t last_seen;                 /* µs, loop_clock(); 0: never */
	uint64_t reads, failures, repeats; /* as in struct bus_device_state */
	int64_t delay;                     /* µs; negative: unknown */
	int64_t day, reads_today;          /* since 1970; readouts begun on it */
	int alarm;                         /* that was told last; -1: none */
	char reason[BUS_REASON_SIZE];      /* of the last failure */
};

/* Many devices of one bus that are silent at once. All zero at first. */
struct device_outage {
	bool told;
};

void device_init(struct bus_device *device, const struct bus_device_settings *settings);

/* Tells the readout how this device is to be asked; call before readout_begin(). */
void device_prepare(const struct bus_device *device, struct readout *readout);
/* A readout has ended, whatever came of it, but for one that was cut off. */
void device_note(struct bus_device *device, const struct readout *readout, int64_t now);

/* `wall` is the time of day, µs since 1970. False when the device was read as often today
   as it may be (max_reads_per_day; days of 24 h as UTC has them): *wait µs until
   tomorrow. */
bool device_may_read(const struct bus_device *device, int64_t wall, int64_t *wait);
/* A readout begins. */
void device_spend(struct bus_device *device, int64_t wall);

/* All of *state. */
void device_state(
		const struct bus_device *device, int64_t wall, struct bus_device_state *state);

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

/* "bus_silent": half of the devices or more, and at least three, have answered before and
   keep silent now. Call after device_fails() and device_answers(). */
bool device_outage(struct device_outage *outage, struct bus_device *const *devices,
		size_t count, char message[DEVICE_MESSAGE_SIZE]);

/* True when the meter is not the expected one; *news as above, for "identity_refused". */
bool device_refuses(struct bus_device *device, const struct readout *readout, bool *news,
		char message[DEVICE_MESSAGE_SIZE]);

#endif
