/* SPDX-License-Identifier: MIT */
/* Values and units of records as UTF-8 text. */
#include <metergate/mbus.h>

#include <string.h>

#include "mbus/bytes.h"
#include "mbus/hex.h"
#include "mbus/reason.h"
#include "mbus/writer.h"

enum {
	WIDE_DIGITS = 40, /* 2^128 has 39 */
	PLACES_MAX = 128, /* as mg_decimal_text() */
	BCD_MAX = 16,     /* bytes whose digits a value can hold */
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

static void write_part(struct writer *writer, int part, unsigned digits)
{
	if (part < 0) {
		write_char(writer, part == MG_DATE_EVERY ? '*' : '?');
		return;
	}
	write_number(writer, (unsigned)part, digits);
}

static void write_day(struct writer *writer, const struct mg_date *date)
{
	write_part(writer, date->year, 4);
	write_char(writer, '-');
	write_part(writer, date->month, 2);
	write_char(writer, '-');
	write_part(writer, date->day, 2);
}

static void write_time(struct writer *writer, const struct mg_date *date)
{
	write_part(writer, date->hour, 2);
	write_char(writer, ':');
	write_part(writer, date->minute, 2);
	if (date->second != MG_DATE_NONE) {
		write_char(writer, ':');
		write_part(writer, date->second, 2);
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

static void write_identity(struct writer *writer, const struct mg_data_record *record)
{
	uint64_t wide = record->value.wide[0];
	if (record->data.size == 2) {
		char letters[5];
		write_string(writer, mg_manufacturer_text((uint16_t)wide, letters));
		return;
	}
	struct mg_identity identity = {
		.id = (uint32_t)wide,
		.manufacturer = (uint16_t)(wide >> 32),
		.version = (uint8_t)(wide >> 48),
		.medium = (uint8_t)(wide >> 56),
	};
	char text[MG_IDENTITY_SIZE];
	write_string(writer, mg_identity_text(&identity, text));
}

static void write_text_value(struct writer *writer, const struct mg_data_record *record)
{
	if ((record->flags & MG_DATA_IDENTITY) != 0) {
		write_identity(writer, record);
		return;
	}
	write_text(writer, &record->data, (record->flags & MG_DATA_MODE2) != 0);
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
		write_text_value(&writer, record);
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

/* All digits of BCD, leading zeros too. */
static void write_digits(struct writer *writer, const struct mg_data_record *record)
{
	size_t digits = record->data.size < BCD_MAX ? 2 * record->data.size : 2 * BCD_MAX;
	for (size_t i = digits; i > 0; i--) {
		size_t shift = 4 * (i - 1);
		uint64_t half = record->value.wide[shift / 64];
		char digit[1];
		hex_put(digit, half >> shift % 64, 1);
		write_char(writer, digit[0]);
	}
}

static void write_shown_date(struct writer *writer, const struct mg_data_record *record)
{
	const struct mg_date *date = &record->value.date;
	bool day = date->year != MG_DATE_NONE || date->month != MG_DATE_NONE ||
			   date->day != MG_DATE_NONE;
	bool time = date->hour != MG_DATE_NONE;
	if (day) {
		write_day(writer, date);
	}
	if (day && time) {
		write_char(writer, 'T');
	}
	if (time) {
		write_time(writer, date);
	}
}

static void write_not_a_number(struct writer *writer, const struct mg_data_record *record)
{
	(void)record;
	write_string(writer, "NaN");
}

static void write_infinity(struct writer *writer, const struct mg_data_record *record)
{
	write_string(writer, record->value.negative ? "-Infinity" : "Infinity");
}

/* What can be shown of a value that is not good, by the reason for it. */
static const struct shown {
	const char *reason;
	void (*write)(struct writer *writer, const struct mg_data_record *record);
} shown[] = {
	{ reason_bcd, write_digits },
	{ reason_recurring, write_shown_date },
	{ reason_incomplete, write_shown_date },
	{ reason_impossible, write_shown_date },
	{ reason_real, write_not_a_number },
	{ reason_infinite, write_infinity },
};

size_t mg_shown_text(const struct mg_data_record *record, char *text, size_t size)
{
	struct writer writer = { .text = text, .size = size };
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (record->value.reason == shown[i].reason) {
			shown[i].write(&writer, record);
		}
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
