/* SPDX-License-Identifier: MIT */
/* A plugin that was loaded, and whether it may be. */
#ifndef GATEWAY_PLUGIN_H
#define GATEWAY_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

#include <metergate/plugin.h>

#define PLUGIN_WHY_SIZE 1024         /* room for every refusal */
#define PLUGIN_INSTANCE_MAX 16777216 /* bytes of an instance */

/* A plugin that was loaded and checked; it stays loaded until the process ends. */
struct plugin {
	const struct mg_plugin *description;
	const char *name; /* that of the file, too */
	const char *path; /* of the file */
};

/*
 * Whether a description may be used under this name: ABI, sizes, name, mandatory
 * operations, option tables. Reads no member that its sizes do not cover.
 */
bool plugin_check(
		const struct mg_plugin *description, const char *name, char *why, size_t size);

#endif
