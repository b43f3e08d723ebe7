/* SPDX-License-Identifier: MIT */
/* A configuration as the gateway uses it: typed settings and filled plugin instances. */
#include "gateway/setup.h"

#include <stdlib.h>
#include <string.h>

void setup_destroy(struct setup *setup)
{
	if (setup == NULL) {
		return;
	}
	for (size_t i = 0; i < setup->bus_count; i++) {
		setup_bus_destroy(setup->buses[i]);
	}
	for (size_t i = 0; i < setup->sink_count; i++) {
		setup_sink_destroy(setup->sinks[i]);
	}
	free(setup->buses);
	free(setup->sinks);
	option_memory_finish(&setup->gateway.memory);
	free(setup);
}

static size_t leave_out_buses(struct setup *setup)
{
	size_t kept = 0, all = setup->bus_count;
	for (size_t i = 0; i < all; i++) {
		if (setup->buses[i]->plugin != NULL) {
			setup->buses[kept++] = setup->buses[i];
		} else {
			setup_bus_destroy(setup->buses[i]);
		}
	}
	setup->bus_count = kept;
	return all - kept;
}

static size_t leave_out_sinks(struct setup *setup)
{
	size_t kept = 0, all = setup->sink_count;
	for (size_t i = 0; i < all; i++) {
		if (setup->sinks[i]->plugin != NULL) {
			setup->sinks[kept++] = setup->sinks[i];
		} else {
			setup_sink_destroy(setup->sinks[i]);
		}
	}
	setup->sink_count = kept;
	return all - kept;
}

size_t setup_leave_out_refused(struct setup *setup)
{
	return leave_out_buses(setup) + leave_out_sinks(setup);
}

struct setup_bus *setup_find_bus(const struct setup *setup, const char *name)
{
	for (size_t i = 0; i < setup->bus_count; i++) {
		if (setup->buses[i] != NULL &&
				strcmp(setup->buses[i]->settings.name, name) == 0) {
			return setup->buses[i];
		}
	}
	return NULL;
}
