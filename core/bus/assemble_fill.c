/* SPDX-License-Identifier: MIT */
/* Copies what a readout gave into a reading. All of it runs twice where the room was
   guessed too small: see reading_create(). */
#include "bus/assemble_fill.h"

#include <string.h>

enum {
	ID_DIGITS = 8,
	READING_GUESS = 256, /* for header, names and an error */
	TEXT_GUESS = 24,     /* a date, or a number in words */
};

static const char *copy(struct arena *arena, const char *text)
{
	return text == NULL || *text == '\0' ? "" : arena_string(arena, text);
}

static void fill_tags(struct arena *arena, struct mg_reading *view,
		const struct assemble_context *context)
{
	struct mg_tag *tags = arena_take(arena, context->tag_count * sizeof(*tags));
	for (uint32_t i = 0; i < context->tag_count; i++) {
		struct mg_tag tag = {
			.key = copy(arena, context->tags[i].key),
			.value = copy(arena, context->tags[i].value),
		};
		if (tags != NULL) {
			tags[i] = tag;
		}
	}
	view->tags = tags;
	view->tag_count = context->tag_count;
}

static void fill_context(struct arena *arena, struct mg_reading *view,
		const struct assemble_context *context)
{
	view->bus = copy(arena, context->bus);
	view->device = copy(arena, context->device);
	view->label = copy(arena, context->label);
	view->time = context->time;
	fill_tags(arena, view, context);
}

static uint32_t parts_of_header(uint8_t header)
{
	static const uint32_t parts[] = {
		[MG_HEADER_NONE] = MG_METER_ADDRESS,
		[MG_HEADER_SHORT] = MG_METER_ADDRESS | MG_METER_STATUS | MG_METER_SIGNATURE,
		[MG_HEADER_LONG] = MG_METER_ADDRESS | MG_METER_STATUS | MG_METER_SIGNATURE |
						   MG_METER_ID | MG_METER_MANUFACTURER | MG_METER_MEDIUM,
		[MG_HEADER_FIXED] =
				MG_METER_ADDRESS | MG_METER_STATUS | MG_METER_ID | MG_METER_MEDIUM,
	};
	return header < sizeof(parts) / sizeof(parts[0]) ? parts[header] : MG_METER_ADDRESS;
}

static const char *id_text(uint32_t id, char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < ID_DIGITS; i++) {
		text[i] = digits[id >> (28 - 4 * i) & 15];
	}
	return text;
}

static void fill_identity(
		struct arena *arena, struct mg_meter *meter, const struct mg_telegram *telegram)
{
	const struct mg_identity *identity = &telegram->identity;
	char text[16];
	if ((meter->has & MG_METER_ID) != 0) {
		meter->id = arena_text(arena, id_text(identity->id, text), ID_DIGITS);
	}
	if ((meter->has & MG_METER_MANUFACTURER) != 0) {
		meter->manufacturer =
				arena_string(arena, mg_manufacturer_text(identity->manufacturer, text));
		meter->manufacturer_name = mg_manufacturer_name(identity->manufacturer);
		meter->version = identity->version;
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		meter->medium = mg_telegram_medium_text(telegram);
		meter->medium_code = identity->medium;
	}
}

static void fill_status(
		struct arena *arena, struct mg_meter *meter, const struct mg_telegram *telegram)
{
	if ((meter->has & MG_METER_STATUS) == 0) {
		return;
	}
	const char *names[8];
	size_t count =
			mg_status_names(telegram->status, (enum mg_header)telegram->header, names);
	const char **flags = arena_take(arena, count * sizeof(*flags));
	if (flags != NULL) {
		memcpy(flags, names, count * sizeof(*flags));
	}
	meter->status_flags = flags;
	meter->status_flag_count = (uint32_t)count;
	meter->access = telegram->access;
	meter->status = telegram->status;
}

static void fill_security(struct mg_meter *meter, const struct mg_telegram *telegram)
{
	if (telegram->security_mode != 0) {
		meter->has |= MG_METER_SECURITY;
		meter->security_mode = telegram->security_mode;
	}
}

static void fill_meter(
		struct arena *arena, struct mg_meter *meter, const struct assemble_draft *draft)
{
	if (!draft->has_meter) {
		return;
	}
	meter->has = parts_of_header(draft->meter.header);
	fill_identity(arena, meter, &draft->meter);
	fill_status(arena, meter, &draft->meter);
	fill_security(meter, &draft->meter);
	meter->address = draft->meter.a;
	meter->ci = draft->meter.ci;
	meter->signature = draft->meter.signature;
}

static const char *copy_unit(struct arena *arena, const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	if (record->unit != NULL) {
		return record->unit;
	}
	mg_unit_text(record, text, sizeof(text));
	return copy(arena, text);
}

/* What stands in place of a value that is not good; NULL when nothing can be said. */
static const char *copy_shown(struct arena *arena, const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	return mg_shown_text(record, text, sizeof(text)) > 0 ? arena_string(arena, text)
														 : NULL;
}

static const char *copy_value(struct arena *arena, const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	mg_value_text(record, text, sizeof(text));
	return copy(arena, text);
}

/* The text of a value that is held as text, otherwise NULL. */
static const char *copy_text(struct arena *arena, const struct mg_data_record *record)
{
	if (record->value.quality != MG_QUALITY_GOOD) {
		return copy_shown(arena, record);
	}
	switch (record->value.type) {
	case MG_TYPE_WIDE:
	case MG_TYPE_TEXT:
	case MG_TYPE_DATE:
	case MG_TYPE_DATETIME:
	case MG_TYPE_TIME:
		return copy_value(arena, record);
	default:
		return NULL;
	}
}

static const char *const *copy_modifiers(
		struct arena *arena, const struct mg_data_record *record)
{
	size_t size = record->modifier_count * sizeof(record->modifiers[0]);
	const char **modifiers = size > 0 ? arena_take(arena, size) : NULL;
	if (modifiers != NULL) {
		memcpy(modifiers, record->modifiers, size);
	}
	return modifiers;
}

/* Where the copies of the telegrams are: the bytes of most records are in there. */
struct copies {
	const struct mg_bytes *from, *to; /* `to` is NULL when there was no room */
	size_t count;
};

/* Compared as numbers, since the bytes of a decrypted record are elsewhere. */
static bool lies_within(const struct mg_bytes *bytes, const struct mg_bytes *whole)
{
	uintptr_t start = (uintptr_t)whole->data, at = (uintptr_t)bytes->data;
	return at >= start && at - start <= whole->size &&
		   bytes->size <= whole->size - (at - start);
}

static struct mg_bytes copy_bytes(
		struct arena *arena, const struct copies *copies, const struct mg_bytes *bytes)
{
	if (bytes->size == 0) {
		return (struct mg_bytes){ NULL, 0 };
	}
	for (size_t i = 0; i < copies->count; i++) {
		if (lies_within(bytes, &copies->from[i])) {
			const uint8_t *copy = copies->to == NULL ? NULL : copies->to[i].data;
			size_t offset = (size_t)(bytes->data - copies->from[i].data);
			return (struct mg_bytes){ copy == NULL ? NULL : copy + offset, bytes->size };
		}
	}
	return arena_bytes(arena, bytes->data, bytes->size);
}

static uint32_t record_flags(uint32_t flags)
{
	return ((flags & MG_DATA_VENDOR) != 0 ? MG_RECORD_VENDOR : 0u) |
		   ((flags & MG_DATA_SUMMER) != 0 ? MG_RECORD_SUMMER : 0u) |
		   ((flags & MG_DATA_AMBIGUOUS) != 0 ? MG_RECORD_AMBIGUOUS : 0u);
}

static struct mg_record copy_record(struct arena *arena, const struct copies *copies,
		const struct assemble_part *part)
{
	const struct mg_data_record *record = &part->record;
	return (struct mg_record){
		.name = arena_text(arena, part->name, part->length),
		.quantity = record->quantity,
		.unit = copy_unit(arena, record),
		.reason = record->value.reason,
		.text = copy_text(arena, record),
		.coding = record->coding,
		.modifiers = copy_modifiers(arena, record),
		.modifier_count = (uint32_t)record->modifier_count,
		.flags = record_flags(record->flags),
		.function = record->function,
		.type = record->value.type,
		.quality = record->value.quality,
		.exponent = record->value.exponent,
		.mantissa = record->value.mantissa,
		.storage = record->storage,
		.tariff = record->tariff,
		.subunit = record->subunit,
		.dib = copy_bytes(arena, copies, &record->dib),
		.vib = copy_bytes(arena, copies, &record->vib),
		.data = copy_bytes(arena, copies, &record->data),
	};
}

static void fill_records(
		struct arena *arena, struct mg_reading *view, const struct assemble_draft *draft)
{
	const struct copies copies = { draft->frames, view->telegrams, draft->frame_count };
	struct mg_record *records = arena_take(arena, draft->part_count * sizeof(*records));
	for (size_t i = 0; i < draft->part_count; i++) {
		struct mg_record record = copy_record(arena, &copies, &draft->parts[i]);
		if (records != NULL) {
			records[i] = record;
		}
	}
	view->records = records;
	view->record_count = (uint32_t)draft->part_count;
}

static void fill_telegrams(
		struct arena *arena, struct mg_reading *view, const struct assemble_draft *draft)
{
	struct mg_bytes *telegrams =
			arena_take(arena, draft->frame_count * sizeof(*telegrams));
	for (size_t i = 0; i < draft->frame_count; i++) {
		struct mg_bytes bytes =
				arena_bytes(arena, draft->frames[i].data, draft->frames[i].size);
		if (telegrams != NULL) {
			telegrams[i] = bytes;
		}
	}
	view->telegrams = telegrams;
	view->telegram_count = (uint32_t)draft->frame_count;
}

static size_t guess_of(const struct mg_data_record *record)
{
	/* Latin-1 doubles at most, and digits of a shown value are two for each byte. */
	size_t text = TEXT_GUESS + 2 * record->data.size + 2 * record->plain_unit.size;
	size_t modifiers = record->modifier_count * sizeof(record->modifiers[0]);
	return sizeof(struct mg_record) + text + modifiers;
}

size_t assemble_guess(const struct assemble_draft *draft)
{
	size_t guess = READING_GUESS;
	for (size_t i = 0; i < draft->part_count; i++) {
		guess += draft->parts[i].length + 1 + guess_of(&draft->parts[i].record);
	}
	for (size_t i = 0; i < draft->frame_count; i++) {
		guess += draft->frames[i].size + sizeof(struct mg_bytes);
	}
	return guess;
}

void assemble_fill(struct arena *arena, struct mg_reading *view, const void *data)
{
	const struct assemble_draft *draft = data;
	bool wrong = draft->error[0] != '\0';
	fill_context(arena, view, draft->context);
	fill_meter(arena, &view->meter, draft);
	fill_telegrams(arena, view, draft);
	fill_records(arena, view, draft);
	view->error = wrong ? arena_string(arena, draft->error) : NULL;
	view->error_offset = draft->error_offset;
	view->app_error = draft->app_error;
	view->alarm = draft->alarm;
	view->flags = (draft->more && !draft->context->whole ? MG_READING_MORE : 0u) |
				  (wrong && draft->readable ? MG_READING_PARTIAL : 0u) |
				  (draft->mode2 ? MG_READING_MODE2 : 0u);
}
