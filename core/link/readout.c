/* SPDX-License-Identifier: MIT */
/* All telegrams of one device: resets or selects it, asks until the last telegram. */
#include "link/readout.h"

#include <stdlib.h>
#include <string.h>

#include "link/readout_private.h"
#include "link/telegrams.h"

/* Some slaves never acknowledge SND_NKE, and dead ones cost time. */
#define RESET_TRIES 2

void readout_init(struct readout *readout, struct exchange *exchange, unsigned tries,
		size_t telegrams)
{
	memset(readout, 0, sizeof(*readout));
	readout->exchange = exchange;
	readout->tries = tries > 0 ? tries : 1;
	readout->tries_bad = readout->tries;
	readout->limit =
			telegrams < READOUT_TELEGRAMS_MAX ? telegrams : READOUT_TELEGRAMS_MAX;
}

void readout_finish(struct readout *readout)
{
	free(readout->slots);
	free(readout->frames);
	readout->slots = NULL;
	readout->frames = NULL;
	readout->room = 0;
}

void readout_forget(struct readout_memory *memory)
{
	memory->fcb_known = false;
}

bool readout_disturbs(const struct bus_address *used, const struct bus_address *other,
		const struct mg_identity *identity)
{
	if (used->secondary) {
		return identity == NULL || mg_identity_match(&used->identity, identity);
	}
	return used->primary > MG_A_PRIMARY_LAST || other->secondary ||
		   other->primary > MG_A_PRIMARY_LAST || other->primary == used->primary;
}

bool readout_busy(const struct readout *readout)
{
	return readout->phase != READOUT_PHASE_IDLE;
}

static bool end(struct readout *readout, enum bus_outcome outcome)
{
	readout->phase = READOUT_PHASE_IDLE;
	readout->outcome = outcome;
	return false;
}

static enum bus_outcome exchange_failed(const struct readout *readout)
{
	return readout->exchange->outcome == EXCHANGE_SILENT ? BUS_NO_ANSWER : BUS_BAD_ANSWER;
}

/* What comes behind the reset or the selection. */
static bool ask_content(struct readout *readout, int64_t now)
{
	readout->init_at = 0;
	return readout->kind == READOUT_ALARM ? readout_ask_alarm(readout, now)
										  : readout_ask_init(readout, now);
}

/* Everything was read. The slave's frame count bit is known when it toggled with ours. */
static bool complete(struct readout *readout, bool toggled, int64_t now)
{
	struct readout_memory *memory = readout->memory;
	if (!readout->skipped && !readout->mute) {
		memory->has_print = true;
		memory->print = readout->print;
		memory->count = readout->count;
		memory->always_reset = memory->always_reset || readout->alike > 0;
	}
	memory->mute_reset = readout->mute;
	memory->fcb = readout->fcb;
	memory->fcb_known = toggled && !readout->mute && !readout->address.secondary &&
						readout->address.primary <= MG_A_PRIMARY_LAST;
	if (readout->access_demand && readout->manner.alarms) {
		return readout_ask_alarm(readout, now);
	}
	return end(readout, BUS_OK);
}

/* What was read stands, but there would have been more: `reason` says why not. */
static bool cut(struct readout *readout)
{
	readout->error = readout->reason;
	return end(readout, BUS_OK);
}

/* Only a slave that was seen to begin at its first telegram goes without. */
static bool may_skip_reset(const struct readout *readout)
{
	const struct readout_memory *memory = readout->memory;
	return readout->kind == READOUT_READ && readout->manner.init == NULL &&
		   memory->fcb_known && memory->has_print && !memory->always_reset;
}

static unsigned reset_tries(const struct readout *readout)
{
	if (readout->kind == READOUT_PING) {
		return readout->tries;
	}
	if (readout->memory->mute_reset) {
		return 1;
	}
	return readout->tries < RESET_TRIES ? readout->tries : RESET_TRIES;
}

/* The start of the sequence, with nothing read yet. */
static bool ask_first(struct readout *readout, int64_t now)
{
	readout->count = 0;
	readout->has_identity = false;
	readout->mute = false;
	readout->alike = 0;
	if (readout->address.secondary) {
		return readout->memory->deselects || readout->deselected
					   ? readout_ask_reset(readout, READOUT_PHASE_DESELECT, 1, now)
					   : readout_ask_select(readout, now);
	}
	if (readout->kind == READOUT_ALARM) {
		return readout_ask_alarm(readout, now);
	}
	if (readout->skipped) {
		return readout_ask_data(readout, now);
	}
	if (readout->manner.once && readout->memory->mute_reset) {
		readout->fcb = true;
		readout->mute = true;
		return readout_ask_data(readout, now);
	}
	return readout_ask_reset(readout, READOUT_PHASE_RESET, reset_tries(readout), now);
}

void readout_begin(struct readout *readout, enum readout_kind kind,
		const struct bus_address *address, struct readout_memory *memory, int64_t now)
{
	readout->kind = kind;
	readout->address = *address;
	readout->asked = address->secondary ? MG_A_SELECTED : address->primary;
	readout->memory = memory;
	readout->skipped = may_skip_reset(readout);
	readout->fcb = memory->fcb;
	readout->revived = false;
	readout->restarted = false;
	readout->wanted_reset = false;
	readout->deselected = false;
	readout->access_demand = false;
	readout->alarm.size = 0;
	readout->repeats = 0;
	readout->delay = -1;
	readout->reason[0] = '\0';
	readout->error = NULL;
	/* Until it has ended well. */
	memory->fcb_known = false;
	ask_first(readout, now);
}

void readout_abort(struct readout *readout, int64_t now)
{
	exchange_abort(readout->exchange, now);
	readout_explain(readout, "stopped");
	end(readout, BUS_CANCELLED);
}

static bool begin_again(struct readout *readout, int64_t now)
{
	readout->skipped = false;
	readout->restarted = true;
	return ask_first(readout, now);
}

/* Others that were selected before may still be, and spoil what this one says. That is
   tried once for each slave, and from then on when it was of use. */
static bool may_deselect(const struct readout *readout)
{
	return readout->address.secondary && !readout->deselected &&
		   !readout->memory->tried_deselecting;
}

static bool deselect(struct readout *readout, int64_t now)
{
	readout->deselected = true;
	readout->memory->tried_deselecting = true;
	return begin_again(readout, now);
}

/* A slave that does not care about the frame count bit loses telegrams to repeats. */
static bool lost_some(const struct readout *readout)
{
	return readout->repeats > 0 && readout->count < readout->memory->count &&
		   !readout->restarted;
}

static bool stop_at(struct readout *readout)
{
	return readout->count > 0 ? cut(readout) : end(readout, BUS_BAD_ANSWER);
}

static bool take_telegram(struct readout *readout, int64_t now)
{
	readout->fcb = !readout->fcb;
	readout->access_demand =
			readout->access_demand || (readout->exchange->link.frame.c & MG_C_ACD) != 0;
	switch (readout_take_telegram(readout)) {
	case READOUT_TAKEN_MORE:
		if (readout->memory->once_at_254 && readout->asked == MG_A_BROADCAST_REPLY) {
			readout->asked = readout->own;
		}
		return readout_ask_data(readout, now);
	case READOUT_TAKEN_LAST:
		return lost_some(readout) ? begin_again(readout, now)
								  : complete(readout, true, now);
	case READOUT_TAKEN_WRAPPED:
		return complete(readout, false, now);
	case READOUT_TAKEN_ELSEWHERE:
		readout->memory->always_reset = true;
		return begin_again(readout, now);
	case READOUT_TAKEN_STRANGER:
		if (readout->count == 0 && may_deselect(readout)) {
			return deselect(readout, now);
		}
		return stop_at(readout);
	case READOUT_TAKEN_CUT:
		break;
	}
	return stop_at(readout);
}

static bool after_reset(struct readout *readout, int64_t now)
{
	bool acknowledged = readout->exchange->outcome == EXCHANGE_ACK;
	if (readout->kind == READOUT_READ && (acknowledged || !readout->manner.once)) {
		/* The acknowledge may be lost, and some slaves never give one. */
		readout->mute = !acknowledged;
		return ask_content(readout, now);
	}
	if (!acknowledged) {
		readout_explain_exchange(readout);
		return end(readout, exchange_failed(readout));
	}
	return end(readout, BUS_OK);
}

static bool after_select(struct readout *readout, int64_t now)
{
	const struct exchange *exchange = readout->exchange;
	if (exchange->outcome != EXCHANGE_ACK) {
		if (!readout->revived && !readout->deselected) {
			readout_explain_exchange(readout);
		}
		return exchange->outcome == EXCHANGE_BAD && may_deselect(readout)
					   ? deselect(readout, now)
					   : end(readout, exchange_failed(readout));
	}
	if (readout->kind == READOUT_PING) {
		return end(readout, BUS_OK);
	}
	/* Seen: slaves that acknowledge, but answer only to the other frame count bit. */
	readout->fcb = !readout->revived;
	return ask_content(readout, now);
}

static bool after_init(struct readout *readout, int64_t now)
{
	if (readout->exchange->outcome != EXCHANGE_ACK) {
		readout_explain_init(readout);
		return end(readout, exchange_failed(readout));
	}
	if (!readout->manner.init->steps[readout->init_at].nke) {
		readout->fcb_send = !readout->fcb_send;
	}
	readout->init_at++;
	return readout_ask_init(readout, now);
}

/* No telegram came. A slave that was reset and still keeps silent is not tried again. */
static bool first_failed(struct readout *readout, int64_t now)
{
	const struct exchange *exchange = readout->exchange;
	if (!readout->revived && !readout->deselected) {
		readout_explain_exchange(readout);
	}
	if (exchange->outcome == EXCHANGE_BAD && may_deselect(readout)) {
		return deselect(readout, now);
	}
	if (exchange->silences == 0 || readout->revived || readout->mute ||
			readout->manner.once) {
		return end(readout, exchange_failed(readout));
	}
	readout->revived = true;
	if (readout->address.secondary) {
		return readout_ask_select(readout, now);
	}
	/* One that was heard before is there, though a request may get lost. */
	unsigned tries = exchange->outcome == EXCHANGE_SILENT ? 1 : reset_tries(readout);
	return readout_ask_reset(readout, READOUT_PHASE_REVIVE, tries, now);
}

/* Some slaves answer to 254 only once; the rest is to be had at their own address. */
static bool next_failed(struct readout *readout, int64_t now)
{
	if (readout->asked == MG_A_BROADCAST_REPLY && readout->own <= MG_A_PRIMARY_LAST &&
			readout->exchange->outcome == EXCHANGE_SILENT) {
		readout->asked = readout->own;
		readout->memory->once_at_254 = true;
		return readout_ask_data(readout, now);
	}
	readout_explain_next(readout);
	return cut(readout);
}

/* An ACK in place of a telegram. A slave that was not reset may end a sequence with it.
 */
static bool no_data(struct readout *readout, int64_t now)
{
	char address[MG_IDENTITY_SIZE];
	if (readout->count > 0) {
		return complete(readout, false, now);
	}
	if (readout->skipped) {
		readout->wanted_reset = true;
		return begin_again(readout, now);
	}
	readout_explain(readout, "%s acknowledges, but has no data now",
			bus_address_text(&readout->address, address));
	return end(readout, BUS_NO_DATA);
}

/* What the first telegram has shown of the slave. */
static void note_answer(struct readout *readout)
{
	struct readout_memory *memory = readout->memory;
	memory->deselects = memory->deselects || readout->deselected;
	memory->always_reset = memory->always_reset || readout->wanted_reset;
}

static bool after_request(struct readout *readout, int64_t now)
{
	switch (readout->exchange->outcome) {
	case EXCHANGE_DATA:
		note_answer(readout);
		return take_telegram(readout, now);
	case EXCHANGE_ACK:
		return no_data(readout, now);
	default:
		return readout->count == 0 ? first_failed(readout, now)
								   : next_failed(readout, now);
	}
}

static bool after_revive(struct readout *readout, int64_t now)
{
	if (readout->exchange->outcome != EXCHANGE_ACK) {
		return end(readout, BUS_NO_ANSWER);
	}
	readout->wanted_reset = readout->skipped;
	readout->skipped = false;
	return ask_content(readout, now);
}

/* Behind a readout the alarm is an extra: it fails nothing. */
static bool after_alarm(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	enum exchange_outcome outcome = readout->exchange->outcome;
	if (outcome == EXCHANGE_DATA) {
		readout->memory->fcb_alarm = !readout->memory->fcb_alarm;
		readout_take_alarm(readout);
	}
	if (outcome == EXCHANGE_DATA || readout->kind == READOUT_READ) {
		return end(readout, BUS_OK);
	}
	if (outcome == EXCHANGE_ACK) {
		readout_explain(
				readout, "%s has no alarm", bus_address_text(&readout->address, address));
		return end(readout, BUS_NO_DATA);
	}
	readout_explain_exchange(readout);
	return end(readout, exchange_failed(readout));
}

static void note_exchange(struct readout *readout)
{
	const struct exchange *exchange = readout->exchange;
	readout->repeats += exchange->sends > 1 ? exchange->sends - 1 : 0;
	if (exchange->outcome == EXCHANGE_DATA || exchange->outcome == EXCHANGE_ACK) {
		readout->delay = exchange_delay(exchange);
	}
}

bool readout_step(struct readout *readout, int64_t now)
{
	if (readout_busy(readout)) {
		note_exchange(readout);
	}
	switch (readout->phase) {
	case READOUT_PHASE_RESET:
		return after_reset(readout, now);
	case READOUT_PHASE_DESELECT:
		return readout_ask_select(readout, now);
	case READOUT_PHASE_SELECT:
		return after_select(readout, now);
	case READOUT_PHASE_INIT:
		return after_init(readout, now);
	case READOUT_PHASE_REQUEST:
		return after_request(readout, now);
	case READOUT_PHASE_REVIVE:
		return after_revive(readout, now);
	case READOUT_PHASE_ALARM:
		return after_alarm(readout);
	case READOUT_PHASE_IDLE:
		break;
	}
	return false;
}
