/* SPDX-License-Identifier: MIT */
/* What commands can reach in a running gateway, and the socket that they come through. */
#ifndef GATEWAY_COMMANDS_H
#define GATEWAY_COMMANDS_H

#include <limits.h>

#include "gateway/command.h"
#include "gateway/control.h"
#include "gateway/status.h"
#include "gateway/tap.h"

struct commands {
	struct command_world world;
	struct command_bus *buses;
	size_t room;    /* of buses */
	size_t running; /* commands */
	struct tap tap;
	struct control *control; /* NULL: there is no socket */
	char path[PATH_MAX];     /* where others find it, "" without one */
	const struct running_context *context;
	const struct status_source *source;
	/* How people see a reading; NULL: as one line. May be set until the loop runs. */
	void (*show)(FILE *out, struct reading *reading);
};

/*
 * For `buses` buses at most. Listens at `control` ("" for nowhere); that it cannot is
 * only a warning. Both structures stay the caller's; the source may be filled in until
 * the loop runs. False when memory is short. To be finished in any case.
 */
bool commands_init(struct commands *commands, const struct running_context *context,
		const struct status_source *source, const char *control, size_t buses);
void commands_add_bus(struct commands *commands, const struct running_bus *running);
/* No new commands; those that run are cancelled. */
void commands_stop(struct commands *commands);
/* Before the buses go. All zero is accepted. */
void commands_finish(struct commands *commands);

#endif
