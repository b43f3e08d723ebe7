/* SPDX-License-Identifier: MIT */
/* Keeps the formats that were used last. */
#include "bus/formats.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 2

struct format {
	uint64_t used; /* turn in which it was needed last */
	size_t size;
	uint8_t bytes[MG_FORMAT_MAX];
};

struct formats {
	uint64_t turn; /* counts what was learned, seen again or expanded */
	size_t count;
	uint16_t signatures[FORMATS_MAX]; /* of `all`; apart, since each search walks them */
	struct format *all; /* most buses have few kinds of meters: grows as needed */
	size_t room;
	struct formats_counts counts;
};

struct formats *formats_create(void)
{
	return calloc(1, sizeof(struct formats));
}

void formats_destroy(struct formats *formats)
{
	if (formats != NULL) {
		free(formats->all);
		free(formats);
	}
}

static void use(struct formats *formats, struct format *format)
{
	format->used = ++formats->turn;
}

/* Two formats can have the same signature, so the bytes decide. */
static struct format *find(
		struct formats *formats, uint16_t signature, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < formats->count; i++) {
		struct format *format = &formats->all[i];
		if (formats->signatures[i] == signature && format->size == size &&
				memcmp(format->bytes, bytes, size) == 0) {
			return format;
		}
	}
	return NULL;
}

/* True when there is a place for one more. */
static bool grow(struct formats *formats)
{
	if (formats->count < formats->room) {
		return true;
	}
	size_t room = formats->room > 0 ? formats->room * 2 : FIRST_ROOM;
	struct format *all =
			room <= FORMATS_MAX ? realloc(formats->all, room * sizeof(*all)) : NULL;
	if (all != NULL) {
		formats->all = all;
		formats->room = room;
	}
	return all != NULL;
}

/* A free place, or that of the format that was not used for longest. */
static size_t make_room(struct formats *formats)
{
	size_t oldest = 0;
	if (grow(formats)) {
		return formats->count++;
	}
	for (size_t i = 1; i < formats->count; i++) {
		if (formats->all[i].used < formats->all[oldest].used) {
			oldest = i;
		}
	}
	formats->counts.forgotten += formats->count > 0;
	return oldest;
}

static struct format *add(
		struct formats *formats, uint16_t signature, const uint8_t *bytes, size_t size)
{
	size_t place = make_room(formats);
	if (place == formats->count) {
		return NULL; /* no memory for the first one */
	}
	struct format *format = &formats->all[place];
	formats->signatures[place] = signature;
	format->size = size;
	memcpy(format->bytes, bytes, size);
	formats->counts.learned++;
	return format;
}

void formats_learn(struct formats *formats, const struct mg_telegram *telegram)
{
	uint8_t bytes[MG_FORMAT_MAX];
	size_t size = mg_format_of(telegram, bytes);
	if (size == 0 || (telegram->flags & MG_TELEGRAM_REQUEST) != 0) {
		return;
	}
	uint16_t signature = mg_crc(bytes, size);
	struct format *known = find(formats, signature, bytes, size);
	known = known != NULL ? known : add(formats, signature, bytes, size);
	if (known != NULL) {
		use(formats, known);
	}
}

static enum mg_fault expand(struct formats *formats, struct mg_telegram *telegram,
		uint8_t bytes[MG_FORMAT_MAX])
{
	enum mg_fault fault = MG_FAULT_FORMAT_UNKNOWN;
	for (size_t i = 0; i < formats->count && fault != MG_FAULT_NONE; i++) {
		struct format *format = &formats->all[i];
		if (formats->signatures[i] != telegram->format_signature) {
			continue;
		}
		struct mg_bytes heads = { format->bytes, format->size };
		fault = mg_compact_expand(telegram, &heads, bytes, MG_FORMAT_MAX);
		if (fault == MG_FAULT_NONE) {
			use(formats, format);
		}
	}
	return fault;
}

enum mg_fault formats_expand(struct formats *formats, struct mg_telegram *telegram,
		uint8_t bytes[MG_FORMAT_MAX])
{
	enum mg_fault fault = expand(formats, telegram, bytes);
	formats->counts.expanded += fault == MG_FAULT_NONE;
	formats->counts.unknown += fault == MG_FAULT_FORMAT_UNKNOWN;
	formats->counts.refused += fault == MG_FAULT_FORMAT_CRC;
	return fault;
}

void formats_count(const struct formats *formats, struct formats_counts *counts)
{
	*counts = formats->counts;
}
