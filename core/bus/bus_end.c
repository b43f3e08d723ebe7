/* SPDX-License-Identifier: MIT */
/* What a bus does when something is over: readings, results and events. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "bus/assemble.h"
#include "bus/bus_private.h"
#include "bus/duration.h"
#include "procedure/procedure.h"

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
	const struct readout *readout = &bus->master.readout;
	const struct bus_key *key = bus_key_find(bus->settings.keys, &readout->address);
	return key == NULL || !readout->has_identity
				   ? readout->secret.identity
				   : bus_key_identity(key, &readout->identity);
}

static struct reading *assemble(const struct bus *bus)
{
	const struct readout *readout = &bus->master.readout;
	struct assemble_context context = {
		.bus = bus->settings.name,
		.time = bus->wall,
		.error = readout->error,
		.whole = readout->error == NULL,
		.key = readout->secret.key,
		.identity = identity_of(bus),
		.formats = bus->formats,
	};
	if (bus->master.device != NULL) {
		context.device = bus->master.device->settings.name;
		context.label = bus->master.device->settings.label;
		context.tags = bus->master.device->settings.tags;
		context.tag_count = bus->master.device->settings.tag_count;
	} else {
		context.device = bus->master.job->label;
	}
	return assemble_reading(readout->frames, readout->count, &context);
}

/* What the meter said to REQ_UD1, once for each change. */
static void tell_alarm(struct bus *bus, struct bus_device *device)
{
	const struct mg_bytes bytes = bus->master.readout.alarm;
	char message[DEVICE_MESSAGE_SIZE];
	struct mg_frame frame;
	struct mg_telegram telegram;
	size_t length;
	if (bytes.size == 0 ||
			mg_frame_parse(bytes.data, bytes.size, &frame, &length) != MG_FAULT_NONE) {
		device->alarm = -1;
		return;
	}
	mg_telegram_parse(&frame, &telegram);
	if (telegram.alarm == device->alarm) {
		return;
	}
	device->alarm = telegram.alarm;
	if (telegram.alarm >= 0) {
		snprintf(message, sizeof(message),
				"%s raises alarm state %02Xh; the manual of the meter tells what its "
				"bits mean",
				device->settings.name, (unsigned)telegram.alarm);
		tell(bus, "device_alarm", device, MG_LOG_WARNING, message);
	}
}

static void device_read(struct bus *bus, struct bus_device *device)
{
	char message[DEVICE_MESSAGE_SIZE];
	bool news;
	bool refused = device_refuses(device, &bus->master.readout, &news, message);
	if (news) {
		tell(bus, "identity_refused", device, MG_LOG_WARNING, message);
	}
	if (device_meets(device, &bus->master.readout, message)) {
		tell(bus, "meter_changed", device, MG_LOG_WARNING, message);
	}
	if (refused) {
		bus->counters.refused_identities++;
		return;
	}
	tell_alarm(bus, device);
	struct reading *reading = assemble(bus);
	if (reading == NULL) {
		log_write(host_log(bus->host), MG_LOG_ERROR, host_title(bus->host),
				"%s: out of memory, a reading is lost", device->settings.name);
		return;
	}
	bus->counters.readings++;
	bus->owner.publish(bus->owner.data, reading);
}

/* Many meters do not fall silent at once by chance. */
static void tell_outage(struct bus *bus)
{
	char message[DEVICE_MESSAGE_SIZE];
	if (device_outage(
				&bus->outage, bus->master.devices, bus->master.device_count, message)) {
		tell(bus, "bus_silent", NULL, MG_LOG_ERROR, message);
	}
}

static void device_answered(struct bus *bus, struct bus_device *device, int64_t now)
{
	char message[DEVICE_MESSAGE_SIZE];
	if (device_answers(device, now, message)) {
		tell(bus, "device_back", device, MG_LOG_INFO, message);
		tell_outage(bus);
	}
	if (bus->master.readout.outcome == BUS_OK) {
		device_read(bus, device);
	} else {
		log_write(host_log(bus->host), MG_LOG_DEBUG, host_title(bus->host), "%s: %s",
				device->settings.name, bus->master.readout.reason);
	}
}

static void device_failed(struct bus *bus, struct bus_device *device, int64_t now)
{
	char message[DEVICE_MESSAGE_SIZE];
	if (device_fails(device, bus->master.readout.reason, device->entry.due - now, now,
				message)) {
		tell(bus, "device_silent", device, MG_LOG_WARNING, message);
		tell_outage(bus);
	}
}

static void end_device(struct bus *bus, int64_t now)
{
	switch (bus->master.readout.outcome) {
	case BUS_OK:
	case BUS_NO_DATA:
		device_answered(bus, bus->master.device, now);
		break;
	case BUS_CANCELLED: /* it stays due */
	case BUS_NOT_OPEN:
		break;
	default:
		device_failed(bus, bus->master.device, now);
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

static void end_job(struct bus *bus, int64_t now)
{
	struct master *master = &bus->master;
	const struct readout *readout = &master->readout;
	struct job *job = master->job;
	struct bus_result result = { .outcome = readout->outcome };
	if (master->begun_at != 0) {
		result.duration = now - master->begun_at;
	}
	if (result.outcome != BUS_OK) {
		snprintf(result.reason, sizeof(result.reason), "%s", readout->reason);
		result.error = result.outcome == BUS_NOT_OPEN ? bus->port.error : 0;
	} else if (job->kind == BUS_JOB_READ) {
		add_reading(bus, &result);
	}
	if (result.reading != NULL && job->publish) {
		bus->owner.publish(bus->owner.data, reading_ref(result.reading));
	}
	master->job = NULL;
	jobs_end(job, &result);
	reading_unref(result.reading);
}

/* What a task that was cut off, or has ended by itself, came to. */
static enum bus_outcome task_outcome(const struct job *job)
{
	return job->procedure != NULL ? (enum bus_outcome)procedure_outcome(job->procedure)
								  : BUS_OK;
}

void bus_end_task(void *data, bool cancelled, int64_t now)
{
	struct bus *bus = data;
	struct master *master = &bus->master;
	struct job *job = master->job;
	struct bus_result result = { .outcome = task_outcome(job) };
	if (master->begun_at != 0) {
		result.duration = now - master->begun_at;
	}
	if (cancelled) {
		bool lost = master->readout.outcome == BUS_NOT_OPEN && !job->cancelled;
		result.outcome = lost ? BUS_NOT_OPEN : BUS_CANCELLED;
		result.error = lost ? bus->port.error : 0;
		snprintf(result.reason, sizeof(result.reason), "%s",
				lost ? bus->port.reason : "cancelled");
	} else if (job->procedure != NULL && result.outcome != BUS_OK) {
		snprintf(result.reason, sizeof(result.reason), "%s",
				procedure_text(job->procedure));
	}
	master->readout.outcome = BUS_OK;
	master->job = NULL;
	jobs_end(job, &result);
}

void bus_end_jobs(struct bus *bus)
{
	struct bus_result result = { .outcome = BUS_CANCELLED };
	snprintf(
			result.reason, sizeof(result.reason), "the bus %s stops", bus->settings.name);
	jobs_end_all(&bus->master.jobs, &result);
}

/* Both know the slave by another name than the readout: its frame count bit is not known
   any more. */
static void forget_others(struct bus *bus)
{
	const struct readout *readout = &bus->master.readout;
	const struct mg_identity *identity =
			readout->has_identity ? &readout->identity : NULL;
	for (size_t i = 0; i < bus->master.device_count; i++) {
		struct bus_device *device = bus->master.devices[i];
		if (&device->memory != readout->memory &&
				readout_disturbs(&readout->address, &device->settings.address,
						device->has_identity ? &device->identity : identity)) {
			readout_forget(&device->memory);
		}
	}
}

/* A readout that was cut off by something else than the meter has not failed. */
static void count_failure(struct bus *bus)
{
	enum bus_outcome outcome = bus->master.readout.outcome;
	if (bus->master.readout.kind == READOUT_READ &&
			(outcome == BUS_NO_ANSWER || outcome == BUS_BAD_ANSWER ||
					outcome == BUS_NO_DATA)) {
		bus->counters.failed_readouts++;
	}
}

void bus_end_readout(void *data, int64_t now)
{
	struct bus *bus = data;
	forget_others(bus);
	count_failure(bus);
	if (bus->master.device != NULL) {
		end_device(bus, now);
		bus->master.device = NULL;
	} else if (bus->master.job != NULL) {
		end_job(bus, now);
	}
}

static void end_unopened_jobs(struct bus *bus)
{
	struct bus_result result = { .outcome = BUS_NOT_OPEN, .error = bus->port.error };
	snprintf(result.reason, sizeof(result.reason), "%s", bus->port.reason);
	jobs_end_all(&bus->master.jobs, &result);
}

void bus_end_down(struct bus *bus)
{
	char message[DEVICE_MESSAGE_SIZE];
	master_abort(&bus->master, BUS_NOT_OPEN, bus->port.reason, loop_clock());
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
