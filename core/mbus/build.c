/* SPDX-License-Identifier: MIT */
/* Writes headers and data records into a buffer that the caller lends. */
#include <metergate/mbus.h>

#include <string.h>

enum {
	DIF_EXTENSION = 0x80,
};

/* Bytes of an integer and digits of a BCD data field; 0 where the field has none. */
static const uint8_t integer_sizes[16] = { [1] = 1, 2, 3, 4, [6] = 6, [7] = 8 };
static const uint8_t bcd_sizes[16] = { [0x9] = 1, 2, 3, 4, [0xE] = 6 };

void mg_build_bytes(struct mg_builder *builder, const void *bytes, size_t size)
{
	if (builder->failed || size > builder->size - builder->length) {
		builder->failed = true;
		return;
	}
	if (size > 0) {
		memcpy(builder->bytes + builder->length, bytes, size);
	}
	builder->length += size;
}

static void put_byte(struct mg_builder *builder, unsigned byte)
{
	uint8_t one = (uint8_t)byte;
	mg_build_bytes(builder, &one, 1);
}

static void turn(uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size / 2; i++) {
		uint8_t low = bytes[i];
		bytes[i] = bytes[size - 1 - i];
		bytes[size - 1 - i] = low;
	}
}

void mg_build_header(struct mg_builder *builder, const struct mg_telegram *telegram)
{
	uint8_t bytes[12];
	mg_identity_put(&telegram->identity, bytes);
	bytes[8] = telegram->access;
	bytes[9] = telegram->status;
	bytes[10] = (uint8_t)telegram->signature;
	bytes[11] = (uint8_t)(telegram->signature >> 8);
	if ((telegram->flags & MG_TELEGRAM_MODE2) != 0) {
		turn(bytes, 4);
		turn(bytes + 4, 2);
		turn(bytes + 10, 2);
	}
	switch (telegram->header) {
	case MG_HEADER_NONE:
		break;
	case MG_HEADER_SHORT:
		mg_build_bytes(builder, bytes + 8, 4);
		break;
	case MG_HEADER_LONG:
		mg_build_bytes(builder, bytes, 12);
		break;
	default:
		builder->failed = true;
	}
}

void mg_build_dib(struct mg_builder *builder, uint8_t data_field,
		enum mg_function function, uint64_t storage, uint32_t tariff, uint16_t subunit)
{
	if (data_field > 15 || function > MG_FUNCTION_ERROR || storage >> 41 != 0 ||
			tariff >> 20 != 0 || subunit >> 10 != 0) {
		builder->failed = true;
		return;
	}
	unsigned byte = data_field | (unsigned)function << 4 | (unsigned)(storage & 1) << 6;
	storage >>= 1;
	while (storage != 0 || tariff != 0 || subunit != 0) {
		put_byte(builder, byte | DIF_EXTENSION);
		byte = (unsigned)(storage & 15) | (tariff & 3) << 4 | (subunit & 1u) << 6;
		storage >>= 4;
		tariff >>= 2;
		subunit = (uint16_t)(subunit >> 1);
	}
	put_byte(builder, byte);
}

static void put_binary(struct mg_builder *builder, size_t size, int64_t value)
{
	uint8_t bytes[8];
	uint64_t number = (uint64_t)value;
	int64_t limit = size < 8 ? (int64_t)1 << (8 * size - 1) : INT64_MAX;
	bool out_of_range = size < 8 && (value >= limit || value < -limit);
	if (out_of_range) {
		builder->failed = true;
		return;
	}
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(number >> (8 * i));
	}
	mg_build_bytes(builder, bytes, size);
}

/* A negative number has the digit F in front, which takes one digit of the room. */
static void put_bcd(struct mg_builder *builder, size_t size, int64_t value)
{
	uint8_t bytes[8] = { 0 };
	uint64_t rest = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
	size_t digits = 2 * size - (value < 0 ? 1 : 0);
	for (size_t i = 0; i < digits; i++) {
		bytes[i / 2] = (uint8_t)(bytes[i / 2] | rest % 10 << (i % 2 * 4));
		rest /= 10;
	}
	if (rest != 0) {
		builder->failed = true;
		return;
	}
	if (value < 0) {
		bytes[size - 1] |= 0xF0;
	}
	mg_build_bytes(builder, bytes, size);
}

void mg_build_integer(struct mg_builder *builder, uint8_t data_field, int64_t value)
{
	uint8_t field = data_field & 15;
	if (integer_sizes[field] != 0) {
		put_binary(builder, integer_sizes[field], value);
	} else if (bcd_sizes[field] != 0) {
		put_bcd(builder, bcd_sizes[field], value);
	} else {
		builder->failed = true;
	}
}
