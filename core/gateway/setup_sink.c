/* SPDX-License-Identifier: MIT */
/* Sinks, from their sections. */
#include <stdlib.h>
#include <string.h>

#include "gateway/config_fill.h"
#include "gateway/setup.h"

static const struct mg_sink *find_sink(
		struct setup_sink *sink, const struct config_fill *fill, struct plugins *plugins)
{
	const struct config_value *name = config_value(fill->section, "plugin");
	char why[PLUGIN_WHY_SIZE];
	if (name == NULL || name->value[0] == '\0') {
		return NULL; /* a missing key, which is said with the others */
	}
	const struct plugin *plugin = plugins_find(plugins, name->value, why, sizeof(why));
	if (plugin == NULL) {
		config_fill_refuse(fill, "plugin", 0, "%s", why);
		fill->errors->refusals += plugins_has(plugins, name->value);
		return NULL;
	}
	if (plugin->description->sink == NULL) {
		config_fill_refuse(fill, "plugin", 0,
				"the plugin %s is no sink but a transport, for a section [bus NAME]",
				plugin->name);
		return NULL;
	}
	sink->plugin = plugin;
	return plugin->description->sink;
}

static void settle(struct setup_sink *sink, const struct section_sink *core)
{
	sink->settings.queue = core->queue;
	sink->settings.queue_bytes = core->queue_bytes;
	sink->settings.overflow = core->overflow;
	sink->settings.match = core->match;
	sink->settings.types = core->types;
	sink->settings.batch = core->batch;
	sink->settings.raw = core->raw;
	sink->settings.units = core->units;
}

/* Reads the section with the tables of the core and of the plugin. */
static void fill_sink(
		struct setup_sink *sink, struct config_fill *fill, struct plugins *plugins)
{
	struct section_sink core = { .plugin = NULL };
	const struct mg_sink *offered = find_sink(sink, fill, plugins);
	if (offered != NULL) {
		sink->instance = calloc(1, offered->instance_size);
		if (sink->instance == NULL) {
			config_fill_refuse(fill, "plugin", 0, "memory is short");
			return;
		}
		fill->extra = &offered->options;
		fill->extra_instance = sink->instance;
	}
	fill->core = &sections_get(SECTION_SINK)->options;
	fill->core_instance = &core;
	config_fill(fill);
	settle(sink, &core);
}

struct setup_sink *setup_sink_create(const struct config_section *section,
		struct plugins *plugins, struct config_errors *errors)
{
	struct setup_sink *sink = calloc(1, sizeof(*sink));
	struct config_fill fill = { .section = section, .errors = errors };
	if (sink == NULL) {
		config_fill_refuse(&fill, NULL, 0, "memory is short");
		return NULL;
	}
	option_memory_init(&sink->memory);
	char *folder = option_memory_string(&sink->memory, section->folder);
	sink->memory.folder = folder;
	sink->settings.name = option_memory_string(&sink->memory, section->name);
	sink->place = section->place;
	sink->place.file = option_memory_string(&sink->memory, section->place.file);
	if (folder == NULL || sink->settings.name == NULL || sink->place.file == NULL) {
		config_fill_refuse(&fill, NULL, 0, "memory is short");
		setup_sink_destroy(sink);
		return NULL;
	}
	fill.memory = &sink->memory;
	fill_sink(sink, &fill, plugins);
	return sink;
}

void setup_sink_destroy(struct setup_sink *sink)
{
	if (sink == NULL) {
		return;
	}
	free(sink->instance);
	option_memory_finish(&sink->memory);
	free(sink);
}
