/* SPDX-License-Identifier: MIT */
/* What one telegram means for the readout that it came in. */
#include <stdlib.h>
#include <string.h>

#include "link/readout_private.h"

#define FIRST_ROOM 2
#define CI_ERROR 0x70
/* So many telegrams with the same records are one, whatever its values do. */
#define ALIKE_MAX 8

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
		readout_explain(readout, "telegram %zu came from %s, the first from %s",
				readout->count + 1, text, mg_identity_text(&readout->identity, other));
		return true;
	}
	if (readout->address.secondary &&
			!telegrams_fit(&readout->address.identity, facts->header, &facts->identity)) {
		readout_explain(readout, "%s was selected, but %s answered",
				bus_address_text(&readout->address, other), text);
		return true;
	}
	return false;
}

/* True when the slave sent what it had sent before: the one before, since it ignores the
   frame count bit, or the first one, since it has begun again. */
static bool repeats(
		struct readout *readout, struct mg_bytes frame, enum readout_taken *taken)
{
	if (readout->count == 0) {
		return false;
	}
	if (telegrams_equal(readout->frames[readout->count - 1], frame)) {
		readout_explain(readout,
				"telegram %zu repeats the one before: the meter ignores the frame count "
				"bit, what follows cannot be read",
				readout->count + 1);
		*taken = READOUT_TAKEN_CUT;
		return true;
	}
	*taken = READOUT_TAKEN_WRAPPED;
	return telegrams_equal(readout->frames[0], frame);
}

static void note_facts(struct readout *readout, const struct telegrams_facts *facts)
{
	if (readout->count == 1) {
		readout->print = facts->print;
	} else {
		readout->alike += facts->print == readout->print;
	}
	if (!readout->has_identity && facts->has_identity) {
		readout->has_identity = true;
		readout->identity = facts->identity;
		readout->header = facts->header;
	}
}

/* DFC does not count: some slaves set it together with DIF 1Fh. */
static enum readout_taken what_follows(struct readout *readout,
		const struct mg_frame *frame, const struct telegrams_facts *facts)
{
	if (frame->ci == CI_ERROR && readout->count > 1) {
		int code = frame->data.size > 0 ? frame->data.data[0] : 0;
		readout_explain(readout, "telegram %zu is an application error: %s",
				readout->count, mg_app_error_text(code));
		return READOUT_TAKEN_CUT;
	}
	if (!facts->more) {
		return READOUT_TAKEN_LAST;
	}
	if (readout->count == ALIKE_MAX && readout->alike == ALIKE_MAX - 1) {
		readout_explain(readout, "all telegrams have the same records: the meter sends "
								 "the first one again "
								 "and again, what follows it cannot be read");
		readout->count = 1;
		return READOUT_TAKEN_CUT;
	}
	if (readout->count >= readout->limit) {
		readout_explain(readout, "stopped after %zu telegrams, the meter has more",
				readout->count);
		return READOUT_TAKEN_CUT;
	}
	return READOUT_TAKEN_MORE;
}

enum readout_taken readout_take_telegram(struct readout *readout)
{
	const struct link *link = &readout->exchange->link;
	const struct mg_bytes frame = { link->bytes, link->length };
	struct telegrams_facts facts;
	enum readout_taken taken;
	telegrams_look_into(&link->frame, &readout->secret, &facts);
	readout->own = link->frame.a;
	if (begins_elsewhere(readout, &facts)) {
		return READOUT_TAKEN_ELSEWHERE;
	}
	if (is_stranger(readout, &facts)) {
		return READOUT_TAKEN_STRANGER;
	}
	if (repeats(readout, frame, &taken)) {
		return taken;
	}
	if (!keep(readout, frame)) {
		readout_explain(readout, "out of memory after %zu telegrams", readout->count);
		return READOUT_TAKEN_CUT;
	}
	note_facts(readout, &facts);
	return what_follows(readout, &link->frame, &facts);
}

void readout_take_alarm(struct readout *readout)
{
	const struct link *link = &readout->exchange->link;
	memcpy(readout->alarm_slot, link->bytes, link->length);
	readout->alarm = (struct mg_bytes){ readout->alarm_slot, link->length };
}
