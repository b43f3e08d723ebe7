/* SPDX-License-Identifier: MIT */
/*
 * The command scan: finds the meters of a bus, tells of each as it is found, and keeps
 * them in the inventory. The inventory is read and written on the loop thread, once
 * before and once after a scan, which takes a minute or more: a few hundred short lines,
 * so a thread for it would cost more than it spares.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/command.h"
#include "gateway/command_scan_order.h"
#include "gateway/command_scan_text.h"
#include "gateway/inventory.h"

/* Between two lines of progress, µs. */
#define PROGRESS_EVERY 250000
#define MEMBERS_SIZE (SCAN_TOKEN_SIZE + 64)

struct scanning {
	struct command *command;
	const struct command_bus *bus;
	struct scan_order order;
	struct mg_identity *known;
	int *known_at; /* where each of them had its primary address; -1: nowhere */
	uint64_t job;  /* 0: none is under way */
	bool cancelled;
	int64_t told_at;                 /* µs: of the last progress */
	const struct scan_found *newest; /* of those told; each comes behind the one before */
};

static void release(void *state)
{
	struct scanning *scanning = state;
	free(scanning->known);
	free(scanning->known_at);
	free(scanning);
}

static bool has_inventory(const struct command *command)
{
	return command_world(command)->state_dir[0] != '\0';
}

/* Where the inventory has a meter that was asked for by its identity alone; -1: nowhere.
 */
static int last_address(const struct scanning *scanning, const struct scan_found *found)
{
	for (size_t i = 0; i < scanning->order.known_count && found->known; i++) {
		const struct mg_identity *known = &scanning->known[i];
		if (found->address < 0 && mg_identity_match(known, &found->identity)) {
			return scanning->known_at[i];
		}
	}
	return -1;
}

/* The device of the configuration that is read at what was found, or at the
   primary address `at`. */
static const char *device_of(
		const struct setup_bus *setup, const struct scan_found *found, int at)
{
	for (size_t i = 0; i < setup->device_count; i++) {
		const struct bus_device_settings *device = &setup->devices[i].settings;
		const struct bus_address *address = &device->address;
		bool same = address->secondary
							? found->has_identity && mg_identity_match(&address->identity,
															 &found->identity)
							: at == address->primary;
		if (same) {
			return device->name;
		}
	}
	return NULL;
}

static void on_found(void *data, const struct scan_found *found)
{
	struct scanning *scanning = data;
	int last = last_address(scanning, found);
	int at = found->address >= 0 ? found->address : last;
	const struct command_scan_meter meter = {
		.found = found,
		.last_address = last,
		.device = device_of(scanning->bus->setup, found, at),
		.again = scanning->newest != NULL && found <= scanning->newest,
	};
	command_scan_found(scanning->command, scanning->bus, &meter);
	scanning->newest = meter.again ? scanning->newest : found;
}

static void on_progress(void *data, const struct scan_progress *progress)
{
	struct scanning *scanning = data;
	int64_t now = loop_clock();
	if (now - scanning->told_at < PROGRESS_EVERY ||
			command_congested(scanning->command)) {
		return;
	}
	scanning->told_at = now;
	command_scan_progress(scanning->command, scanning->order.kind, progress);
}

/* Enters what was found. Reads the file again: others may have scanned meanwhile. True
   when *inventory stands; it is to be finished in any case. */
static bool keep(
		struct scanning *scanning, const struct scan *scan, struct inventory *inventory)
{
	struct command *command = scanning->command;
	char why[INVENTORY_WHY_SIZE] = "";
	int error = inventory_load(inventory, command_world(command)->state_dir, why);
	if (inventory->warning[0] != '\0') {
		command_warning(command, inventory->warning, "");
	}
	if (error == 0) {
		error = inventory_note(inventory, bus_name(scanning->bus->bus), scan->found,
				scan->count, (int64_t)time(NULL));
		snprintf(why, sizeof(why), "the inventory is full: %d meters",
				INVENTORY_METERS_MAX);
	}
	if (error == 0 && scan->count > 0) {
		error = inventory_save(inventory, why);
	}
	if (error != 0) {
		command_warning(command, why, "");
	}
	return error == 0;
}

static void fail(struct scanning *scanning, const struct bus_result *result)
{
	char reason[COMMAND_REASON_SIZE];
	command_fail(scanning->command, command_outcome_code(result), "%s",
			command_outcome_reason(scanning->bus, result, reason));
}

/* An end for the command: a token that was refused, a port that was lost, or its own. */
static void end_command(
		struct scanning *scanning, const struct bus_result *result, const char *members)
{
	const struct scan *scan = result->scan;
	if (scanning->cancelled) {
		command_done(scanning->command, COMMAND_INTERRUPTED, members);
	} else if (result->outcome == BUS_NOT_OPEN) {
		fail(scanning, result);
	} else if (scan->reason[0] != '\0') {
		int code = scan->fell_silent ? COMMAND_NO_ANSWER : COMMAND_OTHER;
		command_fail(scanning->command, scan->progress.probes == 0 ? COMMAND_USAGE : code,
				"%s", scan->reason);
	} else {
		bool any = scan->count > 0 || scan->before > 0;
		command_done(scanning->command, any ? COMMAND_OK : COMMAND_NO_ANSWER, members);
	}
}

/* What was found stands, however the scan ended. */
static void sum_up(struct scanning *scanning, const struct bus_result *result)
{
	struct inventory inventory = { .path = NULL };
	char token[SCAN_TOKEN_SIZE] = "", members[MEMBERS_SIZE];
	const struct scan *scan = result->scan;
	bool kept = has_inventory(scanning->command) && keep(scanning, scan, &inventory);
	const struct command_scan_end end = {
		.order = &scanning->order,
		.scan = scan,
		.inventory = kept ? &inventory : NULL,
		.bus = bus_name(scanning->bus->bus),
		.duration = result->duration,
		.token = scan->done ? "" : scan_token(scan, token),
	};
	command_scan_summary(scanning->command, &end);
	inventory_finish(&inventory);
	command_scan_members(&end, members, sizeof(members));
	end_command(scanning, result, members);
}

static void on_done(void *data, const struct bus_result *result)
{
	struct scanning *scanning = data;
	scanning->job = 0;
	scanning->cancelled = scanning->cancelled || result->outcome == BUS_CANCELLED;
	if (result->scan == NULL && !scanning->cancelled) {
		fail(scanning, result);
	} else if (result->scan == NULL) {
		command_done(scanning->command, COMMAND_INTERRUPTED, "\"found\":0");
	} else if (result->scan->progress.probes == 0 && !result->scan->done &&
			   !scanning->cancelled) {
		end_command(scanning, result, "\"found\":0");
	} else {
		sum_up(scanning, result);
	}
}

/* Identities and addresses of the meters of the bus. */
static void take_known(struct scanning *scanning, const struct inventory *inventory)
{
	const char *bus = bus_name(scanning->bus->bus);
	size_t count = inventory_known(inventory, bus, NULL, 0), at = 0;
	scanning->known = calloc(count + 1, sizeof(*scanning->known));
	scanning->known_at = calloc(count + 1, sizeof(*scanning->known_at));
	if (scanning->known == NULL || scanning->known_at == NULL) {
		return;
	}
	inventory_known(inventory, bus, scanning->known, count);
	for (size_t i = 0; i < inventory->count; i++) {
		if (strcmp(inventory->meters[i].bus, bus) == 0) {
			scanning->known_at[at++] = inventory->meters[i].address;
		}
	}
	scanning->order.known = scanning->known;
	scanning->order.known_count = count;
}

/* What the inventory knows of the bus; what cannot be read is said. */
static void load_known(struct scanning *scanning)
{
	struct command *command = scanning->command;
	struct inventory inventory;
	char why[INVENTORY_WHY_SIZE];
	int error = inventory_load(&inventory, command_world(command)->state_dir, why);
	if (error != 0) {
		command_warning(command, why, "");
	} else {
		take_known(scanning, &inventory);
	}
	inventory_finish(&inventory);
}

/* With --known there has to be something that is known. */
static bool check_known(struct scanning *scanning)
{
	if (has_inventory(scanning->command)) {
		load_known(scanning);
	}
	if (!scanning->order.known_only || scanning->order.known_count > 0) {
		return true;
	}
	command_fail(scanning->command, COMMAND_USAGE,
			"no meter of bus %s is known yet: scan it once without --known, with a "
			"`state_dir` that can be written",
			bus_name(scanning->bus->bus));
	return false;
}

static void submit(struct scanning *scanning)
{
	const struct scan_user user = {
		.data = scanning, .found = on_found, .progress = on_progress
	};
	const struct bus_job job = {
		.kind = BUS_JOB_SCAN,
		.scan = &scanning->order,
		.scan_user = &user,
		.done = on_done,
		.data = scanning,
	};
	scanning->job = bus_submit(scanning->bus->bus, &job);
	if (scanning->job == 0) {
		command_fail(scanning->command, COMMAND_BUSY,
				"too much waits for bus %s already; try again later",
				bus_name(scanning->bus->bus));
	}
}

/* The first speed that the line of the bus cannot have; 0: none. */
static uint32_t impossible_speed(
		const struct command_bus *bus, const struct scan_order *order)
{
	for (size_t i = 0; i < order->baud_count && bus_is_fixed(bus->bus); i++) {
		if (order->bauds[i] != bus->setup->settings.line.baud) {
			return order->bauds[i];
		}
	}
	return 0;
}

static void run(struct command *command, const struct command_args *args)
{
	char why[COMMAND_SCAN_WHY];
	struct scan_order order;
	if (args->count == 0) {
		command_fail(command, COMMAND_USAGE, "want scan BUS [primary|secondary]");
		return;
	}
	const struct command_bus *bus = command_find_bus(command, args->words[0]);
	if (bus == NULL) {
		return;
	}
	if (!command_scan_order(args, &order, why)) {
		command_fail(command, COMMAND_USAGE, "%s", why);
		return;
	}
	uint32_t speed = impossible_speed(bus, &order);
	if (speed != 0) {
		command_fail(command, COMMAND_USAGE,
				"--baud: this transport cannot change the speed of its line to %u; set "
				"it "
				"at the converter, and `baud` of the bus with it",
				(unsigned)speed);
		return;
	}
	struct scanning *scanning = calloc(1, sizeof(*scanning));
	if (scanning == NULL) {
		command_fail(command, COMMAND_OTHER, "out of memory");
		return;
	}
	*scanning = (struct scanning){ .command = command, .bus = bus, .order = order };
	scanning->order.bus = bus_name(bus->bus);
	scanning->order.port = bus->setup->port;
	command_keep(command, scanning, release);
	if (check_known(scanning)) {
		submit(scanning);
	}
}

static void cancel(struct command *command)
{
	struct scanning *scanning = command_state(command);
	scanning->cancelled = true;
	bus_cancel(scanning->bus->bus, scanning->job);
}

static const char *const flags[] = { "primary", "secondary", "addresses", "mask", "baud",
	"fast", "hex", "known", "identify", "repeats", "thorough", "resume", NULL };

const struct command_verb command_scan = {
	.name = "scan",
	.usage = "BUS [primary|secondary] [--addresses=0-250,5] [--mask=12345678] "
			 "[--baud=2400,9600] [--identify] [--fast] [--hex] [--known] [--repeats=N] "
			 "[--thorough] [--resume=TOKEN]",
	.flags = flags,
	.run = run,
	.cancel = cancel,
};
