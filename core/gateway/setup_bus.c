/* SPDX-License-Identifier: MIT */
/* Buses and their devices, from their sections. */
#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/config_fill.h"
#include "gateway/setup.h"
#include "secure/secure.h"

#define LATENCY_MAX 10000 /* ms */
#define DATA_BITS 8       /* EN 13757-2: a character has 8 data bits */
#define PORT_SIZE (PATH_MAX + 32)

static const struct mg_transport *find_transport(
		struct setup_bus *bus, const struct config_fill *fill, struct plugins *plugins)
{
	const struct config_value *transport = config_value(fill->section, "transport");
	char why[PLUGIN_WHY_SIZE];
	if (transport == NULL || transport->value[0] == '\0') {
		return NULL; /* a missing key, which is said with the others */
	}
	const struct plugin *plugin =
			plugins_find(plugins, transport->value, why, sizeof(why));
	if (plugin == NULL) {
		config_fill_refuse(fill, "transport", 0, "%s", why);
		fill->errors->refusals += plugins_has(plugins, transport->value);
		return NULL;
	}
	if (plugin->description->transport == NULL) {
		config_fill_refuse(fill, "transport", 0,
				"the plugin %s is no transport but a sink, for a section [sink NAME]",
				plugin->name);
		return NULL;
	}
	bus->plugin = plugin;
	return plugin->description->transport;
}

/* "auto", or a duration. */
static void read_latency(
		const struct config_fill *fill, const char *text, int64_t *latency)
{
	const struct mg_option row = {
		.name = "latency",
		.type = MG_OPTION_DURATION,
		.maximum = LATENCY_MAX,
	};
	char why[OPTION_WHY_SIZE];
	size_t where;
	*latency = BUS_LATENCY_AUTO;
	if (text == NULL || strcmp(text, "auto") == 0) {
		return;
	}
	if (!option_apply(&row, text, latency, fill->memory, why, sizeof(why), &where)) {
		config_fill_refuse(fill, "latency", where, "%s; or write auto", why);
	}
}

static void settle(struct setup_bus *bus, const struct config_fill *fill,
		const struct section_bus *core)
{
	struct bus_settings *settings = &bus->settings;
	settings->line = (struct mg_line){
		.size = sizeof(settings->line),
		.baud = sections_baud(core->baud),
		.data_bits = DATA_BITS,
		.parity = sections_parity(core->parity),
		.stop_bits = (uint8_t)(core->stop_bits + 1),
	};
	settings->tries = core->tries;
	settings->tries_bad = core->tries_bad;
	settings->telegrams = core->telegrams;
	settings->interval = core->interval;
	settings->open_timeout = core->open_timeout;
	settings->connect_timeout = core->connect_timeout;
	settings->reconnect_min = core->reconnect_min;
	settings->reconnect_max = core->reconnect_max;
	settings->silent_max = core->silent_max;
	settings->capture = core->capture;
	read_latency(fill, core->latency, &settings->latency);
	if (core->reconnect_min > core->reconnect_max) {
		config_fill_refuse(fill, "reconnect_min", 0, "is longer than reconnect_max");
	}
}

/* The text of a string or number that a transport calls `name`; NULL for none. */
static const char *member_text(
		const struct setup_bus *bus, const char *name, char *text, size_t size)
{
	const struct mg_options *options = &bus->plugin->description->transport->options;
	const struct mg_option *option = option_find(options, name);
	if (option == NULL) {
		return NULL;
	}
	const void *member = (const char *)bus->instance + option->offset;
	if (option->type == MG_OPTION_INT) {
		snprintf(text, size, "%" PRId64, *(const int64_t *)member);
		return text;
	}
	return option->type == MG_OPTION_STRING ? *(const char *const *)member : NULL;
}

/* One spelling for each host, as far as that is known without asking a name server. */
static void write_host(const char *host, char *text, size_t size)
{
	struct in_addr v4;
	struct in6_addr v6;
	if (strcasecmp(host, "localhost") == 0) {
		host = "127.0.0.1";
	}
	if (inet_pton(AF_INET6, host, &v6) == 1 && !IN6_IS_ADDR_V4MAPPED(&v6)) {
		text[0] = '[';
		inet_ntop(AF_INET6, &v6, text + 1, (socklen_t)(size - 2));
		strcat(text, "]");
	} else if (inet_pton(AF_INET6, host, &v6) == 1) {
		inet_ntop(AF_INET, &v6.s6_addr[12], text, (socklen_t)size);
	} else if (inet_pton(AF_INET, host, &v4) == 1) {
		inet_ntop(AF_INET, &v4, text, (socklen_t)size);
	} else {
		snprintf(text, size, "%s", host);
	}
	for (char *c = text; *c != '\0'; c++) {
		*c = (char)tolower((unsigned char)*c);
	}
}

/*
 * What no second bus may use: the path of a transport, its symbolic links followed, or
 * its host and port.
 */
static void settle_port(struct setup_bus *bus, const struct config_fill *fill)
{
	char port[PORT_SIZE];
	char number[24];
	char real[PATH_MAX];
	const char *path = member_text(bus, "path", number, sizeof(number));
	const char *host = member_text(bus, "host", number, sizeof(number));
	const char *service = member_text(bus, "port", number, sizeof(number));
	if (path != NULL) {
		snprintf(port, sizeof(port), "%s", realpath(path, real) != NULL ? real : path);
	} else if (host != NULL && service != NULL) {
		write_host(host, real, sizeof(real));
		snprintf(port, sizeof(port), "%s:%s", real, service);
	} else {
		return;
	}
	bus->port = option_memory_string(&bus->memory, port);
	if (bus->port == NULL) {
		config_fill_refuse(fill, NULL, 0, "memory is short");
	}
}

/* Reads the section with the tables of the core and of the transport. */
static bool fill_bus(
		struct setup_bus *bus, struct config_fill *fill, struct plugins *plugins)
{
	const struct section *kind = sections_get(SECTION_BUS);
	const struct mg_transport *transport = find_transport(bus, fill, plugins);
	struct section_bus core = { .transport = NULL };
	if (transport != NULL) {
		bus->instance = calloc(1, transport->instance_size);
		if (bus->instance == NULL) {
			config_fill_refuse(fill, "transport", 0, "memory is short");
			return false;
		}
		fill->extra = &transport->options;
		fill->extra_instance = bus->instance;
	}
	fill->core = &kind->options;
	fill->core_instance = &core;
	bool fine = config_fill(fill);
	settle(bus, fill, &core);
	return fine && transport != NULL;
}

struct setup_bus *setup_bus_create(const struct config_section *section,
		struct plugins *plugins, struct config_errors *errors)
{
	struct setup_bus *bus = calloc(1, sizeof(*bus));
	struct config_fill fill = { .section = section, .errors = errors };
	if (bus == NULL) {
		config_fill_refuse(&fill, NULL, 0, "memory is short");
		return NULL;
	}
	option_memory_init(&bus->memory);
	char *folder = option_memory_string(&bus->memory, section->folder);
	bus->memory.folder = folder;
	bus->settings.name = option_memory_string(&bus->memory, section->name);
	bus->place = section->place;
	bus->place.file = option_memory_string(&bus->memory, section->place.file);
	if (folder == NULL || bus->settings.name == NULL || bus->place.file == NULL) {
		config_fill_refuse(&fill, NULL, 0, "memory is short");
		setup_bus_destroy(bus);
		return NULL;
	}
	fill.memory = &bus->memory;
	if (fill_bus(bus, &fill, plugins)) {
		settle_port(bus, &fill);
	}
	return bus;
}

void setup_bus_destroy(struct setup_bus *bus)
{
	if (bus == NULL) {
		return;
	}
	free(bus->devices);
	free(bus->instance);
	option_memory_finish(&bus->memory);
	free(bus);
}

static bool read_address(
		const struct config_fill *fill, const char *text, struct bus_address *address)
{
	size_t wrong = 0;
	if (text == NULL) {
		return false; /* a missing key, which was said */
	}
	if (bus_address_parse(text, address, &wrong)) {
		return true;
	}
	config_fill_refuse(fill, "address", wrong,
			"\"%.40s\" is no address: use 0 to 250, or a secondary address such as "
			"12345678 or 12345678.KAM.16.04",
			text);
	return false;
}

static bool read_expect(const struct config_fill *fill, const char *text,
		struct bus_device_settings *settings)
{
	size_t wrong = 0;
	settings->has_expect = text != NULL;
	if (text == NULL || mg_identity_parse(text, &settings->expect, &wrong)) {
		return true;
	}
	config_fill_refuse(fill, "expect", wrong,
			"\"%.40s\" is no identity: use 12345678, 12345678.KAM or 12345678.KAM.16.04, "
			"with F for any digit",
			text);
	return false;
}

/* Who the meter is: what names one meter and no other, else what is known at least. */
static struct mg_identity identity_of(const struct bus_device_settings *settings)
{
	const struct mg_identity nobody = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX };
	const struct bus_address *address = &settings->address;
	if (settings->has_expect &&
			(!address->secondary || !secure_identity_whole(&address->identity))) {
		return settings->expect;
	}
	return address->secondary ? address->identity : nobody;
}

/* Never repeats what was read: it may be a key with a slip in it. */
static bool read_key(const struct config_fill *fill, const char *text,
		struct setup_bus *bus, struct bus_device_settings *settings)
{
	if (text == NULL) {
		return true;
	}
	struct bus_key *key = option_memory_take(fill->memory, sizeof(*key));
	if (key == NULL) {
		config_fill_refuse(fill, "key", 0, "memory is short");
		return false;
	}
	if (!secure_key_parse(text, &key->key)) {
		config_fill_refuse(fill, "key", 0,
				"is no AES key: want 32 hex digits without blanks, here or in what "
				"file:PATH or credential:NAME stands for");
		return false;
	}
	key->next = bus->settings.keys;
	key->address = settings->address;
	key->identity = identity_of(settings);
	bus->settings.keys = key;
	settings->has_key = true;
	return true;
}

static bool read_init(const struct config_fill *fill, const char *text,
		struct bus_device_settings *settings)
{
	size_t wrong = 0;
	if (text == NULL || text[strspn(text, " \t")] == '\0') {
		return true;
	}
	struct bus_init *init = option_memory_take(fill->memory, sizeof(*init));
	if (init == NULL) {
		config_fill_refuse(fill, "init", 0, "memory is short");
		return false;
	}
	if (!bus_init_parse(text, init, &wrong)) {
		config_fill_refuse(fill, "init", wrong,
				"want at most %d of the words nke, reset, reset=10 and send=5108, with "
				"hex digits, and blanks in between",
				BUS_INIT_STEPS_MAX);
		return false;
	}
	settings->init = init;
	return true;
}

static bool settle_device(const struct config_fill *fill,
		const struct section_device *core, struct setup_bus *bus,
		struct bus_device_settings *settings)
{
	settings->label = core->label;
	settings->tags = core->tags.items;
	settings->tag_count = (uint32_t)core->tags.count;
	settings->interval = core->interval;
	settings->baud = sections_device_baud(core->baud);
	settings->response = core->response;
	settings->max_reads_per_day = core->max_reads_per_day;
	settings->any_address = core->any_address;
	bool fine = read_address(fill, core->address, &settings->address);
	fine = read_init(fill, core->init, settings) && fine;
	fine = read_expect(fill, core->expect, settings) && fine;
	return read_key(fill, core->key, bus, settings) && fine;
}

/* Where the speed of the line is that of a converter, no meter can have another. */
static bool check_baud(const struct config_fill *fill, const struct setup_bus *bus,
		const struct bus_device_settings *settings)
{
	const struct mg_transport *transport =
			bus->plugin != NULL ? bus->plugin->description->transport : NULL;
	if (transport == NULL || transport->set_line != NULL || settings->baud == 0 ||
			settings->baud == bus->settings.line.baud) {
		return true;
	}
	config_fill_refuse(fill, "baud", 0,
			"the transport %s cannot change the speed of its line, which is %u Bd: leave "
			"`baud` out for %s, or put the meter on a serial port",
			bus->plugin->name, (unsigned)bus->settings.line.baud, fill->section->device);
	return false;
}

static struct setup_device *new_device(struct setup_bus *bus)
{
	if (bus->device_count >= bus->device_room) {
		size_t room = bus->device_room == 0 ? 8 : bus->device_room * 2;
		struct setup_device *devices =
				reallocarray(bus->devices, room, sizeof(*bus->devices));
		if (devices == NULL) {
			return NULL;
		}
		bus->devices = devices;
		bus->device_room = room;
	}
	bus->devices[bus->device_count] = (struct setup_device){ .settings = { .name = "" } };
	return &bus->devices[bus->device_count];
}

bool setup_bus_add_device(struct setup_bus *bus, const struct config_section *section,
		struct config_errors *errors)
{
	struct section_device core = { .interval = -1 };
	const struct config_fill fill = {
		.section = section,
		.core = &sections_get(SECTION_DEVICE)->options,
		.core_instance = &core,
		.extra = &(const struct mg_options){ .count = 0 },
		.memory = &bus->memory,
		.errors = errors,
	};
	struct setup_device *device = new_device(bus);
	const char *name = option_memory_string(&bus->memory, section->device);
	const char *file = option_memory_string(&bus->memory, section->place.file);
	if (device == NULL || name == NULL || file == NULL) {
		config_fill_refuse(&fill, NULL, 0, "memory is short");
		return false;
	}
	device->settings.name = name;
	device->place = section->place;
	device->place.file = file;
	bool filled = config_fill(&fill);
	if (!settle_device(&fill, &core, bus, &device->settings) || !filled ||
			!check_baud(&fill, bus, &device->settings)) {
		return false;
	}
	bus->device_count++;
	return true;
}
