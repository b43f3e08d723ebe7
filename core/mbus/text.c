/* SPDX-License-Identifier: MIT */
/* Values and units of records as UTF-8 text. */
#include <metergate/mbus.h>

#include <string.h>

#include "mbus/bytes.h"
#include "mbus/hex.h"
#include "mbus/writer.h"

enum {
	WIDE_DIGITS = 40, /* 2^128 has 39 */
	PLACES_MAX = 128, /* as mg_decimal_text() */
};

/* NUL cannot stand in a text: meters pad with it, so those at the ends are left out. */
static void write_latin1(struct writer *writer, uint8_t byte)
{
	if (byte < 0x80) {
		write_char(writer, byte == 0 ? ' ' : (char)byte);
		return;
	}
	write_char(writer, (char)(0xC0 | byte >> 6));
	write_char(writer, (char)(0x80 | (byte & 0x3F)));
}

/* Text goes over the wire last character first, in mode 2 first character first. */
static void write_text(
		struct writer *writer, const struct mg_bytes *text, bool first_first)
{
	size_t first = 0, last = text->size;
	while (first < last &&
			bytes_digit(text->data, text->size, first, !first_first) == 0) {
		first++;
	}
	while (last > first &&
			bytes_digit(text->data, text->size, last - 1, !first_first) == 0) {
		last--;
	}
	for (size_t i = first; i < last; i++) {
		write_latin1(writer, bytes_digit(text->data, text->size, i, !first_first));
	}
}

/* Divides by ten in place, and gives the remainder. */
static unsigned divide_by_ten(uint32_t limbs[4])
{
	uint64_t rest = 0;
	for (int i = 3; i >= 0; i--) {
		rest = rest << 32 | limbs[i];
		limbs[i] = (uint32_t)(rest / 10);
		rest %= 10;
	}
	return (unsigned)rest;
}

/* The digits of a magnitude, lowest first. */
static size_t wide_digits(const uint64_t wide[2], char digits[WIDE_DIGITS])
{
	uint32_t limbs[4] = { (uint32_t)wide[0], (uint32_t)(wide[0] >> 32), (uint32_t)wide[1],
		(uint32_t)(wide[1] >> 32) };
	size_t count = 0;
	do {
		digits[count++] = (char)('0' + divide_by_ten(limbs));
	} while ((limbs[0] | limbs[1] | limbs[2] | limbs[3]) != 0);
	return count;
}

static void write_wide(struct writer *writer, const struct mg_value *value)
{
	char digits[WIDE_DIGITS];
	size_t count = wide_digits(value->wide, digits);
	if (value->exponent < -PLACES_MAX || value->exponent > PLACES_MAX) {
		writer->full = true;
		return;
	}
	size_t zeros = value->exponent > 0 ? (size_t)value->exponent : 0;
	size_t places = value->exponent < 0 ? (size_t)-value->exponent : 0;
	size_t left = count > places ? count : places + 1;
	if (value->negative) {
		write_char(writer, '-');
	}
	for (; left > 0; left--) {
		if (places > 0 && left == places) {
			write_char(writer, '.');
		}
		write_char(writer, left > count ? '0' : digits[left - 1]);
	}
	while (zeros-- > 0) {
		write_char(writer, '0');
	}
}

static void write_decimal(struct writer *writer, const struct mg_value *value)
{
	char text[MG_DECIMAL_SIZE];
	size_t length = mg_decimal_text(text, sizeof(text), value->mantissa, value->exponent);
	if (length == 0) {
		writer->full = true;
		return;
	}
	write_string(writer, text);
}

static void write_day(struct writer *writer, const struct mg_date *date)
{
	write_number(writer, (uint16_t)date->year, 4);
	write_char(writer, '-');
	write_number(writer, (uint8_t)date->month, 2);
	write_char(writer, '-');
	write_number(writer, (uint8_t)date->day, 2);
}

static void write_time(struct writer *writer, const struct mg_date *date)
{
	write_number(writer, (uint8_t)date->hour, 2);
	write_char(writer, ':');
	write_number(writer, (uint8_t)date->minute, 2);
	if (date->second >= 0) {
		write_char(writer, ':');
		write_number(writer, (uint8_t)date->second, 2);
	}
}

static void write_bytes(struct writer *writer, const struct mg_bytes *bytes)
{
	for (size_t i = 0; i < bytes->size; i++) {
		char digits[2];
		hex_put(digits, bytes->data[i], 2);
		write_char(writer, digits[0]);
		write_char(writer, digits[1]);
	}
}

size_t mg_value_text(const struct mg_data_record *record, char *text, size_t size)
{
	struct writer writer = { .text = text, .size = size };
	const struct mg_value *value = &record->value;
	switch (value->type) {
	case MG_TYPE_NUMBER:
		write_decimal(&writer, value);
		break;
	case MG_TYPE_WIDE:
		write_wide(&writer, value);
		break;
	case MG_TYPE_TEXT:
		write_text(&writer, &record->data, (record->flags & MG_DATA_MODE2) != 0);
		break;
	case MG_TYPE_DATE:
		write_day(&writer, &value->date);
		break;
	case MG_TYPE_DATETIME:
		write_day(&writer, &value->date);
		write_char(&writer, 'T');
		write_time(&writer, &value->date);
		break;
	case MG_TYPE_TIME:
		write_time(&writer, &value->date);
		break;
	case MG_TYPE_BYTES:
		write_bytes(&writer, &record->data);
		break;
	default:
		break;
	}
	return write_end(&writer);
}

size_t mg_unit_text(const struct mg_data_record *record, char *text, size_t size)
{
	struct writer writer = { .text = text, .size = size };
	if (record->unit != NULL) {
		write_string(&writer, record->unit);
	} else {
		write_text(&writer, &record->plain_unit, (record->flags & MG_DATA_MODE2) != 0);
	}
	return write_end(&writer);
}
