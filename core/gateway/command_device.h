/* SPDX-License-Identifier: MIT */
/* What info, devices and status say about a configured device. */
#ifndef GATEWAY_COMMAND_DEVICE_H
#define GATEWAY_COMMAND_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "gateway/command.h"

/* The device of that name; false and all zero when the bus has none. */
bool command_device_state(
		const struct command_bus *bus, const char *name, struct bus_device_state *state);

/* Members of JSON without braces: "id" ... "medium_code". */
void command_device_identity(FILE *out, const struct mg_identity *identity);
/* Who the answer of a meter came from; false when it does not say that. */
bool command_device_meter(const struct mg_meter *meter, struct mg_identity *identity);

/* How well it is heard: "good", "fair", "poor", "silent", "unknown". */
const char *command_device_quality(const struct bus_device_state *state);
/* Members of JSON without braces: "last_seen", "age_s", "link" ... */
void command_device_link(
		FILE *out, const struct bus_device_state *state, const struct bus *bus);
/* The same as lines for people. */
void command_device_link_text(
		FILE *out, const struct bus_device_state *state, const struct bus *bus);
/* At which it is read. */
uint32_t command_device_baud(
		const struct bus_device_state *state, const struct setup_bus *setup);

/* "3 h 12 min" of µs, two parts at most. */
#define COMMAND_DEVICE_SPAN 48
const char *command_device_span(int64_t span, char text[COMMAND_DEVICE_SPAN]);

#endif
