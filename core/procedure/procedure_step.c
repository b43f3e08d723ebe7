/* SPDX-License-Identifier: MIT */
/* Writes down what a procedure sent, and what came of it. */
#include "procedure/procedure_step.h"

#include <stdio.h>
#include <string.h>

void procedure_step_add(struct procedure *procedure, const uint8_t *request, size_t size,
		const char *purpose)
{
	if (procedure->step_count < PROCEDURE_STEPS_MAX) {
		procedure->step_count++;
	}
	struct procedure_step *step = &procedure->steps[procedure->step_count - 1];
	*step = (struct procedure_step){ .request_size = size };
	if (size > 0) {
		memcpy(step->request, request, size);
	}
	step->baud = procedure->plan.baud != 0 ? procedure->plan.baud
										   : procedure_run_baud(procedure);
	snprintf(step->purpose, sizeof(step->purpose), "%s", purpose);
	procedure->step_open = !procedure->order.dry_run;
}

void procedure_step_close(struct procedure *procedure, const char *outcome)
{
	if (!procedure->step_open) {
		return;
	}
	struct procedure_step *step = &procedure->steps[procedure->step_count - 1];
	snprintf(step->outcome, sizeof(step->outcome), "%s", outcome);
	procedure->step_open = false;
}

void procedure_step_outcome(struct procedure *procedure, const struct exchange *exchange)
{
	static const char *const words[] = {
		[EXCHANGE_RUNNING] = "stopped",
		[EXCHANGE_ACK] = "acknowledged",
		[EXCHANGE_DATA] = "answered",
		[EXCHANGE_SENT] = "sent",
	};
	char who[MG_IDENTITY_SIZE], text[EXCHANGE_TEXT_SIZE];
	if (exchange->outcome != EXCHANGE_SILENT && exchange->outcome != EXCHANGE_BAD) {
		procedure_step_close(procedure, words[exchange->outcome]);
		return;
	}
	bus_address_text(&procedure->plan.address, who);
	procedure_step_close(procedure,
			exchange_text(exchange, procedure->plan.raw ? "the bus" : who, text));
}

static const char *const read_purposes[] = {
	[READOUT_PHASE_IDLE] = "read the meter",
	[READOUT_PHASE_RESET] = "reset the link",
	[READOUT_PHASE_DESELECT] = "deselect all meters",
	[READOUT_PHASE_SELECT] = "select the meter",
	[READOUT_PHASE_INIT] = "prepare the readout",
	[READOUT_PHASE_REQUEST] = "read the meter",
	[READOUT_PHASE_REVIVE] = "wake the meter up",
	[READOUT_PHASE_ALARM] = "ask for an alarm",
};

void procedure_step_read(struct procedure *procedure, const struct readout *readout)
{
	const struct exchange *exchange = procedure->exchange;
	bool request = readout->phase == READOUT_PHASE_REQUEST;
	if (request && readout->count > 0) {
		procedure->step_open = true;
		return;
	}
	procedure_step_add(procedure, exchange->request, exchange->request_size,
			request ? procedure->plan.purpose : read_purposes[readout->phase]);
}

void procedure_step_read_end(struct procedure *procedure, const struct readout *readout)
{
	char who[MG_IDENTITY_SIZE], text[sizeof(procedure->steps[0].outcome)];
	if (readout->outcome != BUS_OK) {
		return;
	}
	snprintf(text, sizeof(text), "%zu telegram%s from %s", readout->count,
			readout->count == 1 ? "" : "s",
			readout->has_identity ? mg_identity_text(&readout->identity, who)
								  : "a meter that does not say who it is");
	procedure->step_open = true;
	procedure_step_close(procedure, text);
}
