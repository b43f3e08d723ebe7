/* SPDX-License-Identifier: MIT */
/* Turns sections into settings, and finds what fits no single section. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/config.h"
#include "gateway/config_fill.h"
#include "gateway/setup.h"
#include "gateway/suggest.h"

/* One resolution. */
struct resolve {
	const struct config *config;
	struct plugins *plugins;
	struct config_errors *errors;
	struct setup *setup;
	struct setup_bus **by_name; /* the buses, sorted, for devices to find theirs */
};

static bool short_of_memory(struct resolve *r)
{
	config_errors_add(r->errors, NULL, NULL, NULL, "memory is short");
	return false;
}

static bool is_kind(const struct config_section *section, enum section_kind kind)
{
	return strcmp(section->kind, sections_get(kind)->kind) == 0;
}

static const char *machine_name(struct option_memory *memory)
{
	char host[HOST_NAME_MAX + 1] = "";
	char name[CONFIG_NAME_MAX + 1];
	gethostname(host, sizeof(host) - 1);
	config_name_make(host, name);
	return option_memory_string(memory, name);
}

static bool resolve_gateway(struct resolve *r)
{
	struct setup_gateway *gateway = &r->setup->gateway;
	const struct config_section *found =
			config_find(r->config, sections_get(SECTION_GATEWAY)->kind);
	const struct config_section none = { .title = "gateway",
		.place = { .file = r->config->path } };
	struct section_gateway core = { .name = NULL };
	const struct config_fill fill = {
		.section = found != NULL ? found : &none,
		.core = &sections_get(SECTION_GATEWAY)->options,
		.core_instance = &core,
		.extra = &(const struct mg_options){ .count = 0 },
		.memory = &gateway->memory,
		.errors = r->errors,
	};
	config_fill(&fill);
	if (core.name != NULL && !config_name_valid(core.name, strlen(core.name))) {
		config_fill_refuse(&fill, "name", 0,
				"\"%.40s\" is no name: allowed are 1 to %d letters, digits, ., _ and -, "
				"beginning with a letter or digit",
				core.name, CONFIG_NAME_MAX);
	}
	gateway->name = core.name != NULL ? core.name : machine_name(&gateway->memory);
	gateway->plugin_dir = core.plugin_dir;
	gateway->state_dir = core.state_dir;
	gateway->control = core.control;
	gateway->stop_timeout = core.stop_timeout;
	gateway->log_level = (enum mg_log_level)core.log_level;
	return gateway->name != NULL || short_of_memory(r);
}

static bool resolve_bus(struct resolve *r, const struct config_section *section)
{
	struct setup_bus *bus = setup_bus_create(section, r->plugins, r->errors);
	if (bus == NULL) {
		return false;
	}
	r->setup->buses[r->setup->bus_count++] = bus;
	return true;
}

static bool resolve_sink(struct resolve *r, const struct config_section *section)
{
	struct setup_sink *sink = setup_sink_create(section, r->plugins, r->errors);
	if (sink == NULL) {
		return false;
	}
	r->setup->sinks[r->setup->sink_count++] = sink;
	return true;
}

static bool resolve_kind(struct resolve *r, enum section_kind kind,
		bool (*resolve)(struct resolve *r, const struct config_section *section))
{
	for (size_t i = 0; i < r->config->count; i++) {
		const struct config_section *section = &r->config->sections[i];
		if (is_kind(section, kind) && !resolve(r, section)) {
			return false;
		}
	}
	return true;
}

static int compare_names(const void *a, const void *b)
{
	const struct setup_bus *first = *(struct setup_bus *const *)a;
	const struct setup_bus *second = *(struct setup_bus *const *)b;
	return strcmp(first->settings.name, second->settings.name);
}

static bool sort_buses(struct resolve *r)
{
	size_t count = r->setup->bus_count;
	r->by_name = calloc(count + 1, sizeof(struct setup_bus *));
	if (r->by_name == NULL) {
		return short_of_memory(r);
	}
	memcpy(r->by_name, r->setup->buses, count * sizeof(struct setup_bus *));
	qsort(r->by_name, count, sizeof(struct setup_bus *), compare_names);
	return true;
}

static struct setup_bus *find_bus(const struct resolve *r, const char *name)
{
	const struct setup_bus wanted = { .settings = { .name = name } };
	const struct setup_bus *key = &wanted;
	struct setup_bus **found = bsearch(&key, r->by_name, r->setup->bus_count,
			sizeof(struct setup_bus *), compare_names);
	return found == NULL ? NULL : *found;
}

static void refuse_bus(struct resolve *r, const struct config_section *section)
{
	struct suggest suggest;
	suggest_init(&suggest, section->bus);
	for (size_t i = 0; i < r->setup->bus_count; i++) {
		suggest_add(&suggest, r->setup->buses[i]->settings.name);
	}
	config_errors_add(r->errors, &section->place, section->title, NULL,
			"there is no [bus %s]%s%s%s", section->bus,
			suggest.best == NULL ? "" : "; did you mean \"",
			suggest.best == NULL ? "" : suggest.best, suggest.best == NULL ? "" : "\"?");
}

static bool resolve_device(struct resolve *r, const struct config_section *section)
{
	struct setup_bus *bus = find_bus(r, section->bus);
	if (bus != NULL) {
		setup_bus_add_device(bus, section, r->errors);
		return true;
	}
	refuse_bus(r, section);
	/* What else is wrong with the device shall be said as well. */
	struct setup_bus nowhere = { .device_count = 0 };
	option_memory_init(&nowhere.memory);
	setup_bus_add_device(&nowhere, section, r->errors);
	option_memory_finish(&nowhere.memory);
	free(nowhere.devices);
	return true;
}

/* Something that only one section may have. */
struct claim {
	const char *text;
	const struct config_place *place;
	const char *kind; /* "bus" */
	const char *bus;  /* of a device, to be named with it; else NULL */
	const char *name;
};

static int compare_claims(const void *a, const void *b)
{
	const struct claim *first = a;
	const struct claim *second = b;
	int order = strcmp(first->text, second->text);
	if (order == 0) {
		order = first->place->order < second->place->order
						? -1
						: first->place->order > second->place->order;
	}
	if (order == 0) {
		order = first->place->line < second->place->line
						? -1
						: first->place->line > second->place->line;
	}
	return order;
}

static void claim_title(const struct claim *claim, char *title, size_t size)
{
	snprintf(title, size, "%s %s%s%s", claim->kind, claim->bus == NULL ? "" : claim->bus,
			claim->bus == NULL ? "" : "/", claim->name);
}

/* Sorts the claims and reports each one that was made before. */
static void report_conflicts(
		struct resolve *r, struct claim *claims, size_t count, const char *what)
{
	qsort(claims, count, sizeof(*claims), compare_claims);
	for (size_t i = 1, first = 0; i < count; i++) {
		if (strcmp(claims[first].text, claims[i].text) != 0) {
			first = i;
			continue;
		}
		char title[CONFIG_NAME_MAX * 3];
		char other[CONFIG_NAME_MAX * 3];
		char place[CONFIG_PLACE_TEXT_SIZE];
		claim_title(&claims[i], title, sizeof(title));
		claim_title(&claims[first], other, sizeof(other));
		config_errors_add(r->errors, claims[i].place, title, NULL,
				"%s %s is that of [%s] at %s, too", what, claims[i].text, other,
				config_place_text(claims[first].place, place));
	}
}

static void check_ports(struct resolve *r)
{
	const struct setup *setup = r->setup;
	struct claim *claims = calloc(setup->bus_count + 1, sizeof(*claims));
	size_t count = 0;
	if (claims == NULL) {
		short_of_memory(r);
		return;
	}
	for (size_t i = 0; i < setup->bus_count; i++) {
		const struct setup_bus *bus = setup->buses[i];
		if (bus->port != NULL) {
			claims[count++] = (struct claim){ bus->port, &bus->place, "bus", NULL,
				bus->settings.name };
		}
	}
	report_conflicts(r, claims, count, "its port");
	free(claims);
}

static void check_addresses(struct resolve *r, const struct setup_bus *bus)
{
	struct claim *claims = calloc(bus->device_count + 1, sizeof(*claims));
	char *texts = calloc(bus->device_count + 1, MG_IDENTITY_SIZE);
	if (claims == NULL || texts == NULL) {
		short_of_memory(r);
	}
	for (size_t i = 0; claims != NULL && texts != NULL && i < bus->device_count; i++) {
		const struct setup_device *device = &bus->devices[i];
		char *text = texts + i * MG_IDENTITY_SIZE;
		bus_address_text(&device->settings.address, text);
		claims[i] = (struct claim){ text, &device->place, "device", bus->settings.name,
			device->settings.name };
	}
	if (claims != NULL && texts != NULL) {
		report_conflicts(r, claims, bus->device_count, "its address");
	}
	free(claims);
	free(texts);
}

static void warn_of_nothing(struct resolve *r)
{
	const struct config_place place = { .file = r->config->path };
	if (r->setup->bus_count == 0) {
		config_errors_warn(r->errors, &place, NULL, NULL,
				"there is no [bus NAME], so nothing will be read");
	}
	if (r->setup->sink_count == 0) {
		config_errors_warn(r->errors, &place, NULL, NULL,
				"there is no [sink NAME], so readings go nowhere");
	}
}

static bool resolve_all(struct resolve *r)
{
	if (!resolve_gateway(r) || !resolve_kind(r, SECTION_BUS, resolve_bus) ||
			!resolve_kind(r, SECTION_SINK, resolve_sink) || !sort_buses(r) ||
			!resolve_kind(r, SECTION_DEVICE, resolve_device)) {
		return false;
	}
	for (size_t i = 0; i < r->setup->bus_count; i++) {
		check_addresses(r, r->setup->buses[i]);
	}
	check_ports(r);
	warn_of_nothing(r);
	return true;
}

struct setup *config_resolve(const struct config *config, struct plugins *plugins,
		struct config_errors *errors)
{
	struct resolve r = {
		.config = config,
		.plugins = plugins,
		.errors = errors,
		.setup = calloc(1, sizeof(struct setup)),
	};
	if (r.setup != NULL) {
		option_memory_init(&r.setup->gateway.memory);
		r.setup->buses = calloc(config->count + 1, sizeof(struct setup_bus *));
		r.setup->sinks = calloc(config->count + 1, sizeof(struct setup_sink *));
	}
	bool fine = r.setup != NULL && r.setup->buses != NULL && r.setup->sinks != NULL
						? resolve_all(&r)
						: short_of_memory(&r);
	free(r.by_name);
	if (!fine) {
		setup_destroy(r.setup);
		return NULL;
	}
	return r.setup;
}
