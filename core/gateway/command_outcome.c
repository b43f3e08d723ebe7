/* SPDX-License-Identifier: MIT */
/* How the outcome of a job is called: by name, by exit code and in words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gateway/command.h"

static const struct {
	const char *name;
	int code;
} outcomes[] = {
	[BUS_OK] = { "ok", COMMAND_OK },
	[BUS_NO_ANSWER] = { "no-answer", COMMAND_NO_ANSWER },
	[BUS_BAD_ANSWER] = { "bad-answer", COMMAND_UNDECODABLE },
	[BUS_NO_DATA] = { "no-data", COMMAND_NO_ANSWER },
	[BUS_NOT_OPEN] = { "not-open", COMMAND_PORT },
	[BUS_CANCELLED] = { "cancelled", COMMAND_INTERRUPTED },
	[BUS_REFUSED] = { "refused", COMMAND_USAGE },
};

const char *command_outcome_name(enum bus_outcome outcome)
{
	return outcomes[outcome].name;
}

int command_outcome_code(const struct bus_result *result)
{
	if (result->outcome == BUS_NOT_OPEN) {
		int error = result->error;
		if (error == EACCES || error == EPERM) {
			return COMMAND_PERMISSION;
		}
		return error == EBUSY ? COMMAND_BUSY : COMMAND_PORT;
	}
	return outcomes[result->outcome].code;
}

/* A path, or the host of host:port; transports put the number of the port elsewhere. */
static bool is_named(const char *reason, const char *port)
{
	char name[HOST_REASON_SIZE];
	snprintf(name, sizeof(name), "%s", port);
	char *colon = name[0] != '/' ? strrchr(name, ':') : NULL;
	if (colon != NULL) {
		*colon = '\0';
	}
	return strstr(reason, name) != NULL;
}

const char *command_outcome_reason(const struct command_bus *bus,
		const struct bus_result *result, char text[COMMAND_REASON_SIZE])
{
	const char *port = bus->setup->port;
	const char *reason = result->reason;
	if (result->outcome != BUS_NOT_OPEN) {
		return reason;
	}
	bool named = port != NULL && is_named(reason, port);
	/* What stands behind a semicolon is advice. */
	bool advised = strchr(reason, ';') != NULL;
	snprintf(text, COMMAND_REASON_SIZE, "%s%.200s%s%s%s", named ? "" : "the port ",
			named ? "" : (port != NULL ? port : bus_name(bus->bus)), named ? "" : ": ",
			reason,
			advised ? "" : "; is the converter powered, and does nobody else use it?");
	return text;
}
