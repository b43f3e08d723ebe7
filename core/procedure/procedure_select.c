/* SPDX-License-Identifier: MIT */
/*
 * Selects records for readout (DIF 08h, 7Fh). It is verified when the next readout has
 * all that was asked for and nothing else; the fabrication number may come with it, since
 * the standard wants it in every telegram. What was selected holds until an application
 * reset.
 */
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"
#include "procedure/procedure_wish.h"

struct match {
	struct procedure_wish wishes[PROCEDURE_WISHES_MAX];
	size_t wish_count;
	size_t wanted, surplus;
	char first_surplus[MG_NAME_SIZE];
};

static void check(struct procedure *procedure)
{
	struct procedure_wish wishes[PROCEDURE_WISHES_MAX];
	size_t wrong;
	if (procedure_wish_read(
				&procedure->order.data, wishes, PROCEDURE_WISHES_MAX, &wrong) == 0) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"no selection of records, from byte %zu on: want up to %d of DIF 08 and "
				"VIF, such as 08 13, or names such as volume",
				wrong + 1, PROCEDURE_WISHES_MAX);
	}
}

static void plan_command(struct procedure *procedure)
{
	procedure_common_adapt(procedure);
	procedure_run_command(procedure, PROCEDURE_CI_DATA, procedure->data,
			procedure->order.data.size, "select records for readout");
}

static void plan_after(struct procedure *procedure)
{
	procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_AFTER,
			PROCEDURE_TELEGRAMS_MAX, "what does it send now?");
	procedure->plan.bare_first = true;
}

static void take_record(void *data, const struct mg_data_record *record)
{
	struct match *match = data;
	bool wanted = false;
	for (size_t i = 0; i < match->wish_count; i++) {
		struct procedure_wish *wish = &match->wishes[i];
		if (procedure_wish_fits(wish, record)) {
			wish->met = true;
			wanted = wanted || !wish->removes;
		}
	}
	if (wanted) {
		match->wanted++;
	} else if (strcmp(record->quantity, "fabrication-number") != 0) {
		if (match->surplus++ == 0) {
			mg_record_name(record, match->first_surplus, sizeof(match->first_surplus));
		}
	}
}

/* Where records are only removed, the others may stay. */
static size_t unmet(const struct match *match, bool *removes_only)
{
	size_t count = 0;
	*removes_only = true;
	for (size_t i = 0; i < match->wish_count; i++) {
		count += match->wishes[i].met == match->wishes[i].removes;
		*removes_only = *removes_only && match->wishes[i].removes;
	}
	return count;
}

static bool is_wide(const struct match *match)
{
	bool wide = false;
	for (size_t i = 0; i < match->wish_count; i++) {
		wide = wide || procedure_wish_is_wide(&match->wishes[i]);
	}
	return wide;
}

static void compare(struct procedure *procedure, const struct procedure_view *view,
		struct match *match)
{
	size_t wrong;
	match->wish_count = procedure_wish_read(
			&procedure->order.data, match->wishes, PROCEDURE_WISHES_MAX, &wrong);
	procedure_view_each(view, take_record, match);
}

static void end_not_followed(
		struct procedure *procedure, const struct match *match, size_t missing, bool same)
{
	char text[200], complaint[PROCEDURE_WHO_SIZE * 2];
	char lack[96] = "", extra[MG_NAME_SIZE + 80] = "";
	procedure_view_complaint(
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER), complaint);
	if (missing > 0) {
		snprintf(lack, sizeof(lack), "; %zu of %zu that were asked for are missing",
				missing, match->wish_count);
	}
	if (match->surplus > 0) {
		snprintf(extra, sizeof(extra), "; %zu that were not asked for came, first %s",
				match->surplus, match->first_surplus);
	}
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the selection was %s, %s the meter sends %s%s%s%s. Many meters know no "
			"selection, or only of all records; undo it by an application reset",
			procedure_run_heard(procedure, text), procedure_run_but(procedure),
			same ? "the same records as before" : "other records than those", lack, extra,
			complaint);
}

static void end_same(struct procedure *procedure)
{
	char text[200];
	bool good = procedure->order.unverified && procedure->acknowledged;
	procedure_run_end(procedure, good ? PROCEDURE_WORKED : PROCEDURE_NOT_FOLLOWED,
			"the selection was %s, %s the meter sends the same %zu records as before: "
			"they may be all that it has, or it knows no selection%s",
			procedure_run_heard(procedure, text), procedure_run_but(procedure),
			procedure_view_count(procedure_run_view(procedure, PROCEDURE_VIEW_AFTER)),
			good ? "; it could not be verified"
				 : "; if an acknowledgement is enough, say so with --unverified");
}

static void judge(struct procedure *procedure)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	struct match match = { .wish_count = 0 };
	bool removes_only;
	if (!procedure_view_answered(after)) {
		if (!procedure_run_again(procedure, 1, 1)) {
			procedure_common_end_lost(procedure, after, "the selection");
		}
		return;
	}
	compare(procedure, after, &match);
	size_t missing = unmet(&match, &removes_only);
	bool same = procedure_view_same_records(
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), after);
	if (missing > 0 || (match.surplus > 0 && !removes_only)) {
		end_not_followed(procedure, &match, missing, same);
	} else if (same && is_wide(&match)) {
		end_same(procedure);
	} else {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the meter sends %zu record%s now%s; an application reset brings "
				"back what it sent before%s",
				procedure_view_count(after), procedure_view_count(after) == 1 ? "" : "s",
				same ? ", the same as before" : ", which are those asked for",
				procedure->order.init != NULL
						? ", and so may the `init` of its device, before each readout"
						: "");
	}
}

static const struct procedure_stage stages[] = {
	PROCEDURE_RESOLVE,
	PROCEDURE_READ_BEFORE,
	{ plan_command, NULL },
	{ plan_after, judge },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	(void)procedure;
	snprintf(text, size,
			"which records the meter sends now: read it, and select again; `select ... "
			"default` brings back what it sent before");
}

const struct procedure_recipe procedure_select_recipe = {
	.name = "select",
	.unknown = unknown,
	.check = check,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
