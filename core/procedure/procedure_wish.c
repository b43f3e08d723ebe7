/* SPDX-License-Identifier: MIT */
/* What a selection for readout (DIF 08h) asks for, to compare records with it. */
#include "procedure/procedure_wish.h"

#include <string.h>

enum {
	EXTENSION = 0x80,
	DIF_ALL = 0x7F,
	VIF_TEXT = 0x7C,
	ACTION_REMOVE = 0x0D,
	CHAIN_MAX = 11,   /* DIF or VIF with ten extensions */
	STORAGE_BITS = 4, /* in a DIFE */
	TARIFF_BITS = 2,
};

/* How many bytes a chain of extension bits has; 0: it does not end. */
static size_t chain(const struct mg_bytes *data, size_t at)
{
	for (size_t i = 0; i < CHAIN_MAX && at + i < data->size; i++) {
		if ((data->data[at + i] & EXTENSION) == 0) {
			return i + 1;
		}
	}
	return 0;
}

static bool all_ones(uint64_t value, size_t bits)
{
	return bits > 0 && bits < 64 && value == ((uint64_t)1 << bits) - 1;
}

/* The highest number that the DIFEs can hold stands for all. */
static void widen(struct procedure_wish *wish, size_t difes)
{
	wish->any_storage = difes >= 1 && all_ones(wish->storage, 1 + STORAGE_BITS * difes);
	wish->any_tariff = difes >= 1 && all_ones(wish->tariff, TARIFF_BITS * difes);
	wish->any_subunit = difes >= 2 && all_ones(wish->subunit, difes);
}

/* Lets the codec say what DIB and VIB mean, as those of a record without data. */
static bool decode(struct procedure_wish *wish, const uint8_t *dib, size_t dib_size,
		const uint8_t *vib, size_t vib_size)
{
	uint8_t bytes[2 * CHAIN_MAX];
	const struct mg_telegram telegram = { .content = MG_CONTENT_RECORDS,
		.flags = MG_TELEGRAM_REQUEST,
		.records = { bytes, dib_size + vib_size } };
	struct mg_data_record record;
	memcpy(bytes, dib, dib_size);
	bytes[0] &= 0xF0;
	memcpy(bytes + dib_size, vib, vib_size);
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	if (mg_record_next(&cursor, &record) != MG_FAULT_NONE) {
		return false;
	}
	wish->quantity = record.quantity;
	wish->any_quantity = strcmp(record.quantity, "any") == 0;
	wish->function = record.function;
	wish->storage = record.storage;
	wish->tariff = record.tariff;
	wish->subunit = record.subunit;
	wish->removes = vib_size > 1 && vib[vib_size - 1] == ACTION_REMOVE;
	widen(wish, dib_size - 1);
	return true;
}

static bool read_all(const struct mg_bytes *data, size_t *at, struct procedure_wish *wish)
{
	const uint8_t plain[] = { 0 };
	size_t vib = chain(data, *at + 1);
	*wish = (struct procedure_wish){ .any_quantity = true };
	if (vib > 0 && !decode(wish, plain, 1, data->data + *at + 1, vib)) {
		return false;
	}
	wish->any_storage = wish->any_tariff = wish->any_subunit = true;
	wish->any_function = true;
	*at += 1 + vib;
	return true;
}

static bool read_one(const struct mg_bytes *data, size_t *at, struct procedure_wish *wish)
{
	if (data->data[*at] == DIF_ALL) {
		return read_all(data, at, wish);
	}
	size_t dib = chain(data, *at);
	size_t vib = dib > 0 ? chain(data, *at + dib) : 0;
	*wish = (struct procedure_wish){ .any_quantity = false };
	if (vib == 0 || (data->data[*at + dib] & ~EXTENSION) == VIF_TEXT ||
			!decode(wish, data->data + *at, dib, data->data + *at + dib, vib)) {
		return false;
	}
	*at += dib + vib;
	return true;
}

size_t procedure_wish_read(const struct mg_bytes *data, struct procedure_wish *wishes,
		size_t room, size_t *wrong)
{
	size_t count = 0;
	*wrong = 0;
	while (*wrong < data->size) {
		size_t begin = *wrong;
		if (count == room || !read_one(data, wrong, &wishes[count])) {
			return 0;
		}
		wishes[count].begin = begin;
		wishes[count].vib = begin + chain(data, begin);
		wishes[count].end = *wrong;
		count++;
	}
	return count;
}

bool procedure_wish_fits(
		const struct procedure_wish *wish, const struct mg_data_record *record)
{
	return (wish->any_quantity || strcmp(wish->quantity, record->quantity) == 0) &&
		   (wish->any_function || wish->function == record->function) &&
		   (wish->any_storage || wish->storage == record->storage) &&
		   (wish->any_tariff || wish->tariff == record->tariff) &&
		   (wish->any_subunit || wish->subunit == record->subunit);
}

bool procedure_wish_is_wide(const struct procedure_wish *wish)
{
	return wish->any_quantity || wish->any_storage || wish->any_tariff ||
		   wish->any_subunit;
}

static void put_adapted(struct mg_builder *builder, const struct mg_bytes *data,
		const struct procedure_wish *wish, const struct mg_bytes *vib)
{
	uint8_t last = data->data[wish->end - 1];
	bool has_action = wish->end - wish->vib > 1 && last <= ACTION_REMOVE;
	mg_build_bytes(builder, data->data + wish->begin, wish->vib - wish->begin);
	mg_build_bytes(builder, vib->data, vib->size);
	if (has_action && !builder->failed) {
		builder->bytes[builder->length - 1] |= EXTENSION;
		mg_build_bytes(builder, &last, 1);
	}
}

size_t procedure_wish_adapt(const struct mg_bytes *data, uint8_t *bytes, size_t size,
		struct mg_bytes (*find)(void *context, const char *quantity), void *context)
{
	struct procedure_wish wishes[PROCEDURE_WISHES_MAX];
	struct mg_builder builder = { .bytes = bytes, .size = size };
	size_t wrong;
	size_t count = procedure_wish_read(data, wishes, PROCEDURE_WISHES_MAX, &wrong);
	for (size_t i = 0; i < count; i++) {
		const struct procedure_wish *wish = &wishes[i];
		struct mg_bytes vib = { NULL, 0 };
		if (!wish->any_quantity && !wish->any_function) {
			vib = find(context, wish->quantity);
		}
		if (vib.size > 0) {
			put_adapted(&builder, data, wish, &vib);
		} else {
			mg_build_bytes(&builder, data->data + wish->begin, wish->end - wish->begin);
		}
	}
	return builder.failed ? 0 : builder.length;
}
