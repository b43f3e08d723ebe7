/* SPDX-License-Identifier: MIT */
/* Judges what a plugin says of itself, before anything of it is used. */
#include "gateway/plugin.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gateway/option.h"
#include "gateway/option_table.h"
#include "gateway/sections.h"

/* What the first version of the interface had: later ones only append. */
#define FIRST_SIZE(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))
#define PLUGIN_SIZE FIRST_SIZE(struct mg_plugin, sink)
#define TRANSPORT_SIZE FIRST_SIZE(struct mg_transport, power)
#define SINK_SIZE FIRST_SIZE(struct mg_sink, interrupt)

/* The plugin under judgement, and the verdict. */
struct judge {
	const char *name; /* of the file */
	char *why;
	size_t size;
};

static bool refuse(const struct judge *j, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

/* "NAME.so: " and the reason. */
static bool refuse(const struct judge *j, const char *format, ...)
{
	int used = snprintf(j->why, j->size, "%s.so: ", j->name);
	if (used >= 0 && (size_t)used < j->size) {
		va_list arguments;
		va_start(arguments, format);
		vsnprintf(j->why + used, j->size - (size_t)used, format, arguments);
		va_end(arguments);
	}
	return false;
}

static bool check_head(const struct judge *j, const struct mg_plugin *plugin)
{
	if (plugin->abi != MG_ABI) {
		return refuse(j, "built for plugin ABI %u, this metergate speaks %u; %s",
				(unsigned)plugin->abi, MG_ABI,
				plugin->abi == 0 ? "begin its struct mg_plugin with MG_PLUGIN_HEADER"
								 : "build it again with the headers of this version");
	}
	if (plugin->size < PLUGIN_SIZE) {
		return refuse(j,
				"its struct mg_plugin has %u bytes, at least %zu are needed; begin it "
				"with "
				"MG_PLUGIN_HEADER",
				(unsigned)plugin->size, PLUGIN_SIZE);
	}
	if (plugin->name == NULL || strcmp(plugin->name, j->name) != 0) {
		return refuse(j,
				"the plugin in it calls itself \"%.64s\"; the file must have that name",
				plugin->name == NULL ? "" : plugin->name);
	}
	if (plugin->version == NULL || plugin->summary == NULL) {
		return refuse(j, "it gives no version or no summary");
	}
	if (plugin->transport == NULL && plugin->sink == NULL) {
		return refuse(j, "it offers neither a transport nor a sink");
	}
	return true;
}

/* What transports and sinks have in common. */
struct offer {
	const char *what; /* "transport" */
	const struct mg_options *options;
	size_t instance_size;
	enum section_kind section;
};

static bool check_clash(const struct judge *j, const struct offer *offer)
{
	const struct section *section = sections_get(offer->section);
	for (size_t i = 0; i < offer->options->count; i++) {
		const char *name = option_at(offer->options, i)->name;
		if (option_find(&section->options, name) != NULL) {
			return refuse(j, "its %s has an option \"%s\", which [%s] has already",
					offer->what, name, section->kind);
		}
	}
	return true;
}

static bool check_offer(const struct judge *j, const struct offer *offer)
{
	if (offer->instance_size < sizeof(struct mg_instance) ||
			offer->instance_size > PLUGIN_INSTANCE_MAX) {
		return refuse(j,
				"instances of its %s have %zu bytes; allowed are %zu (struct "
				"mg_instance) "
				"to %d",
				offer->what, offer->instance_size, sizeof(struct mg_instance),
				PLUGIN_INSTANCE_MAX);
	}
	char reason[OPTION_WHY_SIZE * 2];
	if (!option_table_check(
				offer->options, offer->instance_size, reason, sizeof(reason))) {
		return refuse(j, "its %s: %s", offer->what, reason);
	}
	return check_clash(j, offer);
}

static bool check_size(
		const struct judge *j, const char *what, uint32_t size, size_t needed)
{
	return size >= needed ||
		   refuse(j, "its struct mg_%s has %u bytes, at least %zu are needed", what,
				   (unsigned)size, needed);
}

static bool check_transport(const struct judge *j, const struct mg_transport *transport)
{
	if (transport == NULL) {
		return true;
	}
	if (!check_size(j, "transport", transport->size, TRANSPORT_SIZE)) {
		return false;
	}
	if (transport->open == NULL || transport->close == NULL) {
		return refuse(j, "its transport lacks open or close");
	}
	const struct offer offer = { "transport", &transport->options,
		transport->instance_size, SECTION_BUS };
	return check_offer(j, &offer);
}

static bool check_sink(const struct judge *j, const struct mg_sink *sink)
{
	if (sink == NULL) {
		return true;
	}
	if (!check_size(j, "sink", sink->size, SINK_SIZE)) {
		return false;
	}
	if (sink->open == NULL || sink->write == NULL || sink->close == NULL) {
		return refuse(j, "its sink lacks open, write or close");
	}
	const struct offer offer = { "sink", &sink->options, sink->instance_size,
		SECTION_SINK };
	return check_offer(j, &offer);
}

bool plugin_check(
		const struct mg_plugin *description, const char *name, char *why, size_t size)
{
	const struct judge judge = { name, why, size };
	return check_head(&judge, description) &&
		   check_transport(&judge, description->transport) &&
		   check_sink(&judge, description->sink);
}
