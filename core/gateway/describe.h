/* SPDX-License-Identifier: MIT */
/* Writes the documentation of options from the tables that the values are read with. */
#ifndef GATEWAY_DESCRIBE_H
#define GATEWAY_DESCRIBE_H

#include <stdio.h>

#include "gateway/plugins.h"

/* One plugin for people: every option with type, default, range, choices and help. */
void describe_plugin_text(FILE *out, const struct plugin *plugin);

/* The same as one JSON object on one line. */
void describe_plugin_json(FILE *out, const struct plugin *plugin);

/*
 * docs/config.md: the sections of the core, then the plugins of this project, as far as
 * they are installed.
 */
void describe_markdown(FILE *out, struct plugins *plugins);

#endif
