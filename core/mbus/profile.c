/* SPDX-License-Identifier: MIT */
/* Compact profiles (EN 13757-3, annex F): one record that holds a row of values. */
#include <metergate/profile.h>

#include "mbus/bytes.h"
#include "mbus/number.h"
#include "mbus/reason.h"
#include "mbus/vib.h"

enum {
	HEADER_SIZE = 2, /* control byte and spacing value */
	FIELD_MASK = 15,
	FIELD_BCD = 8, /* data fields above are BCD */
	SPACING_MAX = 250,
	SPACING_HALF_MONTH = 253,
	SPACING_MONTHS = 254,
	UNIT_DAY = 3,
	UNITS = 4,
};

/* Bytes of an element by its data field; 0 where none can be. */
static const uint8_t sizes[16] = { 0, 1, 2, 3, 4, 0, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0 };

static void read_spacing(unsigned unit, uint8_t spacing, struct mg_profile *profile)
{
	static const uint32_t seconds[UNITS] = { 1, MINUTE, HOUR, DAY };
	static const uint8_t months[UNITS] = { 0, 6, 3, 1 };
	if (spacing == 0) {
		profile->columns = (uint8_t)(unit + 1);
	} else if (spacing <= SPACING_MAX) {
		profile->seconds = spacing * seconds[unit];
	} else if (spacing == SPACING_MONTHS) {
		profile->months = months[unit];
	} else {
		profile->half_month = spacing == SPACING_HALF_MONTH && unit == UNIT_DAY;
	}
}

/* The VIB once more, for the scale, which records of bytes do not keep. */
static bool read_scale(const struct mg_data_record *record, struct vib *vib)
{
	struct mg_data_record scratch = { .flags = record->flags };
	struct reader reader = { record->vib.data, record->vib.size, 0 };
	return vib_read(&reader, 0, &scratch, vib) == MG_FAULT_NONE &&
		   vib->profile != PROFILE_NONE && vib->type < VIF_DATE;
}

bool mg_profile_read(const struct mg_data_record *record, struct mg_profile *profile)
{
	struct vib vib;
	const struct mg_bytes *data = &record->data;
	*profile = (struct mg_profile){ .columns = 0 };
	if (record->value.type != MG_TYPE_BYTES || data->size < HEADER_SIZE ||
			!read_scale(record, &vib)) {
		return false;
	}
	uint8_t size = sizes[data->data[0] & FIELD_MASK];
	if (size == 0 || (data->size - HEADER_SIZE) % size != 0) {
		return false;
	}
	read_spacing(data->data[0] >> 4 & 3, data->data[1], profile);
	profile->mode = data->data[0] >> 6;
	profile->data_field = data->data[0] & FIELD_MASK;
	profile->inverse = vib.profile == PROFILE_INVERSE;
	profile->registers = vib.profile == PROFILE_REGISTERS;
	profile->exponent = vib.exponent;
	profile->factor = vib.factor;
	profile->count = (data->size - HEADER_SIZE) / size;
	profile->elements = data->data + HEADER_SIZE;
	profile->high_first = (record->flags & MG_DATA_MODE2) != 0;
	return true;
}

static bool has_sign(const struct mg_profile *profile)
{
	return profile->mode == MG_PROFILE_ABSOLUTE || profile->mode == MG_PROFILE_DIFFERENCE;
}

static bool all_ones(const struct mg_bytes *data)
{
	for (size_t i = 0; i < data->size; i++) {
		if (data->data[i] != 0xFF) {
			return false;
		}
	}
	return true;
}

static void negate(struct mg_value *value)
{
	value->mantissa = -value->mantissa;
	value->negative = value->type == MG_TYPE_WIDE;
}

/* Also of signed elements all ones is none: meters fill with it what they do not have. */
static void read_element(const struct mg_profile *profile, struct mg_value *value)
{
	size_t size = sizes[profile->data_field];
	struct mg_bytes data = { profile->elements + profile->next * size, size };
	struct scale scale = { profile->factor, profile->exponent };
	bool sign = has_sign(profile);
	if (profile->data_field > FIELD_BCD) {
		number_read_bcd(&data, profile->high_first, sign, &scale, value);
	} else if (all_ones(&data)) {
		number_invalid(value, reason_all_ones);
	} else {
		number_read_integer(&data, profile->high_first, sign ? VIF_SIGNED : VIF_UNSIGNED,
				&scale, value);
	}
	if (profile->mode == MG_PROFILE_DECREMENT) {
		negate(value);
	}
}

/* The running sum. Increments are those of time, which an inverse profile walks back. */
static bool add(const struct mg_profile *profile, int64_t change, int64_t *base)
{
	int64_t sum;
	bool too_far = profile->inverse ? __builtin_sub_overflow(*base, change, &sum)
									: __builtin_add_overflow(*base, change, &sum);
	if (!too_far) {
		*base = sum;
	}
	return !too_far;
}

static bool find_total(struct mg_profile *profile, const struct mg_value *value,
		int64_t *base, struct mg_value *total)
{
	if (profile->mode == MG_PROFILE_ABSOLUTE) {
		*total = *value;
		return true;
	}
	if (base == NULL || profile->columns != 0 || profile->broken ||
			value->type != MG_TYPE_NUMBER || !add(profile, value->mantissa, base)) {
		return false;
	}
	*total = (struct mg_value){
		.type = MG_TYPE_NUMBER,
		.mantissa = *base,
		.exponent = profile->exponent,
	};
	return true;
}

bool mg_profile_next(
		struct mg_profile *profile, int64_t *base, struct mg_profile_element *element)
{
	if (profile->next == profile->count) {
		return false;
	}
	*element = (struct mg_profile_element){ .index = profile->next };
	read_element(profile, &element->value);
	profile->broken = !find_total(profile, &element->value, base, &element->total);
	profile->next++;
	return true;
}
