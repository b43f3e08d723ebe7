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
		procedure_run_short(procedure, MG_C_REQ_UD2 | MG_C_FCB,
				EXCHANGE_EXPECT_DATA | EXCHANGE_EXPECT_ACK,
				"which meter answers to 254?");
		procedure->plan.listen = EXCHANGE_LISTEN_ALL;
	}
}

void procedure_common_judge_resolve(struct procedure *procedure)
{
	const uint8_t a_offset = 5;
	if (procedure->answer != EXCHANGE_DATA) {
		bool silent = procedure->answer == EXCHANGE_SILENT;
		procedure_run_end(procedure, silent ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED,
				"%s at 254, which only works with one meter on the bus; name it by its "
				"own address. Nothing was changed",
				procedure->answer == EXCHANGE_ACK ? "the meter has no data now"
												  : procedure->trouble);
		return;
	}
	uint8_t address = procedure->frame[a_offset];
	if (address > MG_A_PRIMARY_LAST) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"the meter at 254 does not tell its own address; name it by "
				"its secondary address. Nothing was changed");
		return;
	}
	procedure->order.address.primary = address;
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
		return;
	}
	const char *reason = view->readout.reason;
	size_t length = strlen(reason);
	procedure_run_end(procedure,
			procedure_view_silent(view) ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED,
			"%s%s Nothing was changed", reason,
			length > 0 && reason[length - 1] == '?' ? "" : ".");
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
	procedure_run_end(procedure,
			procedure_view_silent(view) ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED,
			"%s was %s, but then: %s; it cannot be verified. Try again, or read "
			"the meter",
			action, procedure_run_heard(procedure, heard), view->readout.reason);
}
