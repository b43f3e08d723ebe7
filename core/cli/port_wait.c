/* SPDX-License-Identifier: MIT */
/* Says that a command waits for its port, and at its end whether that ever was there. */
#include "cli/port_wait.h"

#include <string.h>

#include "gateway/command.h"

void port_wait_tell(const struct cli *cli, const struct cli_args *args,
		const struct mg_reading *event)
{
	if (strcmp(event->type, "bus_down") == 0) {
		cli_fail(cli, args, CLI_OK,
				"waits for %s, and goes on when it is there; Ctrl-C ends it",
				args->operands[0]);
	}
}

static int say_unopened(
		const struct cli *cli, const struct cli_args *args, struct session *session)
{
	const struct command_bus bus = { session_bus(session), session_setup(session) };
	struct bus_result result = { .outcome = BUS_NOT_OPEN };
	char text[COMMAND_REASON_SIZE];
	const char *reason = bus_port_reason(bus.bus, &result.error);
	snprintf(result.reason, sizeof(result.reason), "%s", reason);
	if (reason[0] == '\0') {
		bus_state_text(bus.bus, result.reason, sizeof(result.reason));
	}
	return cli_fail(cli, args, command_outcome_code(&result),
			"nothing could be heard: %s", command_outcome_reason(&bus, &result, text));
}

int port_wait_code(const struct cli *cli, const struct cli_args *args,
		struct session *session, bool interrupted, bool endless)
{
	if (bus_counters(session_bus(session))->opens == 0) {
		return say_unopened(cli, args, session);
	}
	return interrupted && !endless ? CLI_INTERRUPTED : CLI_OK;
}
