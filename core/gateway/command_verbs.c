/* SPDX-License-Identifier: MIT */
/* Which commands there are. Each stands in a file command_*.c. */
#include "gateway/command_verbs.h"

#include <string.h>

#include "gateway/command_procedure_verbs.h"

extern const struct command_verb command_read, command_ping, command_info,
		command_devices, command_status, command_monitor, command_scan;

static const struct command_verb *const verbs[] = {
	&command_read,
	&command_ping,
	&command_info,
	&command_devices,
	&command_status,
	&command_monitor,
	&command_scan,
	&command_set_address,
	&command_set_id,
	&command_set_baud,
	&command_set_clock,
	&command_reset,
	&command_select,
	&command_freeze,
	&command_alarm,
	&command_send,
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

const struct command_verb *command_verbs_at(size_t index)
{
	return index < VERB_COUNT ? verbs[index] : NULL;
}

const struct command_verb *command_verbs_find(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (strcmp(verbs[i]->name, name) == 0) {
			return verbs[i];
		}
	}
	return NULL;
}
