/* SPDX-License-Identifier: MIT */
/* Reads date and time types F, G, I and J (EN 13757-3, annex A). A date that cannot be is
   never made into one that can. */
#include "mbus/date.h"

#include "mbus/bytes.h"
#include "mbus/number.h"
#include "mbus/reason.h"

/* What stands for "every" on the wire; in type I, for a part that is not specified. */
enum {
	EVERY_YEAR = 127,
	EVERY_MONTH = 15,
	EVERY_DAY = 0,
	EVERY_HOUR = 31,
	EVERY_MINUTE = 63,
	EVERY_SECOND = 63,
	OPEN_MONTH = 0,
};

enum {
	CENTURY_BREAK = 80, /* two-digit years up to this one are 20xx */
	YEAR_FIRST = 1900,
	YEAR_LAST = 2299,
	MARK_INVALID = 0x80,
};

static const struct mg_date no_date = { MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE,
	MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE };

static bool leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The most that a month has when month or year are open. */
static int days_of(int year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (month < 0) {
		return 31;
	}
	return month == 2 && (year < 0 || leap_year(year)) ? 29 : days[month - 1];
}

/* Parts that are "every", or not there, are always possible. */
static bool part_possible(int part, int first, int last)
{
	return part < 0 || (part >= first && part <= last);
}

static bool day_possible(const struct mg_date *date)
{
	return part_possible(date->year, YEAR_FIRST, YEAR_LAST) &&
		   part_possible(date->month, 1, 12) &&
		   part_possible(date->day, 1, days_of(date->year, date->month));
}

static bool time_possible(const struct mg_date *date)
{
	return part_possible(date->hour, 0, 23) && part_possible(date->minute, 0, 59) &&
		   part_possible(date->second, 0, 59);
}

static bool recurring(const struct mg_date *date)
{
	return date->year == MG_DATE_EVERY || date->month == MG_DATE_EVERY ||
		   date->day == MG_DATE_EVERY || date->hour == MG_DATE_EVERY ||
		   date->minute == MG_DATE_EVERY || date->second == MG_DATE_EVERY;
}

static bool day_open(const struct mg_date *date)
{
	return date->year == MG_DATE_NONE || date->month == MG_DATE_NONE ||
		   date->day == MG_DATE_NONE;
}

void date_judge(struct mg_value *value, enum mg_type type)
{
	const struct mg_date *date = &value->date;
	if (!day_possible(date) || !time_possible(date)) {
		number_invalid(value, reason_impossible);
	} else if (recurring(date)) {
		number_invalid(value, reason_recurring);
	} else if (type != MG_TYPE_TIME && day_open(date)) {
		number_invalid(value, reason_incomplete);
	} else {
		value->type = (uint8_t)type;
		value->quality = MG_QUALITY_GOOD;
	}
}

int16_t date_year(unsigned two_digits)
{
	return (int16_t)((two_digits <= CENTURY_BREAK ? 2000 : 1900) + (int)two_digits);
}

/* Type F counts centuries from 1900; 0 with a year up to 80 is 20xx all the same, since
   old meters leave these bits 0. What is no two-digit year stays what it is. */
static int16_t year_of(unsigned sent, unsigned centuries)
{
	if (sent == EVERY_YEAR) {
		return MG_DATE_EVERY;
	}
	if (sent > 99) {
		return (int16_t)sent;
	}
	return centuries == 0 ? date_year(sent) : (int16_t)(1900 + 100 * centuries + sent);
}

static int8_t part_of(unsigned sent, unsigned every)
{
	return (int8_t)(sent == every ? MG_DATE_EVERY : (int)sent);
}

/* The two bytes that types F, G and I have in common. */
static void split_day(uint8_t low, uint8_t high, unsigned centuries, struct mg_date *date)
{
	date->year = year_of(low >> 5 | (high & 0xF0u) >> 1, centuries);
	date->month = part_of(high & 15, EVERY_MONTH);
	date->day = part_of(low & 31, EVERY_DAY);
}

static void split_minute(uint8_t minute, uint8_t hour, struct mg_date *date)
{
	date->minute = part_of(minute & 63, EVERY_MINUTE);
	date->hour = part_of(hour & 31, EVERY_HOUR);
}

static bool same_bytes(const uint8_t *bytes, size_t size, uint8_t byte)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != byte) {
			return false;
		}
	}
	return true;
}

static bool unset(const uint8_t *bytes, size_t size)
{
	return same_bytes(bytes, size, 0) || same_bytes(bytes, size, 0xFF);
}

/* Nothing of such a date means anything. */
static void set_void(struct mg_value *value, const char *reason)
{
	number_invalid(value, reason);
	value->date = no_date;
}

void date_read_g(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	if (unset(bytes, 2)) {
		set_void(value, reason_unset);
		return;
	}
	value->date = no_date;
	split_day(bytes_digit(bytes, 2, 0, high_first), bytes_digit(bytes, 2, 1, high_first),
			0, &value->date);
	date_judge(value, MG_TYPE_DATE);
}

/* Decides on a date with time whose parts are split. */
static void judge(struct mg_value *value, bool marked, bool empty)
{
	if (marked) {
		set_void(value, reason_marked);
	} else if (empty) {
		set_void(value, reason_unset);
	} else {
		date_judge(value, MG_TYPE_DATETIME);
	}
}

bool date_read_f(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	uint8_t parts[4];
	for (size_t i = 0; i < 4; i++) {
		parts[i] = bytes_digit(bytes, 4, i, high_first);
	}
	struct mg_date *date = &value->date;
	split_day(parts[2], parts[3], parts[1] >> 5 & 3, date);
	split_minute(parts[0], parts[1], date);
	date->second = MG_DATE_NONE;
	judge(value, (parts[0] & MARK_INVALID) != 0, unset(bytes, 4));
	return (parts[1] & 0x80) != 0;
}

/* Type I knows no recurring days: what types F and G have for them is left open here, and
   month 15 is none. */
static void open_day(uint8_t month, struct mg_date *date)
{
	if (date->year == MG_DATE_EVERY) {
		date->year = MG_DATE_NONE;
	}
	if (date->day == MG_DATE_EVERY) {
		date->day = MG_DATE_NONE;
	}
	date->month = (int8_t)(month == OPEN_MONTH ? MG_DATE_NONE : (int)month);
}

bool date_read_i(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	uint8_t parts[6];
	for (size_t i = 0; i < 6; i++) {
		parts[i] = bytes_digit(bytes, 6, i, high_first);
	}
	struct mg_date *date = &value->date;
	split_day(parts[3], parts[4], 0, date);
	open_day(parts[4] & 15, date);
	split_minute(parts[1], parts[2], date);
	date->second = part_of(parts[0] & 63, EVERY_SECOND);
	judge(value, (parts[1] & MARK_INVALID) != 0, unset(bytes, 6));
	return (parts[0] & 0x40) != 0;
}

void date_read_j(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	if (same_bytes(bytes, 3, 0xFF)) {
		set_void(value, reason_unset);
		return;
	}
	value->date = no_date;
	split_minute(bytes_digit(bytes, 3, 1, high_first),
			bytes_digit(bytes, 3, 2, high_first), &value->date);
	value->date.second = part_of(bytes_digit(bytes, 3, 0, high_first) & 63, EVERY_SECOND);
	date_judge(value, MG_TYPE_TIME);
}
