/* SPDX-License-Identifier: MIT */
/* Runs the stages of a procedure one after the other, as a task on an exchange. */
#include "procedure/procedure_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_step.h"
#include "procedure/procedure_view.h"

#define CI_SELECT 0x52
#define IDENTITY_BYTES 8
/* Some meters never acknowledge SND_NKE, which costs time. */
#define LEAD_TRIES 2
/* Sends of one request while answers come damaged, as a bus has it by default. */
#define TRIES_BAD 64

void procedure_run_end(struct procedure *procedure, enum procedure_verdict verdict,
		const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(procedure->text, sizeof(procedure->text), format, arguments);
	va_end(arguments);
	procedure->verdict = verdict;
	procedure->task.yields = true;
}

struct procedure_view *procedure_run_view(
		struct procedure *procedure, enum procedure_view_kind kind)
{
	return &procedure->views[kind];
}

uint32_t procedure_run_baud(const struct procedure *procedure)
{
	uint32_t baud = procedure->order.baud;
	return baud != 0 ? baud : procedure->exchange->timing->baud;
}

const char *procedure_run_heard(const struct procedure *procedure, char text[200])
{
	if (procedure->acknowledged) {
		return "acknowledged";
	}
	snprintf(text, 200, "not acknowledged (%s)", procedure->trouble);
	return text;
}

static struct procedure_plan *plan(
		struct procedure *procedure, enum procedure_act act, unsigned expects)
{
	struct procedure_plan *plan = &procedure->plan;
	*plan = (struct procedure_plan){ .act = act,
		.address = procedure->order.address,
		.baud = procedure->order.baud,
		.window = procedure->order.window,
		.any_address = procedure->order.any_address,
		.secret = procedure->order.secret,
		.expects = expects };
	return plan;
}

__attribute__((format(printf, 2, 0))) static void name(
		struct procedure_plan *plan, const char *format, va_list arguments)
{
	vsnprintf(plan->purpose, sizeof(plan->purpose), format, arguments);
}

void procedure_run_read(struct procedure *procedure, const struct bus_address *address,
		enum procedure_view_kind view, size_t telegrams, const char *purpose, ...)
{
	const struct bus_address asked = *address;
	struct procedure_plan *read = plan(procedure, PROCEDURE_ACT_READ, 0);
	read->address = asked;
	read->view = view;
	read->telegrams = telegrams;
	va_list arguments;
	va_start(arguments, purpose);
	name(read, purpose, arguments);
	va_end(arguments);
}

void procedure_run_command(struct procedure *procedure, uint8_t ci, const uint8_t *data,
		size_t size, const char *purpose, ...)
{
	struct procedure_plan *command =
			plan(procedure, PROCEDURE_ACT_COMMAND, EXCHANGE_EXPECT_ACK);
	command->type = MG_FRAME_LONG;
	/* The first one after SND_NKE or a selection (EN 13757-2). */
	command->c = MG_C_SND_UD | MG_C_FCB;
	command->ci = ci;
	command->size = size;
	if (size > 0) {
		memcpy(command->data, data, size);
	}
	va_list arguments;
	va_start(arguments, purpose);
	name(command, purpose, arguments);
	va_end(arguments);
}

void procedure_run_short(struct procedure *procedure, uint8_t c, unsigned expects,
		const char *purpose, ...)
{
	struct procedure_plan *command = plan(procedure, PROCEDURE_ACT_COMMAND, expects);
	command->type = MG_FRAME_SHORT;
	command->c = c;
	va_list arguments;
	va_start(arguments, purpose);
	name(command, purpose, arguments);
	va_end(arguments);
}

static uint8_t wire_address(const struct procedure_plan *plan)
{
	if (plan->broadcast) {
		return MG_A_BROADCAST;
	}
	return plan->address.secondary ? MG_A_SELECTED : plan->address.primary;
}

/* SND_NKE, or the selection. */
static size_t lead_frame(const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX])
{
	uint8_t identity[IDENTITY_BYTES];
	struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = wire_address(plan)
	};
	if (plan->address.secondary) {
		mg_identity_put(&plan->address.identity, identity);
		frame.type = MG_FRAME_LONG;
		frame.c = MG_C_SND_UD;
		frame.ci = CI_SELECT;
		frame.data = (struct mg_bytes){ identity, sizeof(identity) };
	}
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

static size_t main_frame(const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX])
{
	const struct mg_frame frame = { .type = plan->type,
		.c = plan->c,
		.a = wire_address(plan),
		.ci = plan->ci,
		.data = { plan->data, plan->size } };
	if (plan->raw) {
		memcpy(bytes, plan->data, plan->size);
		return plan->size;
	}
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

/* REQ_UD2, the first one of a readout. */
static size_t read_frame(const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX])
{
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_REQ_UD2 | MG_C_FCB, .a = wire_address(plan)
	};
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

static bool has_lead(const struct procedure_plan *plan)
{
	return !plan->bare && !plan->broadcast && !plan->raw;
}

static const char *lead_purpose(const struct procedure_plan *plan)
{
	return plan->address.secondary ? "select the meter" : "reset the link";
}

/* Writes down what would be sent. */
static void pretend(struct procedure *procedure)
{
	const struct procedure_plan *plan = &procedure->plan;
	uint8_t bytes[MG_FRAME_MAX];
	if (plan->act == PROCEDURE_ACT_PAUSE) {
		procedure_step_add(procedure, NULL, 0, plan->purpose);
		return;
	}
	if (plan->act == PROCEDURE_ACT_READ || has_lead(plan)) {
		procedure_step_add(procedure, bytes, lead_frame(plan, bytes), lead_purpose(plan));
	}
	size_t size = plan->act == PROCEDURE_ACT_READ ? read_frame(plan, bytes)
												  : main_frame(plan, bytes);
	procedure_step_add(procedure, bytes, size, plan->purpose);
}

/* Who is asked by bytes as they stand; anybody where they are no frame. */
static uint8_t raw_address(const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	size_t length;
	if (mg_frame_parse(bytes, size, &frame, &length) != MG_FAULT_NONE ||
			frame.type < MG_FRAME_SHORT) {
		return MG_A_BROADCAST_REPLY;
	}
	return frame.a;
}

static enum task_next send(struct procedure *procedure, enum procedure_phase phase,
		const uint8_t *bytes, size_t size, const char *purpose)
{
	const struct procedure_plan *plan = &procedure->plan;
	bool lead = phase == PROCEDURE_PHASE_LEAD;
	unsigned tries = procedure->tries;
	const struct exchange_ask ask = { .raw = { bytes, size },
		.address = plan->raw ? raw_address(bytes, size) : wire_address(plan),
		.expects = lead ? EXCHANGE_EXPECT_ACK : plan->expects,
		.tries = lead && tries > LEAD_TRIES ? LEAD_TRIES : tries,
		.baud = plan->baud,
		.window = plan->window,
		.listen = plan->listen,
		.latency = -1,
		.any_address = plan->any_address };
	procedure->phase = phase;
	procedure->exchanging = true;
	procedure_step_add(procedure, bytes, size, purpose);
	exchange_begin(procedure->exchange, &ask, procedure->now);
	return TASK_EXCHANGE;
}

static enum task_next send_main(struct procedure *procedure)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = main_frame(&procedure->plan, bytes);
	procedure->sent_at = procedure->now;
	procedure->touched = procedure->touched || procedure->plan.raw ||
						 procedure->plan.type == MG_FRAME_LONG;
	return send(procedure, PROCEDURE_PHASE_MAIN, bytes, size, procedure->plan.purpose);
}

static enum task_next begin_command(struct procedure *procedure)
{
	uint8_t bytes[MG_FRAME_MAX];
	procedure->answered.size = 0;
	if (!has_lead(&procedure->plan)) {
		return send_main(procedure);
	}
	size_t size = lead_frame(&procedure->plan, bytes);
	return send(
			procedure, PROCEDURE_PHASE_LEAD, bytes, size, lead_purpose(&procedure->plan));
}

/* Before a change a damaged answer ends it, and all is as it was. Behind one, a noisy
   line must not make it look as if it had failed; but damage at a new speed is what tells
   that the line cannot carry it. */
static bool is_noise_borne(const struct procedure *procedure)
{
	return procedure->plan.view == PROCEDURE_VIEW_AFTER &&
		   procedure->order.kind != PROCEDURE_SET_BAUD;
}

static enum task_next begin_read(struct procedure *procedure)
{
	const struct procedure_plan *plan = &procedure->plan;
	struct procedure_view *view = procedure_run_view(procedure, plan->view);
	readout_finish(&view->readout);
	memset(view, 0, sizeof(*view));
	readout_init(&view->readout, procedure->exchange, procedure->tries, plan->telegrams);
	if (is_noise_borne(procedure)) {
		view->readout.tries_bad = TRIES_BAD;
	}
	view->readout.secret = plan->secret;
	view->readout.manner.baud = plan->baud;
	view->readout.manner.window = plan->window;
	view->readout.manner.any_address = plan->any_address;
	procedure->phase = PROCEDURE_PHASE_READ;
	procedure->exchanging = true;
	readout_begin(
			&view->readout, READOUT_READ, &plan->address, &view->memory, procedure->now);
	procedure_step_read(procedure, &view->readout);
	return TASK_EXCHANGE;
}

static enum task_next begin_pause(struct procedure *procedure)
{
	procedure->phase = PROCEDURE_PHASE_PAUSE;
	procedure->task.wake = procedure->now + procedure->plan.pause;
	procedure->task.yields = true;
	procedure_step_add(procedure, NULL, 0, procedure->plan.purpose);
	return TASK_WAIT;
}

static enum task_next end_stage(struct procedure *procedure)
{
	const struct procedure_stage *stage = &procedure->recipe->stages[procedure->stage];
	procedure->phase = PROCEDURE_PHASE_PLAN;
	procedure->stage++;
	if (stage->judge != NULL) {
		stage->judge(procedure);
	}
	return TASK_OVER;
}

static enum task_next next_stage(struct procedure *procedure)
{
	static enum task_next (*const begin[])(struct procedure *) = {
		[PROCEDURE_ACT_READ] = begin_read,
		[PROCEDURE_ACT_COMMAND] = begin_command,
		[PROCEDURE_ACT_PAUSE] = begin_pause,
	};
	if (procedure->stage == procedure->recipe->count) {
		procedure_run_end(procedure,
				procedure->order.dry_run ? PROCEDURE_WORKED : PROCEDURE_NOT_FOLLOWED,
				"%s",
				procedure->order.dry_run ? "dry run: nothing was sent"
										 : "nothing shows that it was followed");
		return TASK_OVER;
	}
	procedure->plan = (struct procedure_plan){ .act = PROCEDURE_ACT_NOTHING };
	procedure->recipe->stages[procedure->stage].plan(procedure);
	enum procedure_act act = procedure->plan.act;
	if (procedure->verdict != PROCEDURE_RUNNING) {
		return TASK_OVER;
	}
	if (act == PROCEDURE_ACT_NOTHING || procedure->order.dry_run) {
		procedure->stage++;
		if (act != PROCEDURE_ACT_NOTHING) {
			pretend(procedure);
		}
		return TASK_OVER;
	}
	return begin[act](procedure);
}

static enum task_next go_on_reading(struct procedure *procedure)
{
	struct procedure_view *view = procedure_run_view(procedure, procedure->plan.view);
	if (readout_step(&view->readout, procedure->now)) {
		procedure->exchanging = true;
		procedure_step_read(procedure, &view->readout);
		return TASK_EXCHANGE;
	}
	view->done = true;
	view->at = procedure->now;
	procedure_view_stray(view);
	procedure->shown = view;
	procedure_step_read_end(procedure, &view->readout);
	return end_stage(procedure);
}

/* Keeps what has to outlive the exchange. */
static void keep(struct procedure *procedure)
{
	const struct exchange *exchange = procedure->exchange;
	char who[MG_IDENTITY_SIZE];
	bus_address_text(&procedure->plan.address, who);
	procedure->answer = exchange->outcome;
	procedure->acknowledged = exchange->outcome == EXCHANGE_ACK;
	procedure->trouble[0] = '\0';
	if (exchange->outcome == EXCHANGE_SILENT || exchange->outcome == EXCHANGE_BAD) {
		exchange_text(
				exchange, procedure->plan.raw ? "the bus" : who, procedure->trouble);
	} else if (exchange->outcome == EXCHANGE_DATA) {
		memcpy(procedure->frame, exchange->link.bytes, exchange->link.length);
		procedure->answered =
				(struct mg_bytes){ procedure->frame, exchange->link.length };
	}
}

/* A meter that does not acknowledge SND_NKE may take a command; one that was not selected
   cannot. Silence says that nobody was; what came damaged may be the acknowledgement. */
static bool may_command(const struct procedure *procedure)
{
	enum exchange_outcome outcome = procedure->exchange->outcome;
	return !procedure->plan.address.secondary || outcome == EXCHANGE_ACK ||
		   (procedure->plan.blind && outcome == EXCHANGE_BAD);
}

static enum task_next after_lead(struct procedure *procedure)
{
	if (!may_command(procedure)) {
		keep(procedure);
		return end_stage(procedure);
	}
	return send_main(procedure);
}

static enum task_next after_main(struct procedure *procedure)
{
	keep(procedure);
	return end_stage(procedure);
}

static enum task_next after_pause(struct procedure *procedure)
{
	if (procedure->now < procedure->task.wake) {
		return TASK_WAIT;
	}
	procedure->task.yields = false;
	procedure_step_close(procedure, "done");
	return end_stage(procedure);
}

/* Stages begin one after the other until one has something to wait for. */
static enum task_next ask(struct task *task, int64_t now)
{
	static enum task_next (*const phases[])(struct procedure *) = {
		[PROCEDURE_PHASE_PLAN] = next_stage,
		[PROCEDURE_PHASE_READ] = go_on_reading,
		[PROCEDURE_PHASE_LEAD] = after_lead,
		[PROCEDURE_PHASE_MAIN] = after_main,
		[PROCEDURE_PHASE_PAUSE] = after_pause,
	};
	struct procedure *procedure = (struct procedure *)(void *)task;
	procedure->now = now;
	while (procedure->verdict == PROCEDURE_RUNNING) {
		enum task_next next = phases[procedure->phase](procedure);
		if (next != TASK_OVER) {
			return next;
		}
	}
	return TASK_OVER;
}

/* The exchange stays ours until ask(): the result is used there. */
static void take(struct task *task, int64_t now)
{
	struct procedure *procedure = (struct procedure *)(void *)task;
	procedure->now = now;
	procedure->exchanging = false;
	procedure_step_outcome(procedure, procedure->exchange);
}

static void stop(struct task *task, int64_t now)
{
	struct procedure *procedure = (struct procedure *)(void *)task;
	char unknown[PROCEDURE_TEXT_SIZE / 2];
	procedure->now = now;
	if (procedure->verdict != PROCEDURE_RUNNING) {
		return;
	}
	procedure_step_close(procedure, "stopped");
	if (!procedure->touched || procedure->recipe->unknown == NULL) {
		procedure_run_end(procedure, PROCEDURE_STOPPED,
				"stopped before anything was changed; try again");
		return;
	}
	procedure->recipe->unknown(procedure, unknown, sizeof(unknown));
	procedure_run_end(procedure, PROCEDURE_STOPPED,
			"stopped before it was verified: it is unknown %s", unknown);
}

struct task *procedure_run_task(struct procedure *procedure)
{
	static const struct task_ops ops = { .ask = ask, .take = take, .stop = stop };
	procedure->task = (struct task){ .ops = &ops };
	return &procedure->task;
}
