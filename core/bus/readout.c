/* SPDX-License-Identifier: MIT */
/* All telegrams of one device: resets or selects it, asks until the last telegram. */
#include "bus/readout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/telegrams.h"

#define CI_SELECT 0x52
/* Some slaves never acknowledge SND_NKE, and dead ones cost time. */
#define RESET_TRIES 2
#define FIRST_ROOM 2
#define IDENTITY_BYTES 8

void readout_init(struct readout *readout, struct exchange *exchange, unsigned tries,
		size_t telegrams)
{
	memset(readout, 0, sizeof(*readout));
	readout->exchange = exchange;
	readout->tries = tries > 0 ? tries : 1;
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

__attribute__((format(printf, 2, 3))) static void explain(
		struct readout *readout, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(readout->reason, sizeof(readout->reason), format, arguments);
	va_end(arguments);
}

/* The likely cause, where what was seen does not name it. */
static const char *advice(const struct readout *readout)
{
	const struct exchange *exchange = readout->exchange;
	if (exchange->outcome == EXCHANGE_SILENT) {
		return "; check address, baud rate and wiring";
	}
	return exchange->failure.trouble == EXCHANGE_TROUBLE_FRAME
				   ? "; do several meters have this address, or is the baud rate wrong?"
				   : "";
}

static void explain_exchange(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	char text[EXCHANGE_TEXT_SIZE];
	bus_address_text(&readout->address, address);
	explain(readout, "%s%s", exchange_text(readout->exchange, address, text),
			advice(readout));
}

static enum bus_outcome exchange_failed(const struct readout *readout)
{
	return readout->exchange->outcome == EXCHANGE_SILENT ? BUS_NO_ANSWER : BUS_BAD_ANSWER;
}

/* Everything was read. */
static bool complete(struct readout *readout, bool fcb_known)
{
	struct readout_memory *memory = readout->memory;
	if (!readout->skipped && !readout->mute) {
		memory->has_print = true;
		memory->print = readout->print;
		memory->single = readout->count == 1;
	}
	memory->mute_reset = readout->mute;
	memory->fcb_known = fcb_known && !readout->mute && !readout->address.secondary;
	memory->fcb = readout->fcb;
	return end(readout, BUS_OK);
}

/* What was read stands, but there would have been more: `reason` says why not. */
static bool cut(struct readout *readout)
{
	readout->error = readout->reason;
	return end(readout, BUS_OK);
}

static bool ask(struct readout *readout, enum readout_phase phase,
		const struct mg_frame *frame, unsigned expects, unsigned tries, int64_t now)
{
	readout->phase = phase;
	exchange_begin(readout->exchange, frame, expects, tries, now);
	return true;
}

static uint8_t wire_address(const struct readout *readout)
{
	return readout->address.secondary ? MG_A_SELECTED : readout->address.primary;
}

static bool ask_reset(
		struct readout *readout, enum readout_phase phase, unsigned tries, int64_t now)
{
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = wire_address(readout)
	};
	readout->fcb = true;
	return ask(readout, phase, &frame, EXCHANGE_EXPECT_ACK, tries, now);
}

static bool ask_select(struct readout *readout, int64_t now)
{
	uint8_t identity[IDENTITY_BYTES];
	mg_identity_put(&readout->address.identity, identity);
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_SND_UD,
		.a = MG_A_SELECTED,
		.ci = CI_SELECT,
		.data = { identity, sizeof(identity) } };
	readout->fcb = true;
	return ask(readout, READOUT_PHASE_SELECT, &frame, EXCHANGE_EXPECT_ACK, readout->tries,
			now);
}

static bool ask_data(struct readout *readout, int64_t now)
{
	const struct mg_frame frame = { .type = MG_FRAME_SHORT,
		.c = (uint8_t)(MG_C_REQ_UD2 | (readout->fcb ? MG_C_FCB : 0)),
		.a = wire_address(readout) };
	return ask(readout, READOUT_PHASE_REQUEST, &frame,
			EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA, readout->tries, now);
}

/* Only a slave that was seen to begin at its first telegram goes without. */
static bool may_skip_reset(const struct readout_memory *memory)
{
	return memory->fcb_known && memory->single && memory->has_print &&
		   !memory->always_reset;
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
	if (readout->address.secondary) {
		return ask_select(readout, now);
	}
	if (readout->skipped) {
		return ask_data(readout, now);
	}
	return ask_reset(readout, READOUT_PHASE_RESET, reset_tries(readout), now);
}

void readout_begin(struct readout *readout, enum readout_kind kind,
		const struct bus_address *address, struct readout_memory *memory, int64_t now)
{
	readout->kind = kind;
	readout->address = *address;
	readout->memory = memory;
	readout->skipped = kind == READOUT_READ && may_skip_reset(memory);
	readout->fcb = memory->fcb;
	readout->revived = false;
	readout->restarted = false;
	readout->reason[0] = '\0';
	readout->error = NULL;
	/* Until it has ended well. */
	memory->fcb_known = false;
	ask_first(readout, now);
}

void readout_abort(struct readout *readout, int64_t now)
{
	exchange_abort(readout->exchange, now);
	explain(readout, "stopped");
	end(readout, BUS_CANCELLED);
}

/* Two blocks that grow together. frames[] point into slots[], so these come last: when
   memory is short, all that was read still stands. */
static bool grow(struct readout *readout)
{
	size_t room = readout->room > 0 ? readout->room * 2 : FIRST_ROOM;
	struct mg_bytes *frames = realloc(readout->frames, room * sizeof(*frames));
	if (frames == NULL) {
		return false;
	}
	readout->frames = frames;
	uint8_t(*slots)[MG_FRAME_MAX] = realloc(readout->slots, room * sizeof(*slots));
	if (slots == NULL) {
		return false;
	}
	readout->slots = slots;
	readout->room = room;
	for (size_t i = 0; i < readout->count; i++) {
		frames[i].data = slots[i];
	}
	return true;
}

static bool keep(struct readout *readout, struct mg_bytes frame)
{
	if (readout->count == readout->room && !grow(readout)) {
		return false;
	}
	memcpy(readout->slots[readout->count], frame.data, frame.size);
	readout->frames[readout->count] =
			(struct mg_bytes){ readout->slots[readout->count], frame.size };
	readout->count++;
	return true;
}

/* True when the first telegram is not the one that a reset gave. */
static bool begins_elsewhere(
		const struct readout *readout, const struct telegrams_facts *facts)
{
	const struct readout_memory *memory = readout->memory;
	return readout->count == 0 && (readout->skipped || readout->mute) &&
		   memory->has_print && memory->print != facts->print && !readout->restarted;
}

static bool begin_again(struct readout *readout, int64_t now)
{
	readout->memory->always_reset = true;
	readout->skipped = false;
	readout->restarted = true;
	return ask_first(readout, now);
}

/* Says why the telegram cannot belong to the sequence; false when it can. */
static bool is_stranger(struct readout *readout, const struct telegrams_facts *facts)
{
	char text[MG_IDENTITY_SIZE], other[MG_IDENTITY_SIZE];
	if (!facts->has_identity) {
		return false;
	}
	mg_identity_text(&facts->identity, text);
	if (readout->has_identity &&
			!telegrams_same_meter(&readout->identity, &facts->identity)) {
		explain(readout, "telegram %zu came from %s, the first from %s",
				readout->count + 1, text, mg_identity_text(&readout->identity, other));
		return true;
	}
	if (readout->address.secondary &&
			!telegrams_fit(&readout->address.identity, facts->header, &facts->identity)) {
		explain(readout, "%s was selected, but %s answered",
				bus_address_text(&readout->address, other), text);
		return true;
	}
	return false;
}

/* The telegrams so far are all there is, or the slave ignores the frame count bit. */
static bool repeats(struct readout *readout, struct mg_bytes frame, bool *wrapped)
{
	*wrapped = false;
	if (readout->count == 0) {
		return false;
	}
	size_t last = readout->count - 1;
	if (telegrams_equal(readout->frames[last], frame)) {
		explain(readout,
				"telegram %zu repeats the one before: the meter ignores the frame count "
				"bit, what follows cannot be read",
				readout->count + 1);
		return true;
	}
	*wrapped = telegrams_equal(readout->frames[0], frame);
	return *wrapped;
}

static bool after_telegram(struct readout *readout, const struct mg_frame *frame,
		const struct telegrams_facts *facts, int64_t now)
{
	const uint8_t ci_error = 0x70;
	if (frame->ci == ci_error && readout->count > 1) {
		int code = frame->data.size > 0 ? frame->data.data[0] : 0;
		explain(readout, "telegram %zu is an application error: %s", readout->count,
				mg_app_error_text(code));
		return cut(readout);
	}
	if (!facts->more) {
		return complete(readout, true);
	}
	if (readout->count >= readout->limit) {
		explain(readout, "stopped after %zu telegrams, the meter has more",
				readout->count);
		return cut(readout);
	}
	return ask_data(readout, now);
}

static bool stop_at(struct readout *readout)
{
	return readout->count > 0 ? cut(readout) : end(readout, BUS_BAD_ANSWER);
}

static bool take_telegram(struct readout *readout, int64_t now)
{
	const struct link *link = &readout->exchange->link;
	const struct mg_bytes frame = { link->bytes, link->length };
	struct telegrams_facts facts;
	bool wrapped;
	telegrams_look_into(&link->frame, &readout->secret, &facts);
	readout->fcb = !readout->fcb;
	if (begins_elsewhere(readout, &facts)) {
		return begin_again(readout, now);
	}
	if (is_stranger(readout, &facts)) {
		return stop_at(readout);
	}
	if (repeats(readout, frame, &wrapped)) {
		return wrapped ? complete(readout, false) : cut(readout);
	}
	if (!keep(readout, frame)) {
		explain(readout, "out of memory after %zu telegrams", readout->count);
		return stop_at(readout);
	}
	if (readout->count == 1) {
		readout->print = facts.print;
	}
	if (!readout->has_identity && facts.has_identity) {
		readout->has_identity = true;
		readout->identity = facts.identity;
		readout->header = facts.header;
	}
	return after_telegram(readout, &link->frame, &facts, now);
}

static bool after_reset(struct readout *readout, int64_t now)
{
	bool acknowledged = readout->exchange->outcome == EXCHANGE_ACK;
	if (readout->kind == READOUT_READ) {
		/* The acknowledge may be lost, and some slaves never give one. */
		readout->mute = !acknowledged;
		return ask_data(readout, now);
	}
	if (!acknowledged) {
		explain_exchange(readout);
		return end(readout, exchange_failed(readout));
	}
	return end(readout, BUS_OK);
}

static bool after_select(struct readout *readout, int64_t now)
{
	if (readout->exchange->outcome != EXCHANGE_ACK) {
		if (!readout->revived) {
			explain_exchange(readout);
		}
		return end(readout, exchange_failed(readout));
	}
	if (readout->kind == READOUT_PING) {
		return end(readout, BUS_OK);
	}
	/* Seen: slaves that acknowledge, but answer only to the other frame count bit. */
	readout->fcb = !readout->revived;
	return ask_data(readout, now);
}

/* No telegram came. A slave that was reset and still keeps silent is not tried again. */
static bool first_failed(struct readout *readout, int64_t now)
{
	if (!readout->revived) {
		explain_exchange(readout);
	}
	if (readout->exchange->outcome != EXCHANGE_SILENT || readout->revived ||
			readout->mute) {
		return end(readout, exchange_failed(readout));
	}
	readout->revived = true;
	if (readout->address.secondary) {
		return ask_select(readout, now);
	}
	return ask_reset(readout, READOUT_PHASE_REVIVE, 1, now);
}

static bool next_failed(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	char text[EXCHANGE_TEXT_SIZE];
	bus_address_text(&readout->address, address);
	explain(readout, "telegram %zu: %s", readout->count + 1,
			exchange_text(readout->exchange, address, text));
	return cut(readout);
}

static bool no_data(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	if (readout->count > 0) {
		return complete(readout, false);
	}
	explain(readout, "%s acknowledges, but has no data now",
			bus_address_text(&readout->address, address));
	return end(readout, BUS_NO_DATA);
}

static bool after_request(struct readout *readout, int64_t now)
{
	switch (readout->exchange->outcome) {
	case EXCHANGE_DATA:
		return take_telegram(readout, now);
	case EXCHANGE_ACK:
		return no_data(readout);
	default:
		return readout->count == 0 ? first_failed(readout, now) : next_failed(readout);
	}
}

static bool after_revive(struct readout *readout, int64_t now)
{
	if (readout->exchange->outcome != EXCHANGE_ACK) {
		return end(readout, BUS_NO_ANSWER);
	}
	readout->skipped = false;
	return ask_data(readout, now);
}

bool readout_step(struct readout *readout, int64_t now)
{
	switch (readout->phase) {
	case READOUT_PHASE_RESET:
		return after_reset(readout, now);
	case READOUT_PHASE_SELECT:
		return after_select(readout, now);
	case READOUT_PHASE_REQUEST:
		return after_request(readout, now);
	case READOUT_PHASE_REVIVE:
		return after_revive(readout, now);
	case READOUT_PHASE_IDLE:
		break;
	}
	return false;
}
