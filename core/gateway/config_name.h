/* SPDX-License-Identifier: MIT */
/* Names of gateways, buses, devices and sinks. */
#ifndef GATEWAY_CONFIG_NAME_H
#define GATEWAY_CONFIG_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_NAME_MAX 32 /* bytes */

/* [A-Za-z0-9][A-Za-z0-9._-]{0,31}. */
bool config_name_valid(const char *name, size_t length);
/* Turns any text into a valid name; `name` has CONFIG_NAME_MAX + 1 bytes. */
void config_name_make(const char *text, char *name);

#endif
