/* SPDX-License-Identifier: MIT */
/* Finds plugins, loads them on demand, and refuses in words what does not fit. */
#ifndef GATEWAY_PLUGINS_H
#define GATEWAY_PLUGINS_H

#include <stddef.h>

#include "gateway/plugin.h"

#define PLUGINS_MAX 256        /* that one process loads, or that are listed */
#define PLUGINS_FOLDERS_MAX 16 /* that are searched; further ones are left out */

/* One thread only (the loop's), all of it. */
struct plugins;

/*
 * Searches the folders of METERGATE_PLUGIN_PATH (separated by colons), then `plugin_dir`
 * (NULL or "" for none), then the one that was installed. Nothing is loaded yet. NULL
 * when memory is short.
 */
struct plugins *plugins_create(const char *plugin_dir);
/* Frees the list and every struct plugin; what was loaded stays loaded. */
void plugins_destroy(struct plugins *plugins);

/*
 * Loads NAME.so of the first folder that has it (or has NAME/NAME.so), unless that was
 * done before. NULL when there is none or it is refused; then `why`, of PLUGIN_WHY_SIZE,
 * says it in words: what was searched or what does not fit, and what to do.
 */
const struct plugin *plugins_find(
		struct plugins *plugins, const char *name, char *why, size_t size);

/* Whether some folder has a file of that name, fit or not. */
bool plugins_has(const struct plugins *plugins, const char *name);

/* Loads one file, wherever it is; for checking a plugin before it is installed. */
const struct plugin *plugins_load(
		struct plugins *plugins, const char *path, char *why, size_t size);

/* One file that was found in a folder. */
struct plugin_entry {
	const char *name;
	const char *path;
	const struct plugin *plugin; /* NULL when it is refused ... */
	const char *why;             /* ... for this reason */
};

/* Loads every plugin of every folder, in the order of their names; the first folder wins.
 * `fn` borrows the entry. */
void plugins_list(struct plugins *plugins,
		void (*fn)(void *data, const struct plugin_entry *entry), void *data);

/* Names that could be loaded, in order, without loading any: for "did you mean". */
void plugins_names(
		struct plugins *plugins, void (*fn)(void *data, const char *name), void *data);

/* Folders that are searched, in order; NULL beyond the last one. */
const char *plugins_folder(const struct plugins *plugins, size_t index);

#endif
