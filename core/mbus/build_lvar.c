/* SPDX-License-Identifier: MIT */
/* Writes data of variable length behind their LVAR byte (EN 13757-3, table 5). */
#include "mbus/build_lvar.h"

#include "mbus/build_text.h"

enum {
	TEXT_MAX = 0xBF, /* bytes; also the last LVAR of text */
	LVAR_BCD = 0xC0,
	LVAR_BCD_NEGATIVE = 0xD0,
	BCD_MAX = 9, /* bytes */
	LVAR_NUMBER = 0xE0,
	LVAR_NUMBER_MAX = 15, /* bytes */
	NUMBER_MAX = 8,       /* bytes that still are a number */
};

void build_lvar_text(struct build_data *data)
{
	if (build_data_is_string(data) || data->size > TEXT_MAX) {
		build_data_fail(data);
		return;
	}
	build_data_byte(data, (unsigned)data->size);
	build_data_as_is(data, MG_TYPE_TEXT);
}

static void put_digits(struct build_data *data, unsigned lvar, bool negative)
{
	const struct mg_value *value = &data->record->value;
	bool minus = value->type == MG_TYPE_WIDE ? value->negative : value->mantissa < 0;
	bool zero = value->type == MG_TYPE_NUMBER && value->mantissa == 0;
	bool number = value->type == MG_TYPE_NUMBER || value->type == MG_TYPE_WIDE;
	if (data->size > BCD_MAX || build_data_is_string(data) ||
			(number && minus != negative && !zero)) {
		build_data_fail(data);
		return;
	}
	data->flags |= build_data_is_date(data->vib->says.type) ? MG_DATA_AMBIGUOUS : 0;
	build_data_byte(data, lvar + (unsigned)data->size);
	if (data->size == 0) {
		build_data_nothing(data);
	} else {
		build_data_digits(data, false);
	}
}

void build_lvar_bcd(struct build_data *data)
{
	put_digits(data, LVAR_BCD, false);
}

void build_lvar_bcd_negative(struct build_data *data)
{
	put_digits(data, LVAR_BCD_NEGATIVE, true);
}

void build_lvar_number(struct build_data *data)
{
	if (data->size > NUMBER_MAX || build_data_is_string(data) ||
			build_data_is_date(data->vib->says.type)) {
		build_data_fail(data);
		return;
	}
	build_data_byte(data, LVAR_NUMBER + (unsigned)data->size);
	if (data->size == 0) {
		build_data_nothing(data);
	} else {
		build_data_number(data);
	}
}

/* LVAR bytes of large binary numbers, by their sizes. */
static unsigned lvar_of(size_t size)
{
	static const struct {
		uint8_t size, lvar;
	} rows[] = { { 16, 0xF0 }, { 20, 0xF1 }, { 24, 0xF2 }, { 28, 0xF3 }, { 32, 0xF4 },
		{ 48, 0xF5 }, { 64, 0xF6 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].size == size) {
			return rows[i].lvar;
		}
	}
	return 0;
}

/* Bytes behind an LVAR of numbers have no unit, those behind one of text keep it. */
void build_lvar_binary(struct build_data *data)
{
	bool kept = build_text_same(data->unit, data->record->unit);
	bool number = data->size > NUMBER_MAX || build_data_is_string(data) ||
				  build_data_is_date(data->vib->says.type);
	unsigned lvar = data->size <= LVAR_NUMBER_MAX ? LVAR_NUMBER + (unsigned)data->size
												  : lvar_of(data->size);
	if (build_data_is_string(data) && kept && data->size <= TEXT_MAX) {
		build_data_byte(data, (unsigned)data->size);
	} else if (number && lvar != 0) {
		build_data_byte(data, lvar);
		data->unit = "";
	} else {
		build_data_fail(data);
		return;
	}
	build_data_as_is(data, MG_TYPE_BYTES);
}
