/* SPDX-License-Identifier: MIT */
/* Runs the stages of a procedure one after the other, as a task on an exchange. */
#include "procedure/procedure_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_frame.h"
#include "procedure/procedure_step.h"
#include "procedure/procedure_view.h"

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

bool procedure_run_again(struct procedure *procedure, size_t stages, unsigned most)
{
	if (procedure->rounds >= most) {
		return false;
	}
	procedure->rounds++;
	procedure->stage -= stages;
	return true;
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
	if (procedure->answer == EXCHANGE_SENT) {
		return "sent to all meters";
	}
	if (procedure->acknowledged) {
		return "acknowledged";
	}
	snprintf(text, 200, "not acknowledged (%s)", procedure->trouble);
	return text;
}

const char *procedure_run_but(const struct procedure *procedure)
{
	return procedure->acknowledged || procedure->answer == EXCHANGE_SENT ? "but" : "and";
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
		.init = procedure->order.init,
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

static bool has_lead(const struct procedure_plan *plan)
{
	return !plan->bare && !plan->broadcast && !plan->raw;
}

static const char *lead_purpose(const struct procedure_plan *plan)
{
	return plan->address.secondary ? "select the meter" : "reset the link";
}

/* The steps of the init sequence, as a readout sends them. */
static void pretend_init(struct procedure *procedure)
{
	const struct procedure_plan *plan = &procedure->plan;
	size_t count = plan->init != NULL && !plan->bare_first ? plan->init->count : 0;
	uint8_t bytes[MG_FRAME_MAX];
	bool fcb = true;
	for (size_t i = 0; i < count; i++) {
		const struct bus_init_step *step = &plan->init->steps[i];
		const struct mg_frame frame =
				bus_init_frame(step, procedure_frame_address(plan), fcb);
		size_t size = step->nke ? procedure_frame_lead(plan, bytes)
								: mg_frame_build(&frame, bytes, sizeof(bytes));
		fcb = step->nke || !fcb;
		procedure_step_add(procedure, bytes, size, "prepare the readout");
	}
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
		procedure_step_add(
				procedure, bytes, procedure_frame_lead(plan, bytes), lead_purpose(plan));
	}
	if (plan->act == PROCEDURE_ACT_READ) {
		pretend_init(procedure);
	}
	size_t size = plan->act == PROCEDURE_ACT_READ ? procedure_frame_read(plan, bytes)
												  : procedure_frame_main(plan, bytes);
	procedure_step_add(procedure, bytes, size, plan->purpose);
}

static enum task_next send(struct procedure *procedure, enum procedure_phase phase,
		const uint8_t *bytes, size_t size, const char *purpose)
{
	const struct procedure_plan *plan = &procedure->plan;
	bool lead = phase == PROCEDURE_PHASE_LEAD;
	unsigned tries = !lead && plan->tries > 0 ? plan->tries : procedure->tries;
	const struct exchange_ask ask = { .raw = { bytes, size },
		.address = procedure_frame_address(plan),
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
	if (procedure->plan.refresh != NULL) {
		procedure->plan.refresh(procedure);
	}
	size_t size = procedure_frame_main(&procedure->plan, bytes);
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
	size_t size = procedure_frame_lead(&procedure->plan, bytes);
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
	view->begun = procedure->now;
	view->prepared = plan->init != NULL && !plan->bare_first;
	readout_init(&view->readout, procedure->exchange, procedure->tries, plan->telegrams);
	if (is_noise_borne(procedure)) {
		view->readout.tries_bad = TRIES_BAD;
	}
	view->readout.secret = plan->secret;
	view->readout.manner.baud = plan->baud;
	view->readout.manner.window = plan->window;
	view->readout.manner.any_address = plan->any_address;
	view->readout.manner.alone = plan->alone;
	view->readout.manner.init = plan->bare_first ? NULL : plan->init;
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

/* It gave nothing without its init sequence, and may need that. */
static bool wants_init(const struct procedure *procedure, const struct readout *readout)
{
	const struct procedure_plan *plan = &procedure->plan;
	return plan->bare_first && plan->init != NULL &&
		   (readout->outcome == BUS_NO_ANSWER || readout->outcome == BUS_NO_DATA);
}

static enum task_next go_on_reading(struct procedure *procedure)
{
	struct procedure_view *view = procedure_run_view(procedure, procedure->plan.view);
	if (readout_step(&view->readout, procedure->now)) {
		procedure->exchanging = true;
		procedure_step_read(procedure, &view->readout);
		return TASK_EXCHANGE;
	}
	if (wants_init(procedure, &view->readout)) {
		procedure->plan.bare_first = false;
		return begin_read(procedure);
	}
	view->done = true;
	view->at = procedure->now;
	view->repeated = procedure->exchange->sends > 1;
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
	procedure->repeated = exchange->sends > 1;
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
