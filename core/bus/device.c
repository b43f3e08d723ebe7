/* SPDX-License-Identifier: MIT */
/* What a bus knows of one of its devices, and what is worth telling about it. */
#include "bus/device.h"

#include <stdio.h>

#include "bus/duration.h"
#include "bus/telegrams.h"

void device_init(struct bus_device *device, const struct bus_device_settings *settings)
{
	*device = (struct bus_device){ .settings = *settings };
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
