/* SPDX-License-Identifier: MIT */
/*
 * Sets the secondary address of a meter: its number (0Ch 79h) or all of it (07h 79h). It
 * is verified when the meter says so itself, or answers when the new one is selected.
 */
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"
#include "secure/secure.h"

#define IDENTITY_BYTES 8
#define NUMBER_BYTES 4
#define NUMBER_DIGITS 8

static void check(struct procedure *procedure)
{
	const struct procedure_order *order = &procedure->order;
	struct mg_identity whole = order->new_identity;
	if (!order->whole_identity) {
		whole.manufacturer = 0;
		whole.version = whole.medium = 0;
	}
	if (!secure_identity_whole(&whole)) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"a meter cannot have wildcards in its identity: want eight digits, or a "
				"whole identity such as 12345678.KAM.16.04");
	} else if (!order->address.secondary && order->address.primary == MG_A_BROADCAST) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"255 is every meter of the bus, and all would get the same "
				"identity; name one");
	}
}

/* As the meter shall be called; what is not set stays as it is, as far as that is known.
 */
static struct bus_address wanted(struct procedure *procedure)
{
	const struct readout *before =
			&procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE)->readout;
	struct mg_identity identity = procedure->order.new_identity;
	if (!procedure->order.whole_identity) {
		identity = before->has_identity ? before->identity
										: (struct mg_identity){ .manufacturer = 0xFFFF,
											  .version = 0xFF,
											  .medium = 0xFF };
		identity.id = procedure->order.new_identity.id;
	}
	return (struct bus_address){
		.secondary = true, .primary = MG_A_SELECTED, .identity = identity
	};
}

static const char *wanted_text(struct procedure *procedure, char text[MG_IDENTITY_SIZE])
{
	const struct bus_address address = wanted(procedure);
	return bus_address_text(&address, text);
}

/* True when the view is of a meter that is called as wanted. */
static bool is_wanted(struct procedure *procedure, const struct procedure_view *view)
{
	const struct bus_address address = wanted(procedure);
	return procedure_view_answered(view) && view->readout.has_identity &&
		   telegrams_fit(
				   &address.identity, view->readout.header, &view->readout.identity);
}

static void judge_before(struct procedure *procedure)
{
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	char text[MG_IDENTITY_SIZE];
	procedure_common_judge_before(procedure);
	if (procedure->verdict == PROCEDURE_RUNNING && is_wanted(procedure, before)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the meter is %s already; nothing was changed",
				wanted_text(procedure, text));
	}
}

static void plan_free(struct procedure *procedure)
{
	const struct bus_address address = wanted(procedure);
	if (!procedure->order.force) {
		procedure_run_read(
				procedure, &address, PROCEDURE_VIEW_OTHER, 1, "is this identity free?");
		/* What prepares one meter may change another. */
		procedure->plan.init = NULL;
	}
}

static void judge_free(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	char text[MG_IDENTITY_SIZE];
	if (view->done && !procedure_view_nobody(view)) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"another meter is called %s already%s%s; choose another identity, or "
				"take it with --force. Nothing was changed",
				wanted_text(procedure, text), procedure_view_answered(view) ? "" : ": ",
				procedure_view_answered(view) ? ""
				: procedure_view_silent(view)
						? "somebody acknowledges it, but gives no data"
						: view->readout.reason);
	}
}

static void plan_command(struct procedure *procedure)
{
	uint8_t data[2 + IDENTITY_BYTES] = { 0x0C, 0x79 };
	mg_identity_put(&procedure->order.new_identity, data + 2);
	if (procedure->order.whole_identity) {
		data[0] = 0x07;
	}
	procedure_run_command(procedure, PROCEDURE_CI_DATA, data,
			procedure->order.whole_identity ? 2 + IDENTITY_BYTES : 2 + NUMBER_BYTES,
			"set the identity");
}

/* A meter that was selected is called by its new identity now. */
static void plan_back(struct procedure *procedure)
{
	const struct bus_address address = procedure->order.address.secondary
											   ? wanted(procedure)
											   : procedure->order.address;
	procedure_run_read(
			procedure, &address, PROCEDURE_VIEW_AFTER, 1, "who is it afterwards?");
}

static void end_worked(struct procedure *procedure)
{
	char text[MG_IDENTITY_SIZE], who[PROCEDURE_WHO_SIZE];
	procedure_view_who(procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), who);
	procedure_run_end(procedure, PROCEDURE_WORKED, "%s is %s now", who,
			wanted_text(procedure, text));
}

static void end_not_followed(
		struct procedure *procedure, const struct procedure_view *view)
{
	char text[MG_IDENTITY_SIZE], who[PROCEDURE_WHO_SIZE], heard[200];
	procedure_view_who(view, who);
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the new identity %s was %s, %s the meter is still %s: it does not let its "
			"identity be set over the bus, or only a part of it, or only while its seal "
			"or menu allows it; see its manual",
			wanted_text(procedure, text), procedure_run_heard(procedure, heard),
			procedure_run_but(procedure), who);
}

static void judge_back(struct procedure *procedure)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	if (is_wanted(procedure, after)) {
		end_worked(procedure);
	} else if (procedure_view_answered(after) && after->readout.has_identity) {
		end_not_followed(procedure, after);
	} else if (!procedure->order.address.secondary && !procedure_view_answered(after) &&
			   !procedure_run_again(procedure, 1, 1)) {
		procedure_common_end_lost(procedure, after, "the new identity");
	}
}

/* A meter that does not say who it is can be selected; one that is not called as wanted
   may be called as before. */
static void plan_last(struct procedure *procedure)
{
	const struct bus_address address = procedure->order.address.secondary
											   ? procedure->order.address
											   : wanted(procedure);
	procedure_run_read(procedure, &address, PROCEDURE_VIEW_OTHER, 1, "%s",
			procedure->order.address.secondary ? "is it still called as before?"
											   : "can it be selected by it?");
}

static void judge_last(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	bool answered = procedure_view_answered(view);
	if (!procedure->order.address.secondary) {
		if (answered) {
			end_worked(procedure);
		} else {
			end_not_followed(procedure, before);
		}
		return;
	}
	if (answered) {
		end_not_followed(procedure, view);
	} else if (!procedure_run_again(procedure, 2, 1)) {
		procedure_common_end_lost(procedure,
				procedure_run_view(procedure, PROCEDURE_VIEW_AFTER), "the new identity");
	}
}

static const struct procedure_stage stages[] = {
	PROCEDURE_ALONE,
	PROCEDURE_RESOLVE,
	{ procedure_common_plan_identify, judge_before },
	{ plan_free, judge_free },
	{ plan_command, NULL },
	{ plan_back, judge_back },
	{ plan_last, judge_last },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	char whole[MG_IDENTITY_SIZE], old[MG_IDENTITY_SIZE];
	mg_identity_text(&procedure->order.new_identity, whole);
	snprintf(text, size,
			"whether the meter that was asked as %s is called %.*s now: read it as both, "
			"and set it again if it is called as before",
			bus_address_text(&procedure->order.address, old),
			procedure->order.whole_identity ? MG_IDENTITY_SIZE : NUMBER_DIGITS, whole);
}

const struct procedure_recipe procedure_identity_recipe = {
	.name = "set-id",
	.unknown = unknown,
	.check = check,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
