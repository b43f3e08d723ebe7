/* SPDX-License-Identifier: MIT */
/* What a bus knows of one of its devices, and what is worth telling about it. */
#include "bus/device.h"

#include <stdio.h>

#include "bus/duration.h"
#include "link/telegrams.h"

#define MILLISECOND 1000
#define DAY (86400 * (int64_t)1000000)
/* One attempt of so many is a full one, while a device is silent. */
#define FULL_ATTEMPTS 8
#define OUTAGE_LEAST 3

void device_init(struct bus_device *device, const struct bus_device_settings *settings)
{
	*device = (struct bus_device){ .settings = *settings, .delay = -1, .alarm = -1 };
}

/* A device known to be silent gets one try, but now and then all that others get: it may
   have become slow, or want a reset. */
static bool is_hopeless(const struct bus_device *device)
{
	return device->silent && device->entry.failures % FULL_ATTEMPTS != 0;
}

void device_prepare(const struct bus_device *device, struct readout *readout)
{
	const struct bus_device_settings *settings = &device->settings;
	readout->manner = (struct readout_manner){
		.baud = settings->baud,
		.window = settings->response * MILLISECOND,
		.once = is_hopeless(device),
		.any_address = settings->any_address,
		.alarms = true,
		.init = settings->init,
	};
}

void device_note(struct bus_device *device, const struct readout *readout, int64_t now)
{
	device->repeats += readout->repeats;
	if (readout->delay >= 0) {
		device->delay = readout->delay;
		device->last_seen = now;
	}
	if (readout->outcome == BUS_OK) {
		device->reads++;
	} else {
		device->failures++;
		snprintf(device->reason, sizeof(device->reason), "%s", readout->reason);
	}
}

static int64_t day_of(int64_t wall)
{
	return wall / DAY;
}

static int64_t reads_today(const struct bus_device *device, int64_t wall)
{
	return device->day == day_of(wall) ? device->reads_today : 0;
}

bool device_may_read(const struct bus_device *device, int64_t wall, int64_t *wait)
{
	int64_t most = device->settings.max_reads_per_day;
	*wait = 0;
	if (most <= 0 || reads_today(device, wall) < most) {
		return true;
	}
	*wait = DAY - wall % DAY;
	return false;
}

void device_spend(struct bus_device *device, int64_t wall)
{
	device->reads_today = reads_today(device, wall) + 1;
	device->day = day_of(wall);
}

void device_state(
		const struct bus_device *device, int64_t wall, struct bus_device_state *state)
{
	const struct bus_device_settings *settings = &device->settings;
	int64_t today = reads_today(device, wall);
	int64_t left = settings->max_reads_per_day - today;
	*state = (struct bus_device_state){
		.name = settings->name,
		.label = settings->label,
		.address = settings->address,
		.silent = device->silent,
		.silent_since = device->silent ? device->silent_since : 0,
		.last_seen = device->last_seen,
		.due = device->entry.due,
		.has_identity = device->has_identity,
		.identity = device->identity,
		.baud = settings->baud,
		.reads = device->reads,
		.failures = device->failures,
		.repeats = device->repeats,
		.delay = device->delay,
		.reads_today = today,
		.reads_left = settings->max_reads_per_day > 0 ? (left > 0 ? left : 0) : -1,
	};
	snprintf(state->reason, sizeof(state->reason), "%s", device->reason);
}

bool device_outage(struct device_outage *outage, struct bus_device *const *devices,
		size_t count, char message[DEVICE_MESSAGE_SIZE])
{
	size_t gone = 0;
	for (size_t i = 0; i < count; i++) {
		gone += devices[i]->silent && devices[i]->last_seen > 0;
	}
	bool out = gone >= OUTAGE_LEAST && 2 * gone >= count;
	bool news = out && !outage->told;
	outage->told = out;
	if (news) {
		snprintf(message, DEVICE_MESSAGE_SIZE,
				"%zu of %zu meters that used to answer are silent: the converter may be "
				"overloaded or without power, or the bus shorted or cut; measure the bus "
				"voltage (21 to 42 V)",
				gone, count);
	}
	return news;
}

bool device_fails(struct bus_device *device, const char *reason, int64_t wait,
		int64_t now, char message[DEVICE_MESSAGE_SIZE])
{
	char text[DURATION_SIZE];
	if (device->silent) {
		return false;
	}
	device->silent = true;
	device->silent_since = now;
	snprintf(message, DEVICE_MESSAGE_SIZE, "%s is silent: %s; asked again in %s",
			device->settings.name, reason, duration_text(wait, text));
	return true;
}

bool device_answers(
		struct bus_device *device, int64_t now, char message[DEVICE_MESSAGE_SIZE])
{
	char text[DURATION_SIZE];
	if (!device->silent) {
		return false;
	}
	device->silent = false;
	snprintf(message, DEVICE_MESSAGE_SIZE, "%s is back after %s", device->settings.name,
			duration_text(now - device->silent_since, text));
	return true;
}

bool device_meets(struct bus_device *device, const struct readout *readout,
		char message[DEVICE_MESSAGE_SIZE])
{
	char before[MG_IDENTITY_SIZE], after[MG_IDENTITY_SIZE];
	if (!readout->has_identity) {
		return false;
	}
	bool news = device->has_identity && !device->settings.address.secondary &&
				!telegrams_same_meter(&device->identity, &readout->identity);
	if (news) {
		snprintf(message, DEVICE_MESSAGE_SIZE,
				"%s: the meter at address %u was %s, now it is %s", device->settings.name,
				(unsigned)device->settings.address.primary,
				mg_identity_text(&device->identity, before),
				mg_identity_text(&readout->identity, after));
	}
	device->has_identity = true;
	device->identity = readout->identity;
	return news;
}

static bool is_expected(const struct bus_device *device, const struct readout *readout)
{
	if (!device->settings.has_expect) {
		return true;
	}
	/* Without an identity only the key of the expected meter gives a value. */
	return readout->has_identity ? telegrams_fit(&device->settings.expect,
										   readout->header, &readout->identity)
								 : device->settings.has_key;
}

bool device_refuses(struct bus_device *device, const struct readout *readout, bool *news,
		char message[DEVICE_MESSAGE_SIZE])
{
	char expected[MG_IDENTITY_SIZE], seen[MG_IDENTITY_SIZE];
	bool refused = !is_expected(device, readout);
	*news = refused && !device->refused;
	device->refused = refused;
	if (*news) {
		snprintf(message, DEVICE_MESSAGE_SIZE,
				"%s: %s answered, but %s is expected; its readings are refused until "
				"`expect` or the address is changed",
				device->settings.name,
				readout->has_identity ? mg_identity_text(&readout->identity, seen)
									  : "a meter without identity",
				mg_identity_text(&device->settings.expect, expected));
	}
	return refused;
}
