/* SPDX-License-Identifier: MIT */
/* Types F, G and I of EN 13757-3, byte by byte. */
#include "clock.h"

#include <time.h>

#define DAY 86400
#define INVALID_F 0x80 /* in the byte of the minutes */
#define CENTURY_2000 100

/* Day and month share two bytes with the year; `tm_year` is that of struct tm. */
static bool read_date(const uint8_t bytes[2], struct tm *parts)
{
	parts->tm_mday = bytes[0] & 0x1F;
	parts->tm_mon = (bytes[1] & 0xF) - 1;
	parts->tm_year = CENTURY_2000 + (bytes[0] >> 5 | (bytes[1] >> 4 & 0xF) << 3);
	return parts->tm_year < CENTURY_2000 + 100;
}

static bool read_f(const uint8_t *bytes, struct tm *parts)
{
	parts->tm_min = bytes[0] & 0x3F;
	parts->tm_hour = bytes[1] & 0x1F;
	return (bytes[0] & INVALID_F) == 0 && read_date(bytes + 2, parts);
}

static bool read_i(const uint8_t *bytes, struct tm *parts)
{
	parts->tm_sec = bytes[0] & 0x3F;
	parts->tm_min = bytes[1] & 0x3F;
	parts->tm_hour = bytes[2] & 0x1F;
	return read_date(bytes + 3, parts);
}

/* timegm() would turn the 31st of a short month into the 1st of the next one. */
static bool to_time(const struct tm *wanted, int64_t *time)
{
	struct tm parts = *wanted;
	*time = (int64_t)timegm(&parts);
	return parts.tm_mday == wanted->tm_mday && parts.tm_mon == wanted->tm_mon &&
		   parts.tm_hour == wanted->tm_hour && parts.tm_min == wanted->tm_min &&
		   parts.tm_sec == wanted->tm_sec;
}

bool clock_read(struct mg_bytes data, int64_t now, int64_t *time)
{
	struct tm parts = { .tm_mday = 0 };
	bool good;
	switch (data.size) {
	case 2:
		good = read_date(data.data, &parts) && to_time(&parts, time);
		*time += good ? now % DAY : 0;
		return good;
	case 4:
		return read_f(data.data, &parts) && to_time(&parts, time);
	case 6:
		return read_i(data.data, &parts) && to_time(&parts, time);
	default:
		return false;
	}
}
