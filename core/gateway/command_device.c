/* SPDX-License-Identifier: MIT */
/* What info, devices and status say about a configured device. */
#include "gateway/command_device.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/loop.h"

/* Of so many requests one may be lost on a link that is good, or fair. */
#define GOOD_ONE_OF 50
#define FAIR_ONE_OF 10

bool command_device_state(
		const struct command_bus *bus, const char *name, struct bus_device_state *state)
{
	for (size_t i = 0; i < bus_device_count(bus->bus); i++) {
		bus_device_state(bus->bus, i, state);
		if (strcmp(state->name, name) == 0) {
			return true;
		}
	}
	*state = (struct bus_device_state){ 0 };
	return false;
}

/* What the meter did not say is left out. */
void command_device_identity(FILE *out, const struct mg_identity *identity)
{
	char letters[5];
	fprintf(out, "\"id\":\"%08" PRIX32 "\"", identity->id);
	if (identity->manufacturer != UINT16_MAX) {
		fprintf(out, ",\"manufacturer\":\"%s\",\"manufacturer_name\":",
				mg_manufacturer_text(identity->manufacturer, letters));
		json_print_string(out, mg_manufacturer_name(identity->manufacturer));
		fprintf(out, ",\"version\":%u", (unsigned)identity->version);
	}
	if (identity->medium != UINT8_MAX) {
		fputs(",\"medium\":", out);
		json_print_string(out, mg_medium_text(identity->medium));
		fprintf(out, ",\"medium_code\":%u", (unsigned)identity->medium);
	}
}

bool command_device_meter(const struct mg_meter *meter, struct mg_identity *identity)
{
	size_t wrong;
	if ((meter->has & MG_METER_ID) == 0 ||
			!mg_identity_parse(meter->id, identity, &wrong)) {
		return false;
	}
	identity->manufacturer = UINT16_MAX;
	identity->version = identity->medium = UINT8_MAX;
	if ((meter->has & MG_METER_MANUFACTURER) != 0 &&
			mg_manufacturer_parse(meter->manufacturer, &identity->manufacturer)) {
		identity->version = meter->version;
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		identity->medium = meter->medium_code;
	}
	return true;
}

const char *command_device_quality(const struct bus_device_state *state)
{
	uint64_t lost = state->failures + state->repeats;
	uint64_t all = state->reads + lost;
	if (state->silent) {
		return "silent";
	}
	if (all == 0) {
		return "unknown";
	}
	if (lost * GOOD_ONE_OF <= all) {
		return "good";
	}
	return lost * FAIR_ONE_OF <= all ? "fair" : "poor";
}

uint32_t command_device_baud(
		const struct bus_device_state *state, const struct setup_bus *setup)
{
	return state->baud != 0 ? state->baud : setup->settings.line.baud;
}

const char *command_device_span(int64_t span, char text[COMMAND_DEVICE_SPAN])
{
	static const struct {
		const char *name, *part;
		int64_t seconds, part_seconds;
	} units[] = {
		{ "d", "h", 86400, 3600 },
		{ "h", "min", 3600, 60 },
		{ "min", "s", 60, 1 },
	};
	int64_t seconds = span > 0 ? span / 1000000 : 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds >= units[i].seconds) {
			snprintf(text, COMMAND_DEVICE_SPAN, "%" PRId64 " %s %" PRId64 " %s",
					seconds / units[i].seconds, units[i].name,
					seconds % units[i].seconds / units[i].part_seconds, units[i].part);
			return text;
		}
	}
	snprintf(text, COMMAND_DEVICE_SPAN, "%" PRId64 " s", seconds);
	return text;
}

/* The time of day at a moment of loop_clock(). */
static void print_time(FILE *out, int64_t moment)
{
	struct timespec now;
	struct tm parts;
	char text[32];
	clock_gettime(CLOCK_REALTIME, &now);
	time_t then = now.tv_sec - (time_t)((loop_clock() - moment) / 1000000);
	gmtime_r(&then, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	fprintf(out, "\"%s\"", text);
}

static void print_seconds(FILE *out, const char *name, int64_t span)
{
	fprintf(out, ",\"%s\":%" PRId64, name, span > 0 ? span / 1000000 : 0);
}

static void print_ms(FILE *out, const char *name, int64_t span)
{
	if (span < 0) {
		fprintf(out, ",\"%s\":null", name);
	} else {
		fprintf(out, ",\"%s\":%" PRId64 ".%03d", name, span / 1000, (int)(span % 1000));
	}
}

void command_device_link(
		FILE *out, const struct bus_device_state *state, const struct bus *bus)
{
	int64_t now = loop_clock();
	fputs("\"last_seen\":", out);
	if (state->last_seen != 0) {
		print_time(out, state->last_seen);
		print_seconds(out, "age_s", now - state->last_seen);
	} else {
		fputs("null", out);
	}
	fprintf(out, ",\"link\":{\"quality\":\"%s\",\"silent\":%s",
			command_device_quality(state), state->silent ? "true" : "false");
	if (state->silent) {
		print_seconds(out, "silent_s", now - state->silent_since);
	}
	fprintf(out, ",\"reads\":%" PRIu64 ",\"failures\":%" PRIu64 ",\"repeats\":%" PRIu64,
			state->reads, state->failures, state->repeats);
	print_ms(out, "delay_ms", state->delay);
	print_ms(out, "latency_ms", bus_latency(bus));
	fputs("}", out);
	fprintf(out, ",\"reads_today\":%" PRId64, state->reads_today);
	if (state->reads_left >= 0) {
		fprintf(out, ",\"reads_left\":%" PRId64, state->reads_left);
	}
	fputs(",\"reason\":", out);
	json_print_string(out, state->reason);
}

static void print_quality(FILE *out, const struct bus_device_state *state)
{
	char span[COMMAND_DEVICE_SPAN];
	fprintf(out, "  link          %s", command_device_quality(state));
	if (state->silent) {
		fprintf(out, " for %s",
				command_device_span(loop_clock() - state->silent_since, span));
	}
	uint64_t readouts = state->reads + state->failures;
	fprintf(out,
			": %" PRIu64 " readout%s, %" PRIu64 " failed, %" PRIu64
			" request%s repeated\n",
			readouts, readouts == 1 ? "" : "s", state->failures, state->repeats,
			state->repeats == 1 ? "" : "s");
}

void command_device_link_text(
		FILE *out, const struct bus_device_state *state, const struct bus *bus)
{
	char span[COMMAND_DEVICE_SPAN];
	if (state->last_seen != 0) {
		fprintf(out, "  last seen     %s ago\n",
				command_device_span(loop_clock() - state->last_seen, span));
	} else {
		fputs("  last seen     never\n", out);
	}
	print_quality(out, state);
	if (state->delay >= 0) {
		fprintf(out, "  answers       after %" PRId64 ".%d ms", state->delay / 1000,
				(int)(state->delay % 1000 / 100));
		fprintf(out,
				", the way to the bus and back included; %" PRId64
				".%d ms are allowed for that\n",
				bus_latency(bus) / 1000, (int)(bus_latency(bus) % 1000 / 100));
	}
	if (state->reads_left >= 0) {
		fprintf(out, "  read today    %" PRId64 " times, %" PRId64 " left\n",
				state->reads_today, state->reads_left);
	}
	if (state->reason[0] != '\0') {
		fprintf(out, "  last failure  %s\n", state->reason);
	}
}
