/* SPDX-License-Identifier: MIT */
/* A configuration as its files say it: sections, keys and values with their places. */
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/config_errors.h"
#include "gateway/config_name.h"
#include "gateway/option.h"

#define CONFIG_FILES_MAX 1024      /* the main one and its includes */
#define CONFIG_SECTIONS_MAX 100000 /* of all files */
#define CONFIG_VALUES_MAX 256      /* keys of one section */

struct plugins;
struct setup;

struct config_value {
	const char *key;
	const char *value;
	struct config_place key_place;
	struct config_place place; /* of the value */
};

struct config_section {
	const char *kind;   /* "gateway", "bus", "device", "sink" */
	const char *name;   /* "cellar", "cellar/heat-1"; "" for the gateway */
	const char *bus;    /* of a device: "cellar"; else "" */
	const char *device; /* of a device: "heat-1"; else "" */
	const char *title;  /* "bus cellar": what stands between the brackets */
	const char *folder; /* of its file: where relative secrets are looked for */
	struct config_place place;
	bool exposed; /* everybody may read its file, so it must not hold a secret */
	struct config_value *values;
	size_t count;
	size_t room;
};

struct config {
	struct option_memory memory; /* of all strings */
	struct config_section *sections;
	size_t count;
	size_t room;
	const char *path; /* of the main file */
	const char **files;
	size_t file_count;
};

/*
 * Reads a file and what its [gateway] includes. Every error is added to `errors`; what
 * could be read is returned nevertheless, so that config_resolve() can find more. NULL
 * when the main file cannot be opened, which is an error as well, or memory is short.
 */
struct config *config_load(const char *path, struct config_errors *errors);
void config_destroy(struct config *config);

/* The first section of that kind, or NULL. */
const struct config_section *config_find(const struct config *config, const char *kind);
/* The key of a section, or NULL. */
const struct config_value *config_value(
		const struct config_section *section, const char *key);

/*
 * Turns what was read into settings and plugin instances (setup.h), loading the plugins
 * that are named. Adds every error. The result is there even when errors were found, for
 * inspection only; it does not need `config` any more, but needs `plugins`. NULL when
 * memory is short, which is an error as well.
 */
struct setup *config_resolve(const struct config *config, struct plugins *plugins,
		struct config_errors *errors);

#endif
