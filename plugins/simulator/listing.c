/* SPDX-License-Identifier: MIT */
/* Lists all records that a meter has, and takes away what was not asked for. */
#include "listing.h"

#include <string.h>

#include "records.h"

/* Bytes of records in a telegram of chosen records; some more would fit. */
#define CHOICE_BYTES 200
#define TEXT_BYTES 16 /* of a record with text, at most */
#define ALL_VIFS 0x7E

#define ORIGIN(origin) (1u << (origin))

/* Where the records of each type of telegram come from; 0: all of them. */
static const unsigned type_origins[16] = {
	[2] = ORIGIN(COUNTER) | ORIGIN(STORED) | ORIGIN(DUE_DATE),
	[3] = ORIGIN(STORED) | ORIGIN(DUE_DATE),
	[5] = ORIGIN(GAUGE),
	[8] = ORIGIN(SERIAL) | ORIGIN(PLACE) | ORIGIN(CLOCK),
};

static struct row *add(struct listing *listing, const struct row *row, size_t part)
{
	struct listing_entry *entry = &listing->entries[listing->count++];
	*entry = (struct listing_entry){ .row = *row, .part = part };
	return &entry->row;
}

static void add_history(struct listing *listing, const struct kind *kind, size_t part)
{
	static const struct row date = { "date", "", DUE_DATE, 2, 0, 0, 0, 0, "\x6C", 0, 1, 0,
		0, 1, 0 };
	uint8_t first = (uint8_t)(LISTING_FIRST_STORAGE + (part - 1) * LISTING_MONTHS);
	for (uint8_t i = 0; i < LISTING_MONTHS; i++) {
		struct row *counter = add(listing, &kind->rows[kind->counter], part);
		counter->origin = STORED;
		counter->storage = (uint8_t)(first + i);
		add(listing, &date, part)->storage = (uint8_t)(first + i);
	}
}

static void add_rows(struct listing *listing, const struct telegram_source *source,
		const struct kind *kind)
{
	static const struct row serial = { "fabrication-number", "", SERIAL, 0xC, 0, 0, 0, 0,
		"\x78", 0, 1, 0, 0, 1, 0 };
	if (source->has_fabrication) {
		add(listing, &serial, 0);
	}
	for (const struct row *row = kind->rows; row->quantity != NULL; row++) {
		struct row *copy = add(listing, row, 0);
		if (row->origin == CLOCK) {
			copy->field = source->clock_type_i ? 6 : 4;
		}
	}
}

static bool is_frozen(const struct row *row, uint8_t vif)
{
	return vif == ALL_VIFS || ((uint8_t)row->vif[0] & 0x7F) == vif;
}

static bool freeze_stored(struct listing *listing, uint8_t vif)
{
	bool any = false;
	for (size_t i = 0; i < listing->count; i++) {
		struct listing_entry *entry = &listing->entries[i];
		if (entry->row.origin == STORED && is_frozen(&entry->row, vif)) {
			entry->row.origin = COUNTER;
			entry->frozen = any = true;
		} else if (entry->row.origin == DUE_DATE) {
			entry->frozen = any;
		}
	}
	return any;
}

/* What was frozen stands in storage 1: in the place of the counter of the due date, or
 * as a record that there was not before. */
static void freeze(struct listing *listing, uint8_t vif)
{
	size_t count = listing->count;
	if (freeze_stored(listing, vif) || vif == ALL_VIFS) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &listing->entries[i].row;
		bool value = row->origin == COUNTER || row->origin == GAUGE;
		if (value && row->storage == 0 && row->function == 0 && is_frozen(row, vif)) {
			add(listing, row, 0)->storage = 1;
			listing->entries[listing->count - 1].frozen = true;
		}
	}
}

static bool is_selected(const struct telegram_moment *moment, const struct row *row)
{
	struct mg_bytes rest = { moment->select, moment->select_size };
	struct record record;
	bool selected = false;
	size_t length;
	while (!selected && (length = records_read(rest, &record)) > 0) {
		selected = records_select(&record, row);
		rest.data += length;
		rest.size -= length;
	}
	return selected;
}

static bool is_wanted(
		const struct telegram_moment *moment, const struct listing_entry *entry)
{
	unsigned origins = type_origins[moment->application >> 4];
	size_t slot = moment->application & 0xF;
	if (moment->select_size > 0) {
		return is_selected(moment, &entry->row);
	}
	return (origins == 0 || (origins & ORIGIN(entry->row.origin)) != 0) &&
		   (slot == 0 || entry->part == slot - 1);
}

static bool has_choice(const struct telegram_moment *moment)
{
	return moment->select_size > 0 || type_origins[moment->application >> 4] != 0 ||
		   (moment->application & 0xF) != 0;
}

static size_t record_size(const struct row *row)
{
	static const size_t sizes[16] = { [1] = 1,
		[2] = 2,
		[3] = 3,
		[4] = 4,
		[6] = 6,
		[0x9] = 1,
		[0xA] = 2,
		[0xB] = 3,
		[0xC] = 4,
		[0xD] = TEXT_BYTES,
		[0xE] = 6 };
	size_t dib = row->storage > 1 || row->tariff > 0 || row->subunit > 0 ? 3 : 1;
	return dib + strlen(row->vif) + sizes[row->field & 0xF];
}

/* Numbers the telegrams anew, each as full as may be. */
static void number_parts(struct listing *listing)
{
	size_t part = 0, bytes = 0, records = 0;
	for (size_t i = 0; i < listing->count; i++) {
		size_t size = record_size(&listing->entries[i].row);
		if (bytes + size > CHOICE_BYTES || records == TELEGRAM_VALUES_MAX) {
			part++;
			bytes = records = 0;
		}
		bytes += size;
		records++;
		listing->entries[i].part = part;
	}
}

static void choose(struct listing *listing, const struct telegram_moment *moment)
{
	bool any = false;
	for (size_t i = 0; i < listing->count && !any; i++) {
		any = is_wanted(moment, &listing->entries[i]);
	}
	if (!any) {
		return;
	}
	size_t kept = 0;
	for (size_t i = 0; i < listing->count; i++) {
		if (is_wanted(moment, &listing->entries[i])) {
			listing->entries[kept++] = listing->entries[i];
		}
	}
	listing->count = kept;
	number_parts(listing);
}

void listing_make(struct listing *listing, const struct telegram_source *source,
		const struct telegram_moment *moment)
{
	const struct kind *kind = &kinds[source->kind % TELEGRAM_KINDS];
	listing->count = 0;
	add_rows(listing, source, kind);
	if (moment->frozen_vif != 0) {
		freeze(listing, moment->frozen_vif);
	}
	for (size_t part = 1; part < source->count && part < TELEGRAM_READOUT_MAX; part++) {
		add_history(listing, kind, part);
	}
	if (has_choice(moment)) {
		choose(listing, moment);
	}
	listing->parts = listing->entries[listing->count - 1].part + 1;
}
