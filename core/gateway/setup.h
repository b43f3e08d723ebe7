/* SPDX-License-Identifier: MIT */
/* A configuration as the gateway uses it: typed settings and filled plugin instances. */
#ifndef GATEWAY_SETUP_H
#define GATEWAY_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "bus/bus.h"
#include "gateway/config.h"
#include "gateway/config_errors.h"
#include "gateway/option.h"
#include "gateway/plugins.h"
#include "gateway/sections.h"
#include "route/sink.h"

struct setup_gateway {
	const char *name; /* of the configuration, else the host name made valid */
	const char *plugin_dir;
	const char *state_dir; /* default /var/lib/metergate, whether it can be used or not */
	const char *control;
	int64_t stop_timeout; /* ms */
	enum mg_log_level log_level;
	struct option_memory memory; /* of the strings above */
};

struct setup_device {
	struct bus_device_settings settings;
	struct config_place place; /* `file` lives as long as the bus */
};

/*
 * A bus ready to be created: set the host and services in *instance first. Strings of
 * `settings` and of the instance live in `memory`.
 */
struct setup_bus {
	struct bus_settings settings;
	const struct plugin *plugin;
	void *instance; /* of the transport, begins with struct mg_instance */
	struct setup_device *devices;
	size_t device_count;
	size_t device_room;
	const char *port; /* what no other bus may use: a path or "host:port"; NULL: none */
	struct config_place place;
	struct option_memory memory;
};

/* A sink ready to be created; as for buses. */
struct setup_sink {
	struct sink_settings settings;
	const struct plugin *plugin;
	void *instance; /* of the sink, begins with struct mg_instance */
	struct config_place place;
	struct option_memory memory;
};

struct setup {
	struct setup_gateway gateway;
	struct setup_bus **buses;
	size_t bus_count;
	struct setup_sink **sinks;
	size_t sink_count;
};

/*
 * Frees all of it, instances included: nothing that was created from it may be running.
 * A bus or sink whose plugin hangs is taken out before, by setting its pointer to NULL.
 */
void setup_destroy(struct setup *setup);
void setup_bus_destroy(struct setup_bus *bus);
void setup_sink_destroy(struct setup_sink *sink);

/*
 * Makes a bus, its transport or a sink from one section, and adds every error. What is
 * made is there even when there were errors, without plugin and instance when the plugin
 * cannot be had. NULL when memory is short, which is an error as well.
 */
struct setup_bus *setup_bus_create(const struct config_section *section,
		struct plugins *plugins, struct config_errors *errors);
struct setup_sink *setup_sink_create(const struct config_section *section,
		struct plugins *plugins, struct config_errors *errors);
/* Adds the device of a section to its bus. False after an error was added. */
bool setup_bus_add_device(struct setup_bus *bus, const struct config_section *section,
		struct config_errors *errors);

/*
 * Takes out what cannot run because its plugin was refused, so that the rest can: buses
 * with their devices, and sinks. Returns how many sections that were.
 */
size_t setup_leave_out_refused(struct setup *setup);

/* NULL when there is none of that name. */
struct setup_bus *setup_find_bus(const struct setup *setup, const char *name);

/*
 * A bus from one word of the command line, without devices:
 *   /dev/ttyUSB0?baud=2400&latency=50ms    transport serial with this path
 *   tcp://host:port?baud=2400              IPv6 addresses in brackets
 *   simulator://?meters=5                  any other transport by its name
 * Keys behind the ? are those of [bus] and of the transport; %XX stands for a byte. Adds
 * what is wrong to `errors` and returns false; else *bus is the caller's.
 */
bool setup_bus_from_target(const char *target, struct plugins *plugins,
		struct setup_bus **bus, struct config_errors *errors);

#endif
