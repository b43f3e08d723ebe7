/* SPDX-License-Identifier: MIT */
/* Writes the data of a record (EN 13757-3, 6.3 and annex A) in the coding that it names.
 */
#include "mbus/build_value.h"

#include "mbus/build_data.h"
#include "mbus/build_date.h"
#include "mbus/build_lvar.h"
#include "mbus/build_number.h"
#include "mbus/build_real.h"
#include "mbus/build_text.h"
#include "mbus/reason.h"
#include "mbus/vib_effect.h"

enum {
	FIELD_16 = 2,
	FIELD_64 = 7,
	FIELD_LVAR = 0xD,
};

static bool makes_date(const struct build_data *data)
{
	return (vib_effect_dates(data->vib->says.type) >> data->record->data_field & 1) != 0;
}

/* The address of a long header; readers take all ones for none. In mode 2 each of its
   numbers is turned round, and nobody laid that down. */
static void put_identity(struct build_data *data)
{
	uint64_t wide = data->record->value.wide[0];
	uint8_t bytes[8];
	bool dummy_number = data->dummy && (data->record->flags & MG_DATA_AMBIGUOUS) == 0;
	if (build_text_invalid(&data->record->value, reason_all_ones) || dummy_number) {
		build_data_dummy(data, 0xFF);
		return;
	}
	data->flags |= data->dummy ? 0 : MG_DATA_IDENTITY;
	data->flags |= data->high_first ? MG_DATA_AMBIGUOUS : 0;
	if (data->dummy) {
		build_data_dummy(data, 0);
		return;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(wide >> (8 * i));
	}
	if (data->record->value.type != MG_TYPE_TEXT || wide == UINT64_MAX) {
		build_data_fail(data);
	}
	build_number_put_bytes(data->builder, bytes, 4, data->high_first);
	build_number_put_bytes(data->builder, bytes + 4, 2, data->high_first);
	build_number_put_bytes(data->builder, bytes + 6, 2, false);
}

static bool is_letters(uint64_t code)
{
	char text[5];
	return code <= UINT16_MAX && mg_manufacturer_text((uint16_t)code, text)[3] == '\0';
}

static void put_letters(struct build_data *data)
{
	uint64_t code = data->record->value.wide[0];
	const struct build_number number = { .magnitude = code };
	data->flags |= MG_DATA_IDENTITY;
	if (!is_letters(code)) {
		build_data_fail(data);
	}
	build_number_put(data->builder, &number, VIF_UNSIGNED, data->size, data->high_first);
}

/* Numbers behind VIFs that ask for something else. False where they cannot be. */
static bool number_allowed(struct build_data *data)
{
	enum vif_type type = data->vib->says.type;
	if (type == VIF_RAW || makes_date(data)) {
		return false;
	}
	data->flags |= build_data_is_date(type) ? MG_DATA_AMBIGUOUS : 0;
	return true;
}

static void put_integer(struct build_data *data)
{
	enum vif_type type = data->vib->says.type;
	const struct mg_value *value = &data->record->value;
	bool manufacturer = type == VIF_MANUFACTURER && data->record->data_field == FIELD_16;
	if (type == VIF_IDENTITY && data->record->data_field == FIELD_64) {
		put_identity(data);
	} else if (manufacturer && value->type == MG_TYPE_TEXT) {
		put_letters(data);
	} else if (!number_allowed(data) || (manufacturer && value->type == MG_TYPE_NUMBER &&
												is_letters((uint64_t)value->mantissa))) {
		build_data_fail(data);
	} else {
		build_data_number(data);
	}
}

static void put_bits(struct build_data *data, uint32_t bits)
{
	const struct build_number number = { .magnitude = bits };
	build_number_put(data->builder, &number, VIF_BITS, data->size, data->high_first);
}

/* Tries all that this many factors can make of the exponent; false when nothing fits. */
static bool find_real(struct build_data *data, uint64_t digits, uint32_t *bits)
{
	enum { DOWN = 6, UP = 3 };
	int64_t exponent = (int64_t)data->record->value.exponent - data->vib->says.exponent;
	int32_t last = (int32_t)(UP * data->room);
	if (exponent < -INT16_MAX || exponent > INT16_MAX) {
		return false;
	}
	for (int32_t shift = -(int32_t)(DOWN * data->room); shift <= last; shift++) {
		if (build_vib_factors(shift) == data->room &&
				build_real_bits(digits, (int32_t)exponent - shift, bits)) {
			data->shift = shift;
			return true;
		}
	}
	return false;
}

static void put_real_number(struct build_data *data)
{
	struct build_number number;
	uint32_t bits = 0;
	if (!build_number_find(&data->record->value, data->vib->says.factor, &number) ||
			!find_real(data, number.magnitude, &bits)) {
		build_data_fail(data);
		return;
	}
	put_bits(data, number.negative ? bits | UINT32_C(1) << 31 : bits);
}

static void put_real(struct build_data *data)
{
	enum { NOT_A_NUMBER = 0x7FC00000, INFINITE = 0x7F800000 };
	const struct mg_value *value = &data->record->value;
	if (!number_allowed(data)) {
		build_data_fail(data);
	} else if (data->dummy) {
		build_data_dummy(data, 0);
	} else if (build_text_invalid(&data->record->value, reason_real)) {
		put_bits(data, NOT_A_NUMBER);
	} else if (build_text_invalid(&data->record->value, reason_infinite)) {
		put_bits(data, (value->negative ? UINT32_C(1) << 31 : 0) | INFINITE);
	} else {
		put_real_number(data);
	}
}

static void put_bcd(struct build_data *data)
{
	if (!number_allowed(data)) {
		build_data_fail(data);
		return;
	}
	build_data_digits(data, true);
}

static void put_date(struct build_data *data)
{
	/* What readers find in a dummy does not matter but for summer time. */
	static const struct mg_value unset = { .quality = MG_QUALITY_INVALID,
		.reason = reason_marked,
		.date = { MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE,
				MG_DATE_NONE } };
	uint8_t bytes[BUILD_DATE_MAX];
	bool summer = (data->record->flags & MG_DATA_SUMMER) != 0;
	const struct mg_value *value = data->dummy ? &unset : &data->record->value;
	data->flags |= summer ? MG_DATA_SUMMER : 0;
	if (data->dummy && !summer) {
		build_data_dummy(data, 0);
	} else if (build_date_value(bytes, data->size, value, summer)) {
		build_number_put_bytes(data->builder, bytes, data->size, data->high_first);
	} else {
		build_data_fail(data);
	}
	if (!makes_date(data)) {
		build_data_fail(data);
	}
}

static void put_raw(struct build_data *data)
{
	if (data->vib->says.type != VIF_RAW || data->record->data.size != data->size) {
		build_data_fail(data);
	}
	build_data_as_is(data, MG_TYPE_BYTES);
}

/* One data field and one way to write it. */
struct coding {
	const char *name;
	uint8_t field;
	uint8_t size;
	void (*put)(struct build_data *data);
};

/* clang-format off */
static const struct coding codings[] = {
	{ "none", 0x0, 0, build_data_nothing },
	{ "int8", 0x1, 1, put_integer },
	{ "int16", 0x2, 2, put_integer },
	{ "int24", 0x3, 3, put_integer },
	{ "int32", 0x4, 4, put_integer },
	{ "real32", 0x5, 4, put_real },
	{ "int48", 0x6, 6, put_integer },
	{ "int64", 0x7, 8, put_integer },
	{ "none", 0x8, 0, build_data_nothing },
	{ "bcd2", 0x9, 1, put_bcd },
	{ "bcd4", 0xA, 2, put_bcd },
	{ "bcd6", 0xB, 3, put_bcd },
	{ "bcd8", 0xC, 4, put_bcd },
	{ "bcd12", 0xE, 6, put_bcd },
	{ "date-G", 0x2, 2, put_date },
	{ "time-J", 0x3, 3, put_date },
	{ "datetime-F", 0x4, 4, put_date },
	{ "datetime-I", 0x6, 6, put_date },
	{ "raw", 0x1, 1, put_raw },
	{ "raw", 0x2, 2, put_raw },
	{ "raw", 0x3, 3, put_raw },
	{ "raw", 0x4, 4, put_raw },
	{ "raw", 0x5, 4, put_raw },
	{ "raw", 0x6, 6, put_raw },
	{ "raw", 0x7, 8, put_raw },
	{ "raw", 0x9, 1, put_raw },
	{ "raw", 0xA, 2, put_raw },
	{ "raw", 0xB, 3, put_raw },
	{ "raw", 0xC, 4, put_raw },
	{ "raw", 0xE, 6, put_raw },
	{ "lvar-text", FIELD_LVAR, 0, build_lvar_text },
	{ "lvar-bcd", FIELD_LVAR, 0, build_lvar_bcd },
	{ "lvar-bcd-neg", FIELD_LVAR, 0, build_lvar_bcd_negative },
	{ "lvar-int", FIELD_LVAR, 0, build_lvar_number },
	{ "lvar-binary", FIELD_LVAR, 0, build_lvar_binary },
};
/* clang-format on */

static const struct coding *coding_of(const struct mg_data_record *record)
{
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		if (codings[i].field == record->data_field &&
				build_text_same(codings[i].name, record->coding)) {
			return &codings[i];
		}
	}
	return NULL;
}

/* A meter that reports an error has no value, and nobody else reports one. */
static bool same_failure(const struct mg_value *value, const char *failed)
{
	if (failed == NULL) {
		return value->quality != MG_QUALITY_ERROR;
	}
	return value->quality == MG_QUALITY_ERROR && value->type == MG_TYPE_NONE &&
		   build_text_same(value->reason, failed);
}

void build_value_put(struct mg_builder *builder, const struct mg_data_record *record,
		const struct build_vib *vib, size_t room, int32_t *shift)
{
	const struct coding *coding = coding_of(record);
	uint32_t mode = record->flags & MG_DATA_MODE2;
	if (coding == NULL || !same_failure(&record->value, vib->says.failed)) {
		builder->failed = true;
		return;
	}
	struct build_data data = { .builder = builder,
		.record = record,
		.vib = vib,
		.size = coding->field == FIELD_LVAR ? record->data.size : coding->size,
		.room = room,
		.high_first = mode != 0,
		.dummy = vib->says.failed != NULL,
		.flags = vib->flags | mode,
		.unit = vib->unit };
	coding->put(&data);
	if (data.flags != record->flags || !build_text_same(data.unit, record->unit)) {
		builder->failed = true;
	}
	*shift = data.shift;
}
