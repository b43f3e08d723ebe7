/* SPDX-License-Identifier: MIT */
/* Writes date and time types F, G, I and J (EN 13757-3, annex A), also those that are no
   point in time. */
#include "mbus/build_date.h"

#include <string.h>

#include "mbus/build_text.h"
#include "mbus/date.h"
#include "mbus/reason.h"

enum {
	SIZE_G = 2,
	SIZE_J = 3,
	SIZE_F = 4,
	SIZE_I = 6,
	SUMMER_F = 0x80,
	SUMMER_I = 0x40,
	LEAP_YEAR = 0x80,
	MARK_INVALID = 0x80,
};

enum date_part {
	PART_YEAR,
	PART_MONTH,
	PART_DAY,
	PART_HOUR,
	PART_MINUTE,
	PART_SECOND,
	PART_COUNT,
};

/* How a part is sent. What a type has no code for cannot be sent. */
struct part_row {
	int16_t largest; /* that the bits can hold; -1: the type lacks this part */
	int16_t every;   /* code of MG_DATE_EVERY, or -1 */
	int16_t open;    /* code of MG_DATE_NONE, or -1 */
};

struct type_row {
	uint8_t size;
	uint8_t type; /* enum mg_type of a good value */
	uint16_t year_last;
	struct part_row parts[PART_COUNT];
};

/* clang-format off */
#define ABSENT { -1, -1, -1 }
#define TIME { 31, 31, -1 }, { 63, 63, -1 }

static const struct type_row types[] = {
	{ SIZE_G, MG_TYPE_DATE, 2080,
		{ { 127, 127, -1 }, { 15, 15, -1 }, { 31, 0, -1 }, ABSENT, ABSENT, ABSENT } },
	{ SIZE_J, MG_TYPE_TIME, 0, { ABSENT, ABSENT, ABSENT, TIME, { 63, 63, -1 } } },
	{ SIZE_F, MG_TYPE_DATETIME, 2299,
		{ { 127, 127, -1 }, { 15, 15, -1 }, { 31, 0, -1 }, TIME, ABSENT } },
	{ SIZE_I, MG_TYPE_DATETIME, 2080,
		{ { 127, -1, 127 }, { 15, -1, 0 }, { 31, -1, 0 }, TIME, { 63, 63, -1 } } },
};
/* clang-format on */

static const struct type_row *type_of(size_t size)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].size == size) {
			return &types[i];
		}
	}
	return NULL;
}

/* What is sent for a part; -1 when it cannot be. */
static int code_of(const struct part_row *row, int part)
{
	if (part == MG_DATE_EVERY) {
		return row->every;
	}
	if (part == MG_DATE_NONE) {
		return row->open;
	}
	bool possible = part >= 0 && part <= row->largest;
	return possible && part != row->every && part != row->open ? part : -1;
}

enum {
	YEAR_FIRST = 1981, /* two-digit years from 81 on are 19xx */
	YEAR_NEW = 2000,
};

/* Splits a year; numbers from 100 to 126 are no years, and are sent as they are. */
static int two_digits(const struct type_row *row, int year, unsigned *centuries)
{
	*centuries = 0;
	if (year >= YEAR_FIRST && year <= row->year_last) {
		*centuries = year < YEAR_NEW ? 0 : (unsigned)(year - 1900) / 100;
		return year % 100;
	}
	return year >= 0 && year < 100 ? -1 : code_of(&row->parts[PART_YEAR], year);
}

static void put_day(uint8_t bytes[2], const int codes[PART_COUNT])
{
	bytes[0] = (uint8_t)((codes[PART_YEAR] & 7) << 5 | codes[PART_DAY]);
	bytes[1] = (uint8_t)((codes[PART_YEAR] & 0x78) << 1 | codes[PART_MONTH]);
}

static void put_codes(uint8_t *bytes, size_t size, const int codes[PART_COUNT])
{
	if (size == SIZE_G) {
		put_day(bytes, codes);
	} else if (size == SIZE_F) {
		bytes[0] = (uint8_t)codes[PART_MINUTE];
		bytes[1] = (uint8_t)codes[PART_HOUR];
		put_day(bytes + 2, codes);
	} else {
		bytes[0] = (uint8_t)codes[PART_SECOND];
		bytes[1] = (uint8_t)codes[PART_MINUTE];
		bytes[2] = (uint8_t)codes[PART_HOUR];
	}
	if (size == SIZE_I) {
		put_day(bytes + 3, codes);
	}
}

static void split(const struct mg_date *date, int parts[PART_COUNT])
{
	parts[PART_YEAR] = date->year;
	parts[PART_MONTH] = date->month;
	parts[PART_DAY] = date->day;
	parts[PART_HOUR] = date->hour;
	parts[PART_MINUTE] = date->minute;
	parts[PART_SECOND] = date->second;
}

/* True when a type has just the parts that the date has, and codes for them. */
static bool find_codes(const struct type_row *row, const struct mg_date *date,
		int codes[PART_COUNT], unsigned *centuries)
{
	int parts[PART_COUNT];
	split(date, parts);
	for (size_t i = 0; i < PART_COUNT; i++) {
		const struct part_row *part = &row->parts[i];
		codes[i] = i == PART_YEAR ? two_digits(row, parts[i], centuries)
								  : code_of(part, parts[i]);
		bool absent = part->largest < 0;
		if (absent ? parts[i] != MG_DATE_NONE : codes[i] < 0) {
			return false;
		}
	}
	return true;
}

/* The year of type I, 1981 to 2080, is marked when it is a leap year; that also keeps its
   first moment apart from "not set". */
static bool put_parts(
		uint8_t *bytes, const struct type_row *row, const struct mg_date *date)
{
	int codes[PART_COUNT];
	unsigned centuries = 0;
	if (!find_codes(row, date, codes, &centuries)) {
		return false;
	}
	memset(bytes, 0, row->size);
	put_codes(bytes, row->size, codes);
	if (row->size == SIZE_F) {
		bytes[1] = (uint8_t)(bytes[1] | centuries << 5);
	}
	if (row->size == SIZE_I && date->year > 0 && date->year % 4 == 0) {
		bytes[0] |= LEAP_YEAR;
	}
	return true;
}

/* Types G and J have no mark of their own, but all ones. */
static bool has_mark(size_t size)
{
	return size == SIZE_F || size == SIZE_I;
}

static void put_unset(uint8_t *bytes, size_t size)
{
	memset(bytes, has_mark(size) ? 0 : 0xFF, size);
}

static void put_marked(uint8_t *bytes, size_t size)
{
	memset(bytes, 0, size);
	bytes[size == SIZE_I ? 1 : 0] = MARK_INVALID;
}

static bool all_none(const struct mg_date *date)
{
	int parts[PART_COUNT];
	size_t count = 0;
	split(date, parts);
	while (count < PART_COUNT && parts[count] == MG_DATE_NONE) {
		count++;
	}
	return count == PART_COUNT;
}

static bool same_bytes(const uint8_t *bytes, size_t size, uint8_t byte)
{
	size_t count = 0;
	while (count < size && bytes[count] == byte) {
		count++;
	}
	return count == size;
}

/* Midnight of type J is all zeros. */
static bool means_unset(const uint8_t *bytes, size_t size)
{
	return same_bytes(bytes, size, 0xFF) ||
		   (size != SIZE_J && same_bytes(bytes, size, 0));
}

/* True when parts as these are judged as the value says, and their bytes do not mean
   "not set". */
static bool put_judged(
		uint8_t *bytes, const struct type_row *row, const struct mg_value *value)
{
	struct mg_value judged = { .date = value->date };
	if (!put_parts(bytes, row, &value->date) || means_unset(bytes, row->size)) {
		return false;
	}
	date_judge(&judged, row->type);
	return judged.type == value->type && judged.quality == value->quality &&
		   build_text_same(judged.reason, value->reason);
}

/* A value none of whose parts were kept. */
static bool put_void(
		uint8_t *bytes, size_t size, const struct mg_value *value, bool summer)
{
	if (build_text_invalid(value, reason_marked)) {
		put_marked(bytes, size);
		return has_mark(size);
	}
	put_unset(bytes, size);
	return build_text_invalid(value, reason_unset) && !summer;
}

bool build_date_value(uint8_t bytes[BUILD_DATE_MAX], size_t size,
		const struct mg_value *value, bool summer)
{
	const struct type_row *row = type_of(size);
	if (row == NULL || (summer && !has_mark(size))) {
		return false;
	}
	bool put = all_none(&value->date) ? put_void(bytes, size, value, summer)
									  : put_judged(bytes, row, value);
	if (summer) {
		bytes[size == SIZE_F ? 1 : 0] |= size == SIZE_F ? SUMMER_F : SUMMER_I;
	}
	return put;
}

/* The judgement is the caller's own: dates that recur are written, impossible ones are
   not. */
static bool put_asked(
		uint8_t *bytes, const struct type_row *row, const struct mg_date *date)
{
	struct mg_value judged = { .date = *date };
	if (all_none(date)) {
		(has_mark(row->size) ? put_marked : put_unset)(bytes, row->size);
		return true;
	}
	date_judge(&judged, row->type);
	return !build_text_same(judged.reason, reason_impossible) &&
		   put_parts(bytes, row, date) && !means_unset(bytes, row->size);
}

/* Without the parts that a type lacks: callers may leave anything there. */
static struct mg_date cut(const struct type_row *row, const struct mg_date *date)
{
	struct mg_date part = *date;
	if (row->parts[PART_YEAR].largest < 0) {
		part.year = part.month = part.day = MG_DATE_NONE;
	}
	if (row->parts[PART_HOUR].largest < 0) {
		part.hour = part.minute = MG_DATE_NONE;
	}
	if (row->parts[PART_SECOND].largest < 0) {
		part.second = MG_DATE_NONE;
	}
	return part;
}

void mg_build_date(struct mg_builder *builder, size_t size, const struct mg_date *date)
{
	uint8_t bytes[BUILD_DATE_MAX];
	const struct type_row *row = type_of(size);
	if (row == NULL) {
		builder->failed = true;
		return;
	}
	const struct mg_date part = cut(row, date);
	if (!put_asked(bytes, row, &part)) {
		builder->failed = true;
		return;
	}
	mg_build_bytes(builder, bytes, size);
}
