/* SPDX-License-Identifier: MIT */
/* Which buses and devices the words of a command name. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/command.h"
#include "gateway/suggest.h"

/* Devices that one command may name, each word counted. */
#define TARGETS_MAX 65536

/* A list of devices that grows. */
struct targets {
	struct command *command;
	struct command_target *list;
	size_t count, room;
};

static const struct command_bus *bus_named(
		const struct command_world *world, const char *name)
{
	for (size_t i = 0; i < world->bus_count; i++) {
		if (strcmp(bus_name(world->buses[i].bus), name) == 0) {
			return &world->buses[i];
		}
	}
	return NULL;
}

const struct command_bus *command_find_bus(struct command *command, const char *name)
{
	const struct command_world *world = command_world(command);
	const struct command_bus *bus = bus_named(world, name);
	if (bus != NULL) {
		return bus;
	}
	struct suggest suggest;
	suggest_init(&suggest, name);
	for (size_t i = 0; i < world->bus_count; i++) {
		suggest_add(&suggest, bus_name(world->buses[i].bus));
	}
	bool near = suggest.best != NULL;
	command_fail(command, COMMAND_USAGE,
			"there is no bus \"%.64s\" here%s%s%s; `status` lists them", name,
			near ? "; did you mean \"" : "", near ? suggest.best : "", near ? "\"?" : "");
	return NULL;
}

static bool same_address(const struct bus_address *a, const struct bus_address *b)
{
	if (a->secondary != b->secondary) {
		return false;
	}
	return a->secondary ? memcmp(&a->identity, &b->identity, sizeof(a->identity)) == 0
						: a->primary == b->primary;
}

static const struct setup_device *device_at(
		const struct setup_bus *setup, const struct bus_address *address)
{
	for (size_t i = 0; i < setup->device_count; i++) {
		if (same_address(&setup->devices[i].settings.address, address)) {
			return &setup->devices[i];
		}
	}
	return NULL;
}

static const struct setup_device *device_named(
		const struct setup_bus *setup, const char *name)
{
	for (size_t i = 0; i < setup->device_count; i++) {
		if (strcmp(setup->devices[i].settings.name, name) == 0) {
			return &setup->devices[i];
		}
	}
	return NULL;
}

/* A reading of a device goes by its name, however the device was addressed. */
static void settle(const struct setup_device *found, const char *text,
		struct bus_address *address, const char **label,
		const struct setup_device **device)
{
	if (found != NULL) {
		*address = found->settings.address;
	}
	*label = found != NULL ? found->settings.name : text;
	*device = found;
}

/* A device called "5" at address 7: whoever says 5 may mean another meter. */
static bool is_ambiguous(const struct setup_device *found, const char *text)
{
	struct bus_address address;
	size_t wrong;
	return found != NULL && bus_address_parse(text, &address, &wrong) &&
		   !same_address(&address, &found->settings.address);
}

static void refuse_ambiguous(
		struct command *command, const struct setup_device *found, const char *text)
{
	char address[MG_IDENTITY_SIZE];
	bus_address_text(&found->settings.address, address);
	command_fail(command, COMMAND_USAGE,
			"\"%.64s\" is an address, and the name of the device at %s: say %s for that "
			"device, and give it another name to reach the address",
			text, address, address);
}

static void refuse_word(struct command *command, const struct command_bus *bus,
		const char *text, size_t wrong)
{
	struct suggest suggest;
	char place[48] = "";
	suggest_init(&suggest, text);
	for (size_t i = 0; i < bus->setup->device_count; i++) {
		suggest_add(&suggest, bus->setup->devices[i].settings.name);
	}
	const char *near = suggest.best;
	if (wrong > 0) {
		snprintf(place, sizeof(place), " (see its character %zu)", wrong + 1);
	}
	command_fail(command, COMMAND_USAGE,
			"\"%.64s\" is no device of bus %s and no address%s%s%s%s want 0-250, or "
			"12345678, or 12345678.KAM.16.04 with F for any digit",
			text, bus_name(bus->bus), place, near != NULL ? "; did you mean \"" : ":",
			near != NULL ? near : "", near != NULL ? "\"? For an address" : "");
}

bool command_find_address(struct command *command, const struct command_bus *bus,
		const char *text, struct bus_address *address, const char **label,
		const struct setup_device **device)
{
	size_t wrong = 0;
	const struct setup_device *found = device_named(bus->setup, text);
	if (is_ambiguous(found, text)) {
		refuse_ambiguous(command, found, text);
		return false;
	}
	if (found == NULL && !bus_address_parse(text, address, &wrong)) {
		refuse_word(command, bus, text, wrong);
		return false;
	}
	if (found == NULL) {
		found = device_at(bus->setup, address);
	}
	settle(found, text, address, label, device);
	return true;
}

static bool grow(struct targets *targets)
{
	size_t room = targets->room == 0 ? 16 : targets->room * 2;
	struct command_target *list = NULL;
	if (targets->count < TARGETS_MAX) {
		list = reallocarray(targets->list, room, sizeof(*list));
	}
	if (list == NULL) {
		command_fail(targets->command, COMMAND_OTHER,
				"out of memory, or more than %d devices", TARGETS_MAX);
		return false;
	}
	targets->list = list;
	targets->room = room;
	return true;
}

/* Room for one more, which is all zero; NULL after the command has failed. */
static struct command_target *add(struct targets *targets)
{
	if (targets->count == targets->room && !grow(targets)) {
		return NULL;
	}
	struct command_target *target = &targets->list[targets->count++];
	*target = (struct command_target){ 0 };
	return target;
}

static bool add_device(struct targets *targets, const struct command_bus *bus,
		const struct setup_device *device)
{
	struct command_target *target = add(targets);
	if (target != NULL) {
		target->bus = bus;
		settle(device, "", &target->address, &target->label, &target->device);
		target->word = target->label;
	}
	return target != NULL;
}

static bool add_address(
		struct targets *targets, const struct command_bus *bus, const char *text)
{
	struct command_target *target = add(targets);
	if (target == NULL) {
		return false;
	}
	target->bus = bus;
	target->word = text;
	return command_find_address(targets->command, bus, text, &target->address,
			&target->label, &target->device);
}

/* Devices of a bus whose names fit. */
static bool add_fitting(
		struct targets *targets, const struct command_bus *bus, const char *glob)
{
	for (size_t i = 0; i < bus->setup->device_count; i++) {
		const struct setup_device *device = &bus->setup->devices[i];
		if (fnmatch(glob, device->settings.name, 0) == 0 &&
				!add_device(targets, bus, device)) {
			return false;
		}
	}
	return true;
}

static bool is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* BUS/DEVICE. A pattern that fits nothing is a mistake: nothing would be read, and
   nobody would notice. */
static bool add_pattern(struct targets *targets, const char *word)
{
	const struct command_world *world = command_world(targets->command);
	const char *slash = strchr(word, '/');
	size_t before = targets->count;
	char name[128];
	if (slash == NULL || (size_t)(slash - word) >= sizeof(name)) {
		command_fail(targets->command, COMMAND_USAGE,
				"\"%.64s\": want BUS/DEVICE, as for the first word, or BUS ADDRESS...",
				word);
		return false;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(slash - word), word);
	if (!is_glob(word)) {
		const struct command_bus *bus = command_find_bus(targets->command, name);
		return bus != NULL && add_address(targets, bus, slash + 1);
	}
	for (size_t i = 0; i < world->bus_count; i++) {
		const struct command_bus *bus = &world->buses[i];
		if (fnmatch(name, bus_name(bus->bus), 0) == 0 &&
				!add_fitting(targets, bus, slash + 1)) {
			return false;
		}
	}
	if (targets->count == before) {
		command_fail(targets->command, COMMAND_USAGE,
				"no device fits \"%.64s\"; `devices` lists them", word);
	}
	return targets->count > before;
}

/* BUS ADDRESS..., or BUS for all of its devices. An ADDRESS may be a glob, too. */
static bool add_of_bus(struct targets *targets, const struct command_bus *bus,
		const char *const *words, size_t count)
{
	if (count == 0 && bus->setup->device_count == 0) {
		command_fail(targets->command, COMMAND_USAGE,
				"which device? bus %s has none in the configuration: want an address, "
				"such as 5 or 12345678.KAM.16.04",
				bus_name(bus->bus));
		return false;
	}
	bool good = count > 0 || add_fitting(targets, bus, "*");
	for (size_t i = 0; i < count && good; i++) {
		good = add_address(targets, bus, words[i]);
	}
	return good;
}

static bool collect(struct targets *targets, const char *const *words, size_t count)
{
	if (count == 0) {
		command_fail(targets->command, COMMAND_USAGE,
				"which device? want BUS ADDRESS..., or BUS/DEVICE...");
		return false;
	}
	if (strchr(words[0], '/') == NULL) {
		const struct command_bus *bus = command_find_bus(targets->command, words[0]);
		return bus != NULL && add_of_bus(targets, bus, words + 1, count - 1);
	}
	bool good = true;
	for (size_t i = 0; i < count && good; i++) {
		good = add_pattern(targets, words[i]);
	}
	return good;
}

/*
 * Bus by bus; primary addresses in front, ascending, because secondary ones deselect each
 * other only while nobody reads in between.
 */
static int in_order(const void *first, const void *second)
{
	const struct command_target *a = first, *b = second;
	if (a->bus != b->bus) {
		return a->bus < b->bus ? -1 : 1;
	}
	if (a->address.secondary != b->address.secondary) {
		return a->address.secondary ? 1 : -1;
	}
	if (!a->address.secondary) {
		return (int)a->address.primary - (int)b->address.primary;
	}
	return memcmp(
			&a->address.identity, &b->address.identity, sizeof(a->address.identity));
}

static void drop_twins(struct targets *targets)
{
	size_t kept = 0;
	for (size_t i = 0; i < targets->count; i++) {
		if (kept == 0 || in_order(&targets->list[kept - 1], &targets->list[i]) != 0) {
			targets->list[kept++] = targets->list[i];
		}
	}
	targets->count = kept;
}

bool command_find_targets(struct command *command, const struct command_args *args,
		size_t first, struct command_target **list, size_t *count)
{
	struct targets targets = { .command = command };
	size_t skipped = first < args->count ? first : args->count;
	*list = NULL;
	*count = 0;
	if (!collect(&targets, args->words + skipped, args->count - skipped)) {
		free(targets.list);
		return false;
	}
	qsort(targets.list, targets.count, sizeof(*targets.list), in_order);
	drop_twins(&targets);
	*list = targets.list;
	*count = targets.count;
	return true;
}
