/* SPDX-License-Identifier: MIT */
/* What commands can reach in a running gateway, and the socket that they come through. */
#include "gateway/commands.h"

#include <stdlib.h>
#include <string.h>

static void show_reading(void *data, FILE *out, struct reading *reading)
{
	const struct commands *commands = data;
	commands->show(out, reading);
}

static void show_status(void *data, FILE *out, bool text)
{
	const struct commands *commands = data;
	struct status_source source = *commands->source;
	source.control = commands->control;
	if (text) {
		status_write_text(out, &source);
	} else {
		status_write_json(out, &source);
	}
}

static void listen_at(struct commands *commands, const char *path)
{
	const struct running_context *context = commands->context;
	if (path == NULL || path[0] == '\0') {
		return;
	}
	commands->control =
			control_create(context->loop, context->log, path, &commands->world);
	if (commands->control == NULL) {
		return;
	}
	/* Others may be in another folder. */
	if (realpath(path, commands->path) == NULL ||
			strlen(commands->path) >= OWNER_CONTROL_SIZE) {
		commands->path[0] = '\0';
	}
}

bool commands_init(struct commands *commands, const struct running_context *context,
		const struct status_source *source, const char *control, size_t buses)
{
	commands->context = context;
	commands->source = source;
	commands->room = buses;
	commands->buses = calloc(buses + 1, sizeof(*commands->buses));
	if (commands->buses == NULL) {
		return false;
	}
	commands->world = (struct command_world){
		.gateway = context->gateway,
		.state_dir = context->state_dir,
		.loop = context->loop,
		.buses = commands->buses,
		.running = &commands->running,
		.show = commands->show != NULL ? show_reading : NULL,
		.status = show_status,
		.tap = &commands->tap,
		.data = commands,
	};
	listen_at(commands, control);
	return true;
}

void commands_add_bus(struct commands *commands, const struct running_bus *running)
{
	if (commands->world.bus_count < commands->room) {
		commands->buses[commands->world.bus_count++] =
				(struct command_bus){ .bus = running->bus, .setup = running->setup };
	}
}

void commands_stop(struct commands *commands)
{
	if (commands->control != NULL) {
		control_stop(commands->control);
	}
}

void commands_finish(struct commands *commands)
{
	control_destroy(commands->control);
	free(commands->buses);
	commands->control = NULL;
	commands->buses = NULL;
}
