/* SPDX-License-Identifier: MIT */
/* Writes the fixed data structure: a header, two unit bytes and two counters. */
#include <metergate/mbus.h>

#include "mbus/build_number.h"
#include "mbus/build_text.h"
#include "mbus/date.h"
#include "mbus/fixed.h"
#include "mbus/reason.h"

enum {
	COUNTER_SIZE = 4,
	CODE_TIME = 0x00,
	CODE_DATE = 0x01,
	CODE_HISTORIC = 0x3E, /* as the other counter, stored at the due date */
	STATUS_BINARY = 1,
	STATUS_STORED = 2,
	FIELD_INT32 = 4,
	FIELD_BCD8 = 12,
	MEDIUM_MAX = 15,
	MEDIUM_MODE2_FIRST = 0xA, /* these media say that high bytes come first */
	MEDIUM_MODE2_LAST = 0xE,
};

static bool same_judgement(const struct mg_value *a, const struct mg_value *b)
{
	return a->type == b->type && a->quality == b->quality &&
		   build_text_same(a->reason, b->reason);
}

static uint8_t two_digits(int number)
{
	return (uint8_t)(number / 10 << 4 | number % 10);
}

static bool has_digits(int part)
{
	return part >= 0 && part <= 99;
}

/* Units 0 and 1 are read as hhmmss and ddmmyy. */
static void put_clock(struct mg_builder *builder, unsigned code,
		const struct mg_data_record *counter, bool high_first)
{
	const struct mg_value *value = &counter->value;
	const struct mg_date *date = &value->date;
	bool time = code == CODE_TIME;
	int year = date->year >= 0 ? date->year % 100 : MG_DATE_NONE;
	const int parts[3] = { time ? date->second : year, time ? date->minute : date->month,
		time ? date->hour : date->day };
	uint8_t bytes[COUNTER_SIZE] = { 0 };
	struct mg_value judged = { .date = *date };
	for (size_t i = 0; i < 3; i++) {
		bytes[i] = has_digits(parts[i]) ? two_digits(parts[i]) : 0;
		builder->failed = builder->failed || !has_digits(parts[i]);
	}
	date_judge(&judged, time ? MG_TYPE_TIME : MG_TYPE_DATE);
	bool years = time || date_year((unsigned)(year >= 0 ? year : 0)) == date->year;
	builder->failed = builder->failed || !years || !same_judgement(&judged, value);
	build_number_put_bytes(builder, bytes, COUNTER_SIZE, high_first);
}

/* Only three of the bytes of a clock are read as digits. */
static void put_broken_clock(
		struct mg_builder *builder, const struct mg_value *value, bool high_first)
{
	const uint64_t read[2] = { value->wide[0] & 0xFFFFFF, 0 };
	struct mg_builder check = *builder;
	uint8_t bytes[COUNTER_SIZE];
	for (size_t i = 0; i < COUNTER_SIZE; i++) {
		bytes[i] = (uint8_t)(value->wide[0] >> (8 * i));
	}
	build_number_put_digits(&check, read, 3, false, false);
	builder->failed = check.failed || value->wide[0] > UINT32_MAX || value->wide[1] != 0;
	build_number_put_bytes(builder, bytes, COUNTER_SIZE, high_first);
}

static void put_mark(struct mg_builder *builder, bool high_first)
{
	static const uint8_t most_negative[COUNTER_SIZE] = { 0, 0, 0, 0x80 };
	build_number_put_bytes(builder, most_negative, COUNTER_SIZE, high_first);
}

static void put_number(struct mg_builder *builder, const struct fixed_unit *unit,
		const struct mg_data_record *counter, bool high_first)
{
	const struct mg_value *value = &counter->value;
	bool binary = counter->data_field == FIELD_INT32;
	struct build_number number;
	if (binary && build_text_invalid(value, reason_most_negative)) {
		put_mark(builder, high_first);
	} else if (!binary && build_text_invalid(value, reason_bcd)) {
		build_number_put_digits(builder, value->wide, COUNTER_SIZE, true, high_first);
	} else if (!build_number_find(value, 1, &number) ||
			   value->exponent != unit->exponent) {
		builder->failed = true;
	} else if (binary) {
		build_number_put(builder, &number, VIF_SIGNED, COUNTER_SIZE, high_first);
	} else {
		build_number_put_bcd(builder, &number, COUNTER_SIZE, true, high_first);
	}
}

/* Nothing of a counter without a known unit is read. */
static void put_unknown(struct mg_builder *builder, const struct mg_data_record *counter)
{
	static const uint8_t nothing[COUNTER_SIZE];
	mg_build_bytes(builder, nothing, COUNTER_SIZE);
	builder->failed =
			builder->failed || !build_text_invalid(&counter->value, reason_unit_unknown);
}

/* Appends the data of a counter; fails when they are not read so behind this unit code.
 */
static void put_counter(
		struct mg_builder *builder, unsigned code, const struct mg_data_record *counter)
{
	static const struct fixed_unit reserved = { "reserved", "", 0 };
	const struct fixed_unit *unit = &fixed_units[code];
	bool known = unit->quantity != NULL;
	bool clock = code == CODE_TIME || code == CODE_DATE;
	bool high_first = (counter->flags & MG_DATA_MODE2) != 0;
	unit = known ? unit : &reserved;
	if (!build_text_same(unit->quantity, counter->quantity) ||
			!build_text_same(unit->unit, counter->unit) ||
			((counter->flags & MG_DATA_AMBIGUOUS) != 0) != (clock || !known)) {
		builder->failed = true;
	} else if (!known) {
		put_unknown(builder, counter);
	} else if (clock && build_text_invalid(&counter->value, reason_bcd)) {
		put_broken_clock(builder, &counter->value, high_first);
	} else if (clock) {
		put_clock(builder, code, counter, high_first);
	} else {
		put_number(builder, unit, counter, high_first);
	}
}

static bool fits(unsigned code, const struct mg_data_record *counter)
{
	uint8_t bytes[COUNTER_SIZE];
	struct mg_builder builder = { .bytes = bytes, .size = sizeof(bytes) };
	put_counter(&builder, code, counter);
	return !builder.failed;
}

/* A counter that borrows the unit of the other one. */
static bool historic(
		const struct mg_telegram *telegram, const struct mg_data_record *counter)
{
	return counter->storage == 1 && (telegram->status & STATUS_STORED) == 0;
}

/* The first unit code that fits a counter, and the other one too when that borrows it;
   FIXED_CODES when there is none. */
static unsigned find_code(const struct mg_telegram *telegram,
		const struct mg_data_record counters[2], unsigned which)
{
	const struct mg_data_record *other = &counters[1 - which];
	unsigned code = 0;
	while (code < FIXED_CODES &&
			(code == CODE_HISTORIC || !fits(code, &counters[which]) ||
					(historic(telegram, other) && !fits(code, other)))) {
		code++;
	}
	return code;
}

/* Codes of both unit bytes, and of the units that count; false when there are none. */
static bool find_codes(const struct mg_telegram *telegram,
		const struct mg_data_record counters[2], unsigned sent[2], unsigned meant[2])
{
	bool borrows[2] = { historic(telegram, &counters[0]),
		historic(telegram, &counters[1]) };
	for (unsigned i = 0; i < FIXED_COUNTERS; i++) {
		sent[i] = meant[i] =
				borrows[i] ? CODE_HISTORIC : find_code(telegram, counters, i);
	}
	for (unsigned i = 0; i < FIXED_COUNTERS; i++) {
		meant[i] = borrows[i] ? sent[1 - i] : sent[i];
	}
	return meant[0] < FIXED_CODES && meant[1] < FIXED_CODES;
}

static bool counter_fits(
		const struct mg_telegram *telegram, const struct mg_data_record *counter)
{
	bool binary = (telegram->status & STATUS_BINARY) != 0;
	bool stored = (telegram->status & STATUS_STORED) != 0;
	bool mode2 = (telegram->flags & MG_TELEGRAM_MODE2) != 0;
	uint32_t open = MG_DATA_AMBIGUOUS;
	return counter->data_field == (binary ? FIELD_INT32 : FIELD_BCD8) &&
		   build_text_same(counter->coding, binary ? "int32" : "bcd8") &&
		   counter->storage <= 1 && (counter->storage == 1 || !stored) &&
		   (counter->tariff | counter->subunit | counter->function) == 0 &&
		   counter->modifier_count == 0 &&
		   (counter->flags & ~open) == (mode2 ? MG_DATA_MODE2 : 0u);
}

static bool header_fits(const struct mg_telegram *telegram)
{
	uint8_t medium = telegram->identity.medium;
	bool says_mode2 = medium >= MEDIUM_MODE2_FIRST && medium <= MEDIUM_MODE2_LAST;
	return medium <= MEDIUM_MAX &&
		   (!says_mode2 || (telegram->flags & MG_TELEGRAM_MODE2) != 0);
}

static void put_header(struct mg_builder *builder, const struct mg_telegram *telegram,
		const unsigned codes[2])
{
	uint8_t id[4];
	uint8_t medium = telegram->identity.medium;
	const uint8_t rest[4] = { telegram->access, telegram->status,
		(uint8_t)(codes[0] | (medium & 3u) << 6),
		(uint8_t)(codes[1] | (medium >> 2 & 3u) << 6) };
	for (size_t i = 0; i < sizeof(id); i++) {
		id[i] = (uint8_t)(telegram->identity.id >> (8 * i));
	}
	build_number_put_bytes(
			builder, id, sizeof(id), (telegram->flags & MG_TELEGRAM_MODE2) != 0);
	mg_build_bytes(builder, rest, sizeof(rest));
}

void mg_build_fixed(struct mg_builder *builder, const struct mg_telegram *telegram,
		const struct mg_data_record counters[2])
{
	unsigned sent[2], meant[2];
	if (!header_fits(telegram) || !counter_fits(telegram, &counters[0]) ||
			!counter_fits(telegram, &counters[1]) ||
			!find_codes(telegram, counters, sent, meant)) {
		builder->failed = true;
		return;
	}
	put_header(builder, telegram, sent);
	put_counter(builder, meant[0], &counters[0]);
	put_counter(builder, meant[1], &counters[1]);
}
