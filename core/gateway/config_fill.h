/* SPDX-License-Identifier: MIT */
/* Fills structures from one section, by the option tables that apply to it. */
#ifndef GATEWAY_CONFIG_FILL_H
#define GATEWAY_CONFIG_FILL_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/config.h"
#include "gateway/option.h"

/*
 * Works through `section`: `core` fills `core_instance`; `extra`, that of a plugin, fills
 * `extra_instance`. Without `extra` (NULL: the plugin cannot be loaded) keys that the
 * core does not know are passed over. Sets defaults, then values, and adds every error:
 * wrong values, unknown keys, missing ones. False when there was one.
 */
struct config_fill {
	const struct config_section *section;
	const struct mg_options *core;
	void *core_instance;
	const struct mg_options *extra;
	void *extra_instance;
	struct option_memory *memory;
	struct config_errors *errors;
};

bool config_fill(const struct config_fill *fill);

/* Adds an error about the value of `key`, `offset` bytes into it; or about the section
 * when it has no such key, or `key` is NULL. */
void config_fill_refuse(const struct config_fill *fill, const char *key, size_t offset,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
