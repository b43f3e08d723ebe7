/* SPDX-License-Identifier: MIT */
/* The command info: who a meter is, and how well it is heard. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/command.h"
#include "gateway/command_device.h"

#define FABRICATION_SIZE 64

/* One meter that somebody wants to know about. */
struct inquiry {
	struct command *command;
	const struct command_bus *bus;
	struct bus_address address;
	const char *word, *label;
	uint32_t baud; /* at which it is asked; 0: that of the bus */
	bool configured;
	bool fresh; /* the meter was asked just now */
	uint64_t job;
	bool has_identity;
	struct mg_identity identity;
	char fabrication[FABRICATION_SIZE]; /* as the meter told it, or "" */
	struct bus_device_state state;      /* of a configured device, else all zero */
};

static void write_identity(FILE *out, const struct inquiry *inquiry)
{
	if (!inquiry->has_identity) {
		fputs(",\"meter\":null", out);
		return;
	}
	fputs(",\"meter\":{", out);
	command_device_identity(out, &inquiry->identity);
	if (inquiry->fabrication[0] != '\0') {
		fputs(",\"fabrication\":", out);
		json_print_string(out, inquiry->fabrication);
	}
	fputc('}', out);
}

static void write_json(FILE *out, const struct inquiry *inquiry)
{
	fputs("{\"bus\":", out);
	json_print_string(out, bus_name(inquiry->bus->bus));
	fputs(",\"device\":", out);
	json_print_string(out, inquiry->label);
	if (inquiry->configured) {
		fputs(",\"label\":", out);
		json_print_string(out, inquiry->state.label);
	}
	char address[MG_IDENTITY_SIZE];
	fprintf(out, ",\"address\":\"%s\",\"configured\":%s,\"fresh\":%s",
			bus_address_text(&inquiry->address, address),
			inquiry->configured ? "true" : "false", inquiry->fresh ? "true" : "false");
	write_identity(out, inquiry);
	fprintf(out, ",\"baud\":%" PRIu32,
			command_device_baud(&inquiry->state, inquiry->bus->setup));
	if (inquiry->configured) {
		fputc(',', out);
		command_device_link(out, &inquiry->state, inquiry->bus->bus);
	}
	fputc('}', out);
}

static void write_meter(FILE *out, const struct inquiry *inquiry)
{
	char letters[5];
	const struct mg_identity *identity = &inquiry->identity;
	if (!inquiry->has_identity) {
		fputs("  meter         not known: it has not said who it is\n", out);
		return;
	}
	fprintf(out, "  id            %08" PRIX32 "\n", identity->id);
	if (identity->manufacturer != UINT16_MAX) {
		const char *name = mg_manufacturer_name(identity->manufacturer);
		fprintf(out, "  manufacturer  %s%s%s\n  version       %u (%02Xh)\n",
				mg_manufacturer_text(identity->manufacturer, letters),
				name != NULL ? ", " : "", name != NULL ? name : "",
				(unsigned)identity->version, (unsigned)identity->version);
	}
	if (identity->medium != UINT8_MAX) {
		fprintf(out, "  medium        %s (%02Xh)\n", mg_medium_text(identity->medium),
				(unsigned)identity->medium);
	}
	if (inquiry->fabrication[0] != '\0') {
		fprintf(out, "  fabrication   %s\n", inquiry->fabrication);
	}
}

static void write_text(FILE *out, const struct inquiry *inquiry)
{
	char address[MG_IDENTITY_SIZE];
	const char *label = inquiry->state.label;
	fprintf(out, "%s/%s%s%s\n", bus_name(inquiry->bus->bus), inquiry->label,
			label != NULL && label[0] != '\0' ? "  " : "", label != NULL ? label : "");
	fprintf(out, "  address       %s\n", bus_address_text(&inquiry->address, address));
	write_meter(out, inquiry);
	fprintf(out, "  baud          %" PRIu32 "\n",
			command_device_baud(&inquiry->state, inquiry->bus->setup));
	if (inquiry->configured) {
		command_device_link_text(out, &inquiry->state, inquiry->bus->bus);
	}
}

static void answer(struct inquiry *inquiry, int code)
{
	struct command_text json = { 0 }, text = { 0 };
	if (inquiry->configured) {
		command_device_state(inquiry->bus, inquiry->label, &inquiry->state);
	}
	if (command_text_open(&json) && command_text_open(&text)) {
		write_json(json.out, inquiry);
		write_text(text.out, inquiry);
		if (command_text_close(&json) && command_text_close(&text)) {
			command_result(inquiry->command, json.data, text.data);
		}
	}
	command_text_free(&json);
	command_text_free(&text);
	command_done(inquiry->command, code, "");
}

/* The first record that is one; numbers and texts both occur. */
static void take_fabrication(struct inquiry *inquiry, const struct mg_reading *view)
{
	for (uint32_t i = 0; i < view->record_count; i++) {
		const struct mg_record *record = mg_reading_record(view, i);
		if (strcmp(record->quantity, "fabrication-number") != 0 ||
				record->quality != MG_QUALITY_GOOD) {
			continue;
		}
		if (record->type == MG_TYPE_NUMBER) {
			mg_decimal_text(inquiry->fabrication, sizeof(inquiry->fabrication),
					record->mantissa, record->exponent);
		} else if (record->text != NULL) {
			snprintf(inquiry->fabrication, sizeof(inquiry->fabrication), "%s",
					record->text);
		}
		return;
	}
}

static void asked(void *data, const struct bus_result *result)
{
	struct inquiry *inquiry = data;
	struct command *command = inquiry->command;
	inquiry->job = 0;
	if (result->outcome == BUS_CANCELLED) {
		command_done(command, COMMAND_INTERRUPTED, "");
		return;
	}
	if (result->outcome != BUS_OK || result->reading == NULL) {
		char text[COMMAND_REASON_SIZE];
		const char *reason = result->outcome == BUS_OK
									 ? "out of memory"
									 : command_outcome_reason(inquiry->bus, result, text);
		command_fail(
				command, command_outcome_code(result), "%s: %s", inquiry->word, reason);
		return;
	}
	const struct mg_reading *view = reading_view(result->reading);
	inquiry->fresh = true;
	inquiry->has_identity = command_device_meter(&view->meter, &inquiry->identity);
	take_fabrication(inquiry, view);
	answer(inquiry, COMMAND_OK);
}

/* What is learned of a device that is not configured is nothing for sinks. */
static void ask(struct inquiry *inquiry)
{
	const struct bus_job job = {
		.kind = BUS_JOB_READ,
		.address = inquiry->address,
		.baud = inquiry->baud,
		.label = inquiry->label,
		.publish = inquiry->configured,
		.done = asked,
		.data = inquiry,
	};
	inquiry->job = bus_submit(inquiry->bus->bus, &job);
	if (inquiry->job == 0) {
		command_fail(inquiry->command, COMMAND_BUSY,
				"%s was not asked: too much waits for bus %s already; try again later",
				inquiry->word, bus_name(inquiry->bus->bus));
	}
}

static bool find(struct inquiry *inquiry, const struct command_args *args)
{
	struct command_target *targets;
	size_t count;
	if (!command_find_targets(inquiry->command, args, 0, &targets, &count)) {
		return false;
	}
	inquiry->bus = targets[0].bus;
	inquiry->address = targets[0].address;
	inquiry->word = targets[0].word;
	if (targets[0].device != NULL) {
		inquiry->baud = targets[0].device->settings.baud;
	}
	inquiry->label = targets[0].label;
	free(targets);
	if (count != 1) {
		command_fail(inquiry->command, COMMAND_USAGE,
				"%zu devices are meant: info wants one, as BUS ADDRESS; `devices` lists "
				"all",
				count);
	}
	return count == 1;
}

static void run(struct command *command, const struct command_args *args)
{
	struct inquiry *inquiry = calloc(1, sizeof(*inquiry));
	if (inquiry == NULL) {
		command_fail(command, COMMAND_OTHER, "out of memory");
		return;
	}
	inquiry->command = command;
	command_keep(command, inquiry, free);
	if (!find(inquiry, args)) {
		return;
	}
	inquiry->configured =
			command_device_state(inquiry->bus, inquiry->label, &inquiry->state);
	inquiry->has_identity = inquiry->state.has_identity;
	inquiry->identity = inquiry->state.identity;
	if (inquiry->has_identity && command_flag(args, "fresh") == NULL) {
		answer(inquiry, COMMAND_OK);
	} else {
		ask(inquiry);
	}
}

static void cancel(struct command *command)
{
	const struct inquiry *inquiry = command_state(command);
	bus_cancel(inquiry->bus->bus, inquiry->job);
}

static const char *const info_flags[] = { "fresh", NULL };

const struct command_verb command_info = {
	.name = "info",
	.usage = "BUS ADDRESS [--fresh]",
	.flags = info_flags,
	.run = run,
	.cancel = cancel,
};
