/* SPDX-License-Identifier: MIT */
/* Writes data types A, B, C and D (EN 13757-3, annex A) from exact decimals. */
#include "mbus/build_number.h"

enum {
	LIMBS = 4,
	DIGIT_MAX = 9,
	DIGIT_MINUS = 15,
	BYTES_MAX = 9, /* of BCD */
};

/* Divides in place; false when there is a remainder. */
static bool divide(uint32_t limbs[LIMBS], uint32_t divisor)
{
	uint64_t rest = 0;
	for (int i = LIMBS - 1; i >= 0; i--) {
		rest = rest << 32 | limbs[i];
		limbs[i] = (uint32_t)(rest / divisor);
		rest %= divisor;
	}
	return rest == 0;
}

/* Each number has one form: WIDE begins where int64 ends, and on both sides alike. */
static bool magnitude_of(const struct mg_value *value, uint64_t wide[2], bool *negative)
{
	if (value->type == MG_TYPE_NUMBER) {
		*negative = value->mantissa < 0;
		wide[0] = *negative ? 0u - (uint64_t)value->mantissa : (uint64_t)value->mantissa;
		wide[1] = 0;
		return value->mantissa != INT64_MIN;
	}
	*negative = value->negative;
	wide[0] = value->wide[0];
	wide[1] = value->wide[1];
	return value->type == MG_TYPE_WIDE && (wide[1] != 0 || wide[0] > INT64_MAX);
}

bool build_number_find(
		const struct mg_value *value, uint32_t factor, struct build_number *number)
{
	uint64_t wide[2];
	if (value->quality != MG_QUALITY_GOOD || value->reason != NULL ||
			!magnitude_of(value, wide, &number->negative)) {
		return false;
	}
	uint32_t limbs[LIMBS] = { (uint32_t)wide[0], (uint32_t)(wide[0] >> 32),
		(uint32_t)wide[1], (uint32_t)(wide[1] >> 32) };
	bool whole = divide(limbs, factor);
	number->magnitude = (uint64_t)limbs[1] << 32 | limbs[0];
	return whole && limbs[2] == 0 && limbs[3] == 0;
}

void build_number_put_bytes(
		struct mg_builder *builder, const uint8_t *bytes, size_t size, bool high_first)
{
	for (size_t i = 0; i < size; i++) {
		mg_build_bytes(builder, bytes + (high_first ? size - 1 - i : i), 1);
	}
}

/* True when so many bytes of this type mean this number. */
static bool fits(const struct build_number *number, enum vif_type type, size_t size)
{
	uint64_t sign = (uint64_t)1 << (8 * size - 1);
	uint64_t all = sign | (sign - 1);
	if (type != VIF_UNSIGNED && type != VIF_BITS) {
		return number->magnitude < sign;
	}
	return !number->negative && number->magnitude <= all &&
		   (type == VIF_BITS || number->magnitude != all);
}

void build_number_put(struct mg_builder *builder, const struct build_number *number,
		enum vif_type type, size_t size, bool high_first)
{
	uint8_t bytes[8];
	uint64_t sent = number->negative ? 0 - number->magnitude : number->magnitude;
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(sent >> (8 * i));
	}
	builder->failed = builder->failed || !fits(number, type, size);
	build_number_put_bytes(builder, bytes, size, high_first);
}

void build_number_put_bcd(struct mg_builder *builder, const struct build_number *number,
		size_t size, bool sign, bool high_first)
{
	uint8_t bytes[BYTES_MAX] = { 0 };
	uint64_t rest = number->magnitude;
	bool minus = sign && number->negative;
	for (size_t i = 0; i < 2 * size - (minus ? 1 : 0); i++) {
		bytes[i / 2] = (uint8_t)(bytes[i / 2] | rest % 10 << (i % 2 * 4));
		rest /= 10;
	}
	if (minus) {
		bytes[size - 1] |= DIGIT_MINUS << 4;
	}
	builder->failed = builder->failed || rest != 0;
	build_number_put_bytes(builder, bytes, size, high_first);
}

/* True when digits A to F are where no sign may be. */
static bool is_broken(const uint8_t *bytes, size_t size, bool sign)
{
	for (size_t i = 0; i < size; i++) {
		bool minus = sign && i == size - 1 && bytes[i] >> 4 == DIGIT_MINUS;
		if ((bytes[i] & 15) > DIGIT_MAX || (bytes[i] >> 4 > DIGIT_MAX && !minus)) {
			return true;
		}
	}
	return false;
}

void build_number_put_digits(struct mg_builder *builder, const uint64_t wide[2],
		size_t size, bool sign, bool high_first)
{
	uint8_t bytes[16];
	bool rest = false;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(wide[i / 8] >> (i % 8 * 8));
		rest = rest || (i >= size && bytes[i] != 0);
	}
	builder->failed = builder->failed || rest || !is_broken(bytes, size, sign);
	build_number_put_bytes(builder, bytes, size, high_first);
}
