/* SPDX-License-Identifier: MIT */
/* What a master can change in a meter: begins a procedure, and says what came of it. */
#include "procedure/procedure.h"

#include <stdlib.h>
#include <string.h>

#include "procedure/procedure_kinds.h"
#include "procedure/procedure_run.h"
#include "secure/secure.h"

static const struct procedure_recipe *const recipes[] = {
	[PROCEDURE_SET_ADDRESS] = &procedure_address_recipe,
	[PROCEDURE_SET_IDENTITY] = &procedure_identity_recipe,
	[PROCEDURE_SET_BAUD] = &procedure_baud_recipe,
	[PROCEDURE_RESET] = &procedure_reset_recipe,
	[PROCEDURE_SET_CLOCK] = &procedure_clock_recipe,
	[PROCEDURE_SELECT] = &procedure_select_recipe,
	[PROCEDURE_FREEZE] = &procedure_freeze_recipe,
	[PROCEDURE_SEND] = &procedure_send_recipe,
	[PROCEDURE_ALARM] = &procedure_alarm_recipe,
};

static const int outcomes[] = {
	[PROCEDURE_RUNNING] = BUS_CANCELLED,
	[PROCEDURE_WORKED] = BUS_OK,
	[PROCEDURE_REFUSED] = BUS_BAD_ANSWER,
	[PROCEDURE_NOT_FOLLOWED] = BUS_BAD_ANSWER,
	[PROCEDURE_NO_ANSWER] = BUS_NO_ANSWER,
	[PROCEDURE_DAMAGED] = BUS_BAD_ANSWER,
	[PROCEDURE_STOPPED] = BUS_CANCELLED,
};

const char *procedure_name(enum procedure_kind kind)
{
	return recipes[kind]->name;
}

/* The number of the meter has wildcards: it may stand for any of several, and the one
   that is heard would be changed. */
static bool is_vague(const struct procedure_order *order)
{
	struct mg_identity number = { .id = order->address.identity.id };
	return order->kind < PROCEDURE_SEND && order->address.secondary && !order->force &&
		   !secure_identity_whole(&number);
}

/* What only some kinds can do without. */
static void check(struct procedure *procedure)
{
	const struct procedure_order *order = &procedure->order;
	if (order->data.size >
			(order->kind == PROCEDURE_SEND ? MG_FRAME_MAX : PROCEDURE_DATA_MAX)) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"%zu bytes are more than one frame can carry; send fewer",
				order->data.size);
	} else if (order->fixed_line && order->baud != 0 &&
			   order->baud != procedure->exchange->timing->baud) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"this transport cannot change the speed of its line to %u baud; "
				"set it at the converter",
				(unsigned)order->baud);
	} else if (is_vague(order)) {
		char who[MG_IDENTITY_SIZE];
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"%s stands for every meter that fits, and whichever is heard would be "
				"changed: name one by all digits of its number, or take the risk with "
				"--force. Nothing was sent",
				bus_address_text(&order->address, who));
	} else if (procedure->recipe->check != NULL) {
		procedure->recipe->check(procedure);
	}
}

struct procedure *procedure_create(struct exchange *exchange,
		const struct procedure_order *order, unsigned tries, int64_t wall, int64_t now)
{
	struct procedure *procedure = calloc(1, sizeof(*procedure));
	if (procedure == NULL) {
		return NULL;
	}
	procedure->exchange = exchange;
	procedure->order = *order;
	procedure->tries = tries > 0 ? tries : 1;
	procedure->wall = wall;
	procedure->begun = procedure->now = now;
	procedure->old_address = -1;
	procedure->recipe = recipes[order->kind];
	procedure_run_task(procedure);
	check(procedure);
	if (procedure->verdict == PROCEDURE_RUNNING && order->data.size > 0) {
		memcpy(procedure->data, order->data.data, order->data.size);
		procedure->order.data.data = procedure->data;
	}
	return procedure;
}

void procedure_destroy(struct procedure *procedure)
{
	if (procedure == NULL) {
		return;
	}
	for (size_t i = 0; i < PROCEDURE_VIEW_COUNT; i++) {
		readout_finish(&procedure->views[i].readout);
	}
	free(procedure->looks);
	free(procedure);
}

struct task *procedure_task(struct procedure *procedure)
{
	return &procedure->task;
}

bool procedure_worked(const struct procedure *procedure)
{
	return procedure->verdict == PROCEDURE_WORKED;
}

enum procedure_verdict procedure_verdict(const struct procedure *procedure)
{
	return procedure->verdict;
}

bool procedure_touched(const struct procedure *procedure)
{
	return procedure->touched;
}

const char *procedure_text(const struct procedure *procedure)
{
	return procedure->text;
}

int procedure_outcome(const struct procedure *procedure)
{
	return outcomes[procedure->verdict];
}

size_t procedure_steps(
		const struct procedure *procedure, const struct procedure_step **steps)
{
	*steps = procedure->steps;
	return procedure->step_count;
}

size_t procedure_frames(const struct procedure *procedure, const struct mg_bytes **frames)
{
	if (procedure->answered.size > 0) {
		*frames = &procedure->answered;
		return 1;
	}
	*frames = procedure->shown != NULL ? procedure->shown->readout.frames : NULL;
	return procedure->shown != NULL ? procedure->shown->readout.count : 0;
}

bool procedure_clock_offset(const struct procedure *procedure,
		struct procedure_offset *before, struct procedure_offset *after)
{
	*before = procedure->off_before;
	*after = procedure->off_after;
	return procedure->clock_seen;
}
