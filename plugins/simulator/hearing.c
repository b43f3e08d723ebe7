/* SPDX-License-Identifier: MIT */
/* Puts frames together as a slave does. */
#include "hearing.h"

#define DATA_BITS 8

void hearing_init(struct hearing *hearing, int64_t gap)
{
	*hearing = (struct hearing){ .gap = gap, .end = INT64_MIN, .busy_since = INT64_MIN };
}

void hearing_forget(struct hearing *hearing)
{
	hearing->size = 0;
	hearing->needed = 1;
	hearing->broken = false;
}

bool hearing_has_garbage(const struct hearing *hearing)
{
	return hearing->size > 0;
}

int64_t hearing_deadline(const struct hearing *hearing)
{
	if (hearing->size == 0) {
		return WAVEFORM_NEVER;
	}
	if (hearing->broken) {
		return hearing->end + waveform_ns(hearing->baud, HEARING_QUIET_BITS);
	}
	int64_t gap = waveform_ns(hearing->baud, HEARING_GAP_BITS);
	return hearing->end + (gap > hearing->gap ? gap : hearing->gap);
}

/* The bit behind the last one of a short character is the next start bit, or mark. */
static unsigned eleven_bits(
		const struct line_character *character, const struct line_character *next)
{
	unsigned beyond = ~0u << character->bits;
	if (next != NULL && next->begin <= character->end) {
		beyond ^= 1u << character->bits;
	}
	return ((character->marks & ~(~0u << character->bits)) | beyond) &
		   ((1u << WAVEFORM_BITS) - 1);
}

static void begin_frame(struct hearing *hearing, const struct line_character *character)
{
	hearing_forget(hearing);
	hearing->begin = character->begin;
	hearing->baud = character->baud;
}

/* Beyond the longest frame, garbage is not kept. */
static void append(struct hearing *hearing, const struct line_character *character,
		unsigned bits, bool wrong)
{
	if (hearing->size < sizeof(hearing->bytes)) {
		hearing->bytes[hearing->size++] = (uint8_t)(bits >> 1);
	} else {
		hearing->broken = true;
	}
	hearing->broken |= wrong || character->baud != hearing->baud;
	hearing->end = character->end;
}

static enum hearing_result parse(struct hearing *hearing, struct mg_frame *frame)
{
	if (hearing->broken || hearing->size < hearing->needed) {
		return HEARING_MORE;
	}
	enum mg_fault fault =
			mg_frame_parse(hearing->bytes, hearing->size, frame, &hearing->needed);
	if (fault == MG_FAULT_NONE) {
		return HEARING_FRAME;
	}
	hearing->broken = fault != MG_FAULT_INCOMPLETE;
	return HEARING_MORE;
}

enum hearing_result hearing_take(struct hearing *hearing,
		const struct line_character *character, const struct line_character *next,
		bool spoilt, struct mg_frame *frame)
{
	unsigned bits = eleven_bits(character, next);
	bool even = __builtin_parity(bits >> 1 & ((1u << (DATA_BITS + 1)) - 1)) == 0;
	bool stop = (bits >> (WAVEFORM_BITS - 1) & 1) != 0;
	if ((bits & 1) != 0 && !spoilt) {
		return HEARING_MORE; /* no start bit */
	}
	if (hearing->end == INT64_MIN ||
			character->begin - hearing->end >=
					waveform_ns(character->baud, HEARING_QUIET_BITS)) {
		hearing->busy_since = character->begin;
	}
	if (hearing->size == 0) {
		begin_frame(hearing, character);
	}
	append(hearing, character, bits, spoilt || !even || !stop);
	return parse(hearing, frame);
}
