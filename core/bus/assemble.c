/* SPDX-License-Identifier: MIT */
/* Decodes the telegrams of a readout and names their records. */
#include "bus/assemble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/assemble_fill.h"

#define PARTS_FIRST 32
#define NUMBER_DIGITS 10 /* of 32 bits; ASSEMBLE_NAME_SIZE has room for them */
#define CI_OFFSET 6      /* of the CI field in a long frame */

/* FNV-1a by words, and the bytes behind them; only to tell most names apart at a glance.
 */
static uint32_t hash_of(const char *text, size_t length)
{
	uint32_t hash = 0x811C9DC5u, word;
	size_t at = 0;
	for (; length - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text + at, sizeof(word));
		hash = (hash ^ word) * 0x01000193u;
		hash ^= hash >> 15;
	}
	for (; at < length; at++) {
		hash = (hash ^ (uint8_t)text[at]) * 0x01000193u;
	}
	return hash;
}

static bool name_is_taken(
		const struct assemble_draft *draft, const char *name, uint32_t hash)
{
	for (size_t i = 0; i < draft->part_count; i++) {
		if (draft->parts[i].hash == hash && strcmp(draft->parts[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* How many records of this base name came before. */
static unsigned count_of_base(
		const struct assemble_draft *draft, const struct assemble_part *part)
{
	for (size_t i = draft->part_count; i > 0; i--) {
		const struct assemble_part *other = &draft->parts[i - 1];
		if (other->base_hash == part->base_hash &&
				other->base_length == part->base_length &&
				memcmp(other->name, part->name, part->base_length) == 0) {
			return other->number;
		}
	}
	return 0;
}

/* Writes "_2" behind a name, which has room for it. Returns the length of it all. */
static size_t add_number(char *name, size_t length, unsigned number)
{
	char digits[NUMBER_DIGITS];
	size_t count = 0;
	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	name[length++] = '_';
	while (count > 0) {
		name[length++] = digits[--count];
	}
	name[length] = '\0';
	return length;
}

/* Unique in the reading, and the same in every reading of a meter that always sends the
   same records. */
static void give_name(const struct assemble_draft *draft, struct assemble_part *part)
{
	part->base_length = mg_record_name(&part->record, part->name, MG_NAME_SIZE);
	part->length = part->base_length;
	part->base_hash = part->hash = hash_of(part->name, part->base_length);
	part->number = count_of_base(draft, part) + 1;
	while (part->number > 1 || name_is_taken(draft, part->name, part->hash)) {
		if (part->number == 1) {
			part->number = 2;
		}
		part->length = add_number(part->name, part->base_length, part->number);
		part->hash = hash_of(part->name, part->length);
		if (!name_is_taken(draft, part->name, part->hash)) {
			return;
		}
		part->number++;
	}
}

/* The first error is the one that is told. `record` counts from 1, 0 for none. */
static void set_error(struct assemble_draft *draft, enum mg_fault fault, size_t offset,
		size_t frame, size_t record)
{
	if (draft->error[0] != '\0') {
		return;
	}
	char where[64] = "";
	if (draft->frame_count > 1) {
		snprintf(where, sizeof(where), "telegram %zu%s", frame + 1,
				record > 0 ? ", " : ": ");
	}
	size_t used = strlen(where);
	if (record > 0) {
		snprintf(where + used, sizeof(where) - used, "record %zu: ", record);
	}
	snprintf(draft->error, sizeof(draft->error), "%s%s", where, mg_fault_text(fault));
	draft->error_offset = offset;
}

static struct assemble_part *next_part(struct assemble_draft *draft)
{
	if (draft->part_count == draft->part_slots) {
		size_t slots = draft->part_slots == 0 ? PARTS_FIRST : draft->part_slots * 2;
		struct assemble_part *parts = realloc(draft->parts, slots * sizeof(*parts));
		if (parts == NULL) {
			draft->no_memory = true;
			return NULL;
		}
		draft->parts = parts;
		draft->part_slots = slots;
	}
	return &draft->parts[draft->part_count];
}

static void decode_records(
		struct assemble_draft *draft, const struct mg_telegram *telegram, size_t frame)
{
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	enum mg_fault fault = MG_FAULT_NONE;
	while (fault == MG_FAULT_NONE) {
		struct assemble_part *part = next_part(draft);
		if (part == NULL) {
			return;
		}
		fault = mg_record_next(&cursor, &part->record);
		if (fault == MG_FAULT_NONE) {
			give_name(draft, part);
			draft->part_count++;
		}
	}
	if (fault != MG_FAULT_END) {
		set_error(draft, fault, cursor.offset, frame, (size_t)cursor.index + 1);
	}
	draft->more = cursor.more;
}

static void take_header(struct assemble_draft *draft, const struct mg_telegram *telegram)
{
	if (!draft->has_meter) {
		draft->meter = *telegram;
		draft->has_meter = true;
	}
	draft->mode2 |= (telegram->flags & MG_TELEGRAM_MODE2) != 0;
	if (draft->app_error < 0) {
		draft->app_error = telegram->app_error;
	}
	if (draft->alarm < 0) {
		draft->alarm = telegram->alarm;
	}
}

/* The CI of the application stands behind the AFL, which has one of its own. */
static size_t offset_of_ci(const struct mg_telegram *telegram)
{
	return telegram->afl.size > 0 ? CI_OFFSET + 1 + telegram->afl.size : CI_OFFSET;
}

static size_t offset_of_fault(enum mg_fault fault, const struct mg_telegram *telegram)
{
	return fault == MG_FAULT_CI_UNSUPPORTED ? offset_of_ci(telegram) : telegram->offset;
}

static void decode_telegram(
		struct assemble_draft *draft, const struct mg_frame *frame, size_t index)
{
	struct mg_telegram telegram;
	enum mg_fault fault = mg_telegram_parse(frame, &telegram);
	draft->more = false;
	if (fault == MG_FAULT_NOT_A_RESPONSE) {
		/* An acknowledgement or a request is right as it is, there is nothing in it. */
		return;
	}
	fault = assemble_open(draft, &telegram, fault);
	take_header(draft, &telegram);
	if (fault != MG_FAULT_NONE) {
		set_error(draft, fault, offset_of_fault(fault, &telegram), index, 0);
		return;
	}
	draft->readable = true;
	decode_records(draft, &telegram, index);
}

static void decode_frame(struct assemble_draft *draft, size_t index)
{
	struct mg_bytes bytes = draft->frames[index];
	struct mg_frame frame;
	size_t length;
	enum mg_fault fault = mg_frame_parse(bytes.data, bytes.size, &frame, &length);
	if (fault == MG_FAULT_INCOMPLETE) {
		length = bytes.size;
	}
	if (fault == MG_FAULT_NONE && length < bytes.size) {
		fault = MG_FAULT_SURPLUS;
	}
	if (fault == MG_FAULT_NONE) {
		decode_telegram(draft, &frame, index);
	} else {
		set_error(draft, fault, length, index, 0);
	}
}

/* The readout itself went wrong: behind what was found in the bytes. */
static void add_readout_error(struct assemble_draft *draft)
{
	const char *error = draft->context->error;
	if (error == NULL) {
		return;
	}
	size_t used = strlen(draft->error);
	snprintf(draft->error + used, sizeof(draft->error) - used, "%s%s",
			used > 0 ? "; " : "", error);
}

struct reading *assemble_reading(const struct mg_bytes *frames, size_t count,
		const struct assemble_context *context)
{
	struct assemble_draft draft = {
		.context = context,
		.frames = frames,
		.frame_count = count,
		.app_error = -1,
		.alarm = -1,
	};
	for (size_t i = 0; i < count; i++) {
		decode_frame(&draft, i);
	}
	add_readout_error(&draft);
	struct reading *reading = draft.no_memory ? NULL
											  : reading_create(assemble_fill, &draft,
														assemble_guess(&draft));
	free(draft.parts);
	assemble_open_finish(&draft);
	return reading;
}

struct reading *assemble_refusal(
		const char *error, size_t offset, const struct assemble_context *context)
{
	struct assemble_draft draft = {
		.context = context,
		.app_error = -1,
		.alarm = -1,
		.error_offset = offset,
	};
	snprintf(draft.error, sizeof(draft.error), "%s", error);
	return reading_create(assemble_fill, &draft, assemble_guess(&draft));
}
