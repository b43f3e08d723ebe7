/* SPDX-License-Identifier: MIT */
/* The commands that change a meter, each verified by reading back, and those that send.
 */
#include "gateway/command_procedure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus/assemble.h"
#include "gateway/command_procedure_verbs.h"

/* Why the port was lost, and what is unknown since. */
#define FAILURE_SIZE (PROCEDURE_TEXT_SIZE + COMMAND_REASON_SIZE)

struct verb_row {
	enum procedure_kind kind;
	bool no_address; /* the words say it in another way */
	bool may_be_all; /* --all: every device of the bus, one after the other */
	bool (*read)(struct command_procedure_draft *draft);
};

/* A command under way. */
struct working {
	struct command *command;
	struct command_procedure_draft draft;
	struct procedure_order order;
	struct command_target *targets;
	size_t count, at; /* meters, and which one is its turn */
	size_t failed;
	uint64_t job; /* 0: none */
	bool cancelled;
	int code; /* of the failures: the same for all, or COMMAND_SOME_FAILED */
	char last[FAILURE_SIZE];
	struct procedure_witness *witnesses; /* FREEZE: who has to follow a broadcast */
};

static const int codes[] = {
	[PROCEDURE_RUNNING] = COMMAND_INTERRUPTED,
	[PROCEDURE_WORKED] = COMMAND_OK,
	[PROCEDURE_REFUSED] = COMMAND_OTHER,
	[PROCEDURE_NOT_FOLLOWED] = COMMAND_OTHER,
	[PROCEDURE_NO_ANSWER] = COMMAND_NO_ANSWER,
	[PROCEDURE_DAMAGED] = COMMAND_UNDECODABLE,
	[PROCEDURE_STOPPED] = COMMAND_INTERRUPTED,
};

static void release(void *state)
{
	struct working *working = state;
	free(working->targets);
	free(working->witnesses);
	free(working);
}

static const struct command_target *target_of(const struct working *working)
{
	return &working->targets[working->at];
}

/* The meter that was named, and every device that hears a broadcast. */
static bool call_witnesses(struct working *working)
{
	struct procedure_order *order = &working->order;
	working->witnesses =
			command_procedure_witnesses(target_of(working), &order->witness_count);
	if (working->witnesses == NULL) {
		command_fail(working->command, COMMAND_OTHER, "out of memory");
		return false;
	}
	order->witnesses = working->witnesses;
	return true;
}

/* What came, decoded: of requests whose answer is all that was wanted. */
static void show_reading(struct working *working, const struct procedure *procedure)
{
	const struct command_target *target = target_of(working);
	const struct mg_bytes *frames;
	size_t count = procedure_frames(procedure, &frames);
	if (count == 0 || working->order.kind < PROCEDURE_SEND) {
		return;
	}
	const struct assemble_context context = {
		.bus = bus_name(target->bus->bus),
		.device = target->label,
		.time = (int64_t)time(NULL) * 1000000,
		.key = working->order.secret.key,
		.identity = working->order.secret.identity,
	};
	struct reading *reading = assemble_reading(frames, count, &context);
	if (reading != NULL) {
		command_reading(working->command, reading);
		reading_unref(reading);
	}
}

static void count_failure(struct working *working, int code, const char *text)
{
	if (code == COMMAND_OK) {
		return;
	}
	working->code =
			working->failed == 0 || working->code == code ? code : COMMAND_SOME_FAILED;
	working->failed++;
	snprintf(working->last, sizeof(working->last), "%s", text);
	if (working->count > 1) {
		char warning[FAILURE_SIZE + 128];
		snprintf(warning, sizeof(warning), "%.64s: %s", target_of(working)->word, text);
		command_warning(working->command, warning, "\"outcome\":\"failed\"");
	}
}

/* The configuration calls the meter as it was called before. */
static void warn_configuration(struct working *working)
{
	const struct command_target *target = target_of(working);
	bool renames = working->order.kind <= PROCEDURE_SET_BAUD;
	char text[256];
	if (renames && target->device != NULL && !working->order.dry_run) {
		snprintf(text, sizeof(text),
				"the configuration of device %.64s still has what was before: change it, "
				"or it will not be read any more",
				target->device->settings.name);
		command_warning(working->command, text, "\"outcome\":\"configuration\"");
	}
}

static void take_result(struct working *working, const struct procedure *procedure)
{
	show_reading(working, procedure);
	command_procedure_show(
			working->command, target_of(working)->word, working->order.kind, procedure);
	count_failure(
			working, codes[procedure_verdict(procedure)], procedure_text(procedure));
	if (procedure_worked(procedure) && procedure_touched(procedure)) {
		warn_configuration(working);
	}
}

/* The port could not be opened, or was lost on the way. */
static void take_lost(struct working *working, const struct bus_result *result)
{
	const struct procedure *procedure = result->procedure;
	const struct procedure_step *steps;
	char text[FAILURE_SIZE], room[COMMAND_REASON_SIZE];
	const char *reason = command_outcome_reason(target_of(working)->bus, result, room);
	bool begun = procedure != NULL && procedure_steps(procedure, &steps) > 0;
	if (begun) {
		command_procedure_show(working->command, target_of(working)->word,
				working->order.kind, procedure);
	}
	size_t length = strlen(reason);
	bool asks = length > 0 && reason[length - 1] == '?';
	snprintf(text, sizeof(text), "%.*s%s%s", COMMAND_REASON_SIZE, reason,
			!begun ? "" : (asks ? " It was " : ". It was "),
			begun ? procedure_text(procedure) : "");
	count_failure(working, command_outcome_code(result), text);
}

static void finish(struct working *working)
{
	char members[96];
	int code = working->failed == working->count ? working->code : COMMAND_SOME_FAILED;
	if (working->cancelled) {
		command_fail(working->command, COMMAND_INTERRUPTED, "%s",
				working->last[0] != '\0' ? working->last : "interrupted");
	} else if (working->count == 1 && working->failed == 1) {
		command_fail(working->command, code, "%s", working->last);
	} else {
		snprintf(members, sizeof(members), "\"devices\":%zu,\"failed\":%zu",
				working->count, working->failed);
		command_done(working->command, working->failed == 0 ? COMMAND_OK : code, members);
	}
}

static void go_on(struct working *working);

/* The bus is not asked for what is not sent. */
static void pretend(struct working *working)
{
	const struct setup_bus *setup = target_of(working)->bus->setup;
	struct timing timing;
	struct exchange exchange;
	struct bus_counters counters = { 0 };
	timing_init(&timing, &setup->settings.line, setup->settings.latency);
	exchange_init(&exchange, &timing, &counters);
	struct procedure *procedure = procedure_create(
			&exchange, &working->order, 1, (int64_t)time(NULL) * 1000000, 0);
	if (procedure == NULL) {
		count_failure(working, COMMAND_OTHER, "out of memory");
		return;
	}
	struct task *task = procedure_task(procedure);
	task->ops->ask(task, 0);
	take_result(working, procedure);
	procedure_destroy(procedure);
}

static void job_done(void *data, const struct bus_result *result)
{
	struct working *working = data;
	working->job = 0;
	working->cancelled = working->cancelled || result->outcome == BUS_CANCELLED;
	if (result->procedure != NULL && result->outcome != BUS_NOT_OPEN) {
		take_result(working, result->procedure);
	} else {
		take_lost(working, result);
	}
	working->at++;
	go_on(working);
}

static void go_on(struct working *working)
{
	while (working->at < working->count && !working->cancelled) {
		const struct bus_job job = { .kind = BUS_JOB_PROCEDURE,
			.label = target_of(working)->label,
			.procedure = &working->order,
			.done = job_done,
			.data = working };
		working->order.data =
				(struct mg_bytes){ working->draft.bytes, working->draft.size };
		command_procedure_prepare(&working->order, target_of(working));
		if (!working->order.dry_run) {
			working->job = bus_submit(target_of(working)->bus->bus, &job);
			if (working->job != 0) {
				return;
			}
			count_failure(working, COMMAND_OTHER,
					"too much waits for this bus already; try again later");
		} else {
			pretend(working);
		}
		working->at++;
	}
	finish(working);
}

static void cancel(struct command *command)
{
	struct working *working = command_state(command);
	working->cancelled = true;
	if (working->job != 0) {
		bus_cancel(target_of(working)->bus->bus, working->job);
	}
}

static bool find_one(
		struct working *working, const struct command_bus *bus, const char *word)
{
	working->targets = calloc(1, sizeof(*working->targets));
	if (working->targets == NULL) {
		command_fail(working->command, COMMAND_OTHER, "out of memory");
		return false;
	}
	struct command_target *target = &working->targets[0];
	*target = (struct command_target){ .bus = bus, .word = word, .label = "" };
	working->count = 1;
	return word[0] == '\0' || command_find_address(working->command, bus, word,
									  &target->address, &target->label, &target->device);
}

/* Every device of the bus, each by itself: a broadcast could not be verified. */
static bool find_all(struct working *working, const struct command_args *args)
{
	const struct command_args bus = { .words = { args->words[0] }, .count = 1 };
	return command_find_targets(
			working->command, &bus, 0, &working->targets, &working->count);
}

/* Which meters, and which words are left. */
static bool find(struct working *working, const struct verb_row *row,
		const struct command_args *args)
{
	struct command_procedure_draft *draft = &working->draft;
	bool all = row->may_be_all && command_flag(args, "all") != NULL;
	size_t skip = row->no_address || all ? 1 : 2;
	const struct command_bus *bus = command_find_bus(working->command, args->words[0]);
	if (bus == NULL) {
		return false; /* all of it may be gone */
	}
	draft->bus = bus;
	draft->words = args->words + skip;
	draft->count = args->count - skip;
	if (all) {
		return find_all(working, args);
	}
	return find_one(working, bus, row->no_address ? "" : args->words[1]);
}

static bool needs_address(const struct verb_row *row, const struct command_args *args)
{
	return !row->no_address && !(row->may_be_all && command_flag(args, "all") != NULL);
}

static struct working *create(struct command *command, const struct command_args *args,
		const struct verb_row *row)
{
	struct working *working = calloc(1, sizeof(*working));
	if (working == NULL) {
		command_fail(command, COMMAND_OTHER, "out of memory");
		return NULL;
	}
	working->command = command;
	working->order = (struct procedure_order){ .kind = row->kind,
		.sub_code = -1,
		.force = command_flag(args, "force") != NULL,
		.dry_run = command_flag(args, "dry-run") != NULL,
		.unverified = command_flag(args, "unverified") != NULL };
	working->draft.command = command;
	working->draft.args = args;
	working->draft.order = &working->order;
	command_keep(command, working, release);
	return working;
}

static void begin(struct command *command, const struct command_args *args,
		const struct verb_row *row)
{
	if (args->count < (needs_address(row, args) ? 2u : 1u)) {
		command_fail(command, COMMAND_USAGE, "which %s",
				args->count == 0 ? "bus? want its name"
								 : "meter? want a bus and the address of the meter");
		return;
	}
	struct working *working = create(command, args, row);
	if (working != NULL && find(working, row, args) &&
			(row->read == NULL || row->read(&working->draft)) &&
			(!working->order.broadcast || call_witnesses(working))) {
		go_on(working);
	}
}

static void run_set_address(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_SET_ADDRESS,
		.read = command_procedure_read_address };
	begin(command, args, &row);
}

static void run_set_id(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_SET_IDENTITY,
		.read = command_procedure_read_identity };
	begin(command, args, &row);
}

static void run_set_baud(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_SET_BAUD,
		.may_be_all = true,
		.read = command_procedure_read_baud };
	begin(command, args, &row);
}

static void run_reset(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_RESET,
		.read = command_procedure_read_reset };
	begin(command, args, &row);
}

static void run_set_clock(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_SET_CLOCK,
		.read = command_procedure_read_clock };
	begin(command, args, &row);
}

static void run_select(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_SELECT,
		.read = command_procedure_read_select };
	begin(command, args, &row);
}

static void run_freeze(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_FREEZE,
		.read = command_procedure_read_freeze };
	begin(command, args, &row);
}

static void run_send(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = {
		.kind = PROCEDURE_SEND, .no_address = true, .read = command_procedure_read_send
	};
	begin(command, args, &row);
}

static void run_alarm(struct command *command, const struct command_args *args)
{
	static const struct verb_row row = { .kind = PROCEDURE_ALARM,
		.read = command_procedure_read_nothing };
	begin(command, args, &row);
}

static const char *const flags_set[] = { "force", "dry-run", NULL };
static const char *const flags_baud[] = { "all", "force", "dry-run", NULL };
static const char *const flags_reset[] = { "sub-code", "force", "unverified", "dry-run",
	NULL };
static const char *const flags_clock[] = { "force", "time", "type", "utc", "unverified",
	"dry-run", NULL };
static const char *const flags_select[] = { "force", "unverified", "dry-run", NULL };
static const char *const flags_freeze[] = { "ci", "broadcast", "storage", "force",
	"unverified", "dry-run", NULL };
static const char *const flags_send[] = { "frame", "force", "dry-run", NULL };
static const char *const flags_alarm[] = { "dry-run", NULL };

#define VERB(variable, verb, words, flag_list, function)                                 \
	const struct command_verb variable = {                                               \
		.name = verb,                                                                    \
		.usage = words,                                                                  \
		.changes = true,                                                                 \
		.flags = flag_list,                                                              \
		.run = function,                                                                 \
		.cancel = cancel,                                                                \
	}

VERB(command_set_address, "set-address", "BUS ADDRESS NEW", flags_set, run_set_address);
VERB(command_set_id, "set-id", "BUS ADDRESS IDENTITY", flags_set, run_set_id);
VERB(command_set_baud, "set-baud", "BUS ADDRESS BAUD | BUS --all BAUD", flags_baud,
		run_set_baud);
VERB(command_reset, "reset", "BUS ADDRESS", flags_reset, run_reset);
VERB(command_set_clock, "set-clock", "BUS ADDRESS", flags_clock, run_set_clock);
VERB(command_select, "select", "BUS ADDRESS RECORD... | BUS ADDRESS default",
		flags_select, run_select);
VERB(command_freeze, "freeze", "BUS ADDRESS [RECORD...]", flags_freeze, run_freeze);
VERB(command_send, "send", "BUS HEX... | BUS nke ADDRESS | BUS ud ADDRESS CI DATA...",
		flags_send, run_send);
VERB(command_alarm, "alarm", "BUS ADDRESS", flags_alarm, run_alarm);
