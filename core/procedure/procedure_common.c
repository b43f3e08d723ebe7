/* SPDX-License-Identifier: MIT */
/* Stages with which procedures begin. */
#include "procedure/procedure_common.h"

#include <string.h>

#include "procedure/procedure_view.h"
#include "procedure/procedure_wish.h"
#include "secure/secure.h"

static bool is_for_all(const struct procedure *procedure)
{
	return !procedure->order.address.secondary &&
		   procedure->order.address.primary == MG_A_BROADCAST_REPLY;
}

static enum procedure_verdict verdict_of(const struct procedure_view *view)
{
	return procedure_view_silent(view) ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED;
}

const char *procedure_common_stop(const char *sentence)
{
	size_t length = strlen(sentence);
	return length > 0 && sentence[length - 1] == '?' ? "" : ".";
}

void procedure_common_end_unread(struct procedure *procedure,
		const struct procedure_view *view, const char *advice)
{
	const char *reason = view->readout.reason;
	procedure_run_end(procedure, verdict_of(view), "%s%s%s Nothing was changed", reason,
			procedure_common_stop(reason), advice);
}

void procedure_common_plan_alone(struct procedure *procedure)
{
	if (procedure->order.address.secondary) {
		return;
	}
	procedure_run_short(procedure, MG_C_SND_NKE, EXCHANGE_EXPECT_ACK,
			"is only one meter at %u?", (unsigned)procedure->order.address.primary);
	procedure->plan.bare = true;
	procedure->plan.listen = EXCHANGE_LISTEN_ALL;
}

void procedure_common_judge_alone(struct procedure *procedure)
{
	if (procedure->answer == EXCHANGE_BAD) {
		procedure_run_end(procedure, PROCEDURE_DAMAGED,
				"%s: several meters seem to have this address, and all would be changed; "
				"find them by a secondary scan and name the one that is meant by its "
				"secondary address. Nothing was changed",
				procedure->trouble);
	}
}

void procedure_common_plan_resolve(struct procedure *procedure)
{
	if (is_for_all(procedure)) {
		procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_BEFORE, 1,
				"which meter answers to 254?");
		procedure->plan.alone = true;
	}
}

void procedure_common_judge_resolve(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	int address = procedure_view_address(view);
	if (address < 0) {
		procedure_common_end_unread(procedure, view,
				" 254 works only with one meter on the bus: where there are more, name "
				"one by its own address.");
		return;
	}
	if (address > MG_A_PRIMARY_LAST) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"the meter at 254 does not tell its own address; name it by "
				"its secondary address. Nothing was changed");
		return;
	}
	procedure->order.address.primary = (uint8_t)address;
}

void procedure_common_plan_identify(struct procedure *procedure)
{
	procedure_run_read(
			procedure, &procedure->order.address, PROCEDURE_VIEW_BEFORE, 1, "who is it?");
}

void procedure_common_plan_before(struct procedure *procedure)
{
	procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_BEFORE,
			PROCEDURE_TELEGRAMS_MAX, "read the meter as it is now");
}

/* What follows concerns this meter alone, also when a mask was asked for. */
static void narrow(struct procedure *procedure, const struct readout *readout)
{
	if (procedure->order.address.secondary && readout->has_identity &&
			secure_identity_whole(&readout->identity)) {
		procedure->order.address.identity = readout->identity;
	}
}

void procedure_common_judge_before(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE);
	if (procedure_view_answered(view)) {
		narrow(procedure, &view->readout);
	} else {
		procedure_common_end_unread(procedure, view, "");
	}
}

/* The VIB of the first record of a quantity. */
struct vib_search {
	const char *quantity;
	uint8_t bytes[PROCEDURE_DATA_MAX];
	size_t size;
	const struct procedure_view *view;
};

static void take_vib(void *data, const struct mg_data_record *record)
{
	struct vib_search *search = data;
	if (search->size == 0 && record->vib.size <= sizeof(search->bytes) &&
			record->plain_unit.size == 0 &&
			strcmp(record->quantity, search->quantity) == 0) {
		memcpy(search->bytes, record->vib.data, record->vib.size);
		search->size = record->vib.size;
	}
}

static struct mg_bytes find_vib(void *context, const char *quantity)
{
	struct vib_search *search = context;
	search->quantity = quantity;
	search->size = 0;
	procedure_view_each(search->view, take_vib, search);
	return (struct mg_bytes){ search->bytes, search->size };
}

void procedure_common_adapt(struct procedure *procedure)
{
	struct vib_search search = { .view = procedure_run_view(
										 procedure, PROCEDURE_VIEW_BEFORE) };
	uint8_t bytes[PROCEDURE_DATA_MAX];
	if (!procedure->order.by_name || procedure->order.dry_run) {
		return;
	}
	size_t size = procedure_wish_adapt(
			&procedure->order.data, bytes, sizeof(bytes), find_vib, &search);
	if (size > 0) {
		memcpy(procedure->data, bytes, size);
		procedure->order.data.size = size;
	}
}

void procedure_common_end_lost(struct procedure *procedure,
		const struct procedure_view *view, const char *action)
{
	char heard[200];
	const char *reason = view->readout.reason;
	procedure_run_end(procedure, verdict_of(view),
			"%s was %s, %s then: %s%s It is unknown whether the meter followed: read it, "
			"and try again",
			action, procedure_run_heard(procedure, heard), procedure_run_but(procedure),
			reason, procedure_common_stop(reason));
}
