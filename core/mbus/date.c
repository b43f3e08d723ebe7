/* SPDX-License-Identifier: MIT */
/* Reads date and time types F, G, I and J (EN 13757-3, annex A). A date that cannot be is
   never made into one that can. */
#include "mbus/date.h"

#include "mbus/bytes.h"
#include "mbus/number.h"

enum {
	EVERY_YEAR = 127,
	EVERY_MONTH = 15,
	EVERY_DAY = 0,
	EVERY_HOUR = 31,
	EVERY_MINUTE = 63,
	EVERY_SECOND = 63,
	CENTURY_BREAK = 80, /* two-digit years up to this one are 20xx */
	MARK_INVALID = 0x80,
};

static const char reason_marked[] = "marked invalid by the meter";
static const char reason_unset[] = "date or time not set";
static const char reason_recurring[] = "recurring date, not a point in time";
static const char reason_impossible[] = "no such date or time";

static bool leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of(int year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && leap_year(year) ? 29 : days[month - 1];
}

static bool real_day(const struct mg_date *date)
{
	return date->year >= 0 && date->month >= 1 && date->month <= 12 && date->day >= 1 &&
		   date->day <= days_of(date->year, date->month);
}

static bool real_time(const struct mg_date *date)
{
	return date->hour <= 23 && date->minute <= 59 && date->second <= 59;
}

/* -1 for what is no two-digit year. */
static int full_year(int two_digits)
{
	if (two_digits > 99) {
		return -1;
	}
	return two_digits <= CENTURY_BREAK ? 2000 + two_digits : 1900 + two_digits;
}

/* The two bytes that types F, G and I have in common; false when they hold "every". */
static bool split_day(uint8_t low, uint8_t high, struct mg_date *date)
{
	int year = low >> 5 | (high & 0xF0) >> 1;
	date->year = (int16_t)full_year(year);
	date->month = high & 15;
	date->day = low & 31;
	return year != EVERY_YEAR && date->month != EVERY_MONTH && date->day != EVERY_DAY;
}

static void set_good(struct mg_value *value, enum mg_type type)
{
	value->type = (uint8_t)type;
	value->quality = MG_QUALITY_GOOD;
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

void date_read_g(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	value->date = (struct mg_date){ .hour = -1, .minute = -1, .second = -1 };
	bool single = split_day(bytes_digit(bytes, 2, 0, high_first),
			bytes_digit(bytes, 2, 1, high_first), &value->date);
	if (unset(bytes, 2)) {
		number_invalid(value, reason_unset);
	} else if (!single) {
		number_invalid(value, reason_recurring);
	} else if (!real_day(&value->date)) {
		number_invalid(value, reason_impossible);
	} else {
		set_good(value, MG_TYPE_DATE);
	}
}

/* Decides on a date with time whose parts are split. */
static void judge(struct mg_value *value, bool marked, bool empty, bool recurring)
{
	if (marked) {
		number_invalid(value, reason_marked);
	} else if (empty) {
		number_invalid(value, reason_unset);
	} else if (recurring) {
		number_invalid(value, reason_recurring);
	} else if (!real_day(&value->date) || !real_time(&value->date)) {
		number_invalid(value, reason_impossible);
	} else {
		set_good(value, MG_TYPE_DATETIME);
	}
}

/* Type F counts centuries from 1900; 0 with a year up to 80 is 20xx all the same, since
   old meters leave these bits 0. */
static int year_of_f(int two_digits, int centuries)
{
	if (centuries == 0 || two_digits > 99) {
		return full_year(two_digits);
	}
	return 1900 + 100 * centuries + two_digits;
}

bool date_read_f(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	uint8_t parts[4];
	for (size_t i = 0; i < 4; i++) {
		parts[i] = bytes_digit(bytes, 4, i, high_first);
	}
	struct mg_date *date = &value->date;
	bool single = split_day(parts[2], parts[3], date);
	int two_digits = parts[2] >> 5 | (parts[3] & 0xF0) >> 1;
	date->year = (int16_t)year_of_f(two_digits, parts[1] >> 5 & 3);
	date->minute = parts[0] & 63;
	date->hour = parts[1] & 31;
	date->second = -1;
	bool recurring = !single || date->minute == EVERY_MINUTE || date->hour == EVERY_HOUR;
	judge(value, (parts[0] & MARK_INVALID) != 0, unset(bytes, 4), recurring);
	return (parts[1] & 0x80) != 0;
}

bool date_read_i(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	uint8_t parts[6];
	for (size_t i = 0; i < 6; i++) {
		parts[i] = bytes_digit(bytes, 6, i, high_first);
	}
	struct mg_date *date = &value->date;
	bool single = split_day(parts[3], parts[4], date);
	date->second = parts[0] & 63;
	date->minute = parts[1] & 63;
	date->hour = parts[2] & 31;
	bool recurring = !single || date->second == EVERY_SECOND ||
					 date->minute == EVERY_MINUTE || date->hour == EVERY_HOUR;
	judge(value, (parts[1] & MARK_INVALID) != 0, unset(bytes, 6), recurring);
	return (parts[0] & 0x40) != 0;
}

void date_read_j(const uint8_t *bytes, bool high_first, struct mg_value *value)
{
	struct mg_date *date = &value->date;
	*date = (struct mg_date){ .year = -1, .month = -1, .day = -1 };
	date->second = bytes_digit(bytes, 3, 0, high_first) & 63;
	date->minute = bytes_digit(bytes, 3, 1, high_first) & 63;
	date->hour = bytes_digit(bytes, 3, 2, high_first) & 31;
	if (same_bytes(bytes, 3, 0xFF)) {
		number_invalid(value, reason_unset);
	} else if (date->second == EVERY_SECOND || date->minute == EVERY_MINUTE ||
			   date->hour == EVERY_HOUR) {
		number_invalid(value, reason_recurring);
	} else if (!real_time(date)) {
		number_invalid(value, reason_impossible);
	} else {
		set_good(value, MG_TYPE_TIME);
	}
}
