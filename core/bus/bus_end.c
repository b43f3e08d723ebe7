/* SPDX-License-Identifier: MIT */
/* What a bus does when something is over: readings, results and events. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "bus/assemble.h"
#include "bus/bus_private.h"
#include "bus/duration.h"

#define SECOND 1000000
#define NANOSECONDS 1000

int64_t bus_end_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / NANOSECONDS;
}

static void tell(struct bus *bus, const char *type, const struct bus_device *device,
		enum mg_log_level level, const char *message)
{
	/* What happens to the bus names it already. */
	log_write(host_log(bus->host), level, device != NULL ? host_title(bus->host) : NULL,
			"%s", message);
	struct reading *event = reading_create_event(type, bus->settings.name,
			device != NULL ? device->settings.name : "", bus_end_clock(), message);
	if (event != NULL) {
		bus->owner.publish(bus->owner.data, event);
	}
}

/* Who the meter is, for telegrams that do not say it: what is configured counts when it
   is whole, then what others of the same readout said. */
static const struct mg_identity *identity_of(const struct bus *bus)
{
	const struct readout *readout = &bus->readout;
	const struct bus_key *key = bus_key_find(bus->settings.keys, &readout->address);
	return key == NULL || !readout->has_identity
				   ? readout->secret.identity
				   : bus_key_identity(key, &readout->identity);
}

static struct reading *assemble(const struct bus *bus)
{
	const struct readout *readout = &bus->readout;
	struct assemble_context context = {
		.bus = bus->settings.name,
		.time = bus->wall,
		.error = readout->error,
		.whole = readout->error == NULL,
		.key = readout->secret.key,
		.identity = identity_of(bus),
		.formats = bus->formats,
	};
	if (bus->device != NULL) {
		context.device = bus->device->settings.name;
		context.label = bus->device->settings.label;
		context.tags = bus->device->settings.tags;
		context.tag_count = bus->device->settings.tag_count;
	} else {
		context.device = bus->job->label;
	}
	return assemble_reading(readout->frames, readout->count, &context);
}

static void device_read(struct bus *bus, struct bus_device *device)
{
	char message[DEVICE_MESSAGE_SIZE];
	bool news;
	bool refused = device_refuses(device, &bus->readout, &news, message);
	if (news) {
		tell(bus, "identity_refused", device, MG_LOG_WARNING, message);
	}
	if (device_meets(device, &bus->readout, message)) {
		tell(bus, "meter_changed", device, MG_LOG_WARNING, message);
	}
	if (refused) {
		bus->counters.refused_identities++;
		return;
	}
	struct reading *reading = assemble(bus);
	if (reading == NULL) {
		log_write(host_log(bus->host), MG_LOG_ERROR, host_title(bus->host),
				"%s: out of memory, a reading is lost", device->settings.name);
		return;
	}
	bus->counters.readings++;
	bus->owner.publish(bus->owner.data, reading);
}

static void device_answered(struct bus *bus, struct bus_device *device, int64_t now)
{
	char message[DEVICE_MESSAGE_SIZE];
	schedule_answered(&bus->schedule, &device->entry, now);
	if (device_answers(device, now, message)) {
		tell(bus, "device_back", device, MG_LOG_INFO, message);
	}
	if (bus->readout.outcome == BUS_OK) {
		device_read(bus, device);
	} else {
		log_write(host_log(bus->host), MG_LOG_DEBUG, host_title(bus->host), "%s: %s",
				device->settings.name, bus->readout.reason);
	}
}

static void device_failed(struct bus *bus, struct bus_device *device, int64_t now)
{
	char message[DEVICE_MESSAGE_SIZE];
	schedule_failed(&bus->schedule, &device->entry, now);
	if (device_fails(
				device, bus->readout.reason, device->entry.due - now, now, message)) {
		tell(bus, "device_silent", device, MG_LOG_WARNING, message);
	}
}

static void end_device(struct bus *bus)
{
	int64_t now = loop_clock();
	switch (bus->readout.outcome) {
	case BUS_OK:
	case BUS_NO_DATA:
		device_answered(bus, bus->device, now);
		break;
	case BUS_CANCELLED: /* it stays due */
	case BUS_NOT_OPEN:
		break;
	default:
		device_failed(bus, bus->device, now);
		break;
	}
}

/* The reading of a job, or an outcome that says why there is none. */
static void add_reading(struct bus *bus, struct bus_result *result)
{
	result->reading = assemble(bus);
	if (result->reading == NULL) {
		result->outcome = BUS_CANCELLED;
		snprintf(result->reason, sizeof(result->reason), "out of memory");
		return;
	}
	bus->counters.readings++;
}

static void end_job(struct bus *bus, struct job *job)
{
	const struct readout *readout = &bus->readout;
	struct bus_result result = { .outcome = readout->outcome };
	if (bus->begun_at != 0) {
		result.duration = loop_clock() - bus->begun_at;
	}
	if (result.outcome != BUS_OK) {
		snprintf(result.reason, sizeof(result.reason), "%s", readout->reason);
		result.error = result.outcome == BUS_NOT_OPEN ? bus->port.error : 0;
	} else if (readout->kind == READOUT_READ) {
		add_reading(bus, &result);
	}
	bus->job = NULL;
	jobs_end(job, &result);
	reading_unref(result.reading);
}

void bus_end_jobs(struct bus *bus)
{
	struct bus_result result = { .outcome = BUS_CANCELLED };
	snprintf(
			result.reason, sizeof(result.reason), "the bus %s stops", bus->settings.name);
	jobs_end_all(&bus->jobs, &result);
}

/* Both know the slave by another name than the readout: its frame count bit is not known
   any more. Asking by secondary address, or any slave, may meet each of them. */
static void forget_others(struct bus *bus)
{
	const struct readout *readout = &bus->readout;
	const struct bus_address *address = &readout->address;
	bool any = address->secondary || address->primary == MG_A_BROADCAST_REPLY;
	for (size_t i = 0; i < bus->device_count; i++) {
		struct bus_device *device = bus->devices[i];
		if (&device->memory != readout->memory &&
				(any || device->settings.address.primary == address->primary ||
						device->settings.address.primary == MG_A_BROADCAST_REPLY)) {
			readout_forget(&device->memory);
		}
	}
}

/* A readout that was cut off by something else than the meter has not failed. */
static void count_failure(struct bus *bus)
{
	enum bus_outcome outcome = bus->readout.outcome;
	if (bus->readout.kind == READOUT_READ &&
			(outcome == BUS_NO_ANSWER || outcome == BUS_BAD_ANSWER ||
					outcome == BUS_NO_DATA)) {
		bus->counters.failed_readouts++;
	}
}

void bus_end_readout(struct bus *bus)
{
	forget_others(bus);
	count_failure(bus);
	if (bus->device != NULL) {
		end_device(bus);
		bus->device = NULL;
	} else if (bus->job != NULL) {
		end_job(bus, bus->job);
	}
}

static void end_unopened_jobs(struct bus *bus)
{
	struct bus_result result = { .outcome = BUS_NOT_OPEN, .error = bus->port.error };
	snprintf(result.reason, sizeof(result.reason), "%s", bus->port.reason);
	jobs_end_all(&bus->jobs, &result);
}

void bus_end_down(struct bus *bus)
{
	char message[DEVICE_MESSAGE_SIZE];
	if (readout_busy(&bus->readout)) {
		readout_abort(&bus->readout, loop_clock());
		bus->readout.outcome = BUS_NOT_OPEN;
		snprintf(
				bus->readout.reason, sizeof(bus->readout.reason), "%s", bus->port.reason);
		bus_end_readout(bus);
	}
	if (!bus->down) {
		bus->down = true;
		bus->down_since = loop_clock();
		snprintf(message, sizeof(message), "bus %s is down: %s", bus->settings.name,
				bus->port.reason);
		tell(bus, "bus_down", NULL, MG_LOG_ERROR, message);
	}
	end_unopened_jobs(bus);
}

void bus_end_up(struct bus *bus)
{
	char message[DEVICE_MESSAGE_SIZE];
	char text[DURATION_SIZE];
	if (bus->down) {
		bus->down = false;
		snprintf(message, sizeof(message), "bus %s is up again after %s",
				bus->settings.name, duration_text(loop_clock() - bus->down_since, text));
		tell(bus, "bus_up", NULL, MG_LOG_INFO, message);
	}
}
