/* SPDX-License-Identifier: MIT */
/* The command devices: which devices there are, and how each is doing. */
#include <inttypes.h>

#include "base/json.h"
#include "base/loop.h"
#include "gateway/command.h"
#include "gateway/command_device.h"

static void write_json(
		FILE *out, const struct command_bus *bus, const struct bus_device_state *state)
{
	char address[MG_IDENTITY_SIZE];
	fputs("{\"bus\":", out);
	json_print_string(out, bus_name(bus->bus));
	fputs(",\"device\":", out);
	json_print_string(out, state->name);
	fputs(",\"label\":", out);
	json_print_string(out, state->label);
	fprintf(out, ",\"address\":\"%s\",\"baud\":%" PRIu32,
			bus_address_text(&state->address, address),
			command_device_baud(state, bus->setup));
	fputs(",\"meter\":", out);
	if (state->has_identity) {
		fputc('{', out);
		command_device_identity(out, &state->identity);
		fputs("},", out);
	} else {
		fputs("null,", out);
	}
	command_device_link(out, state, bus->bus);
	int64_t due = (state->due - loop_clock()) / 1000000;
	fprintf(out, ",\"due_s\":%" PRId64 "}", due > 0 ? due : 0);
}

static void write_text(
		FILE *out, const struct command_bus *bus, const struct bus_device_state *state)
{
	char address[MG_IDENTITY_SIZE], identity[MG_IDENTITY_SIZE] = "-";
	char span[COMMAND_DEVICE_SPAN], name[128];
	if (state->has_identity) {
		mg_identity_text(&state->identity, identity);
	}
	snprintf(name, sizeof(name), "%s/%s", bus_name(bus->bus), state->name);
	fprintf(out, "%-28s %-17s  %-17s  %-7s  ", name,
			bus_address_text(&state->address, address), identity,
			command_device_quality(state));
	if (state->last_seen != 0) {
		fprintf(out, "seen %s ago\n",
				command_device_span(loop_clock() - state->last_seen, span));
	} else {
		fputs("not seen yet\n", out);
	}
}

static void show(struct command *command, const struct command_bus *bus, size_t index)
{
	struct bus_device_state state;
	struct command_text json = { 0 }, text = { 0 };
	bus_device_state(bus->bus, index, &state);
	if (command_text_open(&json) && command_text_open(&text)) {
		write_json(json.out, bus, &state);
		write_text(text.out, bus, &state);
		if (command_text_close(&json) && command_text_close(&text)) {
			command_result(command, json.data, text.data);
		}
	}
	command_text_free(&json);
	command_text_free(&text);
}

static size_t show_all(struct command *command, const struct command_bus *bus)
{
	size_t count = bus_device_count(bus->bus);
	for (size_t i = 0; i < count; i++) {
		show(command, bus, i);
	}
	return count;
}

static void run(struct command *command, const struct command_args *args)
{
	const struct command_world *world = command_world(command);
	char members[48];
	size_t count = 0;
	for (size_t i = 0; i < args->count; i++) {
		const struct command_bus *bus = command_find_bus(command, args->words[i]);
		if (bus == NULL) {
			return;
		}
		count += show_all(command, bus);
	}
	for (size_t i = 0; args->count == 0 && i < world->bus_count; i++) {
		count += show_all(command, &world->buses[i]);
	}
	snprintf(members, sizeof(members), "\"devices\":%zu", count);
	command_done(command, COMMAND_OK, members);
}

const struct command_verb command_devices = {
	.name = "devices",
	.usage = "[BUS...]",
	.run = run,
};
