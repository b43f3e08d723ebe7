/* SPDX-License-Identifier: MIT */
/*
 * Switches the speed of one meter (CI B8h ... BFh; EN 13757-2). An E5h proves nothing:
 * meters that do not have the speed give it, too, and stay. So the meter is asked at the
 * new speed at once, within the 2 minutes after which it may fall back. If that fails it
 * is told at the new speed to go back, looked for at the old one and at 300 Bd, and once
 * more at the old one when it must have fallen back by itself.
 */
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"
#include "secure/secure.h"

#define CI_FIRST 0xB8
#define SLOWEST 300

static const uint32_t rates[] = { 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 0 };

const uint32_t *procedure_bauds(void)
{
	return rates;
}

/* CI of a rate; 0 when there is none. */
static uint8_t ci_of(uint32_t baud)
{
	for (size_t i = 0; rates[i] != 0; i++) {
		if (rates[i] == baud) {
			return (uint8_t)(CI_FIRST + i);
		}
	}
	return 0;
}

static bool has_it(const struct procedure *procedure)
{
	return procedure->order.new_baud == procedure_run_baud(procedure);
}

static void check(struct procedure *procedure)
{
	const struct procedure_order *order = &procedure->order;
	unsigned baud = (unsigned)order->new_baud;
	if (ci_of(order->new_baud) == 0) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"%u is no speed of the M-Bus: want 300, 600, 1200, 2400, 4800, "
				"9600, 19200 or 38400",
				baud);
	} else if (order->fixed_line) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"this transport cannot change the speed of its line, so the meter could "
				"not be asked at %u baud; do it over a serial port, then set "
				"the converter to the new speed. Nothing was sent",
				baud);
	} else if (ci_of(procedure_run_baud(procedure)) == 0) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"the bus runs at %u baud, to which no meter could be told to go back; "
				"nothing was sent",
				(unsigned)procedure_run_baud(procedure));
	} else if (!order->address.secondary && order->address.primary == MG_A_BROADCAST) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"255 is every meter of the bus, and none of them could be verified; name "
				"them, or all that are known, one by one");
	}
}

/* A meter that has the speed already shows it by its answer: the line is set to it. */
static void judge_identify(struct procedure *procedure)
{
	char who[PROCEDURE_WHO_SIZE];
	procedure_common_judge_before(procedure);
	if (procedure->verdict == PROCEDURE_RUNNING && has_it(procedure)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"%s already answers at %u baud; nothing was changed",
				procedure_view_who(
						procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), who),
				(unsigned)procedure->order.new_baud);
	}
}

static void plan_command(struct procedure *procedure)
{
	unsigned baud = (unsigned)procedure->order.new_baud;
	if (has_it(procedure)) { /* in a dry run, which judges nothing */
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"dry run: nothing was sent; a meter that answers has %u baud already",
				baud);
		return;
	}
	procedure_run_command(procedure, ci_of(procedure->order.new_baud), NULL, 0,
			"switch to %u baud", baud);
}

static void plan_read(struct procedure *procedure, enum procedure_view_kind view,
		uint32_t baud, const char *purpose)
{
	procedure_run_read(procedure, &procedure->order.address, view, 1, "%s %u baud",
			purpose, (unsigned)baud);
	procedure->plan.baud = baud;
}

static void plan_new(struct procedure *procedure)
{
	plan_read(procedure, PROCEDURE_VIEW_AFTER, procedure->order.new_baud, "read back at");
}

static bool is_it(struct procedure *procedure, enum procedure_view_kind kind)
{
	return procedure_view_same_meter(procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE),
			procedure_run_view(procedure, kind));
}

static void judge_new(struct procedure *procedure)
{
	char who[PROCEDURE_WHO_SIZE];
	/* Of the command, not of the way back. */
	char heard[200];
	snprintf(procedure->said, sizeof(procedure->said), "%s",
			procedure_run_heard(procedure, heard));
	if (is_it(procedure, PROCEDURE_VIEW_AFTER)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"%s answers at %u baud now; give its device that `baud`",
				procedure_view_who(
						procedure_run_view(procedure, PROCEDURE_VIEW_AFTER), who),
				(unsigned)procedure->order.new_baud);
	}
}

/* Calls the meter by its identity, so that no other one with its address hears it. False
   when that is not known. */
static bool single_out(struct procedure *procedure)
{
	const struct readout *before =
			&procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE)->readout;
	if (!before->has_identity || !secure_identity_whole(&before->identity)) {
		return false;
	}
	procedure->plan.address =
			(struct bus_address){ .secondary = true, .identity = before->identity };
	/* On a line that damages answers the acknowledgement may be lost alone. */
	procedure->plan.blind = true;
	return true;
}

/* Not to another meter, which had that address at the new speed before: it may be heard,
   or its answers collide with those of this one. */
static void plan_way_back(struct procedure *procedure)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	uint32_t old = procedure_run_baud(procedure);
	if (procedure_view_answered(after)) {
		return;
	}
	procedure_run_command(
			procedure, ci_of(old), NULL, 0, "if silent: back to %u baud", (unsigned)old);
	procedure->plan.baud = procedure->order.new_baud;
	bool damaged = after->done && !procedure_view_silent(after);
	if (damaged && !single_out(procedure)) {
		procedure->plan = (struct procedure_plan){ .act = PROCEDURE_ACT_NOTHING };
	}
}

static void plan_old(struct procedure *procedure)
{
	plan_read(procedure, PROCEDURE_VIEW_OTHER, procedure_run_baud(procedure),
			"if silent: still at");
}

static void judge_old(struct procedure *procedure)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	unsigned baud = (unsigned)procedure->order.new_baud;
	unsigned old = (unsigned)procedure_run_baud(procedure);
	if (!is_it(procedure, PROCEDURE_VIEW_OTHER)) {
		return;
	}
	bool damaged = !procedure_view_silent(after);
	if (procedure_view_answered(after)) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"stays at %u baud: the switch to %u baud was %s, but there another meter "
				"answers at this address; give one of them another address first",
				old, baud, procedure->said);
		return;
	}
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"stays at %u baud: the switch to %u baud was %s, %s %s; %s. It was "
			"read again at %u baud",
			old, baud, procedure->said,
			strcmp(procedure->said, "acknowledged") == 0 ? "but" : "and",
			damaged ? "what came at the new speed could not be used"
					: "it does not answer at the new speed",
			damaged ? "another meter there may have its address, or the cable or the "
					  "converter is too slow for it: scan at the new speed, or try a "
					  "lower one"
					: "the meter does not have this speed, or does not let it be "
					  "set, and its manual tells which it has",
			old);
}

static void plan_slowest(struct procedure *procedure)
{
	if (procedure_run_baud(procedure) != SLOWEST &&
			procedure->order.new_baud != SLOWEST) {
		plan_read(procedure, PROCEDURE_VIEW_OTHER, SLOWEST, "if silent: fell back to");
	}
}

static void judge_slowest(struct procedure *procedure)
{
	if (is_it(procedure, PROCEDURE_VIEW_OTHER)) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"fell back to %u baud: the switch to %u baud was %s, but the "
				"meter answers at %u baud now, as older ones do; ask it there, and "
				"switch it from there to %u baud",
				SLOWEST, (unsigned)procedure->order.new_baud, procedure->said, SLOWEST,
				(unsigned)procedure_run_baud(procedure));
	}
}

static void plan_wait(struct procedure *procedure)
{
	procedure->plan = (struct procedure_plan){ .act = PROCEDURE_ACT_PAUSE,
		.pause = PROCEDURE_FALL_BACK };
	snprintf(procedure->plan.purpose, sizeof(procedure->plan.purpose),
			"if silent: wait %d min until it falls back by itself",
			PROCEDURE_FALL_BACK / 60000000);
}

static void plan_late(struct procedure *procedure)
{
	plan_read(procedure, PROCEDURE_VIEW_OTHER, procedure_run_baud(procedure),
			"then: back at");
}

static void judge_late(struct procedure *procedure)
{
	unsigned old = (unsigned)procedure_run_baud(procedure);
	unsigned baud = (unsigned)procedure->order.new_baud;
	if (is_it(procedure, PROCEDURE_VIEW_OTHER)) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"fell back to %u baud by itself: the switch to %u baud was %s, but the "
				"meter could not be heard there; the cable or the converter may be too "
				"slow for it, try a lower speed",
				old, baud, procedure->said);
		return;
	}
	procedure_run_end(procedure, PROCEDURE_NO_ANSWER,
			"lost: the switch to %u baud was %s, and the meter answers neither at %u nor "
			"at %u nor at %u baud, also %d min later; scan the bus at every speed, "
			"or take the meter off the bus for a minute",
			baud, procedure->said, baud, old, SLOWEST, PROCEDURE_FALL_BACK / 60000000);
}

static const struct procedure_stage stages[] = {
	PROCEDURE_RESOLVE,
	{ procedure_common_plan_identify, judge_identify },
	{ plan_command, NULL },
	{ plan_new, judge_new },
	{ plan_way_back, NULL },
	{ plan_old, judge_old },
	{ plan_slowest, judge_slowest },
	{ plan_wait, NULL },
	{ plan_late, judge_late },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	snprintf(text, size,
			"whether the meter has %u or %u baud now: ping it at both, or wait for %d "
			"min, after which some fall back by themselves",
			(unsigned)procedure_run_baud(procedure), (unsigned)procedure->order.new_baud,
			PROCEDURE_FALL_BACK / 60000000);
}

const struct procedure_recipe procedure_baud_recipe = {
	.name = "set-baud",
	.unknown = unknown,
	.check = check,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
