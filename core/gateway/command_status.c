/* SPDX-License-Identifier: MIT */
/* The command status: the gateway, each bus with its devices, each sink. */
#include <inttypes.h>

#include "base/json.h"
#include "gateway/command.h"

#define STATE_SIZE 320

/* How many devices a bus has, and how many of them are silent. */
struct census {
	size_t devices, silent;
};

static struct census count_devices(const struct bus *bus)
{
	struct census census = { .devices = bus_device_count(bus) };
	for (size_t i = 0; i < census.devices; i++) {
		struct bus_device_state state;
		bus_device_state(bus, i, &state);
		census.silent += state.silent;
	}
	return census;
}

static void write_silent(FILE *out, const struct bus *bus)
{
	const char *comma = "";
	for (size_t i = 0; i < bus_device_count(bus); i++) {
		struct bus_device_state state;
		bus_device_state(bus, i, &state);
		if (state.silent) {
			fputs(comma, out);
			json_print_string(out, state.name);
			comma = ",";
		}
	}
}

static void write_counters(FILE *out, const struct bus_counters *counters)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "requests", counters->requests },
		{ "repeats", counters->repeats },
		{ "answers", counters->answers },
		{ "timeouts", counters->timeouts },
		{ "bad_frames", counters->bad_frames },
		{ "wrong_address", counters->wrong_address },
		{ "broadcasts", counters->broadcasts },
		{ "aborted", counters->aborted },
		{ "readings", counters->readings },
		{ "failed_readouts", counters->failed_readouts },
		{ "refused_identities", counters->refused_identities },
		{ "echoes", counters->echoes },
		{ "bytes_sent", counters->bytes_sent },
		{ "bytes_received", counters->bytes_received },
		{ "discarded_bytes", counters->discarded_bytes },
		{ "opens", counters->opens },
		{ "open_failures", counters->open_failures },
		{ "hangups", counters->hangups },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fprintf(out, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", rows[i].name, rows[i].value);
	}
}

static void write_bus_json(FILE *out, const struct command_bus *bus, const char *state)
{
	struct census census = count_devices(bus->bus);
	fputs("{\"bus\":", out);
	json_print_string(out, bus_name(bus->bus));
	fputs(",\"state\":", out);
	json_print_string(out, state);
	if (bus->setup->port != NULL) {
		fputs(",\"port\":", out);
		json_print_string(out, bus->setup->port);
	}
	fprintf(out,
			",\"baud\":%" PRIu32 ",\"latency_ms\":%" PRId64
			".%03d,\"devices\":%zu,\"silent\":[",
			bus->setup->settings.line.baud, bus_latency(bus->bus) / 1000,
			(int)(bus_latency(bus->bus) % 1000), census.devices);
	write_silent(out, bus->bus);
	fputs("],\"counters\":{", out);
	write_counters(out, bus_counters(bus->bus));
	fputs("}}", out);
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void write_bus_text(FILE *out, const struct command_bus *bus, const char *state)
{
	const struct bus_counters *counters = bus_counters(bus->bus);
	struct census census = count_devices(bus->bus);
	fprintf(out, "bus %s: %s\n", bus_name(bus->bus), state);
	fprintf(out,
			"  %zu device%s, %zu silent; %" PRIu64 " reading%s, %" PRIu64
			" readout%s failed\n",
			census.devices, plural(census.devices), census.silent, counters->readings,
			plural(counters->readings), counters->failed_readouts,
			plural(counters->failed_readouts));
	fprintf(out,
			"  %" PRIu64 " request%s: %" PRIu64 " answered, %" PRIu64 " not, %" PRIu64
			" badly; %" PRIu64 " repeat%s; latency %" PRId64 " ms\n",
			counters->requests, plural(counters->requests), counters->answers,
			counters->timeouts, counters->bad_frames + counters->wrong_address,
			counters->repeats, plural(counters->repeats), bus_latency(bus->bus) / 1000);
}

static void show_bus(struct command *command, const struct command_bus *bus)
{
	struct command_text json = { 0 }, text = { 0 };
	char state[STATE_SIZE];
	bus_state_text(bus->bus, state, sizeof(state));
	if (command_text_open(&json) && command_text_open(&text)) {
		write_bus_json(json.out, bus, state);
		write_bus_text(text.out, bus, state);
		if (command_text_close(&json) && command_text_close(&text)) {
			command_result(command, json.data, text.data);
		}
	}
	command_text_free(&json);
	command_text_free(&text);
}

static void show_gateway(struct command *command)
{
	const struct command_world *world = command_world(command);
	struct command_text json = { 0 }, text = { 0 };
	if (command_text_open(&json) && command_text_open(&text)) {
		fputs("{\"gateway\":", json.out);
		json_print_string(json.out, world->gateway);
		fprintf(text.out, "gateway %s\n", world->gateway);
		if (world->status != NULL) {
			fputc(',', json.out);
			world->status(world->data, json.out, false);
			world->status(world->data, text.out, true);
		}
		fputc('}', json.out);
		if (command_text_close(&json) && command_text_close(&text)) {
			command_result(command, json.data, text.data);
		}
	}
	command_text_free(&json);
	command_text_free(&text);
}

static void run(struct command *command, const struct command_args *args)
{
	const struct command_world *world = command_world(command);
	if (args->count > 0) {
		command_fail(command, COMMAND_USAGE,
				"\"%.64s\" is too much: status wants nothing behind it", args->words[0]);
		return;
	}
	show_gateway(command);
	for (size_t i = 0; i < world->bus_count; i++) {
		show_bus(command, &world->buses[i]);
	}
	command_done(command, COMMAND_OK, "");
}

const struct command_verb command_status = {
	.name = "status",
	.usage = "",
	.run = run,
};
