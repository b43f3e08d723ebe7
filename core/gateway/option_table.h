/* SPDX-License-Identifier: MIT */
/* Judges option tables, which plugins bring along, before anything is read with them. */
#ifndef GATEWAY_OPTION_TABLE_H
#define GATEWAY_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <metergate/plugin.h>

/*
 * Whether a table may be trusted: sizes, names, types, members inside `instance_size`
 * bytes and behind the first `reserved` ones, defaults that can be read. `why` says what
 * is wrong.
 */
bool option_table_check_behind(const struct mg_options *options, size_t reserved,
		size_t instance_size, char *why, size_t size);

/* The same for a plugin, whose instances begin with struct mg_instance. */
bool option_table_check(
		const struct mg_options *options, size_t instance_size, char *why, size_t size);

#endif
