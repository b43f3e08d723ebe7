/* SPDX-License-Identifier: MIT */
/* Reads the data of a record (EN 13757-3, 6.3 and annex A): which type they have follows
   from the data field and from what the VIB asks for. */
#include "mbus/value.h"

#include "mbus/date.h"
#include "mbus/number.h"
#include "mbus/vib_effect.h"
#include "mbus/vif.h"

enum field_kind {
	FIELD_NONE,
	FIELD_INTEGER,
	FIELD_REAL,
	FIELD_BCD,
	FIELD_LVAR,
};

struct field {
	uint8_t size;
	uint8_t kind;
	const char *coding;
};

/* clang-format off */
static const struct field fields[16] = {
	[0x0] = { 0, FIELD_NONE, "none" },
	[0x1] = { 1, FIELD_INTEGER, "int8" },
	[0x2] = { 2, FIELD_INTEGER, "int16" },
	[0x3] = { 3, FIELD_INTEGER, "int24" },
	[0x4] = { 4, FIELD_INTEGER, "int32" },
	[0x5] = { 4, FIELD_REAL, "real32" },
	[0x6] = { 6, FIELD_INTEGER, "int48" },
	[0x7] = { 8, FIELD_INTEGER, "int64" },
	[0x8] = { 0, FIELD_NONE, "none" },
	[0x9] = { 1, FIELD_BCD, "bcd2" },
	[0xA] = { 2, FIELD_BCD, "bcd4" },
	[0xB] = { 3, FIELD_BCD, "bcd6" },
	[0xC] = { 4, FIELD_BCD, "bcd8" },
	[0xD] = { 0, FIELD_LVAR, NULL },
	[0xE] = { 6, FIELD_BCD, "bcd12" },
	[0xF] = { 0, FIELD_NONE, "none" },
};
/* clang-format on */

static bool high_first(const struct mg_data_record *record)
{
	return (record->flags & MG_DATA_MODE2) != 0;
}

static struct scale scale_of(const struct vib *vib)
{
	return (struct scale){ vib->factor, vib->exponent };
}

static void read_bytes(struct mg_data_record *record, const char *coding)
{
	record->coding = coding;
	record->value.type = MG_TYPE_BYTES;
}

enum {
	FIELD_16 = 2,
	FIELD_24 = 3,
	FIELD_32 = 4,
	FIELD_48 = 6,
	FIELD_64 = 7,
};

static bool asks_for_date(const struct vib *vib)
{
	return vib->type >= VIF_DATE && vib->type <= VIF_DATE_ANY;
}

static void read_date(struct mg_data_record *record)
{
	const uint8_t *bytes = record->data.data;
	bool summer = false;
	switch (record->data_field) {
	case FIELD_16:
		record->coding = "date-G";
		date_read_g(bytes, high_first(record), &record->value);
		break;
	case FIELD_24:
		record->coding = "time-J";
		date_read_j(bytes, high_first(record), &record->value);
		break;
	case FIELD_32:
		record->coding = "datetime-F";
		summer = date_read_f(bytes, high_first(record), &record->value);
		break;
	default:
		record->coding = "datetime-I";
		summer = date_read_i(bytes, high_first(record), &record->value);
	}
	if (summer) {
		record->flags |= MG_DATA_SUMMER;
	}
}

/* The four fields of a long header. In mode 2 the identification and the manufacturer are
   sent high byte first, each for itself, as they are in the header. All ones is none. */
static bool read_identity(struct mg_data_record *record)
{
	const uint8_t *bytes = record->data.data;
	bool high = high_first(record);
	uint64_t id = bytes_number(bytes, 4, high);
	uint64_t manufacturer = bytes_number(bytes + 4, 2, high);
	uint64_t version_and_medium = bytes_number(bytes + 6, 2, false);
	uint64_t identity = version_and_medium << 48 | manufacturer << 32 | id;
	if (identity == UINT64_MAX) {
		return false;
	}
	record->coding = fields[FIELD_64].coding;
	record->value.type = MG_TYPE_TEXT;
	record->value.wide[0] = identity;
	/* Only the order in mode 1 is laid down. */
	record->flags |= high ? MG_DATA_IDENTITY | MG_DATA_AMBIGUOUS : MG_DATA_IDENTITY;
	return true;
}

static bool read_manufacturer(struct mg_data_record *record)
{
	char text[5];
	uint64_t code = bytes_number(record->data.data, 2, high_first(record));
	mg_manufacturer_text((uint16_t)code, text);
	if (text[3] != '\0') {
		return false;
	}
	record->coding = fields[FIELD_16].coding;
	record->value.type = MG_TYPE_TEXT;
	record->value.wide[0] = code;
	record->flags |= MG_DATA_IDENTITY;
	return true;
}

/* Reads data that are no number; false when they are one after all. */
static bool read_special(const struct vib *vib, struct mg_data_record *record)
{
	switch (vib->type) {
	case VIF_RAW:
		read_bytes(record, "raw");
		return true;
	case VIF_IDENTITY:
		return record->data_field == FIELD_64 && read_identity(record);
	case VIF_MANUFACTURER:
		return record->data_field == FIELD_16 && read_manufacturer(record);
	default:
		break;
	}
	if ((vib_effect_dates(vib->type) >> record->data_field & 1) != 0) {
		read_date(record);
		return true;
	}
	record->flags |= MG_DATA_AMBIGUOUS;
	return false;
}

static enum vif_type number_type(const struct vib *vib)
{
	return vib->type >= VIF_IDENTITY ? VIF_UNSIGNED : vib->type;
}

static void read_number(
		const struct field *field, const struct vib *vib, struct mg_data_record *record)
{
	struct scale scale = scale_of(vib);
	bool high = high_first(record);
	record->coding = field->coding;
	switch (field->kind) {
	case FIELD_INTEGER:
		number_read_integer(
				&record->data, high, number_type(vib), &scale, &record->value);
		break;
	case FIELD_REAL:
		number_read_real(record->data.data, high, &scale, &record->value);
		break;
	case FIELD_BCD:
		number_read_bcd(&record->data, high, true, &scale, &record->value);
		break;
	default:
		break;
	}
}

static enum mg_fault read_fixed_length(const struct field *field, struct reader *reader,
		const struct vib *vib, struct mg_data_record *record)
{
	const uint8_t *bytes = reader_take(reader, field->size);
	if (bytes == NULL) {
		reader->at = reader->size;
		return MG_FAULT_PREMATURE_END;
	}
	record->data = (struct mg_bytes){ bytes, field->size };
	if (vib->type < VIF_DATE || field->size == 0 || !read_special(vib, record)) {
		read_number(field, vib, record);
	}
	return MG_FAULT_NONE;
}

enum lvar_kind {
	LVAR_RESERVED,
	LVAR_TEXT,
	LVAR_BCD,
	LVAR_BCD_NEGATIVE,
	LVAR_NUMBER,
	LVAR_LARGE, /* in units of 4 bytes */
};

struct lvar_row {
	uint8_t first, last; /* LVAR bytes, both included */
	uint8_t kind;
	uint8_t size; /* of the data at `first` */
};

/* clang-format off */
static const struct lvar_row lvar_rows[] = {
	{ 0x00, 0xBF, LVAR_TEXT, 0 },
	{ 0xC0, 0xC9, LVAR_BCD, 0 },
	{ 0xD0, 0xD9, LVAR_BCD_NEGATIVE, 0 },
	{ 0xE0, 0xEF, LVAR_NUMBER, 0 },
	{ 0xF0, 0xF4, LVAR_LARGE, 16 },
	{ 0xF5, 0xF5, LVAR_LARGE, 48 },
	{ 0xF6, 0xF6, LVAR_LARGE, 64 },
};
/* clang-format on */

enum { NUMBER_MAX = 8 }; /* bytes that still are a number */

static enum lvar_kind lvar_look_up(uint8_t lvar, size_t *size)
{
	for (size_t i = 0; i < sizeof(lvar_rows) / sizeof(lvar_rows[0]); i++) {
		const struct lvar_row *row = &lvar_rows[i];
		if (lvar >= row->first && lvar <= row->last) {
			size_t step = row->kind == LVAR_LARGE ? 4 : 1;
			*size = row->size + step * (size_t)(lvar - row->first);
			return row->kind;
		}
	}
	return LVAR_RESERVED;
}

/* Containers, compact profiles and date type M are bytes whatever the LVAR says. */
static bool is_raw(const struct vib *vib)
{
	return vib->type == VIF_RAW || vib->profile != PROFILE_NONE || asks_for_date(vib);
}

static void read_lvar_number(const struct vib *vib, struct mg_data_record *record)
{
	struct scale scale = scale_of(vib);
	if (record->data.size > NUMBER_MAX || is_raw(vib)) {
		read_bytes(record, "lvar-binary");
		record->unit = "";
		return;
	}
	record->coding = "lvar-int";
	if (record->data.size > 0) {
		number_read_integer(&record->data, high_first(record), number_type(vib), &scale,
				&record->value);
	}
}

static void read_lvar_bcd(
		const struct vib *vib, bool negative, struct mg_data_record *record)
{
	struct scale scale = scale_of(vib);
	struct mg_value *value = &record->value;
	if (vib->type == VIF_RAW || vib->profile != PROFILE_NONE) {
		read_bytes(record, "lvar-binary");
		return;
	}
	if (asks_for_date(vib)) {
		record->flags |= MG_DATA_AMBIGUOUS;
	}
	record->coding = negative ? "lvar-bcd-neg" : "lvar-bcd";
	if (record->data.size == 0) {
		return;
	}
	number_read_bcd(&record->data, high_first(record), false, &scale, value);
	if (negative) {
		value->mantissa = -value->mantissa;
		value->negative = value->type == MG_TYPE_WIDE;
	}
}

static void read_lvar_text(const struct vib *vib, struct mg_data_record *record)
{
	if (vib->type == VIF_RAW || vib->profile != PROFILE_NONE) {
		read_bytes(record, "lvar-binary");
		return;
	}
	record->coding = "lvar-text";
	record->value.type = MG_TYPE_TEXT;
}

static enum mg_fault read_lvar(
		struct reader *reader, const struct vib *vib, struct mg_data_record *record)
{
	uint8_t lvar;
	if (!reader_byte(reader, &lvar)) {
		return MG_FAULT_PREMATURE_END;
	}
	size_t size = 0;
	enum lvar_kind kind = lvar_look_up(lvar, &size);
	if (kind == LVAR_RESERVED) {
		reader->at--;
		return MG_FAULT_LVAR_RESERVED;
	}
	const uint8_t *bytes = reader_take(reader, size);
	if (bytes == NULL) {
		reader->at = reader->size;
		return MG_FAULT_PREMATURE_END;
	}
	record->data = (struct mg_bytes){ bytes, size };
	if (kind == LVAR_TEXT) {
		read_lvar_text(vib, record);
	} else if (kind == LVAR_BCD || kind == LVAR_BCD_NEGATIVE) {
		read_lvar_bcd(vib, kind == LVAR_BCD_NEGATIVE, record);
	} else {
		read_lvar_number(vib, record);
	}
	return MG_FAULT_NONE;
}

enum mg_fault value_read(
		struct reader *reader, const struct vib *vib, struct mg_data_record *record)
{
	const struct field *field = &fields[record->data_field];
	enum mg_fault fault = field->kind == FIELD_LVAR
								  ? read_lvar(reader, vib, record)
								  : read_fixed_length(field, reader, vib, record);
	if (vib->profile != PROFILE_NONE && record->value.type == MG_TYPE_BYTES) {
		record->value.exponent = vib->exponent;
		record->value.wide[0] = vib->factor;
	}
	if (fault == MG_FAULT_NONE && vib->failed != NULL) {
		/* What the data hold then is a dummy or a guess of the meter. */
		record->value = (struct mg_value){
			.quality = MG_QUALITY_ERROR,
			.reason = vib->failed,
		};
		record->flags &= ~(uint32_t)MG_DATA_IDENTITY;
	}
	return fault;
}
