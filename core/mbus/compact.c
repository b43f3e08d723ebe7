/* SPDX-License-Identifier: MIT */
/* Formats of telegrams, and compact frames made whole by them (EN 13757-3, annex F). */
#include <metergate/mbus.h>

#include <string.h>

#include "mbus/bytes.h"
#include "mbus/ci.h"
#include "mbus/dib.h"
#include "mbus/telegram.h"
#include "mbus/value.h"
#include "mbus/vib.h"

enum {
	DIF_SPECIAL = 0x0F, /* data field F */
	DIF_MANUFACTURER = 0x0F,
	DIF_MORE = 0x1F,
	FILLER = 0x2F,
	BLOCK = 16, /* fillers make encrypted telegrams a multiple of this */
};

/* Bytes that are put together in memory of the caller. */
struct pile {
	uint8_t *bytes;
	size_t size;
	size_t length;
};

static bool pile_add(struct pile *pile, const uint8_t *bytes, size_t size)
{
	if (size > pile->size - pile->length) {
		return false;
	}
	if (size > 0) {
		memcpy(pile->bytes + pile->length, bytes, size);
	}
	pile->length += size;
	return true;
}

/* Adds what the reader stepped over since `start`. */
static bool pile_add_from(struct pile *pile, const struct reader *reader, size_t start)
{
	return pile_add(pile, reader->bytes + start, reader->at - start);
}

/* DIF 0Fh or 1Fh: no VIB, and data up to the end. */
static bool is_block(const struct reader *format)
{
	uint8_t dif = format->bytes[format->at];
	return dif == DIF_MANUFACTURER || dif == DIF_MORE;
}

/* Reads DIB and VIB of one record. False when they are none. */
static bool read_head(struct reader *format, uint32_t telegram_flags,
		struct mg_data_record *record, struct vib *vib)
{
	if ((format->bytes[format->at] & DIF_SPECIAL) == DIF_SPECIAL) {
		return false;
	}
	*record = (struct mg_data_record){ 0 };
	return dib_read(format, record) == MG_FAULT_NONE &&
		   vib_read(format, telegram_flags, record, vib) == MG_FAULT_NONE;
}

/* True when the bytes are whole DIBs and VIBs from start to end. */
static bool is_format(const struct mg_bytes *bytes, uint32_t telegram_flags)
{
	struct reader format = { bytes->data, bytes->size, 0 };
	struct mg_data_record record;
	struct vib vib;
	while (reader_left(&format) > 0) {
		if (is_block(&format)) {
			return reader_left(&format) == 1;
		}
		if (!read_head(&format, telegram_flags, &record, &vib)) {
			return false;
		}
	}
	return true;
}

static bool add_heads(const struct mg_telegram *telegram, struct pile *pile)
{
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	struct mg_data_record record;
	enum mg_fault fault;
	while ((fault = mg_record_next(&cursor, &record)) == MG_FAULT_NONE) {
		if (!pile_add(pile, record.dib.data, record.dib.size) ||
				!pile_add(pile, record.vib.data, record.vib.size)) {
			return false;
		}
	}
	return fault == MG_FAULT_END;
}

static bool add_format_frame(const struct mg_telegram *telegram, struct pile *pile)
{
	const struct mg_bytes *format = &telegram->records;
	return mg_crc(format->data, format->size) == telegram->format_signature &&
		   is_format(format, telegram->flags) &&
		   pile_add(pile, format->data, format->size);
}

size_t mg_format_of(const struct mg_telegram *telegram, uint8_t format[MG_FORMAT_MAX])
{
	struct pile pile = { format, MG_FORMAT_MAX, 0 };
	bool whole = false;
	if (telegram->content == MG_CONTENT_RECORDS) {
		whole = add_heads(telegram, &pile);
	} else if (telegram->content == MG_CONTENT_FORMAT) {
		whole = add_format_frame(telegram, &pile);
	}
	return whole ? pile.length : 0;
}

/* One DIB and VIB of the format and the data that belong to them; how many data follows
   from the data field or from their LVAR byte. */
static bool add_record(struct reader *format, struct reader *data,
		uint32_t telegram_flags, struct pile *pile)
{
	size_t head = format->at, body = data->at;
	struct mg_data_record record;
	struct vib vib;
	return read_head(format, telegram_flags, &record, &vib) &&
		   value_read(data, &vib, &record) == MG_FAULT_NONE &&
		   pile_add_from(pile, format, head) && pile_add_from(pile, data, body);
}

static bool add_block(struct reader *format, struct reader *data, struct pile *pile)
{
	size_t head = format->at, body = data->at;
	reader_take(format, 1);
	reader_take(data, reader_left(data));
	return reader_left(format) == 0 && pile_add_from(pile, format, head) &&
		   pile_add_from(pile, data, body);
}

/* All records; data that are left over may be fillers only. */
static bool add_records(struct reader *format, struct reader *data,
		uint32_t telegram_flags, struct pile *pile)
{
	while (reader_left(format) > 0) {
		bool added = is_block(format) ? add_block(format, data, pile)
									  : add_record(format, data, telegram_flags, pile);
		if (!added) {
			return false;
		}
	}
	while (data->at < data->size && data->bytes[data->at] == FILLER) {
		data->at++;
	}
	return reader_left(data) == 0;
}

/* The standard leaves open whether the CRC takes in the fillers that encryption adds to
   the whole telegram: one of both must fit. */
static bool crc_fits(const struct pile *pile, uint16_t crc)
{
	uint8_t filled[MG_FORMAT_MAX + BLOCK];
	if (mg_crc(pile->bytes, pile->length) == crc) {
		return true;
	}
	size_t fillers = (BLOCK - pile->length % BLOCK) % BLOCK;
	if (fillers == 0 || pile->length > MG_FORMAT_MAX) {
		return false;
	}
	memcpy(filled, pile->bytes, pile->length);
	memset(filled + pile->length, FILLER, fillers);
	return mg_crc(filled, pile->length + fillers) == crc;
}

/* Only now is it known that CI 73h came with a long header. */
static void believe_header(struct mg_telegram *telegram)
{
	struct reader reader = { telegram->body.data, telegram->body.size, 0 };
	if (ci_find(telegram->ci)->body == CI_FIXED) {
		telegram_read_header(&reader, MG_HEADER_LONG, telegram);
	}
}

enum mg_fault mg_compact_expand(struct mg_telegram *telegram,
		const struct mg_bytes *format, uint8_t *bytes, size_t size)
{
	struct reader heads = { format->data, format->size, 0 };
	struct reader data = { telegram->records.data, telegram->records.size, 0 };
	struct pile pile = { bytes, size, 0 };
	if (telegram->content != MG_CONTENT_COMPACT ||
			mg_crc(format->data, format->size) != telegram->format_signature ||
			!add_records(&heads, &data, telegram->flags, &pile) ||
			!crc_fits(&pile, telegram->format_crc)) {
		return MG_FAULT_FORMAT_CRC;
	}
	believe_header(telegram);
	telegram->content = MG_CONTENT_RECORDS;
	telegram->records = (struct mg_bytes){ bytes, pile.length };
	return MG_FAULT_NONE;
}
