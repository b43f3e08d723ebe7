/* SPDX-License-Identifier: MIT */
/* What the simulated meters count and measure, and how that becomes a telegram. */
#include "telegrams.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define HISTORY_FIRST 2  /* storages 0 and 1 stand in the first telegram */
#define HISTORY_MONTHS 6 /* in each further telegram */

/* Where the number of a record comes from. */
enum origin {
	COUNTER,  /* grows by rate / per each tick */
	STORED,   /* the counter as it stood at the due date of its storage */
	GAUGE,    /* wanders between start and start + span */
	SERIAL,   /* the fabrication number */
	CLOCK,    /* date and time, types F and I */
	DUE_DATE, /* date of the storage, type G */
	PLACE,    /* text */
};

struct row {
	const char *quantity, *unit;
	enum origin origin;
	uint8_t field; /* data field of the DIF */
	uint8_t function;
	uint8_t storage, tariff, subunit;
	const char *vif;
	int exponent; /* value = number × factor × 10^exponent */
	int factor;
	int64_t start, rate, per, span;
};

#define END                                                                              \
	{                                                                                    \
		.quantity = NULL                                                                 \
	}

/* clang-format off */
static const struct row heat[] = {
	{ "fabrication-number", "", SERIAL, 0xC, 0, 0, 0, 0, "\x78", 0, 1, 0, 0, 1, 0 },
	{ "energy", "Wh", COUNTER, 4, 0, 0, 0, 0, "\x03", 0, 1, 40000000, 4, 1, 0 },
	{ "volume", "m3", COUNTER, 0xC, 0, 0, 0, 0, "\x14", -2, 1, 200000, 1, 50, 0 },
	{ "power", "W", GAUGE, 0xB, 0, 0, 0, 0, "\x2B", 0, 1, 9000, 0, 1, 6000 },
	{ "volume-flow", "m3/h", GAUGE, 0xB, 0, 0, 0, 0, "\x3B", -3, 1, 400, 0, 1, 350 },
	{ "flow-temperature", "°C", GAUGE, 0xA, 0, 0, 0, 0, "\x5A", -1, 1, 640, 0, 1, 80 },
	{ "return-temperature", "°C", GAUGE, 0xA, 0, 0, 0, 0, "\x5E", -1, 1, 380, 0, 1, 50 },
	{ "temperature-difference", "K", GAUGE, 3, 0, 0, 0, 0, "\x61", -2, 1, 1500, 0, 1, 1800 },
	{ "operating-time", "s", COUNTER, 2, 0, 0, 0, 0, "\x27", 0, 86400, 400, 1, 86400, 0 },
	{ "energy", "Wh", STORED, 4, 0, 1, 0, 0, "\x03", 0, 1, 40000000, 4, 1, 0 },
	{ "volume", "m3", STORED, 0xC, 0, 1, 0, 0, "\x14", -2, 1, 200000, 1, 50, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "power", "W", GAUGE, 0xB, 1, 0, 0, 0, "\x2D", 2, 1, 180, 0, 1, 40 },
	{ "datetime", "", CLOCK, 4, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row cold_water[] = {
	{ "fabrication-number", "", SERIAL, 0xC, 0, 0, 0, 0, "\x78", 0, 1, 0, 0, 1, 0 },
	{ "volume", "m3", COUNTER, 4, 0, 0, 0, 0, "\x13", -3, 1, 900000, 1, 1, 0 },
	{ "volume-flow", "m3/h", GAUGE, 0xA, 0, 0, 0, 0, "\x3B", -3, 1, 0, 0, 1, 2500 },
	{ "external-temperature", "°C", GAUGE, 1, 0, 0, 0, 0, "\x67", 0, 1, -12, 0, 1, 40 },
	{ "volume", "m3", STORED, 4, 0, 1, 0, 0, "\x13", -3, 1, 900000, 1, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "datetime", "", CLOCK, 4, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row electricity[] = {
	{ "energy", "Wh", COUNTER, 0xE, 0, 0, 0, 0, "\x03", 0, 1, 90000000, 3, 1, 0 },
	{ "energy", "Wh", COUNTER, 0xE, 0, 0, 1, 0, "\x03", 0, 1, 60000000, 2, 1, 0 },
	{ "energy", "Wh", COUNTER, 0xE, 0, 0, 2, 0, "\x03", 0, 1, 30000000, 1, 1, 0 },
	{ "reactive-energy", "varh", COUNTER, 6, 0, 0, 0, 0, "\xFB\x02", 3, 1, 70000, 1, 900, 0 },
	{ "power", "W", GAUGE, 4, 0, 0, 0, 0, "\x2A", -1, 1, -15000, 0, 1, 60000 },
	{ "voltage", "V", GAUGE, 2, 0, 0, 0, 1, "\xFD\x48", -1, 1, 2270, 0, 1, 80 },
	{ "voltage", "V", GAUGE, 2, 0, 0, 0, 2, "\xFD\x48", -1, 1, 2270, 0, 1, 80 },
	{ "voltage", "V", GAUGE, 2, 0, 0, 0, 3, "\xFD\x48", -1, 1, 2270, 0, 1, 80 },
	{ "current", "A", GAUGE, 3, 0, 0, 0, 1, "\xFD\x59", -3, 1, 100, 0, 1, 15900 },
	{ "current", "A", GAUGE, 3, 0, 0, 0, 2, "\xFD\x59", -3, 1, 100, 0, 1, 15900 },
	{ "current", "A", GAUGE, 3, 0, 0, 0, 3, "\xFD\x59", -3, 1, 100, 0, 1, 15900 },
	{ "frequency", "Hz", GAUGE, 2, 0, 0, 0, 0, "\xFB\x2D", -2, 1, 4990, 0, 1, 20 },
	{ "customer-location", "", PLACE, 0xD, 0, 0, 0, 0, "\xFD\x10", 0, 1, 0, 0, 1, 0 },
	{ "power", "W", GAUGE, 4, 1, 1, 0, 0, "\x2B", 0, 1, 7000, 0, 1, 4000 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "datetime", "", CLOCK, 6, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row warm_water[] = {
	{ "fabrication-number", "", SERIAL, 0xC, 0, 0, 0, 0, "\x78", 0, 1, 0, 0, 1, 0 },
	{ "volume", "m3", COUNTER, 6, 0, 0, 0, 0, "\x12", -4, 1, 4000000, 9, 1, 0 },
	{ "flow-temperature", "°C", GAUGE, 0xA, 0, 0, 0, 0, "\x5A", -1, 1, 480, 0, 1, 120 },
	{ "volume", "m3", STORED, 6, 0, 1, 0, 0, "\x12", -4, 1, 4000000, 9, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "flow-temperature", "°C", GAUGE, 0xA, 2, 0, 0, 0, "\x5A", -1, 1, 90, 0, 1, 60 },
	END,
};

static const struct row gas[] = {
	{ "volume", "m3", COUNTER, 0xE, 0, 0, 0, 0, "\x13", -3, 1, 7000000, 2, 1, 0 },
	{ "pressure", "bar", GAUGE, 2, 0, 0, 0, 0, "\x68", -3, 1, 1008, 0, 1, 30 },
	{ "external-temperature", "°C", GAUGE, 2, 0, 0, 0, 0, "\x65", -2, 1, -950, 0, 1, 3900 },
	{ "volume", "m3", STORED, 0xE, 0, 1, 0, 0, "\x13", -3, 1, 7000000, 2, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "datetime", "", CLOCK, 6, 0, 0, 0, 0, "\x6D", 0, 1, 0, 0, 1, 0 },
	END,
};

static const struct row cost_allocator[] = {
	{ "hca", "hca", COUNTER, 0xC, 0, 0, 0, 0, "\x6E", 0, 1, 800, 1, 1, 0 },
	{ "hca", "hca", STORED, 0xC, 0, 1, 0, 0, "\x6E", 0, 1, 800, 1, 1, 0 },
	{ "date", "", DUE_DATE, 2, 0, 1, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 },
	{ "flow-temperature", "°C", GAUGE, 9, 0, 0, 0, 0, "\x5B", 0, 1, 22, 0, 1, 40 },
	END,
};

/* In this order meters are made: the first three suffice for a demonstration. */
static const struct {
	const struct row *rows;
	uint8_t medium;
	uint8_t counter; /* index of the row whose history is kept */
} kinds[TELEGRAM_KINDS] = {
	{ heat, 0x04, 1 }, { cold_water, 0x16, 1 }, { electricity, 0x02, 0 },
	{ warm_water, 0x06, 1 }, { gas, 0x03, 0 }, { cost_allocator, 0x08, 0 },
};
/* clang-format on */

uint8_t telegram_medium(unsigned kind)
{
	return kinds[kind % TELEGRAM_KINDS].medium;
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

static int64_t fabrication_number(const struct telegram_source *source)
{
	return 10000000 + scatter(source->seed, source->identity.id, 3) % 80000000;
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
		return fabrication_number(source);
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

static struct telegram_value *add_value(
		struct telegram *telegram, const struct row *row, uint64_t storage)
{
	struct telegram_value *value = &telegram->values[telegram->value_count++];
	*value = (struct telegram_value){ .quantity = row->quantity,
		.unit = row->unit,
		.function = row->function,
		.storage = storage,
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

static void add_clock(struct mg_builder *out, const struct row *row, int64_t now,
		char *text, size_t size)
{
	time_t seconds = (time_t)now;
	struct tm parts;
	gmtime_r(&seconds, &parts);
	strftime(
			text, size, row->field == 6 ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%dT%H:%M", &parts);
	struct mg_date date = { .year = (int16_t)(parts.tm_year + 1900),
		.month = (int8_t)(parts.tm_mon + 1),
		.day = (int8_t)parts.tm_mday,
		.hour = (int8_t)parts.tm_hour,
		.minute = (int8_t)parts.tm_min,
		.second = (int8_t)(row->field == 6 ? parts.tm_sec : -1) };
	mg_build_date(out, row->field == 6 ? 6 : 4, &date);
}

static void add_due_date(
		struct mg_builder *out, int64_t now, uint64_t storage, char *text, size_t size)
{
	struct mg_date date;
	int64_t time;
	due_date(now, (int)storage, &date, &time);
	snprintf(text, size, "%04d-%02d-%02d", date.year, date.month, date.day);
	mg_build_date(out, 2, &date);
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

static void add_record(struct mg_builder *out, struct telegram *telegram,
		const struct telegram_source *source, const struct telegram_moment *moment,
		const struct row *row)
{
	struct telegram_value *value = add_value(telegram, row, row->storage);
	mg_build_dib(out, row->field, row->function, row->storage, row->tariff, row->subunit);
	mg_build_bytes(out, row->vif, strlen(row->vif));
	switch (row->origin) {
	case CLOCK:
		add_clock(out, row, moment->time, value->text, sizeof(value->text));
		break;
	case DUE_DATE:
		add_due_date(out, moment->time, row->storage, value->text, sizeof(value->text));
		break;
	case PLACE:
		add_place(out, source, value->text, sizeof(value->text));
		break;
	default:
		add_number(out, row, row_number(source, moment, row), value->text,
				sizeof(value->text));
	}
}

/* What the counter showed at the end of further months, each with its date. */
static void add_history(struct mg_builder *out, struct telegram *telegram,
		const struct telegram_source *source, const struct telegram_moment *moment)
{
	struct row counter = kinds[source->kind].rows[kinds[source->kind].counter];
	struct row date = { "date", "", DUE_DATE, 2, 0, 0, 0, 0, "\x6C", 0, 1, 0, 0, 1, 0 };
	size_t first = HISTORY_FIRST + (moment->index - 1) * HISTORY_MONTHS;
	counter.origin = STORED;
	for (size_t i = 0; i < HISTORY_MONTHS; i++) {
		counter.storage = date.storage = (uint8_t)(first + i);
		add_record(out, telegram, source, moment, &counter);
		add_record(out, telegram, source, moment, &date);
	}
}

static void add_body(struct mg_builder *out, struct telegram *telegram,
		const struct telegram_source *source, const struct telegram_moment *moment)
{
	if (moment->index > 0) {
		add_history(out, telegram, source, moment);
	} else {
		for (const struct row *row = kinds[source->kind].rows; row->quantity; row++) {
			add_record(out, telegram, source, moment, row);
		}
	}
	if (moment->index + 1 < source->count) {
		mg_build_bytes(out, "\x1F", 1); /* more records follow in the next telegram */
	}
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
