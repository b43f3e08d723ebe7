/* SPDX-License-Identifier: MIT */
/* What the simulated meters count and measure, and how that becomes a telegram. */
#include "telegrams.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kinds.h"
#include "listing.h"

uint8_t telegram_medium(unsigned kind)
{
	return kinds[kind % TELEGRAM_KINDS].medium;
}

bool telegram_has_fabrication(unsigned kind)
{
	return kinds[kind % TELEGRAM_KINDS].fabrication;
}

bool telegram_clock_type_i(unsigned kind)
{
	return kinds[kind % TELEGRAM_KINDS].type_i;
}

/* Spreads its arguments over 31 bits, always the same way. */
static int64_t scatter(uint32_t seed, uint64_t a, uint64_t b)
{
	uint64_t mix = seed + a * 0x9E3779B97F4A7C15u + b * 0xC2B2AE3D27D4EB4Fu;
	mix = (mix ^ (mix >> 31)) * 0xBF58476D1CE4E5B9u;
	mix ^= mix >> 29;
	return (int64_t)(mix & 0x7FFFFFFF);
}

/* The first number that a counter of this data field cannot show any more. */
static int64_t capacity(uint8_t field)
{
	static const int64_t limits[16] = {
		[1] = 0x7F,
		[2] = 0x7FFF,
		[3] = 0x7FFFFF,
		[4] = 0x7FFFFFFF,
		[6] = 0x7FFFFFFFFFFF,
		[0x9] = 100,
		[0xA] = 10000,
		[0xB] = 1000000,
		[0xC] = 100000000,
		[0xE] = 1000000000000,
	};
	return limits[field & 0xF];
}

/* The last day of the month `back` months before the moment. */
static void due_date(int64_t now, int back, struct mg_date *date, int64_t *time)
{
	time_t seconds = (time_t)now;
	struct tm parts;
	gmtime_r(&seconds, &parts);
	struct tm due = { .tm_year = parts.tm_year, .tm_mon = parts.tm_mon - back + 1 };
	seconds = timegm(&due);
	gmtime_r(&seconds, &parts);
	*time = (int64_t)seconds;
	*date = (struct mg_date){ .year = (int16_t)(parts.tm_year + 1900),
		.month = (int8_t)(parts.tm_mon + 1),
		.day = (int8_t)parts.tm_mday,
		.hour = -1,
		.minute = -1,
		.second = -1 };
}

static int64_t ticks_at(int64_t time)
{
	return time > TELEGRAM_EPOCH ? time - TELEGRAM_EPOCH : 0;
}

/* The counter of a row after `ticks`. Rows that differ in the storage only agree, and
 * since each meter has run on by so many ticks, tariffs add up to their total. */
static int64_t counted(
		const struct telegram_source *source, const struct row *row, int64_t ticks)
{
	int64_t before = scatter(source->seed, 0, 0) % 100000;
	return (row->start + (before + ticks) * row->rate / row->per) % capacity(row->field);
}

uint32_t telegram_fabrication(uint32_t seed, uint32_t id)
{
	int64_t number = 10000000 + scatter(seed, id, 3) % 80000000;
	uint32_t digits = 0;
	for (unsigned shift = 0; shift < 32; shift += 4) {
		digits |= (uint32_t)(number % 10) << shift;
		number /= 10;
	}
	return digits;
}

static int64_t from_bcd(uint32_t digits)
{
	int64_t number = 0;
	for (int shift = 28; shift >= 0; shift -= 4) {
		number = number * 10 + (digits >> shift & 0xF);
	}
	return number;
}

static int64_t row_number(const struct telegram_source *source,
		const struct telegram_moment *moment, const struct row *row)
{
	struct mg_date date;
	int64_t time;
	switch (row->origin) {
	case COUNTER:
		return counted(source, row, moment->ticks);
	case STORED:
		due_date(moment->time, row->storage, &date, &time);
		return counted(source, row, ticks_at(time));
	case GAUGE:
		return row->start + scatter(source->seed + row->subunit, (uint64_t)moment->ticks,
									(uint64_t)row->start) %
									(row->span + 1);
	default:
		return from_bcd(source->fabrication);
	}
}

static void name_value(struct telegram_value *value)
{
	static const char *const functions[] = { "", "_max", "_min", "_error" };
	char storage[32] = "", tariff[24] = "", subunit[24] = "";
	if (value->storage > 0) {
		snprintf(storage, sizeof(storage), "_storage_%llu",
				(unsigned long long)value->storage);
	}
	if (value->tariff > 0) {
		snprintf(tariff, sizeof(tariff), "_tariff_%u", value->tariff);
	}
	if (value->subunit > 0) {
		snprintf(subunit, sizeof(subunit), "_subunit_%u", value->subunit);
	}
	snprintf(value->name, sizeof(value->name), "%.24s%.16s%.16s%.16s%s", value->quantity,
			storage, tariff, subunit, functions[value->function & 3]);
	for (char *at = value->name; *at != '\0'; at++) {
		*at = *at == '-' ? '_' : *at;
	}
}

static struct telegram_value *add_value(struct telegram *telegram, const struct row *row)
{
	struct telegram_value *value = &telegram->values[telegram->value_count++];
	*value = (struct telegram_value){ .quantity = row->quantity,
		.unit = row->unit,
		.function = row->function,
		.storage = row->storage,
		.tariff = row->tariff,
		.subunit = row->subunit };
	name_value(value);
	return value;
}

static void add_number(struct mg_builder *out, const struct row *row, int64_t number,
		char *text, size_t size)
{
	mg_decimal_text(text, size, number * row->factor, row->exponent);
	mg_build_integer(out, row->field, number);
}

static struct mg_date split_time(int64_t time)
{
	time_t seconds = (time_t)time;
	struct tm parts;
	gmtime_r(&seconds, &parts);
	return (struct mg_date){ .year = (int16_t)(parts.tm_year + 1900),
		.month = (int8_t)(parts.tm_mon + 1),
		.day = (int8_t)parts.tm_mday,
		.hour = (int8_t)parts.tm_hour,
		.minute = (int8_t)parts.tm_min,
		.second = (int8_t)parts.tm_sec };
}

static void add_clock(struct mg_builder *out, const struct row *row, int64_t time,
		char *text, size_t size)
{
	struct mg_date date = split_time(time);
	int length = snprintf(text, size, "%04d-%02d-%02dT%02d:%02d", date.year, date.month,
			date.day, date.hour, date.minute);
	if (row->field == 6) {
		snprintf(text + length, size - (size_t)length, ":%02d", date.second);
	}
	mg_build_date(out, row->field, &date);
}

/* Text travels with its last character first, behind its length (LVAR). */
static void add_place(struct mg_builder *out, const struct telegram_source *source,
		char *text, size_t size)
{
	int length = snprintf(text, size, "Flat %u", source->address + 0u);
	uint8_t coded[64] = { (uint8_t)length };
	for (int i = 0; i < length; i++) {
		coded[1 + i] = (uint8_t)text[length - 1 - i];
	}
	mg_build_bytes(out, coded, (size_t)length + 1);
}

/* Of a frozen record it is the day of freezing, otherwise the due date of the storage. */
static void add_due_date(struct mg_builder *out, const struct telegram_moment *moment,
		const struct listing_entry *entry, struct telegram_value *value)
{
	struct mg_date date;
	int64_t time;
	if (entry->frozen) {
		date = split_time(moment->time);
	} else {
		due_date(moment->time, entry->row.storage, &date, &time);
	}
	snprintf(value->text, sizeof(value->text), "%04d-%02d-%02d", date.year, date.month,
			date.day);
	mg_build_date(out, 2, &date);
}

static void add_data(struct mg_builder *out, struct telegram_value *value,
		const struct telegram_source *source, const struct telegram_moment *moment,
		const struct listing_entry *entry)
{
	const struct row *row = &entry->row;
	switch (row->origin) {
	case CLOCK:
		add_clock(out, row, moment->time + moment->clock_offset, value->text,
				sizeof(value->text));
		break;
	case DUE_DATE:
		add_due_date(out, moment, entry, value);
		break;
	case PLACE:
		add_place(out, source, value->text, sizeof(value->text));
		break;
	default:
		add_number(out, row, row_number(source, moment, row), value->text,
				sizeof(value->text));
	}
}

static void add_record(struct mg_builder *out, struct telegram *telegram,
		const struct telegram_source *source, const struct telegram_moment *moment,
		const struct listing_entry *entry)
{
	const struct row *row = &entry->row;
	struct telegram_value *value = add_value(telegram, row);
	struct telegram_moment then = *moment;
	if (entry->frozen) {
		then.time = moment->frozen_time;
		then.ticks = moment->frozen_ticks;
	}
	mg_build_dib(out, row->field, row->function, row->storage, row->tariff, row->subunit);
	mg_build_bytes(out, row->vif, strlen(row->vif));
	add_data(out, value, source, &then, entry);
}

static void add_body(struct mg_builder *out, struct telegram *telegram,
		const struct telegram_source *source, const struct telegram_moment *moment)
{
	struct listing listing;
	listing_make(&listing, source, moment);
	for (size_t i = 0; i < listing.count; i++) {
		if (listing.entries[i].part == moment->index) {
			add_record(out, telegram, source, moment, &listing.entries[i]);
		}
	}
	if (moment->index + 1 < listing.parts) {
		mg_build_bytes(out, "\x1F", 1); /* more records follow in the next telegram */
	}
}

size_t telegram_parts(
		const struct telegram_source *source, const struct telegram_moment *moment)
{
	struct listing listing;
	listing_make(&listing, source, moment);
	return listing.parts;
}

/* Clocks of meters begin with the epoch, whatever this machine thinks it is. */
static struct telegram_moment clamp(const struct telegram_moment *moment)
{
	struct telegram_moment clamped = *moment;
	if (clamped.time < TELEGRAM_EPOCH) {
		clamped.time = TELEGRAM_EPOCH;
	}
	return clamped;
}

bool telegram_build(const struct telegram_source *source,
		const struct telegram_moment *moment, struct telegram *telegram)
{
	uint8_t data[MG_FRAME_MAX];
	struct telegram_moment clamped = clamp(moment);
	struct mg_builder out = { .bytes = data, .size = sizeof(data) };
	struct mg_telegram header = { .ci = 0x72,
		.header = MG_HEADER_LONG,
		.identity = source->identity,
		.access = moment->access };
	telegram->length = telegram->value_count = 0;
	mg_build_header(&out, &header);
	add_body(&out, telegram, source, &clamped);
	struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = source->address,
		.ci = 0x72,
		.data = { data, out.length } };
	if (!out.failed) {
		telegram->length =
				mg_frame_build(&frame, telegram->bytes, sizeof(telegram->bytes));
	}
	return telegram->length > 0;
}

void telegram_set_ack(struct telegram *telegram)
{
	telegram->bytes[0] = 0xE5;
	telegram->length = 1;
	telegram->value_count = 0;
}
