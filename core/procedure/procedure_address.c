/* SPDX-License-Identifier: MIT */
/*
 * Sets the primary address of a meter (DIF 01h VIF 7Ah). It is verified when the same
 * meter answers at the new address and no longer at the old one.
 */
#include <stdio.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"

static void check(struct procedure *procedure)
{
	const struct procedure_order *order = &procedure->order;
	unsigned address = order->new_address;
	if (address > MG_A_PRIMARY_LAST) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"%u is no address of a meter: want 0 to 250", address);
	} else if (!order->address.secondary && order->address.primary == MG_A_BROADCAST) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"255 is every meter of the bus, and all would get the address %u; "
				"name one",
				address);
	} else if (!order->address.secondary && order->address.primary == address) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"%u is the address of the meter already; nothing was sent", address);
	}
}

static struct bus_address at(int address)
{
	return (struct bus_address){ .primary = (uint8_t)address };
}

/* The address that the meter has besides the one by which it is called. */
static void find_old(struct procedure *procedure)
{
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	procedure_common_judge_before(procedure);
	if (procedure->verdict != PROCEDURE_RUNNING) {
		return;
	}
	int address = procedure->order.address.secondary ? procedure_view_address(before)
													 : procedure->order.address.primary;
	procedure->old_address = address <= MG_A_PRIMARY_LAST ? address : -1;
}

static void plan_free(struct procedure *procedure)
{
	const struct bus_address address = at(procedure->order.new_address);
	if (!procedure->order.force) {
		procedure_run_read(procedure, &address, PROCEDURE_VIEW_OTHER, 1, "is %u free?",
				(unsigned)address.primary);
	}
}

static void judge_free(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	char who[PROCEDURE_WHO_SIZE];
	unsigned address = procedure->order.new_address;
	if (procedure_view_silent(view)) {
		return;
	}
	if (procedure->old_address == (int)address &&
			procedure_view_same_meter(before, view)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"%s has the address %u already; nothing was sent",
				procedure_view_who(view, who), address);
		return;
	}
	procedure_run_end(procedure, PROCEDURE_REFUSED,
			"the address %u is taken: %s%s; choose one that is free, or take it with "
			"--force. Nothing was changed",
			address,
			procedure_view_answered(view) ? procedure_view_who(view, who)
										  : view->readout.reason,
			procedure_view_answered(view) ? " answers there" : "");
}

static void plan_command(struct procedure *procedure)
{
	const uint8_t data[] = { 0x01, 0x7A, procedure->order.new_address };
	procedure_run_command(procedure, PROCEDURE_CI_DATA, data, sizeof(data),
			"set the address %u", (unsigned)procedure->order.new_address);
}

static void plan_new(struct procedure *procedure)
{
	const struct bus_address address = at(procedure->order.new_address);
	procedure_run_read(procedure, &address, PROCEDURE_VIEW_AFTER, 1, "read back at %u",
			(unsigned)address.primary);
}

static void plan_old(struct procedure *procedure)
{
	int old = procedure->old_address;
	if (procedure->order.dry_run && !procedure->order.address.secondary) {
		old = procedure->order.address.primary;
	}
	if (old >= 0 && old != procedure->order.new_address) {
		const struct bus_address address = at(old);
		procedure_run_read(procedure, &address, PROCEDURE_VIEW_OTHER, 1,
				"does it still answer at %u?", (unsigned)address.primary);
	}
}

/* "5", or how it was called. */
static const char *old_text(
		const struct procedure *procedure, char text[MG_IDENTITY_SIZE])
{
	if (procedure->old_address < 0) {
		return bus_address_text(&procedure->order.address, text);
	}
	const struct bus_address address = at(procedure->old_address);
	return bus_address_text(&address, text);
}

/* Nobody, another meter, or several of them answer at the new address. */
static void end_not_there(struct procedure *procedure, bool still_old)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	char text[200], who[PROCEDURE_WHO_SIZE], old[MG_IDENTITY_SIZE];
	const char *heard = procedure_run_heard(procedure, text);
	unsigned address = procedure->order.new_address;
	old_text(procedure, old);
	if (procedure_view_silent(after) && still_old) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"01 7A %02X to %s was %s, but the meter still answers at %s and "
				"nobody at %u: it does not let its address be set over the bus, or only "
				"while its seal or menu allows it; see its manual, then try again",
				address, old, heard, old, address);
		return;
	}
	if (procedure_view_silent(after)) {
		procedure_run_end(procedure, PROCEDURE_NO_ANSWER,
				"01 7A %02X to %s was %s, but the meter answers neither at %s nor at %u; "
				"look for it by a scan",
				address, old, heard, old, address);
		return;
	}
	bool answered = procedure_view_answered(after);
	procedure_run_end(procedure, answered ? PROCEDURE_NOT_FOLLOWED : PROCEDURE_DAMAGED,
			"01 7A %02X to %s was %s, but at %u %s%s%s; scan the bus by secondary "
			"addresses to see who has which address",
			address, old, heard, address,
			answered ? procedure_view_who(after, who) : "nothing can be understood: ",
			answered ? " answers, another meter" : after->readout.reason,
			answered || !still_old ? "" : ", and the meter still answers at the old one");
}

/* Its answer came too late for the request to the new address, and stood where one from
   the old address was awaited. */
static void end_strayed(struct procedure *procedure, const char *who, const char *old)
{
	procedure_run_end(procedure, PROCEDURE_WORKED,
			"%s has the address %u now: it was heard with it when %s was asked; it "
			"answers late, so give its device a longer `response`",
			who, (unsigned)procedure->order.new_address, old);
}

static void judge(struct procedure *procedure)
{
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	const struct procedure_view *other =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	bool there = procedure_view_same_meter(before, after);
	bool still_old =
			procedure->old_address >= 0 && procedure_view_same_meter(before, other);
	char who[PROCEDURE_WHO_SIZE], old[MG_IDENTITY_SIZE];
	old_text(procedure, old);
	procedure_view_who(before, who);
	if (!there && procedure_view_strayed(before, other, procedure->order.new_address)) {
		end_strayed(procedure, who, old);
	} else if (!there) {
		end_not_there(procedure, still_old);
	} else if (still_old) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"%s answers at %u now, but at %s, too: two meters that cannot be told "
				"apart, or one with two addresses; scan the bus by secondary addresses",
				who, (unsigned)procedure->order.new_address, old);
	} else {
		procedure_run_end(procedure, PROCEDURE_WORKED, "%s answers at %u now%s%s", who,
				(unsigned)procedure->order.new_address,
				procedure->old_address >= 0 ? " and no longer at " : "",
				procedure->old_address >= 0 ? old : "");
	}
}

/* Without an old address there is nothing more to ask. */
static void judge_new(struct procedure *procedure)
{
	int old = procedure->old_address;
	if (old < 0 || old == procedure->order.new_address) {
		judge(procedure);
	}
}

/* The last of the stages that read: the view may hold who was at the new address. */
static void forget_other(struct procedure *procedure)
{
	procedure_run_view(procedure, PROCEDURE_VIEW_OTHER)->done = false;
	plan_command(procedure);
}

static const struct procedure_stage stages[] = {
	PROCEDURE_ALONE,
	PROCEDURE_RESOLVE,
	{ procedure_common_plan_identify, find_old },
	{ plan_free, judge_free },
	{ forget_other, NULL },
	{ plan_new, judge_new },
	{ plan_old, judge },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	char old[MG_IDENTITY_SIZE];
	unsigned address = procedure->order.new_address;
	snprintf(text, size,
			"whether the meter answers at %s or at %u now: ping both, and give it the "
			"address %u again if it is still at the old one",
			old_text(procedure, old), address, address);
}

const struct procedure_recipe procedure_address_recipe = {
	.name = "set-address",
	.unknown = unknown,
	.check = check,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
