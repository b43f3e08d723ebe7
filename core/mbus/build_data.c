/* SPDX-License-Identifier: MIT */
/* What the codings of data have in common: dummies, exponents, numbers, digits. */
#include "mbus/build_data.h"

#include "mbus/build_number.h"
#include "mbus/build_text.h"
#include "mbus/reason.h"

enum { NUMBER_MAX = 8 }; /* bytes of an integer */

void build_data_fail(struct build_data *data)
{
	data->builder->failed = true;
}

void build_data_byte(struct build_data *data, unsigned byte)
{
	uint8_t one = (uint8_t)byte;
	mg_build_bytes(data->builder, &one, 1);
}

void build_data_dummy(struct build_data *data, unsigned byte)
{
	for (size_t i = 0; i < data->size; i++) {
		build_data_byte(data, byte);
	}
}

static bool carries_nothing(const struct mg_value *value)
{
	return value->type == MG_TYPE_NONE && value->quality == MG_QUALITY_GOOD;
}

void build_data_nothing(struct build_data *data)
{
	if (!data->dummy && !carries_nothing(&data->record->value)) {
		build_data_fail(data);
	}
}

bool build_data_shift(struct build_data *data)
{
	int64_t shift = (int64_t)data->record->value.exponent - data->vib->says.exponent;
	if (shift < -INT16_MAX || shift > INT16_MAX) {
		return false;
	}
	data->shift = (int32_t)shift;
	return build_vib_factors(data->shift) <= data->room;
}

/* The scale of the elements of a compact profile. */
static bool use_scale(struct build_data *data)
{
	return data->vib->says.profile == PROFILE_NONE ||
		   (data->record->value.wide[0] == data->vib->says.factor &&
				   build_data_shift(data));
}

void build_data_as_is(struct build_data *data, enum mg_type type)
{
	if (data->dummy) {
		build_data_dummy(data, 0);
		return;
	}
	if (data->record->value.type != type ||
			data->record->value.quality != MG_QUALITY_GOOD ||
			(type == MG_TYPE_BYTES && !use_scale(data))) {
		build_data_fail(data);
		return;
	}
	mg_build_bytes(data->builder, data->record->data.data, data->size);
}

static enum vif_type number_type(const struct build_data *data)
{
	uint8_t type = data->vib->says.type;
	return type >= VIF_IDENTITY ? VIF_UNSIGNED : (enum vif_type)type;
}

/* The marks of integers that are no number. False when the value is none of them. */
static bool put_mark(struct build_data *data)
{
	static const uint8_t most_negative[NUMBER_MAX] = { [7] = 0x80 };
	enum vif_type type = number_type(data);
	if (build_text_invalid(&data->record->value, reason_all_ones) &&
			type == VIF_UNSIGNED) {
		build_data_dummy(data, 0xFF);
		return true;
	}
	if (build_text_invalid(&data->record->value, reason_most_negative) &&
			type != VIF_UNSIGNED && type != VIF_BITS) {
		build_number_put_bytes(data->builder, most_negative + NUMBER_MAX - data->size,
				data->size, data->high_first);
		return true;
	}
	return false;
}

void build_data_number(struct build_data *data)
{
	struct build_number number;
	if (data->dummy) {
		build_data_dummy(data, 0);
		return;
	}
	if (put_mark(data)) {
		return;
	}
	if (!build_number_find(&data->record->value, data->vib->says.factor, &number) ||
			!build_data_shift(data)) {
		build_data_fail(data);
		return;
	}
	build_number_put(
			data->builder, &number, number_type(data), data->size, data->high_first);
}

void build_data_digits(struct build_data *data, bool sign)
{
	struct build_number number;
	const struct mg_value *value = &data->record->value;
	if (data->dummy) {
		build_data_dummy(data, 0);
	} else if (build_text_invalid(&data->record->value, reason_bcd)) {
		build_number_put_digits(
				data->builder, value->wide, data->size, sign, data->high_first);
	} else if (build_number_find(value, data->vib->says.factor, &number) &&
			   build_data_shift(data)) {
		build_number_put_bcd(data->builder, &number, data->size, sign, data->high_first);
	} else {
		build_data_fail(data);
	}
}
