/* SPDX-License-Identifier: MIT */
/* The command monitor: readings and events of a running gateway as they come. */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/command.h"
#include "gateway/tap.h"

#define COUNT_MAX 1000000000

/* What to let through: readings and events of a bus, or of devices of it. */
struct wish {
	const char *bus, *device; /* globs; device NULL: the bus and all that is on it */
};

struct watching {
	struct command *command;
	struct tap *tap;
	struct tap_listener listener;
	struct wish *wishes;
	size_t wish_count; /* 0: everything */
	uint64_t shown, dropped;
	uint64_t unsaid; /* of the dropped ones, those that the user was not told of */
	long left;       /* readings until the end; -1: no end */
};

static bool fits(const struct wish *wish, const struct mg_reading *view)
{
	return fnmatch(wish->bus, view->bus, 0) == 0 &&
		   (wish->device == NULL || fnmatch(wish->device, view->device, 0) == 0);
}

static bool is_wanted(const struct watching *watching, const struct mg_reading *view)
{
	for (size_t i = 0; i < watching->wish_count; i++) {
		if (fits(&watching->wishes[i], view)) {
			return true;
		}
	}
	return watching->wish_count == 0;
}

static void say_dropped(struct watching *watching)
{
	char text[96], members[64];
	if (watching->unsaid == 0) {
		return;
	}
	snprintf(text, sizeof(text),
			"%" PRIu64 " of the readings and events left out: not taken fast enough",
			watching->unsaid);
	snprintf(members, sizeof(members), "\"dropped\":%" PRIu64, watching->unsaid);
	watching->unsaid = 0;
	command_warning(watching->command, text, members);
}

static void finish(struct watching *watching, int code)
{
	char members[96];
	tap_remove(watching->tap, &watching->listener);
	snprintf(members, sizeof(members), "\"shown\":%" PRIu64 ",\"dropped\":%" PRIu64,
			watching->shown, watching->dropped);
	command_done(watching->command, code, members);
}

static void hear(void *data, struct reading *reading)
{
	struct watching *watching = data;
	const struct mg_reading *view = reading_view(reading);
	if (!is_wanted(watching, view)) {
		return;
	}
	if (command_congested(watching->command)) {
		watching->dropped++;
		watching->unsaid++;
		return;
	}
	say_dropped(watching);
	command_reading(watching->command, reading);
	watching->shown++;
	if (view->message == NULL && watching->left > 0 && --watching->left == 0) {
		finish(watching, COMMAND_OK);
	}
}

static void release(void *state)
{
	struct watching *watching = state;
	tap_remove(watching->tap, &watching->listener);
	free(watching->wishes);
	free(watching);
}

static bool is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

static bool has_device(const struct setup_bus *setup, const char *glob)
{
	bool found = glob == NULL;
	for (size_t i = 0; i < setup->device_count && !found; i++) {
		found = fnmatch(glob, setup->devices[i].settings.name, 0) == 0;
	}
	return found;
}

/* What nothing fits would be waited for without end, and nobody would notice. */
static bool fits_something(struct command *command, const struct wish *wish)
{
	const struct command_world *world = command_world(command);
	bool found = false;
	for (size_t i = 0; i < world->bus_count && !found; i++) {
		const struct command_bus *bus = &world->buses[i];
		found = fnmatch(wish->bus, bus_name(bus->bus), 0) == 0 &&
				has_device(bus->setup, wish->device);
	}
	if (!found) {
		command_fail(command, COMMAND_USAGE,
				"nothing fits \"%.64s%s%.64s\"; `devices` lists what is here", wish->bus,
				wish->device != NULL ? "/" : "",
				wish->device != NULL ? wish->device : "");
	}
	return found;
}

/* The wish is for the name of a device, however it was addressed. */
static bool name_device(
		struct command *command, const struct command_bus *bus, struct wish *wish)
{
	struct bus_address address;
	const struct setup_device *device;
	const char *word = wish->device;
	if (!command_find_address(command, bus, word, &address, &wish->device, &device)) {
		return false;
	}
	if (device == NULL) {
		command_fail(command, COMMAND_USAGE,
				"no device of bus %s has the address %.64s, and no other is read here; "
				"`devices` lists them",
				bus_name(bus->bus), word);
	}
	return device != NULL;
}

/* "BUS", "BUS/DEVICE"; false after the command has failed. Cuts the word in two. */
static bool make_wish(struct command *command, const char *word, struct wish *wish)
{
	char *slash = strchr(word, '/');
	if (slash != NULL) {
		*slash = '\0';
	}
	*wish = (struct wish){ .bus = word, .device = slash != NULL ? slash + 1 : NULL };
	if (is_glob(word)) {
		return fits_something(command, wish);
	}
	const struct command_bus *bus = command_find_bus(command, word);
	if (bus == NULL || slash == NULL) {
		return bus != NULL;
	}
	return is_glob(wish->device) ? fits_something(command, wish)
								 : name_device(command, bus, wish);
}

static bool make_wishes(struct watching *watching, const struct command_args *args)
{
	watching->wishes = calloc(args->count + 1, sizeof(*watching->wishes));
	if (watching->wishes == NULL) {
		command_fail(watching->command, COMMAND_OTHER, "out of memory");
		return false;
	}
	for (size_t i = 0; i < args->count; i++) {
		if (!make_wish(watching->command, args->words[i], &watching->wishes[i])) {
			return false;
		}
		watching->wish_count++;
	}
	return true;
}

static bool read_count(
		struct command *command, const struct command_args *args, long *left)
{
	const char *text = command_flag(args, "count");
	char *end;
	*left = -1;
	if (text == NULL) {
		return true;
	}
	errno = 0;
	*left = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *left < 1 || *left > COUNT_MAX) {
		command_fail(command, COMMAND_USAGE,
				"--count %.32s: want a whole number from 1 to %d", text, COUNT_MAX);
		return false;
	}
	return true;
}

static void run(struct command *command, const struct command_args *args)
{
	struct tap *tap = command_world(command)->tap;
	long left;
	if (tap == NULL) {
		command_fail(command, COMMAND_USAGE,
				"monitor shows what a running gateway reads, and this is none: start one "
				"with `metergate run`");
		return;
	}
	if (!read_count(command, args, &left)) {
		return;
	}
	struct watching *watching = calloc(1, sizeof(*watching));
	if (watching == NULL) {
		command_fail(command, COMMAND_OTHER, "out of memory");
		return;
	}
	watching->command = command;
	watching->tap = tap;
	watching->left = left;
	watching->listener.fn = hear;
	watching->listener.data = watching;
	command_keep(command, watching, release);
	if (make_wishes(watching, args)) {
		tap_add(tap, &watching->listener);
	}
}

static void cancel(struct command *command)
{
	finish(command_state(command), COMMAND_INTERRUPTED);
}

static const char *const flags[] = { "count", NULL };

const struct command_verb command_monitor = {
	.name = "monitor",
	.usage = "[BUS | BUS/DEVICE]...",
	.flags = flags,
	.run = run,
	.cancel = cancel,
};
