/* SPDX-License-Identifier: MIT */
/* Telegrams made from bytes, and what their readings hold. */
#ifndef TESTS_MADE_TELEGRAMS_H
#define TESTS_MADE_TELEGRAMS_H

#include "bus/assemble.h"

#define TELEGRAMS_MAX 4

static const struct assemble_context plain = { .time = 1 };

/* The example of the M-Bus documentation, version 4.8, 6.7.4. */
static const uint8_t water[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56,
	0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31,
	0x00, 0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16 };

/* Link frames made of a CI field and what follows it. */
struct telegrams {
	uint8_t bytes[TELEGRAMS_MAX][MG_FRAME_MAX];
	struct mg_bytes frames[TELEGRAMS_MAX];
	size_t count;
};

static inline void add(
		struct telegrams *telegrams, uint8_t ci, const void *data, size_t size)
{
	uint8_t *bytes = telegrams->bytes[telegrams->count];
	const struct mg_frame frame = { MG_FRAME_LONG, 0x08, 5, ci, { data, size } };
	telegrams->frames[telegrams->count++] =
			(struct mg_bytes){ bytes, mg_frame_build(&frame, bytes, MG_FRAME_MAX) };
}

#define ADD(telegrams, ci, text) add(telegrams, ci, text, sizeof(text) - 1)

static inline struct reading *assemble(const struct telegrams *telegrams)
{
	struct reading *reading =
			assemble_reading(telegrams->frames, telegrams->count, &plain);
	assert_non_null(reading);
	return reading;
}

static inline struct reading *assemble_bytes(const void *bytes, size_t size)
{
	const struct mg_bytes frame = { bytes, size };
	struct reading *reading = assemble_reading(&frame, 1, &plain);
	assert_non_null(reading);
	return reading;
}

static inline const struct mg_record *record_at(
		const struct reading *reading, uint32_t index)
{
	const struct mg_record *record = mg_reading_record(reading_view(reading), index);
	assert_non_null(record);
	return record;
}

static inline void assert_number(const struct mg_record *record, const char *name,
		const char *unit, const char *value)
{
	char text[MG_DECIMAL_SIZE];
	assert_string_equal(record->name, name);
	assert_string_equal(record->unit, unit);
	assert_int_equal(record->quality, MG_QUALITY_GOOD);
	assert_int_equal(record->type, MG_TYPE_NUMBER);
	mg_decimal_text(text, sizeof(text), record->mantissa, record->exponent);
	assert_string_equal(text, value);
}

#endif
