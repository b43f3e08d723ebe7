/* SPDX-License-Identifier: MIT */
/* Notes about the bytes of data records (EN 13757-3, 6): DIB, VIB and data of each are
   read as the decoder reads them, and then gone through byte by byte. */
#include "mbus/explain_record.h"

#include "mbus/dib.h"
#include "mbus/explain_data.h"
#include "mbus/explain_vib.h"
#include "mbus/value.h"
#include "mbus/vib.h"

enum {
	EXTENSION = 0x80,
	FIELD = 0x0F,
	DIF_MANUFACTURER = 0x0F,
	DIF_MORE = 0x1F,
	DIF_FILLER = 0x2F,
	DIF_READOUT = 0x7F,
};

static void explain_dif(struct explain *explain, uint8_t dif)
{
	static const char *const functions[] = {
		"instantaneous",
		"maximum",
		"minimum",
		"value during error state",
	};
	explain_note_begin(explain, "DIF");
	explain_note_add(
			explain, "%s, %s", functions[dif >> 4 & 3], explain_data_field(dif & FIELD));
	bool more = (dif & EXTENSION) != 0;
	if ((dif & 0x40) != 0) {
		explain_note_add(explain, more ? ", storage bit 0 = 1" : ", storage 1");
	}
	explain_note_add(explain, "%s", more ? ", DIFE follows" : "");
	explain_note_end(explain, 1);
}

/* DIFE number `k`, from 0. The last one sums up what all of them say. */
static void explain_dife(struct explain *explain, uint8_t dife, unsigned k,
		const struct mg_data_record *record)
{
	explain_note_begin(explain, "DIFE");
	explain_note_add(explain, "storage bits %u-%u = %u, tariff bits %u-%u = %u",
			4 * k + 1, 4 * k + 4, dife & 15u, 2 * k, 2 * k + 1, dife >> 4 & 3u);
	explain_note_add(explain, ", subunit bit %u = %u", k, dife >> 6 & 1u);
	if ((dife & EXTENSION) != 0) {
		explain_note_add(explain, ", DIFE follows");
	} else {
		explain_note_add(explain, "; together storage %llu, tariff %u, subunit %u",
				(unsigned long long)record->storage, (unsigned)record->tariff,
				(unsigned)record->subunit);
	}
	explain_note_end(explain, 1);
}

static void explain_dib(
		struct explain *explain, size_t end, const struct mg_data_record *record)
{
	explain_dif(explain, explain_note_byte(explain));
	for (unsigned k = 0; explain->reader.at < end; k++) {
		explain_dife(explain, explain_note_byte(explain), k, record);
	}
}

/* The decoder stops at the byte that comes next, and so does all meaning. `missing` says
   what should be there when there is none. */
static void explain_fault(struct explain *explain, enum mg_fault fault, const char *part,
		const char *missing)
{
	if (fault == MG_FAULT_PREMATURE_END) {
		explain_note(explain, "missing", 0, "%s: %s", mg_fault_text(fault), missing);
		return;
	}
	explain_note(explain, part, 1, "%02Xh: %s, decoding stops here",
			explain_note_byte(explain), mg_fault_text(fault));
	explain_note_rest(
			explain, "rest", "not read, since nothing says where a record begins");
}

/* The data that are left of a record that needs more. */
static void explain_cut_data(struct explain *explain, const struct mg_data_record *record)
{
	if (record->data_field == DATA_LVAR && reader_left(&explain->reader) > 0) {
		explain_data_lvar(explain, false);
	}
	const char *field = explain_data_field(record->data_field);
	if (reader_left(&explain->reader) == 0) {
		explain_note(explain, "missing", 0, "%s: data (%s) should follow",
				mg_fault_text(MG_FAULT_PREMATURE_END), field);
		return;
	}
	explain_note(explain, "data", reader_left(&explain->reader), "cut off (%s): %s",
			field, mg_fault_text(MG_FAULT_PREMATURE_END));
}

/* Reads DIB and VIB, and explains them as far as they can be read. False when that is not
   to their end. */
static bool take_blocks(struct explain *explain, uint32_t telegram_flags,
		struct mg_data_record *record, struct vib *vib)
{
	struct reader ahead = explain->reader;
	enum mg_fault fault = dib_read(&ahead, record);
	explain_dib(explain, ahead.at, record);
	if (fault != MG_FAULT_NONE) {
		explain_fault(explain, fault, "DIFE", "a DIFE should follow");
		return false;
	}
	fault = vib_read(&ahead, telegram_flags, record, vib);
	bool begun = ahead.at > explain->reader.at;
	explain_vib(explain, ahead.at, telegram_flags);
	if (fault != MG_FAULT_NONE) {
		explain_fault(explain, fault, "VIFE",
				begun ? "the VIB is not whole" : "a VIF should follow");
		return false;
	}
	return true;
}

/* Explains a whole record; false when nothing behind it can be read. */
static bool explain_ordinary(struct explain *explain, uint32_t telegram_flags)
{
	struct vib vib;
	struct mg_data_record record = {
		.flags = (telegram_flags & MG_TELEGRAM_MODE2) != 0 ? MG_DATA_MODE2 : 0,
	};
	if (!take_blocks(explain, telegram_flags, &record, &vib)) {
		return false;
	}
	struct reader ahead = explain->reader;
	enum mg_fault fault = value_read(&ahead, &vib, &record);
	if (fault == MG_FAULT_PREMATURE_END) {
		explain_cut_data(explain, &record);
	} else if (fault != MG_FAULT_NONE) {
		explain_fault(explain, fault, "LVAR", "");
	} else {
		explain_data(explain, &record, &vib);
	}
	return fault == MG_FAULT_NONE;
}

static void explain_fillers(struct explain *explain)
{
	const struct reader *reader = &explain->reader;
	size_t count = 0;
	while (count < reader_left(reader) &&
			reader->bytes[reader->at + count] == DIF_FILLER) {
		count++;
	}
	explain_note(explain, "filler", count, "idle, no record");
}

static void explain_manufacturer(struct explain *explain, uint8_t dif)
{
	explain_note(explain, "DIF", 1, "manufacturer specific data up to the end%s",
			dif == DIF_MORE ? "; the meter has more, in a further telegram" : "");
	explain_note_rest(explain, "data", "manufacturer specific");
}

/* A master asks for all records, or for those of the last VIF of the telegram. */
static void explain_readout(struct explain *explain, uint32_t telegram_flags)
{
	bool with_vif = reader_left(&explain->reader) == 2;
	explain_note(explain, "DIF", 1, "global readout request: all records%s",
			with_vif ? " of the VIF that follows" : "");
	if (with_vif) {
		explain_vib(explain, explain->reader.size, telegram_flags);
	}
}

/* A DIF with data field F; false when nothing behind it can be read. */
static bool explain_special(struct explain *explain, uint32_t telegram_flags)
{
	uint8_t dif = explain_note_byte(explain);
	if (dif == DIF_FILLER) {
		explain_fillers(explain);
		return true;
	}
	if (dif == DIF_READOUT && (telegram_flags & MG_TELEGRAM_REQUEST) != 0) {
		explain_readout(explain, telegram_flags);
		return true;
	}
	if (dif == DIF_MANUFACTURER || dif == DIF_MORE) {
		explain_manufacturer(explain, dif);
	} else {
		explain_fault(explain, MG_FAULT_DIF_RESERVED, "DIF", "");
	}
	return false;
}

static bool special(const struct explain *explain)
{
	return (explain_note_byte(explain) & FIELD) == FIELD;
}

void explain_record_all(struct explain *explain, const struct mg_telegram *telegram)
{
	bool going = true;
	while (going && reader_left(&explain->reader) > 0) {
		going = special(explain) ? explain_special(explain, telegram->flags)
								 : explain_ordinary(explain, telegram->flags);
	}
}

void explain_record_formats(struct explain *explain, const struct mg_telegram *telegram)
{
	bool going = true;
	while (going && reader_left(&explain->reader) > 0) {
		struct mg_data_record record = { 0 };
		struct vib vib;
		going = special(explain) ? explain_special(explain, telegram->flags)
								 : take_blocks(explain, telegram->flags, &record, &vib);
	}
}
