/* SPDX-License-Identifier: MIT */
/* The commands read and ping: devices of one bus or of many, in the best order of each.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/command.h"

/* Jobs of one command that wait for one bus at a time: what others ask comes between. */
#define WAITING_MAX 8

struct asking;
struct group;

/* One device. */
struct item {
	struct asking *asking;
	struct group *group;
	struct command_target target;
	uint64_t job; /* 0: it does not wait for the bus */
};

/* The devices on one bus: a run in the list. */
struct group {
	struct bus *bus;
	size_t next, end; /* indices: the first that was not submitted; behind the last */
	size_t waiting;
};

struct asking {
	struct command *command;
	enum bus_job_kind kind;
	bool whole_names; /* "bus/device", because there may be several buses */
	bool cancelled;
	struct item *items;
	struct group *groups;
	size_t count, group_count, ended, good;
	int code; /* of the failures: the same for all, or COMMAND_SOME_FAILED */
};

static void write_name(FILE *out, const struct item *item)
{
	if (item->asking->whole_names) {
		fprintf(out, "%s/", bus_name(item->group->bus));
	}
	fputs(item->target.word, out);
}

/* A warning names device and reason, for people and for programs. */
static void warn(const struct item *item, const char *outcome, const char *reason)
{
	struct command_text text = { 0 }, members = { 0 };
	if (command_text_open(&text) && command_text_open(&members)) {
		write_name(text.out, item);
		fprintf(text.out, ": %s", reason);
		fputs("\"bus\":", members.out);
		json_print_string(members.out, bus_name(item->group->bus));
		fputs(",\"device\":", members.out);
		json_print_string(members.out, item->target.label);
		fprintf(members.out, ",\"outcome\":\"%s\",\"reason\":", outcome);
		json_print_string(members.out, reason);
		if (command_text_close(&text) && command_text_close(&members)) {
			command_warning(item->asking->command, text.data, members.data);
		}
	}
	command_text_free(&text);
	command_text_free(&members);
}

/* What the answer to a ping is, in words and as an object. */
static void show_ping(
		const struct item *item, const struct bus_result *result, const char *reason)
{
	struct command_text json = { 0 }, text = { 0 }, name = { 0 };
	int64_t ms = result->duration / 1000;
	int rest = (int)(result->duration % 1000);
	if (command_text_open(&json) && command_text_open(&text) &&
			command_text_open(&name)) {
		write_name(name.out, item);
		command_text_close(&name);
		fputs("{\"type\":\"ping\",\"bus\":", json.out);
		json_print_string(json.out, bus_name(item->group->bus));
		fputs(",\"address\":", json.out);
		json_print_string(json.out, name.data);
		fprintf(json.out, ",\"outcome\":\"%s\",\"ms\":%" PRId64 ".%03d",
				command_outcome_name(result->outcome), ms, rest);
		if (result->outcome == BUS_OK) {
			fprintf(text.out, "%-20s answers after %" PRId64 ".%d ms\n", name.data, ms,
					rest / 100);
		} else {
			fputs(",\"reason\":", json.out);
			json_print_string(json.out, reason);
		}
		fputc('}', json.out);
		if (command_text_close(&json) && command_text_close(&text)) {
			command_result(item->asking->command, json.data, text.data);
		}
	}
	command_text_free(&json);
	command_text_free(&text);
	command_text_free(&name);
}

static int reading_code(const struct mg_reading *reading)
{
	bool wrong = reading->error != NULL || reading->app_error >= 0;
	return wrong && reading->record_count == 0 ? COMMAND_UNDECODABLE : COMMAND_OK;
}

/* Shows how one ended, and answers its code. */
static int show(const struct item *item, const struct bus_result *result)
{
	struct asking *asking = item->asking;
	char text[COMMAND_REASON_SIZE];
	const char *reason = command_outcome_reason(item->target.bus, result, text);
	if (asking->kind == BUS_JOB_PING && result->outcome != BUS_CANCELLED) {
		show_ping(item, result, reason);
	} else if (result->reading != NULL) {
		command_reading(asking->command, result->reading);
	}
	if (result->outcome != BUS_OK && result->outcome != BUS_CANCELLED) {
		warn(item, command_outcome_name(result->outcome), reason);
	}
	if (result->outcome != BUS_OK || asking->kind == BUS_JOB_PING) {
		return command_outcome_code(result);
	}
	if (result->reading == NULL) {
		warn(item, "no-memory", "out of memory");
		return COMMAND_OTHER;
	}
	return reading_code(reading_view(result->reading));
}

static void end_item(struct item *item, const struct bus_result *result)
{
	struct asking *asking = item->asking;
	int code = show(item, result);
	size_t failed = asking->ended - asking->good;
	asking->ended++;
	if (code == COMMAND_OK) {
		asking->good++;
	} else {
		asking->code = failed == 0 || asking->code == code ? code : COMMAND_SOME_FAILED;
	}
}

static void finish(struct asking *asking)
{
	char members[96];
	size_t failed = asking->ended - asking->good;
	int code = failed == asking->count ? asking->code : COMMAND_SOME_FAILED;
	if (asking->cancelled) {
		code = COMMAND_INTERRUPTED;
	} else if (failed == 0) {
		code = COMMAND_OK;
	}
	snprintf(members, sizeof(members), "\"devices\":%zu,\"failed\":%zu", asking->count,
			failed);
	command_done(asking->command, code, members);
}

/* What the bus can do nothing for ends like the one before it. */
static void end_the_rest(
		struct asking *asking, struct group *group, const struct bus_result *result)
{
	while (group->next < group->end) {
		end_item(&asking->items[group->next++], result);
	}
}

static void item_done(void *data, const struct bus_result *result);

static uint64_t submit(struct item *item)
{
	const struct setup_device *device = item->target.device;
	const struct bus_job job = {
		.kind = item->asking->kind,
		.address = item->target.address,
		.baud = device != NULL ? device->settings.baud : 0,
		.label = item->target.label,
		.publish = item->asking->kind == BUS_JOB_READ,
		.done = item_done,
		.data = item,
	};
	return bus_submit(item->group->bus, &job);
}

static void submit_more(struct asking *asking, struct group *group)
{
	while (group->next < group->end && group->waiting < WAITING_MAX) {
		struct item *item = &asking->items[group->next];
		item->job = submit(item);
		if (item->job == 0) {
			break;
		}
		group->next++;
		group->waiting++;
	}
	if (group->waiting == 0 && group->next < group->end) {
		struct bus_result full = { .outcome = BUS_NO_ANSWER };
		snprintf(full.reason, sizeof(full.reason),
				"not asked: too much waits for bus %s already; try again later",
				bus_name(group->bus));
		end_the_rest(asking, group, &full);
	}
}

static void item_done(void *data, const struct bus_result *result)
{
	struct item *item = data;
	struct asking *asking = item->asking;
	struct group *group = item->group;
	item->job = 0;
	group->waiting--;
	end_item(item, result);
	asking->cancelled = asking->cancelled || result->outcome == BUS_CANCELLED;
	if (asking->cancelled) {
		static const struct bus_result cancelled = { .outcome = BUS_CANCELLED };
		end_the_rest(asking, group, &cancelled);
	} else if (result->outcome == BUS_NOT_OPEN) {
		end_the_rest(asking, group, result);
	} else {
		submit_more(asking, group);
	}
	if (asking->ended == asking->count) {
		finish(asking);
	}
}

static void release(void *state)
{
	struct asking *asking = state;
	free(asking->items);
	free(asking->groups);
	free(asking);
}

/* Fills in the runs of devices that are on one bus. */
static void group_items(struct asking *asking, const struct command_target *targets)
{
	struct group *group = NULL;
	for (size_t i = 0; i < asking->count; i++) {
		if (i == 0 || targets[i].bus != targets[i - 1].bus) {
			group = &asking->groups[asking->group_count++];
			*group = (struct group){ .bus = targets[i].bus->bus, .next = i };
		}
		group->end = i + 1;
		asking->items[i] = (struct item){
			.asking = asking,
			.group = group,
			.target = targets[i],
		};
	}
}

static struct asking *create(struct command *command,
		const struct command_target *targets, size_t count, enum bus_job_kind kind)
{
	struct asking *asking = calloc(1, sizeof(*asking));
	if (asking == NULL) {
		return NULL;
	}
	*asking = (struct asking){ .command = command, .kind = kind, .count = count };
	asking->items = calloc(count, sizeof(*asking->items));
	asking->groups = calloc(count, sizeof(*asking->groups));
	if (asking->items == NULL || asking->groups == NULL) {
		release(asking);
		return NULL;
	}
	group_items(asking, targets);
	return asking;
}

static void ask(
		struct command *command, const struct command_args *args, enum bus_job_kind kind)
{
	struct command_target *targets;
	size_t count;
	if (!command_find_targets(command, args, 0, &targets, &count)) {
		return;
	}
	struct asking *asking = create(command, targets, count, kind);
	free(targets);
	if (asking == NULL) {
		command_fail(command, COMMAND_OTHER, "out of memory");
		return;
	}
	asking->whole_names = strchr(args->words[0], '/') != NULL;
	command_keep(command, asking, release);
	for (size_t i = 0; i < asking->group_count; i++) {
		submit_more(asking, &asking->groups[i]);
	}
	if (asking->ended == asking->count) {
		finish(asking);
	}
}

static void cancel(struct command *command)
{
	struct asking *asking = command_state(command);
	asking->cancelled = true;
	for (size_t i = 0; i < asking->count; i++) {
		if (asking->items[i].job != 0) {
			bus_cancel(asking->items[i].group->bus, asking->items[i].job);
		}
	}
}

static void run_read(struct command *command, const struct command_args *args)
{
	ask(command, args, BUS_JOB_READ);
}

static void run_ping(struct command *command, const struct command_args *args)
{
	ask(command, args, BUS_JOB_PING);
}

const struct command_verb command_read = {
	.name = "read",
	.usage = "BUS [ADDRESS...] | BUS/DEVICE...",
	.run = run_read,
	.cancel = cancel,
};

const struct command_verb command_ping = {
	.name = "ping",
	.usage = "BUS [ADDRESS...] | BUS/DEVICE...",
	.run = run_ping,
	.cancel = cancel,
};
