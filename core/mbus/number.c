/* SPDX-License-Identifier: MIT */
/* Reads data types A, B, C, D and H (EN 13757-3, annex A) into exact decimals. */
#include "mbus/number.h"

#include "mbus/bytes.h"
#include "mbus/real.h"
#include "mbus/reason.h"

enum {
	DIGIT_MAX = 9,
	DIGIT_MINUS = 15,
	FRACTION = 0x7FFFFF, /* of type H: 0 in an infinity */
};

void number_invalid(struct mg_value *value, const char *reason)
{
	value->type = MG_TYPE_NONE;
	value->quality = MG_QUALITY_INVALID;
	value->reason = reason;
}

static void set_wide(struct mg_value *value, const uint64_t wide[2], bool negative)
{
	value->type = MG_TYPE_WIDE;
	value->negative = negative;
	value->wide[0] = wide[0];
	value->wide[1] = wide[1];
}

void number_set(struct mg_value *value, uint64_t magnitude, bool negative,
		const struct scale *scale)
{
	uint64_t low = (magnitude & UINT32_MAX) * scale->factor;
	uint64_t high = (magnitude >> 32) * scale->factor + (low >> 32);
	uint64_t wide[2] = { high << 32 | (low & UINT32_MAX), high >> 32 };
	value->exponent = scale->exponent;
	if (wide[1] != 0 || wide[0] > INT64_MAX) {
		set_wide(value, wide, negative);
		return;
	}
	value->type = MG_TYPE_NUMBER;
	value->mantissa = negative ? -(int64_t)wide[0] : (int64_t)wide[0];
}

void number_read_integer(const struct mg_bytes *data, bool high_first, enum vif_type type,
		const struct scale *scale, struct mg_value *value)
{
	uint64_t number = bytes_number(data->data, data->size, high_first);
	uint64_t sign = (uint64_t)1 << (8 * data->size - 1);
	uint64_t all = sign | (sign - 1);
	if (type == VIF_UNSIGNED && number == all) {
		number_invalid(value, reason_all_ones);
	} else if (type == VIF_UNSIGNED || type == VIF_BITS) {
		number_set(value, number, false, scale);
	} else if (number == sign) {
		number_invalid(value, reason_most_negative);
	} else {
		bool negative = (number & sign) != 0;
		number_set(value, negative ? all - number + 1 : number, negative, scale);
	}
}

void number_invalid_bcd(
		const struct mg_bytes *data, bool high_first, struct mg_value *value)
{
	number_invalid(value, reason_bcd);
	for (size_t i = data->size; i > 0; i--) {
		uint8_t byte = bytes_digit(data->data, data->size, i - 1, high_first);
		value->wide[1] = value->wide[1] << 8 | value->wide[0] >> 56;
		value->wide[0] = value->wide[0] << 8 | byte;
	}
}

void number_read_bcd(const struct mg_bytes *data, bool high_first, bool sign,
		const struct scale *scale, struct mg_value *value)
{
	uint64_t number = 0;
	bool negative = false;
	for (size_t i = data->size; i > 0; i--) {
		unsigned byte = bytes_digit(data->data, data->size, i - 1, high_first);
		unsigned tens = byte >> 4, ones = byte & 15;
		if (sign && i == data->size && tens == DIGIT_MINUS) {
			negative = true;
			tens = 0;
		}
		if (tens > DIGIT_MAX || ones > DIGIT_MAX) {
			number_invalid_bcd(data, high_first, value);
			return;
		}
		number = number * 100 + tens * 10 + ones;
	}
	number_set(value, number, negative, scale);
}

void number_read_real(const uint8_t *bytes, bool high_first, const struct scale *scale,
		struct mg_value *value)
{
	struct decimal decimal;
	uint32_t bits = (uint32_t)bytes_number(bytes, 4, high_first);
	if (!real_decimal(bits, &decimal)) {
		number_invalid(value, (bits & FRACTION) != 0 ? reason_real : reason_infinite);
		value->negative = value->reason == reason_infinite && decimal.negative;
		return;
	}
	struct scale all = { scale->factor, scale->exponent + decimal.exponent };
	number_set(value, decimal.digits, decimal.negative, &all);
}
