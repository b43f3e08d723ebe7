/* SPDX-License-Identifier: MIT */
/*
 * Application reset (CI 50h), with a sub-code or without. What it does is seen best where
 * it matters to a readout:
 *  - a meter with several telegrams is reset after its first one. The next request gets
 *    the first one again (EN 13757-3), or another readout; the second one shows that the
 *    reset was not followed. Nothing else is touched.
 *  - a meter with one telegram is first told to send one of its records only, which the
 *    reset has to undo. If the reset does not, the selection of all records is asked for.
 *  - a meter that knows no such selection and sends the same as before shows nothing:
 * that counts as a failure unless the order says otherwise, and then no record is
 * selected.
 */
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"

#define SELECTION 0x08 /* data field "selection for readout" */
#define DIF_ALL 0x7F   /* global readout request */
#define MARK_MAX 32
#define SEQUENCE_TRIES 8

static struct procedure_view *view(
		struct procedure *procedure, enum procedure_view_kind k)
{
	return procedure_run_view(procedure, k);
}

/* True when the second telegram can be told from the first one. */
static bool is_sequence(struct procedure *procedure)
{
	const struct readout *before = &view(procedure, PROCEDURE_VIEW_BEFORE)->readout;
	return before->count >= 2 &&
		   procedure_view_print(procedure, &before->frames[0]) !=
				   procedure_view_print(procedure, &before->frames[1]);
}

struct mark {
	uint8_t bytes[MARK_MAX];
	size_t size;
};

/* The first record that can be asked for. */
static void take_mark(void *data, const struct mg_data_record *record)
{
	struct mark *mark = data;
	size_t size = record->dib.size + record->vib.size;
	if (mark->size > 0 || size > MARK_MAX || record->vib.size == 0 ||
			(record->flags & MG_DATA_MANUFACTURER) != 0) {
		return;
	}
	memcpy(mark->bytes, record->dib.data, record->dib.size);
	memcpy(mark->bytes + record->dib.size, record->vib.data, record->vib.size);
	mark->bytes[0] = (uint8_t)((mark->bytes[0] & 0xF0) | SELECTION);
	mark->size = size;
}

static void plan_mark(struct procedure *procedure)
{
	struct mark mark = { .size = 0 };
	size_t records =
			procedure_view_each(view(procedure, PROCEDURE_VIEW_BEFORE), take_mark, &mark);
	if (procedure->order.unverified || procedure->order.dry_run ||
			is_sequence(procedure) || records < 2 || mark.size == 0) {
		return;
	}
	procedure->marked = true;
	procedure_run_command(procedure, PROCEDURE_CI_DATA, mark.bytes, mark.size,
			"select one record, for the reset to undo");
}

static void plan_marked(struct procedure *procedure)
{
	if (procedure->marked) {
		procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_OTHER,
				PROCEDURE_TELEGRAMS_MAX, "is the selection followed?");
		procedure->plan.bare_first = true;
	}
}

/* One telegram with fewer records than before. */
static bool is_selection(struct procedure *procedure, const struct procedure_view *marked)
{
	const struct readout *readout = &marked->readout;
	return readout->count == 1 && readout->error == NULL &&
		   procedure_view_count(marked) <
				   procedure_view_count(view(procedure, PROCEDURE_VIEW_BEFORE));
}

/* A selection that may stand would look like an effect of the reset. */
static void judge_marked(struct procedure *procedure)
{
	const struct procedure_view *marked = view(procedure, PROCEDURE_VIEW_OTHER);
	bool answered = procedure_view_answered(marked);
	char text[200];
	if (!procedure->marked ||
			procedure_view_same_records(view(procedure, PROCEDURE_VIEW_BEFORE), marked)) {
		procedure->marked = false;
		return;
	}
	if ((answered && is_selection(procedure, marked)) ||
			procedure_run_again(procedure, 1, 1)) {
		return;
	}
	const char *reason = answered ? "what the meter sends cannot be compared with what "
									"it sent before, since requests had to be repeated"
								  : marked->readout.reason;
	procedure_run_end(procedure,
			procedure_view_silent(marked) ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED,
			"one record was selected for the reset to undo, which was %s, %s then: %s%s "
			"The reset was not sent; try again, or select all records",
			procedure_run_heard(procedure, text), procedure_run_but(procedure), reason,
			procedure_common_stop(reason));
}

static void plan_first(struct procedure *procedure)
{
	if (is_sequence(procedure)) {
		procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_OTHER, 1,
				"read the first telegram only");
	}
}

/* Without it nothing could be seen, and without a selection anybody might be told. */
static void judge_first(struct procedure *procedure)
{
	const struct procedure_view *first = view(procedure, PROCEDURE_VIEW_OTHER);
	if (!is_sequence(procedure) || procedure_view_answered(first)) {
		return;
	}
	if (procedure->touched) {
		procedure->stage += 2; /* the whole readout shows as much as can be seen */
	} else {
		procedure_common_end_unread(procedure, first, "");
	}
}

/* The frame count bit that is next behind the first telegram. */
static uint8_t next_bit(bool set)
{
	return set ? MG_C_FCB : 0;
}

static void plan_reset(struct procedure *procedure)
{
	int code = procedure->order.sub_code;
	const uint8_t data[] = { (uint8_t)code };
	if (code < 0) {
		procedure_run_command(
				procedure, PROCEDURE_CI_RESET, NULL, 0, "application reset");
	} else {
		procedure_run_command(procedure, PROCEDURE_CI_RESET, data, sizeof(data),
				"application reset %02X", (unsigned)code);
	}
	/* SND_NKE would itself begin at the first telegram. */
	if (is_sequence(procedure)) {
		const struct readout *first = &view(procedure, PROCEDURE_VIEW_OTHER)->readout;
		procedure->plan.bare = true;
		procedure->plan.c = MG_C_SND_UD | next_bit(first->fcb_send);
	}
}

static void plan_next(struct procedure *procedure)
{
	if (is_sequence(procedure)) {
		const struct readout *first = &view(procedure, PROCEDURE_VIEW_OTHER)->readout;
		procedure_run_short(procedure, MG_C_REQ_UD2 | next_bit(first->fcb),
				EXCHANGE_EXPECT_DATA | EXCHANGE_EXPECT_ACK, "which telegram is next?");
		procedure->plan.bare = true;
	}
}

static void keep_heard(struct procedure *procedure)
{
	char text[200];
	snprintf(procedure->said, sizeof(procedure->said), "%s",
			procedure_run_heard(procedure, text));
}

/* The reset was; not what was sent since. */
static bool was_acknowledged(const struct procedure *procedure)
{
	return strcmp(procedure->said, "acknowledged") == 0;
}

static const char *but(const struct procedure *procedure)
{
	return was_acknowledged(procedure) ? "but" : "and";
}

/* A request that was repeated proves nothing: some meters go on with each. And what looks
   like a failure may be an answer that came late. */
static void judge_next(struct procedure *procedure)
{
	const struct readout *before = &view(procedure, PROCEDURE_VIEW_BEFORE)->readout;
	const struct procedure_view *first = view(procedure, PROCEDURE_VIEW_OTHER);
	bool repeated = procedure->repeated || first->repeated;
	if (!is_sequence(procedure) ||
			(repeated && procedure_run_again(procedure, 3, SEQUENCE_TRIES))) {
		return;
	}
	if (procedure->answer != EXCHANGE_DATA || repeated) {
		return; /* the whole readout that follows shows as much as can be seen */
	}
	uint64_t print = procedure_view_print(procedure, &procedure->answered);
	bool again = print == first->readout.print;
	bool known =
			first->readout.print == procedure_view_print(procedure, &before->frames[0]);
	bool next = known && print == procedure_view_print(procedure, &before->frames[1]);
	if (next && !procedure->doubted) {
		procedure->doubted = true;
		procedure->stage -= 3;
	} else if (next) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"the reset was %s, %s the meter went on with its second telegram as if "
				"nothing had been said: it ignores application resets, or this sub-code; "
				"its manual tells which it knows",
				procedure->said, but(procedure));
	} else if (again) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the reset was %s and followed: the meter begins at its first telegram "
				"again",
				procedure->said);
	}
}

/* What was repeated until here does not count for the readouts that follow. */
static void plan_anew(struct procedure *procedure)
{
	procedure->rounds = 0;
}

static void plan_after(struct procedure *procedure)
{
	procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_AFTER,
			PROCEDURE_TELEGRAMS_MAX, "read the meter afterwards");
	procedure->plan.bare_first = true;
}

/* Some meters go on to the next telegram with each request, also a repeated one. */
static bool has_gaps(const struct procedure_view *a, const struct procedure_view *b)
{
	const struct readout *first = &a->readout, *second = &b->readout;
	return first->error != NULL || second->error != NULL ||
		   ((first->repeats > 0 || second->repeats > 0) &&
				   (first->count > 1 || second->count > 1));
}

/* The meter sends what it sent before, or nothing can be said of that. */
static void end_same(struct procedure *procedure, bool same)
{
	char complaint[PROCEDURE_WHO_SIZE * 2];
	if (procedure->order.unverified && was_acknowledged(procedure)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the reset was acknowledged; that it was followed could not be verified, "
				"since %s",
				same ? "the meter sends the same records as before"
					 : "requests had to be repeated on the way");
		return;
	}
	if (!same) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"the reset was %s, %s requests to the meter had to be repeated, so "
				"nothing shows whether it was followed: check the line, and try again",
				procedure->said, but(procedure));
		return;
	}
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the reset was %s, %s the meter sends the same records as before%s: it "
			"ignores the reset, or it had nothing to reset; if an acknowledgement is "
			"enough for this meter, say so with --unverified",
			procedure->said, but(procedure),
			procedure_view_complaint(view(procedure, PROCEDURE_VIEW_AFTER), complaint));
}

static void end_lost(struct procedure *procedure, const struct procedure_view *after)
{
	const char *reason = after->readout.reason;
	procedure_run_end(procedure,
			procedure_view_silent(after) ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED,
			"the reset was %s, %s then: %s%s It is unknown whether the meter followed%s: "
			"some start anew, so read it in a minute, and try again",
			procedure->said, but(procedure), reason, procedure_common_stop(reason),
			procedure->marked ? ", and it may still send one record only" : "");
}

/* Its init may have undone the selection. */
static void end_prepared(struct procedure *procedure)
{
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the reset was %s, %s then the meter answered only behind the `init` of its "
			"device, which may itself have undone the selection of one record, so "
			"nothing shows whether the reset was followed: try again",
			procedure->said, but(procedure));
}

static void judge_after(struct procedure *procedure)
{
	const struct procedure_view *after = view(procedure, PROCEDURE_VIEW_AFTER);
	const struct procedure_view *compared = view(
			procedure, procedure->marked ? PROCEDURE_VIEW_OTHER : PROCEDURE_VIEW_BEFORE);
	bool same = procedure_view_same_records(compared, after);
	bool gaps = has_gaps(compared, after);
	if (!procedure_view_answered(after)) {
		if (!procedure_run_again(procedure, 1, 1)) {
			end_lost(procedure, after);
		}
	} else if (same && procedure->marked) {
		procedure->restores = true;
	} else if (same || (gaps && !procedure->marked)) {
		end_same(procedure, same);
	} else if (procedure->marked && after->prepared && !compared->prepared) {
		end_prepared(procedure);
	} else {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the reset was %s and followed: the meter sends %s", procedure->said,
				procedure->marked ? "all its records again, not only the one that was "
									"selected for the purpose"
								  : "other records than before");
	}
}

static void plan_restore(struct procedure *procedure)
{
	const uint8_t all[] = { DIF_ALL };
	procedure->rounds = 0;
	if (procedure->restores) {
		procedure_run_command(procedure, PROCEDURE_CI_DATA, all, sizeof(all),
				"select all records again");
	}
}

static void plan_restored(struct procedure *procedure)
{
	if (procedure->restores) {
		procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_AFTER,
				PROCEDURE_TELEGRAMS_MAX, "does it send all again?");
		procedure->plan.bare_first = true;
	}
}

static void judge_restored(struct procedure *procedure)
{
	const struct procedure_view *after = view(procedure, PROCEDURE_VIEW_AFTER);
	bool answered = procedure_view_answered(after);
	if (!answered && procedure_run_again(procedure, 1, 1)) {
		return;
	}
	bool same =
			procedure_view_same_records(view(procedure, PROCEDURE_VIEW_BEFORE), after);
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the reset was %s, %s it did not undo the selection of one record that was "
			"made to verify it: the meter ignores application resets, or this sub-code. "
			"%s",
			procedure->said, but(procedure),
			same ? "All its records were selected again"
			: answered
					? "It does not send all its records any more: select all, or take it "
					  "off the bus for a minute"
					: "All its records were selected again, but it could not be read "
					  "then: read it, and if it does not send all of them, take it off "
					  "the bus for a minute");
}

static const struct procedure_stage stages[] = {
	PROCEDURE_RESOLVE,
	PROCEDURE_READ_BEFORE,
	{ plan_mark, NULL },
	{ plan_marked, judge_marked },
	{ plan_first, judge_first },
	{ plan_reset, keep_heard },
	{ plan_next, judge_next },
	{ plan_anew, NULL },
	{ plan_after, judge_after },
	{ plan_restore, NULL },
	{ plan_restored, judge_restored },
};

static void check(struct procedure *procedure)
{
	if (procedure->order.sub_code > 255) {
		procedure_run_end(
				procedure, PROCEDURE_REFUSED, "a sub-code is one byte: want 00 to FF");
	}
}

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	(void)procedure;
	snprintf(text, size,
			"whether the meter was reset, and whether it sends all its records: read it, "
			"and reset it again, or take it off the bus for a minute");
}

const struct procedure_recipe procedure_reset_recipe = {
	.name = "reset",
	.unknown = unknown,
	.check = check,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
