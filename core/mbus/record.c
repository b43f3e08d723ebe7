/* SPDX-License-Identifier: MIT */
/* Walks over the records of a telegram, one at a time. */
#include <metergate/mbus.h>

#include "mbus/bytes.h"
#include "mbus/dib.h"
#include "mbus/fixed.h"
#include "mbus/value.h"
#include "mbus/vib.h"

enum {
	DIF_SPECIAL = 0x0F, /* data field F */
	DIF_MANUFACTURER = 0x0F,
	DIF_MORE = 0x1F,
	DIF_FILLER = 0x2F,
	DIF_READOUT = 0x7F, /* global readout request */
};

struct mg_record_cursor mg_telegram_records(const struct mg_telegram *telegram)
{
	return (struct mg_record_cursor){
		.telegram = telegram,
		.offset = telegram->offset,
	};
}

/* Nothing comes after a fault. */
static enum mg_fault stop(
		struct mg_record_cursor *cursor, size_t position, enum mg_fault fault)
{
	cursor->offset = cursor->telegram->offset + position;
	cursor->position = cursor->telegram->records.size;
	return fault;
}

static enum mg_fault next_fixed(
		struct mg_record_cursor *cursor, struct mg_data_record *record)
{
	if (cursor->index >= FIXED_COUNTERS) {
		return MG_FAULT_END;
	}
	fixed_read(cursor->telegram, cursor->index, record);
	cursor->offset = record->offset;
	cursor->index++;
	return MG_FAULT_NONE;
}

/* All that is left, of which only the manufacturer knows what it is. */
static void take_block(struct reader *reader, struct mg_data_record *record)
{
	record->function = MG_FUNCTION_NONE;
	record->data_field = DIF_SPECIAL;
	record->flags |= MG_DATA_VENDOR | MG_DATA_MANUFACTURER;
	record->quantity = "manufacturer-data";
	record->unit = "";
	record->coding = "raw";
	record->value.type = MG_TYPE_BYTES;
	record->data.size = reader_left(reader);
	record->data.data = reader_take(reader, record->data.size);
}

/* The block of the manufacturer, which lasts to the end of the telegram. */
__attribute__((cold)) static enum mg_fault take_manufacturer(
		struct mg_record_cursor *cursor, struct reader *reader,
		struct mg_data_record *record)
{
	uint8_t dif = reader->bytes[reader->at];
	record->dib = (struct mg_bytes){ reader_take(reader, 1), 1 };
	take_block(reader, record);
	if (dif == DIF_MORE) {
		record->flags |= MG_DATA_MORE;
		cursor->more = true;
	}
	return MG_FAULT_NONE;
}

static enum mg_fault take_ordinary(struct mg_record_cursor *cursor, struct reader *reader,
		struct mg_data_record *record)
{
	struct vib vib;
	enum mg_fault fault = dib_read(reader, record);
	if (fault == MG_FAULT_NONE) {
		fault = vib_read(reader, cursor->telegram->flags, record, &vib);
	}
	if (fault == MG_FAULT_NONE) {
		fault = value_read(reader, &vib, record);
	}
	return fault;
}

/* The readout request of a master: no record, and perhaps the last VIF behind it. */
static bool skip_readout_request(
		const struct mg_telegram *telegram, struct reader *reader)
{
	if ((telegram->flags & MG_TELEGRAM_REQUEST) == 0) {
		return false;
	}
	reader->at += reader_left(reader) <= 2 ? reader_left(reader) : 1;
	return true;
}

/* Steps over what is no record. */
static void skip_idle(const struct mg_telegram *telegram, struct reader *reader)
{
	while (reader->at < reader->size) {
		uint8_t dif = reader->bytes[reader->at];
		if (dif == DIF_FILLER) {
			reader->at++;
		} else if (dif != DIF_READOUT || !skip_readout_request(telegram, reader)) {
			return;
		}
	}
}

static enum mg_fault take(struct mg_record_cursor *cursor, struct reader *reader,
		struct mg_data_record *record)
{
	uint8_t dif = reader->bytes[reader->at];
	if ((dif & DIF_SPECIAL) != DIF_SPECIAL) {
		return take_ordinary(cursor, reader, record);
	}
	if (dif == DIF_MANUFACTURER || dif == DIF_MORE) {
		return take_manufacturer(cursor, reader, record);
	}
	return MG_FAULT_DIF_RESERVED;
}

/* Part by part, since clearing the whole structure costs more than reading a record; the
   modifiers count only up to their number. */
static void clear(
		const struct mg_telegram *telegram, size_t offset, struct mg_data_record *record)
{
	static const struct mg_bytes none = { NULL, 0 };
	record->subunit = 0;
	record->tariff = 0;
	record->storage = 0;
	record->flags = (telegram->flags & MG_TELEGRAM_MODE2) != 0 ? MG_DATA_MODE2 : 0;
	record->plain_unit = none;
	record->modifier_count = 0;
	record->value = (struct mg_value){ .type = MG_TYPE_NONE };
	record->vib = none;
	record->data = none;
	record->offset = offset;
}

/* A telegram of the manufacturer (CI A0h to B7h) is one such block, without a DIF. */
static enum mg_fault next_block(
		struct mg_record_cursor *cursor, struct mg_data_record *record)
{
	const struct mg_telegram *telegram = cursor->telegram;
	struct reader reader = { telegram->records.data, telegram->records.size,
		cursor->position };
	if (reader_left(&reader) == 0) {
		return MG_FAULT_END;
	}
	clear(telegram, telegram->offset, record);
	record->dib = (struct mg_bytes){ NULL, 0 };
	take_block(&reader, record);
	cursor->position = reader.at;
	cursor->offset = telegram->offset + reader.at;
	cursor->index++;
	return MG_FAULT_NONE;
}

/* Cold, as the block above: what is rare would slow down the walk over the rest. */
__attribute__((cold)) static enum mg_fault next_other(
		struct mg_record_cursor *cursor, struct mg_data_record *record)
{
	switch (cursor->telegram->content) {
	case MG_CONTENT_FIXED:
		return next_fixed(cursor, record);
	case MG_CONTENT_MANUFACTURER:
		return next_block(cursor, record);
	default:
		return MG_FAULT_END;
	}
}

enum mg_fault mg_record_next(
		struct mg_record_cursor *cursor, struct mg_data_record *record)
{
	const struct mg_telegram *telegram = cursor->telegram;
	if (telegram->content != MG_CONTENT_RECORDS) {
		return next_other(cursor, record);
	}
	struct reader reader = { telegram->records.data, telegram->records.size,
		cursor->position };
	skip_idle(telegram, &reader);
	if (reader.at >= reader.size) {
		cursor->position = reader.size;
		return MG_FAULT_END;
	}
	clear(telegram, telegram->offset + reader.at, record);
	enum mg_fault fault = take(cursor, &reader, record);
	if (fault != MG_FAULT_NONE) {
		return stop(cursor, reader.at, fault);
	}
	cursor->position = reader.at;
	cursor->offset = telegram->offset + reader.at;
	cursor->index++;
	return MG_FAULT_NONE;
}
