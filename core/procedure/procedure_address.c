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
	}
}

static struct bus_address at(int address)
{
	return (struct bus_address){ .primary = (uint8_t)address };
}

static void end_same(struct procedure *procedure, const struct procedure_view *view)
{
	char who[PROCEDURE_WHO_SIZE];
	procedure_run_end(procedure, PROCEDURE_WORKED,
			"%s already has the address %u; nothing was changed",
			procedure_view_who(view, who), (unsigned)procedure->order.new_address);
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
	const struct procedure_order *order = &procedure->order;
	bool told =
			!order->any_address && procedure_view_address(before) <= MG_A_PRIMARY_LAST;
	if (!order->address.secondary) {
		procedure->old_address = order->address.primary;
	} else if (told) {
		procedure->old_address = procedure_view_address(before);
	}
	if (!order->address.secondary && order->address.primary == order->new_address) {
		end_same(procedure, before);
	}
}

static void plan_free(struct procedure *procedure)
{
	const struct bus_address address = at(procedure->order.new_address);
	bool same = procedure->old_address == procedure->order.new_address;
	if (same || !procedure->order.force) {
		procedure_run_read(procedure, &address, PROCEDURE_VIEW_OTHER, 1,
				same ? "does it answer at %u?" : "is %u free?",
				(unsigned)address.primary);
		/* What prepares one meter may change another. */
		procedure->plan.init = same ? procedure->plan.init : NULL;
	}
}

/* A meter that answered late is not somebody else; it would be again. */
static bool is_late(
		const struct procedure_view *before, const struct procedure_view *view)
{
	return procedure_view_same_meter(before, view) ||
		   procedure_view_strayed(before, view);
}

/* The meter answers at the address that it shall have. One that was selected need not
   tell the truth of its own address: then it is asked twice, in case that it was late. */
static bool is_same(struct procedure *procedure, const struct procedure_view *view)
{
	const struct procedure_order *order = &procedure->order;
	bool twice = order->address.secondary && order->any_address && procedure->rounds > 0;
	return (twice || procedure->old_address == order->new_address) &&
		   procedure_view_same_meter(
				   procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), view);
}

static void judge_free(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	char who[PROCEDURE_WHO_SIZE];
	unsigned address = procedure->order.new_address;
	bool same = procedure->old_address == procedure->order.new_address;
	bool answered = procedure_view_answered(view);
	if (!view->done || procedure_view_nobody(view)) {
		return;
	}
	if (is_same(procedure, view)) {
		end_same(procedure, view);
		return;
	}
	if (is_late(before, view) && procedure_run_again(procedure, 2, 1)) {
		return;
	}
	if (procedure->order.force) {
		return;
	}
	procedure_run_end(procedure, PROCEDURE_REFUSED,
			"the address %u is taken%s: %s%s; choose one that is free, or take it with "
			"--force. Nothing was changed",
			address, same ? " by another meter, too" : "",
			answered ? procedure_view_who(view, who)
			: procedure_view_silent(view)
					? "somebody acknowledges there, but gives no data"
					: view->readout.reason,
			answered ? " answers there" : "");
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
	const char *but = procedure_run_but(procedure);
	unsigned address = procedure->order.new_address;
	old_text(procedure, old);
	if (procedure_view_silent(after) && still_old) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"the new address (01 7A %02X) was %s, %s the meter still answers at %s "
				"and nobody at %u: it does not let its address be set over the bus, or "
				"only while its seal or menu allows it; see its manual, then try again",
				address, heard, but, old, address);
		return;
	}
	if (procedure_view_silent(after)) {
		procedure_run_end(procedure, PROCEDURE_NO_ANSWER,
				"the new address (01 7A %02X) was %s, %s the meter answers neither at %s "
				"nor at %u; look for it by a scan",
				address, heard, but, old, address);
		return;
	}
	bool answered = procedure_view_answered(after);
	procedure_run_end(procedure, answered ? PROCEDURE_NOT_FOLLOWED : PROCEDURE_DAMAGED,
			"the new address (01 7A %02X) was %s, %s at %u %s%s%s; scan the bus by "
			"secondary addresses to see who has which address",
			address, heard, but, address,
			answered ? procedure_view_who(after, who) : "nothing can be understood: ",
			answered ? " answers, another meter" : after->readout.reason,
			answered || !still_old ? "" : ", and the meter still answers at the old one");
}

/* What is to be said of the meter, which was called `who` and had the address `old`.
   Returns false when it cannot be said that it has the new address. */
static bool judge_there(struct procedure *procedure, const char *who, const char *old)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	bool left = procedure->old_address >= 0 &&
				procedure->old_address != procedure->order.new_address;
	if (!procedure_view_same_meter(
				procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), after)) {
		return false;
	}
	procedure_run_end(procedure, PROCEDURE_WORKED, "%s answers at %u now%s%s", who,
			(unsigned)procedure->order.new_address, left ? " and no longer at " : "",
			left ? old : "");
	return true;
}

/* It answered late: not to the request to the new address, but where an answer from the
   old one was awaited. Or its answers carry an address of their own, but another one than
   before. */
static bool judge_strayed(struct procedure *procedure, const char *who, const char *old)
{
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	const struct procedure_view *other =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	unsigned address = procedure->order.new_address;
	if (procedure_view_strayed(before, other) && other->stray_address == address) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"%s has the address %u now: it was heard with it when %s was asked; it "
				"answers late, so give its device a longer `response`",
				who, address, old);
		return true;
	}
	if (procedure_view_strayed(before, after) &&
			after->stray_address != procedure_view_address(before)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"%s answers at %u now, but as if it had the address %u; give its device "
				"`any_address = yes`, so that it can be read there",
				who, address, (unsigned)after->stray_address);
		return true;
	}
	return false;
}

/* Nobody was at the new address, now a meter with the same records is, and nobody is left
   at the old one: who it is was misread once, since some damage is not to be seen. */
static bool judge_misread(struct procedure *procedure, const char *who, const char *old)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	const struct procedure_view *other =
			procedure_run_view(procedure, PROCEDURE_VIEW_OTHER);
	char now[PROCEDURE_WHO_SIZE];
	if (procedure->order.force || !procedure_view_nobody(other) ||
			!procedure_view_same_kind(
					procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), after)) {
		return false;
	}
	procedure_run_end(procedure, PROCEDURE_WORKED,
			"%s answers at %u now and nobody at %s any more, where it was read as %s: "
			"the line is disturbed, check its wiring",
			procedure_view_who(after, now), (unsigned)procedure->order.new_address, old,
			who);
	return true;
}

/* The exchange cannot tell an answer that is late from one that is due, when any address
   will do: all is asked once more, `stages` back, before it counts as failed. */
static void judge(struct procedure *procedure, size_t stages)
{
	const struct procedure_view *before =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	bool still_old = procedure->old_address >= 0 &&
					 procedure_view_same_meter(
							 before, procedure_run_view(procedure, PROCEDURE_VIEW_OTHER));
	bool there = procedure_view_same_meter(
			before, procedure_run_view(procedure, PROCEDURE_VIEW_AFTER));
	char who[PROCEDURE_WHO_SIZE], old[MG_IDENTITY_SIZE];
	old_text(procedure, old);
	procedure_view_who(before, who);
	if (!still_old &&
			(judge_there(procedure, who, old) || judge_strayed(procedure, who, old) ||
					judge_misread(procedure, who, old))) {
		return;
	}
	if (procedure_run_again(procedure, stages, 1)) {
		return;
	}
	if (there) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"%s answers at %u now, but at %s, too: two meters that cannot be told "
				"apart, or one with two addresses; scan the bus by secondary addresses",
				who, (unsigned)procedure->order.new_address, old);
	} else {
		end_not_there(procedure, still_old);
	}
}

/* Without an old address there is nothing more to ask. */
static void judge_new(struct procedure *procedure)
{
	int old = procedure->old_address;
	if (old < 0 || old == procedure->order.new_address) {
		judge(procedure, 2);
	}
}

static void judge_old(struct procedure *procedure)
{
	judge(procedure, 4);
}

/* Before something is asked again: answers that are late have come by then. Without
   any_address they would be told by their address. */
static void plan_pause(struct procedure *procedure)
{
	if (procedure->rounds > 0 && procedure->order.any_address) {
		procedure->plan = (struct procedure_plan){
			.act = PROCEDURE_ACT_PAUSE, .pause = LATENCY_MOST, .purpose = "wait a moment"
		};
	}
}

/* The last of the stages that read: the view may hold who was at the new address. */
static void forget_other(struct procedure *procedure)
{
	procedure_run_view(procedure, PROCEDURE_VIEW_OTHER)->done = false;
	procedure->rounds = 0;
	plan_command(procedure);
}

static const struct procedure_stage stages[] = {
	PROCEDURE_ALONE,
	PROCEDURE_RESOLVE,
	{ procedure_common_plan_identify, find_old },
	{ plan_pause, NULL },
	{ plan_free, judge_free },
	{ forget_other, NULL },
	{ plan_pause, NULL },
	{ plan_new, judge_new },
	{ plan_pause, NULL },
	{ plan_old, judge_old },
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
