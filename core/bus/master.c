/* SPDX-License-Identifier: MIT */
/* The master of one bus: decides what the bus does next, and does it. */
#include "bus/master.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_key.h"

#define MILLISECOND 1000
#define FIRST_ROOM 4

void master_init(struct master *master, struct exchange *exchange,
		const struct bus_settings *settings, const struct master_user *user)
{
	*master = (struct master){ .exchange = exchange,
		.keys = settings->keys,
		.user = *user,
		.passive = settings->passive };
	readout_init(&master->readout, exchange, (unsigned)settings->tries,
			(size_t)settings->telegrams);
	if (settings->tries_bad > 0) {
		master->readout.tries_bad = (unsigned)settings->tries_bad;
	}
	schedule_init(&master->schedule, settings->silent_max * MILLISECOND);
}

void master_finish(struct master *master)
{
	if (master->job != NULL) {
		jobs_return(&master->jobs, master->job);
	}
	jobs_finish(&master->jobs);
	schedule_finish(&master->schedule);
	readout_finish(&master->readout);
	for (size_t i = 0; i < master->device_count; i++) {
		free(master->devices[i]);
	}
	free(master->devices);
	master->devices = NULL;
	master->device_count = 0;
}

static bool make_room(struct master *master)
{
	if (master->device_count < master->device_room) {
		return true;
	}
	size_t room = master->device_room > 0 ? master->device_room * 2 : FIRST_ROOM;
	struct bus_device **devices =
			realloc(master->devices, room * sizeof(struct bus_device *));
	if (devices == NULL) {
		return false;
	}
	master->devices = devices;
	master->device_room = room;
	return true;
}

struct bus_device *master_add_device(struct master *master,
		const struct bus_device_settings *settings, int64_t interval)
{
	struct bus_device *device = make_room(master) ? malloc(sizeof(*device)) : NULL;
	if (device == NULL) {
		return NULL;
	}
	device_init(device, settings);
	if (!settings->jobs_only &&
			!schedule_add(&master->schedule, &device->entry, interval)) {
		free(device);
		return NULL;
	}
	master->devices[master->device_count++] = device;
	return device;
}

/*
 * What is needed to look into the telegrams. Who the meter is counts only where it is
 * configured: of telegrams that do not say it themselves, the check bytes of mode 5 show
 * a wrong manufacturer, but not that another meter of the same key has come in between.
 */
static struct telegrams_secret secret_of(
		const struct master *master, const struct bus_address *address)
{
	const struct bus_key *key = bus_key_find(master->keys, address);
	if (key == NULL) {
		return (struct telegrams_secret){ .key = NULL };
	}
	return (struct telegrams_secret){
		.key = &key->key,
		.identity = &key->identity,
	};
}

/* The device that a job asks for, or NULL. */
static struct bus_device *device_of(const struct master *master, const struct job *job)
{
	for (size_t i = 0; i < master->device_count; i++) {
		if (bus_address_equal(&master->devices[i]->settings.address, &job->address)) {
			return master->devices[i];
		}
	}
	return NULL;
}

/* Sent at the wrong speed a request only disturbs others. */
static bool refuses_speed(struct master *master, const struct bus_device *device,
		const struct bus_address *address)
{
	char text[MG_IDENTITY_SIZE];
	struct readout *readout = &master->readout;
	uint32_t line = master->exchange->timing->baud, wanted = readout->manner.baud;
	if (master->fixed == NULL || wanted == 0 || wanted == line) {
		return false;
	}
	readout->outcome = BUS_REFUSED;
	snprintf(readout->reason, sizeof(readout->reason),
			"%s is to be asked at %u Bd, but the transport of bus %s cannot change the "
			"speed of its line, %u Bd; leave out `baud`, or put the meter on a serial "
			"port",
			device != NULL ? device->settings.name : bus_address_text(address, text),
			(unsigned)wanted, master->fixed, (unsigned)line);
	return true;
}

static void read_device(struct master *master, struct bus_device *device, int64_t now)
{
	master->begun_at = 0;
	master->readout.secret = secret_of(master, &device->settings.address);
	device_prepare(device, &master->readout);
	if (refuses_speed(master, device, &device->settings.address)) {
		return;
	}
	readout_begin(&master->readout, READOUT_READ, &device->settings.address,
			&device->memory, now);
}

/* As the device is asked that it is, but in full: somebody waits for the answer. */
static void prepare_job(
		struct master *master, const struct job *job, const struct bus_device *device)
{
	struct readout_manner *manner = &master->readout.manner;
	*manner = (struct readout_manner){ .baud = 0 };
	if (device != NULL) {
		device_prepare(device, &master->readout);
		manner->once = false;
	}
	manner->baud = job->baud != 0 ? job->baud : manner->baud;
}

static void read_job(struct master *master, struct job *job, int64_t now)
{
	struct bus_device *device = device_of(master, job);
	enum readout_kind kind = job->kind == BUS_JOB_PING ? READOUT_PING : READOUT_READ;
	master->begun_at = 0;
	master->readout.secret = secret_of(master, &job->address);
	prepare_job(master, job, device);
	if (refuses_speed(master, device, &job->address)) {
		return;
	}
	readout_begin(&master->readout, kind, &job->address,
			device != NULL ? &device->memory : &job->memory, now);
}

/* The task has lost the bus, but goes on later. */
static void suspend(struct master *master, int64_t wake)
{
	struct job *job = master->job;
	job->begun = true;
	job->wake = wake;
	job->begun_at = master->begun_at;
	master->job = NULL;
	master->scans_turn = false;
	/* It may have talked to any slave. */
	master_forget(master);
	jobs_return(&master->jobs, job);
}

static void end_task(struct master *master, bool cancelled, int64_t now)
{
	master->asked = false;
	master->scans_turn = false;
	if (cancelled) {
		master->job->task->ops->stop(master->job->task, now);
	}
	/* Whatever it did, the slaves were talked to. */
	master_forget(master);
	master->user.worked(master->user.data, cancelled, now);
}

static void give_up_task(struct master *master, int64_t now)
{
	struct job *job = master->job;
	const struct task_ops *ops = job->task->ops;
	bool parts = ops->part != NULL && job->talked && !job->parting;
	job->parting = true;
	if (parts && ops->part(job->task, now) == TASK_EXCHANGE) {
		master->asked = true;
		return;
	}
	end_task(master, true, now);
}

static void ask_task(struct master *master, int64_t now)
{
	struct task *task = master->job->task;
	switch (task->ops->ask(task, now)) {
	case TASK_EXCHANGE:
		master->asked = true;
		master->job->talked = true;
		break;
	case TASK_WAIT:
		suspend(master, task->wake);
		break;
	case TASK_OVER:
		end_task(master, false, now);
		break;
	}
}

static void begin_job(struct master *master, struct job *job, int64_t now)
{
	master->job = job;
	if (job->task == NULL) {
		read_job(master, job, now);
		return;
	}
	master->begun_at = job->begun_at;
	ask_task(master, now);
}

static int64_t wall_at(const struct master *master, int64_t now)
{
	return master->user.wall != NULL ? master->user.wall(master->user.data, now) : now;
}

static bool begin_device(struct master *master, int64_t now)
{
	struct schedule_entry *entry = schedule_take(&master->schedule, now);
	int64_t wait, wall = wall_at(master, now);
	if (entry == NULL) {
		return false;
	}
	struct bus_device *device = (struct bus_device *)(void *)entry;
	if (!device_may_read(device, wall, &wait)) {
		schedule_postpone(&master->schedule, entry, now + wait);
		return true;
	}
	device_spend(device, wall);
	master->device = device;
	master->scans_turn = true;
	read_device(master, device, now);
	return true;
}

/* A job that was given up while it had not the bus. */
static void drop_job(struct master *master, struct job *job, int64_t now)
{
	master->job = job;
	if (job->task != NULL) {
		master->begun_at = job->begun_at;
		give_up_task(master, now);
		return;
	}
	master->readout.outcome = BUS_CANCELLED;
	snprintf(master->readout.reason, sizeof(master->readout.reason), "cancelled");
	master->user.read(master->user.data, now);
}

/* Work out of turn comes first, then devices that are due; a scan that waits has every
   second turn among them, so that it goes on even on a bus that never rests. */
static bool begin_next(struct master *master, int64_t now)
{
	struct job *job = jobs_take(&master->jobs, master->scans_turn, now);
	if (job == NULL && begin_device(master, now)) {
		return true;
	}
	job = job != NULL ? job : jobs_take(&master->jobs, true, now);
	if (job == NULL) {
		return false;
	}
	if (job->cancelled) {
		drop_job(master, job, now);
	} else {
		begin_job(master, job, now);
	}
	return true;
}

/* When the device is asked again. One that was cut off by something else stays due. */
static void plan_device(struct master *master, int64_t now)
{
	struct schedule_entry *entry = &master->device->entry;
	switch (master->readout.outcome) {
	case BUS_OK:
	case BUS_NO_DATA:
		schedule_answered(&master->schedule, entry, now);
		break;
	case BUS_NO_ANSWER:
	case BUS_BAD_ANSWER:
	case BUS_REFUSED:
		schedule_failed(&master->schedule, entry, now);
		break;
	case BUS_CANCELLED:
	case BUS_NOT_OPEN:
		break;
	}
}

/* Keeps what the readout shows of a device, whoever asked for it. */
static void note_device(struct master *master, int64_t now)
{
	enum bus_outcome outcome = master->readout.outcome;
	struct bus_device *device =
			master->device != NULL ? master->device : device_of(master, master->job);
	if (device != NULL && outcome != BUS_CANCELLED && outcome != BUS_NOT_OPEN &&
			outcome != BUS_REFUSED) {
		device_note(device, &master->readout, now);
	}
}

static void end_readout(struct master *master, int64_t now)
{
	if (master->device != NULL) {
		plan_device(master, now);
	}
	note_device(master, now);
	master->user.read(master->user.data, now);
}

bool master_busy(const struct master *master)
{
	return master->device != NULL || master->job != NULL;
}

static bool is_given_up(const struct master *master)
{
	return master->stopping || (master->job != NULL && master->job->cancelled);
}

static void step_readout(struct master *master, int64_t now)
{
	bool more = readout_step(&master->readout, now);
	if (more && is_given_up(master)) {
		readout_abort(&master->readout, now);
		more = false;
	}
	if (!more) {
		end_readout(master, now);
	}
}

/* An exchange of the task has ended. */
static void step_task(struct master *master, int64_t now)
{
	struct task *task = master->job->task;
	if (master->asked && !master->job->parting) {
		task->ops->take(task, now);
	}
	master->asked = false;
	if (is_given_up(master)) {
		give_up_task(master, now);
	} else if (task->yields) {
		suspend(master, 0);
	} else {
		ask_task(master, now);
	}
}

bool master_advance(struct master *master, int64_t now)
{
	if (exchange_busy(master->exchange)) {
		return false;
	}
	if (!master_busy(master)) {
		return !master->stopping && !master->passive && begin_next(master, now);
	}
	if (master->job != NULL && master->job->task != NULL) {
		step_task(master, now);
	} else {
		step_readout(master, now);
	}
	return true;
}

void master_sends(struct master *master, int64_t now)
{
	if (master->begun_at == 0) {
		master->begun_at = now;
	}
}

int64_t master_when(const struct master *master, int64_t now)
{
	if (master->stopping || master->passive) {
		return SCHEDULE_NEVER;
	}
	if (jobs_ready(&master->jobs, true, now)) {
		return now;
	}
	int64_t when = schedule_when(&master->schedule);
	int64_t wake = jobs_wake(&master->jobs);
	return wake < when ? wake : when;
}

void master_abort(
		struct master *master, enum bus_outcome outcome, const char *reason, int64_t now)
{
	if (!master_busy(master)) {
		return;
	}
	snprintf(master->readout.reason, sizeof(master->readout.reason), "%s", reason);
	if (master->job != NULL && master->job->task != NULL) {
		if (master->asked) {
			exchange_abort(master->exchange, now);
		}
		master->readout.outcome = outcome;
		end_task(master, true, now);
		return;
	}
	if (readout_busy(&master->readout)) {
		readout_abort(&master->readout, now);
		snprintf(master->readout.reason, sizeof(master->readout.reason), "%s", reason);
	}
	master->readout.outcome = outcome;
	end_readout(master, now);
}

void master_cancel(struct master *master, uint64_t number)
{
	struct job *job = jobs_find(&master->jobs, number);
	if (job == NULL && master->job != NULL && master->job->number == number) {
		job = master->job;
	}
	if (job != NULL) {
		job->cancelled = true;
	}
}

void master_forget(struct master *master)
{
	for (size_t i = 0; i < master->device_count; i++) {
		readout_forget(&master->devices[i]->memory);
	}
}
